"""Answers as documents: JSON that users may rely on, layers for a GIS."""

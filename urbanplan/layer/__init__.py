"""Layers, their types, area, length, filters and validation."""

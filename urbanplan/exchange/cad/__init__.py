"""Drawings: DXF in and out."""

"""Rows to geometries: columns of coordinates found and parsed."""

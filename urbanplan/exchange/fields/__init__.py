"""Attribute columns: their types, names and fit to a format."""

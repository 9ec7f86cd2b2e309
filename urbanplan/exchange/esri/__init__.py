"""Shapefiles, plain and zipped: their records, tables and names."""

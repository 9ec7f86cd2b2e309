"""Boundary-point TXT: templates, plots and rings, read all at once and written byte for byte."""

"""Elevation, population, ponding."""

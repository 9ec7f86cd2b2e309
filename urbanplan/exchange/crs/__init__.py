"""Coordinate reference systems: guessing, projecting, putting a frame in its right place."""

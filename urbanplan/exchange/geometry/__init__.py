"""Geometries in memory: Arrow, WKB, curves, the antimeridian."""

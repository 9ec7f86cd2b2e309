"""The precision of coordinates."""

from __future__ import annotations

PRECISION_M = 0.01  # what GeoJSON's seven digits carry, and the joining tolerance of streets: finer pieces are rounding

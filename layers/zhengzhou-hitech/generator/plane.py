"""The drawing plane: streets are drawn straight here and bent by one smooth warp into EPSG:4547 (CGCS2000, CM 114E)."""

from __future__ import annotations

import zlib
from itertools import pairwise

import numpy as np

SEED = 20250215
ORIGIN = np.array([458825.445, 3853606.827])  # 113.55 E 34.81 N in EPSG:4547
LAKE = np.array([-365.0, 75.0])
NORTH_WEST = np.array([-3900.0, 1500.0])
SOUTH_EAST = np.array([3600.0, -2200.0])
SCALE = 1.0028  # brings the zone to about 99 km2

Points = np.ndarray  # (n, 2), metres


def random(topic: str) -> np.random.Generator:
    """A generator of its own for each topic, so that a change in one layer does not reshuffle the others."""
    return np.random.default_rng([SEED, zlib.crc32(topic.encode())])


def _swirl(points: Points, centre: Points, degrees: float, radius: float) -> Points:
    away = points - centre
    angle = np.radians(degrees) * np.exp(-(away**2).sum(axis=1) / radius**2)
    cos, sin = np.cos(angle), np.sin(angle)
    return centre + np.column_stack([away[:, 0] * cos - away[:, 1] * sin, away[:, 0] * sin + away[:, 1] * cos])


def _bulge(points: Points) -> Points:
    away = points - LAKE
    return LAKE + away * (1 + 0.17 * np.exp(-(away**2).sum(axis=1) / 1450**2))[:, None]


def warp(points: Points) -> Points:
    """Bend points of the drawing plane (metres from the origin) into EPSG:4547 (E, N), rounded to 1 mm."""
    bent = _bulge(np.asarray(points, dtype=float).reshape(-1, 2))
    bent = _swirl(bent, NORTH_WEST, 17, 2700)
    bent = _swirl(bent, SOUTH_EAST, -9, 2300)
    x, y = bent.T
    u = x + 190 * np.sin(2 * np.pi * y / 9300 + 0.6) + 55 * np.sin(2 * np.pi * (x + y) / 5200)
    v = y + 160 * np.sin(2 * np.pi * x / 8700 + 1.9) + 50 * np.sin(2 * np.pi * (x - y) / 4800 + 0.4)
    cos, sin = np.cos(np.radians(-5.5)), np.sin(np.radians(-5.5))
    return np.round(ORIGIN + SCALE * np.column_stack([u * cos - v * sin, u * sin + v * cos]), 3)


def heading(point: Points) -> float:
    """Direction (radians) that the plane's x axis takes on the map at a point."""
    here, ahead = warp(np.array([point, np.asarray(point) + np.array([25.0, 0.0])]))
    return float(np.arctan2(ahead[1] - here[1], ahead[0] - here[0]))


def densify(line: Points, step: float = 45.0) -> Points:
    """Add vertices so that no part is longer than ``step``; ends stay as they are."""
    parts = [line[:1]]
    for a, b in pairwise(line):
        n = max(1, int(np.ceil(np.hypot(*(b - a)) / step)))
        parts.append(a + (b - a) * (np.arange(1, n + 1) / n)[:, None])
    return np.vstack(parts)

"""Degrees rounded to so many digits, and what that does to the areas of polygons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely

DIGITS = 7  # about 1 cm
MAX_DIGITS = 15
_MAJOR, _ECCENTRICITY = 6378137.0, 0.00669438002290  # GRS 80: metres, first eccentricity squared
_POLYGONAL = (3, 6)


@dataclass
class Rounding:
    """Rounding to ``digits``; ``largest`` and ``total`` are changes of area in m², of one feature and of all."""

    digits: int = DIGITS
    largest: float = 0.0
    total: float = 0.0

    def round(self, points: np.ndarray) -> np.ndarray:
        """Coordinates in degrees, rounded, without minus before nothing; shape as given."""
        return np.round(points, self.digits) + 0.0

    def measure(self, before: np.ndarray, after: np.ndarray, levels: Sequence[np.ndarray]) -> None:
        """Add the changes of the areas of polygons.

        Args:
            before, after: coordinates, shape (m, 2 or 3), in degrees.
            levels: where rings begin among points, polygons among rings, and features among polygons; and the ends.
        """
        rings, *outer = levels
        if not len(before) or (np.diff(rings) == 0).any() or any((np.diff(level) == 0).any() for level in outer):
            return  # an empty part: whoever has such shapes has no area to lose
        change = np.abs(_ring_areas(after, rings)) - np.abs(_ring_areas(before, rings))
        holes = np.ones(len(change), dtype=bool)
        holes[outer[0][:-1]] = False
        change[holes] *= -1
        for level in outer:
            change = np.add.reduceat(change, level[:-1])
        self.largest = max(self.largest, float(np.abs(change).max()))
        self.total += float(change.sum())

    def measure_shapes(self, shapes: np.ndarray) -> None:
        """Add the changes of areas of shapes in degrees that will be rounded; other kinds have none."""
        codes = shapely.get_type_id(shapes)
        for code in _POLYGONAL:
            own = shapes[(codes == code) & ~shapely.is_empty(shapes)]
            if len(own):
                _, points, offsets = shapely.to_ragged_array(shapely.force_2d(own))
                self.measure(points, self.round(points), [np.asarray(offset) for offset in offsets])


def _ring_areas(points: np.ndarray, rings: np.ndarray) -> np.ndarray:
    """Signed areas of rings in m², on a plane that touches the ellipsoid at each ring's first point."""
    first = rings[:-1]
    start = np.repeat(first, np.diff(rings))
    x, y = points[:, 0] - points[start, 0], points[:, 1] - points[start, 1]
    cross = np.zeros(len(points))
    cross[:-1] = x[:-1] * y[1:] - x[1:] * y[:-1]
    cross[rings[1:] - 1] = 0.0  # from one ring to the next there is no side
    return 0.5 * np.add.reduceat(cross, first) * _square_degree(points[first, 1])


def _square_degree(latitude: np.ndarray) -> np.ndarray:
    """Square metres of a square degree at latitudes."""
    sine = np.sin(np.radians(latitude))
    curved = 1 - _ECCENTRICITY * sine**2
    meridian = _MAJOR * (1 - _ECCENTRICITY) / curved**1.5
    return np.radians(1) ** 2 * meridian * _MAJOR / np.sqrt(curved) * np.cos(np.radians(latitude))

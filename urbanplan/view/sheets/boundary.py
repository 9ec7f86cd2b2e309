"""Boundary points of a parcel: J1, J2 … clockwise from the north-west, ring by ring, with edge lengths.

Source: GB/T 42547-2023 figure L.3 and the order of GB/T parcel surveys: points run clockwise from the upper left;
numbers run on across rings; each part is followed by its holes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray


@dataclass(frozen=True)
class Ring:
    """A ring of boundary points.

    Attributes:
        number: 1, 2 … in the order of the table. hole: whether it bounds a hole. part: index of its part.
        first: number of its first point (the J number). points: shape (n, 2), easting and northing, not closed.
    """

    number: int
    hole: bool
    part: int
    first: int
    points: NDArray[np.float64]

    @property
    def lengths(self) -> NDArray[np.float64]:
        """Length of the edge from each point to the next, shape (n,), in metres."""
        step = np.roll(self.points, -1, axis=0) - self.points
        return np.hypot(step[:, 0], step[:, 1])

    @property
    def names(self) -> list[str]:
        """J numbers of the points."""
        return [f"J{self.first + i}" for i in range(len(self.points))]

    def closed(self) -> NDArray[np.float64]:
        """Points with the first repeated, shape (n + 1, 2)."""
        return np.vstack([self.points, self.points[:1]])


def north_west_index(points: NDArray[np.float64]) -> int:
    """Index of the most north-western point: greatest northing minus easting, the more northern of equals."""
    score = points[:, 1] - points[:, 0]
    best = np.flatnonzero(score >= score.max() - 1e-6)
    return int(best[np.argmax(points[best, 1])])


def _order_points(ring: Any) -> NDArray[np.float64]:
    """Points of a linear ring, clockwise from the north-west, repeated points dropped."""
    points = shapely.get_coordinates(ring)[:-1]
    moved = np.any(points != np.roll(points, 1, axis=0), axis=1)
    points = points[moved] if moved.any() else points[:1]
    if shapely.is_ccw(ring):
        points = points[::-1]
    return np.roll(points, -north_west_index(points), axis=0)


def boundary_rings(shape: Any) -> list[Ring]:
    """Rings of a polygon or multipolygon in the order of their points' numbers.

    Parts stand from the north-west on; an invalid shape is mended first, what is no area is dropped.
    """
    sound = shape if shapely.is_valid(shape) else shapely.make_valid(shape, method="structure", keep_collapsed=False)
    parts = [part for part in shapely.get_parts(sound) if part.geom_type == "Polygon" and not part.is_empty]
    outer = [_order_points(shapely.get_exterior_ring(part)) for part in parts]
    order = sorted(range(len(parts)), key=lambda i: -(outer[i][0, 1] - outer[i][0, 0]))
    made: list[Ring] = []
    first = 1
    for place, index in enumerate(order):
        holes = [_order_points(parts[index].interiors[i]) for i in range(shapely.get_num_interior_rings(parts[index]))]
        holes.sort(key=lambda points: -(points[0, 1] - points[0, 0]))
        for number, points in enumerate([outer[index], *holes]):
            made.append(Ring(len(made) + 1, number > 0, place, first, points))
            first += len(points)
    return made

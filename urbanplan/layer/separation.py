"""Polygons of few corners that a straight line keeps apart, found by arithmetic alone.

Where all of one polygon lies to the left of one of its edges and all of another to the right of it, or on it, the two
share a border at most.  Most neighbours of a tiled layer are such a pair, and this is an order faster than to ask how
two polygons lie to one another.  A pair that is not found here may still share nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

MAX_PRODUCT = 400  # edges of the one times corners of the other; a pair of more is left to the geometry library
_BLOCK = 20_000  # pairs looked at in one piece: bounds the memory

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Outlines:
    """Corners of the shells of polygons, and those of their edges that have all of their own polygon to the left.

    ``corner_from`` and ``edge_from`` (n + 1) cut the flat arrays into polygons; what is no polygon has neither.
    """

    x: Floats
    y: Floats
    corner_from: Ints
    edge: Floats  # x, y, dx, dy, shape (edges, 4)
    edge_from: Ints


def read_outlines(shapes: NDArray[np.object_]) -> Outlines:
    """The outlines of simple polygons among some shapes."""
    rows = np.flatnonzero(shapely.get_type_id(shapes) == shapely.GeometryType.POLYGON)
    rings: Any = shapely.get_exterior_ring(shapely.orient_polygons(shapes[rows]))
    points, ring = shapely.get_coordinates(rings, return_index=True)
    owner = rows[ring]
    follows = np.append(ring[1:] == ring[:-1], False)  # the last corner of a ring is its first
    start = np.flatnonzero(follows)
    edge, of = np.hstack([points[start], points[start + 1] - points[start]]), owner[start]
    points, owner = points[start], of
    corner_from = np.searchsorted(owner, np.arange(len(shapes) + 1))
    few = (np.diff(corner_from)[of] ** 2 <= MAX_PRODUCT) & edge[:, 2:].any(axis=1)  # one of no length points nowhere
    edge, of = edge[few], of[few]
    outlines = Outlines(points[:, 0], points[:, 1], corner_from, edge, np.arange(len(edge) + 1))
    own = _all_corners(outlines, np.arange(len(edge)), of, left=True)
    return Outlines(
        points[:, 0], points[:, 1], corner_from, edge[own], np.searchsorted(of[own], np.arange(len(shapes) + 1))
    )


def are_separated(left: Outlines, right: Outlines, one: Ints, other: Ints) -> NDArray[np.bool_]:
    """Whether an edge of the one, or of the other, keeps a pair apart; rows of ``left`` and of ``right``."""
    found = np.zeros(len(one), dtype=bool)
    for start in range(0, len(one), _BLOCK):
        rows = np.arange(start, min(start + _BLOCK, len(one)))
        found[rows] = _are_kept_apart(left, right, one[rows], other[rows])
        rest = rows[~found[rows]]
        found[rest] = _are_kept_apart(right, left, other[rest], one[rest])
    return found


def _are_kept_apart(mine: Outlines, others: Outlines, one: Ints, other: Ints) -> NDArray[np.bool_]:
    edges, corners = np.diff(mine.edge_from)[one], np.diff(others.corner_from)[other]
    fit = np.flatnonzero((edges > 0) & (corners > 0) & (edges * corners <= MAX_PRODUCT))
    pair = np.repeat(fit, edges[fit])
    number = np.arange(len(pair)) - np.repeat(np.cumsum(edges[fit]) - edges[fit], edges[fit])
    edge = mine.edge_from[one[pair]] + number
    asked = Outlines(others.x, others.y, others.corner_from, mine.edge, mine.edge_from)
    found = np.zeros(len(one), dtype=bool)
    found[pair[_all_corners(asked, edge, other[pair], left=False)]] = True
    return found


def _all_corners(outlines: Outlines, edge: Ints, polygon: Ints, *, left: bool) -> NDArray[np.bool_]:
    """Whether all corners of a polygon lie to the left of an edge, or to its right, row by row; on it is both."""
    if not len(edge):
        return np.zeros(0, dtype=bool)
    count = np.diff(outlines.corner_from)[polygon]
    starts = np.cumsum(count) - count
    row = np.repeat(np.arange(len(edge)), count)
    corner = outlines.corner_from[polygon][row] + np.arange(len(row)) - starts[row]
    x, y, dx, dy = outlines.edge[edge[row]].T
    across = dx * (outlines.y[corner] - y) - dy * (outlines.x[corner] - x)
    return np.logical_and.reduceat(across >= 0 if left else across <= 0, starts)

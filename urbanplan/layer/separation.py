"""Polygons of few corners that a straight line keeps apart, found by arithmetic alone.

Where all of one polygon lies to the left of one of its edges and all of another to the right of it, or on it, the two
share a border at most.  Most neighbours of a tiled layer are such a pair, and this is an order faster than to ask how
two polygons lie to one another.  A pair that is not found here may still share nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from urbanplan.layer.rings import are_counterclockwise, split_rings

MAX_PRODUCT = 400  # edges of the one times corners of the other; a pair of more is left to the geometry library
_BLOCK = 50_000  # corners looked at in one piece: what a processor's cache holds

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
    edge: Floats  # x, y, dx, dy, shape (4, edges)
    edge_from: Ints


def read_outlines(shapes: NDArray[np.object_]) -> Outlines:
    """The outlines of simple polygons among some shapes."""
    shells, row = split_rings(shapes)
    shell = np.append(True, row[1:] != row[:-1])[: len(row)]  # the first ring of a polygon
    points, ring = _counterclockwise_points(shells[shell])
    owner = row[shell][ring]
    follows = np.append(ring[1:] == ring[:-1], False)  # the last corner of a ring is its first
    start = np.flatnonzero(follows)
    x, y = (side[start] for side in points.T)
    dx, dy = (side[start + 1] - first for side, first in zip(points.T, (x, y), strict=True))
    edge, of = np.vstack([x, y, dx, dy]), owner[start]
    corner_from = np.searchsorted(of, np.arange(len(shapes) + 1))
    few = (np.diff(corner_from)[of] ** 2 <= MAX_PRODUCT) & edge[2:].any(axis=0)  # one of no length points nowhere
    edge, of = edge[:, few], of[few]
    edge_from = np.searchsorted(of, np.arange(len(shapes) + 1))
    outlines = Outlines(x, y, corner_from, edge, edge_from)
    own, drawn = np.zeros(len(of), dtype=bool), np.flatnonzero(np.diff(edge_from))
    for _, edges, hit in _sides(outlines, outlines, drawn, drawn, left=True):
        own[edges] = hit
    return Outlines(x, y, corner_from, edge[:, own], np.searchsorted(of[own], np.arange(len(shapes) + 1)))


def _counterclockwise_points(rings: NDArray[np.object_]) -> tuple[Floats, Ints]:
    """Coordinates of rings, those of clockwise ones backwards, and the ring of each."""
    points, ring = shapely.get_coordinates(rings, return_index=True)
    start = np.searchsorted(ring, np.arange(len(rings) + 1))
    place = np.arange(len(points))
    back = ~are_counterclockwise(rings)[ring]
    place[back] = (start[ring] + start[ring + 1] - 1)[back] - place[back]
    return points.take(place, axis=0), ring


def are_separated(left: Outlines, right: Outlines, one: Ints, other: Ints) -> NDArray[np.bool_]:
    """Whether an edge of the one, or of the other, keeps a pair apart; rows of ``left`` and of ``right``."""
    found = _are_kept_apart(left, right, one, other)
    rest = np.flatnonzero(~found)
    found[rest] = _are_kept_apart(right, left, other[rest], one[rest])
    return found


def _are_kept_apart(mine: Outlines, others: Outlines, one: Ints, other: Ints) -> NDArray[np.bool_]:
    edges, corners = np.diff(mine.edge_from)[one], np.diff(others.corner_from)[other]
    fit = np.flatnonzero((edges > 0) & (corners > 0) & (edges * corners <= MAX_PRODUCT))
    found = np.zeros(len(one), dtype=bool)
    for rows, _, hit in _sides(mine, others, one[fit], other[fit], left=False):
        found[fit[rows]] = hit.any(axis=0)
    return found


def _sides(
    mine: Outlines, others: Outlines, one: Ints, other: Ints, *, left: bool
) -> Iterator[tuple[Ints, Ints, NDArray[np.bool_]]]:
    """For edges of the one, whether all corners of the other lie to the left, or to the right; on it is both.

    Pairs of alike numbers of edges and corners are taken together, as blocks of arrays.

    Yields:
        Rows of pairs, shape (m,); their edges, shape (k, m), the last one repeated; and the answer, shape (k, m).
    """
    edges, corners = np.diff(mine.edge_from)[one], np.diff(others.corner_from)[other]
    wide = [np.maximum(count + count % 2, 4) for count in (edges, corners)]
    size = wide[0] * (MAX_PRODUCT + 1) + wide[1]
    order = np.argsort(size, kind="stable")
    for group in np.split(order, np.flatnonzero(np.diff(size[order])) + 1) if len(order) else ():
        k, c = int(wide[0][group[0]]), int(wide[1][group[0]])
        step = max(_BLOCK // (k * c), 1)
        for rows in (group[start : start + step] for start in range(0, len(group), step)):
            edge = mine.edge_from[one[rows]] + np.minimum(np.arange(k)[:, None], edges[rows] - 1)
            corner = others.corner_from[other[rows]] + np.minimum(np.arange(c)[:, None], corners[rows] - 1)
            x, y, dx, dy = (column[edge][:, None] for column in mine.edge)
            across = dx * (others.y[corner] - y) - dy * (others.x[corner] - x)
            yield rows, edge, (across >= 0 if left else across <= 0).all(axis=1)

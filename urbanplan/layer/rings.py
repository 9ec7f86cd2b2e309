"""Rings and lines of shapes, as far as it goes without an object of the geometry library for each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

if TYPE_CHECKING:
    from numpy.typing import NDArray

_LINE_KINDS = (shapely.GeometryType.LINESTRING, shapely.GeometryType.LINEARRING)
_ROUNDING = 1e-14  # relative, of one product of a sum of products


def split_parts(shapes: Any) -> tuple[NDArray[np.object_], NDArray[np.intp]]:
    """The parts of geometries, each with its row, as ``shapely.get_parts`` gives them; of single ones, themselves."""
    rows = np.asarray(shapes, dtype=object)
    kinds = shapely.get_type_id(rows)
    if (kinds <= shapely.GeometryType.POLYGON).all():
        there = np.flatnonzero(kinds >= 0)
        return (rows if len(there) == len(rows) else rows[there]), there
    return shapely.get_parts(rows, return_index=True)


def split_rings(polygons: NDArray[np.object_]) -> tuple[NDArray[np.object_], NDArray[np.intp]]:
    """Geometries that hold the coordinates of one ring each, and their rows: a polygon without holes is its own.

    Args:
        polygons: shape (n,); other geometries have no ring.
    """
    solid = shapely.get_type_id(polygons) == shapely.GeometryType.POLYGON
    holed = solid & (shapely.get_num_interior_rings(polygons) > 0)
    whole = np.flatnonzero(solid & ~holed & ~shapely.is_empty(polygons))
    if not holed.any():
        return polygons[whole], whole
    rings, back = shapely.get_rings(polygons[holed], return_index=True)
    row = np.concatenate([whole, np.flatnonzero(holed)[back]])
    order = np.argsort(row, kind="stable")
    return np.concatenate([polygons[whole], rings])[order], row[order]


def linear_parts(shapes: Any) -> tuple[NDArray[np.object_], NDArray[np.intp]]:
    """Geometries that hold the coordinates of one ring or line each, rings first, and the row of each."""
    parts, owner = split_parts(shapes)
    rings, back = split_rings(parts)
    line = np.isin(shapely.get_type_id(parts), _LINE_KINDS)
    return np.concatenate([rings, parts[line]]), np.concatenate([owner[back], owner[line]])


def are_counterclockwise(rings: NDArray[np.object_]) -> NDArray[np.bool_]:
    """Whether each ring of valid polygons, as :func:`split_rings` gives them, runs counter-clockwise.

    The sign of the ring's area tells it; where rounding might have made that, the geometry library is asked.
    """
    points, ring = shapely.get_coordinates(rings, return_index=True)
    if not len(points):
        return np.zeros(len(rings), dtype=bool)
    twice, size = doubled_areas(points, ring, len(rings))
    left = twice > 0
    unsure = np.flatnonzero(np.abs(twice) <= _ROUNDING * (np.bincount(ring, minlength=len(rings)) + 8) * size)
    left[unsure] = shapely.is_ccw(_as_lines(rings[unsure]))
    return left


def doubled_areas(
    points: NDArray[np.float64], ring: NDArray[np.intp], count: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Twice the signed area of each of some closed rings, and the sum of the products that it is made of.

    Args:
        points: shape (n, 2). ring: of each point, ascending. count: of rings, each with a point.
    """
    begin = np.searchsorted(ring, np.arange(count))
    x, y = (side - side[begin][ring] for side in points.T)  # numpy picks rows of two slowly
    follows = np.flatnonzero(ring[1:] == ring[:-1])
    first, second = x[follows] * y[follows + 1], y[follows] * x[follows + 1]
    of = ring[follows]
    twice: Any = np.bincount(of, weights=first - second, minlength=count)
    size: Any = np.bincount(of, weights=np.abs(first) + np.abs(second), minlength=count)
    return twice, size


def _as_lines(rings: NDArray[np.object_]) -> NDArray[np.object_]:
    solid = shapely.get_type_id(rings) == shapely.GeometryType.POLYGON
    return np.where(solid, shapely.get_exterior_ring(rings), rings)

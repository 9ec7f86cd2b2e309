"""Distance to the nearest of many shapes; those of many corners are looked at in pieces, which bounds the work."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

if TYPE_CHECKING:
    from numpy.typing import NDArray

MAX_CORNERS = 64  # of a piece; the distance of two shapes takes the product of their corners


def nearest_distances(shapes: Any, others: Any) -> NDArray[np.float64]:
    """Distance from each shape to the nearest of others, infinity where there is none or nothing is drawn.

    Args:
        shapes: geometries or None, shape (n,). others: geometries or None, shape (m,), in the same plane.

    Returns:
        Units of the coordinates, shape (n,); 0 where they meet.
    """
    mine, there = np.asarray(shapes, dtype=object), np.asarray(others, dtype=object)
    found = np.full(len(mine), np.inf)
    there = there[~(shapely.is_missing(there) | shapely.is_empty(there))]
    if not len(there) or not len(mine):
        return found
    if max(int(shapely.get_num_coordinates(side).max()) for side in (mine, there)) <= MAX_CORNERS:
        at, distance = shapely.STRtree(there).query_nearest(mine, return_distance=True, all_matches=False)
        found[at[0]] = distance
        return found
    met = shapely.STRtree(mine).query(there, predicate="intersects")[1]  # prepares each of the others once
    found[met] = 0.0
    rows = np.flatnonzero(np.isinf(found))
    pieces, of = split_shapes(mine[rows])
    near, distance = shapely.STRtree(split_shapes(there)[0]).query_nearest(
        pieces, return_distance=True, all_matches=False
    )
    np.minimum.at(found, rows[of[near[0]]], distance)
    return found


def split_shapes(shapes: NDArray[np.object_]) -> tuple[NDArray[np.object_], NDArray[np.intp]]:
    """Pieces of few corners that have all points of lines and borders of areas, and the row of each; areas of many
    corners become their borders.
    """
    parts, row = shapely.get_parts(shapes, return_index=True)
    large = shapely.get_num_coordinates(parts) > MAX_CORNERS
    borders = np.where(shapely.get_dimensions(parts) == 2, shapely.boundary(parts), parts)
    lines, of = shapely.get_parts(borders[large], return_index=True)
    points, line = shapely.get_coordinates(lines, return_index=True)
    first = np.flatnonzero(np.append(True, line[1:] != line[:-1]))
    number = np.arange(len(points)) - np.repeat(first, np.diff(np.append(first, len(points))))
    inner = np.flatnonzero(number % (MAX_CORNERS - 1) == 0)
    inner = inner[np.append(line[1:] == line[:-1], False)[inner]]  # a piece has at least two corners
    size = np.minimum(MAX_CORNERS, np.append(first[1:], len(points))[line[inner]] - inner)
    index = np.repeat(np.arange(len(inner)), size)
    corner = np.repeat(inner, size) + np.arange(len(index)) - np.repeat(np.cumsum(size) - size, size)
    pieces: Any = np.empty(0, dtype=object)
    if len(inner):
        pieces = shapely.linestrings(points.take(corner, axis=0), indices=index)
    owner = row[large][of[line[inner]]]
    return np.concatenate([parts[~large], pieces]), np.concatenate([row[~large], owner])

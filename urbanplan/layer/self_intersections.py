"""Where the rings of a polygon cross themselves or one another: every place, not only the first."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely


def find_self_intersections(shape: Any) -> Any:
    """Points (and shared stretches) at which rings of an invalid polygon cross, or None.

    Segments of one ring that are not neighbours may not meet at all; neighbours and segments of different rings
    may touch in a point but not cross or run together.
    """
    segments, ring, order, size = _segments(shape)
    if len(segments) < 2:
        return None
    left, right = shapely.STRtree(segments).query(segments, predicate="intersects")
    forward = left < right
    left, right = left[forward], right[forward]
    meeting = shapely.intersection(segments[left], segments[right])
    same = ring[left] == ring[right]
    step = np.abs(order[left] - order[right])
    neighbours = same & ((step == 1) | (step == size[left] - 1))
    along = shapely.get_dimensions(meeting) == 1
    crossed = shapely.crosses(segments[left], segments[right])
    wrong = along | (same & ~neighbours) | (~same & crossed)
    if not wrong.any():
        return None
    return shapely.union_all(meeting[wrong])


def _segments(shape: Any) -> tuple[Any, Any, Any, Any]:
    """Segments of all rings: lines, ring of each, place in the ring, number of the ring's segments."""
    lines, rings, orders, sizes = [], [], [], []
    for number, ring in enumerate(shapely.get_rings(shapely.get_parts(shape))):
        points = shapely.get_coordinates(ring)
        points = points[np.r_[True, (np.diff(points, axis=0) != 0).any(axis=1)]]
        count = len(points) - 1
        if count < 1:
            continue
        lines.append(np.stack([points[:-1], points[1:]], axis=1))
        rings.append(np.full(count, number))
        orders.append(np.arange(count))
        sizes.append(np.full(count, count))
    if not lines:
        none = np.array([], dtype=int)
        return np.array([], dtype=object), none, none, none
    segments: Any = shapely.linestrings(np.concatenate(lines))
    return segments, np.concatenate(rings), np.concatenate(orders), np.concatenate(sizes)

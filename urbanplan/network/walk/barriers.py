"""Barriers: what they shade of the street parts that a place would see.

A leg that touches a barrier does not cross it: a gate that stands on a wall sees
both sides, and a street on a wall is seen from both.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from urbanplan.network.bbox_join import Boxes, intersecting_chunks, segment_boxes
from urbanplan.network.graph import Segments
from urbanplan.network.intervals import Floats, Ints, complement, union
from urbanplan.network.segment_sides import project_to_segments
from urbanplan.network.walk.leg_intervals import LEG_SLACK, LegIntervals

START_TOLERANCE = 0.01
"""Metres: a barrier this near to where a leg begins does not stop it."""

Linear = tuple[Floats, Floats]
"""A value and its slope along the street segment: ``value + slope·t``."""


@dataclass(frozen=True, eq=False)
class Shadows:
    """Dark parts of rows, one for each pair of a row and a barrier: metres along the row's edge, low <= high."""

    row: Ints
    low: Floats
    high: Floats


def stack_shadows(parts: Sequence[Shadows]) -> Shadows:
    """All of them, without those that are nowhere (low above high)."""
    row = np.concatenate([np.empty(0, np.int64), *(part.row for part in parts)])
    low = np.concatenate([np.empty(0), *(part.low for part in parts)])
    high = np.concatenate([np.empty(0), *(part.high for part in parts)])
    dark = low <= high
    return Shadows(row[dark], low[dark], high[dark])


def visible_from_points(
    seen: LegIntervals, points: NDArray[np.float64], segments: Segments, barriers: NDArray[np.float64]
) -> LegIntervals:
    """Cut seen parts (row i from ``points[i]``) to what barriers ``(x0, y0, x1, y1)`` leave in sight."""
    return subtract_shadows(seen, shadows_from_points(seen, points, segments, barriers))


def shadows_from_points(
    seen: LegIntervals, points: NDArray[np.float64], segments: Segments, barriers: NDArray[np.float64]
) -> Shadows:
    """What barriers shade of seen parts, row i from ``points[i]``."""
    found = []
    for row, barrier in intersecting_chunks(_leg_boxes(seen, points, segments), segment_boxes(barriers)):
        found.append(Shadows(row, *_shadow_from_points(seen.pick(row), points[row], segments, barriers[barrier])))
    return stack_shadows(found)


def visible_from_walls(
    seen: LegIntervals, walls: NDArray[np.float64], side: float, segments: Segments, barriers: NDArray[np.float64]
) -> LegIntervals:
    """Cut seen parts whose legs stand upright on a wall (row i on ``walls[i]``) to what barriers leave."""
    box = segment_boxes(walls)
    legs = _leg_boxes(seen, walls[:, :2], segments)
    boxes = Boxes(np.minimum(box.low, legs.low), np.maximum(box.high, legs.high))
    found = []
    for row, barrier in intersecting_chunks(boxes, segment_boxes(barriers)):
        found.append(Shadows(row, *_shadow_from_walls(seen.pick(row), walls[row], side, segments, barriers[barrier])))
    return subtract_shadows(seen, stack_shadows(found))


def _leg_boxes(seen: LegIntervals, points: NDArray[np.float64], segments: Segments) -> Boxes:
    """Boxes around each row's legs."""
    ends = [points, *(_street_points(seen, segments, t) for t in (seen.low, seen.high))]
    return Boxes(np.minimum.reduce(ends), np.maximum.reduce(ends))


def _street_points(seen: LegIntervals, segments: Segments, t: Floats) -> NDArray[np.float64]:
    along = t - segments.start[seen.segment]
    start = segments.ends[seen.segment, :2]
    return start + np.column_stack([segments.dx[seen.segment] * along, segments.dy[seen.segment] * along])


def _shadow_from_points(
    seen: LegIntervals, points: NDArray[np.float64], segments: Segments, barriers: NDArray[np.float64]
) -> tuple[Floats, Floats]:
    """Metres along the edge where the leg from each point crosses its barrier (low above high: nowhere)."""
    first, second = barriers[:, :2] - points, barriers[:, 2:] - points
    turn = _cross_product(first, second)
    swap = (turn < 0)[:, None]
    first, second = np.where(swap, second, first), np.where(swap, first, second)
    way = segments.ends[seen.segment, :2] - points
    step = np.column_stack([segments.dx[seen.segment], segments.dy[seen.segment]])
    rim = second - first
    width = np.hypot(rim[:, 0], rim[:, 1])
    beyond = (-_cross_product(rim, way - first) - LEG_SLACK * width, -_cross_product(rim, step))
    limits = [
        (_cross_product(first, way), _cross_product(first, step)),
        (_cross_product(way, second), _cross_product(step, second)),
        beyond,
    ]
    stands = (np.abs(turn) > 0) & (project_to_segments(points, barriers)[1] > START_TOLERANCE)
    return _clip(seen, segments, limits, stands)


def _shadow_from_walls(
    seen: LegIntervals, walls: NDArray[np.float64], side: float, segments: Segments, barriers: NDArray[np.float64]
) -> tuple[Floats, Floats]:
    """The same for legs upright on a wall."""
    step = walls[:, 2:] - walls[:, :2]
    length = np.hypot(step[:, 0], step[:, 1])
    ex, ey = step[:, 0] / length, step[:, 1] / length
    start = segments.ends[seen.segment, :2] - walls[:, :2]
    dx, dy = segments.dx[seen.segment], segments.dy[seen.segment]
    x, xs = start[:, 0] * ex + start[:, 1] * ey, dx * ex + dy * ey
    y, ys = side * (start[:, 1] * ex - start[:, 0] * ey), side * (dy * ex - dx * ey)
    (x1, y1), (x2, y2) = (_rotate_points(barriers[:, c : c + 2] - walls[:, :2], ex, ey, side) for c in (0, 2))
    swap = x1 > x2
    x1, x2, y1, y2 = np.where(swap, x2, x1), np.where(swap, x1, x2), np.where(swap, y2, y1), np.where(swap, y1, y2)
    slope = np.divide(y2 - y1, x2 - x1, out=np.zeros(len(x1)), where=x2 > x1)
    height = (y1 + (x - x1) * slope, xs * slope)  # the barrier's height over the wall where the leg stands
    limits = [
        (x - x1, xs),
        (x2 - x, -xs),
        (height[0] - START_TOLERANCE, height[1]),
        (y - height[0] - LEG_SLACK, ys - height[1]),
    ]
    return _clip(seen, segments, limits, x2 > x1)


def _rotate_points(points: NDArray[np.float64], ex: Floats, ey: Floats, side: float) -> tuple[Floats, Floats]:
    return points[:, 0] * ex + points[:, 1] * ey, side * (points[:, 1] * ex - points[:, 0] * ey)


def _clip(
    seen: LegIntervals, segments: Segments, limits: list[Linear], stands: NDArray[np.bool_]
) -> tuple[Floats, Floats]:
    start = segments.start[seen.segment]
    low, high = seen.low - start, np.where(stands, seen.high - start, -np.inf)
    for value, slope in limits:
        root = np.divide(-value, slope, out=np.zeros(len(value)), where=slope != 0)
        low = np.where(slope > 0, np.maximum(low, root), low)
        high = np.where(slope < 0, np.minimum(high, root), high)
        high = np.where((slope == 0) & (value < 0), -np.inf, high)
    return start + low, start + high


def _cross_product(a: NDArray[np.float64], b: NDArray[np.float64]) -> Floats:
    return a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]


def subtract_shadows(seen: LegIntervals, shadows: Shadows) -> LegIntervals:
    """The seen rows without their dark parts, those that are cut behind the others; dark parts that touch leave no
    chink."""
    if not len(shadows.row):
        return seen
    cut, line = np.unique(shadows.row, return_inverse=True)
    base = seen.low[cut]
    dark = union(line, shadows.low - base[line], shadows.high - base[line], touch=LEG_SLACK)
    lit = complement(dark, seen.high[cut] - base)
    left = seen.within(lit.low + base[lit.line], lit.high + base[lit.line], cut[lit.line])
    whole = np.ones(len(seen), dtype=bool)
    whole[cut] = False
    kept = seen.pick(whole)
    return LegIntervals(*map(np.concatenate, zip(kept.columns, left.columns, strict=True)))

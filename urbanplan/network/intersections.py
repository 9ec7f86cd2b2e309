"""Where drawn lines meet: every point that two lines share, and every stretch they run together."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from urbanplan.network.graph import distances_along
from urbanplan.network.intervals import Floats, Intervals, Ints, union
from urbanplan.network.line_segments import LineSegments
from urbanplan.network.order import dot_rows, sort_order
from urbanplan.network.segment_pairs import segment_pairs
from urbanplan.network.segment_sides import PairSides, intersection_fractions, pair_sides

Mask = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Intersections:
    """Points that two lines share, one row each: ``at`` and ``other_at`` are metres along ``line`` and ``other``."""

    line: Ints
    at: Floats
    other: Ints
    other_at: Floats

    def __len__(self) -> int:
        return len(self.line)

    def pick(self, rows: Mask | Ints) -> Intersections:
        """Some of the rows."""
        return Intersections(self.line[rows], self.at[rows], self.other[rows], self.other_at[rows])

    @cached_property
    def both_ways(self) -> Intersections:
        """Each row seen from either line."""
        return Intersections(
            np.concatenate([self.line, self.other]),
            np.concatenate([self.at, self.other_at]),
            np.concatenate([self.other, self.line]),
            np.concatenate([self.other_at, self.at]),
        )

    def rows_of(self, line: int) -> Ints:
        """The rows of a line, as they stand."""
        order, lines = self._by_line
        low, high = np.searchsorted(lines, [line, line + 1]).tolist()
        return order[low:high]

    @cached_property
    def _by_line(self) -> tuple[Ints, Ints]:
        order = sort_order(self.line)
        return order, self.line[order]


@dataclass(frozen=True, eq=False)
class SharedStretches:
    """Stretches ``low..high`` of ``line`` that run on ``other``, disjoint for each pair of lines, both ways."""

    line: Ints
    other: Ints
    low: Floats
    high: Floats

    def __len__(self) -> int:
        return len(self.line)

    def pick(self, rows: Mask | Ints) -> SharedStretches:
        """Some of the rows."""
        return SharedStretches(self.line[rows], self.other[rows], self.low[rows], self.high[rows])

    @property
    def length(self) -> Floats:
        """Metres of each row."""
        return self.high - self.low


def intersect_lines(
    coords: NDArray[np.float64], offsets: Ints, at: Floats | None = None, *, tolerance: float
) -> tuple[Intersections, SharedStretches]:
    """All points and stretches that lines (flat vertices, offsets, metres along if known) share within the tolerance.

    Neighbouring segments of one line do not meet; everything else does, ends that join included.
    """
    segments = _segments(coords, offsets, at)
    points: list[tuple[NDArray, ...]] = []
    shared: list[tuple[NDArray, ...]] = []
    reach = max(tolerance, 1e-9)
    for a, b in segment_pairs(segments, reach):
        keep = (segments.line(a) != segments.line(b)) | (b - a != 1)
        sides = pair_sides(segments.ends, a[keep], b[keep], reach)
        points += [_crossings(segments, sides), *_touches(segments, sides)]
        along = sides.along
        shared.append(_shared_stretches(segments, sides.a[along], sides.b[along], reach))
    return _to_intersections(points, len(offsets) - 1), _to_stretches(shared, len(offsets) - 1)


def shared_stretches(
    coords: NDArray[np.float64], offsets: Ints, at: Floats | None = None, *, tolerance: float, rank: Ints | None = None
) -> SharedStretches:
    """The stretches of :func:`intersect_lines` alone.

    Args:
        coords, offsets, at, tolerance: as there.
        rank: place of each line in another order of the lines, in which of two
            the one that stands first is measured along; their own order unless given.
    """
    segments = _segments(coords, offsets, at)
    shared: list[tuple[NDArray, ...]] = []
    reach = max(tolerance, 1e-9)
    for a, b in segment_pairs(segments, reach):
        apart = segments.line(a) != segments.line(b)
        a, b = a[apart], b[apart]
        along = pair_sides(segments.ends, a, b, reach).along
        a, b = a[along], b[along]
        if rank is not None:
            swap = rank[segments.line(a)] > rank[segments.line(b)]
            a, b = np.where(swap, b, a), np.where(swap, a, b)
        shared.append(_shared_stretches(segments, a, b, reach))
    return _to_stretches(shared, len(offsets) - 1)


def _segments(coords: NDArray[np.float64], offsets: Ints, at: Floats | None) -> LineSegments:
    return LineSegments(coords, offsets, distances_along(coords, offsets) if at is None else at)


def _crossings(segments: LineSegments, sides: PairSides) -> tuple[NDArray, ...]:
    crossing = sides.crossing
    a, b = sides.a[crossing], sides.b[crossing]
    s, t, live = intersection_fractions(segments.take(a), segments.take(b))
    real = live & (s > 0) & (s < 1) & (t > 0) & (t < 1)
    a, b, s, t = a[real], b[real], s[real], t[real]
    at = segments.at[a] + s * segments.lengths[a]
    return segments.line(a), at, segments.line(b), segments.at[b] + t * segments.lengths[b]


def _touches(segments: LineSegments, sides: PairSides) -> list[tuple[NDArray, ...]]:
    """Vertices of either segment that lie on the other."""
    found = []
    for end, mine, other, share in sides.touches():
        at = segments.at[mine] + end * segments.lengths[mine]
        other_at = segments.at[other] + share * segments.lengths[other]
        found.append((segments.line(mine), at, segments.line(other), other_at))
    return found


def _shared_stretches(segments: LineSegments, a: Ints, b: Ints, tolerance: float) -> tuple[NDArray, ...]:
    """Stretches on which two segments of different lines run within the tolerance over all that both span."""
    length, other_length = segments.lengths[a], segments.lengths[b]
    keep = (segments.line(a) != segments.line(b)) & (length > 0) & (other_length > 0)
    a, b = a[keep], b[keep]
    length, other_length = length[keep], other_length[keep]
    one, other = segments.take(a), segments.take(b)
    step = (one[:, 2:] - one[:, :2]) / length[:, None]
    first, second = (other[:, k : k + 2] - one[:, :2] for k in (0, 2))
    t0, t1 = dot_rows(first, step), dot_rows(second, step)
    off0, off1 = (way[:, 0] * step[:, 1] - way[:, 1] * step[:, 0] for way in (first, second))
    low, high = np.maximum(np.minimum(t0, t1), 0.0), np.minimum(np.maximum(t0, t1), length)
    real = (high - low > tolerance) & (t0 != t1)
    a, b = a[real], b[real]
    metres = (low, high, t0, t1, off0, off1, other_length)
    low, high, t0, t1, off0, off1, other_length = (column[real] for column in metres)
    share = [(t - t0) / (t1 - t0) for t in (low, high)]
    beside = [np.abs(off0 + s * (off1 - off0)) <= tolerance for s in share]
    hit = beside[0] & beside[1]
    mine = [segments.at[a] + t for t in (low, high)]
    theirs = [segments.at[b] + np.clip(s, 0, 1) * other_length for s in share]
    columns = (segments.line(a), segments.line(b), *mine, np.minimum(*theirs), np.maximum(*theirs))
    return tuple(column[hit] for column in columns)


def _to_intersections(points: list[tuple[NDArray, ...]], lines: int) -> Intersections:
    if not points:
        return Intersections(np.empty(0, np.int64), np.empty(0), np.empty(0, np.int64), np.empty(0))
    line, at, other, other_at = (np.concatenate(column) for column in zip(*points, strict=True))
    swap = (line > other) | ((line == other) & (at > other_at))
    found = Intersections(
        np.where(swap, other, line),
        np.where(swap, other_at, at),
        np.where(swap, line, other),
        np.where(swap, at, other_at),
    )
    return found.pick(_order_of_meetings(found, lines))


def _order_of_meetings(found: Intersections, lines: int) -> Ints:
    """By line, other and metres along both.

    Most pairs of lines meet in one point, told from both sides: metres order those alone that meet in several.
    """
    pair = found.line * lines + found.other
    order = sort_order(pair)
    pair, at, other_at = pair[order], found.at[order], found.other_at[order]
    fresh = np.append(True, pair[1:] != pair[:-1])[: len(pair)]
    moved = np.append(False, (at[1:] != at[:-1]) | (other_at[1:] != other_at[:-1]))[: len(pair)] & ~fresh
    group = np.cumsum(fresh) - 1
    several = np.zeros(len(pair), dtype=bool)
    several[group[moved]] = True
    rows = np.flatnonzero(several[group])
    order[rows] = order[rows][np.lexsort((other_at[rows], at[rows], pair[rows]))]
    return order


def _to_stretches(shared: list[tuple[NDArray, ...]], lines: int) -> SharedStretches:
    if not shared:
        return SharedStretches(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0), np.empty(0))
    a, b, low, high, b_low, b_high = (np.concatenate(column) for column in zip(*shared, strict=True))
    pair = np.concatenate([a * lines + b, b * lines + a])
    whole: Intervals = union(pair, np.concatenate([low, b_low]), np.concatenate([high, b_high]), touch=1e-6)
    line, other = np.divmod(whole.line, lines)
    return SharedStretches(line, other, whole.low, whole.high)

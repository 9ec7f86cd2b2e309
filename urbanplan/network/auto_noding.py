"""Where lines join when nobody says how: shared vertices, ends on lines, crossings of one level.

A vertex that two lines share joins them unless their levels are told and differ; an end that lies on a line joins it
at any level (a bridge ends on the ground); a crossing without a shared vertex joins where one level is told for both,
stays apart where levels differ, and is doubtful otherwise.  Lines whose end nodes are known (an OpenStreetMap extract)
join each other by those nodes alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from urbanplan.network.intervals import Floats, Ints, expand_counts
from urbanplan.network.line_segments import LineSegments, index_dtype
from urbanplan.network.order import group_equal_points, slices, split_by_place
from urbanplan.network.segment_pairs import segment_pairs
from urbanplan.network.segment_sides import intersection_fractions, pair_sides, project_to_segments

Mask = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class LineJoins:
    """Pairs of positions on lines that are one place, one row each: metres along ``line`` and ``other``.

    Attributes:
        sure: whether the two join; the others are crossings of which no level tells whether they do.
    """

    line: NDArray[np.signedinteger]
    at: Floats
    other: NDArray[np.signedinteger]
    other_at: Floats
    sure: Mask


@dataclass(frozen=True, eq=False)
class _Rule:
    """What decides whether two lines join.

    Attributes:
        low, high: least and greatest level of each line. told: whether any is told.
        known: lines whose end nodes are known. reach: metres within which two places are one.
    """

    low: Floats
    high: Floats
    told: bool
    known: Mask
    reach: float

    def judge(self, line: Ints, at: Floats, other: Ints, other_at: Floats, *, end: Mask, shared: Mask) -> LineJoins:
        """Which of the places join surely or perhaps; ``end``: a line ends there, ``shared``: both have a vertex."""
        keep = ~self.is_itself(line, at, other, other_at) & ~(self.known[line] & self.known[other])
        sure = end | shared
        if self.told:
            keep &= end | ~((self.low[line] > self.high[other]) | (self.low[other] > self.high[line]))
            sure |= (self.low[line] == self.high[line]) & (self.low[other] == self.high[other])
        return LineJoins(line[keep], at[keep], other[keep], other_at[keep], sure[keep])

    def is_itself(self, line: Ints, at: Floats, other: Ints, other_at: Floats) -> Mask:
        """Whether two positions are one place of one line."""
        return (line == other) & (np.abs(other_at - at) <= 2 * self.reach + 1e-6)


def find_joins(
    coords: NDArray[np.float64],
    offsets: Ints,
    at: Floats,
    *,
    levels: NDArray[np.float64],
    known: Mask,
    tolerance: float,
) -> LineJoins:
    """All places where lines join or may join; of vertices that lie on each other each is joined to one of them.

    Args:
        coords, offsets, at: vertices of all lines, shape (k, 2); where each begins; metres along it of each vertex.
        levels: least and greatest level of each line, shape (lines, 2), infinite where nobody tells.
        known: lines whose end nodes are known. tolerance: metres within which a vertex touches a line.
    """
    if known.all():
        return _JoinTable(0).table()
    low, high = (np.ascontiguousarray(side) for side in levels.T)
    rule = _Rule(low, high, bool(np.isfinite(levels).any()), known, max(tolerance, 1e-9))
    segments = LineSegments(coords, offsets, at)
    turns = _turns_back(segments, rule)
    found = _JoinTable(len(coords))
    found.add(_cut_at_turns(segments, turns, rule))
    for row in split_by_place(coords):
        found.add(*_shared_vertices(segments, row, rule))
    for a, b in segment_pairs(segments, rule.reach):
        line, other = segments.line(a), segments.line(b)
        follows = (line == other) & (b - a == 1) & ~turns[a]
        keep = ~follows & ~(known[line] & known[other])
        found.add(*_meetings(segments, a[keep], b[keep], rule))
    return found.table()


class _JoinTable:
    """Joins one behind the other in columns with room: of pieces kept and put together there would be two copies."""

    def __init__(self, room: int) -> None:
        number = index_dtype(room)
        self._count = 0
        self._columns: list[NDArray[Any]] = [
            np.empty(room + 1, dtype=kind) for kind in (number, np.float64, number, np.float64, np.bool_)
        ]

    def add(self, *parts: LineJoins) -> None:
        """Put joins behind the others."""
        for part in parts:
            stop = self._count + len(part.line)
            if stop > len(self._columns[0]):
                self._columns = [_with_room(column, 2 * stop) for column in self._columns]
            for column, values in zip(self._columns, vars(part).values(), strict=True):
                column[self._count : stop] = values
            self._count = stop

    def table(self) -> LineJoins:
        """All of them."""
        return LineJoins(*(column[: self._count] for column in self._columns))


def _with_room(column: NDArray[Any], room: int) -> NDArray[Any]:
    wider = np.empty(room, dtype=column.dtype)
    wider[: len(column)] = column
    return wider


def _turns_back(segments: LineSegments, rule: _Rule) -> Mask:
    """Whether a line goes back from a segment over itself: the next one lies on it, or it on the next."""
    turns = np.zeros(len(segments.coords), dtype=bool)
    for piece in slices(len(turns) - 2):
        rows = np.arange(piece.start, piece.stop)
        steps = np.diff(segments.coords[piece.start : piece.stop + 2], axis=0)
        length = np.hypot(*steps.T)
        (ax, ay), (bx, by) = steps[:-1].T, steps[1:].T
        off = np.abs(ax * by - ay * bx) <= rule.reach * np.maximum(length[:-1], length[1:])
        turns[piece] = off & (ax * bx + ay * by < 0) & (segments.line(rows) == segments.line(rows + 2))
    return turns


def _cut_at_turns(segments: LineSegments, turns: Mask, rule: _Rule) -> LineJoins:
    """The vertices at which lines turn back, each a place of its line alone: the ways there and back are pieces."""
    row = np.flatnonzero(turns)
    row = row[~rule.known[segments.line(row)]]
    line, at = segments.line(row), segments.at[row + 1]
    return LineJoins(line, at, line, at, np.ones(len(row), dtype=bool))


def _shared_vertices(segments: LineSegments, among: Ints, rule: _Rule) -> list[LineJoins]:
    """Vertices that lie on each other: all to the first that joins the others, or pair by pair where none does."""
    row, first, count = _shared_rows(segments.coords, among)
    if len(row) == 0:
        return []
    line, at, total = segments.line(row), segments.at, len(segments.coords)
    rank = np.where(rule.known[line], 2, np.where(segments.tip[row], 0, 1))
    rank, leader = np.divmod(np.minimum.reduceat(rank * total + row, first), total)
    leaders = np.repeat(leader, count)
    folded = rule.is_itself(segments.line(leaders), at[leaders], line, at[row]) & (leaders != row)
    paired = np.logical_or.reduceat(folded, first) & (count > 2)
    if rule.told:
        conflict = np.maximum.reduceat(rule.low[line], first) > np.minimum.reduceat(rule.high[line], first)
        paired |= (rank == 1) & conflict
    star = np.repeat(~paired & (rank < 2), count) & (leaders != row)
    return [
        _join_vertices(segments, leaders[star], row[star], rule),
        _join_vertices(segments, *_pairs_in_groups(row, first[paired], count[paired]), rule),
    ]


def _shared_rows(coords: NDArray[np.float64], among: Ints) -> tuple[Ints, Ints, Ints]:
    """Vertices that lie on another, equal ones together; where each place's begin in them, and how many they are."""
    order, group = group_equal_points(coords.take(among, axis=0))
    change = group[1:] != group[:-1]
    several = ~(np.append(True, change) & np.append(change, True))[: len(order)]
    row, group = among[order[several]], group[several]
    first = np.flatnonzero(np.append(True, group[1:] != group[:-1])[: len(row)])
    return row, first, np.diff(first, append=len(row))


def _pairs_in_groups(row: Ints, first: Ints, count: Ints) -> tuple[Ints, Ints]:
    """Each pair of the rows of each group, of which ``first`` and ``count`` tell where they stand."""
    group, number = expand_counts(count)
    owner, behind = expand_counts(count[group] - number - 1)
    one = first[group] + number
    return row[one[owner]], row[one[owner] + behind + 1]


def _join_vertices(segments: LineSegments, one: Ints, other: Ints, rule: _Rule) -> LineJoins:
    at, end = segments.at, segments.tip[one] | segments.tip[other]
    shared = np.ones(len(one), dtype=bool)
    return rule.judge(segments.line(one), at[one], segments.line(other), at[other], end=end, shared=shared)


def _meetings(segments: LineSegments, a: Ints, b: Ints, rule: _Rule) -> list[LineJoins]:
    """Where pairs of segments touch or cross, but for vertices that they share.

    On which side of the other's line an end lies tells for nearly all of them that they do not.
    """
    sides = pair_sides(segments.ends, a, b, rule.reach)
    found = []
    for end in (0, 1):
        own = sides.near[0][end] & ~(sides.same[end][0] | sides.same[end][1])
        other = sides.near[1][end] & ~(sides.same[0][end] | sides.same[1][end])
        found += [_touches(segments, a[own], b[own], end, rule)]
        found += [_touches(segments, b[other], a[other], end, rule)]
    cross = ~(sides.apart | sides.shared)
    return [*found, _crossings(segments, a[cross], b[cross], rule)]


def _touches(segments: LineSegments, mine: Ints, other: Ints, end: int, rule: _Rule) -> LineJoins:
    """Ends of the one segment that lie on the other; an inner vertex is looked at where its segment begins."""
    tip, at, reach = segments.tip, segments.at, rule.reach
    row = np.flatnonzero(tip[mine + 1]) if end else np.arange(len(mine))
    a, b = mine[row], other[row]
    share, away = project_to_segments(segments.coords.take(a + end, axis=0), segments.take(b))
    hit = away <= reach
    a, b, share = a[hit], b[hit], share[hit]
    length = segments.length(b)
    low, high = share * length <= reach, (1 - share) * length <= reach
    share = np.where(low, 0.0, np.where(high, 1.0, share))
    ends = tip[a + end] | ((low | high) & tip[np.where(low, b, b + 1)])
    own_at, other_at = at[a] + end * segments.length(a), at[b] + share * length
    return rule.judge(segments.line(a), own_at, segments.line(b), other_at, end=ends, shared=low | high)


def _crossings(segments: LineSegments, a: Ints, b: Ints, rule: _Rule) -> LineJoins:
    """Proper crossings of two segments away from their ends."""
    s, t, live = intersection_fractions(segments.take(a), segments.take(b))
    real = live
    for length, share in ((segments.length(a), s), (segments.length(b), t)):
        real = real & (np.minimum(share, 1 - share) * length > rule.reach)
    a, b, s, t = a[real], b[real], s[real], t[real]
    no = np.zeros(len(a), dtype=bool)
    at, other_at = (segments.at[one] + share * segments.length(one) for one, share in ((a, s), (b, t)))
    return rule.judge(segments.line(a), at, segments.line(b), other_at, end=no, shared=no)

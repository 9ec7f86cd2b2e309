"""Where lines join when nobody says how: shared vertices, ends on lines, crossings of one level.

A vertex that two lines share joins them unless their levels are told and differ; an end that lies on a line joins it
at any level (a bridge ends on the ground); a crossing without a shared vertex joins where one level is told for both,
stays apart where levels differ, and is doubtful otherwise.  Lines whose end nodes are known (an OpenStreetMap extract)
join each other by those nodes alone.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from urbanplan.network.intervals import Floats, Ints, expand_counts
from urbanplan.network.order import group_equal_points
from urbanplan.network.segment_pairs import segment_pairs
from urbanplan.network.segment_sides import intersection_fractions, pair_sides, project_to_segments

Mask = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class LineJoins:
    """Pairs of positions on lines that are one place, one row each: metres along ``line`` and ``other``.

    Attributes:
        sure: whether the two join; the others are crossings of which no level tells whether they do.
    """

    line: Ints
    at: Floats
    other: Ints
    other_at: Floats
    sure: Mask


@dataclass(frozen=True, eq=False)
class _Vertices:
    """Vertices of all lines.

    Attributes:
        line: of each vertex. at: metres along it. tip: whether the line ends there.
        order, group: the vertices with equal ones together, and the number of each one's place in that order.
    """

    line: Ints
    at: Floats
    tip: Mask
    order: Ints
    group: Ints


@dataclass(frozen=True, eq=False)
class _Segments:
    """Straight segments of all lines: their line, first vertex, ends and length."""

    line: Ints
    head: Ints
    ends: NDArray[np.float64]
    length: Floats


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
        return _stack([])
    low, high = (np.ascontiguousarray(side) for side in levels.T)
    rule = _Rule(low, high, bool(np.isfinite(levels).any()), known, max(tolerance, 1e-9))
    vertices = _vertices(offsets, at, coords)
    segments = _segments(coords, offsets, vertices)
    turns = _turns_back(segments, rule)
    found = [*_shared_vertices(vertices, rule), _cut_at_turns(segments, vertices, turns, rule)]
    for a, b in segment_pairs(segments.ends, rule.reach):
        follows = (segments.line[a] == segments.line[b]) & (b - a == 1) & ~turns[a]
        keep = ~follows & ~(known[segments.line[a]] & known[segments.line[b]])
        found += _meetings(segments, vertices, a[keep], b[keep], rule)
    return _stack(found)


def _stack(parts: list[LineJoins]) -> LineJoins:
    no, none = np.empty(0, dtype=np.int64), np.empty(0)
    return LineJoins(
        np.concatenate([no, *(part.line for part in parts)]),
        np.concatenate([none, *(part.at for part in parts)]),
        np.concatenate([no, *(part.other for part in parts)]),
        np.concatenate([none, *(part.other_at for part in parts)]),
        np.concatenate([np.empty(0, dtype=bool), *(part.sure for part in parts)]),
    )


def _vertices(offsets: Ints, at: Floats, coords: NDArray[np.float64]) -> _Vertices:
    tip = np.zeros(len(coords), dtype=bool)
    tip[offsets[:-1]] = tip[offsets[1:] - 1] = True
    line = np.repeat(np.arange(len(offsets) - 1, dtype=np.int64), np.diff(offsets))
    return _Vertices(line, at, tip, *group_equal_points(coords))


def _segments(coords: NDArray[np.float64], offsets: Ints, vertices: _Vertices) -> _Segments:
    inner = np.ones(len(coords), dtype=bool)
    inner[offsets[1:] - 1] = False
    head = np.flatnonzero(inner)
    ends = np.hstack([coords[head], coords[head + 1]])
    return _Segments(vertices.line[head], head, ends, np.hypot(*(ends[:, 2:] - ends[:, :2]).T))


def _turns_back(segments: _Segments, rule: _Rule) -> Mask:
    """Whether a line goes back from a segment over itself: the next one lies on it, or it on the next."""
    if len(segments.line) == 0:
        return np.zeros(0, dtype=bool)
    steps = segments.ends[:, 2:] - segments.ends[:, :2]
    (ax, ay), (bx, by) = steps[:-1].T, steps[1:].T
    off = np.abs(ax * by - ay * bx) <= rule.reach * np.maximum(segments.length[:-1], segments.length[1:])
    return np.append(off & (ax * bx + ay * by < 0) & (segments.line[:-1] == segments.line[1:]), False)


def _cut_at_turns(segments: _Segments, vertices: _Vertices, turns: Mask, rule: _Rule) -> LineJoins:
    """The vertices at which lines turn back, each a place of its line alone: the ways there and back are pieces."""
    row = np.flatnonzero(turns & ~rule.known[segments.line])
    line, at = segments.line[row], vertices.at[segments.head[row] + 1]
    return LineJoins(line, at, line, at, np.ones(len(row), dtype=bool))


def _shared_vertices(vertices: _Vertices, rule: _Rule) -> list[LineJoins]:
    """Vertices that lie on each other: all to the first that joins the others, or pair by pair where none does."""
    row, first, count = _shared_rows(vertices)
    if len(row) == 0:
        return []
    line = vertices.line[row]
    rank = np.where(rule.known[line], 2, np.where(vertices.tip[row], 0, 1))
    rank, leader = np.divmod(np.minimum.reduceat(rank * len(vertices.line) + row, first), len(vertices.line))
    leaders, at = np.repeat(leader, count), vertices.at
    folded = rule.is_itself(vertices.line[leaders], at[leaders], line, at[row]) & (leaders != row)
    paired = np.logical_or.reduceat(folded, first) & (count > 2)
    if rule.told:
        conflict = np.maximum.reduceat(rule.low[line], first) > np.minimum.reduceat(rule.high[line], first)
        paired |= (rank == 1) & conflict
    star = np.repeat(~paired & (rank < 2), count) & (leaders != row)
    return [
        _join_vertices(vertices, leaders[star], row[star], rule),
        _join_vertices(vertices, *_pairs_in_groups(row, first[paired], count[paired]), rule),
    ]


def _shared_rows(vertices: _Vertices) -> tuple[Ints, Ints, Ints]:
    """Vertices that lie on another, equal ones together; where each place's begin in them, and how many they are."""
    change = vertices.group[1:] != vertices.group[:-1]
    several = ~(np.append(True, change) & np.append(change, True))
    row, group = vertices.order[several], vertices.group[several]
    first = np.flatnonzero(np.append(True, group[1:] != group[:-1])[: len(row)])
    return row, first, np.diff(first, append=len(row))


def _pairs_in_groups(row: Ints, first: Ints, count: Ints) -> tuple[Ints, Ints]:
    """Each pair of the rows of each group, of which ``first`` and ``count`` tell where they stand."""
    group, number = expand_counts(count)
    owner, behind = expand_counts(count[group] - number - 1)
    one = first[group] + number
    return row[one[owner]], row[one[owner] + behind + 1]


def _join_vertices(vertices: _Vertices, one: Ints, other: Ints, rule: _Rule) -> LineJoins:
    line, at, tip = vertices.line, vertices.at, vertices.tip
    shared = np.ones(len(one), dtype=bool)
    return rule.judge(line[one], at[one], line[other], at[other], end=tip[one] | tip[other], shared=shared)


def _meetings(segments: _Segments, vertices: _Vertices, a: Ints, b: Ints, rule: _Rule) -> list[LineJoins]:
    """Where pairs of segments touch or cross, but for vertices that they share.

    On which side of the other's line an end lies tells for nearly all of them that they do not.
    """
    sides = pair_sides(segments.ends, segments.length, a, b, rule.reach)
    found = []
    for end in (0, 1):
        own = sides.near[0][end] & ~(sides.same[end][0] | sides.same[end][1])
        other = sides.near[1][end] & ~(sides.same[0][end] | sides.same[1][end])
        found += [_touches(segments, vertices, a[own], b[own], end, rule)]
        found += [_touches(segments, vertices, b[other], a[other], end, rule)]
    cross = ~(sides.apart | sides.shared)
    return [*found, _crossings(segments, vertices, a[cross], b[cross], rule)]


def _touches(segments: _Segments, vertices: _Vertices, mine: Ints, other: Ints, end: int, rule: _Rule) -> LineJoins:
    """Ends of the one segment that lie on the other; an inner vertex is looked at where its segment begins."""
    tip, at, reach = vertices.tip, vertices.at, rule.reach
    row = np.flatnonzero(tip[segments.head[mine] + 1]) if end else np.arange(len(mine))
    a, b = mine[row], other[row]
    share, away = project_to_segments(segments.ends[a, 2 * end : 2 * end + 2], segments.ends[b])
    hit = away <= reach
    a, b, share = a[hit], b[hit], share[hit]
    low, high = share * segments.length[b] <= reach, (1 - share) * segments.length[b] <= reach
    share = np.where(low, 0.0, np.where(high, 1.0, share))
    vertex = np.where(low, segments.head[b], segments.head[b] + 1)
    ends = tip[segments.head[a] + end] | ((low | high) & tip[vertex])
    own_at = at[segments.head[a]] + end * segments.length[a]
    other_at = at[segments.head[b]] + share * segments.length[b]
    return rule.judge(segments.line[a], own_at, segments.line[b], other_at, end=ends, shared=low | high)


def _crossings(segments: _Segments, vertices: _Vertices, a: Ints, b: Ints, rule: _Rule) -> LineJoins:
    """Proper crossings of two segments away from their ends."""
    s, t, live = intersection_fractions(segments.ends[a], segments.ends[b])
    real = live
    for segment, share in ((a, s), (b, t)):
        real = real & (np.minimum(share, 1 - share) * segments.length[segment] > rule.reach)
    a, b, s, t = a[real], b[real], s[real], t[real]
    no = np.zeros(len(a), dtype=bool)
    at, other_at = (vertices.at[segments.head[one]] + share * segments.length[one] for one, share in ((a, s), (b, t)))
    return rule.judge(segments.line[a], at, segments.line[b], other_at, end=no, shared=no)

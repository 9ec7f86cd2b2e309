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

from urbanplan.network.bbox_join import crossing_chunks, segment_boxes
from urbanplan.network.graph import distances_along
from urbanplan.network.intersections import intersection_fractions, project_to_segments
from urbanplan.network.intervals import Floats, Ints

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
class _Segments:
    """Straight segments of all lines: their line, first vertex, metres before them, ends, length."""

    line: Ints
    head: Ints
    start: Floats
    ends: NDArray[np.float64]
    length: Floats


def find_joins(
    coords: NDArray[np.float64], offsets: Ints, *, levels: NDArray[np.float64], known: Mask, tolerance: float
) -> LineJoins:
    """All places where lines join or may join.

    Args:
        coords: vertices of all lines, shape (k, 2); ``offsets`` cuts them into lines.
        levels: least and greatest level of each line, shape (lines, 2), infinite where nobody tells.
        known: lines whose end nodes are known. tolerance: metres within which a vertex touches a line.
    """
    reach = max(tolerance, 1e-9)
    segments = _segments(coords, offsets)
    tip = np.zeros(len(coords), dtype=bool)
    tip[offsets[:-1]] = tip[offsets[1:] - 1] = True
    boxes = segment_boxes(segments.ends, reach)
    found: list[LineJoins] = []
    for a, b in [] if known.all() else crossing_chunks(boxes):
        same = segments.line[a] == segments.line[b]
        keep = ~(same & (b - a == 1)) & ~(known[segments.line[a]] & known[segments.line[b]])
        a, b = a[keep], b[keep]
        found += [_touches(segments, *pair, tip, levels, reach) for pair in ((a, b), (b, a))]
        found.append(_crossings(segments, a, b, levels, reach))
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


def _segments(coords: NDArray[np.float64], offsets: Ints) -> _Segments:
    inner = np.ones(len(coords), dtype=bool)
    inner[offsets[1:] - 1] = False
    head = np.flatnonzero(inner)
    owner = np.repeat(np.arange(len(offsets) - 1, dtype=np.int64), np.diff(offsets))
    ends = np.hstack([coords[head], coords[head + 1]])
    length = np.hypot(*(ends[:, 2:] - ends[:, :2]).T)
    return _Segments(owner[head], head, distances_along(coords, offsets)[head], ends, length)


def _touches(
    segments: _Segments, mine: Ints, other: Ints, tip: Mask, levels: NDArray[np.float64], reach: float
) -> LineJoins:
    """Vertices of the one segment that lie on the other; an inner vertex is looked at where its segment begins."""
    parts = []
    for end in (0, 1):
        row = np.flatnonzero(tip[segments.head[mine] + 1]) if end else np.arange(len(mine))
        a, b = mine[row], other[row]
        share, away = project_to_segments(segments.ends[a][:, 2 * end : 2 * end + 2], segments.ends[b])
        hit = away <= reach
        a, b, share = a[hit], b[hit], share[hit]
        low, high = share * segments.length[b] <= reach, (1 - share) * segments.length[b] <= reach
        share = np.where(low, 0.0, np.where(high, 1.0, share))
        vertex = np.where(low, segments.head[b], segments.head[b] + 1)
        ends = tip[segments.head[a] + end] | ((low | high) & tip[vertex])
        at = segments.start[a] + end * segments.length[a]
        other_at = segments.start[b] + share * segments.length[b]
        parts.append(_judge(segments, a, at, b, other_at, levels, ends, low | high, reach))
    return _stack(parts)


def _crossings(segments: _Segments, a: Ints, b: Ints, levels: NDArray[np.float64], reach: float) -> LineJoins:
    """Proper crossings of two segments away from their ends."""
    s, t, live = intersection_fractions(segments.ends[a], segments.ends[b])
    real = live
    for mine, share in ((a, s), (b, t)):
        real = real & (np.minimum(share, 1 - share) * segments.length[mine] > reach)
    a, b, s, t = a[real], b[real], s[real], t[real]
    no = np.zeros(len(a), dtype=bool)
    at, other_at = segments.start[a] + s * segments.length[a], segments.start[b] + t * segments.length[b]
    return _judge(segments, a, at, b, other_at, levels, no, no, reach)


def _judge(  # noqa: PLR0913 - one argument per column
    segments: _Segments,
    a: Ints,
    at: Floats,
    b: Ints,
    other_at: Floats,
    levels: NDArray[np.float64],
    end: Mask,
    shared: Mask,
    reach: float,
) -> LineJoins:
    """Which of the places join surely or perhaps; ``end``: a line ends there, ``shared``: both have a vertex there."""
    line, other = segments.line[a], segments.line[b]
    differ = (levels[line, 0] > levels[other, 1]) | (levels[other, 0] > levels[line, 1])
    told = (levels[line, 0] == levels[line, 1]) & (levels[other, 0] == levels[other, 1])
    itself = (line == other) & (np.abs(other_at - at) <= 2 * reach + 1e-6)
    keep = (end | ~differ) & ~itself
    sure = end | shared | told
    return LineJoins(line[keep], at[keep], other[keep], other_at[keep], sure[keep])

"""Loose ends of lines: past a junction, short of one, or near another street."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from urbanplan.network.bbox_join import boxes_around, intersecting_chunks, segment_boxes
from urbanplan.network.intersections import Intersections
from urbanplan.network.intervals import Floats, Ints, group_min
from urbanplan.network.order import dot_rows
from urbanplan.network.segment_sides import Mask, intersection_fractions, project_to_segments
from urbanplan.network.shapes import to_segments
from urbanplan.network.topology.defect import Defect, Edit
from urbanplan.network.topology.duplicates import line_substrings
from urbanplan.network.topology.linework import Drawing, Ends

AHEAD_COSINE = 0.5
"""Cosine of 60°: a target within this angle of the line's own direction is ahead of it."""
DETOUR_RATIO = 3.0
"""A street that is reached along the streets in less than this many times the gap is not missed."""
NEAR_END_FACTOR = 4.0
"""Loose ends near a street are sought to this many times the limit of undershoots."""
DIRECTION_LENGTH = 1.0
"""Metres before its end from which a line's direction is taken."""


@dataclass(frozen=True, eq=False)
class SnapCandidates:
    """What a loose end might have been meant to reach, one row each.

    Attributes:
        tip: row of ``Ends``. line, at: the place aimed at, metres along a line. place: shape (n, 2).
        gap: metres. ahead: cosine of the angle to the line's own direction. cost: metres, less for better aims.
    """

    tip: Ints
    line: Ints
    at: Floats
    place: NDArray[np.float64]
    gap: Floats
    ahead: Floats
    cost: Floats

    def __len__(self) -> int:
        return len(self.tip)

    def pick(self, rows: Mask | Ints) -> SnapCandidates:
        """Some of the rows."""
        return SnapCandidates(
            self.tip[rows],
            self.line[rows],
            self.at[rows],
            self.place[rows],
            self.gap[rows],
            self.ahead[rows],
            self.cost[rows],
        )


def find_dangling_ends(drawing: Drawing, *, near: float) -> Ints:
    """Rows of ``drawing.ends`` that join no other end and touch no line but one they overrun by at most ``near``."""
    ends, found = drawing.ends, drawing.meetings.both_ways
    touching = np.zeros((drawing.lines, 2), dtype=bool)
    at_end = drawing.is_end(found.line, found.at) & (found.line != found.other)
    at_end &= ~np.isin(found.line * drawing.lines + found.other, drawing.overruns(near))
    touching[found.line[at_end], (found.at > drawing.length[found.line] / 2).astype(int)[at_end]] = True
    return np.flatnonzero((ends.degree == 1) & ~touching[ends.line, ends.last.astype(int)])


def find_overshoots(drawing: Drawing, tips: Ints, meetings: Intersections, *, near: float) -> tuple[list[Defect], Ints]:
    """Loose ends at most ``near`` metres past one of the meetings (:meth:`Drawing.apart`), and their rows of ends.

    A line of at most ``near`` metres that hangs on a junction of three or more ends is one too.
    """
    ends, found = drawing.ends, meetings.pick(meetings.line != meetings.other)
    inside = ~drawing.is_end(found.line, found.at)
    line, at = found.line[inside], found.at[inside]
    best = np.column_stack([group_min(line, back, drawing.lines) for back in (at, drawing.length[line] - at)])
    tail = best[ends.line[tips], ends.last[tips].astype(int)]
    past = tail <= near
    stub = ~past & (drawing.length[ends.line[tips]] <= near) & (_opposite_degree(ends)[tips] >= 3)
    hit = np.flatnonzero(past | stub)
    return _overshoot_defects(drawing, tips[hit], np.where(past, tail, np.inf)[hit]), tips[hit]


def _opposite_degree(ends: Ends) -> Ints:
    return ends.degree.reshape(-1, 2)[:, ::-1].reshape(-1)


def _overshoot_defects(drawing: Drawing, tips: Ints, tail: Floats) -> list[Defect]:
    """One defect for each loose end; an infinite tail is the whole line."""
    ends, line = drawing.ends, drawing.ends.line[tips]
    last, whole, length = ends.last[tips], ~np.isfinite(tail), drawing.length[line]
    at = np.where(last, length - tail, tail)
    low, high = np.where(whole | ~last, 0.0, at), np.where(whole | last, length, at)
    shapes = line_substrings(drawing, line, low, high)
    places = np.where(whole[:, None], ends.place[tips ^ 1], drawing.points(line, np.where(whole, 0.0, at)))
    columns = (column.tolist() for column in (line, last, whole, length, tail, at, shapes, places))
    return [_overshoot_defect(drawing, *row) for row in zip(*columns, strict=True)]


def _overshoot_defect(  # noqa: PLR0913 - what is known of a loose end
    drawing: Drawing,
    line: int,
    last: bool,
    whole: bool,
    length: float,
    tail: float,
    at: float,
    shape: BaseGeometry,
    place: list[float],
) -> Defect:
    values: dict[str, Any] = {"tail_m": length if whole else tail, "at": tuple(place)}
    if whole:
        return Defect("overshoot", line, shape, (), (Edit("drop", line),), values)
    others, edits = _cuts_at(drawing, line, at, values["at"])
    kept = (0.0, at) if last else (at, length)
    return Defect("overshoot", line, shape, others, (Edit("keep", line, *kept, values["at"]), *edits), values)


def _cuts_at(drawing: Drawing, line: int, at: float, point: tuple[float, float]) -> tuple[tuple[int, ...], list[Edit]]:
    """Lines met at a place of a line, and cuts for those that go on there."""
    found = drawing.meetings.both_ways
    found = found.pick(found.rows_of(line))
    here = (np.abs(found.at - at) <= 2 * drawing.tolerance) & (found.other != line)
    other, where = found.other[here], found.other_at[here]
    inner = ~drawing.is_end(other, where)
    edits = [Edit("cut", o, w, 0.0, point) for o, w in zip(other[inner].tolist(), where[inner].tolist(), strict=True)]
    return tuple(sorted(set(other.tolist()))), edits


def find_snap_candidates(drawing: Drawing, tips: Ints, *, near: float) -> SnapCandidates:
    """Everything that loose ends might have been meant to reach: ends, straight on, and the nearest points of lines."""
    ends = drawing.ends
    place, way = ends.place[tips], end_directions(drawing, tips)
    far = NEAR_END_FACTOR * near
    nothing = np.empty(0, np.int64)
    found = [_to_candidates(drawing, tips, nothing, nothing, np.empty(0), 1.0)]
    head, owner, segments = _active_segments(drawing)
    for tip, piece in intersecting_chunks(boxes_around(place[:, 0], place[:, 1], far), segment_boxes(segments)):
        base = drawing.vertex_at[head[piece]]
        span = np.hypot(*(segments[piece, 2:] - segments[piece, :2]).T)
        share, _ = project_to_segments(place[tip], segments[piece])
        found.append(_to_candidates(drawing, tips, tip, owner[piece], base + share * span, 1.0))
        ray = np.hstack([place[tip], place[tip] + way[tip] * near])
        s, t, live = intersection_fractions(ray, segments[piece])
        hit = live & (s > 0) & (s <= 1) & (t >= 0) & (t <= 1)
        found.append(_to_candidates(drawing, tips, tip[hit], owner[piece[hit]], (base + t * span)[hit], 0.5))
    for tip, end in intersecting_chunks(boxes_around(place[:, 0], place[:, 1], near), boxes_around(*ends.place.T)):
        found.append(_to_candidates(drawing, tips, tip, ends.line[end], ends.at[end], 0.45))
    whole = SnapCandidates(
        *(np.concatenate(column) for column in zip(*(tuple(vars(g).values()) for g in found), strict=True))
    )
    own_way = np.abs(whole.at - ends.at[whole.tip])
    own = (whole.line == ends.line[whole.tip]) & (own_way <= DETOUR_RATIO * whole.gap)
    return whole.pick((whole.gap > drawing.tolerance) & (whole.gap <= far) & ~own)


def _active_segments(drawing: Drawing) -> tuple[Ints, Ints, NDArray[np.float64]]:
    inner = np.ones(len(drawing.coords), dtype=bool)
    inner[drawing.offsets[1:] - 1] = False
    owner = np.repeat(np.arange(drawing.lines, dtype=np.int64), np.diff(drawing.offsets))
    head = np.flatnonzero(inner & drawing.alive[owner])
    return head, owner[head], np.hstack([drawing.coords[head], drawing.coords[head + 1]])


def end_directions(drawing: Drawing, tips: Ints) -> NDArray[np.float64]:
    """Unit direction in which each loose end points, shape (n, 2)."""
    ends = drawing.ends
    line, last = ends.line[tips], ends.last[tips]
    back = np.minimum(DIRECTION_LENGTH, drawing.length[line])
    before = drawing.points(line, np.where(last, drawing.length[line] - back, back))
    way = ends.place[tips] - before
    size = np.hypot(way[:, 0], way[:, 1])[:, None]
    return np.divide(way, size, out=np.zeros_like(way), where=size > 0)


def _to_candidates(drawing: Drawing, tips: Ints, tip: Ints, line: Ints, at: Floats, price: float) -> SnapCandidates:
    target = drawing.points(line, at)
    step = target - drawing.ends.place[tips[tip]]
    gap = np.hypot(step[:, 0], step[:, 1])
    way = end_directions(drawing, tips[tip])
    ahead = np.divide(dot_rows(step, way), gap, out=np.ones(len(gap)), where=gap > 0)
    return SnapCandidates(tips[tip], line, at, target, gap, ahead, gap * price)


def drop_connected(drawing: Drawing, found: SnapCandidates) -> SnapCandidates:
    """The gaps whose other side is not reached along the streets in ``ROUND`` times their length."""
    keep = np.ones(len(found), dtype=bool)
    graph = drawing.joined
    ends = drawing.ends
    own = graph.piece_at(
        ends.line[found.tip], np.minimum(ends.at[found.tip], drawing.length[ends.line[found.tip]] - 1e-9)
    )
    start = np.where(ends.last[found.tip], graph.v[own], graph.u[own])
    piece = graph.piece_at(found.line, np.minimum(found.at, drawing.length[found.line] - 1e-9))
    to_u, to_v = found.at - graph.pieces.low[piece], graph.pieces.high[piece] - found.at
    limit = float(found.gap.max(initial=0.0)) * DETOUR_RATIO
    for rows, number, label, column in _bounded_distances(drawing, start, limit):
        u, v = column[graph.u[piece[rows]]], column[graph.v[piece[rows]]]
        way = np.minimum(label[number, u] + to_u[rows], label[number, v] + to_v[rows])
        keep[rows] = way > DETOUR_RATIO * found.gap[rows]
    return found.pick(keep)


def _bounded_distances(drawing: Drawing, start: Ints, limit: float):
    """Rows, the number of their start, bounded distances from it, and the column of each node, some starts at a time.

    The distances are to nodes that any start reaches within the limit; in the last column, of all others, none is.
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import dijkstra

    graph = drawing.joined
    order = np.lexsort((graph.length, np.maximum(graph.u, graph.v), np.minimum(graph.u, graph.v)))
    low, high = np.minimum(graph.u, graph.v)[order], np.maximum(graph.u, graph.v)[order]
    first = np.append(True, (low[1:] != low[:-1]) | (high[1:] != high[:-1]))[: len(low)] & (low != high)
    low, high, cost = low[first], high[first], np.maximum(graph.length[order][first], 1e-9)
    both = (np.concatenate([low, high]), np.concatenate([high, low]))
    matrix = coo_array((np.tile(cost, 2), both), shape=(graph.nodes,) * 2).tocsr()
    starts, number = np.unique(start, return_inverse=True)
    if not len(starts):
        return
    within = np.flatnonzero(np.isfinite(dijkstra(matrix, indices=starts, limit=limit, min_only=True)))
    column = np.full(graph.nodes, len(within), dtype=np.int64)
    column[within] = np.arange(len(within))
    matrix = matrix[within][:, within]
    matrix.resize(len(within) + 1, len(within) + 1)
    size = max(1, 4_000_000 // len(within))
    for begin in range(0, len(starts), size):
        label = dijkstra(matrix, indices=column[starts[begin : begin + size]], limit=limit)
        rows = np.flatnonzero((number >= begin) & (number < begin + size))
        yield rows, number[rows] - begin, label, column


def find_undershoots(drawing: Drawing, found: SnapCandidates, *, near: float) -> tuple[list[Defect], Ints]:
    """Loose ends that stop at most ``near`` metres before a line ahead; their rows of ends, and those they aim at."""
    ahead = found.pick((found.gap <= near) & (found.ahead >= AHEAD_COSINE))
    best = ahead.pick(_cheapest(ahead))
    best = best.pick(~_mutual_rows(drawing, best))
    made = _undershoot_defects(drawing, best)
    ends, targets = drawing.ends, _target_keys(drawing, best)
    return made, np.union1d(ahead.tip, np.flatnonzero(np.isin(ends.line * 2 + ends.last, targets)))


def _target_keys(drawing: Drawing, best: SnapCandidates) -> Ints:
    """``line * 2 + last`` of the ends of lines that gaps aim at, -1 for other places on lines."""
    far = best.at > drawing.length[best.line] / 2
    return np.where(drawing.is_end(best.line, best.at), best.line * 2 + far, -1)


def find_near_ends(drawing: Drawing, found: SnapCandidates) -> list[Defect]:
    """Loose ends that stop near another street, beside it or farther than an undershoot."""
    best = found.pick(_cheapest(found))
    best = best.pick(~_mutual_rows(drawing, best))
    return [Defect("dead-end-near", line, geometry, (other,), (), values)
            for line, geometry, other, values in _links(drawing, best)]  # fmt: skip


def _cheapest(found: SnapCandidates) -> Ints:
    order = np.lexsort((found.line, found.cost, found.tip))
    tip = found.tip[order]
    return order[np.append(True, tip[1:] != tip[:-1])[: len(tip)]]


def _mutual_rows(drawing: Drawing, best: SnapCandidates) -> Mask:
    """Rows whose target is a loose end that aims back at them: of two, the earlier line tells it."""
    ends = drawing.ends
    target = _target_keys(drawing, best)
    keys = ends.line[best.tip] * 2 + ends.last[best.tip]
    aims = dict(zip(keys.tolist(), target.tolist(), strict=True))
    return np.array(
        [t >= 0 and aims.get(t) == k and t < k for k, t in zip(keys.tolist(), target.tolist(), strict=True)], dtype=bool
    )


def _links(drawing: Drawing, best: SnapCandidates) -> Iterator[tuple[int, BaseGeometry, int, dict[str, Any]]]:
    """Line, gap as a shape, line aimed at, and values of each row."""
    shapes = to_segments(np.hstack([drawing.ends.place[best.tip], best.place]))
    columns = (drawing.ends.line[best.tip], shapes, best.line, best.gap, best.place)
    for line, shape, other, gap, place in zip(*(column.tolist() for column in columns), strict=True):
        yield line, shape, other, {"gap_m": gap, "to": tuple(place)}


def _undershoot_defects(drawing: Drawing, best: SnapCandidates) -> list[Defect]:
    at, ends = best.at.tolist(), drawing.ends.at[best.tip].tolist()
    inner = (~drawing.is_end(best.line, best.at)).tolist()
    made = []
    for row, (line, geometry, other, values) in enumerate(_links(drawing, best)):
        edits = [Edit("extend", line, ends[row], point=values["to"])]
        if inner[row]:
            edits.append(Edit("cut", other, at[row], 0.0, values["to"]))
        made.append(Defect("undershoot", line, geometry, (other,), tuple(edits), values))
    return made

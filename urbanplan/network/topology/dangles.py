"""Loose ends of lines: past a junction, short of one, or near another street."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from urbanplan.network.bbox_join import around, meeting_pieces, of_segments
from urbanplan.network.intersections import Mask, foot, shares
from urbanplan.network.intervals import Floats, Ints
from urbanplan.network.topology.defect import Defect, Edit
from urbanplan.network.topology.duplicates import stretch
from urbanplan.network.topology.linework import Drawing, Ends

AHEAD = 0.5
"""Cosine of 60°: a target within this angle of the line's own direction is ahead of it."""
ROUND = 3.0
"""A street that is reached along the streets in less than this many times the gap is not missed."""
BEYOND = 4.0
"""Loose ends near a street are sought to this many times the limit of undershoots."""
AIM = 1.0
"""Metres before its end from which a line's direction is taken."""


@dataclass(frozen=True, eq=False)
class Gaps:
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

    def pick(self, rows: Mask | Ints) -> Gaps:
        """Some of the rows."""
        return Gaps(
            self.tip[rows],
            self.line[rows],
            self.at[rows],
            self.place[rows],
            self.gap[rows],
            self.ahead[rows],
            self.cost[rows],
        )


def loose(drawing: Drawing, *, near: float) -> Ints:
    """Rows of ``drawing.ends`` that join no other end and touch no line but one they overrun by at most ``near``."""
    ends, found = drawing.ends, drawing.meetings.both_ways()
    touching = np.zeros((drawing.lines, 2), dtype=bool)
    at_end = drawing.is_end(found.line, found.at) & (found.line != found.other)
    at_end &= ~np.isin(found.line * drawing.lines + found.other, drawing.overruns(near))
    touching[found.line[at_end], (found.at > drawing.length[found.line] / 2).astype(int)[at_end]] = True
    return np.flatnonzero((ends.degree == 1) & ~touching[ends.line, ends.last.astype(int)])


def overshoots(drawing: Drawing, tips: Ints, *, near: float) -> tuple[list[Defect], Ints]:
    """Loose ends at most ``near`` metres past a meeting, and their rows of ends.

    A line of at most ``near`` metres that hangs on a junction of three or more ends is one too.
    """
    ends, found = drawing.ends, drawing.apart(near)
    found = found.pick(found.line != found.other)
    back = np.stack([found.at, drawing.length[found.line] - found.at], axis=1)
    best = np.full((drawing.lines, 2), np.inf)
    inside = ~drawing.is_end(found.line, found.at)
    for last in (0, 1):
        np.minimum.at(best[:, last], found.line[inside], back[inside, last])
    tail = best[ends.line[tips], ends.last[tips].astype(int)]
    past = tail <= near
    stub = ~past & (drawing.length[ends.line[tips]] <= near) & (_other_degree(ends)[tips] >= 3)
    hit = np.flatnonzero(past | stub)
    made = [_overshoot(drawing, int(tips[k]), float(tail[k]) if past[k] else np.inf) for k in hit]
    return made, tips[hit]


def _other_degree(ends: Ends) -> Ints:
    return ends.degree.reshape(-1, 2)[:, ::-1].reshape(-1)


def _overshoot(drawing: Drawing, row: int, tail: float) -> Defect:
    line, last = int(drawing.ends.line[row]), bool(drawing.ends.last[row])
    length = float(drawing.length[line])
    if not np.isfinite(tail):  # the whole line is the tail
        at = drawing.ends.place[row ^ 1]
        values: dict[str, Any] = {"tail_m": length, "at": tuple(at.tolist())}
        return Defect("overshoot", line, stretch(drawing, line), (), (Edit("drop", line),), values)
    low, high = (0.0, length - tail) if last else (tail, length)
    cut_at = high if last else low
    place = drawing.points(np.array([line]), np.array([cut_at]))[0]
    others, edits = _cuts_at(drawing, line, cut_at, place)
    geometry = stretch(drawing, line, *((cut_at, length) if last else (0.0, cut_at)))
    values = {"tail_m": tail, "at": tuple(place.tolist())}
    return Defect("overshoot", line, geometry, others, (Edit("keep", line, low, high, values["at"]), *edits), values)


def _cuts_at(drawing: Drawing, line: int, at: float, place: NDArray[np.float64]) -> tuple[tuple[int, ...], list[Edit]]:
    """Lines met at a place of a line, and cuts for those that go on there."""
    found = drawing.meetings.both_ways()
    here = (found.line == line) & (np.abs(found.at - at) <= 2 * drawing.tolerance) & (found.other != line)
    other, where = found.other[here], found.other_at[here]
    inner = ~drawing.is_end(other, where)
    point = (float(place[0]), float(place[1]))
    edits = [Edit("cut", o, w, 0.0, point) for o, w in zip(other[inner].tolist(), where[inner].tolist(), strict=True)]
    return tuple(sorted(set(other.tolist()))), edits


def gaps(drawing: Drawing, tips: Ints, *, near: float) -> Gaps:
    """Everything that loose ends might have been meant to reach: ends, straight on, and the nearest points of lines."""
    ends = drawing.ends
    place, way = ends.place[tips], directions(drawing, tips)
    far = BEYOND * near
    nothing = np.empty(0, np.int64)
    found = [_aimed(drawing, tips, nothing, nothing, np.empty(0), 1.0)]
    head, owner, segments = _segments(drawing)
    for tip, piece in meeting_pieces(around(place[:, 0], place[:, 1], far), of_segments(segments)):
        base = drawing.vertex_at[head[piece]]
        span = np.hypot(*(segments[piece, 2:] - segments[piece, :2]).T)
        share, _ = foot(place[tip], segments[piece])
        found.append(_aimed(drawing, tips, tip, owner[piece], base + share * span, 1.0))
        ray = np.hstack([place[tip], place[tip] + way[tip] * near])
        s, t, live = shares(ray, segments[piece])
        hit = live & (s > 0) & (s <= 1) & (t >= 0) & (t <= 1)
        found.append(_aimed(drawing, tips, tip[hit], owner[piece[hit]], (base + t * span)[hit], 0.5))
    for tip, end in meeting_pieces(around(place[:, 0], place[:, 1], near), around(*ends.place.T)):
        found.append(_aimed(drawing, tips, tip, ends.line[end], ends.at[end], 0.45))
    whole = Gaps(*(np.concatenate(column) for column in zip(*(tuple(vars(g).values()) for g in found), strict=True)))
    own_way = np.abs(whole.at - ends.at[whole.tip])
    own = (whole.line == ends.line[whole.tip]) & (own_way <= ROUND * whole.gap)
    return whole.pick((whole.gap > drawing.tolerance) & (whole.gap <= far) & ~own)


def _segments(drawing: Drawing) -> tuple[Ints, Ints, NDArray[np.float64]]:
    inner = np.ones(len(drawing.coords), dtype=bool)
    inner[drawing.offsets[1:] - 1] = False
    owner = np.repeat(np.arange(drawing.lines, dtype=np.int64), np.diff(drawing.offsets))
    head = np.flatnonzero(inner & drawing.alive[owner])
    return head, owner[head], np.hstack([drawing.coords[head], drawing.coords[head + 1]])


def directions(drawing: Drawing, tips: Ints) -> NDArray[np.float64]:
    """Unit direction in which each loose end points, shape (n, 2)."""
    ends = drawing.ends
    line, last = ends.line[tips], ends.last[tips]
    back = np.minimum(AIM, drawing.length[line])
    before = drawing.points(line, np.where(last, drawing.length[line] - back, back))
    way = ends.place[tips] - before
    size = np.hypot(way[:, 0], way[:, 1])[:, None]
    return np.divide(way, size, out=np.zeros_like(way), where=size > 0)


def _aimed(drawing: Drawing, tips: Ints, tip: Ints, line: Ints, at: Floats, price: float) -> Gaps:
    target = drawing.points(line, at)
    step = target - drawing.ends.place[tips[tip]]
    gap = np.hypot(step[:, 0], step[:, 1])
    way = directions(drawing, tips[tip])
    ahead = np.divide((step * way).sum(axis=1), gap, out=np.ones(len(gap)), where=gap > 0)
    return Gaps(tips[tip], line, at, target, gap, ahead, gap * price)


def missed(drawing: Drawing, found: Gaps) -> Gaps:
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
    limit = float(found.gap.max(initial=0.0)) * ROUND
    for rows, number, label in _labels(drawing, start, limit):
        part = piece[rows]
        way = np.minimum(label[number, graph.u[part]] + to_u[rows], label[number, graph.v[part]] + to_v[rows])
        keep[rows] = way > ROUND * found.gap[rows]
    return found.pick(keep)


def _labels(drawing: Drawing, start: Ints, limit: float):
    """Rows, the number of their start, and bounded distances from it to all nodes, some starts at a time."""
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
    size = max(1, 4_000_000 // max(graph.nodes, 1))
    for begin in range(0, len(starts), size):
        label = dijkstra(matrix, indices=starts[begin : begin + size], limit=limit)
        rows = np.flatnonzero((number >= begin) & (number < begin + size))
        yield rows, number[rows] - begin, label


def undershoots(drawing: Drawing, found: Gaps, *, near: float) -> tuple[list[Defect], Ints]:
    """Loose ends that stop at most ``near`` metres before a line ahead; their rows of ends, and those they aim at."""
    ahead = found.pick((found.gap <= near) & (found.ahead >= AHEAD))
    best = ahead.pick(_cheapest(ahead))
    best = best.pick(~_mutual(drawing, best))
    made = [_undershoot(drawing, best, row) for row in range(len(best))]
    ends, targets = drawing.ends, _target_keys(drawing, best)
    return made, np.union1d(ahead.tip, np.flatnonzero(np.isin(ends.line * 2 + ends.last, targets)))


def _target_keys(drawing: Drawing, best: Gaps) -> Ints:
    """``line * 2 + last`` of the ends of lines that gaps aim at, -1 for other places on lines."""
    far = best.at > drawing.length[best.line] / 2
    return np.where(drawing.is_end(best.line, best.at), best.line * 2 + far, -1)


def near_ends(drawing: Drawing, found: Gaps) -> list[Defect]:
    """Loose ends that stop near another street, beside it or farther than an undershoot."""
    best = found.pick(_cheapest(found))
    best = best.pick(~_mutual(drawing, best))
    return [
        Defect("dead-end-near", line, geometry, (other,), (), values)
        for line, geometry, other, values in (_link(drawing, best, row) for row in range(len(best)))
    ]


def _cheapest(found: Gaps) -> Ints:
    order = np.lexsort((found.line, found.cost, found.tip))
    tip = found.tip[order]
    return order[np.append(True, tip[1:] != tip[:-1])[: len(tip)]]


def _mutual(drawing: Drawing, best: Gaps) -> Mask:
    """Rows whose target is a loose end that aims back at them: of two, the earlier line tells it."""
    ends = drawing.ends
    target = _target_keys(drawing, best)
    keys = ends.line[best.tip] * 2 + ends.last[best.tip]
    aims = dict(zip(keys.tolist(), target.tolist(), strict=True))
    return np.array(
        [t >= 0 and aims.get(t) == k and t < k for k, t in zip(keys.tolist(), target.tolist(), strict=True)], dtype=bool
    )


def _link(drawing: Drawing, best: Gaps, row: int) -> tuple[int, Any, int, dict[str, Any]]:
    tip = int(best.tip[row])
    geometry = shapely.LineString([drawing.ends.place[tip], best.place[row]])
    values = {"gap_m": float(best.gap[row]), "to": tuple(best.place[row].tolist())}
    return int(drawing.ends.line[tip]), geometry, int(best.line[row]), values


def _undershoot(drawing: Drawing, best: Gaps, row: int) -> Defect:
    line, geometry, other, values = _link(drawing, best, row)
    at = float(best.at[row])
    edits = [Edit("extend", line, float(drawing.ends.at[int(best.tip[row])]), point=values["to"])]
    if not drawing.is_end(np.array([other]), np.array([at]))[0]:
        edits.append(Edit("cut", other, at, 0.0, values["to"]))
    return Defect("undershoot", line, geometry, (other,), tuple(edits), values)

"""Snapping a million points to Wuhan's edges, against shapely's STRtree."""

from __future__ import annotations

import numpy as np
import shapely
from data import network
from paired import Peak, once, table

from urbanplan.network.walk.gridindex import join_point_legs, nearest_segment, network_index
from urbanplan.network.walk.leg_intervals import LEG_SLACK

LEG = 50.0
ROUNDS = 2
HEAD = [
    "points",
    "question",
    "rows",
    "urbanplan s",
    "one thread s",
    "STRtree s",
    "of these its query s",
    "times",
    "one thread, times",
    "query alone, times",
    "answers equal",
]


def snapping(count: int = 1_000_000) -> str:
    """One nearest edge, and all seen parts within 50 m; points over the whole extent, and beside the streets."""
    net = network("Wuhan")
    network_index(net)
    join_point_legs(net, np.zeros((1, 2)), LEG)
    nearest_segment(network_index(net), np.zeros((1, 2)))
    rows = []
    for name, points in _points(net, count).items():
        for question, work in (("nearest edge", _nearest), ("all within 50 m", _within)):
            rows.append([name, question, *work(net, points)])
            print(table(HEAD, rows[-1:]).splitlines()[-1], flush=True)
    with Peak() as peak:
        net.__dict__.pop("_grid_index")
        seconds, _ = once(lambda: network_index(net))
    note = (
        f"\n\nMedians of {ROUNDS} turns, a ratio is the median over the turns. The index of the nearest edge: "
        f"{1e3 * seconds:.0f} ms, {peak.grown:.0f} MB; the parts within 50 m put the points into cells anew in each "
        "turn. STRtree: its query, then the rule of ties, or the seen parts by numpy, in the same order of rows; "
        "making the tree is not counted."
    )
    return table(HEAD, rows) + note


def _points(net, count: int) -> dict[str, np.ndarray]:
    random = np.random.default_rng(0)
    low, high = net.coords.min(axis=0), net.coords.max(axis=0)
    edge = random.integers(0, net.edges, count)
    beside = net.points(edge, net.length[edge] * random.random(count)) + random.normal(0, 40, (count, 2))
    return {"beside streets": beside, "whole extent": random.uniform(low, high, (count, 2))}


def _tree(net):
    tree = shapely.STRtree(shapely.linestrings(net.segments.ends.reshape(-1, 2, 2)))
    tree.query(shapely.points(0, 0))  # GEOS builds it at the first question
    return tree


def _nearest(net, points):
    index, spots, tree = network_index(net), shapely.points(points), _tree(net)

    def ask(threads):
        return once(lambda: nearest_segment(index, points, threads=threads))

    turns, lowest, least = [], np.empty(0), np.empty(0)
    for _ in range(ROUNDS):
        two, one = ask(2)[0], ask(1)[0]
        query, ((point, segment), metres) = once(lambda: tree.query_nearest(spots, return_distance=True))
        rule, (lowest, least) = once(lambda pairs=(point, segment, metres): _by_rule(len(points), *pairs))
        turns.append((two, one, query + rule, query))
    number, distance = nearest_segment(index, points)
    assert np.array_equal(lowest, number)
    assert np.array_equal(least, distance)
    return [len(points), *_told(turns)]


def _by_rule(count, point, segment, metres):
    """Of segments equally near the lowest number."""
    lowest, least = np.full(count, np.iinfo(np.int64).max), np.empty(count)
    np.minimum.at(lowest, point, segment)
    least[point] = metres
    return lowest, least


def _within(net, points):
    spots, tree = shapely.points(points), _tree(net)

    def ask(threads):
        return once(lambda: join_point_legs(net, points, LEG, threads=threads))

    turns, rows, place = [], (), np.empty(0)
    for _ in range(ROUNDS):
        two, one = ask(2)[0], ask(1)[0]
        query, pairs = once(lambda: tree.query(spots, predicate="dwithin", distance=LEG + LEG_SLACK))
        rule, (rows, place) = once(lambda pairs=pairs: _by_circle(net, points, *pairs))
        turns.append((two, one, query + rule, query))
    seen = join_point_legs(net, points, LEG)
    assert np.array_equal(seen.place, place)
    for own, other in zip((seen.segment, seen.low, seen.high, seen.t0, seen.g), rows, strict=True):
        assert np.array_equal(own, other)
    return [len(seen), *_told(turns)]


def _told(turns):
    """Medians of the seconds, the ratios over the turns."""
    ratios = [(slow / two, slow / one, query / two) for two, one, slow, query in turns]
    return [*np.median(turns, axis=0).tolist(), *np.median(ratios, axis=0).tolist(), "to the bit"]


def _by_circle(net, points, place, segment):
    """The circle on each segment by numpy, in the same order of rows."""
    parts = net.segments
    wx, wy = (points[place] - parts.ends[segment, :2]).T
    dx, dy, length = parts.dx[segment], parts.dy[segment], parts.length[segment]
    foot, offset = wx * dx + wy * dy, np.abs(wx * dy - wy * dx)
    offset = np.where(length == 0, np.hypot(wx, wy), offset)
    half = np.sqrt(np.maximum(LEG**2 - offset**2, 0))
    low, high = np.maximum(foot - half, 0), np.minimum(foot + half, length)
    slip, end = low > high, np.clip(foot, 0, length)
    real = (offset <= LEG + LEG_SLACK) & (low <= high + LEG_SLACK)
    low, high = np.where(slip, end, low), np.where(slip, end, high)
    start, edge = parts.start[segment], parts.edge[segment]
    order = np.lexsort((place[real], (start + low)[real], edge[real]))
    rows = (segment, start + low, start + high, start + foot, offset)
    return [column[real][order] for column in rows], place[real][order]

"""Snapping a million points to Wuhan's edges, against shapely's STRtree."""

from __future__ import annotations

import numpy as np
import shapely
from data import network
from paired import Peak, once, table

from urbanplan.network.walk.gridindex import index_of, nearest_segment, seen_parts
from urbanplan.network.walk.seen import SLACK

LEG = 50.0


def snapping(count: int = 1_000_000) -> str:
    """One nearest edge, and all seen parts within 50 m; points over the whole extent, and beside the streets."""
    net = network("Wuhan")
    index_of(net)
    seen_parts(net, np.zeros((1, 2)), LEG)
    nearest_segment(index_of(net), np.zeros((1, 2)))
    head = [
        "points",
        "question",
        "urbanplan s",
        "one thread s",
        "STRtree s",
        "times",
        "one thread, times",
        "answers equal",
    ]
    rows = []
    for name, points in _points(net, count).items():
        for question, work in (("nearest edge", _nearest), ("all within 50 m", _within)):
            rows.append([name, question, *work(net, points)])
            print(table(head, rows[-1:]).splitlines()[-1], flush=True)
    with Peak() as peak:
        net.__dict__.pop("_grid_index")
        seconds, _ = once(lambda: index_of(net))
    return table(head, rows) + f"\n\nThe index: {1e3 * seconds:.0f} ms, {peak.grown:.0f} MB."


def _points(net, count: int) -> dict[str, np.ndarray]:
    random = np.random.default_rng(0)
    low, high = net.coords.min(axis=0), net.coords.max(axis=0)
    edge = random.integers(0, net.edges, count)
    beside = net.points(edge, net.length[edge] * random.random(count)) + random.normal(0, 40, (count, 2))
    return {"beside streets": beside, "whole extent": random.uniform(low, high, (count, 2))}


def _tree(net):
    return shapely.STRtree(shapely.linestrings(net.segments.ends.reshape(-1, 2, 2)))


def _nearest(net, points):
    index, spots, tree = index_of(net), shapely.points(points), _tree(net)
    two = [once(lambda: nearest_segment(index, points))[0] for _ in range(2)]
    one, (number, distance) = once(lambda: nearest_segment(index, points, threads=1))
    slow, ((point, segment), metres) = once(lambda: tree.query_nearest(spots, return_distance=True))
    two.append(once(lambda: nearest_segment(index, points))[0])
    lowest = np.full(len(points), np.iinfo(np.int64).max)
    np.minimum.at(lowest, point, segment)  # ties by rule: the lowest number
    least = np.empty(len(points))
    least[point] = metres
    equal = np.array_equal(lowest, number) and np.array_equal(least, distance)
    assert equal
    return sorted(two)[1], one, slow, slow / sorted(two)[1], slow / one, "to the bit"


def _within(net, points):
    spots, tree = shapely.points(points), _tree(net)
    two = [once(lambda: seen_parts(net, points, LEG))[0] for _ in range(2)]
    one, seen = once(lambda: seen_parts(net, points, LEG, threads=1))
    slow, (rows, place) = once(lambda: _by_tree(net, tree, spots, points))
    two.append(once(lambda: seen_parts(net, points, LEG))[0])
    assert np.array_equal(seen.place, place)
    for own, other in zip((seen.segment, seen.low, seen.high, seen.t0, seen.g), rows, strict=True):
        assert np.array_equal(own, other)
    return sorted(two)[1], one, slow, slow / sorted(two)[1], slow / one, "to the bit"


def _by_tree(net, tree, spots, points):
    """Pairs by STRtree, the circle on each segment by numpy, in the same order of rows."""
    place, segment = tree.query(spots, predicate="dwithin", distance=LEG + SLACK)
    parts = net.segments
    wx, wy = (points[place] - parts.ends[segment, :2]).T
    dx, dy, length = parts.dx[segment], parts.dy[segment], parts.length[segment]
    foot, offset = wx * dx + wy * dy, np.abs(wx * dy - wy * dx)
    offset = np.where(length == 0, np.hypot(wx, wy), offset)
    half = np.sqrt(np.maximum(LEG**2 - offset**2, 0))
    low, high = np.maximum(foot - half, 0), np.minimum(foot + half, length)
    slip, end = low > high, np.clip(foot, 0, length)
    real = (offset <= LEG + SLACK) & (low <= high + SLACK)
    low, high = np.where(slip, end, low), np.where(slip, end, high)
    start, edge = parts.start[segment], parts.edge[segment]
    order = np.lexsort((place[real], (start + low)[real], edge[real]))
    rows = (segment, start + low, start + high, start + foot, offset)
    return [column[real][order] for column in rows], place[real][order]

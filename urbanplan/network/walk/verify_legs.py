"""The witness of sight: seen parts against brute force by shapely, for the certificate.

Each street segment near a place is sampled between all ends of its claimed seen
parts; at each sample the least unblocked straight leg is found anew.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from urbanplan.network.graph import Network
from urbanplan.network.intervals import Floats, Ints, group_min, join_keys
from urbanplan.network.order import dot_rows
from urbanplan.network.shapes import to_points, to_segments
from urbanplan.network.walk.leg_intervals import LegIntervals
from urbanplan.network.walk.sources import Sources
from urbanplan.network.walk.walk import Walk

Facts = dict[str, NDArray[np.bool_]]
"""Conditions by name: true where one does not hold."""
DISTANCE_TOLERANCE = 1e-5
"""Metres: shorter pieces are not sampled, and distances agree to this."""
SAMPLE_INSET = 1e-3
"""Metres: samples stand this far inside a piece, at most."""
START_TOLERANCE = 0.01
"""Metres: a barrier this near to where a leg begins does not stop it."""
CELLS_PER_SITE = 8
"""Columns and rows of the grid in which segments near a place are sought, for the square root of their number."""


@dataclass(frozen=True, eq=False)
class _Samples:
    """Points to be judged: the pair (place, segment) and metres along the segment."""

    place: Ints
    segment: Ints
    at: Floats
    spot: NDArray[np.float64]


class LegProofs:
    """What was found of lengths and legs that several results of one question share, by all that it rests on."""

    def __init__(self) -> None:
        self._found: dict[tuple[object, ...], tuple[Facts, tuple[object, ...]]] = {}

    def get(self, find: Callable[[], Facts], parts: tuple[object, ...], *values: object) -> Facts:
        """What ``find`` gives; asked once for the same objects (``parts``, held so that their ids stay) and values."""
        key = (*map(id, parts), *values)
        if key not in self._found:
            self._found[key] = (find(), parts)
        return self._found[key][0]


def find_wrong_legs(
    network: Network,
    places: Sources,
    walk: Walk,
    seen: LegIntervals,
    *,
    barriers: NDArray[np.float64] | None = None,
    proofs: LegProofs | None = None,
) -> Facts:
    """Rows and samples that break the leg rule.

    ``rows``: seen parts that lie off their segment, or add other metres than their place; ``legs``: samples whose
    claimed straight distance is wrong; ``sight``: samples claimed seen that are not, or seen that are not claimed.
    The last two rest on the streets' segments, the places, their limits, the shape of what they see and the barriers:
    of the same ones they are taken from ``proofs``.
    """
    put = places.read(low=walk.low)
    limit, plus = _leg_limits(put, walk), put.radius if walk.low else np.zeros(len(put))
    shape = seen.place, seen.segment, seen.low, seen.high, seen.t0, seen.g, seen.m
    drawn = (proofs or LegProofs()).get(
        lambda: _wrong_samples(network, put, limit, seen, barriers),
        (network.segments, put, *shape, barriers),
        limit.tobytes(),
    )
    return {"rows": _stray_rows(network, seen, plus), **drawn}


def _leg_limits(places: Sources, walk: Walk) -> Floats:
    return np.minimum(walk.leg, walk.within - (places.radius if walk.low else np.zeros(len(places))))


def _wrong_samples(
    network: Network, places: Sources, limit: Floats, seen: LegIntervals, barriers: NDArray[np.float64] | None
) -> Facts:
    """Samples of straight distances, without what a reading adds to them."""
    samples = _samples(network, places, seen, limit)
    true = _leg_distances(places, samples, limit, barriers)
    doubtful = np.abs(true.shortest - limit[samples.place]) <= DISTANCE_TOLERANCE
    claimed = _claimed_distances(network, seen.shaped(plus=np.zeros(len(seen))), samples)
    sees, says = np.isfinite(true.open), np.isfinite(claimed)
    both = sees & says
    apart = np.zeros(len(sees), dtype=bool)
    apart[both] = np.abs(true.open[both] - claimed[both]) > DISTANCE_TOLERANCE
    sure = ~doubtful & ~true.unsure
    return {"legs": apart & ~true.unsure, "sight": (sees != says) & sure}


def _stray_rows(network: Network, seen: LegIntervals, plus: Floats) -> NDArray[np.bool_]:
    segments = network.segments
    start = segments.start[seen.segment]
    end = start + segments.length[seen.segment]
    on = (seen.low >= start - DISTANCE_TOLERANCE) & (seen.high <= end + DISTANCE_TOLERANCE) & (seen.low <= seen.high)
    own = segments.edge[seen.segment] == seen.edge
    return ~(on & own & (np.abs(seen.plus - plus[seen.place]) <= DISTANCE_TOLERANCE))


def _samples(network: Network, places: Sources, seen: LegIntervals, limit: Floats) -> _Samples:
    """Points inside every piece of every pair of a place and a segment that may see each other."""
    segments = network.segments
    place, segment = _candidate_pairs(network, places, seen, limit)
    pair_of_row = _pair_number(place, segment, seen.place, seen.segment)
    start = segments.start[seen.segment]
    every = np.arange(len(place), dtype=np.int64)
    pair = np.concatenate([every, every, pair_of_row, pair_of_row])
    at = np.concatenate([np.zeros(len(every)), segments.length[segment], seen.low - start, seen.high - start])
    order = np.lexsort((at, pair))
    pair, at = pair[order], at[order]
    piece = np.flatnonzero((pair[1:] == pair[:-1]) & (at[1:] - at[:-1] > 2 * DISTANCE_TOLERANCE))
    low, high = at[piece], at[piece + 1]
    inset = np.minimum(SAMPLE_INSET, (high - low) / 4)
    number = np.tile(pair[piece], 3)
    metres = np.concatenate([low + inset, (low + high) / 2, high - inset])
    still = np.flatnonzero(segments.length[segment] <= 2 * DISTANCE_TOLERANCE)
    number, metres = np.concatenate([number, still]), np.concatenate([metres, segments.length[segment[still]] / 2])
    at_segment = segment[number]
    way = np.column_stack([segments.dx[at_segment], segments.dy[at_segment]]) * metres[:, None]
    return _Samples(place[number], at_segment, metres, segments.ends[at_segment, :2] + way)


def _candidate_pairs(network: Network, places: Sources, seen: LegIntervals, limit: Floats) -> tuple[Ints, Ints]:
    """Pairs of a place and a segment within the limit, and those that are claimed."""
    shapes = _source_geometries(places)
    live = np.flatnonzero(limit >= 0)
    rows = _nearby_segments(network.segments.ends, shapes[live], limit[live])
    tree = shapely.STRtree(to_segments(network.segments.ends.take(rows, axis=0)))
    near, segment = tree.query(shapes[live], predicate="dwithin", distance=limit[live])
    segment = rows[segment]
    both = np.concatenate([np.column_stack([live[near], segment]), np.column_stack([seen.place, seen.segment])])
    order = np.lexsort((both[:, 1], both[:, 0]))
    both = both[order]
    fresh = np.append(True, (both[1:, 0] != both[:-1, 0]) | (both[1:, 1] != both[:-1, 1]))[: len(both)]
    return both[fresh, 0].astype(np.int64), both[fresh, 1].astype(np.int64)


def _nearby_segments(ends: NDArray[np.float64], shapes: NDArray[np.object_], limit: Floats) -> Ints:
    """Segments whose box touches a cell of a grid that the box of some place, grown by its limit, touches."""
    box = shapely.bounds(shapes).reshape(-1, 4)
    drawn = np.isfinite(box).all(axis=1)
    if not drawn.any():
        return np.empty(0, np.int64)
    grow = limit[drawn, None] + 1
    low, high = box[drawn, :2] - grow, box[drawn, 2:] + grow
    count = int(np.clip(CELLS_PER_SITE * np.sqrt(len(low)), 16, 1024))
    origin, size = low.min(axis=0), max(float((high.max(axis=0) - low.min(axis=0)).max()) / count, 1.0)

    def cell(x: Floats, y: Floats) -> list[Ints]:
        """Column and row, from 1 to ``count``; before and behind the grid is a rim in which no place stands."""
        steps = ((side - start) / size for side, start in zip((x, y), origin, strict=True))
        return [(np.clip(np.floor(step), -1, count) + 1).astype(np.int64) for step in steps]

    (left, bottom), (right, top) = cell(*low.T), cell(*np.minimum(high, origin + size * (count - 0.5)).T)
    marks = np.zeros((count + 3, count + 3), dtype=np.int32)
    for column, row, sign in ((left, bottom, 1), (right + 1, bottom, -1), (left, top + 1, -1), (right + 1, top + 1, 1)):
        np.add.at(marks, (column, row), sign)
    held = marks.cumsum(axis=0, dtype=np.int32).cumsum(axis=1, dtype=np.int32) > 0
    table = np.zeros((count + 4, count + 4), dtype=np.int32)  # marked cells before each column and row
    table[1:, 1:] = held.cumsum(axis=0, dtype=np.int32).cumsum(axis=1, dtype=np.int32)
    x, y, u, v = (np.ascontiguousarray(side) for side in ends.T)
    left, bottom = cell(np.minimum(x, u), np.minimum(y, v))
    right, top = (number + 1 for number in cell(np.maximum(x, u), np.maximum(y, v)))
    return np.flatnonzero(table[right, top] - table[left, top] - table[right, bottom] + table[left, bottom])


def _source_geometries(places: Sources) -> NDArray[np.object_]:
    """What the legs of each place start from, as one geometry."""
    shapes = places.shapes.copy()
    walled = np.zeros(len(places), dtype=bool)
    walled[places.wall_place] = True
    loose = ~walled[places.point_place]
    order = np.argsort(places.point_place[loose], kind="stable")
    owner = places.point_place[loose][order]
    if len(owner):
        points = to_points(places.points[loose][order])
        number = np.cumsum(np.append(0, np.diff(owner) > 0))
        shapes[np.unique(owner)] = shapely.multipoints(points, indices=number)
    return shapes


def _pair_number(place: Ints, segment: Ints, of_place: Ints, of_segment: Ints) -> Ints:
    """Position of pairs in the sorted table of pairs."""
    width = int(max(segment.max(initial=0), of_segment.max(initial=0))) + 1
    return np.searchsorted(place * width + segment, of_place * width + of_segment).astype(np.int64)


def _claimed_distances(network: Network, seen: LegIntervals, samples: _Samples) -> Floats:
    """The least claimed straight distance at each sample, infinity where no row holds it."""
    width = len(network.segments)
    ask, row = join_keys(samples.place * width + samples.segment, seen.place * width + seen.segment)
    t = samples.at[ask] + network.segments.start[samples.segment[ask]]
    part = seen.pick(row)
    holds = (t >= part.low - DISTANCE_TOLERANCE / 10) & (t <= part.high + DISTANCE_TOLERANCE / 10)
    return group_min(ask, np.where(holds, part.at(t), np.inf), len(samples.at))


@dataclass(frozen=True, eq=False)
class _LegDistances:
    """The least leg at all, the least one that no barrier stops (both within the limit), and doubt about sight."""

    shortest: Floats
    open: Floats
    unsure: NDArray[np.bool_]


def _leg_distances(
    places: Sources, samples: _Samples, limit: Floats, barriers: NDArray[np.float64] | None
) -> _LegDistances:
    """All straight legs of each sample, tried one by one."""
    count = len(samples.at)
    ask, start = _leg_starts(places, samples)
    spot = samples.spot[ask]
    distance = np.hypot(*(spot - start).T)
    shortest = group_min(ask, distance, count)
    near = distance <= limit[samples.place[ask]] + DISTANCE_TOLERANCE
    ask, start, spot, distance = ask[near], start[near], spot[near], distance[near]
    stopped, unsure = _is_stopped(start, spot, barriers)
    fits = ~stopped & (distance <= limit[samples.place[ask]])
    open_ = group_min(ask, np.where(fits, distance, np.inf), count)
    doubt = np.bincount(ask, weights=unsure, minlength=count) > 0
    within = _is_inside(places, samples)
    return _LegDistances(np.where(within, 0.0, shortest), np.where(within, 0.0, open_), doubt & ~within)


def _leg_starts(places: Sources, samples: _Samples) -> tuple[Ints, NDArray[np.float64]]:
    """Where a leg to each sample may start: points, and nearest points of walls."""
    ask, point = join_keys(samples.place, places.point_place)
    at_wall, wall = join_keys(samples.place, places.wall_place)
    ends, spot = places.walls[wall], samples.spot[at_wall]
    step = ends[:, 2:] - ends[:, :2]
    square = dot_rows(step, step)
    share = dot_rows(spot - ends[:, :2], step)
    share = np.clip(np.divide(share, square, out=np.zeros(len(wall)), where=square > 0), 0, 1)
    feet = np.vstack([places.points[point], ends[:, :2] + step * share[:, None], ends[:, :2], ends[:, 2:]])
    return np.concatenate([ask, at_wall, at_wall, at_wall]), feet


def _is_inside(places: Sources, samples: _Samples) -> NDArray[np.bool_]:
    """Samples inside a polygon of their place."""
    ask, solid = join_keys(samples.place, places.solid_place)
    shapely.prepare(places.solids)
    hit = shapely.intersects_xy(places.solids[solid], *samples.spot[ask].T)
    return np.bincount(ask, weights=hit, minlength=len(samples.at)) > 0


def _is_stopped(
    start: NDArray[np.float64], spot: NDArray[np.float64], barriers: NDArray[np.float64] | None
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Legs that cross a barrier, and legs whose end is too near to one to tell."""
    stopped, unsure = np.zeros(len(start), dtype=bool), np.zeros(len(start), dtype=bool)
    if barriers is None or len(barriers) == 0 or len(start) == 0:
        return stopped, unsure
    legs = to_segments(np.hstack([start, spot]))
    walls = to_segments(barriers)
    leg, wall = shapely.STRtree(walls).query(legs, predicate="intersects")
    away = shapely.distance(to_points(start[leg]), walls[wall])
    left = shapely.distance(to_points(spot[leg]), walls[wall])
    stopped[leg[(away > START_TOLERANCE) & (left > DISTANCE_TOLERANCE)]] = True
    unsure[leg[((away <= START_TOLERANCE + DISTANCE_TOLERANCE) | (left <= DISTANCE_TOLERANCE)) & (away > 0)]] = True
    return stopped, unsure

"""What lies within a straight way of places, through walls and over rivers: streets and people.

Most streets are decided at once by the distance of their middle from the nearest place; only those at the rim of the
circles are looked at exactly.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from urbanplan.network.graph import Network
from urbanplan.network.intervals import Floats, Intervals, Ints, overlap_length, union
from urbanplan.network.shapes import to_points, to_segments
from urbanplan.network.subnetwork import take_edges
from urbanplan.network.walk.leg_join import join_legs
from urbanplan.network.walk.people import People
from urbanplan.network.walk.scenario import Scenario
from urbanplan.network.walk.sources import Sources
from urbanplan.network.walk.walk import precise_sum

RIM_TOLERANCE = 1e-5
"""Metres: a street is decided by its middle only where it is farther than this from the rim."""


@dataclass(frozen=True, eq=False)
class SegmentMiddles:
    """The middle of each straight street segment.

    Attributes:
        way: metres to the nearest place. place: which that is. half: half the segment's length.
    """

    way: Floats
    place: Ints
    half: Floats


def measure_middles(network: Network, put: Sources) -> SegmentMiddles | None:
    """How far the middles of streets are from places; None where one of them is missing."""
    ends = network.segments.ends
    if len(put) == 0 or len(ends) == 0:
        return None
    spot = to_points((ends[:, :2] + ends[:, 2:]) / 2)
    sources = np.concatenate([to_points(put.points), to_segments(put.walls)])
    (_, source), way = shapely.STRtree(sources).query_nearest(spot, return_distance=True, all_matches=False)
    place = np.concatenate([put.point_place, put.wall_place])[source]
    solid, inner = shapely.STRtree(spot).query(put.solids, predicate="intersects")
    way[inner], place[inner] = 0.0, put.solid_place[solid]
    return SegmentMiddles(way, place, network.segments.length / 2)


def straight_intervals(
    question: Scenario, limit: Floats, known: SegmentMiddles | None, *, piece: int = 256
) -> Intervals:
    """Street parts within a straight limit of each place (metres, one per place; negative: none).

    Streets at the rim, by what is ``known`` of their middles, are looked at exactly, ``piece`` places at a time.
    """
    network, live = question.network, limit >= 0
    if known is None or not live.any():
        return Intervals(np.empty(0, np.int64), np.empty(0), np.empty(0))
    whole, rim = _classify_edges(network, known, limit)
    put, limit = question.put.chosen(live), limit[live]
    part = take_edges(network, rim)
    found = Intervals(whole, np.zeros(len(whole)), _segment_ends(network)[whole])
    for start in range(0, len(put), piece):
        chosen = np.arange(len(put)) // piece == start // piece
        seen = join_legs(part, put.chosen(chosen), leg=limit[chosen], engine=question.walk.engine)
        line = np.concatenate([found.line, rim[seen.edge]])
        found = union(line, np.concatenate([found.low, seen.low]), np.concatenate([found.high, seen.high]))
    return found.pick(found.high > found.low)


def people_near(put: Sources, people: People, area: Intervals, limit: Floats) -> float:
    """People within the straight limit: homes by their place, spread people by their stretch of ``area``."""
    long = people.high - people.low
    part = overlap_length(area, people.edge, people.low, people.high)
    spread = people.living * np.divide(part, long, out=np.zeros(len(long)), where=long > 0)
    near = np.zeros(len(people.count), dtype=bool)
    live = np.flatnonzero(limit >= 0)
    if len(live) and len(near):
        _, home = shapely.STRtree(to_points(people.points)).query(
            put.shapes[live], predicate="dwithin", distance=limit[live]
        )
        near[home] = True
    return precise_sum(np.concatenate([people.count[near], spread]))


def _classify_edges(network: Network, known: SegmentMiddles, limit: Floats) -> tuple[Ints, Ints]:
    """Edges that are covered as a whole, and edges that may be covered in part."""
    inside = known.way + known.half <= limit[known.place] - RIM_TOLERANCE
    outside = known.way - known.half > limit.max() + RIM_TOLERANCE
    first = network.offsets[:-1] - np.arange(network.edges)
    covered, clear = (np.logical_and.reduceat(fact, first) for fact in (inside, outside))
    return np.flatnonzero(covered), np.flatnonzero(~covered & ~clear)


def _segment_ends(network: Network) -> Floats:
    """Metres along each edge where its last segment ends."""
    last = network.offsets[1:] - np.arange(network.edges) - 2
    return network.segments.start[last] + network.segments.length[last]

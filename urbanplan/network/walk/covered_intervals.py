"""Cover: what of each edge lies within the walk, as the union of intervals."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from urbanplan.network.graph import Network
from urbanplan.network.intervals import TOUCH_TOLERANCE, Floats, Intervals, Ints, group_min, join_keys, union
from urbanplan.network.walk.leg_intervals import LegIntervals
from urbanplan.network.walk.leg_join import join_legs
from urbanplan.network.walk.search import search_distances
from urbanplan.network.walk.sources import Sources
from urbanplan.network.walk.walk import Reach, Walk


def compute_reach(network: Network, places: Sources, walk: Walk, barriers: NDArray[np.float64] | None = None) -> Reach:
    """Search and cover from places; ``barriers`` are straight pieces ``(x0, y0, x1, y1)``."""
    return reach_of_legs(network, find_walk_legs(network, places, walk, barriers), walk)


def reach_of_legs(network: Network, seen: LegIntervals, walk: Walk) -> Reach:
    """Search and cover from what the places see."""
    node, label, _ = find_seeds(network, seen)
    labels = search_distances(network, node, label, limit=walk.within, engine=walk.engine)
    return Reach(walk.within, seen, labels, cover_edges(network, seen, labels, walk.within))


def shorten_reach(network: Network, reached: Reach, within: float) -> Reach:
    """The reach of a shorter walk from the same labels; the leg limit must not exceed it."""
    label = np.where(reached.label <= within, reached.label, np.inf)
    return Reach(within, reached.seen, label, cover_edges(network, reached.seen, label, within))


def leg_limits(places: Sources, walk: Walk) -> Floats:
    """The leg limit of each place, capped by the walk less the radius that the low reading adds."""
    return np.minimum(walk.leg, walk.within - (places.radius if walk.low else np.zeros(len(places))))


def find_walk_legs(
    network: Network, places: Sources, walk: Walk, barriers: NDArray[np.float64] | None = None
) -> LegIntervals:
    """Seen parts with the leg limit capped by the walk; the low reading adds the radius of polygons."""
    places = places.read(low=walk.low)
    plus = places.radius if walk.low else np.zeros(len(places))
    return join_legs(network, places, leg=leg_limits(places, walk), barriers=barriers, plus=plus, engine=walk.engine)


def find_seeds(network: Network, seen: LegIntervals) -> tuple[Ints, Floats, Ints]:
    """Node, label and place of what seen parts give to the ends of their edges."""
    rest = network.length[seen.edge] - seen.high
    node = np.concatenate([network.u[seen.edge], network.v[seen.edge]])
    label = np.concatenate([seen.at_low + seen.low, seen.at_high + np.maximum(rest, 0.0)])
    return node, label, np.tile(seen.place, 2)


def cover_edges(network: Network, seen: LegIntervals, label: Floats, within: float) -> Intervals:
    """The union of what both ends and all seen parts cover of each edge."""
    length = network.length
    from_u, from_v = within - label[network.u], within - label[network.v]
    every = np.arange(network.edges, dtype=np.int64)
    a, b = from_u >= 0, from_v >= 0
    low = np.concatenate([np.zeros(int(a.sum())), (length - from_v)[b], seen.low - (within - seen.at_low)])
    high = np.concatenate([from_u[a], length[b], seen.high + (within - seen.at_high)])
    edge = np.concatenate([every[a], every[b], seen.edge])
    return unite_on_edges(edge, low, high, length=length[edge])


def unite_on_edges(line: Ints, low: Floats, high: Floats, *, length: Floats) -> Intervals:
    """The union of intervals of edges on each line; one that comes near an end reaches it, one of no length is none.

    Args:
        line, low, high: shape (n,). length: of the edge of each row, shape (n,).
    """
    low = np.where(low <= TOUCH_TOLERANCE, 0.0, low)
    high = np.where(high >= length - TOUCH_TOLERANCE, length, high)
    whole = union(line, low, high)
    return whole.pick(whole.high > whole.low)


def distance_at(network: Network, seen: LegIntervals, label: Floats, edge: Ints, at: Floats) -> Floats:
    """Exact distance from the places to points ``at`` metres along edges, infinity where no label leads."""
    best = np.minimum(label[network.u[edge]] + at, label[network.v[edge]] + (network.length[edge] - at))
    ask, row = join_keys(edge, seen.edge)
    part, t = seen.pick(row), at[ask]
    nearest = np.clip(t, part.low, part.high)
    return np.minimum(best, group_min(ask, part.at(nearest) + np.abs(t - nearest), len(edge)))

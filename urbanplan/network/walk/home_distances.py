"""Compiled work on homes: the least way of each over what it sees, pair by pair, without a table of pairs.

A pair of a home and a site that see one edge is looked at where its straight distances alone may be less than what is
known already; the others cannot change the answer.
"""

from __future__ import annotations

import numpy as np

from urbanplan.layer.compiled import cached_njit, inner_njit
from urbanplan.network.graph import Network
from urbanplan.network.intervals import Floats, Ints
from urbanplan.network.walk.leg_intervals import LegIntervals
from urbanplan.network.walk.walk import Reach

ROWS_AT_ONCE = 2**16
"""Rows of homes looked at in one piece: bounds the memory, not the answer."""
BOUND_SLACK = 1e-6
"""Metres by which a pair's bound must lie above what is known for the pair to be left out: far more than rounding."""


def least_ways(network: Network, sight: LegIntervals, homes: int, reached: Reach) -> Floats:
    """Least way of each home from what it sees, infinity beyond the walk, to the bit as
    :func:`urbanplan.network.walk.people.home_distance` has it from plain arrays."""
    edges = network.u, network.v, network.length, reached.label
    sites = reached.seen if _is_sorted(reached.seen.edge) else reached.seen.pick(np.argsort(reached.seen.edge))
    first = np.zeros(network.edges + 1, dtype=np.int64)
    np.cumsum(np.bincount(sites.edge, minlength=network.edges), out=first[1:])
    legs = _stack_legs(sites, slice(None))
    near = np.stack([sites.at_low, sites.at_high])
    way = np.full(homes, np.inf)
    for start in range(0, len(sight), ROWS_AT_ONCE):
        piece = slice(start, start + ROWS_AT_ONCE)
        home = np.stack([sight.place[piece], sight.edge[piece]])
        _shorten_ways(home, _stack_legs(sight, piece), edges, first, legs, near, float(reached.within), way)
    return np.where(way <= reached.within, way, np.inf)


def _is_sorted(values: Ints) -> bool:
    return bool((values[1:] >= values[:-1]).all())


def _stack_legs(legs: LegIntervals, rows: slice) -> Floats:
    """Low, high, t0, g, m and plus of rows, shape (6, n)."""
    return np.stack([column[rows] for column in legs.columns[3:]])


@cached_njit
def _shorten_ways(home, mine, edges, first, site, near, within, way):
    """Lower the way of each home by what its rows give: over the ends of edges, then over sites on the same edge."""
    u, v, length, label = edges
    at_ends = np.empty((2, home.shape[1]))
    for i in range(home.shape[1]):
        place, edge = home[0, i], home[1, i]
        at_ends[0, i], at_ends[1, i] = _leg_at(mine, i, mine[0, i]), _leg_at(mine, i, mine[1, i])
        least = min(
            label[u[edge]] + mine[0, i] + at_ends[0, i],
            label[v[edge]] + (length[edge] - mine[1, i]) + at_ends[1, i],
        )
        if least < way[place]:
            way[place] = least
    for i in range(home.shape[1]):
        place, edge = home[0, i], home[1, i]
        for j in range(first[edge], first[edge + 1]):
            straight = (mine[5, i] + mine[3, i]) + (site[5, j] + site[3, j])
            if straight > min(way[place], within) + BOUND_SLACK:
                continue
            least = _least_meeting(mine, i, at_ends, site, j, near)
            if least < way[place]:
                way[place] = least


@inner_njit
def _least_meeting(mine, i, at_ends, site, j, near):
    """Least way from a home to a site along an edge that both see."""
    low, high = max(mine[0, i], site[0, j]), min(mine[1, i], site[1, j])
    least = np.inf
    if mine[1, i] <= site[0, j]:
        least = at_ends[1, i] + near[0, j] + (site[0, j] - mine[1, i])
    if mine[0, i] >= site[1, j]:
        least = min(least, at_ends[0, i] + near[1, j] + (mine[0, i] - site[1, j]))
    return min(least, _least_leg_sum(mine, i, site, j, low, high)) if low <= high else least


@inner_njit
def _least_leg_sum(mine, i, site, j, low, high):
    """Least sum of both legs where both see one part, at the places that the plain arrays try; equal ones once."""
    legs = mine[3, i] + site[3, j]
    mirror = (mine[2, i] * site[3, j] + site[2, j] * mine[3, i]) / legs if legs > 0 else mine[2, i]
    steep = min(site[4, j], 1 - 1e-12)
    slide = steep * mine[3, i] / np.sqrt(1 - steep * steep)
    least = min(
        _leg_at(mine, i, low) + _leg_at(site, j, low),
        _leg_at(mine, i, high) + _leg_at(site, j, high),
    )
    for t in (mirror, mine[2, i], site[2, j], mine[2, i] - slide, mine[2, i] + slide):
        if low < t < high:
            least = min(least, _leg_at(mine, i, t) + _leg_at(site, j, t))
    return least


@inner_njit
def _leg_at(legs, row, t):
    """Straight distance at ``t`` metres along a row's edge."""
    return legs[5, row] + np.hypot(legs[3, row], legs[4, row] * (t - legs[2, row]))

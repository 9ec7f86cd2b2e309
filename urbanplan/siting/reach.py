"""How far each candidate reaches by itself: intervals on streets, and homes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from urbanplan.network.graph import Network
from urbanplan.network.intervals import Floats, Intervals, Ints, concatenate_intervals, join_keys
from urbanplan.network.walk.covered_intervals import find_seeds, find_walk_legs, unite_on_edges
from urbanplan.network.walk.leg_intervals import LegIntervals
from urbanplan.network.walk.people import meeting_distance
from urbanplan.network.walk.scenario import Scenario
from urbanplan.network.walk.search import search_each

BATCH_NUMBERS = 16_000_000
"""Distances searched at once (128 MB)."""


@dataclass(frozen=True, eq=False)
class EachReach:
    """Reach of each candidate.

    Attributes:
        owner: the candidate of each row of ``covered``, intervals on edges, disjoint for one candidate.
        home_owner, home: pairs of a candidate and a home within the walk.
    """

    owner: Ints
    covered: Intervals
    home_owner: Ints
    home: Ints


def compute_home_walks(scenario: Scenario) -> tuple[Ints, Ints, Floats]:
    """Each candidate, each home of the first people within its walk, and the metres between them."""
    parts = [(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0))]
    sights = scenario.looked().sights
    if sights:
        for begin, some, reached in _batches(scenario):
            owner, home, metres = _homes_of_each(scenario.network, some, reached, scenario.walk.within, sights[0])
            parts.append((owner + begin, home, metres))
    owner, home, metres = (np.concatenate(column) for column in zip(*parts, strict=True))
    return owner, home, metres


def compute_each_reach(scenario: Scenario) -> EachReach:
    """Reach of each place of a scenario, at the reading of its walk; homes of its first people."""
    network, within, sights = scenario.network, scenario.walk.within, scenario.looked().sights
    none, parts = np.empty(0, np.int64), []
    for begin, some, reached in _batches(scenario):
        owner, covered = _cover_each(network, some, reached, within)
        home_owner, home = none, none
        if sights:
            home_owner, home, _ = _homes_of_each(network, some, reached, within, sights[0])
        parts.append((owner + begin, covered, home_owner + begin, home))
    owner, covered, home_owner, home = zip(*parts, strict=True)
    whole = concatenate_intervals(covered)
    return EachReach(np.concatenate(owner), whole, np.concatenate(home_owner), np.concatenate(home))


def _batches(scenario: Scenario) -> Iterator[tuple[int, LegIntervals, tuple[Ints, Ints, Floats]]]:
    """Places a few at a time, one batch at least: the first one's number, their legs, and what their searches reach.

    Places are numbered from 0 in each batch; reached are the place, node and metres of each row.
    """
    network, count = scenario.network, len(scenario.put)
    seen = find_walk_legs(network, scenario.put, scenario.walk, scenario.walls)
    seen = seen.pick(np.argsort(seen.place, kind="stable"))
    size = max(BATCH_NUMBERS // max(network.nodes, 1), 1)
    for begin in range(0, max(count, 1), size):
        first, last = np.searchsorted(seen.place, [begin, begin + size])
        some = seen.pick(np.arange(first, last))
        some = some.placed(some.place - begin)
        node, label, owner = find_seeds(network, some)
        many = min(size, count - begin)
        owner, node, label = search_each(network, node, label, owner, owners=many, limit=scenario.walk.within)
        yield begin, some, (owner, node, label)


def _cover_each(
    network: Network, seen: LegIntervals, reached: tuple[Ints, Ints, Floats], within: float
) -> tuple[Ints, Intervals]:
    """Owner and covered intervals, by the rule of one reach (see ``cover_edges``) for each owner."""
    owner, node, label = reached
    length, edges = network.length, max(network.edges, 1)
    row_u, from_u = join_keys(node, network.u)
    row_v, from_v = join_keys(node, network.v)
    room_u, room_v = within - label[row_u], within - label[row_v]
    low = np.concatenate([np.zeros(len(row_u)), length[from_v] - room_v, seen.low - (within - seen.at_low)])
    high = np.concatenate([room_u, length[from_v], seen.high + (within - seen.at_high)])
    edge = np.concatenate([from_u, from_v, seen.edge])
    whose = np.concatenate([owner[row_u], owner[row_v], seen.place])
    whole = unite_on_edges(whose * edges + edge, low, high, length=length[edge])
    owner, line = np.divmod(whole.line, edges)
    return owner, Intervals(line, whole.low, whole.high)


def _homes_of_each(
    network: Network, seen: LegIntervals, reached: tuple[Ints, Ints, Floats], within: float, sight: LegIntervals
) -> tuple[Ints, Ints, Floats]:
    """Owner, home within the walk, metres: the least over the ends of edges that the home sees and legs that meet."""
    owner, node, label = reached
    found = []
    rest = network.length[sight.edge] - sight.high
    for end, along, leg in ((network.u, sight.low, sight.at_low), (network.v, rest, sight.at_high)):
        row, at = join_keys(end[sight.edge], node)
        found.append((owner[at], sight.place[row], label[at] + along[row] + leg[row]))
    row, other = join_keys(sight.edge, seen.edge)
    found.append((seen.place[other], sight.place[row], meeting_distance(sight.pick(row), seen.pick(other))))
    whose, home, metres = (np.concatenate(column) for column in zip(*found, strict=True))
    near = np.flatnonzero(metres <= within)
    order = near[np.lexsort((metres[near], home[near], whose[near]))]
    whose, home, metres = whose[order], home[order], metres[order]
    first = np.append(True, (whose[1:] != whose[:-1]) | (home[1:] != home[:-1]))[: len(whose)]
    return whose[first], home[first], metres[first]

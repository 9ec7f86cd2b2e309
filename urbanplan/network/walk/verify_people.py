"""The certificate's part for people: who is covered and who is not, tried anew along everything they see."""

from __future__ import annotations

from functools import partial

import numpy as np
from numpy.typing import NDArray

from urbanplan.network.graph import Network
from urbanplan.network.intervals import Floats, group_min, group_sums, join_keys
from urbanplan.network.walk.certificate import distance_to_points
from urbanplan.network.walk.people import ServedPeople
from urbanplan.network.walk.sources import sources_from_points
from urbanplan.network.walk.verify_legs import Facts, LegProofs, find_wrong_legs
from urbanplan.network.walk.walk import Reach, Walk

DISTANCE_TOLERANCE = 1e-5
"""Metres of tolerance."""
SAMPLE_STEPS = 4
"""Each seen part of a home is tried at so many steps and both ends."""
MAX_HOMES = 2_000
"""Homes whose seen parts are witnessed one by one; beyond it every n-th."""


def find_wrong_people(
    network: Network,
    walk: Walk,
    reached: Reach,
    served: ServedPeople,
    *,
    barriers: NDArray[np.float64] | None = None,
    proofs: LegProofs | None = None,
) -> Facts:
    """Facts that do not hold.

    ``homes``: covered without a point in sight that is near enough, or not covered although one is; ``stretches``:
    people of a stretch that do not match its covered metres; the rest as for sites, of the homes' legs.
    """
    facts = {"homes": _wrong_homes(network, reached, served), "stretches": _wrong_stretches(reached, served)}
    if len(served.people.count) and not served.people.on_street:
        alone = Walk(max(walk.within, 1.0), min(walk.leg, walk.within))
        parts = (network.segments, served.people, served.sight, barriers)
        find = partial(_wrong_home_legs, network, alone, served, barriers)
        wrong = (proofs or LegProofs()).get(find, parts, min(alone.leg, alone.within))
        facts |= {f"homes' {name}": value for name, value in wrong.items()}
    return facts


def _wrong_home_legs(network: Network, walk: Walk, served: ServedPeople, barriers: NDArray[np.float64] | None) -> Facts:
    """The legs of up to ``MAX_HOMES`` homes."""
    chosen = np.arange(0, len(served.people.count), max(1, -(-len(served.people.count) // MAX_HOMES)))
    sight = served.sight.pick(np.isin(served.sight.place, chosen))
    renumbered = sight.placed(np.searchsorted(chosen, sight.place).astype(np.int64))
    homes = sources_from_points(served.people.points[chosen])
    return find_wrong_legs(network, homes, walk, renumbered, barriers=barriers)


def _wrong_homes(network: Network, reached: Reach, served: ServedPeople) -> NDArray[np.bool_]:
    sight, people = served.sight, served.people
    best, slack = np.full(len(people.count), np.inf), np.zeros(len(people.count))
    for step in range(SAMPLE_STEPS + 1):
        t = sight.low + (sight.high - sight.low) * (step / SAMPLE_STEPS)
        spot = network.points(sight.edge, t)
        leg = np.hypot(*(spot - people.points[sight.place]).T)
        way = leg + distance_to_points(network, reached, sight.edge, t)
        best = np.minimum(best, group_min(sight.place, way, len(best)))
    np.maximum.at(slack, sight.place, (sight.high - sight.low) / SAMPLE_STEPS)
    too_far = served.reached & (best > reached.within + slack + DISTANCE_TOLERANCE)
    forgotten = ~served.reached & (best < reached.within - DISTANCE_TOLERANCE)
    return too_far | forgotten


def _wrong_stretches(reached: Reach, served: ServedPeople) -> NDArray[np.bool_]:
    people, covered = served.people, reached.covered
    row, part = join_keys(people.edge, covered.line)
    both = np.minimum(people.high[row], covered.high[part]) - np.maximum(people.low[row], covered.low[part])
    metres = group_sums(row, np.maximum(both, 0.0), len(people.edge))
    long: Floats = people.high - people.low
    due = np.divide(people.living * metres, long, out=np.zeros(len(long)), where=long > 0)
    return ~(np.abs(due - served.covered) <= 1e-6 * np.maximum(people.living, 1.0))

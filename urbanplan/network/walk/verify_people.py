"""The certificate's part for people: who is covered and who is not, tried anew along everything they see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from urbanplan.network.graph import Network
from urbanplan.network.intervals import Floats, group_sums, join_keys
from urbanplan.network.walk.certificate import PointsAlong, WaysAlong
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

ROWS_AT_ONCE = 2**16
"""Seen parts that are tried in one piece: bounds the memory, not the answer."""


@dataclass(frozen=True, eq=False)
class ServedReading:
    """One reading of who is served: the streets, the walk, how far it reaches, and the people of that reach."""

    network: Network
    walk: Walk
    reached: Reach
    served: ServedPeople


def find_wrong_people(
    readings: Sequence[ServedReading],
    *,
    barriers: NDArray[np.float64] | None = None,
    proofs: LegProofs | None = None,
) -> list[Facts]:
    """Facts that do not hold, of each reading; all are of the same people, who see the same street parts.

    ``homes``: covered without a point in sight that is near enough, or not covered although one is; ``stretches``:
    people of a stretch that do not match its covered metres; the rest as for sites, of the homes' legs.
    """
    wrong_homes = _wrong_homes(readings)
    return [
        {"homes": homes, "stretches": _wrong_stretches(one.reached, one.served)}
        | _facts_of_home_legs(one, barriers, proofs or LegProofs())
        for one, homes in zip(readings, wrong_homes, strict=True)
    ]


def _facts_of_home_legs(one: ServedReading, barriers: NDArray[np.float64] | None, proofs: LegProofs) -> Facts:
    served, network = one.served, one.network
    if len(served.people.count) == 0 or served.people.on_street:
        return {}
    alone = Walk(max(one.walk.within, 1.0), min(one.walk.leg, one.walk.within))
    parts = (network.segments, served.people, served.sight, barriers)
    find = partial(_wrong_home_legs, network, alone, served, barriers)
    wrong = proofs.get(find, parts, min(alone.leg, alone.within))
    return {f"homes' {name}": value for name, value in wrong.items()}


def _wrong_home_legs(network: Network, walk: Walk, served: ServedPeople, barriers: NDArray[np.float64] | None) -> Facts:
    """The legs of up to ``MAX_HOMES`` homes."""
    chosen = np.arange(0, len(served.people.count), max(1, -(-len(served.people.count) // MAX_HOMES)))
    sight = served.sight.pick(np.isin(served.sight.place, chosen))
    renumbered = sight.placed(np.searchsorted(chosen, sight.place).astype(np.int64))
    homes = sources_from_points(served.people.points[chosen])
    return find_wrong_legs(network, homes, walk, renumbered, barriers=barriers)


def _wrong_homes(readings: Sequence[ServedReading]) -> list[NDArray[np.bool_]]:
    """Homes that are served wrongly by each reading; where the points stand that they see is found once."""
    network, sight, people = readings[0].network, readings[0].served.sight, readings[0].served.people
    if any(one.served.sight is not sight for one in readings):
        return [wrong for one in readings for wrong in _wrong_homes([one])]
    best = [np.full(len(people.count), np.inf) for _ in readings]
    for start in range(0, len(sight), ROWS_AT_ONCE):
        part = sight.pick(slice(start, start + ROWS_AT_ONCE))
        ways = [WaysAlong(one.network, one.reached, part.edge) for one in readings]
        along_part = PointsAlong(network, part.edge, part.low, part.high)
        home_x, home_y = (side[part.place] for side in people.points.T)
        for step in range(SAMPLE_STEPS + 1):
            t = part.low + (part.high - part.low) * (step / SAMPLE_STEPS)
            x, y = along_part.points(t)
            leg = np.hypot(x - home_x, y - home_y)
            for least, along in zip(best, ways, strict=True):
                np.minimum.at(least, part.place, leg + along.to_points(t))
    slack = np.zeros(len(people.count))
    np.maximum.at(slack, sight.place, (sight.high - sight.low) / SAMPLE_STEPS)
    return [
        (one.served.reached & (least > one.reached.within + slack + DISTANCE_TOLERANCE))  # too far
        | (~one.served.reached & (least < one.reached.within - DISTANCE_TOLERANCE))  # forgotten
        for one, least in zip(readings, best, strict=True)
    ]


def _wrong_stretches(reached: Reach, served: ServedPeople) -> NDArray[np.bool_]:
    people, covered = served.people, reached.covered
    row, part = join_keys(people.edge, covered.line)
    both = np.minimum(people.high[row], covered.high[part]) - np.maximum(people.low[row], covered.low[part])
    metres = group_sums(row, np.maximum(both, 0.0), len(people.edge))
    long: Floats = people.high - people.low
    due = np.divide(people.living * metres, long, out=np.zeros(len(long)), where=long > 0)
    return ~(np.abs(due - served.covered) <= 1e-6 * np.maximum(people.living, 1.0))

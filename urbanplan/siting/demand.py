"""From streets, people and candidates to a covering instance, exact on intervals."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, vstack

from urbanplan.network.intervals import Floats, Intervals, Ints, concatenate_intervals, group_sums
from urbanplan.network.walk.covered_intervals import compute_reach
from urbanplan.network.walk.districts import Districts
from urbanplan.network.walk.people import People, home_distance
from urbanplan.network.walk.scenario import Scenario
from urbanplan.network.walk.sources import Sources
from urbanplan.siting.instance import CoveringInstance
from urbanplan.siting.pieces import cut_pieces
from urbanplan.siting.reach import EachReach, compute_each_reach
from urbanplan.siting.sparse import shape_of
from urbanplan.siting.zones import ZoneWeights, metres_by_zone, people_by_zone, spread_people

By = Literal["residents", "metres"]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Candidates:
    """Cost and sub-district (-1: none) of each candidate, whether it may or must be chosen, and its capacity."""

    cost: Floats
    group: Ints
    allowed: Flags
    required: Flags
    capacity: Floats | None = None


@dataclass(frozen=True, eq=False)
class Demand:
    """What candidates and existing sites cover; the last column of the matrix is the existing sites together.

    Attributes:
        matrix: shape (pieces and homes, candidates + 1). metres, people: of each row.
        total_metres, total_people: of all streets and residents.
        metre_zones, people_zones: of each row in each sub-district, and all of it; None without sub-districts.
    """

    matrix: csr_array
    metres: Floats
    people: Floats
    total_metres: float
    total_people: float
    metre_zones: ZoneWeights | None = None
    people_zones: ZoneWeights | None = None

    def instance(self, by: By, candidates: Candidates) -> CoveringInstance:
        """The covering instance of metres or people."""
        residents = by == "residents"
        weight, total = (self.people, self.total_people) if residents else (self.metres, self.total_metres)
        count = shape_of(self.matrix)[1] - 1
        served = np.asarray(self.matrix[:, [count]].sum(axis=1)).ravel() > 0
        rows = np.flatnonzero(~served & (weight > 0))
        covered = float(weight[served].sum())
        zones = self.people_zones if residents else self.metre_zones
        return CoveringInstance(
            csr_array(self.matrix[rows][:, np.arange(count)]),
            weight[rows],
            candidates.cost,
            candidates.group,
            candidates.allowed,
            candidates.required,
            covered,
            max(total - covered - float(weight[rows].sum()), 0.0),
            candidates.capacity,
            None if zones is None else zones.of_rows(rows, served),
        )

    def gains(self, chosen: Ints) -> tuple[Floats, Floats]:
        """Metres and people that each chosen candidate adds to those before it and to the existing sites."""
        existing = shape_of(self.matrix)[1] - 1
        columns = csr_array(self.matrix[:, np.concatenate([[existing], chosen])].astype(np.int64))
        columns.sort_indices()
        filled = np.flatnonzero(np.diff(columns.indptr))
        first = np.asarray(columns.indices[columns.indptr[filled]], dtype=np.int64)
        metres, people = (group_sums(first, value[filled], len(chosen) + 1) for value in (self.metres, self.people))
        return metres[1:], people[1:]

    def order_by_gain(self, chosen: Ints, by: By) -> Ints:
        """The chosen in the order in which each gains most after those before it; of equals the first."""
        existing = shape_of(self.matrix)[1] - 1
        columns = csr_array(self.matrix[:, np.concatenate([[existing], chosen])].T.tocsr())
        left = (self.people if by == "residents" else self.metres).copy()
        order, place = [], 0
        rest = np.ones(len(chosen) + 1, dtype=bool)
        while True:
            left[columns.indices[columns.indptr[place] : columns.indptr[place + 1]]] = 0.0
            rest[place] = False
            if not rest.any():
                return chosen[np.asarray(order, dtype=np.int64)]
            place = int(np.argmax(np.where(rest, columns @ left, -1.0)))
            order.append(place - 1)


def build_demand(scenario: Scenario, existing: Sources | None, districts: Districts | None = None) -> Demand:
    """What each place of a scenario, a candidate, covers at the low reading, and what existing sites do.

    Args:
        scenario: streets, candidates, walk, barriers and people (those of the first method count).
        existing: sites that stand already, None where there are none.
        districts: for the fairest answer: demand is then known by sub-district.
    """
    scenario = scenario.looked()
    count, people = len(scenario.put), scenario.people[0] if scenario.people else None
    each = _with_existing(compute_each_reach(scenario), scenario, existing)
    pieces, matrix = cut_pieces(each.covered, each.owner, owners=count + 1)
    metres, living, homes = pieces.length, np.zeros(len(pieces)), 0
    if people is not None:
        living = _people_on(pieces, people)
        homes = len(people.count)
        pairs = (np.ones(len(each.home), np.int8), (each.home, each.home_owner))
        matrix = csr_array(vstack([matrix, csr_array(pairs, shape=(homes, count + 1))]))
        metres, living = np.concatenate([metres, np.zeros(homes)]), np.concatenate([living, people.count])
    total = 0.0 if people is None else people.total
    found = Demand(matrix, metres, living, scenario.network.total, total)
    if districts is None:
        return found
    by_people = None if people is None else people_by_zone(pieces, people, districts)
    return replace(found, metre_zones=metres_by_zone(pieces, districts, more=homes), people_zones=by_people)


def _with_existing(each: EachReach, scenario: Scenario, existing: Sources | None) -> EachReach:
    """The reach of all existing sites together as that of one owner more."""
    if existing is None or not len(existing):
        return each
    network, number = scenario.network, len(scenario.put)
    reach = compute_reach(network, existing, scenario.walk, scenario.walls)
    home = np.empty(0, np.int64)
    if scenario.people and scenario.sights:
        way = home_distance(network, scenario.sights[0], len(scenario.people[0].count), reach)
        home = np.flatnonzero(way <= reach.within)
    return EachReach(
        np.append(each.owner, np.full(len(reach.covered), number)),
        concatenate_intervals([each.covered, reach.covered]),
        np.append(each.home_owner, np.full(len(home), number)),
        np.append(each.home, home),
    )


def _people_on(pieces: Intervals, people: People) -> Floats:
    """People spread over stretches, on each piece."""
    _, piece, spread = spread_people(pieces, people)
    return group_sums(piece, spread, len(pieces))

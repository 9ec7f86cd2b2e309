"""From streets, people and candidates to a covering instance, exact on intervals."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, vstack

from urbanplan.errors import SitingError
from urbanplan.network.intervals import Floats, Intervals, Ints, concatenate_intervals, group_sums
from urbanplan.network.walk.covered_intervals import compute_reach
from urbanplan.network.walk.districts import Districts
from urbanplan.network.walk.people import People, home_distance
from urbanplan.network.walk.scenario import Scenario
from urbanplan.network.walk.sources import Sources
from urbanplan.siting.instance import CoveringInstance, Standing
from urbanplan.siting.pieces import cut_pieces
from urbanplan.siting.reach import EachReach, compute_each_reach, compute_home_walks
from urbanplan.siting.sparse import shape_of
from urbanplan.siting.walks import Walks
from urbanplan.siting.zones import ZoneWeights, metres_by_zone, people_by_zone, spread_people

By = Literal["residents", "metres"]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Candidates:
    """Cost and sub-district (-1: none) of each candidate, whether it may or must be chosen, and its capacity.

    ``standing``: capacity of each site that stands already, None where those have no limit.
    """

    cost: Floats
    group: Ints
    allowed: Flags
    required: Flags
    capacity: Floats | None = None
    standing: Floats | None = None


@dataclass(frozen=True, eq=False)
class Demand:
    """What candidates and existing sites cover; the column behind the candidates is the existing sites together.

    Attributes:
        matrix: shape (pieces and homes, candidates + 1 + standing). metres, people: of each row.
        standing: how many existing sites have a column each.
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
    standing: int = 0

    @property
    def existing(self) -> int:
        """The number of the column of existing sites together."""
        return shape_of(self.matrix)[1] - 1 - self.standing

    def instance(self, by: By, candidates: Candidates) -> CoveringInstance:
        """The covering instance of metres or people."""
        residents = by == "residents"
        weight, total = (self.people, self.total_people) if residents else (self.metres, self.total_metres)
        count = self.existing
        served = np.asarray(self.matrix[:, [count]].sum(axis=1)).ravel() > 0
        if self.standing:  # whom these serve is for the answer to say
            served[:] = False
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
            standing=self._standing(rows, candidates.standing),
        )

    def _standing(self, rows: Ints, capacity: Floats | None) -> Standing | None:
        if not self.standing or capacity is None:
            return None
        return Standing(csr_array(self.matrix[rows][:, np.arange(self.standing) + self.existing + 1]), capacity)

    def gains(self, chosen: Ints) -> tuple[Floats, Floats]:
        """Metres and people that each chosen candidate adds to those before it and to the existing sites."""
        columns = csr_array(self.matrix[:, np.concatenate([[self.existing], chosen])].astype(np.int64))
        columns.sort_indices()
        filled = np.flatnonzero(np.diff(columns.indptr))
        first = np.asarray(columns.indices[columns.indptr[filled]], dtype=np.int64)
        metres, people = (group_sums(first, value[filled], len(chosen) + 1) for value in (self.metres, self.people))
        return metres[1:], people[1:]

    def order_by_gain(self, chosen: Ints, by: By) -> Ints:
        """The chosen in the order in which each gains most after those before it; of equals the first."""
        columns = csr_array(self.matrix[:, np.concatenate([[self.existing], chosen])].T.tocsr())
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


def build_demand(
    scenario: Scenario, existing: Sources | None, districts: Districts | None = None, *, apart: bool = False
) -> Demand:
    """What each place of a scenario, a candidate, covers at the low reading, and what existing sites do.

    Args:
        scenario: streets, candidates, walk, barriers and people (those of the first method count).
        existing: sites that stand already, None where there are none.
        districts: for the fairest answer: demand is then known by sub-district.
        apart: whether each existing site has a column of its own, too, since its capacity counts.
    """
    scenario = scenario.looked()
    standing = 0 if existing is None or not apart else len(existing)
    count, people = len(scenario.put), scenario.people[0] if scenario.people else None
    each = _with_existing(compute_each_reach(scenario), scenario, existing)
    if existing is not None and standing:
        each = _with_each(each, compute_each_reach(scenario.of(existing)), first=count + 1)
    columns = count + 1 + standing
    pieces, matrix = cut_pieces(each.covered, each.owner, owners=columns)
    metres, living, homes = pieces.length, np.zeros(len(pieces)), 0
    if people is not None:
        living = _people_on(pieces, people)
        homes = len(people.count)
        pairs = (np.ones(len(each.home), np.int8), (each.home, each.home_owner))
        matrix = csr_array(vstack([matrix, csr_array(pairs, shape=(homes, columns))]))
        metres, living = np.concatenate([metres, np.zeros(homes)]), np.concatenate([living, people.count])
    total = 0.0 if people is None else people.total
    found = Demand(matrix, metres, living, scenario.network.total, total, standing=standing)
    if districts is None:
        return found
    by_people = None if people is None else people_by_zone(pieces, people, districts)
    return replace(found, metre_zones=metres_by_zone(pieces, districts, more=homes), people_zones=by_people)


def build_walks(scenario: Scenario, existing: Sources | None) -> Walks:
    """How far the homes of a scenario have to each place, a candidate, and to the sites that stand already.

    Raises:
        SitingError: people live along streets and in no homes.
    """
    scenario = scenario.looked()
    people = scenario.people[0] if scenario.people else People("none")
    if len(people.living):
        raise SitingError(
            "the median needs homes: people of areas live along streets", fix="Give residents as points of homes."
        )
    homes, count = len(people.count), len(scenario.put)
    owner, home, metres = compute_home_walks(scenario)
    distance, base = np.full((homes, count), np.inf), np.full(homes, np.inf)
    distance[home, owner] = metres
    if existing is not None and len(existing) and scenario.sights:
        reach = compute_reach(scenario.network, existing, scenario.walk, scenario.walls)
        base = home_distance(scenario.network, scenario.sights[0], homes, reach)
        base[base > reach.within] = np.inf
    return Walks(distance, base, people.count)


def _with_existing(each: EachReach, scenario: Scenario, existing: Sources | None) -> EachReach:
    """The reach of all existing sites together as that of one owner more."""
    if existing is None or not len(existing):
        return each
    network = scenario.network
    reach = compute_reach(network, existing, scenario.walk, scenario.walls)
    home = np.empty(0, np.int64)
    if scenario.people and scenario.sights:
        way = home_distance(network, scenario.sights[0], len(scenario.people[0].count), reach)
        home = np.flatnonzero(way <= reach.within)
    together = EachReach(np.zeros(len(reach.covered), np.int64), reach.covered, np.zeros(len(home), np.int64), home)
    return _with_each(each, together, first=len(scenario.put))


def _with_each(each: EachReach, more: EachReach, *, first: int) -> EachReach:
    """Two reaches as one, owners of the second numbered from ``first``."""
    return EachReach(
        np.append(each.owner, more.owner + first),
        concatenate_intervals([each.covered, more.covered]),
        np.append(each.home_owner, more.home_owner + first),
        np.append(each.home, more.home),
    )


def _people_on(pieces: Intervals, people: People) -> Floats:
    """People spread over stretches, on each piece."""
    _, piece, spread = spread_people(pieces, people)
    return group_sums(piece, spread, len(pieces))

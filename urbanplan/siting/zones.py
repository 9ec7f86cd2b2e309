"""Demand by sub-district: what each piece of street and each home weighs in each, and all that there is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, vstack

from urbanplan.network.intervals import Floats, Intervals, Ints, group_sums, join_keys
from urbanplan.network.walk.districts import Districts
from urbanplan.network.walk.people import People
from urbanplan.siting.instance import Zones


@dataclass(frozen=True, eq=False)
class ZoneWeights:
    """Of each row of demand in each sub-district, shape (rows, zones), and all of it, shape (zones,)."""

    weight: csr_array
    total: Floats

    def of_rows(self, rows: Ints, served: NDArray[np.bool_]) -> Zones:
        """Some rows, and what those of a flag weigh together as served already."""
        already = np.asarray(self.weight[np.flatnonzero(served)].sum(axis=0)).ravel()
        return Zones(csr_array(self.weight[rows]), already, self.total)


def spread_people(pieces: Intervals, people: People) -> tuple[Ints, Ints, Floats]:
    """Stretch, piece and the people of the stretch on the piece, who live evenly on it."""
    row, piece = join_keys(people.edge, pieces.line)
    part = np.minimum(people.high[row], pieces.high[piece]) - np.maximum(people.low[row], pieces.low[piece])
    long = people.high[row] - people.low[row]
    spread = np.divide(people.living[row] * part, long, out=np.zeros(len(row)), where=(part > 0) & (long > 0))
    return row, piece, spread


def metres_by_zone(pieces: Intervals, districts: Districts, *, more: int) -> ZoneWeights:
    """Metres of each piece in each sub-district; ``more``: rows behind the pieces, of homes."""
    count = len(districts.ids)
    inside = np.flatnonzero(districts.owner >= 0)
    row, part = join_keys(pieces.line, districts.edge[inside])
    place = inside[part]
    low = np.maximum(pieces.low[row], districts.low[place])
    metres = np.maximum(np.minimum(pieces.high[row], districts.high[place]) - low, 0.0)
    weight = _sums(row, districts.owner[place], metres, (len(pieces) + more, count))
    long = districts.high[inside] - districts.low[inside]
    return ZoneWeights(weight, group_sums(districts.owner[inside], long, count))


def people_by_zone(pieces: Intervals, people: People, districts: Districts) -> ZoneWeights:
    """People of each piece, then of each home: homes by where they stand, those of an area by its land."""
    count, homes = len(districts.ids), len(people.count)
    if not len(people.cells):
        home = districts.holding(people.points)
        inside = np.flatnonzero(home >= 0)
        weight = _sums(len(pieces) + inside, home[inside], people.count[inside], (len(pieces) + homes, count))
        return ZoneWeights(weight, group_sums(home[inside], people.count[inside], count))
    cell, owner, share = districts.shares(people.cells)
    some = owner >= 0
    land = _sums(cell[some], owner[some], share[some], (len(people.cells), count))
    stretch, piece, spread = spread_people(pieces, people)
    on_pieces = _sums(piece, people.cell[homes + stretch], spread, (len(pieces), len(people.cells)))
    at_homes = _sums(np.arange(homes), people.cell[:homes], people.count, (homes, len(people.cells)))
    living = group_sums(people.cell, np.concatenate([people.count, people.living]), len(people.cells))
    whole = living + people.cell_lost
    return ZoneWeights(csr_array(vstack([on_pieces @ land, at_homes @ land])), np.asarray(land.T @ whole))


def _sums(row: Any, column: Any, value: Floats, shape: tuple[int, int]) -> csr_array:
    return csr_array((value, (row, column)), shape=shape)

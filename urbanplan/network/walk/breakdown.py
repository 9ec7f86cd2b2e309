"""Coverage broken down by sub-district, and streets split into covered and uncovered parts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from urbanplan.network.graph import Network
from urbanplan.network.intervals import Floats, Ints, concatenate_intervals, group_sums, overlap_length
from urbanplan.network.walk.people import ServedPeople
from urbanplan.network.walk.sections import Sections
from urbanplan.network.walk.walk import Reach

if TYPE_CHECKING:
    from urbanplan.network.walk.districts import Districts


def share_of(part: float, whole: float) -> float | None:
    """A share, None where there is nothing to share."""
    return None if whole <= 0 else part / whole


def by_district(
    network: Network,
    districts: Districts,
    low: Reach,
    high: Reach,
    served: tuple[tuple[ServedPeople, ServedPeople], ...],
) -> list[dict[str, Any]]:
    """One row per sub-district, and one (key None) for streets outside all; the sums are those of the whole."""
    count = len(districts.ids) + 1
    owner = np.where(districts.owner < 0, count - 1, districts.owner)
    long = group_sums(owner, districts.high - districts.low, count)
    parts = [_covered_lengths(districts, owner, reached, count) for reached in (low, high)]
    people = [tuple(_people_by_district(districts, one, count) for one in pair) for pair in served]
    rows = []
    for i in range(count):
        if i == count - 1 and long[i] == 0 and not any(pair[0][0][i] for pair in people):
            continue
        rows.append(
            {
                "keys": {"sub_district": districts.ids[i] if i < count - 1 else None},
                "total_m": float(long[i]),
                "covered_m": float(parts[0][i]),
                "covered_high_m": float(max(parts[0][i], parts[1][i])),
                "share": share_of(float(parts[0][i]), float(long[i])),
                "residents": _residents_row(people, i),
            }
        )
    return rows


def _covered_lengths(districts: Districts, owner: Ints, reached: Reach, count: int) -> Floats:
    part = overlap_length(reached.covered, districts.edge, districts.low, districts.high)
    return group_sums(owner, np.maximum(part, 0.0), count)


def _people_by_district(districts: Districts, served: ServedPeople, count: int) -> tuple[Floats, Floats]:
    """People and covered people of each district: homes by where they stand, those of an area by its land."""
    people = served.people
    if len(people.cells):
        return _cells_by_district(districts, served, count)
    home = districts.holding(people.points)
    home = np.where(home < 0, count - 1, home)
    total = group_sums(home, people.count, count)
    total[-1] += people.lost
    return total, group_sums(home, people.count * served.reached, count)


def _cells_by_district(districts: Districts, served: ServedPeople, count: int) -> tuple[Floats, Floats]:
    """People of areas by district: each area's people, and its covered people, shared by its land."""
    people, cells = served.people, len(served.people.cells)
    whole = group_sums(people.cell, np.concatenate([people.count, people.living]), cells) + people.cell_lost
    reached = group_sums(people.cell, np.concatenate([people.count * served.reached, served.covered]), cells)
    cell, owner, share = districts.shares(people.cells)
    owner = np.where(owner < 0, count - 1, owner)
    return group_sums(owner, whole[cell] * share, count), group_sums(owner, reached[cell] * share, count)


def _residents_row(people: list[tuple[tuple[Floats, Floats], ...]], i: int) -> dict[str, float | None] | None:
    if not people:
        return None
    low = min(float(pair[0][1][i]) for pair in people)
    high = max(float(pair[-1][1][i]) for pair in people)
    total = float(people[0][0][0][i])
    return {"total": total, "covered": low, "covered_high": max(low, high), "share": share_of(low, total)}


@dataclass(frozen=True, eq=False)
class StreetParts(Sections):
    """Covered and uncovered parts of streets.

    Columns: ``covered``, ``length_m``, ``street`` (row of the source feature), ``begin_m``, ``end_m``.

    Attributes:
        covered: whether each is.
    """

    covered: NDArray[np.bool_]

    def pick(self, rows: slice) -> StreetParts:
        """Some of them."""
        return replace(self, parts=self.parts.pick(rows), covered=self.covered[rows])

    def columns(self) -> dict[str, Any]:
        """What is told of them."""
        parts, base = self.parts, self.network.begin[self.parts.line]
        return {
            "covered": self.covered,
            "length_m": parts.length,
            "street": self.network.row[parts.line],
            "begin_m": base + parts.low,
            "end_m": base + parts.high,
        }


def split_streets(network: Network, reached: Reach) -> StreetParts:
    """Covered and uncovered parts in the order of the streets."""
    left, done = reached.left(network), reached.covered
    parts = concatenate_intervals([done, left])
    covered = np.arange(len(parts)) < len(done)
    order = np.lexsort((parts.low, network.begin[parts.line], network.row[parts.line]))
    return StreetParts(network, parts.pick(order), covered[order])

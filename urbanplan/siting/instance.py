"""A covering instance: which candidate covers which piece of demand, as a sparse matrix."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from urbanplan.errors import SitingError
from urbanplan.network.intervals import Floats, Ints, group_sums
from urbanplan.siting.allotment import Allotment, allot_demand
from urbanplan.siting.sparse import shape_of


@dataclass(frozen=True, eq=False)
class Zones:
    """Demand by sub-district, for the fairest answer.

    Attributes:
        weight: what each row weighs in each sub-district, shape (rows, zones); of served rows the same share counts.
        served, total: weight of each that existing sites cover, and all of it, shape (zones,).
    """

    weight: csr_array
    served: Floats
    total: Floats

    def shares(self, part: Floats) -> Floats:
        """Covered share of each sub-district where each row is covered in part; not a number where nothing is."""
        covered = self.served + self.weight.T @ part
        return np.divide(covered, self.total, out=np.full(len(self.total), np.nan), where=self.total > 0)


@dataclass(frozen=True, eq=False)
class CoveringInstance:
    """Demand rows and candidate columns.

    Attributes:
        matrix: shape (rows, candidates), 1 where a candidate covers a row; no other entries.
        weight: of each row (metres or people), shape (rows,), not negative.
        cost: of each candidate, shape (candidates,), not negative.
        group: the sub-district of each candidate, from 0; -1 where it lies in none.
        allowed: candidates that may be chosen. required: those that must be.
        served: weight that existing sites cover, beside the rows. unreachable: weight that nothing covers, beside them.
        capacity: weight that each candidate can serve, which rows may be split among; None: no limit.
        zones: sub-districts of the rows, None where none are known.
    """

    matrix: csr_array
    weight: Floats
    cost: Floats
    group: Ints
    allowed: NDArray[np.bool_]
    required: NDArray[np.bool_]
    served: float = 0.0
    unreachable: float = 0.0
    capacity: Floats | None = None
    zones: Zones | None = None

    @property
    def candidates(self) -> int:
        """How many candidates there are."""
        return shape_of(self.matrix)[1]

    @property
    def rows(self) -> int:
        """How many rows of demand there are."""
        return shape_of(self.matrix)[0]

    @property
    def total(self) -> float:
        """All weight: of the rows, served already, and out of reach."""
        return float(self.weight.sum()) + self.served + self.unreachable

    def covers(self, chosen: Ints) -> NDArray[np.bool_]:
        """Whether each row is covered by one of the chosen candidates."""
        some = np.zeros(self.candidates, dtype=np.int64)
        some[chosen] = 1
        return np.asarray(self.matrix @ some) > 0

    def covered_weight(self, chosen: Ints) -> float:
        """Weight that the chosen candidates cover within their capacity, with what is served already."""
        if self.capacity is not None:
            return self.allot(chosen).total + self.served
        return float(self.weight[self.covers(chosen)].sum()) + self.served

    def allot(self, chosen: Ints) -> Allotment:
        """Who goes where: the most weight that the chosen candidates can serve within their capacity."""
        room = np.full(self.candidates, np.inf) if self.capacity is None else self.capacity
        return allot_demand(self.matrix, self.weight, room, chosen)

    def covered_part(self, chosen: Ints) -> Floats:
        """The part of each row that the chosen candidates cover, 0 to 1."""
        if self.capacity is None:
            return self.covers(chosen).astype(float)
        return self.allot(chosen).parts(self.weight)

    def total_cost(self, chosen: Ints) -> float:
        """Cost of the chosen candidates."""
        return float(self.cost[chosen].sum())

    def without_unreachable(self) -> CoveringInstance:
        """The same without rows that weigh nothing, and with the weight of those out of reach put aside."""
        usable = np.flatnonzero(self.allowed)
        reach = np.asarray(self.matrix[:, usable].sum(axis=1)).ravel() > 0
        lost = float(self.weight[~reach].sum())
        reach &= self.weight > 0
        return replace(
            self,
            matrix=csr_array(self.matrix[np.flatnonzero(reach)]),
            weight=self.weight[reach],
            unreachable=self.unreachable + lost,
            zones=None if self.zones is None else replace(self.zones, weight=self.zones.weight[np.flatnonzero(reach)]),
        )


def instance_from_sets(  # noqa: PLR0913 - one keyword for each property of candidates and demand
    sets: Sequence[Iterable[int]],
    *,
    weight: Sequence[float] | Floats | None = None,
    cost: Sequence[float] | Floats | None = None,
    group: Sequence[int] | Ints | None = None,
    forbidden: Iterable[int] = (),
    required: Iterable[int] = (),
    rows: int | None = None,
    capacity: Sequence[float] | Floats | None = None,
    zone: Sequence[int] | Ints | None = None,
) -> CoveringInstance:
    """An instance from the rows that each candidate covers.

    Args:
        sets: for each candidate the numbers of its rows, from 0. weight: of each row, 1 unless given.
        cost: of each candidate, 1 unless given. group: sub-district of each candidate, -1 for none.
        forbidden, required: numbers of candidates. rows: how many there are, where the last are in no set.
        capacity: weight that each candidate can serve. zone: sub-district of each row from 0, -1 for none.

    Raises:
        SitingError: a number is no row or candidate, a weight or cost is negative or no number, or a candidate is
            required and forbidden.
    """
    members = [np.unique(np.fromiter(one, dtype=np.int64)) for one in sets]
    flat = np.concatenate(members) if members else np.empty(0, np.int64)
    size = max(int(flat.max()) + 1 if len(flat) else 0, 0 if weight is None else len(weight), rows or 0)
    column = np.repeat(np.arange(len(members)), [len(one) for one in members])
    if len(flat) and int(flat.min()) < 0:
        raise SitingError("row {row} of a candidate does not exist", fix="Number rows from 0.", row=int(flat.min()))
    matrix = csr_array((np.ones(len(flat), np.int8), (flat, column)), shape=(size, len(members)))
    count, amount = len(members), _amounts(weight, size, "weight")
    return CoveringInstance(
        matrix,
        amount,
        _amounts(cost, count, "cost"),
        np.full(count, -1) if group is None else np.asarray(group, dtype=np.int64),
        ~_flags(forbidden, count),
        _flags(required, count),
        capacity=None if capacity is None else _amounts(capacity, count, "capacity"),
        zones=None if zone is None else _zones_of(np.asarray(zone, dtype=np.int64), amount),
    )


def _zones_of(zone: Ints, weight: Floats) -> Zones:
    inside = np.flatnonzero(zone >= 0)
    count = int(zone.max(initial=-1)) + 1
    shares = csr_array((weight[inside], (inside, zone[inside])), shape=(len(weight), count))
    return Zones(shares, np.zeros(count), group_sums(zone[inside], weight[inside], count))


def _amounts(values: Sequence[float] | Floats | None, count: int, name: str) -> Floats:
    found = np.ones(count) if values is None else np.asarray(values, dtype=float)
    if found.shape != (count,) or not np.isfinite(found).all() or (found < 0).any():
        raise SitingError(
            "{name}: {count} finite numbers of 0 or more are needed", fix="Give one for each.", name=name, count=count
        )
    return found


def _flags(numbers: Iterable[int], count: int) -> NDArray[np.bool_]:
    chosen = np.fromiter(numbers, dtype=np.int64)
    if len(chosen) and not (chosen.min() >= 0 and chosen.max() < count):
        raise SitingError(
            "candidate {number} does not exist", fix="Number candidates from 0.", number=int(chosen.max())
        )
    flags = np.zeros(count, dtype=bool)
    flags[chosen] = True
    return flags

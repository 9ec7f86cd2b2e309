"""A covering instance: which candidate covers which piece of demand, as a sparse matrix."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, hstack

from urbanplan.errors import SitingError
from urbanplan.network.intervals import Floats, Ints, group_sums
from urbanplan.siting.allotment import Allotment, allot_demand
from urbanplan.siting.sparse import shape_of
from urbanplan.siting.walks import Walks


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
class Standing:
    """Sites that stand already and serve no more than they can.

    Attributes:
        matrix: which rows each reaches, shape (rows, sites). capacity: weight that each can serve, shape (sites,).
    """

    matrix: csr_array
    capacity: Floats


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
        standing: sites that stand already where they have a capacity, too; None where they have none: ``served`` holds
            what they cover.
        walks: how far homes have to candidates, for the median; None where that is not asked.
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
    standing: Standing | None = None
    walks: Walks | None = None

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
        """Who goes where: the most weight that the chosen candidates can serve within their capacity.

        Sites that stand already have the numbers behind the candidates.
        """
        room = np.full(self.candidates, np.inf) if self.capacity is None else self.capacity
        if self.standing is None:
            return allot_demand(self.matrix, self.weight, room, chosen)
        every, room = csr_array(hstack([self.matrix, self.standing.matrix])), np.append(room, self.standing.capacity)
        return allot_demand(every, self.weight, room, np.append(chosen, np.arange(self.candidates, len(room))))

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
        if self.standing is not None:
            reach |= np.asarray(self.standing.matrix.sum(axis=1)).ravel() > 0
        lost = float(self.weight[~reach].sum())
        found = self._of_rows(np.flatnonzero(reach & (self.weight > 0)))
        return replace(
            found,
            unreachable=self.unreachable + lost,
            walks=None if self.walks is None else self.walks.of_reachable(self.allowed),
        )

    def without_capacity(self) -> CoveringInstance:
        """The same where nobody's capacity counts: what standing sites reach is served."""
        if self.standing is None:
            return replace(self, capacity=None)
        near = np.asarray(self.standing.matrix.sum(axis=1)).ravel() > 0
        found = self._of_rows(np.flatnonzero(~near))
        zones = found.zones
        if zones is not None and self.zones is not None:
            more = np.asarray(self.zones.weight[np.flatnonzero(near)].sum(axis=0)).ravel()
            zones = replace(zones, served=zones.served + more)
        served = self.served + float(self.weight[near].sum())
        return replace(found, served=served, zones=zones, capacity=None, standing=None)

    def _of_rows(self, rows: Ints) -> CoveringInstance:
        """The same of some rows."""
        standing, zones = self.standing, self.zones
        return replace(
            self,
            matrix=csr_array(self.matrix[rows]),
            weight=self.weight[rows],
            zones=None if zones is None else replace(zones, weight=zones.weight[rows]),
            standing=None if standing is None else replace(standing, matrix=csr_array(standing.matrix[rows])),
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
    standing: Sequence[Iterable[int]] = (),
    standing_capacity: Sequence[float] | Floats = (),
) -> CoveringInstance:
    """An instance from the rows that each candidate covers.

    Args:
        sets: for each candidate the numbers of its rows, from 0. weight: of each row, 1 unless given.
        cost: of each candidate, 1 unless given. group: sub-district of each candidate, -1 for none.
        forbidden, required: numbers of candidates. rows: how many there are, where the last are in no set.
        capacity: weight that each candidate can serve. zone: sub-district of each row from 0, -1 for none.
        standing, standing_capacity: rows and capacity of sites that stand already; with ``capacity`` only.

    Raises:
        SitingError: a number is no row or candidate, a weight or cost is negative or no number, or a candidate is
            required and forbidden.
    """
    members = [np.unique(np.fromiter(one, dtype=np.int64)) for one in (*sets, *standing)]
    flat = np.concatenate(members) if members else np.empty(0, np.int64)
    size = max(int(flat.max()) + 1 if len(flat) else 0, 0 if weight is None else len(weight), rows or 0)
    column = np.repeat(np.arange(len(members)), [len(one) for one in members])
    if len(flat) and int(flat.min()) < 0:
        raise SitingError("row {row} of a candidate does not exist", fix="Number rows from 0.", row=int(flat.min()))
    whole = csr_array((np.ones(len(flat), np.int8), (flat, column)), shape=(size, len(members)))
    count, amount = len(sets), _amounts(weight, size, "weight")
    matrix = csr_array(whole[:, np.arange(count)])
    if len(standing) and capacity is None:
        raise SitingError("standing sites have a capacity where candidates have one only", fix="Give capacity.")
    room = _amounts(standing_capacity, len(standing), "standing_capacity")
    return CoveringInstance(
        matrix,
        amount,
        _amounts(cost, count, "cost"),
        np.full(count, -1) if group is None else np.asarray(group, dtype=np.int64),
        ~_flags(forbidden, count),
        _flags(required, count),
        capacity=None if capacity is None else _amounts(capacity, count, "capacity"),
        zones=None if zone is None else _zones_of(np.asarray(zone, dtype=np.int64), amount),
        standing=Standing(csr_array(whole[:, np.arange(count, len(members))]), room) if len(standing) else None,
    )


def instance_from_distances(  # noqa: PLR0913 - one keyword for each property of candidates and demand
    distance: Floats,
    *,
    weight: Sequence[float] | Floats | None = None,
    base: Sequence[float] | Floats | None = None,
    cost: Sequence[float] | Floats | None = None,
    group: Sequence[int] | Ints | None = None,
    forbidden: Iterable[int] = (),
    required: Iterable[int] = (),
) -> CoveringInstance:
    """An instance of the median from the walk of each home to each candidate.

    Args:
        distance: metres, shape (homes, candidates), infinite where no way leads. weight: residents of each home, 1
            unless given. base: metres to the nearest site that stands already, infinite (none) unless given.
        cost, group, forbidden, required: as for :func:`instance_from_sets`.

    Raises:
        SitingError: a distance is negative or no number, or as for :func:`instance_from_sets`.
    """
    walks = Walks(*_metres(distance, base), np.empty(0))
    homes, count = walks.distance.shape
    amount = _amounts(weight, homes, "weight")
    return instance_from_walks(
        replace(walks, weight=amount),
        cost=_amounts(cost, count, "cost"),
        group=np.full(count, -1) if group is None else np.asarray(group, dtype=np.int64),
        fates=(~_flags(forbidden, count), _flags(required, count)),
    )


def instance_from_walks(
    walks: Walks,
    *,
    cost: Floats,
    group: Ints,
    fates: tuple[NDArray[np.bool_], NDArray[np.bool_]],
    total: float | None = None,
) -> CoveringInstance:
    """The instance of the median: homes that no site serves yet are its rows.

    Args:
        walks: of all homes. cost, group: of each candidate. fates: which may be chosen, and which must be.
        total: all residents, those without a street too; those of the walks unless given.
    """
    served = np.isfinite(walks.base)
    open_rows = np.flatnonzero(~served)
    return CoveringInstance(
        csr_array(np.isfinite(walks.distance[open_rows]).astype(np.int8)),
        walks.weight[open_rows],
        cost,
        group,
        *fates,
        served=float(walks.weight[served].sum()),
        unreachable=0.0 if total is None else max(total - float(walks.weight.sum()), 0.0),
        walks=walks,
    )


def _metres(distance: Floats, base: Sequence[float] | Floats | None) -> tuple[Floats, Floats]:
    """Distances and the base as arrays of metres."""
    found = np.asarray(distance, dtype=float)
    if found.ndim != 2:
        raise SitingError("distances are no table of homes by candidates", fix="Give one row for each home.")
    near = np.full(len(found), np.inf) if base is None else np.asarray(base, dtype=float)
    if near.shape != (len(found),) or not (found >= 0).all() or not (near >= 0).all():
        raise SitingError("a distance is below 0 or no number", fix="Give metres, infinity where no way leads.")
    return found, near


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

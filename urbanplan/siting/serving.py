"""What chosen candidates serve, as variables and rows of a program: rows covered, or weight that goes to each."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy.sparse import coo_array, csr_array, eye_array, hstack

from urbanplan.network.intervals import Floats, Ints, group_sums
from urbanplan.siting.allotment import Allotment, keep_limits
from urbanplan.siting.instance import CoveringInstance
from urbanplan.siting.reduction import equal_rows
from urbanplan.siting.sparse import shape_of

TIGHT_PAIRS = 50_000
"""Pairs of row and candidate up to which each has its own row, which bounds the answer more closely."""


@dataclass(frozen=True, eq=False)
class Serving:
    """Variables behind the candidates, and what binds them.

    Attributes:
        rows: constraints over candidates and these variables. weight: what one of each serves, scaled.
        most: the upper bound of each. zones: what one of each serves in each sub-district, shape (zones, variables).
        pairs: row and candidate of each where candidates have a capacity.
    """

    rows: list[tuple[Any, Any, Any]]
    weight: Floats
    most: Floats
    zones: csr_array
    pairs: tuple[Ints, Ints] | None = None


def build_serving(instance: CoveringInstance, *, whole: bool, scale: float) -> Serving:
    """The serving part of a program; ``whole``: every row must be served. Rows with equal candidates are one."""
    every = _reach(instance)
    lead = equal_rows(every)
    first = np.flatnonzero(lead == np.arange(len(lead)))
    number = np.searchsorted(first, lead)
    matrix = csr_array(every[first].astype(float))
    weight = group_sums(number, instance.weight, len(first)) * scale
    merge = csr_array((np.ones(len(lead)), (number, np.arange(len(lead)))), shape=(len(first), len(lead)))
    zones = csr_array((len(first), 0)) if instance.zones is None else csr_array(merge @ instance.zones.weight * scale)
    if instance.capacity is not None:
        found = _allotted(matrix, weight, (instance.capacity * scale, _standing_room(instance) * scale), zones, whole)
        row, column = matrix.nonzero()
        return replace(found, pairs=(first[row], column.astype(np.int64)))
    if whole:
        rows = [(matrix, 1.0, np.inf)] if len(first) else []
        return Serving(rows, np.empty(0), np.empty(0), csr_array((shape_of(zones)[1], 0)))
    rows = [(csr_array(hstack([matrix, -eye_array(len(first))])), 0.0, np.inf)] if len(first) else []
    return Serving(rows, weight, np.ones(len(first)), csr_array(zones.T.tocsr()))


def _reach(instance: CoveringInstance) -> csr_array:
    """Which rows candidates, and behind them standing sites with a capacity, reach."""
    standing = instance.standing
    return instance.matrix if standing is None else csr_array(hstack([instance.matrix, standing.matrix]))


def _standing_room(instance: CoveringInstance) -> Floats:
    return np.empty(0) if instance.standing is None else instance.standing.capacity


def _allotted(
    matrix: csr_array, weight: Floats, capacities: tuple[Floats, Floats], zones: csr_array, whole: bool
) -> Serving:
    """A variable for each pair of row and site in reach: the weight that goes from one to the other.

    Candidates give room where they are chosen, those behind them, which stand already, as they are.
    """
    capacity, candidates = np.concatenate(capacities), len(capacities[0])
    rows, columns = shape_of(matrix)
    row, column = (place.astype(np.int64) for place in matrix.nonzero())
    count, number, one = len(row), np.arange(len(row)), np.ones(len(row))
    room = np.minimum(capacity, group_sums(column, weight[row], columns))
    served = csr_array((one, (row, number)), shape=(rows, count))
    taken = csr_array((one, (column, number)), shape=(columns, count))
    place = np.arange(candidates)
    limits: list[tuple[Any, Any, Any]] = []
    if rows:
        none = csr_array((rows, candidates))
        limits.append((csr_array(hstack([none, served])), weight if whole else -np.inf, weight))
    chosen_room = csr_array((-room[:candidates], (place, place)), shape=(columns, candidates))
    given_room = np.concatenate([np.zeros(candidates), room[candidates:]])
    limits.append((csr_array(hstack([chosen_room, taken])), -np.inf, given_room))
    most = np.minimum(weight[row], room[column])
    if 0 < count <= TIGHT_PAIRS:
        limits.append((_opened(column, most, candidates), -np.inf, 0.0))
    part = np.divide(1.0, weight, out=np.zeros(rows), where=weight > 0)
    inside = csr_array((zones * part[:, None]).tocsr()[row].T.tocsr())
    return Serving(limits, one, most, inside)


def read_allotment(instance: CoveringInstance, serving: Serving, values: Floats, chosen: Ints) -> Allotment | None:
    """What a program says of who goes where, None where candidates have no capacity; ``values``: of serving, unscaled.

    It is cut down where rounding let it exceed a row or a capacity, so that it holds.
    """
    if serving.pairs is None or instance.capacity is None:
        return None
    row, site = serving.pairs
    open_pairs = np.isin(site, chosen) | (site >= instance.candidates)
    lead = equal_rows(_reach(instance))
    whole = group_sums(lead, instance.weight, len(lead))
    room = np.append(instance.capacity, _standing_room(instance))
    flow = keep_limits(np.where(open_pairs, values, 0.0), (row, whole), (site, room))
    return Allotment(row, site, flow, lead)


def _opened(column: Ints, most: Floats, candidates: int) -> csr_array:
    """Nothing goes to a candidate that is not chosen: one row for each pair of one."""
    pair = np.flatnonzero(column < candidates)
    number = np.arange(len(pair))
    values = np.concatenate([-most[pair], np.ones(len(pair))])
    places = (np.concatenate([number, number]), np.concatenate([column[pair], candidates + pair]))
    return coo_array((values, places), shape=(len(pair), candidates + len(column))).tocsr()

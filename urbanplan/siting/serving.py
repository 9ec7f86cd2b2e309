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
    lead = equal_rows(instance.matrix)
    first = np.flatnonzero(lead == np.arange(len(lead)))
    number = np.searchsorted(first, lead)
    matrix = csr_array(instance.matrix[first].astype(float))
    weight = group_sums(number, instance.weight, len(first)) * scale
    merge = csr_array((np.ones(len(lead)), (number, np.arange(len(lead)))), shape=(len(first), len(lead)))
    zones = csr_array((len(first), 0)) if instance.zones is None else csr_array(merge @ instance.zones.weight * scale)
    if instance.capacity is not None:
        found = _allotted(matrix, weight, instance.capacity * scale, zones, whole)
        row, column = matrix.nonzero()
        return replace(found, pairs=(first[row], column.astype(np.int64)))
    if whole:
        rows = [(matrix, 1.0, np.inf)] if len(first) else []
        return Serving(rows, np.empty(0), np.empty(0), csr_array((shape_of(zones)[1], 0)))
    rows = [(csr_array(hstack([matrix, -eye_array(len(first))])), 0.0, np.inf)] if len(first) else []
    return Serving(rows, weight, np.ones(len(first)), csr_array(zones.T.tocsr()))


def _allotted(matrix: csr_array, weight: Floats, capacity: Floats, zones: csr_array, whole: bool) -> Serving:
    """A variable for each pair of row and candidate in reach: the weight that goes from one to the other."""
    rows, columns = shape_of(matrix)
    row, column = (place.astype(np.int64) for place in matrix.nonzero())
    count, number, one = len(row), np.arange(len(row)), np.ones(len(row))
    room = np.minimum(capacity, group_sums(column, weight[row], columns))
    served = csr_array((one, (row, number)), shape=(rows, count))
    taken = csr_array((one, (column, number)), shape=(columns, count))
    place = np.arange(columns)
    limits: list[tuple[Any, Any, Any]] = []
    if rows:
        none = csr_array((rows, columns))
        limits.append((csr_array(hstack([none, served])), weight if whole else -np.inf, weight))
    limits.append((csr_array(hstack([csr_array((-room, (place, place))), taken])), -np.inf, 0.0))
    most = np.minimum(weight[row], room[column])
    if 0 < count <= TIGHT_PAIRS:
        limits.append((_opened(column, most, columns), -np.inf, 0.0))
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
    open_pairs = np.isin(site, chosen)
    lead = equal_rows(instance.matrix)
    whole = group_sums(lead, instance.weight, len(lead))
    flow = keep_limits(np.where(open_pairs, values, 0.0), (row, whole), (site, instance.capacity))
    return Allotment(row, site, flow, lead)


def _opened(column: Ints, most: Floats, columns: int) -> csr_array:
    """Nothing goes to a candidate that is not chosen: one row for each pair."""
    number = np.arange(len(column))
    values = np.concatenate([-most, np.ones(len(column))])
    places = (np.concatenate([number, number]), np.concatenate([column, columns + number]))
    return coo_array((values, places), shape=(len(column), columns + len(column))).tocsr()

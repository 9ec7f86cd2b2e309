"""Who goes where: demand split among chosen sites in reach, none beyond its capacity."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from urbanplan.network.intervals import Floats, Ints, group_sums
from urbanplan.siting.mip import minimise
from urbanplan.siting.reduction import equal_rows


@dataclass(frozen=True, eq=False)
class Allotment:
    """Which weight goes where.

    Attributes:
        row, site, weight: what goes from a row of demand to a candidate; rows in reach of the same ones are as one, the
            first of them. lead: of each row of demand the first of those that are as one with it.
    """

    row: Ints
    site: Ints
    weight: Floats
    lead: Ints

    @property
    def total(self) -> float:
        """All weight that is served."""
        return float(self.weight.sum())

    def loads(self, chosen: Ints) -> Floats:
        """Weight that goes to each of some candidates."""
        every = group_sums(self.site, self.weight, int(chosen.max(initial=-1)) + 1)
        return every[chosen]

    def parts(self, weight: Floats) -> Floats:
        """The served part of each row, 0 to 1."""
        served = group_sums(self.row, self.weight, len(weight))
        whole = group_sums(self.lead, weight, len(weight))
        return np.clip(np.divide(served, whole, out=np.zeros(len(weight)), where=whole > 0), 0.0, 1.0)[self.lead]


def allot_demand(matrix: csr_array, weight: Floats, capacity: Floats, chosen: Ints) -> Allotment:
    """Serve the most weight: each row by chosen candidates that cover it, none beyond its capacity.

    The answer of the linear program is cut down where rounding let it exceed a row or a capacity, so that it holds.

    Args:
        matrix: shape (rows, candidates). weight: of the rows. capacity: of the candidates. chosen: numbers of those.
    """
    part = csr_array(matrix[:, chosen])
    lead = equal_rows(part)
    whole = group_sums(lead, weight, len(lead))
    first = np.flatnonzero(lead == np.arange(len(lead)))
    pairs = part[first].tocoo()
    row, place = first[pairs.row], pairs.col.astype(np.int64)
    room = np.minimum(capacity[chosen], group_sums(place, whole[row], len(chosen)))
    source, sink = (row, whole), (place, room)
    return Allotment(row, chosen[place], keep_limits(_most_flow(source, sink), source, sink), lead)


def _most_flow(*ends: tuple[Ints, Floats]) -> Floats:
    """The greatest flow over pairs of a source and a sink, each with its number in every pair, and its limit."""
    (row, weight), count = ends[0], len(ends[0][0])
    if not count:
        return np.empty(0)
    scale, one, number = 1.0 / max(float(weight.max()), 1e-300), np.ones(count), np.arange(count)
    limits = [
        (csr_array((one, (key, number)), shape=(len(limit), count)), -np.inf, limit * scale) for key, limit in ends
    ]
    done = minimise(-one, limits, integer=np.zeros(count, dtype=bool), low=0 * one, high=weight[row] * scale)
    return np.zeros(count) if done.x is None else done.x / scale


def keep_limits(flow: Floats, *ends: tuple[Ints, Floats]) -> Floats:
    """A flow cut down where rounding let it exceed a source or a sink, given as its number in every pair and limits."""
    flow = np.maximum(flow, 0.0)
    for key, limit in ends:
        load = group_sums(key, flow, len(limit))
        flow = flow * np.divide(limit, load, out=np.ones(len(limit)), where=load > limit)[key]
    return flow

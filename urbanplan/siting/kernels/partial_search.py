"""A part of the demand covered at least cost: better answers by simulated annealing.

S. Kirkpatrick, C. D. Gelatt and M. P. Vecchi (1983), "Optimization by simulated annealing": the columns always cost
less than the best answer; one is exchanged for another near a row that is open, and weight may be lost the less, the
cooler it is.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from urbanplan.layer.compiled import cached_njit, linked_njit
from urbanplan.network.intervals import Floats
from urbanplan.siting.kernels.local_search import Pool, add_column, drop_column, empty_pool
from urbanplan.siting.kernels.table import CoverTable

Flags = NDArray[np.bool_]
HOT, COOL = 0.03, 0.001
"""First and last temperature: weight for the part of it that one column covers on average."""


@linked_njit
def covered_now(pool: Pool) -> float:
    """Weight of the rows that taken columns cover, counted anew."""
    found = 0.0
    for row in range(len(pool.times)):
        if pool.times[row] > 0:
            found += pool.weight[row]
    return found


@linked_njit
def cheapest_loss(table: CoverTable, pool: Pool) -> int:
    """The taken column that loses least weight for its cost; -1 for none."""
    found, least = -1, np.inf
    for place in range(pool.size[0]):
        column = pool.members[place]
        loss = pool.score[column] / max(table.cost[column], 1e-9)
        if loss < least:
            found, least = column, loss
    return found


@linked_njit
def exchange_one(table: CoverTable, pool: Pool, room: float, heat: float) -> float:
    """Take a column near an open row, for another one where the cost is not there; the weight that it changes."""
    row = pool.open_rows[np.random.randint(0, pool.size[1])]
    first, last = table.row_start[row], table.row_start[row + 1]
    column = int(table.row_columns[first + np.random.randint(0, last - first)])
    if pool.total[0] + table.cost[column] < room:
        gain = pool.score[column]
        add_column(table, pool, column)
        return float(gain)
    if pool.size[0] == 0:
        return 0.0
    other = int(pool.members[np.random.randint(0, pool.size[0])])
    loss = pool.score[other]
    if pool.total[0] + table.cost[column] - table.cost[other] >= room:
        return 0.0
    drop_column(table, pool, other)
    change = pool.score[column] - loss
    if change >= 0 or np.random.random() < np.exp(change / heat):
        add_column(table, pool, column)
        return float(change)
    add_column(table, pool, other)
    return 0.0


@cached_njit
def anneal_part(table: CoverTable, weight: Floats, start: Flags, need: float, enough: float, steps: int) -> Flags:
    """The cheapest columns met in so many steps that cover the weight, or the first that cost no more than enough.

    Args:
        start: columns that cover it. weight: of the rows, each of which has a column.
    """
    np.random.seed(5)
    pool = empty_pool(table, weight.copy())
    for column in range(len(start)):
        if start[column]:
            add_column(table, pool, column)
    found, best, covered = start.copy(), np.inf, covered_now(pool)
    share = need / max(pool.size[0], 1)
    for step in range(steps):
        while covered >= need:
            covered = covered_now(pool)
            if covered < need:
                break
            if pool.total[0] < best - 1e-9:
                found, best = pool.taken.copy(), pool.total[0]
            column = cheapest_loss(table, pool)
            if best <= enough + 1e-9 or column < 0:
                return found
            covered -= pool.score[column]
            drop_column(table, pool, column)
        if pool.size[1] == 0:
            break
        heat = share * HOT * (COOL / HOT) ** (step / steps)
        covered += exchange_one(table, pool, best - 1e-9, heat)
    return found

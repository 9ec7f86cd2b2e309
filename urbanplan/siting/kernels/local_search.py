"""Better covers by local search with weights of rows.

C. Gao, T. Weise and J. Li (2015), "An efficient local search heuristic with row weighting for the unicost set covering
problem": columns of least loss leave, a row that is open draws one back, and the weight of a row grows as long as it is
open.  With costs, loss and gain count for each unit of cost, and nothing is taken that makes a cover as dear as the
best.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from urbanplan.layer.compiled import cached_njit, linked_njit
from urbanplan.network.intervals import Floats
from urbanplan.siting.kernels.table import CoverTable, Numbers

Flags = NDArray[np.bool_]


class Pool(NamedTuple):
    """What the search changes.

    Attributes:
        taken: of each column. fresh: columns that may be taken: a neighbour changed since they left.
        score: weight of the rows that a column alone covers, or would newly cover. stamp: its last step.
        members, place: columns that are taken, and where each stands in them; the count is ``size[0]``.
        times, weight: of each row. open_rows, open_place: rows that nothing covers; the count is ``size[1]``.
        total: cost of the taken columns, at 0.
    """

    taken: Flags
    fresh: Flags
    score: Floats
    stamp: Numbers
    members: Numbers
    place: Numbers
    times: Numbers
    weight: Floats
    open_rows: Numbers
    open_place: Numbers
    size: Numbers
    total: Floats


@linked_njit
def empty_pool(table: CoverTable, weight: Floats) -> Pool:
    """Nothing taken, every row open, rows by their weight, which the search may change."""
    rows, columns, size = len(weight), len(table.cost), np.zeros(2, np.int32)
    size[1] = rows
    number, fresh, score = np.zeros(rows, np.int32), np.zeros(columns, np.bool_), np.zeros(columns)
    for row in range(rows):
        number[row] = row
    for column in range(columns):
        fresh[column] = True
        for place in range(table.column_start[column], table.column_start[column + 1]):
            score[column] += weight[table.column_rows[place]]
    return Pool(
        np.zeros(columns, np.bool_),
        fresh,
        score,
        np.zeros(columns, np.int32),
        np.zeros(columns, np.int32),
        np.zeros(columns, np.int32),
        np.zeros(rows, np.int32),
        weight,
        number,
        number.copy(),
        size,
        np.zeros(1),
    )


@linked_njit
def change_neighbours(table: CoverTable, pool: Pool, row: int, but: int, amount: float, taken_only: bool) -> None:
    """Add to the score of a row's columns (of those taken only) but one, and mark them fresh."""
    for place in range(table.row_start[row], table.row_start[row + 1]):
        other = table.row_columns[place]
        if other != but:
            pool.fresh[other] = True
            if pool.taken[other] or not taken_only:
                pool.score[other] += amount


@linked_njit
def add_column(table: CoverTable, pool: Pool, column: int) -> None:
    """Take a column."""
    pool.taken[column] = True
    pool.total[0] += table.cost[column]
    pool.place[column] = pool.size[0]
    pool.members[pool.size[0]] = column
    pool.size[0] += 1
    for place in range(table.column_start[column], table.column_start[column + 1]):
        row = int(table.column_rows[place])
        pool.times[row] += 1
        if pool.times[row] == 1:
            pool.size[1] -= 1
            last = pool.open_rows[pool.size[1]]
            pool.open_rows[pool.open_place[row]] = last
            pool.open_place[last] = pool.open_place[row]
            change_neighbours(table, pool, row, column, -float(pool.weight[row]), False)
        elif pool.times[row] == 2:
            change_neighbours(table, pool, row, column, -float(pool.weight[row]), True)


@linked_njit
def drop_column(table: CoverTable, pool: Pool, column: int) -> None:
    """Take a column away."""
    pool.taken[column] = False
    pool.total[0] -= table.cost[column]
    pool.size[0] -= 1
    last = pool.members[pool.size[0]]
    pool.members[pool.place[column]] = last
    pool.place[last] = pool.place[column]
    for place in range(table.column_start[column], table.column_start[column + 1]):
        row = int(table.column_rows[place])
        pool.times[row] -= 1
        if pool.times[row] == 0:
            pool.open_rows[pool.size[1]] = row
            pool.open_place[row] = pool.size[1]
            pool.size[1] += 1
            change_neighbours(table, pool, row, column, float(pool.weight[row]), False)
        elif pool.times[row] == 1:
            change_neighbours(table, pool, row, column, float(pool.weight[row]), True)
    pool.fresh[column] = False


@linked_njit
def least_loss(table: CoverTable, pool: Pool, but: int) -> int:
    """The taken column whose rows are worth least for its cost, the longest unchanged of equals; -1 for none."""
    found, least = -1, np.inf
    for place in range(pool.size[0]):
        column = pool.members[place]
        if column != but:
            loss = pool.score[column] / max(table.cost[column], 1e-9)
            if loss < least or (loss == least and pool.stamp[column] < pool.stamp[found]):
                found, least = column, loss
    return found


@linked_njit
def most_gain(table: CoverTable, pool: Pool, row: int, room: float) -> int:
    """The fresh column of a row whose rows are worth most for its cost, below a cost; -1 for none."""
    found, most = -1, -1.0
    for place in range(table.row_start[row], table.row_start[row + 1]):
        column = table.row_columns[place]
        if pool.fresh[column] and table.cost[column] < room:
            gain = pool.score[column] / max(table.cost[column], 1e-9)
            if gain > most or (gain == most and pool.stamp[column] < pool.stamp[found]):
                found, most = column, gain
    return found


@linked_njit
def refill(table: CoverTable, pool: Pool, best: float, step: int) -> int:
    """Take columns for open rows drawn by chance while a cheaper cover may come of it; the last, or -1."""
    last = -1
    for _ in range(pool.size[0] + 5):
        if pool.size[1] == 0:
            break
        row = int(pool.open_rows[np.random.randint(0, pool.size[1])])
        column = most_gain(table, pool, row, best - 1e-9 - pool.total[0])
        if column < 0:
            break
        add_column(table, pool, column)
        pool.stamp[column], last = step, column
        for place in range(pool.size[1]):
            other = pool.open_rows[place]
            pool.weight[other] += 1.0
            for at in range(table.row_start[other], table.row_start[other + 1]):
                pool.score[table.row_columns[at]] += 1.0
    return last


@cached_njit
def improve_cover(table: CoverTable, start: Flags, enough: float, steps: int) -> Flags:
    """The cheapest cover met in so many steps from a cover, or the first that costs no more than enough."""
    np.random.seed(5)
    weight = np.zeros(len(table.row_start) - 1)
    weight[:] = 1.0
    pool = empty_pool(table, weight)
    for column in range(len(start)):
        if start[column]:
            add_column(table, pool, column)
    found, best, last = start.copy(), pool.total[0], -1
    for step in range(1, steps + 1):
        while pool.size[1] == 0:
            if pool.total[0] < best - 1e-9:
                found, best = pool.taken.copy(), pool.total[0]
            column = least_loss(table, pool, -1)
            if best <= enough + 1e-9 or column < 0:
                return found
            drop_column(table, pool, column)
            pool.stamp[column] = step
        column = least_loss(table, pool, last)
        if column >= 0:
            drop_column(table, pool, column)
            pool.stamp[column] = step
        last = refill(table, pool, best, step)
    if pool.size[1] == 0 and pool.total[0] < best - 1e-9:
        found = pool.taken.copy()
    return found

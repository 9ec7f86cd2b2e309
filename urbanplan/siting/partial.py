"""A share covered at least cost, the partial set covering problem: a bound, an annealed answer, then the exact solver.

The bound is that of the linear relaxation; columns are left out by reduced costs as in
:mod:`urbanplan.siting.relaxation`.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, eye_array, hstack, vstack

from urbanplan.network.intervals import Floats, Ints
from urbanplan.siting.cover import Cover, is_whole, round_bound
from urbanplan.siting.kernels.partial_search import anneal_part
from urbanplan.siting.kernels.table import cover_table
from urbanplan.siting.mip import MipResult, minimise
from urbanplan.siting.reduction import dominated_columns, merge_rows
from urbanplan.siting.sparse import shape_of

SEARCH_WORK, STEPS_EACH = 4 * 10**9, 1_000
"""Entries of the matrix that a search for a better answer may look at, and its steps at most for each column."""
SCALE = 1e4
"""Weights are scaled to this sum, as the solver's tolerances want."""


@dataclass(frozen=True, eq=False)
class PartialCover:
    """Cover rows of a weight at least cost.

    Attributes:
        matrix: shape (rows, columns); every row has a column. weight: of the rows, above 0. cost: of the columns.
        need: weight that must be covered, above 0, and no more than there is.
    """

    matrix: csr_array
    weight: Floats
    cost: Floats
    need: float

    def reduced(self) -> tuple[PartialCover, Ints]:
        """The same with equal rows as one and without dominated columns, and the numbers of those that stay."""
        matrix, weight = merge_rows(self.matrix, self.weight)
        kept = np.flatnonzero(~dominated_columns(matrix, self.cost))
        return PartialCover(csr_array(matrix[:, kept]), weight, self.cost[kept], self.need), kept

    def holds(self, chosen: Ints) -> bool:
        """Whether columns cover the weight."""
        covered = np.asarray(self.matrix[:, chosen].sum(axis=1)).ravel() > 0
        return bool(self.weight[covered].sum() >= self.need)

    def program_rows(self) -> tuple[csr_array, csr_array, float]:
        """Over columns, then rows: that a row counts where a column covers it (0 or more), the weight and its need."""
        rows, columns = shape_of(self.matrix)
        scale = SCALE / max(float(self.weight.sum()), 1e-12)
        linked = csr_array(hstack([self.matrix.astype(float), -eye_array(rows)]))
        place = (np.zeros(rows, np.int64), np.arange(columns, columns + rows))
        whole = csr_array((self.weight * scale, place), shape=(1, columns + rows))
        return linked, whole, self.need * scale - 1e-7


def solve_partial(problem: PartialCover, *, seconds: float) -> Cover:
    """Columns that cover the weight at least cost, with a bound."""
    end = time.monotonic() + seconds
    problem, kept = problem.reduced()
    cost, size = problem.cost, shape_of(problem.matrix)
    least, reduced = _relax(problem, end - time.monotonic())
    bound = round_bound(least, cost)
    found = _search(problem, bound) if time.monotonic() < end else _greedy(problem)
    worst = float(cost[found].sum())
    if worst <= bound + 1e-9:
        return Cover(kept[found], worst, True, size)
    other = _solve_rest(problem, (worst, least, reduced), end)
    if not other.feasible:
        return Cover(kept[found], worst, True, size)
    if other.x is not None:
        chosen = np.flatnonzero(other.x[: len(kept)] > 0.5)
        found = chosen if cost[chosen].sum() < worst and problem.holds(chosen) else found
        worst = float(cost[found].sum())
    bound = min(max(bound, round_bound(other.bound, cost)), worst)
    return Cover(kept[found], bound, bound >= worst - 1e-9, size)


def _relax(problem: PartialCover, seconds: float) -> tuple[float, Floats]:
    """A bound, whatever the solver's rounding: it is summed from dual values anew; reduced costs of the columns.

    With a worth of each row and a price of weight, a row counts for its worth less what its weight is priced at where
    that is below 0, a column for its cost less the worth of its rows where that is.
    """
    from scipy.optimize import linprog

    rows, columns = shape_of(problem.matrix)
    linked, whole, need = problem.program_rows()
    options: dict[str, Any] = {"time_limit": max(seconds, 0.01)}
    done = linprog(
        np.concatenate([problem.cost, np.zeros(rows)]),
        A_ub=-vstack([linked, whole]).tocsr(),
        b_ub=-np.append(np.zeros(rows), need),
        bounds=(0, 1),
        method="highs-ipm",
        options=options,
    )
    if done.status != 0:
        return 0.0, problem.cost
    dual = np.maximum(-np.asarray(done.ineqlin.marginals, dtype=np.float64), 0.0)
    worth, price = dual[:rows], float(dual[rows])
    scaled = np.asarray(whole[:, np.arange(columns, columns + rows)].sum(axis=0)).ravel()
    reduced = problem.cost - problem.matrix.T @ worth
    least = price * need + np.minimum(worth - price * scaled, 0.0).sum() + np.minimum(reduced, 0.0).sum()
    return float(least), reduced


def _search(problem: PartialCover, enough: float) -> Ints:
    """Columns that cover the weight: greedily, then by exchanges; the same each time."""
    matrix, start = problem.matrix, np.zeros(len(problem.cost), dtype=bool)
    start[_greedy(problem)] = True
    effort = 4 * (matrix.nnz / len(start)) * (matrix.nnz / shape_of(matrix)[0])  # two columns change, with neighbours
    steps = int(min(SEARCH_WORK / effort, STEPS_EACH * len(start)))
    table = cover_table(matrix, problem.cost)
    return np.flatnonzero(anneal_part(table, problem.weight, start, problem.need, enough, steps))


def _greedy(problem: PartialCover) -> Ints:
    """Columns one by one, the one that covers most for its cost first, until the weight is reached."""
    across, left = csr_array(problem.matrix.T.tocsr()), problem.weight.copy()
    chosen: list[int] = []
    price, whole = np.maximum(problem.cost, 1e-9), float(problem.weight.sum())
    while left.any() and whole - left.sum() < problem.need:
        best = int(np.argmax((across @ left) / price))
        chosen.append(best)
        left[across.indices[across.indptr[best] : across.indptr[best + 1]]] = 0.0
    return np.asarray(chosen, dtype=np.int64)


def _solve_rest(problem: PartialCover, known: tuple[float, float, Floats], end: float) -> MipResult:
    """The exact solver by the columns that a better answer may take, with those that it must.

    ``known``: what the best answer costs, the bound of the relaxation, and its reduced costs.
    """
    worst, least, reduced = known
    dearest = worst - 1.0 if is_whole(problem.cost) else worst
    room = dearest - least + 1e-6 * max(worst, 1.0)
    linked, whole, need = problem.program_rows()
    rows, columns = shape_of(problem.matrix)
    goal = np.concatenate([problem.cost, np.zeros(rows)])
    low: NDArray[np.float64] = np.zeros(columns + rows)
    high = np.ones(columns + rows)
    low[:columns][reduced < -room], high[:columns][reduced > room] = 1.0, 0.0
    total = (csr_array(goal[None, :]), 0.0, dearest + 1e-9 * max(dearest, 1.0))
    return minimise(
        goal,
        [(linked, 0.0, np.inf), (whole, need, np.inf), total],
        integer=np.arange(columns + rows) < columns,
        low=low,
        high=high,
        seconds=end - time.monotonic(),
    )

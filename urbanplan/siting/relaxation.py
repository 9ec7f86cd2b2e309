"""What the linear relaxation of a covering problem says: a bound, good covers, and which columns no better cover takes.

A column whose reduced cost lifts the bound to the cost of a known cover is in no better one (Balas and Ho, 1980, "Set
covering algorithms using cutting planes, heuristics, and subgradient optimization").
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from urbanplan.network.intervals import Floats, Ints
from urbanplan.siting.kernels.local_search import improve_cover
from urbanplan.siting.kernels.table import cover_table
from urbanplan.siting.sparse import shape_of

SEARCH_WORK, LEAST_STEPS, MOST_STEPS = 2 * 10**8, 100, 20_000
"""Entries of the matrix that a search for a better cover may look at, and its steps at least and at most."""
LEAST_WORTH = 1e-6
"""Of a row whose dual value is 0: it must be covered, too."""


@dataclass(frozen=True, eq=False)
class Relaxation:
    """Answer of the linear relaxation.

    Attributes:
        worth: of each row, the dual value. reduced: cost of each column less what its rows are worth.
        bound: no cover costs less, whatever the solver's rounding: it is summed from ``worth`` anew.
    """

    worth: Floats
    reduced: Floats
    bound: float


def relax_cover(matrix: csr_array, cost: Floats, *, seconds: float) -> Relaxation | None:
    """Solve the relaxation of "cover every row at least cost"; None where the solver gives no answer in time."""
    from scipy.optimize import linprog

    rows = shape_of(matrix)[0]
    options: dict[str, Any] = {"time_limit": max(seconds, 0.01)}
    done = linprog(
        cost, A_ub=-matrix.astype(float), b_ub=-np.ones(rows), bounds=(0, None), method="highs", options=options
    )
    if done.status != 0:
        return None
    worth = np.maximum(-np.asarray(done.ineqlin.marginals, dtype=np.float64), 0.0)
    reduced = cost - matrix.T @ worth
    bound = float(worth.sum() + np.minimum(reduced, 0.0).sum())  # columns are taken once at most
    return Relaxation(worth, reduced, bound)


def possible_columns(relaxed: Relaxation, dearest: float) -> NDArray[np.bool_]:
    """Columns that a cover of at most ``dearest`` may take."""
    slack = 1e-6 * max(abs(dearest), 1.0)
    return relaxed.bound + np.maximum(relaxed.reduced, 0.0) <= dearest + slack


def dual_cover(matrix: csr_array, cost: Floats, start: Ints, relaxed: Relaxation) -> Ints:
    """A cover that costs no more than the start: that one without idle columns, or one by dual values."""
    across = csr_array(matrix.T.tocsr())
    best = drop_idle(across, cost, complete_cover(across, cost, start[:0], relaxed.worth + LEAST_WORTH))
    other = drop_idle(across, cost, start)
    return other if cost[other].sum() <= cost[best].sum() else best


def seek_cover(matrix: csr_array, cost: Floats, start: Ints, *, enough: float) -> Ints:
    """A cover that costs no more than the start, by local search, the same each time; ``enough``: it ends there."""
    rows, columns = shape_of(matrix)
    effort = 4 * (matrix.nnz / columns) * (matrix.nnz / rows)  # of a step: about four columns change, with neighbours
    steps = int(np.clip(SEARCH_WORK / effort, LEAST_STEPS, MOST_STEPS))
    found = improve_cover(cover_table(matrix, cost), np.isin(np.arange(columns), start), enough, steps)
    return np.flatnonzero(found)


def complete_cover(across: csr_array, cost: Floats, part: Ints, worth: Floats) -> Ints:
    """A part of a cover with further columns, the one whose new rows are worth most for its cost first.

    Args:
        across: columns by rows. cost: of the columns. part: columns. worth: of the rows, above 0.
    """
    left = worth.copy()
    chosen, price = list(part), np.maximum(cost, 1e-9)
    for one in chosen:
        left[_rows_of(across, one)] = 0.0
    while left.any():
        best = int(np.argmax((across @ left) / price))
        chosen.append(best)
        left[_rows_of(across, best)] = 0.0
    return np.asarray(chosen, dtype=np.int64)


def drop_idle(across: csr_array, cost: Floats, chosen: Ints) -> Ints:
    """A cover without columns whose rows others cover, the dearest first."""
    times = np.asarray(across[chosen].sum(axis=0)).ravel()
    kept = set(chosen.tolist())
    for one in chosen[np.argsort(-cost[chosen], kind="stable")].tolist():
        rows = _rows_of(across, one)
        if (times[rows] > 1).all():
            times[rows] -= 1
            kept.discard(one)
    return np.asarray(sorted(kept), dtype=np.int64)


def _rows_of(across: csr_array, column: int) -> NDArray[Any]:
    return across.indices[across.indptr[column] : across.indptr[column + 1]]

"""The plain question: every row covered, at least cost, by reduction, then part by part.

A part is settled by its linear relaxation and a search for good covers, else by a short tree of Lagrangian bounds, else
by branch and cut where cuts of small parts tell much, else by the exact solver, which has only the columns that a
better cover may take.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
from scipy.sparse import block_array, csr_array
from scipy.sparse.csgraph import connected_components

from urbanplan.network.intervals import Floats, Ints
from urbanplan.siting.branch_and_cut import branch_and_cut
from urbanplan.siting.kernels.branching import STEPS, search_tree
from urbanplan.siting.kernels.table import cover_table
from urbanplan.siting.mip import MipResult, minimise
from urbanplan.siting.reduction import fits_bits, merge_rows, reduce_cover
from urbanplan.siting.relaxation import (
    Relaxation,
    complete_cover,
    dual_cover,
    possible_columns,
    relax_cover,
    seek_cover,
)
from urbanplan.siting.sparse import shape_of

DENSE = 20
"""Entries for each row and column above which the relaxation comes first where sets are too many to compare as bits."""
TREE_WORK, MOST_NODES = 10**9, 2_000
"""Entries of the matrix that a tree of Lagrangian bounds may look at, and its nodes at most."""
SMALL = 2_000
"""Entries of the matrix up to which the exact solver is asked at once: it needs less time than compiling a search."""
MOST_WHOLE = 1e8
"""Sum of costs up to which a bound is lifted to a whole number: its rounding is far below that of a lift."""


@dataclass(frozen=True, eq=False)
class Cover:
    """Columns that cover every row; ``bound``: no cover costs less.

    ``size``: rows and columns that were left to the solver.
    """

    chosen: Ints
    bound: float
    proved: bool
    size: tuple[int, int]


def solve_cover(matrix: csr_array, cost: Floats, *, seconds: float) -> Cover:
    """Cover every row at least cost; every row has a column."""
    end = time.monotonic() + seconds
    matrix = merge_rows(matrix)[0]
    if matrix.nnz > DENSE * sum(shape_of(matrix)) and not fits_bits(matrix):
        found, least, sure = _solve_part(matrix, cost, end)
        return Cover(np.sort(found), least, sure, shape_of(matrix))
    left = reduce_cover(matrix, cost)
    chosen, bound, proved = [left.forced], float(cost[left.forced].sum()), True
    for rows, columns in _parts(left.matrix):
        part = csr_array(left.matrix[rows][:, columns])
        found, least, sure = _solve_part(part, cost[left.columns[columns]], end)
        chosen.append(left.columns[columns[found]])
        bound, proved = bound + least, proved and sure
    return Cover(np.sort(np.concatenate(chosen)), bound, proved, shape_of(left.matrix))


def _parts(matrix: csr_array) -> list[tuple[Ints, Ints]]:
    """Rows and columns of each part that shares nothing with the others."""
    rows = shape_of(matrix)[0]
    if not rows:
        return []
    graph = block_array([[None, matrix], [matrix.T, None]])
    count, label = connected_components(graph, directed=False)
    order = np.argsort(label, kind="stable")
    pieces = np.split(order, np.searchsorted(label[order], np.arange(1, count)))
    return [(piece[piece < rows], piece[piece >= rows] - rows) for piece in pieces if (piece < rows).any()]


def _solve_part(matrix: csr_array, cost: Floats, end: float) -> tuple[Ints, float, bool]:
    """Chosen columns, bound, whether proved: the relaxation first, then a better cover of what it leaves possible."""
    found, bound = greedy_cover(matrix, cost), 0.0
    possible = np.arange(len(cost), dtype=np.int64)
    relaxed = relax_cover(matrix, cost, seconds=end - time.monotonic())
    if relaxed is not None:
        bound = round_bound(relaxed.bound, cost)
        found = dual_cover(matrix, cost, found, relaxed)
        if matrix.nnz > SMALL and cost[found].sum() > bound + 1e-9:
            found = seek_cover(matrix, cost, found, enough=bound)
        if cost[found].sum() <= bound + 1e-9:
            return found, bound, True
        found, done = _search(matrix, cost, found, relaxed, end)
        if done:
            return found, float(cost[found].sum()), True
        if matrix.nnz > SMALL:
            found, least, done = branch_and_cut(matrix, cost, found, slack=_slack(found, cost), end=end)
            bound = max(bound, min(round_bound(least, cost), float(cost[found].sum())))
            if done or cost[found].sum() <= bound + 1e-9:
                return found, float(cost[found].sum()), True
        possible = np.flatnonzero(possible_columns(relaxed, _dearest(found, cost)))
    return _solve_rest(matrix, cost, (possible, found, bound), end)


def _search(matrix: csr_array, cost: Floats, found: Ints, relaxed: Relaxation, end: float) -> tuple[Ints, bool]:
    """A cover that costs no more, and whether a short tree proves it the cheapest."""
    most = int(min(MOST_NODES, TREE_WORK / (STEPS * matrix.nnz)))
    if matrix.nnz <= SMALL or most < 2 or time.monotonic() >= end:
        return found, False
    start = np.isin(np.arange(len(cost)), found)
    best, done = search_tree(cover_table(matrix, cost), relaxed.worth, start, _slack(found, cost), most)
    return np.flatnonzero(best), done


def _slack(found: Ints, cost: Floats) -> float:
    """By how much a cover must be cheaper than the one found to be sought."""
    return 1.0 - 1e-6 if is_whole(cost) else 1e-9 * float(cost[found].sum())


def _solve_rest(
    matrix: csr_array, cost: Floats, known: tuple[Ints, Ints, float], end: float
) -> tuple[Ints, float, bool]:
    """The same by the columns that a better cover may take, beside the cover and the bound that are known."""
    possible, found, bound = known
    price, worst = cost[possible], float(cost[found].sum())
    rest = csr_array(matrix[:, possible])
    if (np.diff(rest.indptr) == 0).any():  # a row that no better cover covers
        return found, worst, True
    left = reduce_cover(rest, price)
    count, forced = len(left.columns), float(price[left.forced].sum())
    if not shape_of(left.matrix)[0]:
        done = MipResult(np.zeros(count), 0.0, True)
    else:
        done = minimise(
            price[left.columns],
            [(left.matrix.astype(float), 1.0, np.inf)],
            integer=np.ones(count, dtype=bool),
            low=np.zeros(count),
            high=np.ones(count),
            seconds=end - time.monotonic(),
        )
    if done.x is not None:
        other = possible[np.concatenate([left.forced, left.columns[done.x > 0.5]])]
        found = other if cost[other].sum() < worst else found
    least = min(round_bound(done.bound + forced, cost), float(cost[found].sum()))
    return found, max(bound, least), done.proved


def _dearest(found: Ints, cost: Floats) -> float:
    """What a better cover than the one found costs at most."""
    known = float(cost[found].sum())
    return known - 1.0 if is_whole(cost) else known


def round_bound(bound: float, cost: Floats) -> float:
    """The bound lifted to the next whole number where all costs are whole."""
    if not np.isfinite(bound):
        return 0.0
    return float(np.ceil(bound - 1e-6)) if is_whole(cost) else bound


def is_whole(cost: Floats) -> bool:
    """Whether all costs are whole numbers, of a sum that doubles hold without rounding."""
    return bool((cost == np.rint(cost)).all() and cost.sum() <= MOST_WHOLE)


def greedy_cover(matrix: csr_array, cost: Floats) -> Ints:
    """Columns that cover every row, the one with most new rows for its cost first."""
    return complete_cover(csr_array(matrix.T.tocsr()), cost, np.empty(0, np.int64), np.ones(shape_of(matrix)[0]))

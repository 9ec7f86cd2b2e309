"""The plain question: every row covered, at least cost, by reduction, then part by part."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
from scipy.sparse import block_array, csr_array
from scipy.sparse.csgraph import connected_components

from urbanplan.network.intervals import Floats, Ints
from urbanplan.siting.mip import minimise
from urbanplan.siting.reduction import reduce_cover
from urbanplan.siting.sparse import shape_of


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
    left = reduce_cover(matrix, cost)
    chosen, bound, proved = [left.forced], float(cost[left.forced].sum()), True
    for rows, columns in _parts(left.matrix):
        part = csr_array(left.matrix[rows][:, columns])
        price = cost[left.columns[columns]]
        found, least, sure = _solve_part(part, price, end - time.monotonic())
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


def _solve_part(matrix: csr_array, cost: Floats, seconds: float) -> tuple[Ints, float, bool]:
    """Chosen columns, bound, whether proved."""
    count = shape_of(matrix)[1]
    whole = np.ones(count, dtype=bool)
    rows = [(matrix.astype(float), 1.0, np.inf)]
    done = minimise(cost, rows, integer=whole, low=np.zeros(count), high=np.ones(count), seconds=seconds)
    greedy = greedy_cover(matrix, cost)
    found = greedy if done.x is None else np.flatnonzero(done.x > 0.5)
    if cost[greedy].sum() < cost[found].sum():
        found = greedy
    return found, round_bound(done.bound, cost), done.proved


def round_bound(bound: float, cost: Floats) -> float:
    """The bound lifted to the next whole number where all costs are whole."""
    if not np.isfinite(bound):
        return 0.0
    whole = bool((cost == np.rint(cost)).all())
    return float(np.ceil(bound - 1e-6)) if whole else bound


def greedy_cover(matrix: csr_array, cost: Floats) -> Ints:
    """Columns that cover every row, the one with most new rows for its cost first."""
    across, open_rows = csr_array(matrix.T.tocsr()), np.ones(shape_of(matrix)[0], dtype=np.int64)
    price, chosen = np.maximum(cost, 1e-9), []
    while open_rows.any():
        best = int(np.argmax((across @ open_rows) / price))
        chosen.append(best)
        open_rows[across.indices[across.indptr[best] : across.indptr[best + 1]]] = 0
    return np.asarray(chosen, dtype=np.int64)

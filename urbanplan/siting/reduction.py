"""Smaller instances with the same answer: equal rows and columns merged, dominated ones left out, forced ones taken."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from urbanplan.network.intervals import Floats, Ints, expand_counts
from urbanplan.siting.kernels.bitsets import covered_sets, covering_sets, pack_rows
from urbanplan.siting.sparse import shape_of

CHUNK = 2_000_000
"""Pairs of rows compared at once."""
BIT_PAIRS, BIT_CELLS = 5 * 10**8, 5 * 10**8
"""Pairs of sets, and bits of all, up to which they are compared as bits, every pair."""


@dataclass(frozen=True, eq=False)
class ReducedCover:
    """What is left of a covering problem.

    Attributes:
        matrix: rows that matter by columns that matter. columns: the number of each column in the whole.
        forced: columns that every cheapest answer may take.
    """

    matrix: csr_array
    columns: Ints
    forced: Ints


def reduce_cover(matrix: csr_array, cost: Floats) -> ReducedCover:
    """Reduce "cover every row at least cost" until nothing changes; every row has a column."""
    columns, forced = np.arange(shape_of(matrix)[1], dtype=np.int64), [np.empty(0, np.int64)]
    matrix = merge_rows(matrix)[0]
    while shape_of(matrix)[0]:
        size = shape_of(matrix)
        matrix = csr_array(matrix[np.flatnonzero(~_supersets(matrix))])
        keep = np.flatnonzero(~dominated_columns(matrix, cost[columns]))
        matrix, columns = csr_array(matrix[:, keep]), columns[keep]
        alone = np.unique(matrix.indices[matrix.indptr[:-1][np.diff(matrix.indptr) == 1]])
        if len(alone):
            forced.append(columns[alone])
            left = np.asarray(matrix[:, alone].sum(axis=1)).ravel() == 0
            matrix = csr_array(matrix[np.flatnonzero(left)])
        matrix = merge_rows(matrix)[0]
        if shape_of(matrix) == size:
            break
    return ReducedCover(matrix, columns, np.concatenate(forced))


def merge_rows(matrix: csr_array, weight: Floats | None = None) -> tuple[csr_array, Floats]:
    """Distinct rows in the order of their first, and the sum of weights of each (1 for each row unless given)."""
    label = equal_rows(matrix)
    first = np.flatnonzero(label == np.arange(len(label)))
    weight = np.ones(len(label)) if weight is None else weight
    sums = np.bincount(label, weights=weight, minlength=len(label)) if len(label) else weight
    return csr_array(matrix[first]), np.asarray(sums[first], dtype=np.float64)


def equal_rows(matrix: csr_array) -> Ints:
    """For each row the first row that is equal to it; found by sums of random numbers, then compared exactly."""
    matrix.sort_indices()
    count, indptr = shape_of(matrix)[0], matrix.indptr.astype(np.int64)
    random = np.random.default_rng(7).integers(0, 2**63, shape_of(matrix)[1], dtype=np.uint64)
    sums = np.concatenate([np.zeros(1, np.uint64), np.cumsum(random[matrix.indices], dtype=np.uint64)])
    mark, size = sums[indptr[1:]] - sums[indptr[:-1]], np.diff(indptr)
    order = np.lexsort((np.arange(count), mark, size))
    before, after = order[:-1], order[1:]
    same = (mark[before] == mark[after]) & (size[before] == size[after])
    pair, number = expand_counts(np.where(same, size[before], 0))
    differs = matrix.indices[indptr[before[pair]] + number] != matrix.indices[indptr[after[pair]] + number]
    same &= np.bincount(pair, weights=differs, minlength=len(same))[: len(same)] == 0
    group = np.cumsum(np.append(True, ~same)[:count]) - 1
    lead = np.full(count, count, dtype=np.int64)
    np.minimum.at(lead, group, order)
    label = np.empty(count, dtype=np.int64)
    label[order] = lead[group]
    return label


def dominated_columns(matrix: csr_array, cost: Floats) -> NDArray[np.bool_]:
    """Columns that cover nothing, or no more than another that costs no more; of equals the first stays."""
    across = csr_array(matrix.T.tocsr())
    gone = np.diff(across.indptr) == 0
    gone |= _dearer_equals(equal_rows(across), cost)
    if fits_bits(across):
        size = np.diff(across.indptr)
        gone[covered_sets(_bits(across), np.lexsort((cost, -size)), cost)] = True
        return gone
    for small, large in subset_pairs(across):
        gone[small[cost[large] <= cost[small]]] = True
    return gone


def _dearer_equals(label: Ints, cost: Floats) -> NDArray[np.bool_]:
    """All of each group of equals but its cheapest, the first of those."""
    order = np.lexsort((np.arange(len(label)), cost, label))
    gone = np.ones(len(label), dtype=bool)
    gone[order[np.append(True, label[order][1:] != label[order][:-1])[: len(order)]]] = False
    return gone


def _supersets(matrix: csr_array) -> NDArray[np.bool_]:
    """Rows that hold all columns of a smaller row: covered whenever that is."""
    if fits_bits(matrix):
        return covering_sets(_bits(matrix), np.argsort(np.diff(matrix.indptr), kind="stable"))
    gone = np.zeros(shape_of(matrix)[0], dtype=bool)
    for _, large in subset_pairs(matrix):
        gone[large] = True
    return gone


def fits_bits(matrix: csr_array) -> bool:
    """Whether rows, or columns, are few enough to be compared as bits, every pair."""
    rows, columns = shape_of(matrix)
    return max(rows, columns) ** 2 <= BIT_PAIRS and rows * columns <= BIT_CELLS


def _bits(matrix: csr_array) -> NDArray[np.uint64]:
    return pack_rows(matrix.indptr.astype(np.int64), matrix.indices.astype(np.int64), shape_of(matrix)[1])


def subset_pairs(matrix: csr_array) -> Iterator[tuple[Ints, Ints]]:
    """Pairs of rows ``(small, large)`` of which the first is truly within the second, piece by piece."""
    matrix.sort_indices()
    size, indptr = np.diff(matrix.indptr).astype(np.int64), matrix.indptr.astype(np.int64)
    row = np.repeat(np.arange(shape_of(matrix)[0], dtype=np.int64), size)
    across = csr_array(matrix.T.tocsr())
    popularity = np.diff(across.indptr).astype(np.int64)
    order = np.lexsort((popularity[matrix.indices], row))
    filled = np.flatnonzero(size)
    rarest = matrix.indices[order[indptr[filled]]]
    marks = _marks(matrix, row)
    keys = row * shape_of(matrix)[1] + matrix.indices
    ends = np.cumsum(popularity[rarest])
    cuts = np.searchsorted(ends, np.arange(CHUNK, (int(ends[-1]) if len(ends) else 0) + CHUNK, CHUNK)) + 1
    for begin, stop in zip(np.append(0, cuts), np.append(cuts, len(filled)), strict=False):
        some = filled[begin:stop]
        column = rarest[begin:stop]
        owner, number = expand_counts(popularity[column])
        small, large = some[owner], across.indices[across.indptr[column][owner] + number].astype(np.int64)
        likely = (size[small] < size[large]) & ((marks[small] & ~marks[large]) == 0).all(axis=1)
        small, large = small[likely], large[likely]
        yield _truly_within(small, large, size, indptr, matrix, keys)


def _truly_within(
    small: Ints, large: Ints, size: Ints, indptr: Ints, matrix: csr_array, keys: Ints
) -> tuple[Ints, Ints]:
    pair, number = expand_counts(size[small])
    asked = large[pair] * shape_of(matrix)[1] + matrix.indices[indptr[small[pair]] + number]
    place = np.minimum(np.searchsorted(keys, asked), max(len(keys) - 1, 0))
    hits = np.bincount(pair, weights=keys[place] == asked if len(keys) else None, minlength=len(small))[: len(small)]
    inside = hits == size[small]
    return small[inside], large[inside]


def _marks(matrix: csr_array, row: Ints) -> NDArray[np.uint64]:
    """Bits of each row's columns, shape (rows, 2): a row within another has no bit that the other lacks."""
    bit = np.random.default_rng(11).integers(0, 64, (shape_of(matrix)[1], 2)).astype(np.uint64)
    marks = np.zeros((shape_of(matrix)[0], 2), np.uint64)
    for word in range(2):
        np.bitwise_or.at(marks[:, word], row, np.uint64(1) << bit[matrix.indices, word])
    return marks

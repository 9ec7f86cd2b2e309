"""Streets cut where any reach begins or ends: pieces that a candidate covers wholly or not at all."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_array

from urbanplan.network.intervals import TOUCH_TOLERANCE, Intervals, Ints, expand_counts


def cut_pieces(covered: Intervals, owner: Ints, *, owners: int) -> tuple[Intervals, csr_array]:
    """Elementary pieces that some owner covers, and which do, shape (pieces, owners).

    Args:
        covered: intervals on edges. owner: of each, ``0..owners - 1``; those of one owner are disjoint.
    """
    line = np.tile(covered.line, 2)
    at = np.concatenate([covered.low, covered.high])
    order = np.lexsort((at, line))
    line, at = line[order], at[order]
    fresh = np.append(True, (line[1:] != line[:-1]) | (at[1:] - at[:-1] > TOUCH_TOLERANCE))[: len(line)]
    number = np.empty(len(order), dtype=np.int64)
    number[order] = np.cumsum(fresh) - 1
    line, at = line[fresh], at[fresh]
    begin, end = number[: len(owner)], number[len(owner) :]
    row, step = expand_counts(end - begin)
    piece = begin[row] + step
    matrix = csr_array((np.ones(len(piece), np.int8), (piece, owner[row])), shape=(len(line), owners))
    filled = np.flatnonzero(np.diff(matrix.indptr))
    return Intervals(line[filled], at[filled], at[filled + 1]), csr_array(matrix[filled])

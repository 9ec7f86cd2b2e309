"""A covering problem as compiled code reads it: which rows each column covers, which columns each row has."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from urbanplan.network.intervals import Floats

Numbers = NDArray[np.int32]


class CoverTable(NamedTuple):
    """Columns by rows and rows by columns, and the cost of each column."""

    column_start: Numbers
    column_rows: Numbers
    row_start: Numbers
    row_columns: Numbers
    cost: Floats


def cover_table(matrix: csr_array, cost: Floats) -> CoverTable:
    """The table of a matrix, shape (rows, columns)."""
    across = csr_array(matrix.T.tocsr())
    return CoverTable(
        across.indptr.astype(np.int32),
        across.indices.astype(np.int32),
        matrix.indptr.astype(np.int32),
        matrix.indices.astype(np.int32),
        np.ascontiguousarray(cost, dtype=np.float64),
    )

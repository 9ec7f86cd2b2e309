"""The shape of a sparse matrix, which the stubs of scipy call optional."""

from __future__ import annotations

from scipy.sparse import csr_array


def shape_of(matrix: csr_array) -> tuple[int, int]:
    """Rows and columns."""
    rows, columns = matrix.shape  # pyright: ignore[reportGeneralTypeIssues, reportOptionalIterable]
    return int(rows), int(columns)

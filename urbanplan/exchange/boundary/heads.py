"""The head lines of a boundary-point TXT as columns of cells."""

# pyarrow makes the functions of its compute module when it is loaded
# pyright: reportAttributeAccessIssue=false
from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pac

from urbanplan.exchange.boundary.template import HEAD_FIELDS

_COUNT_PATTERN = "^[0-9]+$"


@dataclass(frozen=True)
class HeadTable:
    """Heads taken apart at their commas; heads may have different numbers of cells.

    Attributes:
        cells: of all heads, one after the other, without spaces around them.
        begins: first cell of each head, and the end, shape (heads + 1,); each head has at least one cell.
    """

    cells: pa.LargeStringArray
    begins: np.ndarray

    def __len__(self) -> int:
        return len(self.begins) - 1

    def column(self, at: int) -> pa.LargeStringArray:
        """The cells at one place, empty in heads that are shorter, shape (heads,)."""
        there = np.diff(self.begins) > at
        places = pa.array(np.where(there, self.begins[:-1] + at, 0), mask=~there)
        return self.cells.take(places).fill_null("")

    def last(self) -> np.ndarray:
        """True for each head whose last cell is empty: a comma stands before ``@``."""
        return pac.equal(self.cells.take(pa.array(self.begins[1:] - 1)), "").to_numpy(zero_copy_only=False)

    def names(self) -> tuple[str, ...]:
        """Names of the cells: the standard ones, then 备用1, 备用2 …; a trailing comma before ``@`` is no field."""
        most = int((np.diff(self.begins) - self.last()).max(initial=0))
        spare = tuple(f"备用{number}" for number in range(1, most - len(HEAD_FIELDS) + 1))
        return (*HEAD_FIELDS, *spare)[:most]

    def counts(self) -> np.ndarray:
        """The number of points that each head says, NaN where it says none, shape (heads,)."""
        said = self.column(0)
        given = pac.match_substring_regex(said, _COUNT_PATTERN)
        return pac.if_else(given, said, pa.scalar("nan", said.type)).cast(pa.float64()).to_numpy()


def parse_heads(lines: pa.LargeBinaryArray) -> HeadTable:
    """Heads from their lines: what stands after the last ``@`` is no part of them."""
    texts = lines.cast(pa.large_string())
    heads = pac.list_element(pac.split_pattern(texts, "@", max_splits=1, reverse=True), 0)
    rows = pac.split_pattern(heads, ",")
    return HeadTable(pac.utf8_trim_whitespace(rows.values), rows.offsets.to_numpy().astype(np.int64))

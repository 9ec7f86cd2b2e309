"""Rows of a table of texts: which are features, which are empty, sums or remarks; texts written as formulas."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pac

from urbanplan.exchange.fields.header_rows import echo_rows
from urbanplan.exchange.rows.mixed_columns import summary_rows
from urbanplan.model.translation import localize

_WRAPPED = r'^="([^"]*)"$'  # a text as a formula


def feature_rows(
    table: pa.Table, names: list[str], ragged: dict[int, str], broken: dict[int, str]
) -> tuple[np.ndarray, tuple[str, ...]]:
    """True for each row that is a feature, not empty, no sum, remark or unit, shape (n,); and what is to be told."""
    kept = _filled_rows(table)
    kept[list(ragged)] = True
    empty = int((~kept).sum())
    firsts = _first_cells(table)
    for row, text in broken.items():
        firsts[row] = text
    passed, notes = summary_rows(firsts, range(1, len(firsts) + 1))
    echoes, more = _echo_rows(table, firsts, names)
    kept[[*passed, *echoes]] = False
    notes = (*more, *notes)
    return kept, (localize("{count} empty rows were passed over", count=empty), *notes) if empty else notes


def _echo_rows(table: pa.Table, firsts: list[str], names: list[str]) -> tuple[set[int], tuple[str, ...]]:
    """The rows that say the names again or their units, and what is told of them."""
    first = next((name.strip() for name in names if name.strip()), "")
    places = [at for at, text in enumerate(firsts) if at == 0 or (text and text.strip() == first)]
    rows = ((at, [column[at].as_py() for column in table.columns]) for at in places)
    return echo_rows(rows, names, range(1, len(firsts) + 1))


def unwrap_texts(table: pa.Table, text: bytes) -> tuple[pa.Table, tuple[str, ...]]:
    """The table with ``="007"``, as people keep a spreadsheet from making numbers of codes, as the text 007."""
    if b'="' not in text:
        return table, ()
    count = 0
    for at, values in enumerate(table.columns):
        held = pac.fill_null(matches(values, _WRAPPED), False)
        found = int(pac.call_function("sum", [held]).as_py() or 0)
        if found:
            options = pac.ReplaceSubstringOptions(_WRAPPED, r"\1")
            table = table.set_column(at, str(at), pac.call_function("replace_substring_regex", [values], options))
            count += found
    what = '{count} cells are written as ="…": they are read as the text within'
    return table, (localize(what, count=count),) if count else ()


def _filled_rows(table: pa.Table) -> np.ndarray:
    """True for each row that holds anything but space, shape (n,)."""
    filled = np.zeros(len(table), dtype=bool)
    for values in table.columns:
        there = pac.fill_null(matches(values, r"\S"), False)
        filled |= there.to_numpy()
        if filled.all():
            break
    return filled


def _first_cells(table: pa.Table) -> list[str]:
    """The first filled cell of each row as text, empty where there is none."""
    none = pa.scalar(None, pa.string())
    cells = [pac.call_function("if_else", [matches(values, r"\S"), values, none]) for values in table.columns]
    return pac.fill_null(pac.call_function("coalesce", cells), "").to_pylist() if cells else []


def matches(texts: pa.ChunkedArray, pattern: str) -> pa.ChunkedArray:
    """Whether each text has a match of a pattern."""
    options = pac.MatchSubstringOptions(pattern)
    return pac.call_function("match_substring_regex", [texts], options)

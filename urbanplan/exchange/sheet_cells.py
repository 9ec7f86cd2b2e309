"""Cells of a sheet beyond their values: merged ones in, texts that look like formulas and rounded numbers out."""

from __future__ import annotations

import re
import warnings
from typing import Any

import numpy as np
import pandas as pd

from urbanplan.model.formula_text import FORMULA_PATTERN
from urbanplan.model.translation import localize

_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"')
_UNSAVED = re.compile(rb"</(?:\w+:)?f>\s*(?:<(?:\w+:)?v\s*/>\s*|<(?:\w+:)?v></(?:\w+:)?v>\s*)?</(?:\w+:)?c>")
_MAX_MERGED = 20_000  # merged areas looked at
_Rows = list[tuple[int, tuple[Any, ...]]]


def merged_areas(book: Any, sheet: Any) -> list[tuple[int, int, int]]:
    """Areas of merged cells that span rows: column from 0, first and last row from 1."""
    path = getattr(sheet, "_worksheet_path", None)
    if path is None:
        return []
    data = book._archive.read(path)
    tail = data[max(0, data.rfind(b"</sheetData>")) :] if b"</sheetData>" in data else data
    found = [
        (_column_number(match[1]), int(match[2]), int(match[4]))
        for match, _ in zip(_MERGED.finditer(tail), range(_MAX_MERGED), strict=False)
    ]
    return [(column, first, last) for column, first, last in found if last > first]


def open_cells(path: Any) -> Any:
    """A workbook opened for its cells: charts are passed over (the library breaks on a sheet of one)."""
    from openpyxl.reader.excel import ExcelReader

    class _CellReader(ExcelReader):
        def read_chartsheet(self, sheet: Any, rel: Any) -> None:
            """A sheet of a chart has no cells."""

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of parts that the library leaves out, none of them cells
        reader = _CellReader(path, read_only=True, data_only=True, keep_links=False)
        reader.read()
    return reader.wb


def unsaved_note(book: Any, sheet: Any) -> tuple[str, ...]:
    """What is told of formulas whose value was not saved; empty where there are none."""
    path = getattr(sheet, "_worksheet_path", None)
    count = len(_UNSAVED.findall(book._archive.read(path))) if path is not None else 0
    what = "{count} formulas have no saved value: save the workbook with a spreadsheet program"
    return (localize(what, count=count),) if count else ()


def fill_merged(body: _Rows, areas: list[tuple[int, int, int]]) -> tuple[_Rows, tuple[str, ...]]:
    """The rows with the texts and dates of merged cells in each of their rows, and what is to be told.

    A number is not repeated: it would be counted twice.
    """
    rows = {number: at for at, (number, _) in enumerate(body)}
    cells = [list(row) for _, row in body]
    texts = numbers = 0
    for column, first, last in areas:
        top = rows.get(first)
        if top is None or column >= len(cells[top]) or cells[top][column] is None:
            continue
        value = cells[top][column]
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            numbers += 1
            continue
        below = [rows[number] for number in range(first + 1, min(last, first + len(body)) + 1) if number in rows]
        for at in below:
            if column < len(cells[at]) and cells[at][column] is None:
                cells[at][column] = value
        texts += bool(below)
    notes = []
    if texts:
        notes.append(localize("{count} merged cells: their text stands in each of their rows", count=texts))
    if numbers:
        what = "{count} merged cells hold a number: it stands in their first row alone, so that it counts once"
        notes.append(localize(what, count=numbers))
    return [(number, tuple(row)) for (number, _), row in zip(body, cells, strict=True)], tuple(notes)


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = 26 * number + letter - 64
    return number - 1


def number_format(values: pd.Series) -> str | None:
    """How a person sees the numbers of a column, whose cells keep all digits; None where all are short."""
    given = values.dropna().to_numpy(dtype=float)
    given = given[np.isfinite(given)]
    if not len(given) or (np.round(given, 2) == given).all():
        return None
    largest = float(np.abs(given).max())
    return "0.00" if largest >= 200 else "0.0000" if largest >= 1 else "0.000000"


def write_cell(sheet: Any, value: Any, shown: str | None) -> Any:
    """A value as a cell: floats with all their digits, texts that begin like a formula as texts."""
    if isinstance(value, str) and FORMULA_PATTERN.match(value):
        return _text_cell(sheet, value)
    if not isinstance(value, float) or (shown is None and float(f"{value:.16g}") == value):
        return value
    from openpyxl.cell import WriteOnlyCell

    cell = WriteOnlyCell(sheet, value=value)
    if float(f"{value:.16g}") != value:  # openpyxl writes 16 digits where 17 may be needed
        cell._value = repr(value)
    if shown is not None:
        cell.number_format = shown
    return cell


def _text_cell(sheet: Any, text: str) -> Any:
    """A text cell that a spreadsheet never runs: the mark of a text stands in its style, the value is unchanged."""
    from openpyxl.cell import WriteOnlyCell

    cell = WriteOnlyCell(sheet, value=f"'{text}" if text.startswith("'") else text)
    cell.data_type = "s"
    cell.quotePrefix = True
    return cell

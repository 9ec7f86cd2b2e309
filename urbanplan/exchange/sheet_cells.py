"""Cells of a sheet beyond their values: merged ones in, texts that look like formulas and rounded numbers out."""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from urbanplan.exchange.hidden_cells import Hidden
from urbanplan.model.formula_text import FORMULA_PATTERN
from urbanplan.model.translation import localize

_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"')
_ESCAPED, _TO_ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_"), re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_HIDDEN = rb'\bhidden="(?:1|true)"'
_HIDDEN_ROW = re.compile(rb"<(?:\w+:)?row\s(?=[^>]*" + _HIDDEN + rb')[^>]*?\br="(\d{1,7})"')
_HIDDEN_COLUMN = re.compile(rb"<(?:\w+:)?col\s(?=[^>]*" + _HIDDEN + rb")([^>]*)>")
_UNSAVED = re.compile(rb"</(?:\w+:)?f>\s*(?:<(?:\w+:)?v\s*/>\s*|<(?:\w+:)?v></(?:\w+:)?v>\s*)?</(?:\w+:)?c>")
_MAX_MERGED, _MAX_COLUMN = 20_000, 16_384  # merged areas looked at, columns of a sheet
_Rows = list[tuple[int, tuple[Any, ...]]]


@dataclass(frozen=True)
class SheetXml:
    """The XML of a sheet, empty where the library does not say where it stands."""

    data: bytes

    @classmethod
    def load(cls, book: Any, sheet: Any) -> SheetXml:
        """The part of a workbook that holds a sheet."""
        path = getattr(sheet, "_worksheet_path", None)
        return cls(b"" if path is None else book._archive.read(path))

    def merged_areas(self) -> list[tuple[int, int, int]]:
        """Areas of merged cells that span rows: column from 0, first and last row from 1."""
        tail = self.data[max(0, self.data.rfind(b"</sheetData>")) :]
        found = [
            (_column_number(match[1]), int(match[2]), int(match[4]))
            for match, _ in zip(_MERGED.finditer(tail), range(_MAX_MERGED), strict=False)
        ]
        return [(column, first, last) for column, first, last in found if last > first]

    def unsaved_note(self) -> tuple[str, ...]:
        """What is told of formulas whose value was not saved; empty where there are none."""
        count = len(_UNSAVED.findall(self.data))
        what = "{count} formulas have no saved value: save the workbook with a spreadsheet program"
        return (localize(what, count=count),) if count else ()

    def hidden(self, sheets: tuple[str, ...]) -> Hidden:
        """The rows and columns that are hidden, beside hidden ``sheets`` that were left out."""
        rows = frozenset(int(match[1]) for match in _HIDDEN_ROW.finditer(self.data))
        head = self.data[: max(0, self.data.find(b"<sheetData"))] or self.data[:100_000]
        spans = [_span(match[1]) for match in _HIDDEN_COLUMN.finditer(head)]
        return Hidden(rows, frozenset(at for first, last in spans for at in range(first - 1, last)), sheets)


def _span(attributes: bytes) -> tuple[int, int]:
    """First and last column, from 1, of the attributes of a run of columns; no column where they say none."""
    first, last = (re.search(rb'\b%s="(\d{1,5})"' % name, attributes) for name in (b"min", b"max"))
    return (int(first[1]), min(int(last[1]), _MAX_COLUMN)) if first and last else (1, 0)


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


def decode_escapes(value: Any) -> Any:
    """A cell's value with the characters that a workbook writes as their numbers: ``_x000D_`` is a carriage return."""
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), value) if type(value) is str and "_x" in value else value


def encode_escapes(text: str) -> str:
    """A text that looks as if it held such numbers, written so that it is read as it is."""
    return _TO_ESCAPE.sub("_x005F_", text) if "_x" in text else text


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
    value = encode_escapes(value) if isinstance(value, str) else value
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

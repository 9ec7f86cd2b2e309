"""XLS, the workbook of Excel 97 to 2003 and of WPS (.et): one sheet is one table, read."""

from __future__ import annotations

import datetime
import io
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from urbanplan.errors import ExchangeError, MissingExtraError
from urbanplan.exchange.fields.header_rows import is_empty_cell
from urbanplan.exchange.hidden_cells import Hidden
from urbanplan.exchange.rows.sheet import Sheet, build_sheet, whole_number
from urbanplan.exchange.sheet_choice import choose_sheet
from urbanplan.exchange.table import Source, Table

_REPAIR_HINT = "Save it as XLSX or CSV with a spreadsheet program."
_MAX_CELLS = 20_000_000
_MAX_MERGED = 20_000


def read(source: Source) -> Table:
    """Read one sheet; its first row, after titles, holds the names.

    Raises:
        ExchangeError: it is no workbook, it has a password, or the sheet must be named.
    """
    book = _open_workbook(source.path)
    unseen = [sheet.name for sheet in book.sheets() if sheet.visibility]
    name, left = choose_sheet(_sheets(book), unseen, source)
    sheet = book.sheet_by_name(name)
    areas = [(low, first + 1, last) for first, last, low, _ in sheet.merged_cells[:_MAX_MERGED] if last - first > 1]
    try:
        rows = list(_filled_rows(book, sheet, str(source.path)))
    except _read_errors() as error:
        raise _damage_error(source.path, error) from error
    return build_sheet(rows, source, Sheet(name, [] if source.kinds else areas, hidden=_hidden(sheet, left)))


def _hidden(sheet: Any, left: tuple[str, ...]) -> Hidden:
    """The rows and columns of a sheet that are hidden, beside hidden sheets that were left out."""
    rows = frozenset(at + 1 for at, row in sheet.rowinfo_map.items() if row.hidden)
    return Hidden(rows, frozenset(at for at, column in sheet.colinfo_map.items() if column.hidden), left)


def layer_names(path: Path) -> list[str]:
    """Names of the sheets."""
    return _sheets(_open_workbook(path))


def _open_workbook(path: Path) -> Any:
    """The workbook, with the layout of its sheets, which says where cells are merged.

    Raises:
        ExchangeError: it cannot be read. MissingExtraError: the library is missing.
    """
    try:
        import xlrd
    except ImportError as error:
        raise MissingExtraError("XLS needs xlrd", fix="Install urbanplan[office].") from error
    try:
        return xlrd.open_workbook(str(path), formatting_info=True, logfile=io.StringIO())
    except _read_errors() as error:
        raise _damage_error(path, error) from error


def _read_errors() -> tuple[type[Exception], ...]:
    from xlrd.biffh import XLRDError
    from xlrd.compdoc import CompDocError

    return (
        XLRDError, CompDocError, struct.error, ValueError, KeyError, IndexError, TypeError, OSError,
        AssertionError, AttributeError, NotImplementedError, EOFError, ArithmeticError, RecursionError,
    )  # fmt: skip


def _damage_error(path: Path, error: Exception) -> ExchangeError:
    reason = str(error).splitlines()[0][:200] if str(error) else type(error).__name__
    return ExchangeError("the workbook is damaged: {reason}", where=str(path), fix=_REPAIR_HINT, reason=reason)


def _sheets(book: Any) -> list[str]:
    """The sheets that hold anything, all where none does."""
    filled = [sheet.name for sheet in book.sheets() if sheet.nrows]
    return filled or list(book.sheet_names())


def _filled_rows(book: Any, sheet: Any, where: str) -> Iterator[tuple[int, tuple[Any, ...]]]:
    """The rows that hold anything but space, each with its number from 1, all of one width."""
    if sheet.nrows * sheet.ncols > _MAX_CELLS:
        raise ExchangeError("the sheet has too many cells", where=where, fix="Save it as CSV.")
    for at in range(sheet.nrows):
        cells = [_value(cell, book.datemode) for cell in sheet.row(at)]
        if any(not is_empty_cell(value) for value in cells):
            yield at + 1, (*cells, *(None,) * (sheet.ncols - len(cells)))


def _value(cell: Any, datemode: int) -> Any:
    """A cell's value: whole numbers as integers, days as dates; an error of a formula is none."""
    import xlrd

    match cell.ctype:
        case xlrd.XL_CELL_TEXT:
            return cell.value
        case xlrd.XL_CELL_NUMBER:
            return whole_number(cell.value)
        case xlrd.XL_CELL_BOOLEAN:
            return bool(cell.value)
        case xlrd.XL_CELL_DATE:
            return _moment(cell.value, datemode)
    return None


def _moment(number: float, datemode: Any) -> Any:
    """A day's number as a moment; below a day it is an hour; a number that is no day stays what it is."""
    import xlrd

    if 0 <= number < 1:
        return (datetime.datetime.min + datetime.timedelta(seconds=round(number * 86_400))).time()
    try:
        made = xlrd.xldate_as_datetime(number, datemode)
    except (ValueError, OverflowError, xlrd.xldate.XLDateError):
        return number
    return made if number >= 61 and isinstance(made, datetime.datetime) else number

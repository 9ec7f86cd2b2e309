"""XLSX: one sheet is one table, with WKT or coordinate columns as the place."""

from __future__ import annotations

import datetime
import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from urbanplan.errors import ExchangeError, GateError, MissingExtraError
from urbanplan.exchange.fields.columns import column_kind, to_json_values
from urbanplan.exchange.fields.header_rows import is_empty_cell
from urbanplan.exchange.files.reproducible_zip import repack_zip
from urbanplan.exchange.gate import archive
from urbanplan.exchange.geometry.arrow import to_json_text
from urbanplan.exchange.losses import Loss, text_columns
from urbanplan.exchange.native_types import is_before_sheet_epoch
from urbanplan.exchange.ogr import crs_text
from urbanplan.exchange.rows.geometry_columns import to_wkt_columns
from urbanplan.exchange.rows.sheet import Sheet, build_sheet
from urbanplan.exchange.sheet_cells import SheetXml, decode_escapes, number_format, open_cells, write_cell
from urbanplan.exchange.sheet_choice import choose_sheet
from urbanplan.exchange.table import Source, Table, WriteJob
from urbanplan.model.translation import localize

MAX_CELL_LENGTH, MAX_ROWS, MAX_EXACT_INTEGER = (
    32_767,
    1_048_576,
    10**15,
)  # characters of a cell, rows of a sheet, integers kept by a spreadsheet
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")
_MAX_EXPANDED_BYTES = 300_000_000
_FIXED_TIMESTAMP = datetime.datetime(2000, 1, 1)
_READ_ERRORS = (
    ValueError, KeyError, TypeError, OSError, zipfile.BadZipFile, SyntaxError, AttributeError, EOFError, IndexError,
    zlib.error, NotImplementedError, RuntimeError,
)  # fmt: skip
_REPAIR_HINT = "Save it anew with a spreadsheet program."


def _load_openpyxl() -> Any:
    try:
        import openpyxl
    except ImportError as error:
        raise MissingExtraError("XLSX needs openpyxl", fix="Install urbanplan[office].") from error
    return openpyxl


def read(source: Source) -> Table:
    """Read one sheet; its first row holds the names.

    Raises:
        ExchangeError: it is no workbook, or the sheet must be named.
    """
    book = _open_workbook(source.path)
    try:
        unseen = [sheet.title for sheet in book.worksheets if sheet.sheet_state != "visible"]
        name, left = choose_sheet(_filled_sheets(book) or _sheet_names(book), unseen, source)
        rows = list(_filled_rows(book[name], str(source.path)))
        sheet = Sheet(name, []) if source.kinds else _describe(name, SheetXml.load(book, book[name]), left)
    except _READ_ERRORS as error:
        raise _damage_error(source.path, error) from error
    finally:
        book.close()
    return build_sheet(rows, source, sheet)


def _describe(name: str, xml: SheetXml, left: tuple[str, ...]) -> Sheet:
    """What the XML of a sheet says beside its rows; ``left`` are hidden sheets that were left out."""
    return Sheet(name, xml.merged_areas(), xml.unsaved_note(), xml.hidden(left))


def _sheet_names(book: Any) -> list[str]:
    """The sheets that have cells; a sheet of a chart has none.

    Raises:
        KeyError: there is none.
    """
    return [sheet.title for sheet in book.worksheets if hasattr(sheet, "iter_rows")]


def _filled_sheets(book: Any) -> list[str]:
    """The sheets that hold anything: a workbook of old programs has three, and two of them are empty."""
    return [name for name in _sheet_names(book) if next(_filled_rows(book[name], name), None) is not None]


def _open_workbook(path: Path) -> Any:
    with archive.open_zip(path) as packed:
        if sum(member.file_size for member in packed.infolist()) > _MAX_EXPANDED_BYTES:
            raise GateError("the workbook expands to more than 300 MB", where=str(path), fix="Save it as CSV.")
        for member in packed.infolist():
            if (
                member.filename.endswith((".xml", ".rels"))
                and b"<!" in archive.read_member(packed, member, str(path))[:4096]
            ):
                raise GateError("the workbook defines entities", where=str(path), fix=_REPAIR_HINT)
    _load_openpyxl()
    try:
        return open_cells(path)
    except _READ_ERRORS as error:
        raise _damage_error(path, error) from error


def _damage_error(path: Path, error: Exception) -> ExchangeError:
    if isinstance(error, ExchangeError):
        return error
    ours = isinstance(error, (AttributeError, TypeError, IndexError))  # a part that the library did not expect
    reason = (
        localize("its parts do not fit together") if ours else str(error).splitlines()[0][:200] if str(error) else "—"
    )
    return ExchangeError("the workbook is damaged: {reason}", where=str(path), fix=_REPAIR_HINT, reason=reason)


def _filled_rows(sheet: Any, where: str) -> Iterator[tuple[int, tuple[Any, ...]]]:
    """The rows that hold anything but space, each with its number from 1, all of one width."""
    width, cells = 0, 0
    for number, row in enumerate(sheet.iter_rows(values_only=True), 1):
        cells += len(row)
        if cells > 20_000_000 or len(row) > 16_384 or number > MAX_ROWS + 1:
            raise ExchangeError("the sheet has too many cells", where=where, fix="Save it as CSV.")
        if any(not is_empty_cell(value) for value in row):
            width = max(width, len(row))
            yield number, (*map(decode_escapes, row), *(None,) * (width - len(row)))


def layer_names(path: Path) -> list[str]:
    """Names of the sheets."""
    book = _open_workbook(path)
    try:
        return _filled_sheets(book) or _sheet_names(book)
    except _READ_ERRORS as error:
        raise _damage_error(path, error) from error
    finally:
        book.close()


def write(job: WriteJob) -> dict[str, Any]:
    """Write one sheet; a WKT longer than a cell goes on in further columns."""
    openpyxl = _load_openpyxl()
    book = openpyxl.Workbook(write_only=True)
    book.properties.created = book.properties.modified = _FIXED_TIMESTAMP
    sheet = book.create_sheet(re.sub(r"[\[\]:*?/\\]", "_", job.layer)[:31] or "layer")
    table = to_wkt_columns(job.frame, width=MAX_CELL_LENGTH - 1, escape=False)
    if len(table.columns):
        sheet.auto_filter.ref = f"A1:{openpyxl.utils.get_column_letter(len(table.columns))}{len(table) + 1}"
    sheet.append([write_cell(sheet, _ILLEGAL.sub("?", str(name)), None) for name in table.columns])
    shown = [number_format(table[name]) if column_kind(table[name]) == "number" else None for name in table.columns]
    for row in zip(*(_to_cells(table[name]) for name in table.columns), strict=True):
        sheet.append([write_cell(sheet, value, look) for value, look in zip(row, shown, strict=True)])
    book.save(job.path)
    repack_zip(job.path)
    return {"crs": crs_text(job.frame)}


def _to_cells(values: pd.Series) -> list[Any]:
    what = column_kind(values)
    if what == "date" and not is_before_sheet_epoch(values):
        return [None if pd.isna(value) else value for value in values]
    if what == "integer":
        return [
            value if value is None or abs(value) < MAX_EXACT_INTEGER else str(value) for value in to_json_values(values)
        ]
    if what == "json":
        return [to_json_text(value) for value in to_json_values(values)]
    return [
        _ILLEGAL.sub("?", value)[:MAX_CELL_LENGTH] if isinstance(value, str) else value
        for value in to_json_values(values)
    ]


def losses(frame: Any, profile: Any) -> Iterator[Loss]:
    """What a sheet cannot hold of a frame."""
    if len(frame) >= MAX_ROWS:
        yield Loss("rows beyond {rows}", values={"rows": MAX_ROWS})
    for name, values in text_columns(frame):
        if values.str.contains(_ILLEGAL).any():
            yield Loss("control characters in {field}", values={"field": name})
        if (values.str.len() >= MAX_CELL_LENGTH).any():
            yield Loss(
                "texts of {field} beyond {limit} characters", values={"field": name, "limit": MAX_CELL_LENGTH - 1}
            )
        if (values == "").any():
            yield Loss("empty texts of {field} become nulls", values={"field": name})
        if values.str.contains("\r", regex=False).any():
            yield Loss("line ends of {field} become line feeds", values={"field": name}, ruled=True)


def count(path: Path) -> int:
    """Number of rows below the names."""
    book = _load_openpyxl().load_workbook(path, read_only=True)
    try:
        return max(0, sum(1 for _ in book[book.sheetnames[0]].iter_rows(values_only=True)) - 1)
    finally:
        book.close()

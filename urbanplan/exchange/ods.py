"""ODS, the spreadsheet of LibreOffice and WPS: one sheet is one table, read; values as they were saved."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from urbanplan.errors import ExchangeError, GateError
from urbanplan.exchange.fields.header_rows import is_empty_cell
from urbanplan.exchange.gate import archive
from urbanplan.exchange.geopackage.database import select_layer
from urbanplan.exchange.rows.sheet import Sheet, build_sheet, whole_number
from urbanplan.exchange.table import Source, Table

_REPAIR_HINT = "Save it anew with a spreadsheet program."
_MAX_BYTES = 300_000_000
_MAX_CELLS = 20_000_000
_MAX_COLUMNS = 16_384
_CELLS = ("table-cell", "covered-table-cell")


def read(source: Source) -> Table:
    """Read one sheet; its first row, after titles, holds the names.

    Raises:
        GateError: it defines entities or expands too far. ExchangeError: it is no sheet, or it must be named.
    """
    sheets, where = _sheets(source.path), str(source.path)
    name = select_layer(_filled(sheets, where), source)
    rows = list(_filled_rows(sheets[name], where))
    width = max((len(row) for _, row in rows), default=0)
    rows = [(number, (*row, *(None,) * (width - len(row)))) for number, row in rows]
    return build_sheet(rows, source, Sheet(name, [] if source.kinds else list(_merged_areas(sheets[name]))))


def layer_names(path: Path) -> list[str]:
    """Names of the sheets that hold anything."""
    return _filled(_sheets(path), str(path))


def _filled(sheets: dict[str, ElementTree.Element], where: str) -> list[str]:
    return [name for name, sheet in sheets.items() if next(_filled_rows(sheet, where), None)] or list(sheets)


def _sheets(path: Path) -> dict[str, ElementTree.Element]:
    """The sheets by name, their tags without namespaces.

    Raises:
        GateError: the content defines entities or expands too far. ExchangeError: it is no spreadsheet.
    """
    with archive.open_zip(path) as packed:
        member = next((one for one in packed.infolist() if one.filename == "content.xml"), None)
        if member is None:
            raise ExchangeError("the zip holds no content.xml", where=str(path), fix=_REPAIR_HINT)
        if member.file_size > _MAX_BYTES:
            raise GateError("the workbook expands to more than 300 MB", where=str(path), fix="Save it as CSV.")
        data = archive.read_member(packed, member, str(path))
    if b"<!" in data[:4096]:
        raise GateError("the workbook defines entities", where=str(path), fix=_REPAIR_HINT)
    try:
        root = ElementTree.fromstring(data)
    except ElementTree.ParseError as error:
        what, reason = "the workbook is damaged: {reason}", str(error)[:200]
        raise ExchangeError(what, where=str(path), fix=_REPAIR_HINT, reason=reason) from error
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
        element.attrib = {key.rpartition("}")[2]: value for key, value in element.attrib.items()}
    sheets = {table.get("name", "?"): table for table in root.iterfind("body/spreadsheet/table")}
    if not sheets:
        raise ExchangeError("the file holds no layer", where=str(path), fix=_REPAIR_HINT)
    return sheets


def _rows(sheet: ElementTree.Element) -> Iterator[tuple[int, ElementTree.Element]]:
    """The rows that are drawn, each with its number from 1; one that is repeated without content counts as many."""
    number = 1
    for row in sheet.iter("table-row"):
        repeated = _number(row, "number-rows-repeated")
        empty = all(_value(cell) is None for cell in row if cell.tag in _CELLS)
        for _ in range(0 if empty else min(repeated, _MAX_CELLS)):
            yield number, row
            number += 1
        number += repeated if empty else 0


def _filled_rows(sheet: ElementTree.Element, where: str) -> Iterator[tuple[int, tuple[Any, ...]]]:
    """The rows that hold anything but space, each with its number from 1.

    Raises:
        ExchangeError: there are too many cells.
    """
    count = 0
    for number, row in _rows(sheet):
        values: list[Any] = []
        cells = [cell for cell in row if cell.tag in _CELLS]
        for at, cell in enumerate(cells):
            value, repeated = _value(cell), _number(cell, "number-columns-repeated")
            if value is None and at == len(cells) - 1:
                break
            if repeated + len(values) > _MAX_COLUMNS:
                raise ExchangeError("the sheet has too many cells", where=where, fix="Save it as CSV.")
            values += [value] * repeated
        count += len(values)
        if count > _MAX_CELLS:
            raise ExchangeError("the sheet has too many cells", where=where, fix="Save it as CSV.")
        if any(not is_empty_cell(value) for value in values):
            yield number, tuple(values)


def _number(element: ElementTree.Element, name: str) -> int:
    text = element.get(name, "1")
    return max(1, int(text)) if text.isdecimal() and len(text) < 10 else 1


def _merged_areas(sheet: ElementTree.Element) -> Iterator[tuple[int, int, int]]:
    """Merged cells that span rows: column from 0, first and last row from 1."""
    for number, row in _rows(sheet):
        column = 0
        for cell in row:
            if cell.tag in _CELLS:
                if (span := _number(cell, "number-rows-spanned")) > 1:
                    yield column, number, number + span - 1
                column += _number(cell, "number-columns-repeated")


def _value(cell: ElementTree.Element) -> Any:
    """A cell's value as it was saved; a date as a moment, a text with its line breaks."""
    match cell.get("value-type"):
        case "float" | "percentage" | "currency":
            return _parse_number(cell.get("value", ""))
        case "boolean":
            return cell.get("boolean-value") == "true"
        case "date":
            return _parse_moment(cell.get("date-value", ""))
    text = "\n".join("".join(part.itertext()) for part in cell.iterfind("p"))
    return text or None


def _parse_number(text: str) -> Any:
    try:
        return whole_number(float(text))
    except ValueError:
        return text or None


def _parse_moment(text: str) -> Any:
    try:
        return datetime.datetime.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        return text or None

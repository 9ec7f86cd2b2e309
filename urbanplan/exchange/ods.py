"""ODS, the spreadsheet of LibreOffice and WPS: one sheet is one table, read; values as they were saved."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree
from xml.parsers.expat import ErrorString

from urbanplan.errors import ExchangeError, GateError
from urbanplan.exchange.fields.header_rows import is_empty_cell
from urbanplan.exchange.gate import archive
from urbanplan.exchange.hidden_cells import Hidden
from urbanplan.exchange.rows.sheet import Sheet, build_sheet, whole_number
from urbanplan.exchange.sheet_choice import choose_sheet
from urbanplan.exchange.table import Source, Table
from urbanplan.model.library_messages import translate_problem

_REPAIR_HINT = "Save it anew with a spreadsheet program."
_MAX_BYTES = 300_000_000
_MAX_CELLS = 20_000_000
_MAX_COLUMNS = 16_384
_MAX_SPACES = 1_000
_TIME = re.compile(r"PT(\d{1,4})H(\d{1,2})M(\d{1,2}(?:\.\d+)?)S")
_CELLS = ("table-cell", "covered-table-cell")


def read(source: Source) -> Table:
    """Read one sheet; its first row, after titles, holds the names.

    Raises:
        GateError: it defines entities or expands too far. ExchangeError: it is no sheet, or it must be named.
    """
    book, where = _content(source.path), str(source.path)
    sheets = book.sheets
    name, left = choose_sheet(_filled(sheets, where), book.unseen(), source)
    rows = list(_filled_rows(sheets[name], where))
    width = max((len(row) for _, row in rows), default=0)
    rows = [(number, (*row, *(None,) * (width - len(row)))) for number, row in rows]
    areas = [] if source.kinds else list(_merged_areas(sheets[name]))
    return build_sheet(rows, source, Sheet(name, areas, hidden=_hidden(sheets[name], left)))


def layer_names(path: Path) -> list[str]:
    """Names of the sheets that hold anything."""
    return _filled(_content(path).sheets, str(path))


def _filled(sheets: dict[str, ElementTree.Element], where: str) -> list[str]:
    return [name for name, sheet in sheets.items() if next(_filled_rows(sheet, where), None)] or list(sheets)


@dataclass(frozen=True)
class _Content:
    """The sheets by name, their tags without namespaces, and the styles that hide a sheet."""

    sheets: dict[str, ElementTree.Element]
    hiding: frozenset[str]

    def unseen(self) -> list[str]:
        """Names of the hidden sheets."""
        return [name for name, sheet in self.sheets.items() if sheet.get("style-name") in self.hiding]


def _content(path: Path) -> _Content:
    """The sheets of a file.

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
        what, reason = "the workbook is damaged: {reason}", translate_problem(ErrorString(error.code))
        raise ExchangeError(what, where=str(path), fix=_REPAIR_HINT, reason=reason) from error
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
        element.attrib = {key.rpartition("}")[2]: value for key, value in element.attrib.items()}
    sheets = {table.get("name", "?"): table for table in root.iterfind("body/spreadsheet/table")}
    if not sheets:
        raise ExchangeError("the file holds no layer", where=str(path), fix=_REPAIR_HINT)
    styles = [style for style in root.iterfind("automatic-styles/style") if style.get("family") == "table"]
    hiding = [style.get("name", "") for style in styles for how in style if how.get("display") == "false"]
    return _Content(sheets, frozenset(hiding))


def _hidden(sheet: ElementTree.Element, left: tuple[str, ...]) -> Hidden:
    """The rows and columns of a sheet that are hidden, beside hidden sheets that were left out."""
    rows = frozenset(number for number, row in _rows(sheet) if row.get("visibility", "visible") != "visible")
    columns: list[int] = []
    at = 0
    for column in sheet.iter("table-column"):
        count = min(_number(column, "number-columns-repeated"), _MAX_COLUMNS)
        columns += range(at, at + count) if column.get("visibility", "visible") != "visible" else ()
        at += count
    return Hidden(rows, frozenset(columns), left)


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
        case "time":
            return _parse_time(cell.get("time-value", ""))
    paragraphs = list(cell.iterfind("p"))
    text = "\n".join(_text(part) for part in paragraphs) if paragraphs else cell.get("string-value", "")
    return text or None


def _text(part: ElementTree.Element) -> str:
    """A paragraph with the spaces, tabs and line breaks that stand in it as marks of their own."""
    words = [part.text or ""]
    for mark in part:
        match mark.tag:
            case "s":
                words.append(" " * min(_number(mark, "c"), _MAX_SPACES))
            case "tab":
                words.append("\t")
            case "line-break":
                words.append("\n")
            case "annotation":
                pass
            case _:
                words.append(_text(mark))
        words.append(mark.tail or "")
    return "".join(words)


def _parse_time(text: str) -> Any:
    """A duration below a day, as sheets write hours (PT08H30M00S), as an hour; others as they stand."""
    match = _TIME.fullmatch(text)
    if match is None:
        return text or None
    hours, minutes, seconds = int(match[1]), int(match[2]), round(float(match[3]))
    whole = datetime.timedelta(hours=hours, minutes=minutes, seconds=seconds)
    return (datetime.datetime.min + whole).time() if whole < datetime.timedelta(days=1) else whole


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

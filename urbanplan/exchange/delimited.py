"""CSV: a table of texts, with WKT or coordinate columns as the place."""

from __future__ import annotations

import csv
import io
import re
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pac
import pyarrow.csv as pc

from urbanplan.errors import ExchangeError
from urbanplan.exchange.delimited_rows import feature_rows, matches, unwrap_texts
from urbanplan.exchange.fields.header_rows import column_names, title_note, title_rows, value_note
from urbanplan.exchange.geometry.arrow import to_arrow_table, to_series
from urbanplan.exchange.ogr import crs_text
from urbanplan.exchange.rows.geometry_columns import RowContext, build_table, to_wkt_columns
from urbanplan.exchange.rows.mixed_columns import shortened_note, unify_columns
from urbanplan.exchange.survey_points import name_columns
from urbanplan.exchange.table import Source, Table, WriteJob
from urbanplan.exchange.text.document import DAMAGE_MARK, decode_text
from urbanplan.exchange.text.encoding import utf16_to_utf8
from urbanplan.model.library_messages import translate_problem
from urbanplan.model.translation import localize

_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f]")
_DELIMITERS = (b",", b";", b"\t", b"|")
_REPAIR_HINT = "Mend the line, or save the table anew."


def read(source: Source) -> Table:
    """Read a CSV; integers, numbers and booleans are recognised, other values stay texts.

    Raises:
        ExchangeError: the text has no known encoding, or is no table.
    """
    made = decode_text(source.path.read_bytes(), where=str(source.path), pinned=source.encoding)
    encoding, notes = made.encoding, made.notes
    where, text = str(source.path), made.text.encode()
    try:
        text = text.rstrip(b"\x1a")  # the mark of a file's end of old programs
        text = text if text.endswith(b"\n") else text + b"\n"
        text = name_columns(text) if source.path.suffix.lower() == ".dat" else text
        text = re.sub(rb"\Asep=.\r?\n", b"", text, flags=re.IGNORECASE)  # a hint that spreadsheets read
        text, cells, told = _split_header(text, source)
        _check_names(text, cells, where)
        _check_quotes(text, where)
        table, ragged, broken = _parse_rows(text, cells, where)
    except (pa.ArrowException, UnicodeDecodeError, csv.Error) as error:
        raise ExchangeError(
            "this is no table: {reason}", where=where, fix=_REPAIR_HINT, reason=translate_problem(str(error)[:300])
        ) from error
    ragged |= {row: reason for row, reason in _damaged_rows(table, cells, text, where).items() if row not in ragged}
    kept = np.ones(len(table), dtype=bool)
    if not source.kinds:
        table, wrapped = unwrap_texts(table, text)
        kept, more = feature_rows(table, cells, ragged, broken)
        ragged = {row: reason for row, reason in ragged.items() if kept[row]}
        told = (*told, *wrapped, *more)
    numbers = np.flatnonzero(kept)
    table = table if kept.all() else table.filter(pa.array(kept))
    filled = [table[at].null_count < len(table) for at in range(table.num_columns)]
    named, more = column_names(cells, filled, f"{where}:1", tidy=not source.kinds)
    columns = {
        name: table[at].to_pandas().astype("str") if source.kinds.get(name) == "string" else infer_types(table[at])
        for at, name in named.items()
    }
    told = (*told, *more)
    if not source.kinds:
        columns, notes_of_values = unify_columns(columns, dates_as_text=True, comma=_detect_delimiter(text) in ";\t")
        told = (*told, *notes_of_values, *_shortened_notes(table, named, text))
    refused = {int(np.searchsorted(numbers, at)): reason for at, reason in ragged.items()}
    rows = RowContext(encoding, (*notes, *told), None, refused, numbers + 1)
    return build_table(columns, source, rows)


def _split_header(text: bytes, source: Source) -> tuple[bytes, list[str], tuple[str, ...]]:
    """The text from the row of names on, the names' cells, and what is to be told."""
    lines = csv.reader(
        io.StringIO(text[:2_000_000].decode("utf-8", "ignore"), newline=""), delimiter=_detect_delimiter(text)
    )
    first, ends = [], []
    with suppress(csv.Error):  # a field beyond what this reader takes; the other will say if it is none
        for _, row in zip(range(max(20, source.head or 0)), lines, strict=False):
            first.append(row)
            ends.append(lines.line_num)
    skipped = source.head - 1 if source.head else 0 if source.kinds else title_rows(first)
    if skipped >= len(first):
        raise ExchangeError("the first line holds no names", where=f"{source.path}:{skipped + 1}", fix=_RENAME_HINT)
    if not skipped:
        _check_divided(first, str(source.path))
        return text, first[0], () if source.kinds or source.head else value_note(first[0], 1)
    rest = b"".join(text.splitlines(keepends=True)[ends[skipped - 1] :])
    return rest, first[skipped], () if source.head else (title_note(first[:skipped], skipped + 1),)


def _check_names(text: bytes, cells: list[str], where: str) -> None:
    """The first line holds names, no JSON and no bytes of a program.

    Raises:
        ExchangeError: it does not.
    """
    if text.lstrip().startswith(b"{") or any(_CONTROL.search(cell) for cell in cells):
        raise ExchangeError("the first line holds no names", where=f"{where}:1", fix=_RENAME_HINT)


def _check_divided(rows: list[list[str]], where: str) -> None:
    """The lines hold something, and a Chinese comma is not all that divides it: no program reads that.

    Raises:
        ExchangeError: it is all, or there is nothing.
    """
    given = [row for row in rows if row]
    if not given:
        raise ExchangeError("the table is empty", where=where, fix="Put the names into its first row.")
    if all(len(row) == 1 and "，" in row[0] for row in given):
        fix = "Divide them by commas, semicolons or tabs."
        raise ExchangeError("the values are divided by {mark}", where=f"{where}:1", fix=fix, mark="，")


def _parse_rows(text: bytes, cells: list[str], where: str) -> tuple[pa.Table, dict[int, str], dict[int, str]]:
    """The rows below the names, and those with too many or too few values (null in the table), by position:

    why each is refused, and its text.

    Raises:
        pa.ArrowException: it is no table.
    """
    ragged: dict[int, str] = {}
    broken: dict[int, str] = {}

    def aside(row: Any) -> str:
        reason = localize("{found} values under {names} names: {text}", found=row.actual_columns,
                     names=row.expected_columns, text=repr(row.text[:60]))  # fmt: skip
        ragged[row.number - 2], broken[row.number - 2] = reason, row.text  # the names are row 1
        return "skip"

    try:
        table = _parse_arrow(text, len(cells))
    except pa.ArrowInvalid:
        table = _parse_arrow(text, len(cells), threads=False, aside=aside)
    if not ragged:
        return table, {}, {}
    if not len(table) and (whole := _without_surplus(text, len(cells))) is not None:
        return whole, {}, {}
    places = np.full(len(table) + len(ragged), -1)
    if not 0 <= min(ragged) <= max(ragged) < len(places):
        raise pa.ArrowInvalid("rows that cannot be counted")
    places[np.setdiff1d(np.arange(len(places)), list(ragged))] = np.arange(len(table))
    return table.take(pa.array(places, mask=places < 0)), ragged, broken


def _without_surplus(text: bytes, width: int) -> pa.Table | None:
    """The table of rows that all end in one more delimiter than the names; None where something stands behind it."""
    try:
        table = _parse_arrow(text, width + 1)
    except pa.ArrowInvalid:
        return None
    return table.select(range(width)) if table[width].null_count == len(table) else None


def _parse_arrow(text: bytes, width: int, *, threads: bool = True, aside: Any = None) -> pa.Table:
    names = [str(at) for at in range(width)]
    return pc.read_csv(
        io.BytesIO(text),
        read_options=pc.ReadOptions(
            block_size=max(len(text) + 1, 2**20), use_threads=threads, column_names=names, skip_rows_after_names=1
        ),
        parse_options=pc.ParseOptions(
            delimiter=_detect_delimiter(text), newlines_in_values=True, invalid_row_handler=aside
        ),
        convert_options=pc.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()),
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
        ),
    )


def _damaged_rows(table: pa.Table, cells: list[str], text: bytes, where: str) -> dict[int, str]:
    """Rows with bytes that are none of the encoding, with the reason."""
    if DAMAGE_MARK.encode() not in text:
        return {}
    if any(DAMAGE_MARK in cell for cell in cells):
        raise ExchangeError("the line of names is damaged", where=where, fix=_REPAIR_HINT)
    lost: dict[int, str] = {}
    for name, values in zip(cells, table.columns, strict=True):
        there = pac.fill_null(matches(values, DAMAGE_MARK), False)
        reason = localize("the text of {name} is damaged", name=repr(name)[:60])
        lost |= dict.fromkeys(np.flatnonzero(there.to_numpy()).tolist(), reason)
    return lost


def _shortened_notes(table: pa.Table, named: dict[int, str], text: bytes) -> list[str]:
    """What is told of long numbers of which a spreadsheet left a few digits."""
    if re.search(rb"[eE]\+[12][0-9]", text) is None:
        return []
    held = ((name, table[at].filter(pac.fill_null(matches(table[at], r"[eE]\+[12][0-9]$"), False)))
            for at, name in named.items())  # fmt: skip
    notes = (shortened_note(name, texts.slice(0, 100).to_pylist()) for name, texts in held)
    return [note for note in notes if note]


_RENAME_HINT = "Give each column a name of its own."


def _check_quotes(text: bytes, where: str) -> None:
    """A quote that is never closed would swallow all that follows it as one value.

    Raises:
        ExchangeError: there is one; the line where it opens is named.
    """
    if text.count(b'"') % 2 == 0:
        return
    lines = csv.reader(io.StringIO(text.decode(), newline=""), delimiter=_detect_delimiter(text), strict=True)
    last = 1
    try:
        for _ in lines:
            last = lines.line_num + 1
    except csv.Error as error:
        if "unexpected end" in str(error) or "field larger" in str(error):
            what = "a quote is opened and never closed"
            raise ExchangeError(what, where=f"{where}:{last}", fix=_REPAIR_HINT) from error


def infer_types(texts: pa.ChunkedArray) -> pd.Series:
    """Texts as integers, numbers or booleans where every value is one; a number with leading zeros is a text."""
    given = texts.drop_null()
    for pattern, make in _TYPE_PATTERNS:
        if len(given) and pac.call_function("all", [matches(given, pattern)]).as_py():
            return make(texts)
    return texts.to_pandas().astype("str")


_NUMBER = r"^-?(0|[1-9][0-9]{0,15})(\.[0-9]+|\.[0-9]+[eE][-+]?[0-9]+|[eE][-+][0-9]+)?$"  # 1E5 alone is a code
_TYPE_PATTERNS = (
    (r"^-?(0|[1-9][0-9]{0,17})$", lambda texts: to_series(texts.cast(pa.int64()))),
    (_NUMBER, lambda texts: to_series(texts.cast(pa.float64()))),
    (r"^(true|false)$", lambda texts: to_series(texts.cast(pa.bool_()))),
)


def _detect_delimiter(data: bytes) -> str:
    lines = data[:65536].splitlines()[:20]
    counted = [max(lines, key=lambda line: line.count(mark), default=b"").count(mark) for mark in _DELIMITERS]
    first = lines[0] if lines else b""
    return max(zip(_DELIMITERS, counted, strict=True), key=lambda pair: (first.count(pair[0]), pair[1]))[0].decode()


def write(job: WriteJob) -> dict[str, Any]:
    """Write UTF-8 with a byte-order mark, so that spreadsheets read the Chinese; WKT in the column ``geometry``."""
    if job.path.suffix.lower() == ".dat":
        fix = "Write it as CSV or boundary-point TXT."
        raise ExchangeError("survey points (.dat) are read, not written", where=job.path.name, fix=fix)
    table = to_arrow_table(to_wkt_columns(job.frame))
    with job.path.open("wb") as stream:
        stream.write(b"\xef\xbb\xbf")
        pc.write_csv(table, stream, pc.WriteOptions(quoting_style="needed"))
    return {"crs": crs_text(job.frame), "encoding": "utf-8"}


def raw_text(path: Path) -> bytes:
    """The beginning of the text as raw bytes."""
    with path.open("rb") as stream:
        return utf16_to_utf8(stream.read(2_000_000))[0]

"""CSV: a table of texts, with WKT or coordinate columns as the place."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pac
import pyarrow.csv as pc

from urbanplan.errors import ExchangeError
from urbanplan.exchange.arrow import column_of, table_of
from urbanplan.exchange.encoding import guesses
from urbanplan.exchange.ogr import crs_text
from urbanplan.exchange.placed import placed, spread
from urbanplan.exchange.table import Job, Source, Table
from urbanplan.model.language import say

_AGAIN = "Mend the line, or save the table anew."


def read(source: Source) -> Table:
    """Read a CSV; integers, numbers and booleans are recognised, other values stay texts.

    Raises:
        ExchangeError: the text has no known encoding, or a line has too many or too few values.
    """
    data = source.path.read_bytes().removeprefix(b"\xef\xbb\xbf")
    encoding, notes = _encoding(data, source)
    text, names = b"", []
    try:
        text = data.decode(encoding).encode()
        names = _header(text, str(source.path))
        _check_quotes(text, str(source.path))
        table = _parsed(text, names)
    except (pa.ArrowException, UnicodeDecodeError, csv.Error) as error:
        reason = _with_row(text, names) if isinstance(error, pa.ArrowInvalid) else str(error)
        row = re.search(r"Row #(\d+)", reason)
        place = f"{source.path} feature {int(row[1]) - 1}" if row else str(source.path)
        raise ExchangeError("this is no table: {reason}", where=place, fix=_AGAIN, reason=reason[:300]) from error
    columns = {
        name: table[name].to_pandas().astype("str") if source.kinds.get(name) == "string" else inferred(table[name])
        for name in table.column_names
    }
    return placed(columns, source, encoding=encoding, notes=notes)


def _parsed(text: bytes, names: list[str], *, threads: bool = True) -> pa.Table:
    return pc.read_csv(
        io.BytesIO(text),
        read_options=pc.ReadOptions(block_size=max(len(text) + 1, 2**20), use_threads=threads),
        parse_options=pc.ParseOptions(delimiter=_delimiter(text), newlines_in_values=True),
        convert_options=pc.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()),
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
        ),
    )


def _with_row(text: bytes, names: list[str]) -> str:
    """The reason once more, from a slower reader that counts the rows."""
    try:
        _parsed(text, names, threads=False)
    except pa.ArrowException as error:
        return str(error)
    return "?"


def _header(text: bytes, where: str) -> list[str]:
    names = next(csv.reader(io.StringIO(text.decode()), delimiter=_delimiter(text)), [])
    if not any(name.strip() for name in names):
        raise ExchangeError("the first line holds no names", where=f"{where}:1", fix=_RENAME)
    twice = [name for name in names if names.count(name) > 1]
    if twice:
        raise ExchangeError("two columns are called {name}", where=f"{where}:1", fix=_RENAME, name=repr(twice[0])[:60])
    return names


_RENAME = "Give each column a name of its own."


def _check_quotes(text: bytes, where: str) -> None:
    """A quote that is never closed would swallow all that follows it as one value.

    Raises:
        ExchangeError: there is one; the line where it opens is named.
    """
    if text.count(b'"') % 2 == 0:
        return
    lines = csv.reader(io.StringIO(text.decode(), newline=""), delimiter=_delimiter(text), strict=True)
    last = 1
    try:
        for _ in lines:
            last = lines.line_num + 1
    except csv.Error as error:
        if "unexpected end" in str(error) or "field larger" in str(error):
            what = "a quote is opened and never closed"
            raise ExchangeError(what, where=f"{where}:{last}", fix=_AGAIN) from error


def inferred(texts: pa.ChunkedArray) -> pd.Series:
    """Texts as integers, numbers or booleans where every value is one; a number with leading zeros is a text."""
    given = texts.drop_null()
    for pattern, make in _PATTERNS:
        if len(given) and pac.call_function("all", [_matches(given, pattern)]).as_py():
            return make(texts)
    return texts.to_pandas().astype("str")


def _matches(texts: pa.ChunkedArray, pattern: str) -> pa.ChunkedArray:
    options = pac.MatchSubstringOptions(pattern)
    return pac.call_function("match_substring_regex", [texts], options)


_PATTERNS = (
    (r"^-?(0|[1-9][0-9]{0,17})$", lambda texts: column_of(texts.cast(pa.int64()))),
    (r"^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?$", lambda texts: column_of(texts.cast(pa.float64()))),
    (r"^(true|false)$", lambda texts: column_of(texts.cast(pa.bool_()))),
)


def _encoding(data: bytes, source: Source) -> tuple[str, tuple[str, ...]]:
    if source.encoding:
        try:
            data.decode(source.encoding)
        except (UnicodeDecodeError, LookupError) as error:
            raise ExchangeError(
                "the text is not {encoding}", where=str(source.path), fix="Leave the encoding out, or pin another.",
                encoding=source.encoding,
            ) from error  # fmt: skip
        return source.encoding, ()
    ranked = guesses(data[:2_000_000])
    for guess in ranked:
        try:
            data.decode(guess.encoding)
        except UnicodeDecodeError:
            continue
        note = say("the text looks like {encoding}", encoding=guess.encoding)
        return guess.encoding, () if guess.encoding == "utf-8" else (note,)
    fix = "Save it as UTF-8."
    raise ExchangeError("the text has no known encoding", where=str(source.path), fix=fix)


def _delimiter(data: bytes) -> str:
    line = data[:65536].splitlines()[0] if data.strip() else b""
    return max((",", ";", "\t"), key=lambda mark: line.count(mark.encode()))


def write(job: Job) -> dict[str, Any]:
    """Write UTF-8 with a byte-order mark, so that spreadsheets read the Chinese; WKT in the column ``geometry``."""
    table = table_of(spread(job.frame))
    with job.path.open("wb") as stream:
        stream.write(b"\xef\xbb\xbf")
        pc.write_csv(table, stream, pc.WriteOptions(quoting_style="needed"))
    return {"crs": crs_text(job.frame), "encoding": "utf-8"}


def raw_text(path: Path) -> bytes:
    """The beginning of the text as raw bytes."""
    with path.open("rb") as stream:
        return stream.read(2_000_000).removeprefix(b"\xef\xbb\xbf")

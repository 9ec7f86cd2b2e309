"""The text of a boundary-point TXT taken apart: preamble, heads, and all point lines parsed at once."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.csv as pc

from urbanplan.errors import ExchangeError
from urbanplan.exchange.boundary.encoding import decode
from urbanplan.exchange.boundary.heads import HeadTable, parse_heads
from urbanplan.exchange.boundary.lines import split_lines
from urbanplan.exchange.boundary.marks import plain_marks
from urbanplan.exchange.table import Source
from urbanplan.exchange.text.encoding import utf16_to_utf8
from urbanplan.model.translation import localize

_POINT_PATTERN = re.compile(rb"^[ \t]*[A-Za-z]{0,3}\d*[ \t]*,[ \t]*-?\d*[ \t]*,[ \t]*[-+\d.]", re.M)
_REPAIR_HINT = "Mend the line, or get the file again from its source."
_RING_PATTERN = re.compile(r"\s*-?[0-9]{1,9}\s*")
_BLOCK_BYTES = 2**20  # bytes that one thread parses at a time


@dataclass(frozen=True)
class BoundaryText:
    """A text taken apart.

    Attributes:
        preamble: lines before the first plot. heads: the cells of the head lines, if there are any.
        starts: first point of each plot, and the end, shape (plots + 1,).
        numbers, rings: of each point as written (texts, integers), shape (n,).
        first, second: the two coordinates as texts, shape (n,). columns: of a point line.
        encoding, bom, newline, last_newline: how the text is written.
        bad: the plots with a line that is no point, and why. notes: what is told. extra: columns behind the coordinates
        that hold something.
    """

    preamble: tuple[str, ...]
    heads: HeadTable
    starts: np.ndarray
    numbers: pa.StringArray
    rings: np.ndarray
    first: pa.ChunkedArray
    second: pa.ChunkedArray
    columns: int
    encoding: str
    bom: bool
    newline: str
    last_newline: bool
    bad: dict[int, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    extra: int = 0


def parse_text(source: Source) -> BoundaryText:
    """Take a file apart.

    Raises:
        ExchangeError: a line is neither head nor point; the file and line are named.
    """
    data, where = source.path.read_bytes(), str(source.path)
    bom = data.startswith(b"\xef\xbb\xbf")
    plain, wide = utf16_to_utf8(data)
    text, encoding = (plain, "utf-16") if wide else decode(plain, source)
    text, notes = plain_marks(text)
    begin = _find_begin(text, where)
    before = text[:begin].decode().replace("\r\n", "\n").split("\n")[:-1]
    found = split_lines(text, begin)
    starts, numbered = found.starts(), np.flatnonzero(found.is_point) + len(before) + 1
    if starts[0]:
        fix = "Put the plot's head line, which ends in @, before its points."
        raise ExchangeError("this point stands before all head lines", where=f"{where}:{numbered[0]}", fix=fix)
    columns, bad = _parse_columns(found.points, numbered, starts, where)
    extra = _filled_columns(found.points, columns[-1]) if columns[-1] > 4 and not bad else 0
    newline = "\r\n" if b"\r\n" in text[:4096] else "\n"
    return BoundaryText(
        tuple(before), parse_heads(found.heads), starts, *columns, encoding, bom, newline, text.endswith(b"\n"), bad,
        notes, extra,
    )  # fmt: skip


def _find_begin(text: bytes, where: str) -> int:
    """Where the first plot begins: after ``[地块坐标]``, else at the first head or point line."""
    mark = re.search("^[ \t]*\\[地块坐标\\][^\n]*\n".encode(), text, re.M)
    if mark:
        return mark.end()
    head = re.search(rb"^[^\n]*@[^\n]*$", text, re.M)
    point = _POINT_PATTERN.search(text)
    found = [match.start() for match in (head, point) if match]
    if not found:
        fix = "A plot is a head line ending in @ and lines of number, ring, X, Y."
        raise ExchangeError("there are no boundary points", where=where, fix=fix)
    return min(found)


_Columns = tuple[pa.StringArray, np.ndarray, pa.ChunkedArray, pa.ChunkedArray, int]


def _parse_columns(
    points: pa.Buffer, numbered: np.ndarray, starts: np.ndarray, where: str
) -> tuple[_Columns, dict[int, str]]:
    """Point numbers, ring numbers, both coordinates, how many columns there are; and the plots with bad lines."""
    if not len(numbered):
        raise ExchangeError("there are no boundary points", where=where, fix=_REPAIR_HINT)
    view = memoryview(points)
    width = bytes(view[:4096]).split(b"\n", 1)[0].count(b",") + 1
    try:
        table = _parse_points(points, [str(at) for at in range(width)])
        if len(table) != len(numbered) or table["1"].null_count:
            raise pa.ArrowInvalid("a line without ring number")
        bad: dict[int, str] = {}
    except pa.ArrowException as error:
        sound, width, bad = _drop_bad_lines(bytes(view), numbered, starts)
        if sound is None:
            raise _bad_line_error(bytes(view), numbered, width, where) from error
        table = _parse_points(pa.py_buffer(sound), [str(at) for at in range(width)])
    cells = pa.concat_arrays(table["0"].chunks), table["1"].to_numpy(), table["2"], table["3"], width
    return cells, bad


def _drop_bad_lines(
    points: bytes, numbered: np.ndarray, starts: np.ndarray
) -> tuple[bytes | None, int, dict[int, str]]:
    """The point lines with those that are none emptied, their columns, and the plots that have such lines, with why.

    None for the lines where no plot is left.
    """
    rows = [line.decode("utf-8", "replace").strip() for line in points.split(b"\n")][: len(numbered)]
    width = max(4, Counter(text[:1000].count(",") for text in rows).most_common(1)[0][0] + 1)
    at = [at for at, text in enumerate(rows) if not _is_point(text, width)]
    plots = (np.searchsorted(starts, at, side="right") - 1).tolist()
    if not at or len(rows) < len(numbered) or len(set(plots)) >= len(starts) - 1:
        return None, width, {}
    bad: dict[int, str] = {}
    for row, plot in zip(at, plots, strict=True):
        what = "line {line} is no boundary point: {text}"
        bad.setdefault(plot, localize(what, line=int(numbered[row]), text=repr(rows[row][:80])))
        rows[row] = "?,0,," + "," * (width - 4)
    return "\n".join(rows).encode() + b"\n", width, bad


def _filled_columns(points: pa.Buffer, width: int) -> int:
    """How many columns behind the coordinates hold anything."""
    names = [str(at) for at in range(width)]
    table = _parse_points(points, names, names[4:])
    return sum(len(text.strip()) > 0 for text in (b"".join(_texts(column)) for column in table.columns))


def _texts(column: pa.ChunkedArray) -> list[bytes]:
    """The bytes of all texts of a column."""
    return [bytes(chunk.buffers()[2] or b"") for chunk in column.chunks]


def _parse_points(points: pa.Buffer, names: list[str], wanted: list[str] | None = None) -> pa.Table:
    if len(names) < 4:
        raise pa.ArrowInvalid("fewer than 4 columns")
    types = {**dict.fromkeys(names, pa.string()), "1": pa.int32()}
    return pc.read_csv(
        pa.BufferReader(points),
        read_options=pc.ReadOptions(column_names=names, block_size=_BLOCK_BYTES),
        parse_options=pc.ParseOptions(quote_char=False),
        convert_options=pc.ConvertOptions(
            column_types=types, include_columns=wanted or names[:4], strings_can_be_null=False
        ),
    )


def _bad_line_error(points: bytes, numbered: np.ndarray, width: int, where: str) -> ExchangeError:
    """The error that names the first line that is no point of ``width`` columns."""
    rows = [line.decode("utf-8", "replace").strip() for line in points.split(b"\n")]
    at = next((at for at, text in enumerate(rows) if not _is_point(text, max(width, 4))), 0)
    return ExchangeError(
        "this line is no boundary point: {text}",
        where=f"{where}:{numbered[min(at, len(numbered) - 1)]}",
        fix="A point line is number, ring, X (north), Y (east).",
        text=repr(rows[at][:80]),
    )


def _is_point(text: str, width: int) -> bool:
    cells = text[:1000].split(",")
    return len(text) <= 1000 and len(cells) == width and _RING_PATTERN.fullmatch(cells[1]) is not None

"""The text of a boundary-point TXT taken apart: preamble, heads, and all point lines parsed at once."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.csv as pc

from urbanplan.errors import ExchangeError
from urbanplan.exchange.encoding import guesses
from urbanplan.exchange.table import Source

_POINT = re.compile(rb"^[ \t]*[A-Za-z]{0,3}\d*[ \t]*,[ \t]*-?\d*[ \t]*,[ \t]*[-+\d.]", re.M)
_FIX = "Mend the line, or get the file again from its source."


@dataclass(frozen=True)
class Parts:
    """A text taken apart.

    Attributes:
        preamble: lines before the first plot. heads: head lines without ``@`` and what follows, or none.
        starts: first point of each plot, shape (plots + 1,). lines: line number in the file of each point, from 1.
        numbers, rings: of each point as written (texts, integers), shape (n,).
        first, second: the two coordinates as texts, shape (n,). columns: of a point line.
        encoding, bom, newline, last_newline: how the text is written.
    """

    preamble: tuple[str, ...]
    heads: list[str]
    starts: np.ndarray
    lines: np.ndarray
    numbers: pa.ChunkedArray
    rings: np.ndarray
    first: pa.ChunkedArray
    second: pa.ChunkedArray
    columns: int
    encoding: str
    bom: bool
    newline: str
    last_newline: bool


def parts(source: Source) -> Parts:
    """Take a file apart.

    Raises:
        ExchangeError: a line is neither head nor point; the file and line are named.
    """
    data = source.path.read_bytes()
    bom = data.startswith(b"\xef\xbb\xbf")
    raw = data.removeprefix(b"\xef\xbb\xbf")
    encoding = _encoding(raw, source)
    text = raw.decode(encoding).encode() if encoding != "utf-8" else raw
    newline = "\r\n" if b"\r\n" in text[:4096] else "\n"
    begin = _begin(text, str(source.path))
    body = text[begin:]
    heads, starts, points, lines = _split(body)
    before = text[:begin].decode().replace("\r\n", "\n").split("\n")[:-1]
    read = _columns(points, lines + len(before), str(source.path))
    numbers, rings, first, second, columns = read
    return Parts(
        tuple(before), heads, starts, lines + len(before), numbers, rings, first, second, columns,
        encoding, bom, newline, text.endswith(b"\n"),
    )  # fmt: skip


def _encoding(raw: bytes, source: Source) -> str:
    ranked = [source.encoding] if source.encoding else [guess.encoding for guess in guesses(raw[:30_000])]
    for name in ranked:
        try:
            raw.decode(name)
        except (UnicodeDecodeError, LookupError):
            continue
        return name
    fix = "Save it as UTF-8 or GBK, or pin the encoding."
    raise ExchangeError("the text has no known encoding", where=str(source.path), fix=fix)


def _begin(text: bytes, where: str) -> int:
    """Where the first plot begins: after ``[地块坐标]``, else at the first head or point line."""
    mark = re.search("^[ \t]*\\[地块坐标\\][^\n]*\n".encode(), text, re.M)
    if mark:
        return mark.end()
    head = re.search(rb"^[^\n]*@[^\n]*$", text, re.M)
    point = _POINT.search(text)
    found = [match.start() for match in (head, point) if match]
    if not found:
        fix = "A plot is a head line ending in @ and lines of number, ring, X, Y."
        raise ExchangeError("there are no boundary points", where=where, fix=fix)
    return min(found)


def _split(body: bytes) -> tuple[list[str], np.ndarray, bytes, np.ndarray]:
    """Head lines, first point of each plot, the point lines joined, and each point's line from 1."""
    marks = np.frombuffer(body, dtype=np.uint8)
    begins = np.append(0, np.flatnonzero(marks == 10) + 1)
    ends = np.append(begins[1:], len(body))
    begins, ends = begins[begins < len(body)], ends[begins < len(body)]
    head_lines = np.unique(np.searchsorted(begins, np.flatnonzero(marks == ord("@")), side="right") - 1)
    is_point = np.ones(len(begins), dtype=bool)
    is_point[head_lines] = False
    for short in np.flatnonzero(ends - begins < 8).tolist():
        is_point[short] &= bool(body[begins[short] : ends[short]].strip())
    spans = list(zip(begins[head_lines].tolist(), ends[head_lines].tolist(), strict=True))
    heads = [body[a:b].decode().split("@")[0].strip() for a, b in spans]
    before = np.append(0, np.cumsum(is_point))
    starts = before[head_lines] if spans else np.array([0])
    cuts = [0, *(edge for span in spans for edge in span), len(body)]
    kept = b"".join(body[a:b] for a, b in zip(cuts[::2], cuts[1::2], strict=True))
    return heads, np.append(starts, before[-1]), kept, np.flatnonzero(is_point) + 1


def _columns(
    points: bytes, lines: np.ndarray, where: str
) -> tuple[pa.ChunkedArray, np.ndarray, pa.ChunkedArray, pa.ChunkedArray, int]:
    first = points.lstrip().split(b"\n", 1)[0]
    width = first.count(b",") + 1
    if not points.strip():
        raise ExchangeError("there are no boundary points", where=where, fix=_FIX)
    names = [str(at) for at in range(width)]
    try:
        if width < 4:
            raise pa.ArrowInvalid("fewer than 4 columns")
        table = pc.read_csv(
            io.BytesIO(points),
            read_options=pc.ReadOptions(column_names=names, block_size=2**22),
            parse_options=pc.ParseOptions(quote_char=False),
            convert_options=pc.ConvertOptions(
                column_types={**dict.fromkeys(names, pa.string()), "1": pa.int32()}, strings_can_be_null=False
            ),
        )
        if len(table) != len(lines) or table["1"].null_count:
            raise pa.ArrowInvalid("a line without ring number")
    except pa.ArrowException as error:
        raise _bad_line(points, lines, width, where) from error
    return table["0"], table["1"].to_numpy(), table["2"], table["3"], width


def _bad_line(points: bytes, lines: np.ndarray, width: int, where: str) -> ExchangeError:
    """The error that names the first line that is no point of ``width`` columns."""
    rows = [line.decode("utf-8", "replace").strip() for line in points.split(b"\n") if line.strip()]
    at = next((at for at, text in enumerate(rows) if not _is_point(text, max(width, 4))), 0)
    number = int(lines[at]) if at < len(lines) else 0
    return ExchangeError(
        "this line is no boundary point: {text}",
        where=f"{where}:{number}",
        fix="A point line is number, ring, X (north), Y (east).",
        text=repr(rows[at][:80]),
    )


def _is_point(text: str, width: int) -> bool:
    cells = text.split(",")
    return len(cells) == width and cells[1].strip().isdigit()

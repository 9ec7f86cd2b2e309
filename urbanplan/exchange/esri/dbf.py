"""The header and texts of a dBASE table, read directly: GDAL does not say what it guessed."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path

from urbanplan.errors import ExchangeError

_LANGUAGE_CODES = {0x4D: "gbk", 0x4E: "cp949", 0x4F: "big5", 0x7A: "gbk", 0x78: "big5", 0x03: "cp1252", 0x57: "cp1252"}
_REPAIR_HINT = "Get the file again from its source."


@dataclass(frozen=True)
class DbfHeader:
    """A table's header: rows, bytes of a record and of the header, language byte, fields (name bytes, type, width)."""

    rows: int
    record: int
    header: int
    language: int
    fields: tuple[tuple[bytes, str, int], ...]

    @property
    def encoding(self) -> str | None:
        """The encoding that the language byte names, or None."""
        return _LANGUAGE_CODES.get(self.language)


def read_header(path: Path) -> DbfHeader:
    """Read the header.

    Raises:
        ExchangeError: it is damaged, or the file is shorter than its rows.
    """
    with path.open("rb") as stream:
        head = stream.read(65536)
    try:
        rows, start, record = struct.unpack_from("<IHH", head, 4)
    except struct.error as error:
        raise ExchangeError("the file is cut short", where=str(path), fix=_REPAIR_HINT) from error
    fields = []
    for at in range(32, min(start, len(head)) - 31, 32):
        if head[at] == 0x0D:
            break
        name = head[at : at + 11].split(b"\0")[0]
        fields.append((name, chr(head[at + 11]), head[at + 16]))
    if start < 33 or record < 1 or path.stat().st_size < start + rows * record:
        raise ExchangeError("the file is cut short or its header is damaged", where=str(path), fix=_REPAIR_HINT)
    return DbfHeader(rows, record, start, head[29], tuple(fields))


def read_texts(path: Path, table: DbfHeader, *, limit: int = 2_000_000) -> bytes:
    """Names and text values as raw bytes, values separated by line ends, up to ``limit`` bytes."""
    widths, at = [], 1
    for _, kind, width in table.fields:
        if kind == "C":
            widths.append((at, at + width))
        at += width
    count = min(table.rows, max(1, limit // table.record))
    with path.open("rb") as stream:
        stream.seek(table.header)
        data = stream.read(count * table.record)
    pieces = [name for name, _, _ in table.fields]
    for row in range(count):
        record = data[row * table.record : (row + 1) * table.record]
        pieces.extend(record[a:b].strip(b" \0") for a, b in widths)
    return b"\n".join(piece for piece in pieces if piece)

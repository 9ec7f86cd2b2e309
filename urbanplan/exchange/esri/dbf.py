"""The header and texts of a dBASE table, read directly: GDAL does not say what it guessed."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from urbanplan.errors import ExchangeError
from urbanplan.exchange.text.code_pages import from_language_byte

MAX_NAME_BYTES = 10  # of a field; some programs fill the eleventh, which is to end the name
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
        return from_language_byte(self.language)


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


def foreign_texts(path: Path, table: DbfHeader, *, texts: Sequence[bool] = ()) -> list[bytes]:
    """Names and text values with bytes beyond ASCII, each once; a space follows those that do not fill their field.

    A text that fills its field may be cut inside its last character.

    Args:
        path, table: the table. texts: for each field whether it holds texts, where its type alone does not say it.
    """
    with path.open("rb") as stream:
        stream.seek(table.header)
        data = np.frombuffer(stream.read(table.rows * table.record), dtype=np.uint8)
    records = data[: len(data) // table.record * table.record].reshape(-1, table.record)
    found = [name if len(name) >= MAX_NAME_BYTES else name + b" " for name, _, _ in table.fields]
    at = 1
    for number, (_, kind, width) in enumerate(table.fields):
        if kind == "C" and width and (number >= len(texts) or texts[number]):
            found += _foreign_values(records[:, at : at + width])
        at += width
    return [value for value in dict.fromkeys(found) if not value.isascii()]


def _foreign_values(cells: np.ndarray) -> list[bytes]:
    """Values of one field with bytes beyond ASCII, each once."""
    cells = np.ascontiguousarray(cells[(cells > 0x7F).any(axis=1)])
    if not len(cells):
        return []
    values = pa.FixedSizeBinaryArray.from_buffers(pa.binary(cells.shape[1]), len(cells), [None, pa.py_buffer(cells)])
    stripped = [(value, value.strip(b" \0")) for value in values.unique().to_pylist()]
    return [text if value.endswith(text) else text + b" " for value, text in stripped]

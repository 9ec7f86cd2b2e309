"""The values of a column of an Access database, from the bytes that its rows hold."""

from __future__ import annotations

import struct
import uuid
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa

from urbanplan.exchange.jet.definitions import Column
from urbanplan.exchange.jet.pages import Pages

BOOLEAN, MONEY, DATE, BINARY, TEXT, OBJECT, MEMO, GUID, DECIMAL = 1, 5, 8, 9, 10, 11, 12, 15, 16
UNREAD = (17, 18, 20)  # attachments and lists, dates of 42 bytes: named and not read

_NUMBERS = {2: "u1", 3: "<i2", 4: "<i4", MONEY: "<i8", 6: "<f4", 7: "<f8", DATE: "<f8", 19: "<i8"}
_DAY = 86_400_000  # milliseconds
_EPOCH = -25_569  # days from 1970-01-01 to 1899-12-30
_DAYS = -657_434, 2_958_466  # 0100-01-01 and 10000-01-01, what Access takes for dates
_INLINE, _ONE_ROW, _LENGTH = 0x80000000, 0x40000000, 0x3FFFFFFF
_COMPRESSED = b"\xff\xfe"


def decode(column: Column, cells: list[bytes | None], pages: Pages) -> tuple[pa.Array, set[int]]:
    """The values of a column, null where a cell is None, and the rows (from 0) whose cell cannot be read.

    Objects (OLE) and binary values are bytes.
    """
    if column.kind in _NUMBERS:
        return _numbers(column.kind, cells)
    parse = _PARSERS.get(column.kind, _bytes)
    found: list[Any] = []
    bad = set()
    for row, cell in enumerate(cells):
        try:
            found.append(None if cell is None else parse(cell, column, pages))
        except (ValueError, IndexError, struct.error):
            found.append(None)
            bad.add(row)
    kind = {BOOLEAN: pa.bool_(), TEXT: pa.string(), MEMO: pa.string(), GUID: pa.string()}.get(column.kind)
    return pa.array(found, kind or (pa.float64() if column.kind == DECIMAL else pa.binary())), bad


def _numbers(kind: int, cells: list[bytes | None]) -> tuple[pa.Array, set[int]]:
    """Numbers and moments, all at once."""
    dtype = np.dtype(_NUMBERS[kind])
    size = dtype.itemsize
    bad = {row for row, cell in enumerate(cells) if cell is not None and len(cell) < size}
    none = np.array([cell is None or row in bad for row, cell in enumerate(cells)], dtype=bool)
    blank = bytes(size)
    joined = b"".join(blank if gone else cell[:size] for cell, gone in zip(cells, none, strict=True))  # type: ignore[index]
    values = np.frombuffer(joined, dtype)
    if kind == DATE:
        return _moments(values, none, bad)
    if kind == MONEY:
        values = values / 10_000
    return pa.array(values, mask=none), bad


def _moments(days: np.ndarray, none: np.ndarray, bad: set[int]) -> tuple[pa.Array, set[int]]:
    """Days since 1899-12-30, whose part of a day counts forward before it, too; to the millisecond."""
    wrong = ~((days >= _DAYS[0]) & (days < _DAYS[1])) & ~none
    held = np.where(wrong, 0, days)
    whole = np.trunc(held)
    told = (whole.astype(np.int64) + _EPOCH) * _DAY + np.rint(np.abs(held - whole) * _DAY).astype(np.int64)
    made = pa.array(told.astype("datetime64[ms]"), mask=none | wrong)
    return made, bad | set(np.flatnonzero(wrong).tolist())


def _bytes(cell: bytes, column: Column, pages: Pages) -> bytes:
    return bytes(cell)


def _boolean(cell: bytes, column: Column, pages: Pages) -> bool:
    return any(cell)


def _text(cell: bytes, column: Column, pages: Pages) -> str:
    """A text, which since Jet 4 is UTF-16 or, marked, in runs of one byte and of two a character."""
    if pages.jet3:
        return cell.decode(pages.encoding)
    if not cell.startswith(_COMPRESSED):
        return cell.decode("utf-16-le")
    wide, at, made = False, 2, bytearray()
    while at < len(cell):
        if cell[at] == 0:  # the other run begins
            wide, at = not wide, at + 1
        elif wide:
            made += cell[at : at + 2]
            at += 2
        else:
            made += bytes((cell[at], 0))
            at += 1
    return made.decode("utf-16-le")


def _memo(cell: bytes, column: Column, pages: Pages) -> str:
    return _text(_object(cell, column, pages), column, pages)


def _object(cell: bytes, column: Column, pages: Pages) -> bytes:
    """A long value: within the row, in a row of its own, or in a chain of them."""
    size, pointer = struct.unpack_from("<II", cell)
    length = size & _LENGTH
    if size & _INLINE:
        found = cell[12 : 12 + length]
    elif size & _ONE_ROW:
        found = pages.row(pointer)[:length]
    else:
        found = _chain(pointer, length, pages)
    if len(found) < length:
        raise ValueError("a long value is cut")
    return found


def _chain(pointer: int, length: int, pages: Pages) -> bytes:
    parts, held = [], 0
    while pointer and held < length:
        row = pages.row(pointer)
        pointer = int.from_bytes(row[:4], "little")
        parts.append(row[4:])
        if len(row) <= 4:
            raise ValueError("a long value goes on without an end")
        held += len(row) - 4
    return b"".join(parts)[:length]


def _guid(cell: bytes, column: Column, pages: Pages) -> str:
    return f"{{{uuid.UUID(bytes_le=bytes(cell[:16]))}}}".upper()


def _decimal(cell: bytes, column: Column, pages: Pages) -> float:
    """A decimal of 16 bytes after its sign: four words, the highest first."""
    sign, *words = struct.unpack_from("<B4I", cell)
    whole = 0
    for word in words:
        whole = whole << 32 | word
    return float(Decimal(-whole if sign & 0x80 else whole).scaleb(-column.scale))


_PARSERS: dict[int, Callable[[bytes, Column, Pages], Any]] = {
    BOOLEAN: _boolean, TEXT: _text, OBJECT: _object, MEMO: _memo, GUID: _guid, DECIMAL: _decimal,
}  # fmt: skip

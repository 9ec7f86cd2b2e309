"""The definition of a table of an Access database: its columns, how many rows it has, and which pages are its own."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from urbanplan.exchange.jet.pages import Pages

_DEFINITION_PAGE = 0x02
_FIXED, _CALCULATED = 0x01, 0xC0


@dataclass(frozen=True)
class Column:
    """A column.

    Attributes:
        name, kind: as the table has them; the kind is Access's number of the type.
        number: its place in the rows' marks of nulls.
        fixed: where its bytes begin in a row, or None. variable: its place among those of variable length.
        size: bytes of a fixed one. scale: decimals of a decimal. calculated: Access computes it from others.
    """

    name: str
    kind: int
    number: int
    fixed: int | None
    variable: int
    size: int
    scale: int
    calculated: bool


@dataclass(frozen=True)
class Definition:
    """A table: its page, columns, count of rows, whether a column is of variable length, the pages of its rows."""

    page: int
    columns: tuple[Column, ...]
    rows: int
    variable: bool
    pages: tuple[int, ...]


@dataclass(frozen=True)
class _Places:
    """Where a version keeps what: of the table, and of a column."""

    rows: int
    counts: int
    indexes: int
    owned: int
    start: int
    index_size: int
    column: struct.Struct


# a column: kind, number, place among the variable, scale, flags, further flags (Jet 4), place of a fixed one, size
_JET3 = _Places(12, 23, 31, 35, 43, 8, struct.Struct("<BHH7xBBHH"))
_JET4 = _Places(16, 43, 51, 55, 63, 12, struct.Struct("<B4xHH3xBxxBB4xHH"))


def read_definition(pages: Pages, number: int) -> Definition:
    """The table whose definition begins on a page."""
    data, places = _joined(pages, number), _JET3 if pages.jet3 else _JET4
    (rows,) = struct.unpack_from("<I", data, places.rows)
    variable, count = struct.unpack_from("<HH", data, places.counts)
    (indexes,) = struct.unpack_from("<I", data, places.indexes)
    (owned,) = struct.unpack_from("<I", data, places.owned)
    at = places.start + indexes * places.index_size
    names = _names(pages, data, at + count * places.column.size, count)
    columns = [
        _column(places.column.unpack_from(data, at + place * places.column.size), name, pages.jet3)
        for place, name in enumerate(names)
    ]
    ordered = tuple(sorted(columns, key=lambda column: column.number))
    return Definition(number, ordered, rows, variable > 0, tuple(pages.owned(owned)))


def _joined(pages: Pages, number: int) -> bytes:
    """The definition's pages as one, each after the first without its head."""
    found, seen = [], set()
    while number and number not in seen:
        seen.add(number)
        page = pages.page(number)
        if page[0] != _DEFINITION_PAGE:
            raise ValueError(f"page {number} defines no table")
        found.append(page if not found else page[8:])
        number = int.from_bytes(page[4:8], "little")
    return b"".join(found)


def _names(pages: Pages, data: bytes, at: int, count: int) -> list[str]:
    found, wide = [], 1 if pages.jet3 else 2
    for _ in range(count):
        size = int.from_bytes(data[at : at + wide], "little")
        name = data[at + wide : at + wide + size]
        if len(name) < size or not size:
            raise ValueError("a column has no name")
        found.append(name.decode(pages.encoding if pages.jet3 else "utf-16-le"))
        at += wide + size
    if len(set(found)) < count:
        raise ValueError("two columns have one name")
    return found


def _column(values: tuple[int, ...], name: str, jet3: bool) -> Column:
    kind, number, variable, scale, flags, *further, fixed, size = values
    start = fixed + (1 if jet3 else 2) if flags & _FIXED else None
    return Column(name, kind, number, start, variable, size, scale, any(mark & _CALCULATED for mark in further))

"""The rows of a table of an Access database, column by column."""

from __future__ import annotations

import struct
from collections.abc import Collection, Iterator
from dataclasses import dataclass

import pyarrow as pa

from urbanplan.exchange.jet.definitions import Column, Definition
from urbanplan.exchange.jet.pages import Pages
from urbanplan.exchange.jet.values import BOOLEAN, UNREAD, decode

_MAX_CELLS = 100_000_000


@dataclass(frozen=True)
class Content:
    """A table's content: its columns, how many rows, those (from 0) that cannot be read, columns that are not read."""

    columns: dict[str, pa.Array]
    rows: int
    bad: frozenset[int]
    unread: tuple[str, ...]


@dataclass(frozen=True)
class _Row:
    """A row: its bytes, how many columns it has, the byte where its marks of nulls begin, where variable values lie."""

    data: bytes
    columns: int
    marks: int
    ends: tuple[int, ...]

    def holds(self, column: Column) -> bool:
        """Whether the column is marked as not null; for a yes or no that is the value."""
        at = self.marks + column.number // 8
        return column.number < self.columns and bool(self.data[at] >> column.number % 8 & 1)

    def cell(self, column: Column) -> bytes | None:
        """The column's bytes, None for a null."""
        if not self.holds(column):
            return None
        if column.fixed is not None:
            start, end = column.fixed, column.fixed + column.size
        elif column.variable + 1 < len(self.ends):
            start, end = self.ends[column.variable : column.variable + 2]
        else:
            return None
        if not start <= end <= self.marks:
            raise ValueError("a value lies outside its row")
        return self.data[start:end]


def read_rows(pages: Pages, table: Definition, wanted: Collection[str] | None = None) -> Content:
    """Read a table, or those of its columns that are wanted.

    Raises:
        ValueError, IndexError, struct.error: its pages do not hang together, or rows are missing.
    """
    rows, bad = _crack(pages, table)
    chosen = [column for column in table.columns if wanted is None or column.name in wanted]
    unread = tuple(column.name for column in chosen if column.kind in UNREAD or column.calculated)
    if len(rows) * len(chosen) > _MAX_CELLS:
        raise ValueError("the table has too many cells")
    made: dict[str, pa.Array] = {}
    for column in chosen:
        if column.name in unread:
            continue
        cells, wrong = _cells(rows, column)
        made[column.name], odd = decode(column, cells, pages)
        bad |= wrong | odd
    return Content(made, len(rows), frozenset(bad), unread)


def _crack(pages: Pages, table: Definition) -> tuple[list[_Row | None], set[int]]:
    """The rows as far as they can be taken apart, and which cannot."""
    rows: list[_Row | None] = []
    for data in _raw_rows(pages, table):
        try:
            rows.append(None if data is None else _take_apart(data, table, jet3=pages.jet3))
        except (ValueError, IndexError, struct.error):
            rows.append(None)
    return rows, {at for at, row in enumerate(rows) if row is None}


def _raw_rows(pages: Pages, table: Definition) -> Iterator[bytes | None]:
    for number in table.pages:
        yield from pages.rows(number, table.page)


def _take_apart(data: bytes, table: Definition, *, jet3: bool) -> _Row:
    wide = 1 if jet3 else 2
    count = int.from_bytes(data[:wide], "little")
    marks = len(data) - (count + 7) // 8
    if not count or marks < wide:
        raise ValueError("a row is too short")
    ends: tuple[int, ...] = ()
    if table.variable:
        ends = _narrow_ends(data, marks) if jet3 else _wide_ends(data, marks)
    return _Row(data, count, marks, ends)


def _wide_ends(data: bytes, marks: int) -> tuple[int, ...]:
    (count,) = struct.unpack_from("<H", data, marks - 2)
    return struct.unpack_from(f"<{count + 1}H", data, marks - 4 - 2 * count)[::-1]


def _narrow_ends(data: bytes, marks: int) -> tuple[int, ...]:
    """Places of one byte each, and before them at which of them 256 bytes more are to be added."""
    count, jumps = data[marks - 1], (len(data) - 1) // 256
    first = marks - 2 - jumps  # of the places, which go down from here
    if first < count:
        raise ValueError("a row is too short")
    used = jumps if (first - count) // 256 >= jumps else jumps - 1  # the last may be a filler
    steps = [data[marks - 2 - at] for at in range(used)]
    low = data[first - count : first + 1][::-1]
    return tuple(byte + 256 * sum(step <= at for step in steps) for at, byte in enumerate(low))


def _cells(rows: list[_Row | None], column: Column) -> tuple[list[bytes | None], set[int]]:
    """The bytes of a column in each row, and the rows where they lie outside."""
    if column.kind == BOOLEAN:
        return [None if row is None else bytes((row.holds(column),)) for row in rows], set()
    found: list[bytes | None] = []
    bad = set()
    for at, row in enumerate(rows):
        try:
            found.append(None if row is None else row.cell(column))
        except (ValueError, IndexError):
            found.append(None)
            bad.add(at)
    return found, bad

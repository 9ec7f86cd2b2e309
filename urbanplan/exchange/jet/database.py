"""What an Access database holds: its tables, and of a Personal Geodatabase its layers; read in a worker process."""

from __future__ import annotations

import mmap
import os
import struct
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from urbanplan.errors import ExchangeError
from urbanplan.exchange.jet.definitions import read_definition
from urbanplan.exchange.jet.pages import Pages
from urbanplan.exchange.jet.rows import Content, read_rows

_CATALOGUE_PAGE = 2
_TABLE, _LINKS = 1, (4, 6)
_SYSTEM, _HIDDEN = 0x80000002, ("~", "MSys")
_PAGE = 0x00FFFFFF
_LAYERS, _SYSTEMS, _ITEMS = "GDB_GeomColumns", "GDB_SpatialRefs", "GDB_Items"
_CLASSES, _FIELDS = "GDB_ObjectClasses", "GDB_FieldInfo"  # of geodatabases before ArcGIS 10
_INNER = ("gdb_", "selections", "selectedobjects")  # tables of a geodatabase that are nobody's
_REPAIR_HINT = "Open the file in Access, compact and repair it, take a password off, and save it again."
_MEMORY = 6 * 2**30  # bytes of the process that reads


@dataclass(frozen=True)
class AccessQuery:
    """What to read: the file, its name in messages, the table (None to list them), the columns wanted or None."""

    path: str
    where: str
    table: str | None = None
    columns: list[str] | None = None
    driver: str = "Access"


@dataclass(frozen=True)
class Layer:
    """A layer of a geodatabase: the column of its shapes, its CRS as WKT, or None."""

    column: str
    crs: str | None


def list_tables(query: AccessQuery) -> dict[str, Any]:
    """``tables``: their names; ``links``: names of tables that lie in other files.

    Raises:
        ExchangeError: the database is damaged or encrypted.
    """
    with _opened(query) as base:
        return {"tables": base.listed(), "links": base.links}


def read_table(query: AccessQuery) -> tuple[dict[str, Any], pa.Table]:
    """A table's rows, and what is to be known of it: ``bad`` rows from 0, ``unread`` columns, its layer and names.

    Raises:
        ExchangeError: the database is damaged or encrypted, or the table is not all there.
    """
    with _opened(query) as base:
        assert query.table is not None
        layer = base.layers().get(query.table)
        wanted = None if query.columns is None or layer is None else {*query.columns, layer.column}
        content = base.content(query.table, wanted=wanted)
        meta = {
            "bad": sorted(content.bad), "unread": list(content.unread), "links": base.links, "items": base.items(),
            "aliases": base.aliases(query.table),
            "layer": None if layer is None else {"column": layer.column, "crs": layer.crs},
        }  # fmt: skip
        return meta, pa.table(content.columns)


class _Database:
    """An open database with its catalogue."""

    def __init__(self, data: bytes) -> None:
        self._pages = Pages(data)
        if self._pages.page(_CATALOGUE_PAGE)[:1] != b"\x02":
            raise ValueError("it is encrypted")
        rows = self._catalogue()
        self._tables = {
            name: number & _PAGE for number, name, kind, flags in rows
            if kind == _TABLE and not flags & _SYSTEM and not name.startswith(_HIDDEN)
        }  # fmt: skip
        self.links = [name for _, name, kind, _ in rows if kind in _LINKS]

    def _catalogue(self) -> list[tuple[int, str, int, int]]:
        """Number, name, kind and flags of each object."""
        names = ("Id", "Name", "Type", "Flags")
        held = read_rows(self._pages, read_definition(self._pages, _CATALOGUE_PAGE), names).columns
        rows = zip(*(held[name].to_pylist() for name in names), strict=True)
        return [row for row in rows if [type(value) for value in row] == [int, str, int, int]]

    def listed(self) -> list[str]:
        """The layers of a geodatabase first, then its tables; else all tables."""
        layers = self.layers()
        if _LAYERS not in self._tables:
            return list(self._tables)
        others = [name for name in self._tables if name not in layers and not _is_inner(name)]
        return [name for name in layers if name in self._tables] + others

    def content(self, table: str, *, wanted: set[str] | None = None) -> Content:
        """A table's rows, at least as many as its definition counts."""
        definition = read_definition(self._pages, self._tables[table])
        found = read_rows(self._pages, definition, wanted)
        if found.rows < definition.rows:
            raise ValueError(f"{found.rows} of {definition.rows} rows are there")
        return found

    def layers(self) -> dict[str, Layer]:
        """The layers of a geodatabase by the names of their tables."""
        if not {_LAYERS, _SYSTEMS} <= set(self._tables):
            return {}
        named = self._rows(_LAYERS, "TableName", "FieldName", "SRID")
        systems = dict(self._rows(_SYSTEMS, "SRID", "SRTEXT"))
        known = {code: text for code, text in systems.items() if isinstance(text, str)}
        texts = (row for row in named if isinstance(row[0], str) and isinstance(row[1], str))
        return {table: Layer(column, known.get(code)) for table, column, code in texts}

    def items(self) -> list[str]:
        """The definitions of a geodatabase's catalogue, which name aliases and codes."""
        with suppress(ValueError, IndexError, struct.error):
            if _ITEMS in self._tables:
                return [text for (text,) in self._rows(_ITEMS, "Definition") if isinstance(text, str)]
        return []

    def aliases(self, table: str) -> dict[str, str]:
        """What a geodatabase of before ArcGIS 10 calls a table's fields for people."""
        if not {_CLASSES, _FIELDS} <= set(self._tables):
            return {}
        with suppress(ValueError, IndexError, struct.error):
            own = {number for number, name in self._rows(_CLASSES, "ID", "Name") if name == table}
            named = self._rows(_FIELDS, "ClassID", "FieldName", "AliasName")
            return {
                name: alias for number, name, alias in named if number in own and {str} == {type(name), type(alias)}
            }
        return {}

    def _rows(self, table: str, *columns: str) -> list[tuple[Any, ...]]:
        held = self.content(table).columns
        named = {name.lower(): values for name, values in held.items()}
        if not {name.lower() for name in columns} <= set(named):
            raise ValueError(f"{table} has no column {columns}")
        return list(zip(*(named[name.lower()].to_pylist() for name in columns), strict=True))


def _is_inner(name: str) -> bool:
    return name.lower().startswith(_INNER) or name.lower().endswith("_shape_index")


@contextmanager
def _opened(query: AccessQuery) -> Iterator[_Database]:
    """The database; whatever does not fit its structure is one error.

    Raises:
        ExchangeError: it is damaged or encrypted.
    """
    _limit_memory()
    try:
        with open(query.path, "rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as data:
            yield _Database(data)  # type: ignore[arg-type]
    except (ValueError, LookupError, struct.error, OverflowError) as error:
        what = "the database is damaged or encrypted: {reason}"
        raise ExchangeError(what, where=query.where, fix=_REPAIR_HINT, reason=str(error)[:200]) from error


def _limit_memory() -> None:
    """Ask the system to refuse memory beyond what a database of the largest size may need."""
    if os.name == "posix":
        import resource

        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        most = _MEMORY if hard == resource.RLIM_INFINITY else min(_MEMORY, hard)
        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_AS, (most, hard))

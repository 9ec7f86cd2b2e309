"""SpatiaLite and SQLite databases with shapes: tables read by SQL alone, no extension, no view, no virtual table."""

from __future__ import annotations

import datetime
import sqlite3
import struct
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import shapely

from urbanplan.errors import ExchangeError
from urbanplan.exchange.fields.columns import to_column
from urbanplan.exchange.fields.field_types import quote_identifier, type_mismatches
from urbanplan.exchange.frames import build_frame
from urbanplan.exchange.geometry.arrow import from_wkb
from urbanplan.exchange.geopackage.database import connect, select_layer
from urbanplan.exchange.ogr import separate_refused
from urbanplan.exchange.rows.geometry_columns import RowContext, build_table
from urbanplan.exchange.table import Source, Table
from urbanplan.model.library_messages import translate_problem

_LAST_KIND = 17  # of WKB: a triangle
_REPAIR_HINT = "Get the file again from its source, or save it anew with a program that can read it."
_START, _END, _BODY, _ENTITY = 0x00, 0xFE, 39, 0x69  # marks of SpatiaLite's blobs, where the shape begins


def read(source: Source) -> Table:
    """Read one table with shapes; of a database without any, one table of rows.

    Raises:
        ExchangeError: the database is damaged, or the table must be named.
    """
    try:
        with closing(connect(source.path)) as base:
            shapes = _shape_columns(base)
            name = select_layer(_layers(base, shapes), source)
            _check_table(base, name, str(source.path))
            kinds = {str(row[1]): str(row[2]).upper() for row in base.execute(_info(name)).fetchall()}
            rows = base.execute(
                f"SELECT {', '.join(map(quote_identifier, kinds))} FROM {quote_identifier(name)}"
            ).fetchall()
            refused = type_mismatches(base, name)
            column, crs = shapes.get(name, (None, None))
    except (sqlite3.Error, UnicodeError) as error:
        raise _damage_error(source.path, error) from error
    held = dict(zip(kinds, zip(*rows, strict=True), strict=True)) if rows else dict.fromkeys(kinds, ())
    place = next((field for field in held if column and field.lower() == column.lower()), None)
    wanted = [field for field in held if field != place and source.wants(field)]
    columns = {field: _column(held[field], kinds[field]) for field in wanted}
    if place is None:
        every = {field: _column(held[field], kinds[field]) for field in held}
        return build_table(every, source, RowContext(layer=name, refused=refused))
    made, bad, notes = _read_shapes(held[place])
    frame, note = build_frame(columns, made, source, declared=crs)
    return separate_refused(frame, refused | bad, source, note, layer=name, notes=notes)


def layer_names(path: Path) -> list[str]:
    """Names of the tables with shapes; of a database without any, of all its tables."""
    try:
        with closing(connect(path)) as base:
            return _layers(base, _shape_columns(base))
    except (sqlite3.Error, UnicodeError) as error:
        raise _damage_error(path, error) from error


def _damage_error(path: Path, error: Exception) -> ExchangeError:
    return ExchangeError(
        "the database is damaged: {reason}",
        where=str(path),
        fix=_REPAIR_HINT,
        reason=translate_problem(str(error)[:200]),
    )


def _info(table: str) -> str:
    return f"PRAGMA table_info({quote_identifier(table)})"


def _tables(base: sqlite3.Connection) -> list[str]:
    """Ordinary tables, neither virtual nor the system's."""
    rows = base.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table' ORDER BY rowid").fetchall()
    return [
        str(name) for name, sql in rows
        if str(sql or "").lstrip().upper().startswith("CREATE TABLE") and not str(name).lower().startswith("sqlite_")
    ]  # fmt: skip


def _shape_columns(base: sqlite3.Connection) -> dict[str, tuple[str, str | None]]:
    """The column of shapes and the CRS of each table that the catalogue names."""
    tables = {name.lower(): name for name in _tables(base)}
    if "geometry_columns" not in tables:
        return {}
    found = {}
    rows = base.execute("SELECT f_table_name, f_geometry_column, srid FROM geometry_columns").fetchall()
    for table, column, code in rows:
        if str(table).lower() in tables:
            found[tables[str(table).lower()]] = str(column), _crs_text(base, code)
    return found


def _crs_text(base: sqlite3.Connection, code: Any) -> str | None:
    """The CRS of a number of the catalogue."""
    with suppress(sqlite3.Error):
        row = base.execute("SELECT auth_name, auth_srid FROM spatial_ref_sys WHERE srid = ?", (code,)).fetchone()
        if row is not None and row[0] and str(row[0]).upper() != "NONE" and str(row[1]).lstrip("-").isdecimal():
            return f"{str(row[0]).upper()}:{row[1]}" if int(row[1]) > 0 else None
    return None


def _layers(base: sqlite3.Connection, shapes: dict[str, Any]) -> list[str]:
    return list(shapes) or _tables(base)


def _check_table(base: sqlite3.Connection, name: str, where: str) -> None:
    """Ask the database whether the table's pages hang together.

    Raises:
        ExchangeError: they do not.
    """
    said = base.execute(f"PRAGMA quick_check({quote_identifier(name)})").fetchone()
    if said and str(said[0]) != "ok":
        raise ExchangeError(
            "the database is damaged: {reason}",
            where=where,
            fix=_REPAIR_HINT,
            reason=translate_problem(str(said[0])[:200]),
        )


def _column(values: tuple[Any, ...], kind: str) -> pd.Series:
    """A column of one declared type; days as dates and moments as such, where all are."""
    parse = {"DATE": datetime.date.fromisoformat, "TIMESTAMP": pd.Timestamp, "DATETIME": pd.Timestamp}.get(kind)
    if parse is not None and any(value is not None for value in values):
        with suppress(ValueError, TypeError):
            made = [None if value is None else parse(value) for value in values]
            return pd.Series(made, dtype=object) if kind == "DATE" else pd.Series(pd.to_datetime(pd.Series(made)))
    plain = [bytes(value).hex() if isinstance(value, bytes) else value for value in values]
    return to_column(plain)


def _read_shapes(values: tuple[Any, ...]) -> tuple[np.ndarray, dict[int, str], tuple[str, ...]]:
    """Shapes of SpatiaLite's blobs, WKB or WKT, the reasons of the refused, by row from 0, and what is to be told."""
    blobs: list[bytes | None] = []
    lost: dict[int, str] = {}
    for at, value in enumerate(values):
        try:
            blobs.append(None if value is None else _to_wkb(value))
        except (ValueError, IndexError, struct.error, shapely.errors.ShapelyError):
            blobs.append(None)
            lost[at] = "a geometry that cannot be read"
    made, refused, notes = from_wkb(pa.chunked_array([pa.array(blobs, pa.binary())]))
    return made, refused | lost, notes


def _to_wkb(value: Any) -> bytes:
    """A shape's value as WKB.

    Raises:
        ValueError, IndexError, struct.error, ShapelyError: it is none.
    """
    if isinstance(value, str):
        return shapely.to_wkb(shapely.from_wkt(value))
    blob = bytes(value)
    if len(blob) < _BODY + 5 or blob[0] != _START or blob[-1] != _END or blob[_BODY - 1] != 0x7C:
        return _check_head(blob)
    order = blob[1:2]
    made = bytearray(order + blob[_BODY:-1])
    _mark_entities(made, "<" if order == b"\1" else ">")
    return bytes(made)


def _check_head(blob: bytes) -> bytes:
    """WKB whose head is that of a geometry: what is none is not copied and looked through, whatever its size.

    Raises:
        ValueError, struct.error: it is none.
    """
    (code,) = struct.unpack_from("<I" if blob[:1] == b"\1" else ">I", blob, 1)
    if blob[:1] not in (b"\0", b"\1") or not 1 <= (code & 0xFFFF) % 1000 <= _LAST_KIND:
        raise ValueError("no head of a geometry")
    return blob


def _mark_entities(made: bytearray, order: str) -> None:
    """Give each part its mark of the order of bytes, where SpatiaLite has another mark."""
    code, count = struct.unpack_from(f"{order}II", made, 1)
    if code % 1000 < 4:
        return
    at = 9
    for _ in range(count):
        if made[at] != _ENTITY:
            raise ValueError("no part begins here")
        made[at] = made[0]
        at = _part_end(made, at, order)


def _part_end(made: bytearray, at: int, order: str) -> int:
    """Where the part that begins at ``at`` ends: a point, a line or a polygon."""
    (code,) = struct.unpack_from(f"{order}I", made, at + 1)
    size = 8 * {0: 2, 1: 3, 2: 3, 3: 4}[code // 1000]
    match code % 1000:
        case 1:
            return at + 5 + size
        case 2:
            return at + 9 + size * struct.unpack_from(f"{order}I", made, at + 5)[0]
        case 3:
            (rings,) = struct.unpack_from(f"{order}I", made, at + 5)
            at += 9
            for _ in range(rings):
                at += 4 + size * struct.unpack_from(f"{order}I", made, at)[0]
            return at
    raise ValueError("a part of another kind")

"""An Access database (.mdb, .accdb): one table, or one layer of a Personal Geodatabase, read by a process apart."""

from __future__ import annotations

import dataclasses
import os
from pathlib import Path
from typing import Any

import pyarrow as pa

from urbanplan.exchange.access.shapes import read_shapes
from urbanplan.exchange.fields.code_tables import clean_aliases, code_notes
from urbanplan.exchange.filegdb.items import parse_items
from urbanplan.exchange.frames import build_frame
from urbanplan.exchange.gdal import client
from urbanplan.exchange.geometry.arrow import to_series
from urbanplan.exchange.geopackage.database import select_layer
from urbanplan.exchange.jet.database import AccessQuery
from urbanplan.exchange.ogr import separate_refused
from urbanplan.exchange.rows.geometry_columns import RowContext, build_table
from urbanplan.exchange.table import Source, Table
from urbanplan.model.translation import localize

_DAMAGED = "a value that cannot be read"


def read(source: Source) -> Table:
    """Read one table; the layers of a Personal Geodatabase come with their shapes, aliases and code tables.

    Raises:
        ExchangeError: the database is damaged or encrypted, or the table must be named.
    """
    name = select_layer(layer_names(source.path), source)
    wanted = None if source.columns is None else list(source.columns)
    meta, table, _ = client.table("access", dataclasses.asdict(_query(source.path, table=name, columns=wanted)))
    refused = dict.fromkeys(meta["bad"], _DAMAGED)
    layer, objects = meta["layer"], _objects(table)
    lost = _losses(table, meta, None if layer is None else layer["column"])
    values = {field: to_series(table[field]) for field in table.column_names if field not in objects}
    if layer is None or layer["column"] not in table.column_names:
        found = build_table(values, source, RowContext(layer=name, refused=refused))
        return dataclasses.replace(found, lost=lost, notes=(*found.notes, *_notes(meta)))
    shapes, bad, notes = read_shapes(table[layer["column"]].to_pylist(), source)
    columns: dict[str, Any] = {field: held for field, held in values.items() if source.wants(field)}
    frame, note = build_frame(columns, shapes, source, declared=layer["crs"] or None)
    found = separate_refused(frame, refused | bad, source, note, layer=name, notes=(*notes, *_notes(meta)))
    return dataclasses.replace(_with_items(found, name, meta), lost=lost)


def layer_names(path: Path) -> list[str]:
    """Names of the layers and tables."""
    return list(client.mapping("access_tables", dataclasses.asdict(_query(path)))["tables"])


def _query(path: Path, **more: Any) -> AccessQuery:
    return AccessQuery(os.path.abspath(path), str(path), **more)


def _objects(table: pa.Table) -> list[str]:
    """The columns of objects (OLE) and bytes."""
    return [field.name for field in table.schema if pa.types.is_binary(field.type)]


def _losses(table: pa.Table, meta: dict[str, Any], shapes: str | None) -> tuple[str, ...]:
    """What the table holds and is not taken over."""
    objects = [name for name in _objects(table) if name != shapes and table[name].null_count < len(table)]
    unread = [*objects, *meta["unread"]]
    what = "objects, attachments and computed fields, which are not read: {fields}"
    return (localize(what, fields=", ".join(unread)[:300]),) if unread else ()


def _notes(meta: dict[str, Any]) -> tuple[str, ...]:
    what = "linked tables, which lie in other files, were passed over: {tables}"
    return (localize(what, tables=", ".join(meta["links"])[:300]),) if meta["links"] else ()


def _with_items(table: Table, name: str, meta: dict[str, Any]) -> Table:
    """The table with the aliases and code tables that the geodatabase's catalogue says."""
    items = parse_items(list(meta["items"]))
    codes = {field: held for field, held in items.code_tables(name).items() if field in table.frame}
    said = clean_aliases({**meta["aliases"], **items.aliases.get(name, {})})
    aliases = {field: alias for field, alias in said.items() if field in table.frame}
    return dataclasses.replace(table, aliases=aliases, codes=codes, notes=(*table.notes, *code_notes(codes)))

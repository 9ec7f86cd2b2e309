"""A store of features in one GeoPackage in CRS84, read by its spatial index; made once and never changed."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# (shapely's functions say no type of what they return)

from __future__ import annotations

import datetime
import json
import re
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from urbanplan.exchange.fields.field_types import quote_identifier
from urbanplan.store.features import Box, Collection, FeaturePage, Interval

if TYPE_CHECKING:
    import geopandas as gpd

FILE, CONTENTS = "features.gpkg", "features.json"
_ENVELOPE_BYTES = (0, 32, 48, 48, 64)
_JSON_TYPES = {"BOOLEAN": "boolean", "REAL": "number", "DOUBLE": "number", "FLOAT": "number"}


def write_features(folder: Path, layers: Sequence[tuple[Collection, gpd.GeoDataFrame, str | None]]) -> None:
    """Write a store into an empty folder.

    Args:
        folder: where it lies. layers: of each collection what it is, its rows in CRS84, and the column of its ids;
            count, bounds and fields are taken from the rows.

    Raises:
        ExchangeError: it cannot be written.
    """
    from urbanplan.exchange.geopackage.layers import write_layers

    tables = {f"t{number}": frame for number, (_, frame, _) in enumerate(layers)}
    write_layers(tables, folder / FILE)
    rows: list[dict[str, Any]] = []
    with closing(sqlite3.connect(folder / FILE)) as base:
        for table, (about, _, key) in zip(tables, layers, strict=True):
            columns = _columns(base, table)
            key = key if columns.get(key or "", "BOOLEAN") != "BOOLEAN" and _is_unique(base, table, str(key)) else None
            if key is not None:
                base.execute(f'CREATE INDEX "by_id_{table}" ON "{table}" ({quote_identifier(key)})')
            rows.append({**asdict(about), "table": table, "key": key, **_measure(base, table, columns)})
        base.commit()
    (folder / CONTENTS).write_text(json.dumps(rows, ensure_ascii=False, default=str), encoding="utf-8")


def _columns(base: sqlite3.Connection, table: str) -> dict[str, str]:
    """Columns of a table with their declared types, without those of key and geometry."""
    found = {row[1]: str(row[2]).upper().split("(")[0] for row in base.execute(f'PRAGMA table_info("{table}")')}
    return {name: kind for name, kind in found.items() if name not in ("fid", _geometry_column(base, table))}


def _geometry_column(base: sqlite3.Connection, table: str) -> str | None:
    row = base.execute("SELECT column_name FROM gpkg_geometry_columns WHERE table_name = ?", (table,)).fetchone()
    return None if row is None else row[0]


def _is_unique(base: sqlite3.Connection, table: str, key: str) -> bool:
    """Whether every row has an id of its own."""
    name = quote_identifier(key)
    rows, keys = base.execute(f'SELECT count(*), count(DISTINCT {name}) FROM "{table}"').fetchone()
    return rows == keys and rows > 0


def _measure(base: sqlite3.Connection, table: str, columns: Mapping[str, str]) -> dict[str, Any]:
    """Number of rows, bounds by the index, and the types of fields."""
    count = base.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0]
    geometry, bounds = _geometry_column(base, table), None
    if geometry is not None:
        index = quote_identifier(f"rtree_{table}_{geometry}")
        found = base.execute(f"SELECT min(minx), min(miny), max(maxx), max(maxy) FROM {index}").fetchone()
        bounds = None if found[0] is None else [max(-180.0, found[0]), max(-90.0, found[1]), *found[2:]]
    fields = {name: _json_type(kind) for name, kind in columns.items()}
    return {"count": count, "bounds": bounds, "fields": fields, "geometry": geometry}


def _json_type(kind: str) -> str:
    return "integer" if "INT" in kind else _JSON_TYPES.get(kind, "string")


class FeatureFile:
    """A :class:`urbanplan.store.features.FeatureStore` over a folder that :func:`write_features` filled."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / FILE
        rows = json.loads((folder / CONTENTS).read_text(encoding="utf-8"))
        self._rows: dict[str, dict[str, Any]] = {row["name"]: row for row in rows}

    def collections(self) -> list[Collection]:
        """All collections, in their order."""
        return [_to_collection(row) for row in self._rows.values()]

    def page(
        self, name: str, *, boxes: Sequence[Box] = (), when: Interval | None = None, limit: int, start: int = 0
    ) -> FeaturePage:
        """Features of a collection; see :meth:`urbanplan.store.features.FeatureStore.page`."""
        row = self._rows[name]
        if not _is_of(_to_collection(row).date, when):
            return FeaturePage([], 0, None)
        if not boxes:
            found = self._select(row, "", (), limit, start)
            end = start + len(found)
            return FeaturePage(list(_features(row, found)), row["count"], end if end < row["count"] else None)
        return self._boxed_page(row, boxes, limit, start)

    def feature(self, name: str, key: str) -> dict[str, Any] | None:
        """One feature by its id, None where there is none."""
        row = self._rows[name]
        found = [] if (wanted := _key_value(row, key)) is None else self._select(row, *wanted, 1, 0)
        return next(_features(row, found), None)

    def _boxed_page(self, row: dict[str, Any], boxes: Sequence[Box], limit: int, start: int) -> FeaturePage:
        """Candidates by the index, of which those that really touch a box are kept, until the page is full."""
        if row["geometry"] is None:
            return FeaturePage([], 0, None)
        kept: list[dict[str, Any]] = []
        at, size = start, limit + 1
        index = quote_identifier(f"rtree_{row['table']}_{row['geometry']}")
        one = "(r.minx <= ? AND r.maxx >= ? AND r.miny <= ? AND r.maxy >= ?)"
        clause = f"JOIN {index} r ON r.id = t.fid WHERE {' OR '.join([one] * len(boxes))}"
        values = [value for west, south, east, north in boxes for value in (east, west, north, south)]
        while True:
            found = self._select(row, clause, values, size, at)
            inside = _touching(row, found, boxes)
            for number, feature in enumerate(_features(row, [found[i] for i in inside])):
                if len(kept) == limit:
                    return FeaturePage(kept, None, at + inside[number])
                kept.append(feature)
            at += len(found)
            if len(found) < size:
                return FeaturePage(kept, len(kept) if start == 0 else None, None)

    def _select(
        self, row: dict[str, Any], clause: str, values: Sequence[Any], limit: int, start: int
    ) -> list[tuple[Any, ...]]:
        columns = ["fid", *([row["geometry"]] if row["geometry"] else []), *row["fields"]]
        listed = ", ".join(f"t.{quote_identifier(name)}" for name in columns)
        order = "" if "JOIN" in clause else "ORDER BY t.fid"
        text = f'SELECT {listed} FROM "{row["table"]}" t {clause} {order} LIMIT ? OFFSET ?'
        # one of its own: nobody closes what a thread would keep
        with closing(sqlite3.connect(f"{self._file.as_uri()}?mode=ro&immutable=1", uri=True)) as base:
            return base.execute(text, (*values, limit, start)).fetchall()


def _key_value(row: Mapping[str, Any], key: str) -> tuple[str, tuple[Any, ...]] | None:
    """The condition of a feature's id that the index answers, None where no id is written so."""
    if row["key"] is not None and row["fields"][row["key"]] == "string":
        return f"WHERE t.{quote_identifier(row['key'])} = ?", (key,)
    if row["key"] is not None and row["fields"][row["key"]] != "integer":
        return f"WHERE CAST(t.{quote_identifier(row['key'])} AS TEXT) = ?", (key,)
    if not re.fullmatch(r"-?[0-9]{1,18}", key):
        return None
    return f"WHERE t.{quote_identifier(row['key'] or 'fid')} = ?", (int(key),)


def _to_collection(row: Mapping[str, Any]) -> Collection:
    date = row["date"]
    return Collection(
        name=row["name"],
        title=row["title"],
        description=row["description"],
        count=row["count"],
        bounds=tuple(row["bounds"]) if row["bounds"] else None,
        date=None if date is None else datetime.date.fromisoformat(date),
        fields=row["fields"],
    )


def _is_of(date: datetime.date | None, when: Interval | None) -> bool:
    """Whether data of a date belong to some days; data without a date belong to all."""
    if date is None or when is None:
        return True
    first, last = when
    return (first is None or first <= date) and (last is None or date <= last)


def _shapes(row: Mapping[str, Any], found: Sequence[tuple[Any, ...]]) -> Any:
    """The shapes of rows: of GeoPackage's blobs the part that is WKB."""
    import shapely

    return shapely.from_wkb([_wkb(cells[1]) if row["geometry"] else None for cells in found])


def _wkb(blob: bytes | None) -> bytes | None:
    if blob is None or blob[3] & 0b10000:  # none, or empty
        return None
    return blob[8 + _ENVELOPE_BYTES[(blob[3] >> 1) & 0b111] :]


def _touching(row: Mapping[str, Any], found: Sequence[tuple[Any, ...]], boxes: Sequence[Box]) -> list[int]:
    """Positions of rows whose shape touches a box: the index knows their bounds only."""
    import numpy as np
    import shapely

    if not found:
        return []
    shapes = _shapes(row, found)
    west, south, east, north = shapely.bounds(shapes).T
    hit = np.zeros(len(found), dtype=bool)
    for left, low, right, high in boxes:
        inside = (west >= left) & (east <= right) & (south >= low) & (north <= high)
        near = ~inside & (west <= right) & (east >= left) & (south <= high) & (north >= low)
        hit |= inside
        hit[near] |= shapely.intersects(shapes[near], shapely.box(left, low, right, high))
    return np.flatnonzero(hit).tolist()


def _features(row: Mapping[str, Any], found: Sequence[tuple[Any, ...]]) -> Iterator[dict[str, Any]]:
    import shapely

    if not found:
        return
    texts = shapely.to_geojson(_shapes(row, found))
    first = 2 if row["geometry"] else 1
    names = list(row["fields"])
    flags = [kind == "boolean" for kind in row["fields"].values()]
    at = names.index(row["key"]) if row["key"] is not None else None
    for cells, text in zip(found, texts, strict=True):
        values = [_value(value, flag) for value, flag in zip(cells[first:], flags, strict=True)]
        yield {
            "type": "Feature",
            "id": str(cells[0] if at is None else values[at]),
            "geometry": None if text is None else json.loads(text),
            "properties": dict(zip(names, values, strict=True)),
        }


def _value(value: Any, flag: bool) -> Any:
    if isinstance(value, bytes):
        return value.hex()
    return bool(value) if flag and value is not None else value

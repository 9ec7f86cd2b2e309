"""GeoParquet: WKB or GeoArrow's encodings, or Parquet's own geometry type, read after their sizes were looked at."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import shapely

from urbanplan.errors import ExchangeError
from urbanplan.exchange.fields.field_names import number_name
from urbanplan.exchange.frames import build_frame
from urbanplan.exchange.geometry.arrow import from_wkb, to_arrow_table, to_series
from urbanplan.exchange.geometry.geoarrow import ENCODINGS, from_geoarrow
from urbanplan.exchange.ogr import crs_text, separate_refused
from urbanplan.exchange.table import Source, Table, WriteJob
from urbanplan.model.translation import localize

MAX_EXPANDED_BYTES = 4 * 2**30  # bytes
_REPAIR_HINT = "Get the file again from its source."
_INDEX_COLUMN = "__index_level_0__"  # of pandas


def read(source: Source) -> Table:
    """Read a (Geo)Parquet file.

    Raises:
        ExchangeError: the file is damaged, too large when expanded, or of an encoding that is not read.
    """
    where = str(source.path)
    try:
        table = _number_names(_read_table(source, where))
        geo = _parse_geo(table.schema.metadata or {}, where)
    except (pa.ArrowException, OSError, ValueError, KeyError, TypeError, NotImplementedError, RecursionError) as error:
        if isinstance(error, ExchangeError):
            raise
        raise ExchangeError(
            "the file is damaged: {reason}", where=where, fix=_REPAIR_HINT, reason=str(error)[:300]
        ) from error
    told = geo.get("columns", {})
    name = source.place[0] if len(source.place) == 1 and source.place[0] in told else geo.get("primary_column")
    table = _name_index(table)
    fields = [field for field in table.column_names if field not in told]
    if name is None or name not in table.column_names:
        return _read_undeclared(table, fields, source)
    further = ", ".join(field for field in table.column_names if field in told and field != name)
    what = "{name} is read; left out are the other geometries {further}: pin one with --place"
    lost = (*_time_losses(table), *([localize(what, name=name, further=further)] if further else []))
    covering = _covering_columns(told[name])
    others = {field: to_series(table[field]) for field in fields if field not in covering}
    shapes, refused, curved = _read_shapes(table[name], told[name].get("encoding", "WKB"), where)
    declared = told[name].get("crs", "OGC:CRS84")
    frame, note = build_frame(others, shapes, source, declared=declared)
    return separate_refused(frame, refused, source, note, notes=curved, lost=lost)


def _name_index(table: pa.Table) -> pa.Table:
    """The table with pandas' index as the column ``index``, without it where it only counts the rows."""
    if _INDEX_COLUMN not in table.column_names:
        return table
    if pa.types.is_integer(table.schema.field(_INDEX_COLUMN).type):
        return table.drop_columns([_INDEX_COLUMN])
    names = [number_name("index", table.column_names) if name == _INDEX_COLUMN else name for name in table.column_names]
    return table.rename_columns(names).replace_schema_metadata(table.schema.metadata)


def _time_losses(table: pa.Table) -> tuple[str, ...]:
    """What is lost of times finer than a microsecond."""
    timed = [field for field in table.schema if pa.types.is_timestamp(field.type) or pa.types.is_time64(field.type)]
    fine = [field.name for field in timed if field.type.unit == "ns"]
    cut = [name for name in fine if _is_finer(table[name])]
    what = "parts of a microsecond of {fields}"
    return (localize(what, fields=", ".join(cut)),) if cut else ()


def _is_finer(times: pa.ChunkedArray) -> bool:
    numbers = times.cast(pa.int64()).drop_null().to_numpy()
    return bool((numbers % 1000).any())


def _number_names(table: pa.Table) -> pa.Table:
    """The table whose later columns of an equal name are numbered."""
    names: list[str] = []
    for name in table.column_names:
        names.append(number_name(name, names))
    if names == table.column_names:
        return table
    return table.rename_columns(names).replace_schema_metadata(table.schema.metadata)


def _read_shapes(values: pa.ChunkedArray, encoding: str, where: str) -> Any:
    """Geometries of a column, the reasons of those refused, and notes."""
    if encoding == "WKB":
        return from_wkb(values.cast(pa.binary()))
    try:
        return (*from_geoarrow(values, encoding), ())
    except ValueError as error:
        raise ExchangeError(
            "the file is damaged: {reason}", where=where, fix=_REPAIR_HINT, reason=str(error)[:300]
        ) from error


def _covering_columns(told: dict[str, Any]) -> set[str]:
    """The columns of bounding boxes that serve the search for shapes: they are no attributes."""
    boxes = (told.get("covering") or {}).get("bbox") or {}
    return {path[0] for path in boxes.values() if isinstance(path, list) and path}


def _parse_native(schema: pa.Schema) -> tuple[str | None, Any]:
    """The first column of Parquet's own geometry type and its CRS, or None; the CRS is OGC:CRS84 where none is said."""
    for field in schema:
        told = field.metadata or {}
        if told.get(b"ARROW:extension:name") == b"geoarrow.wkb":
            try:
                crs = json.loads(told.get(b"ARROW:extension:metadata") or b"{}").get("crs")
            except (ValueError, AttributeError):
                crs = None
            return field.name, _parse_native_crs(crs, schema)
    return None, None


def _parse_native_crs(crs: Any, schema: pa.Schema) -> Any:
    """A CRS as Parquet's geometry type says it: PROJJSON, ``srid:4547``, or ``projjson:`` and a key of the metadata."""
    if not isinstance(crs, str):
        return crs
    kind, _, rest = crs.partition(":")
    if kind == "srid":
        return f"EPSG:{rest}" if rest not in ("", "0") else None
    if kind == "projjson":
        held = (schema.metadata or {}).get(rest.encode())
        return json.loads(held) if held else None
    return crs


def _read_undeclared(table: pa.Table, fields: list[str], source: Source) -> Table:
    """A table that says nothing of geometries: WKB under a usual name, else as any other table."""
    binary = [field for field in fields if pa.types.is_binary(table.schema.field(field).type)
              or pa.types.is_large_binary(table.schema.field(field).type)]  # fmt: skip
    wkb = next((field for field in binary if field.lower() in ("geometry", "geom", "wkb", "wkb_geometry")), None)
    native, crs = _parse_native(table.schema)
    wkb = native or wkb
    if wkb is not None and source.columns is not None:
        fields = [field for field in fields if field in source.columns]
    others = {field: to_series(table[field]) for field in fields if field != wkb}
    lost = _time_losses(table)
    if wkb is None or source.place:
        from urbanplan.exchange.rows.geometry_columns import RowContext, build_table

        plain = build_table(others, source, RowContext())
        return dataclasses.replace(plain, lost=(*plain.lost, *lost))
    shapes, refused, curved = from_wkb(table[wkb].cast(pa.binary()))
    frame, note = build_frame(others, shapes, source, declared=crs)
    says = localize("the file says nothing of geometries; {name} is read as WKB", name=wkb)
    notes = curved if native else (says, *curved)
    return separate_refused(frame, refused, source, note, notes=notes, lost=lost)


def _read_table(source: Source, where: str) -> pa.Table:
    with pq.ParquetFile(source.path) as file:
        expanded = sum(file.metadata.row_group(at).total_byte_size for at in range(file.num_row_groups))
        if expanded > MAX_EXPANDED_BYTES or expanded > 2000 * source.path.stat().st_size:
            fix = "Split it into smaller files."
            raise ExchangeError("the file would expand to {size} MB", where=where, fix=fix, size=expanded // 1_000_000)
        geo = _parse_geo(file.schema_arrow.metadata or {}, where)
        if source.columns is None or not geo.get("primary_column"):
            return file.read()
        return file.read([*source.columns, geo["primary_column"]])


def _parse_geo(metadata: dict[bytes, bytes], where: str) -> dict[str, Any]:
    geo = json.loads(metadata.get(b"geo", b"{}"))
    name = geo.get("primary_column")
    if name and name not in geo["columns"]:
        raise ValueError(localize("its primary column {name} is not described", name=repr(name)[:60]))
    encoding = geo["columns"][name].get("encoding", "WKB") if name else "WKB"
    if encoding != "WKB" and encoding not in ENCODINGS:
        fix = "Write it with the encoding WKB."
        raise ExchangeError("geometries are encoded as {encoding}", where=where, fix=fix, encoding=encoding)
    return geo


def count(path: Path) -> int:
    """Number of rows, as the footer says: it is written last, so a file that has one is whole.

    Raises:
        ExchangeError: there is no footer, or the columns do not hold as many values as it says rows.
    """
    try:
        footer = pq.read_metadata(path)
    except (pa.ArrowException, OSError) as error:
        raise ExchangeError(
            "the file is damaged: {reason}", where=str(path), fix=_REPAIR_HINT, reason=str(error)
        ) from error
    for at in range(footer.num_row_groups):
        group = footer.row_group(at)
        if any(group.column(column).num_values != group.num_rows for column in range(group.num_columns)):
            reason = "a column holds fewer values than there are rows"
            raise ExchangeError("the file is damaged: {reason}", where=str(path), fix=_REPAIR_HINT, reason=reason)
    return footer.num_rows


def write(job: WriteJob) -> dict[str, Any]:
    """Write ``job.frame``; shapes and fractions, mostly all different, take no dictionary, shapes no statistics."""
    table = to_arrow_table(job.frame)
    if isinstance(job.frame, gpd.GeoDataFrame):
        table = table.replace_schema_metadata({"geo": json.dumps(_build_metadata(job.frame, table.column_names[-1]))})
    plain = [field.name for field in table.schema if not pa.types.is_binary(field.type)]
    alike = [name for name in plain if not pa.types.is_floating(table.schema.field(name).type)]
    pq.write_table(table, job.path, compression="snappy", use_dictionary=alike, write_statistics=plain)  # pyright: ignore
    return {"crs": crs_text(job.frame)}


_TYPE_NAMES = {
    0: "Point", 1: "LineString", 2: "LineString", 3: "Polygon", 4: "MultiPoint", 5: "MultiLineString",
    6: "MultiPolygon", 7: "GeometryCollection",
}  # fmt: skip


def _build_metadata(frame: gpd.GeoDataFrame, name: str) -> dict[str, Any]:
    shapes = frame.geometry.to_numpy()
    codes = 2 * (shapely.get_type_id(shapes) + 1) + shapely.has_z(shapes)
    pairs = [divmod(code, 2) for code in np.flatnonzero(np.bincount(codes)).tolist()]
    kinds = sorted(f"{_TYPE_NAMES[code - 1]}{' Z' * high}" for code, high in pairs if code > 0)
    column: dict[str, Any] = {"encoding": "WKB", "geometry_types": kinds}
    column["crs"] = None if frame.crs is None else frame.crs.to_json_dict()
    box = shapely.total_bounds(shapes) if len(shapes) else np.full(4, np.nan)
    if np.isfinite(box).all():
        column["bbox"] = box.tolist()
    return {"version": "1.1.0", "primary_column": name, "columns": {name: column}}

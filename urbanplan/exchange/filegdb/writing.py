"""FileGDB out: one layer, whose fields have the aliases that are known; readable by ArcGIS 10 and later."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import shapely

from urbanplan.errors import ExchangeError
from urbanplan.exchange import ogr
from urbanplan.exchange.fields.code_tables import clean_aliases
from urbanplan.exchange.fields.columns import column_kind
from urbanplan.exchange.geometry.arrow import to_arrow_table, unique_name
from urbanplan.exchange.losses import Loss, geometry_kinds
from urbanplan.exchange.table import WriteJob

_MAX_NAME = 64  # characters
_GRID_M, _GRID_DEGREES = 1e-4, 1e-9  # what ArcGIS keeps of metres and of degrees
_INT32 = 2**31
_RESERVED = frozenset({
    "ADD", "ALTER", "AND", "AS", "ASC", "BETWEEN", "BY", "COLUMN", "CREATE", "DATE", "DELETE", "DESC", "DROP", "EXISTS",
    "FOR", "FROM", "GROUP", "IN", "INSERT", "INTO", "IS", "LIKE", "NOT", "NULL", "OBJECTID", "OR", "ORDER", "SELECT",
    "SET", "SHAPE", "TABLE", "UPDATE", "VALUES", "WHERE",
})  # fmt: skip
_MULTI_TYPES = {"line": "MultiLineString", "polygon": "MultiPolygon", "multipoint": "MultiPoint", "point": "Point"}


def field_aliases(names: list[str]) -> dict[str, str]:
    """The name in the geodatabase for each field: letters, digits and underscores, no word of SQL."""
    taken: set[str] = set()
    chosen = {}
    for name in sorted(names, key=lambda name: _clean_name(name) != name):  # names that fit keep themselves
        cleaned, number = _clean_name(name), 1
        alias = cleaned
        while alias.lower() in taken:
            number += 1
            alias = f"{cleaned[: _MAX_NAME - 5]}_{number}"
        taken.add(alias.lower())
        chosen[name] = alias
    return {name: chosen[name] for name in names}


def _clean_name(name: str) -> str:
    text = re.sub(r"\W", "_", name)[: _MAX_NAME - 1] or "field"
    text = f"F{text}" if not text[0].isalpha() else text
    return f"{text}_" if text.upper() in _RESERVED else text


def write(job: WriteJob) -> dict[str, Any]:
    """Write ``job.frame`` as the only layer of a new geodatabase."""
    spatial = isinstance(job.frame, gpd.GeoDataFrame)
    _check_geometry_type(job)
    active = job.frame.geometry.name if spatial else None
    chosen = field_aliases([str(name) for name in job.frame.columns if name != active])
    frame = job.frame.rename(columns=chosen)
    for name in chosen.values():
        frame[name] = _to_native(frame[name])
    table = _with_aliases(to_arrow_table(frame), chosen, clean_aliases(job.about.get("aliases")))
    keywords: dict[str, Any] = {"FID": unique_name(frame, "OBJECTID")}
    if spatial:
        kind = _layer_type(job.geo())
        keywords |= {"geometry_type": kind, "geometry_name": table.column_names[-1], "crs": ogr.crs_text(frame)}
        keywords |= {"LAYER_ALIAS": str(job.about.get("title") or job.layer)}
    ogr.write_apart(job, table, "OpenFileGDB", **keywords)
    return {"crs": ogr.crs_text(frame), "renamed": {alias: name for name, alias in chosen.items() if alias != name}}


def _check_geometry_type(job: WriteJob) -> None:
    if not isinstance(job.frame, gpd.GeoDataFrame):
        return
    kinds = geometry_kinds(job.frame)
    if len(kinds) > 1 or "collection" in kinds:
        what, fix = "a layer of FileGDB holds one kind of shape, not {kinds}", "Write each kind to a file of its own."
        raise ExchangeError(what, where=job.path.name, fix=fix, kinds=", ".join(sorted(kinds)))


def _layer_type(frame: gpd.GeoDataFrame) -> str:
    kinds = geometry_kinds(frame)
    name = _MULTI_TYPES[next(iter(kinds))] if kinds else "MultiPolygon"
    return f"{name} Z" if bool(shapely.has_z(frame.geometry.to_numpy()).any()) else name


def _to_native(values: pd.Series) -> pd.Series:
    """Values of the kinds that ArcGIS 10 knows: whole numbers of 32 bits, numbers, texts, moments."""
    match column_kind(values):
        case "boolean":
            return values.astype("Int16")
        case "integer":
            small = (values.dropna().astype(object).map(abs) < _INT32).all()
            return values.astype("Int32") if small else values.astype("Float64")
        case "date":
            return pd.Series(pd.to_datetime(values), index=values.index).dt.as_unit("ms")
    return values


def _with_aliases(table: pa.Table, chosen: dict[str, str], aliases: dict[str, str]) -> pa.Table:
    """The table whose fields carry their aliases: those given, else the names that could not be kept."""
    named = {alias: aliases.get(name) or (name if alias != name else "") for name, alias in chosen.items()}
    fields = [
        one.with_metadata({"GDAL:OGR:alternative_name": named[one.name]}) if named.get(one.name) else one
        for one in table.schema
    ]
    return table.cast(pa.schema(fields))


def losses(frame: Any, profile: Any) -> Iterator[Loss]:
    """What a FileGDB cannot hold of a frame."""
    active = getattr(frame, "_geometry_column_name", None)
    names = [str(name) for name in frame.columns if name != active]
    changed = [name for name, alias in field_aliases(names).items() if alias != name]
    if changed:
        yield Loss("long field names: {fields} get aliases", True, {"fields": ", ".join(changed)})
    for name in names:
        if column_kind(frame[name]) == "integer" and (frame[name].dropna().abs() > 2**53).any():
            yield Loss("integers of {field} beyond 15 digits", values={"field": name})
    if isinstance(frame, gpd.GeoDataFrame):
        yield from _geometry_losses(frame)


def _geometry_losses(frame: gpd.GeoDataFrame) -> Iterator[Loss]:
    kinds = geometry_kinds(frame)
    if len(kinds) > 1 or "collection" in kinds:
        yield Loss("mixed shapes ({kinds})", values={"kinds": ", ".join(sorted(kinds))})
    grid = _GRID_DEGREES if frame.crs is not None and frame.crs.is_geographic else _GRID_M
    points = shapely.get_coordinates(frame.geometry.to_numpy())
    off = np.abs(np.round(points / grid) * grid - points)
    if points.size and float(off.max()) > grid / 100:
        yield Loss("coordinates are rounded to {grid:g}", values={"grid": grid}, ruled=True)

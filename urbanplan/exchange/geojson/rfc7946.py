"""GeoJSON out, as RFC 7946 says: WGS 84, right-hand rule, 7 digits, no ``crs`` member, the same bytes each time."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import orjson
import pandas as pd

from urbanplan.exchange.crs.projection import build_transform
from urbanplan.exchange.fields.columns import column_kind, to_json_values
from urbanplan.exchange.geojson.text import geometry_texts
from urbanplan.exchange.geometry import antimeridian
from urbanplan.exchange.geometry.rounding import Rounding
from urbanplan.exchange.losses import rounding_losses
from urbanplan.exchange.table import WriteJob

_METADATA_KEYS = ("title", "basis", "source", "date")  # members of the collection: an illustrative layer says so
_BARE_TEMPLATE, _QUOTED_TEMPLATE = b"%b", b'"%b"'


def write(job: WriteJob) -> dict[str, Any]:
    """Write ``job.frame`` to ``job.path``; returns the CRS written."""
    said = {key: job.about[key] for key in _METADATA_KEYS if job.about.get(key)}
    rounding = Rounding(job.digits)
    job.path.write_bytes(feature_collection(job.frame, said, rounding))
    return {"crs": "OGC:CRS84", "losses": rounding_losses(rounding)}


def feature_collection(
    frame: gpd.GeoDataFrame | pd.DataFrame, said: dict[str, Any] | None = None, rounding: Rounding | None = None
) -> bytes:
    """A FeatureCollection, one feature a line; what is ``said`` of it (title, basis …) stands at its head."""
    lines = feature_texts(frame, rounding)
    head = orjson.dumps({"type": "FeatureCollection", **(said or {})}, default=str)[:-1]
    if not lines:
        return head + b',"features":[]}\n'
    lines[0] = head + b',"features":[\n' + lines[0]
    lines[-1] += b"\n]}\n"
    return b",\n".join(lines)


def feature_texts(frame: gpd.GeoDataFrame | pd.DataFrame, rounding: Rounding | None = None) -> list[bytes]:
    """Each feature as JSON."""
    active = getattr(frame, "_geometry_column_name", None)
    names = [name for name in frame.columns if name != active]
    texts = {str(name): column_texts(frame[name]) for name in names}
    form = b",".join(orjson.dumps(name).replace(b"%", b"%%") + b":" + hole for name, (hole, _) in texts.items())
    form = b'"geometry":%b,"properties":{' + form + b"}}"
    columns = [_geometry_texts(frame, rounding), *(column for _, column in texts.values())]
    hole, ids = texts.get("id", (b"", []))
    unique = hole and len(set(ids)) == len(ids) and (hole == _QUOTED_TEMPLATE or b"null" not in ids)
    if unique and column_kind(frame["id"]) in ("string", "integer"):
        form, columns = b'"id":' + hole + b"," + form, [ids, *columns]
    form = b'{"type":"Feature",' + form
    return [form % row for row in zip(*columns, strict=True)]


def column_texts(series: pd.Series) -> tuple[bytes, list[bytes]]:
    """A column's values as JSON, printed together, and the hole they fill: texts may stand without their quotes."""
    what, values = column_kind(series), to_json_values(series)
    if what in ("json", "null"):
        return _BARE_TEMPLATE, [orjson.dumps(value, default=str) for value in values]
    if what != "string":
        return _BARE_TEMPLATE, orjson.dumps(values)[1:-1].split(b",") if values else []
    whole = orjson.dumps(values)
    if None in values or b'\\"' in whole:  # else a quote ends a text, and this mark stands between texts only
        return _BARE_TEMPLATE, [orjson.dumps(value) for value in values]
    return _QUOTED_TEMPLATE, whole[2:-2].split(b'","') if values else []


def _geometry_texts(frame: gpd.GeoDataFrame | pd.DataFrame, rounding: Rounding | None) -> list[bytes]:
    if not isinstance(frame, gpd.GeoDataFrame):
        return [b"null"] * len(frame)
    if antimeridian.may_cross(frame):
        return geometry_texts(antimeridian.cut(frame), rounding=rounding)
    change = build_transform(frame.crs, "EPSG:4326", bounds=tuple(frame.total_bounds))
    return geometry_texts(frame.geometry.to_numpy(), change, rounding)

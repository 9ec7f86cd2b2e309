"""GeoJSON out, as RFC 7946 says: WGS 84, right-hand rule, 7 digits, no ``crs`` member, the same bytes each time."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import orjson
import pandas as pd

from urbanplan.exchange import antimeridian
from urbanplan.exchange.columns import kind, plain
from urbanplan.exchange.geojson.text import bodies
from urbanplan.exchange.project import into
from urbanplan.exchange.table import Job

_SAID = ("title", "basis", "source", "date")  # members of the collection: an illustrative layer says so
_MARK = "\x1f"  # between texts that are printed together; JSON writes it as \u001f


def write(job: Job) -> dict[str, Any]:
    """Write ``job.frame`` to ``job.path``; returns the CRS written."""
    said = {key: job.about[key] for key in _SAID if job.about.get(key)}
    job.path.write_bytes(collection(job.frame, said))
    return {"crs": "OGC:CRS84"}


def collection(frame: gpd.GeoDataFrame | pd.DataFrame, said: dict[str, Any] | None = None) -> bytes:
    """A FeatureCollection, one feature a line; what is ``said`` of it (title, basis …) stands at its head."""
    lines = features(frame)
    head = orjson.dumps({"type": "FeatureCollection", **(said or {})}, default=str)[:-1]
    if not lines:
        return head + b',"features":[]}\n'
    lines[0] = head + b',"features":[\n' + lines[0]
    lines[-1] += b"\n]}\n"
    return b",\n".join(lines)


def features(frame: gpd.GeoDataFrame | pd.DataFrame) -> list[bytes]:
    """Each feature as JSON."""
    active = getattr(frame, "_geometry_column_name", None)
    names = [name for name in frame.columns if name != active]
    texts = {str(name): column_texts(frame[name]) for name in names}
    form = b",".join(orjson.dumps(name).replace(b"%", b"%%") + b":%b" for name in texts)
    form = b'"geometry":%b,"properties":{' + form + b"}}"
    columns = [_bodies(frame), *texts.values()]
    ids = texts.get("id")
    unique = ids is not None and len(set(ids)) == len(ids) and b"null" not in ids
    if unique and kind(frame["id"]) in ("string", "integer"):
        form, columns = b'"id":%b,' + form, [ids, *columns]
    form = b'{"type":"Feature",' + form
    return [form % row for row in zip(*columns, strict=True)]


def column_texts(series: pd.Series) -> list[bytes]:
    """A column's values as JSON, printed together."""
    what, values = kind(series), plain(series)
    if what == "string":
        return _string_texts(values)
    if what in ("json", "null"):
        return [orjson.dumps(value, default=str) for value in values]
    return orjson.dumps(values)[1:-1].split(b",") if values else []


def _string_texts(values: list[str | None]) -> list[bytes]:
    whole = orjson.dumps(_MARK.join([value or "" for value in values]))
    texts = whole[1:-1].split(b"\\u001f")
    if len(texts) != len(values):  # a text holds the mark itself
        return [orjson.dumps(value) for value in values]
    return [b'"' + text + b'"' if value is not None else b"null" for text, value in zip(texts, values, strict=True)]


def _bodies(frame: gpd.GeoDataFrame | pd.DataFrame) -> list[bytes]:
    if not isinstance(frame, gpd.GeoDataFrame):
        return [b"null"] * len(frame)
    if antimeridian.reached(frame):
        return bodies(antimeridian.cut(frame))
    return bodies(frame.geometry.to_numpy(), into(frame.crs, "EPSG:4326"))

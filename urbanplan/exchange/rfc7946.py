"""GeoJSON out, as RFC 7946 says: WGS 84, right-hand rule, 7 digits, no ``crs`` member, the same bytes each time."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import orjson
import pandas as pd

from urbanplan.exchange.columns import plain
from urbanplan.exchange.geojson_text import bodies
from urbanplan.exchange.project import into
from urbanplan.exchange.table import Job


def write(job: Job) -> dict[str, Any]:
    """Write ``job.frame`` to ``job.path``; returns the CRS written."""
    job.path.write_bytes(collection(job.frame))
    return {"crs": "OGC:CRS84"}


def collection(frame: gpd.GeoDataFrame | pd.DataFrame) -> bytes:
    """A FeatureCollection, one feature a line."""
    lines = features(frame)
    return b'{"type":"FeatureCollection","features":[\n' + b",\n".join(lines) + b"\n]}\n"


def features(frame: gpd.GeoDataFrame | pd.DataFrame) -> list[bytes]:
    """Each feature as JSON."""
    bodies = _bodies(frame)
    ids = _ids(frame)
    names = [name for name in frame.columns if name != getattr(frame, "_geometry_column_name", None)]
    rows = zip(*(plain(frame[name]) for name in names), strict=True) if names else iter([()] * len(frame))
    keys = [str(name) for name in names]
    dumps, fragment = orjson.dumps, orjson.Fragment
    if ids is None:
        return [
            dumps({"type": "Feature", "geometry": fragment(body), "properties": dict(zip(keys, row, strict=True))})
            for body, row in zip(bodies, rows, strict=True)
        ]
    return [
        dumps({"type": "Feature", "id": i, "geometry": fragment(body), "properties": dict(zip(keys, row, strict=True))})
        for i, body, row in zip(ids, bodies, rows, strict=True)
    ]


def _ids(frame: pd.DataFrame) -> list[Any] | None:
    """The column ``id`` as feature ids, where it names each feature."""
    if "id" not in frame or not frame["id"].is_unique or frame["id"].isna().any():
        return None
    values = plain(frame["id"])
    return values if set(map(type, values)) <= {str, int} else None


def _bodies(frame: gpd.GeoDataFrame | pd.DataFrame) -> list[bytes]:
    if not isinstance(frame, gpd.GeoDataFrame):
        return [b"null"] * len(frame)
    return bodies(frame.geometry.to_numpy(), into(frame.crs, "EPSG:4326"))

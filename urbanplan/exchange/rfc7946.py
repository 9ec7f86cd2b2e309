"""GeoJSON out, as RFC 7946 says: WGS 84, right-hand rule, 7 digits, no ``crs`` member, the same bytes each time."""

from __future__ import annotations

import re
from typing import Any

import geopandas as gpd
import numpy as np
import orjson
import pandas as pd
import shapely

from urbanplan.exchange.columns import plain
from urbanplan.exchange.project import moved, to_wgs84
from urbanplan.exchange.table import Job

DIGITS = 7  # about 1 cm
_LONG = re.compile(rb"(-?\d+\.\d{8,}(?:[eE][-+]?\d+)?|-?\d+(?:\.\d+)?[eE]-?\d+)")


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


def _bodies(frame: gpd.GeoDataFrame | pd.DataFrame) -> list[bytes | str]:
    if not isinstance(frame, gpd.GeoDataFrame):
        return [b"null"] * len(frame)
    shapes = right_handed(rounded(to_wgs84(frame)))
    texts = shapely.to_geojson(shapes)
    return [b"null" if text is None else _short(text) for text in texts]


def rounded(shapes: np.ndarray) -> np.ndarray:
    """Shapes with coordinates rounded to :data:`DIGITS`; -0.0 becomes 0.0."""
    return moved(shapes, lambda points: np.round(points, DIGITS) + 0.0)


def right_handed(shapes: np.ndarray) -> np.ndarray:
    """Polygons with outer rings counter-clockwise and holes clockwise."""
    return shapely.orient_polygons(shapes, exterior_cw=False)


def _short(text: str) -> bytes:
    """Numbers that the printer wrote with more digits than they need, cut to 7."""
    raw = text.encode()
    return _LONG.sub(_cut, raw) if _LONG.search(raw) else raw


def _cut(match: re.Match[bytes]) -> bytes:
    return orjson.dumps(round(float(match[0]), DIGITS) + 0.0)

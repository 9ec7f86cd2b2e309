"""Writing layers as RFC 7946 GeoJSON: lon/lat, 7 digits, right-hand rule, one feature to a line, no clock."""

from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np
import shapely
from pyproj import Transformer
from shapely.geometry.base import BaseGeometry

from .record import Layers, Record

TO_LONLAT = Transformer.from_crs("EPSG:4547", "EPSG:4490", always_xy=True)


def _lonlat(points: np.ndarray) -> np.ndarray:
    lon, lat = TO_LONLAT.transform(points[:, 0], points[:, 1])
    return np.round(np.column_stack([lon, lat]), 7)


def _ring(points: np.ndarray) -> list[list[float]]:
    return points.tolist()


def geometry(shape: BaseGeometry) -> dict[str, object]:
    """A GeoJSON geometry in lon/lat, outer rings counter-clockwise."""
    if shape.geom_type.startswith("Multi"):
        parts = [geometry(part)["coordinates"] for part in shapely.get_parts(shape)]
        return {"type": shape.geom_type, "coordinates": parts}
    if shape.geom_type == "Polygon":
        turned = shapely.orient_polygons(shape)
        rings = [_lonlat(shapely.get_coordinates(r)).tolist() for r in shapely.get_rings(turned)]
        return {"type": "Polygon", "coordinates": rings}
    points = _lonlat(shapely.get_coordinates(shape)).tolist()
    return {"type": shape.geom_type, "coordinates": points if shape.geom_type == "LineString" else points[0]}


def feature(record: Record) -> str:
    """One feature as a line of JSON; every feature says that it is illustrative."""
    body = {
        "type": "Feature",
        "id": record.id,
        "properties": {**record.values, "basis": "illustrative"},
        "geometry": geometry(record.shape),
    }
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


def text(records: list[Record]) -> str:
    """A whole layer file."""
    return '{"type":"FeatureCollection","features":[\n' + ",\n".join(map(feature, records)) + "\n]}\n"


def write(layers: Layers, folder: Path) -> None:
    """Write every layer to ``folder/<name>.geojson``, whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, records in sorted(layers.items()):
        beside = folder / f".{name}.part"
        beside.write_text(text(records), encoding="utf-8", newline="\n")
        os.replace(beside, folder / f"{name}.geojson")

"""A strict RFC 7946 checker that shares no code with the writer."""

from __future__ import annotations

import json
import re
from itertools import pairwise
from pathlib import Path
from typing import Any

DEPTH = {"Point": 0, "MultiPoint": 1, "LineString": 1, "MultiLineString": 2, "Polygon": 2, "MultiPolygon": 3}


def check(path: Path) -> int:
    """Assert every rule; the number of features."""
    data = path.read_bytes()
    assert not data.startswith(b"\xef\xbb\xbf"), "no byte-order mark"
    text = data.decode("utf-8")
    document = json.loads(text, parse_constant=_reject_constant, object_pairs_hook=_reject_duplicate_keys)
    assert document["type"] == "FeatureCollection"
    assert not {"crs", "coordinates", "geometries", "geometry", "properties"} & set(document)
    assert not re.search(r"-?\d+\.\d{8,}(?=[,\]])", _geometry_text(document)), "at most 7 digits"
    ids = []
    for feature in document["features"]:
        assert feature["type"] == "Feature"
        assert set(feature) >= {"geometry", "properties"}
        assert not {"coordinates", "geometries", "features", "crs"} & set(feature)
        assert feature["properties"] is None or isinstance(feature["properties"], dict)
        assert isinstance(feature.get("id", ""), (str, int, float))
        if "id" in feature:
            ids.append(feature["id"])
        if feature["geometry"] is not None:
            geometry(feature["geometry"])
    assert len(ids) == len(set(ids))
    return len(document["features"])


def geometry(shape: dict[str, Any]) -> None:
    assert not {"crs", "geometry", "properties", "features"} & set(shape)
    if shape["type"] == "GeometryCollection":
        assert "coordinates" not in shape
        for part in shape["geometries"]:
            geometry(part)
        return
    assert set(shape) == {"type", "coordinates"}
    _nested(shape["coordinates"], DEPTH[shape["type"]])
    match shape["type"]:
        case "LineString":
            assert len(shape["coordinates"]) != 1
        case "Polygon":
            _polygon(shape["coordinates"])
        case "MultiPolygon":
            for polygon in shape["coordinates"]:
                _polygon(polygon)


def _nested(value: Any, depth: int) -> None:
    assert isinstance(value, list)
    if depth:
        for part in value:
            _nested(part, depth - 1)
    elif value:
        assert 2 <= len(value) <= 3
        assert all(isinstance(number, (int, float)) and not isinstance(number, bool) for number in value)
        assert -180 <= value[0] <= 180
        assert -90 <= value[1] <= 90


def _polygon(rings: list[list[list[float]]]) -> None:
    for at, ring in enumerate(rings):
        assert len(ring) >= 4
        assert ring[0] == ring[-1], "closed"
        x0, y0 = ring[0][:2]
        area = sum((a[0] - x0) * (b[1] - y0) - (b[0] - x0) * (a[1] - y0) for a, b in pairwise(ring))
        assert area >= -1e-18 if at == 0 else area <= 1e-18, "right-hand rule"


def _geometry_text(document: dict[str, Any]) -> str:
    return json.dumps([feature["geometry"] for feature in document["features"]])


def _reject_constant(name: str) -> None:
    raise AssertionError(f"{name} is no JSON")


def _reject_duplicate_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    assert len({key for key, _ in pairs}) == len(pairs), "a key stands twice"
    return dict(pairs)

"""Geometries of findings, GeoJSON-shaped."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely


def to_geojson(shape: Any) -> dict[str, Any] | None:
    """A geometry as plain dicts and lists in two dimensions; None where there is none or it is not finite."""
    if shape is None or shape.is_empty:
        return None
    points = shapely.get_coordinates(shape)
    if not np.isfinite(points).all():
        return None
    match shape.geom_type:
        case "Point":
            return {"type": "Point", "coordinates": points[0].tolist()}
        case "LineString" | "LinearRing" as kind:
            return {"type": kind, "coordinates": points.tolist()}
        case "Polygon" if not shapely.get_num_interior_rings(shape):
            return {"type": "Polygon", "coordinates": [points.tolist()]}
    mapped = shapely.geometry.mapping(shapely.force_2d(shape))
    return _to_lists(mapped)


def describe_shapes(shapes: Sequence[Any]) -> list[dict[str, Any]]:
    """Each geometry as :func:`shapely.geometry.mapping` tells it; points and lines, which may be thousands, at once."""
    array = np.asarray(shapes, dtype=object)
    told: list[Any] = [None] * len(array)
    plain = ~shapely.is_empty(array) & (shapely.get_coordinate_dimension(array) == 2)
    kind = shapely.get_type_id(array)
    points = np.flatnonzero(plain & (kind == shapely.GeometryType.POINT))
    for row, spot in zip(points.tolist(), _tuples(array[points]), strict=True):
        told[row] = {"type": "Point", "coordinates": spot}
    lines = np.flatnonzero(plain & (kind == shapely.GeometryType.LINESTRING))
    spots, last = tuple(_tuples(array[lines])), np.cumsum(shapely.get_num_coordinates(array[lines])).tolist()
    for row, low, high in zip(lines.tolist(), [0, *last], last, strict=False):
        told[row] = {"type": "LineString", "coordinates": spots[low:high]}
    for row, none in enumerate(told):
        if none is None:
            told[row] = shapely.geometry.mapping(array[row])
    return told


def _tuples(shapes: Any) -> list[tuple[float, ...]]:
    """The coordinates of all shapes, flat."""
    return [tuple(spot) for spot in shapely.get_coordinates(shapes).tolist()]


def _to_lists(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _to_lists(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [_to_lists(item) for item in value]
    return float(value) if isinstance(value, float) else value


def merge_points(points: Any) -> Any:
    """One point, or several as one MultiPoint, from coordinates of shape (n, 2); each place once."""
    spots = np.unique(np.round(np.asarray(points, dtype=float), 6), axis=0)
    return shapely.Point(spots[0]) if len(spots) == 1 else shapely.MultiPoint(spots)

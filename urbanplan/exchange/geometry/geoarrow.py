"""Geometries of GeoArrow's own encodings: lists of coordinates, separated (x, y, z) or interleaved."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import shapely

from urbanplan.exchange.geometry.coordinates import LEVELS, to_geometries

_KINDS = {name.lower(): name for name in LEVELS}
ENCODINGS = frozenset(_KINDS)
_AXES = ("x", "y", "z")


def from_geoarrow(values: pa.ChunkedArray, encoding: str) -> tuple[np.ndarray, dict[int, str]]:
    """Geometries, shape (n,), None where null, and the reasons of those refused, by row from 0.

    Args:
        values: the column. encoding: ``point``, ``linestring``, ``polygon``, ``multipoint`` …

    Raises:
        ValueError: the column is not of the encoding.
    """
    kind = _KINDS[encoding]
    array = values.combine_chunks()
    rows = np.flatnonzero(np.asarray(array.is_valid()))
    shapes = np.full(len(array), None, dtype=object)
    refused: dict[int, str] = {}
    if not len(rows):
        return shapes, refused
    points, offsets = _unnest(array.take(pa.array(rows)), LEVELS[kind])
    empty = _has_empty_parts(points, offsets)
    try:
        if empty.any():
            raise ValueError("an empty part")
        shapes[rows] = _build(kind, points, offsets)
    except (ValueError, shapely.errors.ShapelyError):
        made, bad = to_geometries([_to_geojson(kind, array[at]) for at in rows.tolist()])
        shapes[rows], refused = made, {int(rows[at]): reason for at, reason in bad.items()}
    return shapes, refused


def _unnest(array: Any, levels: int) -> tuple[np.ndarray, list[np.ndarray]]:
    """Coordinates, shape (m, 2 or 3), and where the parts of each level begin, outermost first."""
    offsets = []
    for _ in range(levels):
        if not (pa.types.is_list(array.type) or pa.types.is_large_list(array.type)):
            raise ValueError("lists that are nested otherwise than the encoding says")
        begin = np.asarray(array.offsets).astype(np.int64)
        offsets.append(begin - begin[0])
        array = array.flatten()
    if pa.types.is_struct(array.type):
        names = [field.name for field in array.type]
        return np.column_stack([_to_numbers(array.field(axis)) for axis in _AXES if axis in names]), offsets
    if pa.types.is_fixed_size_list(array.type):
        size = array.type.list_size
        return _to_numbers(array.flatten()).reshape(-1, size)[:, : min(size, 3)], offsets
    raise ValueError("coordinates that are neither separated nor interleaved")


def _to_numbers(values: Any) -> np.ndarray:
    return values.to_numpy(zero_copy_only=False).astype(float)


def _has_empty_parts(points: np.ndarray, offsets: list[np.ndarray]) -> np.ndarray:
    """Whether any list is empty, or a point has no numbers."""
    lists = np.array([bool((np.diff(begin) == 0).any()) for begin in offsets])
    return np.append(lists, not np.isfinite(points).all())


def _build(kind: str, points: np.ndarray, offsets: list[np.ndarray]) -> np.ndarray:
    if kind == "Point":
        return np.asarray(shapely.points(points))
    return shapely.from_ragged_array(getattr(shapely.GeometryType, kind.upper()), points, tuple(reversed(offsets)))


def _to_geojson(kind: str, value: Any) -> dict[str, Any]:
    return {"type": kind, "coordinates": _to_lists(value.as_py())}


def _to_lists(value: Any) -> Any:
    """Nested coordinates as GeoJSON has them; a point of no numbers is empty."""
    if isinstance(value, dict):
        value = [value[axis] for axis in _AXES if axis in value]
    if value and not isinstance(value[0], (list, dict)):
        numbers = [float("nan") if number is None else float(number) for number in value]
        return [] if all(number != number for number in numbers) else numbers
    return [_to_lists(part) for part in value]

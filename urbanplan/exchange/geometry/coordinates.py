"""GeoJSON coordinates to shapely geometries, all features of one type at once.

A batch that does not fit is halved until the features at fault stand alone, so
the good ones stay fast and each bad one gets its own reason.
"""

from __future__ import annotations

import json
import re
from itertools import chain
from typing import Any

import numpy as np
import shapely

from urbanplan.model.translation import localize

LEVELS = {"Point": 0, "MultiPoint": 1, "LineString": 1, "MultiLineString": 2, "Polygon": 2, "MultiPolygon": 3}
_POLYGONAL = ("Polygon", "MultiPolygon")
MAX_DEPTH = 16  # levels of geometry collections
MAX_COORDINATE = 1e9  # metres or degrees: nothing on earth is farther from an origin
_TYPES = {name: getattr(shapely.GeometryType, name.upper()) for name in LEVELS}
_EMPTY = {name: shapely.from_wkt(f"{name.upper()} EMPTY") for name in LEVELS}
_PARTS = {
    "MultiLineString": ("LineString", shapely.multilinestrings),
    "MultiPolygon": ("Polygon", shapely.multipolygons),
}


_NO_NUMBER = re.compile(r"could not convert string to float: (.*)")


class InvalidCoordinatesError(ValueError):
    """Coordinates that are no geometry; the message is the reason."""


def explain_coordinates(error: Exception) -> str:
    """Why the coordinates of a row cannot be read, in the words of people."""
    if isinstance(error, InvalidCoordinatesError):
        return str(error)
    if isinstance(error, (KeyError, IndexError)):
        reason = localize("a member, an arc or a number of a position is missing")
    elif isinstance(error, TypeError):
        reason = localize("something that is no list of numbers")
    elif found := _NO_NUMBER.search(str(error)):
        reason = localize("{text} is no number", text=found[1][:60])
    else:
        reason = str(error)[:80]
    return localize("coordinates that cannot be read: {reason}", reason=reason)


def to_geometries(geometries: list[Any]) -> tuple[np.ndarray, dict[int, str]]:
    """Shapely geometries of GeoJSON geometry objects.

    Args:
        geometries: parsed objects or None, length n.

    Returns:
        Geometries, shape (n,), None where null or refused; reasons by position of what was refused.
    """
    made = np.full(len(geometries), None, dtype=object)
    refused: dict[int, str] = {}
    groups: dict[str, list[int]] = {}
    for at, geometry in enumerate(geometries):
        if geometry is not None:
            groups.setdefault(_geometry_type(geometry), []).append(at)
    for kind, rows in groups.items():
        if kind in LEVELS:
            _convert_batch(kind, [geometries[at].get("coordinates") for at in rows], rows, made, refused)
        else:
            _convert_singly(kind, geometries, rows, made, refused)
    return made, refused


def _geometry_type(geometry: Any) -> str:
    name = geometry.get("type") if isinstance(geometry, dict) else None
    return name if isinstance(name, str) else "?" if name is None else json.dumps(name)


def _convert_singly(
    kind: str, geometries: list[Any], rows: list[int], made: np.ndarray, refused: dict[int, str]
) -> None:
    for at in rows:
        try:
            if kind != "GeometryCollection":
                raise InvalidCoordinatesError(localize("unknown geometry type {kind}", kind=repr(kind[:40])))
            made[at] = _convert_collection(geometries[at], MAX_DEPTH)
        except InvalidCoordinatesError as error:
            refused[at] = str(error)


def _convert_collection(geometry: Any, levels: int) -> Any:
    members = geometry.get("geometries")
    if not isinstance(members, list):
        raise InvalidCoordinatesError("a geometry collection without geometries")
    if levels == 0:
        raise InvalidCoordinatesError(
            localize("geometry collections nested deeper than {levels} levels", levels=MAX_DEPTH)
        )
    parts = []
    for member in members:
        if _geometry_type(member) == "GeometryCollection":
            parts.append(_convert_collection(member, levels - 1))
        else:
            one, bad = to_geometries([member])
            if bad:
                raise InvalidCoordinatesError(bad[0])
            parts.append(one[0])
    return shapely.GeometryCollection(parts)


def _convert_batch(kind: str, items: list[Any], rows: list[int], made: np.ndarray, refused: dict[int, str]) -> None:
    try:
        made[rows] = _ragged(kind, items)
    except (InvalidCoordinatesError, TypeError, ValueError, OverflowError, shapely.errors.ShapelyError) as error:
        if len(rows) == 1:
            refused[rows[0]] = (
                str(error) if isinstance(error, InvalidCoordinatesError) else "coordinates that are no lists of numbers"
            )
            return
        half = len(rows) // 2
        _convert_batch(kind, items[:half], rows[:half], made, refused)
        _convert_batch(kind, items[half:], rows[half:], made, refused)


def _ragged(kind: str, items: list[Any]) -> np.ndarray:
    """Shapes of one type; those that hold an empty list are built one by one, for GEOS ends the process at some."""
    offsets, positions = _flatten(kind, items)
    empty = _rows_with_empty_lists(offsets, positions)
    if empty.any():
        made = np.full(len(items), None, dtype=object)
        filled = np.flatnonzero(~empty)
        made[empty] = [_build_singly(kind, items[at]) for at in np.flatnonzero(empty).tolist()]
        made[filled] = _ragged(kind, [items[at] for at in filled.tolist()]) if len(filled) else []
        return made
    high = _have_heights(offsets, positions)
    if high is not None and not high.all():
        made = np.full(len(items), None, dtype=object)
        for rows in (np.flatnonzero(high), np.flatnonzero(~high)):
            made[rows] = _ragged(kind, [items[at] for at in rows.tolist()]) if len(rows) else []
        return made
    points = _to_points(positions)
    if kind == "Point":
        return np.asarray(shapely.points(points))
    _check_parts(kind, points, offsets[-1])
    if not np.isnan(points).any():
        return shapely.from_ragged_array(_TYPES[kind], points, tuple(reversed(offsets)))
    plain = np.column_stack([points[:, :2], np.zeros(len(points))])  # a ring that ends in NaN never closes
    return shapely.set_coordinates(shapely.from_ragged_array(_TYPES[kind], plain, tuple(reversed(offsets))), points)


def _flatten(kind: str, items: list[Any]) -> tuple[list[np.ndarray], list[Any]]:
    """Where the parts of each level begin, outermost first, and the positions of all shapes in one list."""
    offsets = []
    for _ in range(LEVELS[kind]):
        if set(map(type, items)) - {list}:
            raise InvalidCoordinatesError("coordinates that are no lists of numbers")
        offsets.append(np.concatenate([[0], np.cumsum(np.fromiter(map(len, items), dtype=np.int64))]))
        items = list(chain.from_iterable(items))
    return offsets, items


def _have_heights(offsets: list[np.ndarray], positions: list[Any]) -> np.ndarray | None:
    """True for each shape that has a height somewhere, shape (n,); None where all positions are alike, or are none."""
    if set(map(type, positions)) - {list} or len(set(map(len, positions)) - {0, 1}) < 2:
        return None
    high = np.fromiter(map(len, positions), dtype=np.int64, count=len(positions)) > 2
    for starts in reversed(offsets):
        high = np.logical_or.reduceat(high, starts[:-1])
    return high


def _rows_with_empty_lists(offsets: list[np.ndarray], positions: list[Any]) -> np.ndarray:
    """True for each shape with an empty list on any level; shape (n,)."""
    if not offsets:
        return np.fromiter((position == [] for position in positions), dtype=bool, count=len(positions))
    found = np.zeros(len(offsets[0]) - 1, dtype=bool)
    for level, starts in enumerate(offsets):
        rows = np.flatnonzero(np.diff(starts) == 0)
        for outer in reversed(offsets[:level]):
            rows = np.searchsorted(outer, rows, side="right") - 1
        found[rows] = True
    return found


def _build_singly(kind: str, item: list[Any]) -> Any:
    """A shape without points, or one with parts that have none."""
    if not item:
        return _EMPTY[kind]
    if kind not in _PARTS:
        raise InvalidCoordinatesError("a ring with fewer than three points")  # a polygon's ring is empty
    part, join = _PARTS[kind]
    return join(np.concatenate([_ragged(part, [own]) for own in item]))


def _to_points(items: list[Any]) -> np.ndarray:
    """Positions as an array of shape (n, 2) or (n, 3); a height that is not given beside others is NaN."""
    if set(map(type, items)) - {list}:
        raise InvalidCoordinatesError("coordinates that are no lists of numbers")
    sizes = set(map(len, items))
    if sizes - {2, 3}:
        if min(sizes) < 2:
            raise InvalidCoordinatesError("a position with fewer than two numbers")
        items, sizes = [item[:3] for item in items], {min(size, 3) for size in sizes}
    if len(sizes) > 1:
        items, sizes = [(*item, np.nan)[:3] for item in items], {3}
    flat = list(chain.from_iterable(items))
    if set(map(type, flat)) - {int, float}:
        raise InvalidCoordinatesError("a coordinate that is no number")
    points = np.array(flat, dtype=float).reshape(-1, sizes.pop() if sizes else 2)
    if not np.isfinite(points).all() and not _lack_heights_alone(points, items):
        raise InvalidCoordinatesError("a coordinate that is not finite (NaN or infinite)")
    if points.size and np.abs(points).max() > MAX_COORDINATE:
        raise InvalidCoordinatesError("a coordinate that is nowhere on earth")
    return points


def _lack_heights_alone(points: np.ndarray, items: list[Any]) -> bool:
    """Whether all that is not finite are the heights put in for those that are not given."""
    given = np.fromiter((item[-1] is not np.nan for item in items), dtype=bool, count=len(items))
    return bool(np.isfinite(points[:, :2]).all() and np.isfinite(points[given]).all())


def _check_parts(kind: str, points: np.ndarray, starts: np.ndarray) -> None:
    sizes = np.diff(starts)
    filled = sizes > 0
    if kind in _POLYGONAL:
        first, last = starts[:-1][filled], starts[1:][filled] - 1
        if (sizes < 3).any():
            raise InvalidCoordinatesError("a ring with fewer than three points")
        unlike = points[first] != points[last]
        if (unlike & ~np.isnan(points[first]) & ~np.isnan(points[last])).any():
            raise InvalidCoordinatesError("a ring that is not closed")
        if (sizes < 4).any():
            raise InvalidCoordinatesError("a ring with fewer than four points")
    elif kind in ("LineString", "MultiLineString") and (sizes[filled] < 2).any():
        raise InvalidCoordinatesError("a line with fewer than two points")

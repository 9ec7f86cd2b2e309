"""Shapes that pass the 180th meridian, or lie beyond it, are cut there: RFC 7946, section 3.1.9."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from urbanplan.errors import CrsError, ExchangeError
from urbanplan.exchange.crs.projection import build_transform, project_shapes

_BOX_SIDE_POINTS = 21  # points of a side of the box around all shapes, as PROJ takes them for bounds
_MULTI_TYPES = {0: shapely.MultiPoint, 1: shapely.MultiLineString, 2: shapely.MultiPolygon}
_POLE_MESSAGE = "feature {row} goes around a pole: longitudes and latitudes cannot say so"
_LATITUDE_MESSAGE = "feature {row} has a latitude beyond 90 degrees"
_SELF_CROSSING_MESSAGE = "feature {row} passes the 180th meridian and crosses itself"
Transform = Callable[[np.ndarray], np.ndarray]


def may_cross(frame: gpd.GeoDataFrame) -> bool:
    """True where a shape may pass the 180th meridian or lie beyond a pole; only the box around all is looked at.

    Raises:
        CrsError: the frame has no CRS.
    """
    left, low, right, high = frame.total_bounds
    change = build_transform(frame.crs, "EPSG:4326", bounds=(left, low, right, high))
    if not np.isfinite((left, low, right, high)).all():
        return False
    if change is None:
        return bool(left < -180 or right > 180 or low < -90 or high > 90)
    there, back = np.linspace(0, 1, _BOX_SIDE_POINTS), np.linspace(1, 0, _BOX_SIDE_POINTS)
    x = np.concatenate([there, np.ones(_BOX_SIDE_POINTS), back, np.zeros(_BOX_SIDE_POINTS)])
    y = np.concatenate([np.zeros(_BOX_SIDE_POINTS), there, np.ones(_BOX_SIDE_POINTS), back])
    try:
        border = change(np.column_stack([left + x * (right - left), low + y * (high - low)]))
    except CrsError:  # a corner of the box lies nowhere; the shapes may not
        return True
    return bool((np.abs(np.diff(border[:, 0])) > 180).any())


def cut(frame: gpd.GeoDataFrame) -> np.ndarray:
    """The frame's shapes in WGS 84, shape (n,), none beyond 180 degrees: what passes there is made of several parts.

    An edge of projected data passes the meridian where its middle lies on the short way between its ends.

    Raises:
        CrsError: the frame has no CRS, or coordinates have no place in it.
        ExchangeError: a shape goes around or beyond a pole, or cannot be cut.
    """
    source = frame.geometry.to_numpy()
    change = build_transform(frame.crs, "EPSG:4326", bounds=tuple(frame.total_bounds))
    shapes = np.array(project_shapes(frame, "EPSG:4326"), dtype=object)
    points, index = shapely.get_coordinates(shapes, return_index=True)
    beyond = np.abs(points[:, 1]) > 90
    if beyond.any():
        fix = "Check the CRS and the order of the axes, or pin another."
        raise ExchangeError(_LATITUDE_MESSAGE, fix=fix, row=int(index[beyond][0]) + 1)
    jump = (np.abs(np.diff(points[:, 0])) > 180) & (index[1:] == index[:-1])
    for row in np.union1d(index[np.abs(points[:, 0]) > 180], index[1:][jump]).tolist():
        pieces = list(_pieces(source[row], shapes[row], change, row + 1))
        shapes[row] = _join_pieces(pieces, shapes[row])
    return shapes


def _join_pieces(pieces: list[Any], whole: Any) -> Any:
    """Pieces as one shape; of one kind as a multi-shape."""
    if len(pieces) == 1 and shapely.get_type_id(whole) < shapely.GeometryType.MULTIPOINT:
        return pieces[0]
    kinds = {int(shapely.get_dimensions(piece)) for piece in pieces}
    return _MULTI_TYPES[kinds.pop()](pieces) if len(kinds) == 1 else shapely.GeometryCollection(pieces)


def _pieces(source: Any, shape: Any, change: Transform | None, row: int) -> Iterator[Any]:
    """The parts of a shape, each within 180 degrees."""
    for drawn, part in zip(shapely.get_parts(source), shapely.get_parts(shape), strict=True):
        if shapely.get_type_id(part) >= shapely.GeometryType.MULTIPOINT:
            yield from _pieces(drawn, part, change, row)
        elif not shapely.is_empty(part):
            yield from _split_at_meridians(_unroll(drawn, part, change, row), row)


def _unroll(source: Any, part: Any, change: Transform | None, row: int) -> Any:
    """A part whose longitudes go on beyond 180 degrees where it passes there."""
    if change is None or shapely.get_dimensions(part) == 0:
        return part
    if shapely.get_dimensions(part) == 1:
        return shapely.linestrings(_unroll_points(source, part, change))
    pairs = zip(shapely.get_rings(source), shapely.get_rings(part), strict=True)
    outer, *holes = [_unroll_points(drawn, ring, change) for drawn, ring in pairs]
    if any(abs(ring[0, 0] - ring[-1, 0]) > 180 for ring in (outer, *holes)):
        raise ExchangeError(_POLE_MESSAGE, fix="Choose a format that keeps the CRS.", row=row)
    for hole in holes:
        hole[:, 0] += 360 * np.round((outer[:, 0].mean() - hole[:, 0].mean()) / 360)
    return shapely.Polygon(outer, holes)


def _unroll_points(source: Any, line: Any, change: Transform) -> np.ndarray:
    """Points of a line, shape (m, 2) or (m, 3), its longitudes unrolled."""
    points = shapely.get_coordinates(line, include_z=bool(shapely.has_z(line)))
    lon, step = points[:, 0], np.diff(points[:, 0])
    wide = np.flatnonzero(np.abs(step) > 180)
    drawn = shapely.get_coordinates(source)
    middle = change((drawn[wide] + drawn[wide + 1]) / 2)[:, 0]
    long_way = (lon[wide] + lon[wide + 1]) / 2
    passes = wide[np.abs((middle - long_way + 180) % 360 - 180) > 90]
    turn = np.zeros(len(points))
    turn[passes + 1] = -360 * np.sign(step[passes])
    points[:, 0] += np.cumsum(turn)
    return points


def _split_at_meridians(part: Any, row: int) -> Iterator[Any]:
    """A part cut at every odd multiple of 180 degrees, each piece turned back."""
    left, _, right, _ = shapely.bounds(part)
    if left >= -180 and right <= 180:
        yield part
        return
    for turn in range(int((left + 180) // 360), int((right + 180) // 360) + 1):
        try:
            piece = shapely.intersection(part, shapely.box(360 * turn - 180, -91, 360 * turn + 180, 91))
        except shapely.GEOSException as error:
            raise ExchangeError(_SELF_CROSSING_MESSAGE, fix="Repair it first.", row=row) from error
        kept = [one for one in shapely.get_parts(piece) if _is_same_kind(one, part)]
        for one in kept:
            points = shapely.get_coordinates(one, include_z=bool(shapely.has_z(one)))
            points[:, 0] -= 360 * turn
            yield shapely.set_coordinates(one, points)


def _is_same_kind(piece: Any, part: Any) -> bool:
    return not shapely.is_empty(piece) and shapely.get_dimensions(piece) == shapely.get_dimensions(part)

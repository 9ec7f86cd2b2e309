"""Shapes from one CRS to another, axes always east then north."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import geopandas as gpd
import numpy as np
import pyproj
import shapely

from urbanplan.errors import CrsError
from urbanplan.layer.datum_change import DatumOptions, find_datum_change, require_known

_DEGREE_CRS = ("EPSG:4326", "OGC:CRS84", "EPSG:4490")  # CGCS2000 and WGS 84 agree to some centimetres


def to_wgs84(frame: gpd.GeoDataFrame) -> np.ndarray:
    """The frame's shapes in WGS 84 longitude and latitude; CGCS2000 degrees are taken as they are.

    Raises:
        CrsError: the frame has no CRS, its datum's way to the other is not known, or coordinates have no place there.
    """
    return project_shapes(frame, "EPSG:4326")


def project_shapes(frame: gpd.GeoDataFrame, target: Any, *, options: DatumOptions | None = None) -> np.ndarray:
    """The frame's shapes in ``target``, shape (n,).

    Raises:
        CrsError: as for :func:`to_wgs84`.
    """
    change = build_transform(frame.crs, target, bounds=tuple(frame.total_bounds), options=options)
    shapes = frame.geometry.to_numpy()
    return np.asarray(shapes, dtype=object) if change is None else transform_shapes(shapes, change)


def build_transform(
    crs: pyproj.CRS | None,
    target: Any,
    *,
    bounds: tuple[float, ...],
    options: DatumOptions | None = None,
) -> Callable[[np.ndarray], np.ndarray] | None:
    """The change of coordinates, shape (m, 2) to (m, 2), from ``crs`` to ``target``; None where nothing changes.

    Args:
        crs, target: where from and where to. bounds: extent of the data in ``crs``, by which a transformation of
            datum is chosen. options: what is declared of the datum.

    Raises:
        CrsError: there is no CRS to come from, or nobody knows how the datums lie to each other.
    """
    if crs is None:
        fix = "Pin the CRS, for example with --crs EPSG:4547."
        raise CrsError("the data have no CRS", fix=fix)
    goal = pyproj.CRS.from_user_input(target)
    if crs == goal or {crs.to_string(), goal.to_string()} <= set(_DEGREE_CRS):
        return None
    datum, moved = find_datum_change(crs, goal, bounds=bounds, options=options)
    require_known(datum)
    if moved is not None:
        return lambda points: _check_finite(points, moved(points))
    line = _transformer(crs.to_wkt(), goal.to_wkt())
    return lambda points: _transform_points(line, points)


def transform_shapes(shapes: Any, change: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
    """Shapes with ``change`` applied to all plane coordinates at once, shape (m, 2) to (m, 2); heights stay."""
    shapes = np.array(shapes, dtype=object)
    high = shapely.has_z(shapes)
    if not high.any():
        return shapely.set_coordinates(shapes, change(shapely.get_coordinates(shapes)))
    for part in (high, ~high):
        points = shapely.get_coordinates(shapes[part], include_z=bool(part is high))
        points[:, :2] = change(points[:, :2])
        shapes[part] = shapely.set_coordinates(shapes[part], points)
    return shapes


def _transform_points(line: pyproj.Transformer, points: np.ndarray) -> np.ndarray:
    """One transformation of coordinates, shape (m, 2) to (m, 2)."""
    return _check_finite(points, np.column_stack(line.transform(points[:, 0], points[:, 1])))


def _check_finite(points: np.ndarray, there: np.ndarray) -> np.ndarray:
    """What came of points, all of which must lie somewhere."""
    bad = ~np.isfinite(there).all(axis=1)
    if bad.any():
        x, y = points[int(np.flatnonzero(bad)[0])]
        fix = "Check the CRS, or pin another."
        raise CrsError("the coordinate {x}, {y} has no place in its CRS", fix=fix, x=x, y=y)
    return there


@lru_cache(maxsize=32)
def _transformer(source: str, target: str) -> pyproj.Transformer:
    return pyproj.Transformer.from_crs(source, target, always_xy=True)

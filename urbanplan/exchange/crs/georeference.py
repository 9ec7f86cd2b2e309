"""A frame put right on request: axes swapped back, web-map shifts undone, brought into a CRS."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pyproj
import shapely

from urbanplan.errors import ExchangeError
from urbanplan.exchange.crs.projection import project_shapes, transform_shapes
from urbanplan.exchange.frames import is_degrees, parse_crs
from urbanplan.layer.datum import TO_WGS84
from urbanplan.layer.datum_change import DatumOptions


def reproject(
    frame: Any,
    *,
    crs: Any = None,
    datum: str | None = None,
    swap_axes: bool = False,
    to_crs: Any = None,
    options: DatumOptions | None = None,
) -> Any:
    """The frame with its coordinates put right; a frame without geometry is given back as it is.

    Args:
        frame: features as read. crs: the pinned CRS: swapped degrees without any are WGS 84.
        datum: ``gcj02`` or ``bd09``, whose shift is undone. swap_axes: exchange the two axes.
        to_crs: the CRS to bring the features into. options: what is declared of the way between the datums.

    Raises:
        ExchangeError: the datum is unknown. CrsError: there is no CRS to come from, or no known way between datums.
    """
    if not isinstance(frame, gpd.GeoDataFrame):
        return frame
    if swap_axes:
        frame = _replace_geometry(frame, transform_shapes(frame.geometry.to_numpy(), lambda points: points[:, ::-1]))
    if frame.crs is None and crs is None and (swap_axes or datum) and is_degrees(frame.geometry.to_numpy()):
        frame = frame.set_crs("EPSG:4326")
    if datum is not None:
        frame = _undo_datum_shift(frame, datum.lower().replace("-", ""))
    if to_crs is not None:
        goal = parse_crs(to_crs)
        frame = _replace_geometry(frame, project_shapes(frame, goal, options=options), crs=goal)
    return frame


def unprojectable_rows(frame: Any, to_crs: Any) -> list[int]:
    """The rows with a coordinate that has no place in ``to_crs``; none of a frame without shapes or CRS."""
    if not isinstance(frame, gpd.GeoDataFrame) or frame.crs is None:
        return []
    points, rows = shapely.get_coordinates(frame.geometry.to_numpy(), return_index=True)
    line = pyproj.Transformer.from_crs(frame.crs, parse_crs(to_crs), always_xy=True)
    there = np.isfinite(np.column_stack(line.transform(points[:, 0], points[:, 1]))).all(axis=1)
    return np.unique(rows[~there]).tolist()


def _replace_geometry(frame: gpd.GeoDataFrame, shapes: np.ndarray, crs: Any = None) -> gpd.GeoDataFrame:
    return frame.set_geometry(gpd.GeoSeries(shapes, index=frame.index, crs=crs or frame.crs))


def _undo_datum_shift(frame: gpd.GeoDataFrame, datum: str) -> gpd.GeoDataFrame:
    if datum not in TO_WGS84:
        fix = "Use one of {names}."
        names = ", ".join(TO_WGS84)
        raise ExchangeError("there is no datum {datum}", fix=fix, datum=datum, names=names)
    shapes = shapely.force_2d(project_shapes(frame, "EPSG:4326"))
    undo = TO_WGS84[datum]
    right = transform_shapes(shapes, lambda points: np.column_stack(undo(points[:, 0], points[:, 1])))
    return _replace_geometry(frame, right, crs=parse_crs("EPSG:4326"))

"""Columns and shapes to a frame with the CRS that is pinned, declared or given by the format."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely
from pyproj.exceptions import CRSError, ProjError

from urbanplan.errors import CrsError
from urbanplan.exchange.table import Source
from urbanplan.model.translation import localize


def build_frame(
    columns: dict[str, Any], shapes: np.ndarray, source: Source, *, declared: Any = None, default: Any = None,
    implied: str | None = None,
) -> tuple[gpd.GeoDataFrame, str]:  # fmt: skip
    """A frame and the note on its CRS.

    Args:
        columns: values by name, each of length n. shapes: geometries, shape (n,).
        source: what is read; its ``crs`` wins. declared: what the file says.
        default: what the format implies, taken only where the coordinates are degrees. implied: the note on it.
    """
    frame = pd.DataFrame(columns, index=pd.RangeIndex(len(shapes)))
    name = "geometry" if "geometry" not in frame else "geometry_"
    made = gpd.GeoDataFrame(frame.rename(columns={"geometry": "geometry_text"}), geometry=shapes)
    crs, note = resolve_crs(shapes, source, declared=declared, default=default, implied=implied)
    if name != "geometry":
        note = localize("{note}; the field geometry was renamed", note=note)
    return (made.set_crs(crs) if crs is not None else made), note


def set_shapes(frame: Any, shapes: np.ndarray) -> gpd.GeoDataFrame:
    """The frame with other shapes, in its CRS."""
    return frame.set_geometry(gpd.GeoSeries(shapes, index=frame.index, crs=frame.crs, name=frame.geometry.name))


def resolve_crs(
    shapes: Any, source: Source, *, declared: Any, default: Any = None, implied: str | None = None
) -> tuple[pyproj.CRS | None, str]:
    """The CRS of a file's shapes and where it comes from.

    Raises:
        CrsError: the pinned or declared CRS is unknown.
    """
    if source.crs is not None:
        return _parse_pinned(source), localize("pinned by the caller")
    if declared is not None:
        said = parse_crs(declared, where=str(source.path))
        if said.is_engineering or said.name.startswith("Undefined "):  # GeoPackage's -1 and 0; a bureau's own system
            return None, localize("the file says {name}, which has no place on the earth", name=said.name)
        if not _has_known_projection(said):
            return None, localize("the file says {name}, whose projection nobody knows", name=said.name)
        return said, localize("declared by the file")
    if default is not None and is_degrees(shapes):
        return parse_crs(default), implied or localize("implied by the format")
    return None, localize("none is declared")


def _parse_pinned(source: Source) -> pyproj.CRS:
    crs = parse_crs(source.crs, where=str(source.path))
    if not _has_known_projection(crs):
        what, fix = "the projection of {crs} is unknown", "Give a code such as EPSG:4547."
        raise CrsError(what, where=str(source.path), fix=fix, crs=crs.name)
    return crs


def _has_known_projection(crs: pyproj.CRS) -> bool:
    """Whether PROJ can compute with the projection: one without a code may be a name that nobody knows."""
    conversion = crs.coordinate_operation
    if conversion is None or conversion.method_auth_name == "EPSG" or crs.geodetic_crs is None:
        return True
    try:
        pyproj.Transformer.from_crs(crs, crs.geodetic_crs)
    except ProjError:
        return False
    return True


def is_spatial(frame: Any) -> bool:
    """Whether rows have shapes; a field that is called geometry does not make them so."""
    return isinstance(frame, gpd.GeoDataFrame)


def is_degrees(shapes: Any) -> bool:
    """True when all coordinates lie within ±180 and ±90."""
    if not len(shapes):
        return True
    left, low, right, high = shapely.total_bounds(np.asarray(shapes, dtype=object))
    return not (left < -180 or right > 180 or low < -90 or high > 90)


def degree_outliers(shapes: np.ndarray, source: Source) -> dict[int, str]:
    """Shapes of a layer in degrees that lie beyond the earth's, by row from 0, with the reason; they become none.

    Where they are not few, the layer is in no degrees at all, and none is told.
    """
    if source.crs is not None or is_degrees(shapes):
        return {}
    bounds = shapely.bounds(shapes).reshape(-1, 4)
    outside = (bounds[:, 0] < -180) | (bounds[:, 2] > 180) | (bounds[:, 1] < -90) | (bounds[:, 3] > 90)
    rows = np.flatnonzero(outside).tolist()
    if 2 * len(rows) > np.isfinite(bounds[:, 0]).sum() - len(rows):
        return {}
    shapes[rows] = None
    what = "a place beyond the degrees of the earth: {x:g}, {y:g}"
    return {row: localize(what, x=bounds[row, 0], y=bounds[row, 1]) for row in rows}


def parse_crs(crs: Any, *, where: str = "") -> pyproj.CRS:
    """A CRS by whatever pyproj understands.

    Raises:
        CrsError: it is unknown.
    """
    try:
        return pyproj.CRS.from_user_input(crs)
    except CRSError as error:
        fix = "Pin one that is known, for example EPSG:4547."
        raise CrsError("the CRS {crs} is unknown", where=where, fix=fix, crs=repr(str(crs))[:80]) from error

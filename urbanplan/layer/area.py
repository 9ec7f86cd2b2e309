"""Area: in the plane of the working zone or on the ellipsoid, overlaps once; what cannot be measured is an interval."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from urbanplan.layer.overlaps import shared_pieces
from urbanplan.layer.validity import make_valid_copies, null_nonfinite

if TYPE_CHECKING:
    from numpy.typing import NDArray

_POLYGON = 3  # shapely's number of the type; those of collections are larger
OVERLAP_M2 = 1e-6  # shared area below this is rounding


def plane_areas(geometries: Any) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Least and greatest plane area of each geometry, in the square of its CRS' unit.

    Valid polygons have one area.  The area of an invalid one depends on how it is mended (GEOS ``linework`` or
    ``structure``), so its ends span both and the ring formula.  A geometry that is missing or not finite is 0..inf.
    """
    shapes = null_nonfinite(geometries)
    low = np.array(shapely.area(shapes))
    high = low.copy()
    broken = np.flatnonzero(~shapely.is_valid(shapes) & ~shapely.is_missing(shapes))
    if broken.size:
        mended = [
            shapely.area(shapely.make_valid(shapes[broken], method="linework")),
            shapely.area(shapely.make_valid(shapes[broken], method="structure", keep_collapsed=False)),
        ]
        ways = np.abs(np.stack([low[broken], *mended]))
        low[broken], high[broken] = ways.min(axis=0), ways.max(axis=0)
    gone = shapely.is_missing(shapes)
    low[gone], high[gone] = 0.0, np.inf
    return low, high


def ellipsoid_areas(geometries: Any, crs: Any) -> NDArray[np.float64]:
    """Area of each polygon on the ellipsoid of its CRS, in m²; edges are geodesics.

    Args:
        geometries: array of polygons in ``crs``. crs: anything pyproj takes.

    Source: Karney 2013, Algorithms for geodesics, as in GeographicLib through pyproj.
    """
    from pyproj import CRS, Geod, Transformer

    source = CRS.from_user_input(crs)
    ellipsoid = source.ellipsoid
    geod = Geod(a=ellipsoid.semi_major_metre, b=ellipsoid.semi_minor_metre) if ellipsoid else Geod(ellps="GRS80")
    geographic = source if source.is_geographic else source.geodetic_crs
    rings, row = _oriented_rings(np.asarray(geometries, dtype=object))
    points, ring = shapely.get_coordinates(rings, return_index=True)
    if source != geographic:
        points = np.column_stack(Transformer.from_crs(source, geographic, always_xy=True).transform(*points.T))
    starts = np.searchsorted(ring, np.arange(len(rings) + 1)).tolist()
    lon, lat = np.ascontiguousarray(points.T)
    areas = [geod.polygon_area_perimeter(lon[a:b], lat[a:b])[0] for a, b in pairwise(starts)]
    return np.abs(np.bincount(row, weights=areas, minlength=len(geometries)))


def _oriented_rings(shapes: NDArray[np.object_]) -> tuple[NDArray[np.object_], NDArray[np.intp]]:
    """Rings of all polygons, also in collections, shells counter-clockwise and holes clockwise; and the row of each."""
    parts, row = shapely.get_parts(shapes, return_index=True)
    while (shapely.get_type_id(parts) > _POLYGON).any():
        parts, inner = shapely.get_parts(parts, return_index=True)
        row = row[inner]
    solid = shapely.get_type_id(parts) == _POLYGON
    rings, of = shapely.get_rings(shapely.orient_polygons(parts[solid]), return_index=True)
    return rings, row[solid][of]


def overlapping_rows(geometries: Any, *, tolerance: float = OVERLAP_M2) -> NDArray[np.intp]:
    """Rows of polygons that share area with another, and those that were not compared with all; sorted."""
    left, right = overlapping_pairs(geometries, tolerance=tolerance)
    return np.union1d(left, right)


def overlapping_pairs(geometries: Any, *, tolerance: float = OVERLAP_M2) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Pairs of polygons that share area, the first the lower row; one that was not compared with all, with itself."""
    shapes = np.asarray(geometries, dtype=object)
    found = shared_pieces(make_valid_copies(shapes))
    hit = shapely.area(found.pieces) > tolerance
    rest = np.arange(found.compared, len(shapes))
    return np.concatenate([found.left[hit], rest]), np.concatenate([found.right[hit], rest])


def dissolved_area(geometries: Any) -> tuple[float, float]:
    """Least and greatest area of the land that the polygons cover, overlaps counted once."""
    shapes = np.asarray(geometries, dtype=object)
    if not shapes.size:
        return 0.0, 0.0
    low, high = plane_areas(shapes)
    tangled = overlapping_rows(shapes)
    if not tangled.size:
        return float(low.sum()), float(high.sum())
    alone = np.ones(len(shapes), dtype=bool)
    alone[tangled] = False
    union = float(shapely.area(shapely.union_all(make_valid_copies(shapes[tangled]))))
    return float(low[alone].sum()) + union, float(high[alone].sum()) + union

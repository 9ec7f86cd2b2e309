"""Area on the ellipsoid: of each polygon, and of many together."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from urbanplan.layer.boundary_walks import boundary_walks
from urbanplan.layer.polygons import polygon_parts
from urbanplan.layer.rings import doubled_areas, split_parts

if TYPE_CHECKING:
    from numpy.typing import NDArray


def ellipsoid_areas(geometries: Any, crs: Any) -> NDArray[np.float64]:
    """Area of each polygon on the ellipsoid of its CRS, in m²; edges are geodesics.

    Args:
        geometries: array of polygons in ``crs``. crs: anything pyproj takes.

    Source: Karney 2013, Algorithms for geodesics, as in GeographicLib through pyproj.
    """
    rings, row = _oriented_rings(np.asarray(geometries, dtype=object))
    points, ring = shapely.get_coordinates(rings, return_index=True)
    starts = np.searchsorted(ring, np.arange(len(rings) + 1))
    return np.abs(np.bincount(row, weights=_ring_areas(points, starts, crs), minlength=len(geometries)))


def ellipsoid_sum(geometries: Any, crs: Any) -> float:
    """Sum of :func:`ellipsoid_areas`; an edge that two polygons share is not measured, since it counts both ways."""
    shapes = np.asarray(geometries, dtype=object)
    parts, row = split_parts(shapes)
    alone = np.bincount(row, minlength=len(shapes))[row] == 1
    alone &= ~shapely.is_empty(parts)
    alone &= (shapely.get_type_id(parts) == shapely.GeometryType.POLYGON) & (shapely.get_num_interior_rings(parts) == 0)
    rest = np.ones(len(shapes), dtype=bool)
    rest[row[alone]] = False
    walks = boundary_walks(*_left_edges(parts[alone]))
    return float(np.sum(ellipsoid_areas(shapes[rest], crs)) + np.sum(_ring_areas(*walks, crs)))


def _ring_areas(points: NDArray[np.float64], starts: NDArray[np.intp], crs: Any) -> NDArray[np.float64]:
    """Area of each ring on the ellipsoid, negative of a clockwise one; ``starts`` (n + 1) cut the points into rings."""
    from pyproj import CRS, Geod, Transformer

    source = CRS.from_user_input(crs)
    ellipsoid = source.ellipsoid
    geod = Geod(a=ellipsoid.semi_major_metre, b=ellipsoid.semi_minor_metre) if ellipsoid else Geod(ellps="GRS80")
    geographic = source if source.is_geographic else source.geodetic_crs
    if source != geographic:
        points = np.column_stack(Transformer.from_crs(source, geographic, always_xy=True).transform(*points.T))
    lon, lat = np.ascontiguousarray(points.T)
    return np.array([geod.polygon_area_perimeter(lon[a:b], lat[a:b])[0] for a, b in pairwise(starts.tolist())])


def _left_edges(rings: NDArray[np.object_]) -> tuple[NDArray[np.float64], NDArray[np.intp], NDArray[np.intp]]:
    """Points of polygons without holes, and the edges between them by number: no polygon's area is negative."""
    points, ring = shapely.get_coordinates(rings, return_index=True)
    doubled, _ = doubled_areas(points, ring, len(rings))
    edge = np.flatnonzero(ring[1:] == ring[:-1])
    back = (doubled[ring[edge]] < 0).astype(np.intp)
    return points, edge + back, edge + 1 - back


def _oriented_rings(shapes: NDArray[np.object_]) -> tuple[NDArray[np.object_], NDArray[np.intp]]:
    """Rings of all polygons, also in collections, shells counter-clockwise and holes clockwise; and the row of each."""
    polygons, row = polygon_parts(shapes, np.arange(len(shapes)))
    rings, of = shapely.get_rings(shapely.orient_polygons(polygons), return_index=True)
    return rings, row[of]

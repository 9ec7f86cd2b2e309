"""Rules on vertices and rings: repeated points, sharp angles, slivers, the order of rings."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from urbanplan.layer.arrays import geometry_array, id_array
from urbanplan.layer.geojson import merge_points, to_geojson
from urbanplan.layer.precision import PRECISION_M
from urbanplan.layer.validity import null_unusable
from urbanplan.model.finding import Finding, build_finding

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from urbanplan.layer.layer import Layer

REPEATED_M = 0.001  # vertices nearer than this are one
_MIN_SIDE_M = 2 * PRECISION_M  # angles between shorter sides come of rounding


def vertex_findings(layer: Layer) -> list[Finding]:
    """Findings on vertices and rings of lines and polygons."""
    shapes = null_unusable(geometry_array(layer))
    if not (shapely.get_dimensions(shapes) > 0).any():
        return []
    ids = id_array(layer)
    return [
        *_repeated_point_findings(layer, shapes, ids),
        *_sharp_angle_findings(layer, shapes, ids),
        *_sliver_findings(layer, shapes, ids),
        *_ring_order_findings(layer, shapes, ids),
    ]


def linear_parts(shapes: Any) -> tuple[NDArray[np.object_], NDArray[np.intp]]:
    """Rings of polygons and lines of lines, each with the row of its geometry."""
    parts, owner = shapely.get_parts(shapes, return_index=True)
    kinds = shapely.get_type_id(parts)
    rings, back = shapely.get_rings(parts, return_index=True)
    line = (kinds == shapely.GeometryType.LINESTRING) | (kinds == shapely.GeometryType.LINEARRING)
    return np.concatenate([rings, parts[line]]), np.concatenate([owner[back], owner[line]])


def _repeated_point_findings(layer: Layer, shapes: Any, ids: Any) -> Iterator[Finding]:
    lines, owner = linear_parts(shapes)
    points, line = shapely.get_coordinates(lines, return_index=True)
    if len(points) < 2:
        return
    near = (np.hypot(*(points[1:] - points[:-1]).T) < REPEATED_M) & (line[1:] == line[:-1])
    hits = np.flatnonzero(near)
    rows = owner[line[hits]]
    for row in np.unique(rows):
        spots = points[hits[rows == row]]
        yield build_finding(
            "layer-points-repeated",
            layer=layer.name,
            feature=ids[row],
            geometry=to_geojson(merge_points(spots)),
            count=len(spots),
        )


def _sharp_angle_findings(layer: Layer, shapes: Any, ids: Any) -> Iterator[Finding]:
    limit = layer.type.rules.sharp_angle_deg
    if not limit:
        return
    lines, owner = linear_parts(shapes)
    points, line, angle = vertex_angles(lines)
    hits = np.flatnonzero(angle < limit)
    rows = owner[line[hits]]
    for row in np.unique(rows):
        mine = hits[rows == row]
        yield build_finding(
            "layer-sharp-angle",
            layer=layer.name,
            feature=ids[row],
            geometry=to_geojson(merge_points(points[mine])),
            count=len(mine),
            angle=float(angle[mine].min()),
            least=limit,
        )


def vertex_angles(lines: Any) -> tuple[NDArray[np.float64], NDArray[np.intp], NDArray[np.float64]]:
    """Angle in degrees between the two sides at each vertex, repeated ones taken once; NaN where there is none.

    Returns:
        Coordinates, shape (n, 2); line of each; angle of each, 0..180.
    """
    points, line = shapely.get_coordinates(lines, return_index=True)
    if not len(points):
        return points, line, np.empty(0)
    again = np.r_[False, (np.hypot(*(points[1:] - points[:-1]).T) < REPEATED_M) & (line[1:] == line[:-1])]
    points, line = points[~again], line[~again]
    rows = np.arange(len(points))
    first = np.r_[True, line[1:] != line[:-1]]
    last = np.r_[first[1:], True]
    ring = shapely.is_closed(lines)[line]
    start = np.maximum.accumulate(np.where(first, rows, 0))
    after = np.where(last, np.where(ring, np.minimum(start + 1, rows[-1]), rows), rows + 1)
    before = np.where(first, rows, rows - 1)
    back, ahead = points[before] - points, points[np.minimum(after, rows[-1])] - points
    sides = np.hypot(*back.T), np.hypot(*ahead.T)
    bend = np.abs(np.arctan2(back[:, 0] * ahead[:, 1] - back[:, 1] * ahead[:, 0], (back * ahead).sum(axis=1)))
    inner = ~first & (ring | ~last) & (np.minimum(*sides) > _MIN_SIDE_M)
    return points, line, np.where(inner, np.degrees(bend), np.nan)


def _sliver_findings(layer: Layer, shapes: Any, ids: Any) -> Iterator[Finding]:
    limit = layer.type.rules.sliver_thickness
    if not limit:
        return
    parts, owner = shapely.get_parts(shapes, return_index=True)
    around = shapely.length(parts)
    area = shapely.area(parts)
    flat = (shapely.get_dimensions(parts) == 2) & shapely.is_valid(parts)
    roundness = np.divide(4 * np.pi * area, around**2, out=np.ones(len(parts)), where=around > 0)
    for part in np.flatnonzero(flat & (roundness < limit)):
        yield build_finding(
            "layer-sliver",
            layer=layer.name,
            feature=ids[owner[part]],
            geometry=to_geojson(parts[part]),
            area_m2=float(area[part]),
            roundness=float(roundness[part]),
            least=limit,
        )


def _ring_order_findings(layer: Layer, shapes: Any, ids: Any) -> Iterator[Finding]:
    """Holes that run as their outer ring does, and outer rings against the layer's habit."""
    parts, owner = shapely.get_parts(shapes, return_index=True)
    polygon = (shapely.get_type_id(parts) == shapely.GeometryType.POLYGON) & shapely.is_valid(parts)
    parts, owner = parts[polygon], owner[polygon]
    if not len(parts):
        return
    outer = shapely.is_ccw(shapely.get_exterior_ring(parts))
    habit = outer.sum() * 2 >= len(outer)
    for part in np.flatnonzero(outer != habit):
        yield build_finding(
            "layer-ring-order", layer=layer.name, feature=ids[owner[part]], geometry=to_geojson(parts[part].exterior)
        )
    rings, back = shapely.get_rings(parts, return_index=True)
    hole = np.r_[False, back[1:] == back[:-1]]
    for ring in np.flatnonzero(hole & (shapely.is_ccw(rings) == outer[back])):
        yield build_finding(
            "layer-ring-order", layer=layer.name, feature=ids[owner[back[ring]]], geometry=to_geojson(rings[ring])
        )

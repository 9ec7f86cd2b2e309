"""Rules on vertices and rings: repeated points, sharp angles, slivers, the order of rings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from urbanplan.layer.arrays import geometry_array, id_array
from urbanplan.layer.geojson import merge_points, to_geojson
from urbanplan.layer.precision import PRECISION_M
from urbanplan.layer.rings import are_counterclockwise, linear_parts, split_parts, split_rings
from urbanplan.model.finding import Finding, build_finding

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from urbanplan.layer.layer import Layer

REPEATED_M = 0.001  # vertices nearer than this are one
_MIN_SIDE_M = 2 * PRECISION_M  # angles between shorter sides come of rounding


@dataclass(frozen=True, eq=False)
class _Parts:
    """Parts of the geometries that are drawn, the row of each, and whether it is valid."""

    shapes: NDArray[np.object_]
    row: NDArray[np.intp]
    valid: NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class _Corners:
    """Points of rings and lines end to end, the line of each, and of each line its row and whether it closes."""

    points: NDArray[np.float64]
    line: NDArray[np.intp]
    row: NDArray[np.intp]
    closed: NDArray[np.bool_]

    @cached_property
    def repeated(self) -> NDArray[np.bool_]:
        """Whether each point stands where the next one of its line does, shape (n - 1,)."""
        return repeated_points(self.points, self.line)


def repeated_points(points: NDArray[np.float64], line: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Whether each of some points, shape (n, 2), stands where the next one of its line does, shape (n - 1,)."""
    return (np.hypot(*(points[1:] - points[:-1]).T) < REPEATED_M) & (line[1:] == line[:-1])


def vertex_findings(layer: Layer) -> list[Finding]:
    """Findings on vertices and rings of lines and polygons."""
    every = geometry_array(layer)
    if not (layer.usable & (shapely.get_dimensions(every) > 0)).any():
        return []
    rows, ids = np.flatnonzero(layer.usable), id_array(layer)
    shapes, owner = split_parts(every[rows])
    parts = _Parts(shapes, rows[owner], layer.valid[rows] if len(shapes) == len(rows) else shapely.is_valid(shapes))
    corners = _read_corners(every[rows], rows)
    return [
        *_repeated_point_findings(layer, corners, ids),
        *_sharp_angle_findings(layer, corners, ids),
        *_sliver_findings(layer, parts, ids),
        *_ring_order_findings(layer, parts, ids),
    ]


def _read_corners(shapes: NDArray[np.object_], rows: NDArray[np.intp]) -> _Corners:
    lines, owner = linear_parts(shapes)
    points, line = shapely.get_coordinates(lines, return_index=True)
    closed = (shapely.get_type_id(lines) == shapely.GeometryType.POLYGON) | shapely.is_closed(lines)
    return _Corners(points, line, rows[owner], closed)


def _repeated_point_findings(layer: Layer, corners: _Corners, ids: Any) -> Iterator[Finding]:
    hits = np.flatnonzero(corners.repeated)
    for row, mine in _by_row(corners.row[corners.line[hits]], hits):
        yield build_finding(
            "layer-points-repeated",
            layer=layer.name,
            feature=ids[row],
            geometry=to_geojson(merge_points(corners.points[mine])),
            count=len(mine),
        )


def _sharp_angle_findings(layer: Layer, corners: _Corners, ids: Any) -> Iterator[Finding]:
    limit = layer.type.rules.sharp_angle_deg
    if not limit:
        return
    points, line, angle = _vertex_angles(corners)
    hits = np.flatnonzero(angle < limit)
    for row, mine in _by_row(corners.row[line[hits]], hits):
        yield build_finding(
            "layer-sharp-angle",
            layer=layer.name,
            feature=ids[row],
            geometry=to_geojson(merge_points(points[mine])),
            count=len(mine),
            angle=float(angle[mine].min()),
            least=limit,
        )


def _by_row(rows: NDArray[np.intp], hits: NDArray[np.intp]) -> Iterator[tuple[int, NDArray[np.intp]]]:
    """Each row that is hit, ascending, and its hits."""
    order = np.argsort(rows, kind="stable")
    found, start = np.unique(rows[order], return_index=True)
    yield from zip(found.tolist(), np.split(hits[order], start[1:]), strict=False)


def _vertex_angles(corners: _Corners) -> tuple[NDArray[np.float64], NDArray[np.intp], NDArray[np.float64]]:
    """Angle in degrees between the two sides at each vertex, repeated ones taken once; NaN where there is none.

    Returns:
        Coordinates, shape (n, 2); line of each; angle of each, 0..180.
    """
    points, line = corners.points, corners.line
    if not len(points):
        return points, line, np.empty(0)
    if corners.repeated.any():
        fresh = np.append(True, ~corners.repeated)
        points, line = points.compress(fresh, axis=0), line[fresh]
    rows = np.arange(len(points))
    first = np.r_[True, line[1:] != line[:-1]]
    last = np.r_[first[1:], True]
    ring = corners.closed[line]
    start = np.maximum.accumulate(np.where(first, rows, 0))
    after = np.where(last, np.where(ring, np.minimum(start + 1, rows[-1]), rows), rows + 1)
    before = np.where(first, rows, rows - 1)
    back, ahead = (points.take(rows_of, axis=0) - points for rows_of in (before, np.minimum(after, rows[-1])))
    sides = np.hypot(*back.T), np.hypot(*ahead.T)
    bend = np.abs(np.arctan2(back[:, 0] * ahead[:, 1] - back[:, 1] * ahead[:, 0], (back * ahead).sum(axis=1)))
    inner = ~first & (ring | ~last) & (np.minimum(*sides) > _MIN_SIDE_M)
    return points, line, np.where(inner, np.degrees(bend), np.nan)


def _sliver_findings(layer: Layer, parts: _Parts, ids: Any) -> Iterator[Finding]:
    limit = layer.type.rules.sliver_thickness
    if not limit:
        return
    around, area = shapely.length(parts.shapes), shapely.area(parts.shapes)
    flat = (shapely.get_dimensions(parts.shapes) == 2) & parts.valid
    roundness = np.divide(4 * np.pi * area, around**2, out=np.ones(len(around)), where=around > 0)
    for part in np.flatnonzero(flat & (roundness < limit)):
        yield build_finding(
            "layer-sliver",
            layer=layer.name,
            feature=ids[parts.row[part]],
            geometry=to_geojson(parts.shapes[part]),
            area_m2=float(area[part]),
            roundness=float(roundness[part]),
            least=limit,
        )


def _ring_order_findings(layer: Layer, parts: _Parts, ids: Any) -> Iterator[Finding]:
    """Holes that run as their outer ring does, and outer rings against the layer's habit."""
    kept = parts.valid & (shapely.get_type_id(parts.shapes) == shapely.GeometryType.POLYGON)
    shapes, owner = parts.shapes[kept], parts.row[kept]
    if not len(shapes):
        return
    rings, back = split_rings(shapes)
    left, hole = are_counterclockwise(rings), np.r_[False, back[1:] == back[:-1]][: len(back)]
    outer = np.zeros(len(shapes), dtype=bool)
    outer[back[~hole]] = left[~hole]
    habit = outer.sum() * 2 >= len(outer)
    for part in np.flatnonzero(outer != habit):
        yield build_finding(
            "layer-ring-order", layer=layer.name, feature=ids[owner[part]], geometry=to_geojson(shapes[part].exterior)
        )
    for ring in np.flatnonzero(hole & (left == outer[back])):
        yield build_finding(
            "layer-ring-order", layer=layer.name, feature=ids[owner[back[ring]]], geometry=to_geojson(rings[ring])
        )

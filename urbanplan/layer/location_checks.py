"""Suspicions about a whole layer: far from the district, axes swapped, zone prefix, a web map's shift, wrong number.

Each candidate transformation is tried on the layer; it is named only when it
brings the layer to the district.  Nothing is moved.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from urbanplan.layer.arrays import geometry_array, id_array
from urbanplan.layer.crs import is_in_china
from urbanplan.layer.geojson import to_geojson
from urbanplan.layer.tiling import district_geometry
from urbanplan.layer.validity import make_valid_copies
from urbanplan.model.finding import Finding, build_finding

if TYPE_CHECKING:
    from urbanplan.layer.layer import Layer

_ZONE_PREFIX_M = 1_000_000.0  # a zone's number stands before the easting's six digits
MIN_OUTSIDE_SHARE = 0.03  # share of a layer outside from which on a shift is looked for
MAX_REMAINING_SHARE = 0.2  # of that share may be left by the right inverse: streets run out of every district


def location_findings(layer: Layer, boundary: Layer | None) -> list[Finding]:
    """Findings on where the layer as a whole lies, and on its number of features."""
    found = list(_count_findings(layer))
    land = district_geometry(boundary)
    shapes = geometry_array(layer)
    usable = layer.usable
    if land is None or boundary is None or boundary.name == layer.name or not usable.any():
        return found
    return found + list(_distance_findings(layer, shapes[usable], id_array(layer)[usable], boundary))


def _count_findings(layer: Layer) -> Iterator[Finding]:
    if layer.declared_count is not None and layer.declared_count != len(layer.frame):
        yield build_finding(
            "layer-count-differs",
            layer=layer.name,
            declared=layer.declared_count,
            count=len(layer.frame),
            difference=len(layer.frame) - layer.declared_count,
        )


def _distance_findings(layer: Layer, shapes: Any, ids: Any, boundary: Layer) -> Iterator[Finding]:
    land, near = boundary.land, boundary.surroundings
    close = shapely.intersects(near, shapes)  # the prepared one first: else it is not asked as such
    if not close.any():
        yield _far_layer_finding(layer, shapes, land, near)
        return
    for row in np.flatnonzero(~close):
        yield build_finding(
            "layer-feature-far",
            layer=layer.name,
            feature=ids[row],
            geometry=to_geojson(shapes[row]),
            distance_m=float(shapely.distance(shapes[row], land)),
        )
    yield from _shift_findings(layer, shapes[close], land)


def _far_layer_finding(layer: Layer, shapes: Any, land: Any, near: Any) -> Finding:
    """The finding on a layer of which nothing lies near the district."""
    swapped = shapely.transform(shapes, lambda points: points[:, ::-1])
    distance = float(shapely.distance(shapes, land).min())
    spot = to_geojson(shapely.Point(shapely.total_bounds(shapes)[:2]))
    if shapely.intersects(near, swapped).any():
        return build_finding("layer-axes-swapped", layer=layer.name, geometry=spot, distance_m=distance)
    step = np.round((land.centroid.x - shapely.total_bounds(shapes)[0]) / _ZONE_PREFIX_M) * _ZONE_PREFIX_M
    moved = shapely.transform(shapes, lambda points: points + np.array([step, 0.0]))
    if step and shapely.intersects(near, moved).any():
        return build_finding(
            "layer-zone-prefix", layer=layer.name, geometry=spot, step_m=float(step), distance_m=distance
        )
    return build_finding("layer-far", layer=layer.name, geometry=spot, distance_m=distance)


def _shift_findings(layer: Layer, shapes: Any, land: Any) -> Iterator[Finding]:
    """A layer that sticks out as a whole, and lies inside once a web map's shift is taken back."""
    shapely.prepare(land)
    share = outside_share(shapes, land)
    if share < MIN_OUTSIDE_SHARE or len(shapes) < 2:
        return
    winner = explaining_shift(shapes, land, layer.frame.crs)
    if winner is not None:
        name, dx, dy, _ = winner
        yield build_finding(
            "layer-datum-shift",
            layer=layer.name,
            geometry=to_geojson(shapely.box(*shapely.total_bounds(shapes))),
            datum=name,
            offset_m=float(np.hypot(dx, dy)),
            azimuth_deg=float(np.degrees(np.arctan2(dx, dy)) % 360),
            share=share,
        )


def explaining_shift(shapes: Any, land: Any, crs: Any) -> tuple[str, float, float, float] | None:
    """The one web map's shift that explains why shapes stick out of the land: name, metres east and north, share left.

    None where no shift or more than one would: advice must be right when it is obeyed.
    """
    share = outside_share(shapes, land)
    found = []
    for name, dx, dy in web_map_shifts(land, crs):
        left = outside_share(shapely.transform(shapes, lambda points, by=(dx, dy): points - by), land)
        if left <= MAX_REMAINING_SHARE * share:
            found.append((name, dx, dy, left))
    return found[0] if len(found) == 1 else None


def outside_share(shapes: Any, land: Any) -> float:
    """Share of a layer outside the land: of its area, else of its length, else of its points."""
    dimension = int(shapely.get_dimensions(shapes).max())
    size: Callable[[Any], Any] = {2: shapely.area, 1: shapely.length}.get(dimension, shapely.get_num_geometries)
    same = shapes[shapely.get_dimensions(shapes) == dimension]
    same = make_valid_copies(same)
    if dimension == 0:
        return float((~shapely.intersects(land, same)).mean())
    sizes = size(same)
    across = ~shapely.covers(land, same)  # only these need to be cut
    outside = sizes[across].sum() - size(shapely.intersection(same[across], land)).sum()
    return float(outside / sizes.sum()) if sizes.sum() else 0.0


def web_map_shifts(land: Any, crs: Any) -> list[tuple[str, float, float]]:
    """Name, and offset in metres east and north, of GCJ-02 and BD-09 at the district's middle; none outside China."""
    from pyproj import CRS, Transformer

    from urbanplan.layer import datum

    if crs is None:
        return []
    source = CRS.from_user_input(crs)
    there = Transformer.from_crs(source, source.geodetic_crs, always_xy=True)
    back = Transformer.from_crs(source.geodetic_crs, source, always_xy=True)
    x, y = land.centroid.x, land.centroid.y
    lon, lat = (np.array([value]) for value in there.transform(x, y))
    if not is_in_china(float(lon[0]), float(lat[0])):
        return []
    offsets = []
    for name, shift in (("GCJ-02", datum.wgs84_to_gcj02), ("BD-09", datum.wgs84_to_bd09)):
        moved_lon, moved_lat = shift(lon, lat)
        east, north = back.transform(float(moved_lon[0]), float(moved_lat[0]))
        offsets.append((name, east - x, north - y))
    return offsets

"""Rules on the shape of each feature: there, of its type, valid, whole, large enough."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from urbanplan.layer.arrays import geometry_array, id_array
from urbanplan.layer.geojson import to_geojson
from urbanplan.layer.self_intersections import find_self_intersections
from urbanplan.layer.validity import has_finite_coordinates
from urbanplan.model.comparison import is_below
from urbanplan.model.finding import Finding, build_finding

if TYPE_CHECKING:
    from urbanplan.layer.layer import Layer

DIMENSIONS = {"point": 0, "line": 1, "polygon": 2}
_VALIDITY_REASON = re.compile(r"^(?P<reason>[^\[]*)\[(?P<x>\S+) (?P<y>\S+)\]$")
_GEOS_CODES = {  # what GEOS says -> code
    "Self-intersection": "layer-shape-crosses",
    "Ring Self-intersection": "layer-shape-crosses",
    "Hole lies outside shell": "layer-hole-outside",
    "Holes are nested": "layer-hole-outside",
    "Nested shells": "layer-shape-nested",
    "Duplicate Rings": "layer-shape-nested",
}

Emit = Callable[..., Finding]


def shape_findings(layer: Layer) -> list[Finding]:
    """Findings on geometries that are absent, of another type, invalid, in parts or too small."""
    if layer.type.geometry == "none":
        return []
    shapes, ids = geometry_array(layer), id_array(layer)
    return [
        *_absence_findings(layer, shapes, ids),
        *_type_findings(layer, shapes, ids),
        *_validity_findings(layer, shapes, ids),
        *_size_findings(layer, shapes, ids),
    ]


def _absence_findings(layer: Layer, shapes: Any, ids: Any) -> Iterator[Finding]:
    missing = shapely.is_missing(shapes)
    empty = shapely.is_empty(shapes)
    told = {hit.feature for hit in layer.findings if hit.code == "layer-coordinates-lost"}
    for row in np.flatnonzero(missing) if None not in told else ():
        if ids[row] in told:
            continue
        yield build_finding("layer-geometry-null", layer=layer.name, feature=ids[row])
    for row in np.flatnonzero(empty):
        yield build_finding("layer-geometry-empty", layer=layer.name, feature=ids[row])
    yield from nonfinite_findings(layer.name, shapes, ids)


def nonfinite_findings(name: str, shapes: Any, ids: Any) -> list[Finding]:
    """Findings on geometries whose coordinates are not finite: one for a whole layer, else one for each feature."""
    gone = ~shapely.is_missing(shapes) & ~shapely.is_empty(shapes) & ~has_finite_coordinates(shapes)
    if gone.all() and len(gone) > 1:
        return [build_finding("layer-coordinates-lost", layer=name, feature=None, count=len(gone))]
    return [
        build_finding("layer-coordinates-lost", layer=name, feature=ids[row], count=1) for row in np.flatnonzero(gone)
    ]


def _type_findings(layer: Layer, shapes: Any, ids: Any) -> Iterator[Finding]:
    there = layer.usable
    if layer.type.geometry in DIMENSIONS:
        mixed = shapely.get_type_id(shapes) == shapely.GeometryType.GEOMETRYCOLLECTION
        wrong = there & ((shapely.get_dimensions(shapes) != DIMENSIONS[layer.type.geometry]) | mixed)
        for row in np.flatnonzero(wrong):
            yield build_finding(
                "layer-geometry-type",
                layer=layer.name,
                feature=ids[row],
                geometry=to_geojson(shapes[row]),
                given=shapes[row].geom_type,
                wanted=layer.type.geometry,
            )
    if not layer.type.rules.multipart:
        parts = shapely.get_num_geometries(shapes)
        for row in np.flatnonzero(there & (parts > 1)):
            yield build_finding(
                "layer-multipart",
                layer=layer.name,
                feature=ids[row],
                geometry=to_geojson(shapes[row]),
                count=int(parts[row]),
            )


def _validity_findings(layer: Layer, shapes: Any, ids: Any) -> Iterator[Finding]:
    for row in np.flatnonzero(layer.usable & ~layer.valid):
        for code, reason, spot in validity_problems(shapes[row]):
            yield build_finding(code, layer=layer.name, feature=ids[row], geometry=to_geojson(spot), reason=reason)


def validity_problems(shape: Any) -> list[tuple[str, str, Any]]:
    """Every problem of an invalid geometry: code, what GEOS says, and the exact place.

    GEOS names the first problem only; crossings are all found here, and the rest is told as GEOS tells it.
    """
    told = shapely.is_valid_reason(shape)
    hit = _VALIDITY_REASON.match(told)
    reason, spot = (hit["reason"].strip(), shapely.Point(float(hit["x"]), float(hit["y"]))) if hit else (told, shape)
    crossings = find_self_intersections(shape)
    found = [] if crossings is None else [("layer-shape-crosses", "Self-intersection", crossings)]
    code = _GEOS_CODES.get(reason, "layer-shape-invalid")
    if code != "layer-shape-crosses" or not found:
        found.append((code, reason, spot))
    return found


def _size_findings(layer: Layer, shapes: Any, ids: Any) -> Iterator[Finding]:
    rules = layer.type.rules
    if rules.min_area_m2 is not None:
        area = shapely.area(shapes)
        small = layer.usable & layer.valid & (shapely.get_dimensions(shapes) == 2) & is_below(area, rules.min_area_m2)
        for row in np.flatnonzero(small):
            yield build_finding(
                "layer-too-small",
                layer=layer.name,
                feature=ids[row],
                geometry=to_geojson(shapes[row]),
                area_m2=float(area[row]),
                least_m2=rules.min_area_m2,
            )
    if rules.min_length_m is not None:
        length = shapely.length(shapes)
        short = layer.usable & (shapely.get_dimensions(shapes) == 1) & is_below(length, rules.min_length_m)
        for row in np.flatnonzero(short):
            yield build_finding(
                "layer-too-short",
                layer=layer.name,
                feature=ids[row],
                geometry=to_geojson(shapes[row]),
                length_m=float(length[row]),
                least_m=rules.min_length_m,
            )

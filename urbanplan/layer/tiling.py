"""Rules on how features lie to one another and to the district, each with the exact piece.

Pieces thinner than the drawing's precision (0.01 m, what seven digits of a degree
carry) are rounding and are not told.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from urbanplan.layer.place import PRECISION_M, faces, finite, ids_of, place, shapes_of, solid, thickness, usable
from urbanplan.model.finding import Finding, finding

if TYPE_CHECKING:
    from urbanplan.layer.layer import Layer

_NAMED = 5  # neighbours named in a message
_TILES = 0.5  # share of the district from which on a layer without gaps is meant to fill it


def tiling_findings(layer: Layer, boundary: Layer | None) -> list[Finding]:
    """Findings on overlaps, gaps, twins, and what lies outside the district."""
    shapes = solid(usable(shapes_of(layer)))
    ids = ids_of(layer)
    land = district(boundary)
    found = list(_twins(layer, shapes, ids))
    if not layer.type.rules.overlap:
        found += _overlaps(layer, shapes, ids)
    if not layer.type.rules.gaps:
        found += _gaps(layer, shapes, ids, land)
    if layer.type.rules.inside_district and land is not None and boundary is not None and boundary.name != layer.name:
        found += _outside(layer, shapes, ids, land)
    return found


def district(boundary: Layer | None) -> Any:
    """The district's land as one geometry, or None where its boundary is not known."""
    if boundary is None:
        return None
    shapes = shapes_of(boundary)
    land = shapely.union_all(solid(shapes[finite(shapes) & (shapely.get_dimensions(shapes) == 2)]))
    return None if land.is_empty else land


def _twins(layer: Layer, shapes: Any, ids: Any) -> Iterator[Finding]:
    """Features of one and the same geometry, whichever way it is drawn; a millimetre is no difference."""
    rounded = shapely.transform(shapes, lambda points: np.round(points, 3) + 0.0)
    keys = pd.Series(shapely.to_wkb(shapely.normalize(rounded)))
    first = {key: row for row, key in reversed(list(enumerate(keys))) if key is not None}
    for row in np.flatnonzero((keys.duplicated() & keys.notna()).to_numpy()):
        other = ids[first[keys[row]]]
        yield finding(
            "layer-geometry-twin", layer=layer.name, feature=ids[row], geometry=place(shapes[row]), other=other
        )


def _overlaps(layer: Layer, shapes: Any, ids: Any) -> Iterator[Finding]:
    rules = layer.type.rules
    left, right = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    forward = left < right
    left, right = left[forward], right[forward]
    flat = shapely.get_dimensions(shapes) == 2
    real = flat[left] & flat[right] & _thick(shapes[left], shapes[right])
    left, right = left[real], right[real]
    parts, pair = faces(shapely.intersection(shapes[left], shapes[right]), np.arange(len(left)))
    thick = thickness(parts) > PRECISION_M
    parts, pair = parts[thick], pair[thick]
    for number in np.unique(pair):
        piece = shapely.union_all(parts[pair == number])
        if piece.area > rules.overlap_tolerance_m2:
            yield finding(
                "layer-overlap",
                layer=layer.name,
                feature=ids[left[number]],
                geometry=place(piece),
                other=ids[right[number]],
                area_m2=float(piece.area),
                tolerance_m2=rules.overlap_tolerance_m2,
            )


def _thick(left: Any, right: Any) -> Any:
    """Whether the boxes of pairs share more than rounding: what they share is no thicker than its box."""
    one, two = shapely.bounds(left), shapely.bounds(right)
    shared = np.minimum(one[:, 2:], two[:, 2:]) - np.maximum(one[:, :2], two[:, :2])
    return (shared > PRECISION_M).all(axis=1)


def _gaps(layer: Layer, shapes: Any, ids: Any, land: Any) -> Iterator[Finding]:
    """Holes between the features, and what they leave open of the district where they are meant to fill it."""
    flat = np.flatnonzero(shapely.get_dimensions(shapes) == 2)
    if not flat.size:
        return
    cover = shapely.union_all(shapes[flat])
    rings: Any = shapely.get_exterior_ring(shapely.get_parts(cover))
    holes = np.array([shapely.difference(shapely.union_all(shapely.polygons(rings)), cover)], dtype=object)
    if land is not None and shapely.area(shapely.intersection(cover, land)) >= _TILES * land.area:
        holes = np.append(shapely.difference(holes, land), shapely.difference(land, cover))
    parts, _ = faces(holes, np.zeros(len(holes), dtype=int))
    kept = (shapely.area(parts) > layer.type.rules.gap_tolerance_m2) & (thickness(parts) > PRECISION_M)
    tree = shapely.STRtree(shapes[flat])
    for part in parts[kept]:
        beside = sorted(set(ids[flat[tree.query(part, predicate="dwithin", distance=PRECISION_M)]].tolist()))
        yield finding(
            "layer-gap",
            layer=layer.name,
            geometry=place(part),
            area_m2=float(part.area),
            tolerance_m2=layer.type.rules.gap_tolerance_m2,
            beside=", ".join(beside[:_NAMED]) + ("…" if len(beside) > _NAMED else "") or "—",
        )


def _outside(layer: Layer, shapes: Any, ids: Any, land: Any) -> Iterator[Finding]:
    wide = land.buffer(PRECISION_M)
    shapely.prepare(wide)
    there = ~shapely.is_missing(shapes)
    for row in np.flatnonzero(there & ~shapely.covered_by(shapes, wide)):
        shape = shapes[row]
        if not shapely.intersects(shape, land):
            yield finding(
                "layer-outside",
                layer=layer.name,
                feature=ids[row],
                geometry=place(shape),
                distance_m=float(shapely.distance(shape, land)),
            )
            continue
        piece, size, unit = _sticking_out(shape, land)
        if piece is not None:
            yield finding(
                "layer-sticks-out",
                layer=layer.name,
                feature=ids[row],
                geometry=place(piece),
                size=size,
                unit=unit,
                tolerance_m=PRECISION_M,
            )


def _sticking_out(shape: Any, land: Any) -> tuple[Any, float, str]:
    """The piece of a feature outside the district, its size and unit; None where it is rounding."""
    piece = shapely.difference(shape, land)
    match shapely.get_dimensions(shape):
        case 2:
            parts, _ = faces([piece], [0])
            parts = parts[thickness(parts) > PRECISION_M]
            whole = shapely.union_all(parts) if len(parts) else None
            return whole, 0.0 if whole is None else float(whole.area), "m2"
        case 1:
            return (piece, float(piece.length), "m") if piece.length > PRECISION_M else (None, 0.0, "m")
        case _:
            return piece, float(shapely.get_num_geometries(piece)), ""

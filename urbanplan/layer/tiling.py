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

from urbanplan.layer.arrays import geometry_array, id_array
from urbanplan.layer.geojson import to_geojson
from urbanplan.layer.overlaps import shared_pieces
from urbanplan.layer.polygons import mean_width, polygon_parts
from urbanplan.layer.precision import PRECISION_M
from urbanplan.model.finding import MAX_PER_CODE, Finding, build_finding, further_findings
from urbanplan.model.limits import PAIRS_VARIABLE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from urbanplan.layer.layer import Layer

_MAX_NAMED = 5  # neighbours named in a message
_MIN_TILED_SHARE = 0.5  # share of the district from which on a layer without gaps is meant to fill it


def tiling_findings(layer: Layer, boundary: Layer | None, *, margin: float | None = 0.0) -> list[Finding]:
    """Findings on overlaps, gaps, twins, and what lies outside the district.

    Args:
        layer, boundary: in one CRS. margin: metres that they may be off against one another, None where that is
            unknown: what may be the error's is not told.
    """
    shapes = _valid_copies(layer)
    ids = id_array(layer)
    land = None if margin is None else district_geometry(boundary)
    found = list(_duplicate_findings(layer, shapes, ids))
    if not layer.type.rules.overlap:
        found += _overlap_findings(layer, shapes, ids)
    if not layer.type.rules.gaps:
        found += _gap_findings(layer, shapes, ids, None if margin else land)
    if layer.type.rules.inside_district and land is not None and boundary is not None and boundary.name != layer.name:
        found += _outside_findings(layer, shapes, ids, land.buffer(margin) if margin else land)
    return found


def _valid_copies(layer: Layer) -> Any:
    """The geometries that are drawn, made valid; None for the others."""
    shapes = geometry_array(layer).copy()
    shapes[~layer.usable] = None
    broken = layer.usable & ~layer.valid
    shapes[broken] = shapely.make_valid(shapes[broken])
    return shapes


def district_geometry(boundary: Layer | None) -> Any:
    """The district's land as one geometry, or None where its boundary is not known."""
    return None if boundary is None else boundary.land


def _duplicate_findings(layer: Layer, shapes: Any, ids: Any) -> Iterator[Finding]:
    """Features of one and the same geometry, whichever way it is drawn; a millimetre is no difference."""
    rows = _rows_of_equal_boxes(shapes)
    rounded = shapely.transform(shapes[rows], lambda points: np.round(points, 3) + 0.0)
    first: dict[bytes, int] = {}
    for row, key in zip(rows.tolist(), shapely.to_wkb(shapely.normalize(rounded)), strict=True):
        other = first.setdefault(key, row)
        if other != row:
            yield build_finding(
                "layer-geometry-twin",
                layer=layer.name,
                feature=ids[row],
                geometry=to_geojson(shapes[row]),
                other=ids[other],
            )


def _rows_of_equal_boxes(shapes: Any) -> NDArray[np.intp]:
    """Rows of the geometries whose box, to the millimetre, is that of another: only these may be equal."""
    there = np.flatnonzero(~shapely.is_missing(shapes))
    boxes = np.round(shapely.bounds(shapes[there]), 3) + 0.0
    rows = np.flatnonzero(_share_hash(boxes))
    return there[rows[pd.DataFrame(boxes[rows]).duplicated(keep=False).to_numpy()]]


def _share_hash(boxes: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Whether the hash of each box is another's too, so of all that are equal to one, and hardly of more."""
    bits = np.ascontiguousarray(np.nan_to_num(boxes, nan=np.inf)).view(np.uint64)
    number = np.zeros(len(boxes), dtype=np.uint64)
    for column in bits.T:
        number = (number ^ column ^ (column >> np.uint64(32))) * np.uint64(0x9E3779B97F4A7C15)
    order = np.argsort(number)
    same = number[order[1:]] == number[order[:-1]]
    shared = np.zeros(len(boxes), dtype=bool)
    shared[order[1:][same]] = shared[order[:-1][same]] = True
    return shared


def _overlap_findings(layer: Layer, shapes: Any, ids: Any) -> Iterator[Finding]:
    rules = layer.type.rules
    found = shared_pieces(np.where(shapely.get_dimensions(shapes) == 2, shapes, None))
    parts, pair = polygon_parts(found.pieces, np.arange(len(found.pieces)))
    thick = mean_width(parts) > PRECISION_M
    parts, pair = parts[thick], pair[thick]
    area = np.bincount(pair, weights=shapely.area(parts), minlength=len(found.pieces))
    rows = np.flatnonzero(area > rules.overlap_tolerance_m2)
    starts = np.searchsorted(pair, rows), np.searchsorted(pair, rows, side="right")
    for number, first, last in zip(rows[:MAX_PER_CODE].tolist(), *(side.tolist() for side in starts), strict=False):
        yield build_finding(
            "layer-overlap",
            layer=layer.name,
            feature=ids[found.left[number]],
            geometry=to_geojson(shapely.union_all(parts[first:last]) if last - first > 1 else parts[first]),
            other=ids[found.right[number]],
            area_m2=float(area[number]),
            tolerance_m2=rules.overlap_tolerance_m2,
        )
    rest = rows[MAX_PER_CODE:]
    if len(rest):
        yield further_findings("layer-overlap", layer=layer.name, features=ids[found.left[rest]])
    if found.compared < len(shapes):
        yield build_finding(
            "layer-pairs-limited",
            layer=layer.name,
            compared=found.compared,
            all=len(shapes),
            limit=found.limit,
            variable=PAIRS_VARIABLE,
        )


def _gap_findings(layer: Layer, shapes: Any, ids: Any, land: Any) -> Iterator[Finding]:
    """Holes between the features, and what they leave open of the district where they are meant to fill it."""
    flat = np.flatnonzero(shapely.get_dimensions(shapes) == 2)
    if not flat.size:
        return
    cover = shapely.union_all(shapes[flat])
    rings: Any = shapely.get_exterior_ring(shapely.get_parts(cover))
    holes = np.array([shapely.difference(shapely.union_all(shapely.polygons(rings)), cover)], dtype=object)
    if land is not None and shapely.area(shapely.intersection(cover, land)) >= _MIN_TILED_SHARE * land.area:
        holes = np.append(shapely.difference(holes, land), shapely.difference(land, cover))
    parts, _ = polygon_parts(holes, np.zeros(len(holes), dtype=int))
    kept = (shapely.area(parts) > layer.type.rules.gap_tolerance_m2) & (mean_width(parts) > PRECISION_M)
    tree = shapely.STRtree(shapes[flat])
    for part in parts[kept]:
        beside = sorted(set(ids[flat[tree.query(part, predicate="dwithin", distance=PRECISION_M)]].tolist()))
        yield build_finding(
            "layer-gap",
            layer=layer.name,
            geometry=to_geojson(part),
            area_m2=float(part.area),
            tolerance_m2=layer.type.rules.gap_tolerance_m2,
            beside=", ".join(beside[:_MAX_NAMED]) + ("…" if len(beside) > _MAX_NAMED else "") or "—",
        )


def _outside_findings(layer: Layer, shapes: Any, ids: Any, land: Any) -> Iterator[Finding]:
    wide = land.buffer(PRECISION_M)
    shapely.prepare(wide)
    there = ~shapely.is_missing(shapes)
    for row in np.flatnonzero(there & ~shapely.covers(wide, shapes)):
        shape = shapes[row]
        if not shapely.intersects(shape, land):
            yield build_finding(
                "layer-outside",
                layer=layer.name,
                feature=ids[row],
                geometry=to_geojson(shape),
                distance_m=float(shapely.distance(shape, land)),
            )
            continue
        piece, size, unit = _protruding_piece(shape, land)
        if piece is not None:
            yield build_finding(
                "layer-sticks-out",
                layer=layer.name,
                feature=ids[row],
                geometry=to_geojson(piece),
                size=size,
                unit=unit,
                tolerance_m=PRECISION_M,
            )


def _protruding_piece(shape: Any, land: Any) -> tuple[Any, float, str]:
    """The piece of a feature outside the district, its size and unit; None where it is rounding."""
    piece = shapely.difference(shape, land)
    match shapely.get_dimensions(shape):
        case 2:
            parts, _ = polygon_parts([piece], [0])
            parts = parts[mean_width(parts) > PRECISION_M]
            whole = shapely.union_all(parts) if len(parts) else None
            return whole, 0.0 if whole is None else float(whole.area), "m2"
        case 1:
            return (piece, float(piece.length), "m") if piece.length > PRECISION_M else (None, 0.0, "m")
        case _:
            return piece, float(shapely.get_num_geometries(piece)), ""

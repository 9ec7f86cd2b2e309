"""Shapes as GeoJSON geometry texts: coordinates moved, rounded, turned and printed as whole arrays."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np
import orjson
import shapely

from urbanplan.exchange.geometry.rounding import Rounding

_TYPE_NAMES = {
    0: b"Point", 1: b"LineString", 3: b"Polygon", 4: b"MultiPoint", 5: b"MultiLineString", 6: b"MultiPolygon",
}  # fmt: skip
_MULTIPOINT, _COLLECTION = 4, 7
Transform = Callable[[np.ndarray], np.ndarray]


def geometry_texts(
    shapes: np.ndarray, change: Transform | None = None, rounding: Rounding | None = None
) -> list[bytes]:
    """GeoJSON texts of geometries, ``null`` for missing ones.

    Args:
        shapes: geometries, shape (n,).
        change: moves plane coordinates, shape (m, 2) to (m, 2), before they are rounded.
        rounding: to how many digits; it is told what that does to areas.
    """
    rounding = rounding or Rounding()
    texts = [b"null"] * len(shapes)
    codes, high = shapely.get_type_id(shapes), shapely.has_z(shapes)
    if (codes == 2).any():  # a linear ring is written as a line
        shapes = np.array([shapely.LineString(s.coords) if c == 2 else s for s, c in zip(shapes, codes, strict=True)])
        codes = np.where(codes == 2, 1, codes)
    for code, raised in sorted(set(zip(codes.tolist(), high.tolist(), strict=True))):
        if code < 0:
            continue
        rows = np.flatnonzero((codes == code) & (high == raised))
        made = (
            _collection_texts(shapes[rows], change, rounding)
            if code == _COLLECTION
            else _type_texts(shapes[rows], code, change, rounding)
        )
        if len(rows) == len(texts):
            return made
        for row, text in zip(rows.tolist(), made, strict=True):
            texts[row] = text
    return texts


def _collection_texts(shapes: np.ndarray, change: Transform | None, rounding: Rounding) -> list[bytes]:
    inner = [geometry_texts(shapely.get_parts(shape), change, rounding) for shape in shapes]
    return [b'{"type":"GeometryCollection","geometries":[' + b",".join(parts) + b"]}" for parts in inner]


def _type_texts(shapes: np.ndarray, code: int, change: Transform | None, rounding: Rounding) -> list[bytes]:
    """Texts of shapes that are all of one type and dimension."""
    if code == _MULTIPOINT:
        shapes = _drop_empty_points(shapes)
    points, levels = _ragged_arrays(shapes, code)
    if change is not None:
        filled = ~np.isnan(points[:, 0])
        places = slice(None) if filled.all() else filled
        points[places, :2] = change(points[places, :2])
    exact, points = points, rounding.round(points)
    if code in (3, 6):
        rounding.measure(exact, points, levels)
        points = orient_rings(points, levels[0], levels[1])
    head, tail = b'{"type":"' + _TYPE_NAMES[code] + b'","coordinates":', b"}"
    if levels:
        head, tail = head + b"[", b"]}"
    if code == 3 and len(levels[0]) == len(levels[1]) and (np.diff(levels[1]) == 1).all():  # one ring each
        head, tail, levels = head + b"[", b"]" + tail, levels[:1]
    return [head + text + tail for text in _nest_brackets(_run_texts(points, levels), levels[1:])]


def _drop_empty_points(shapes: np.ndarray) -> np.ndarray:
    """Multi-points without their points that have no position: GeoJSON has no sign for such a part."""
    parts, whole = shapely.get_parts(shapes, return_index=True)
    drawn = ~shapely.is_empty(parts)
    if drawn.all():
        return shapes
    made = np.full(len(shapes), shapely.MultiPoint(), dtype=object)
    shapely.multipoints(parts[drawn], indices=whole[drawn], out=made)
    return made


def _ragged_arrays(shapes: np.ndarray, code: int) -> tuple[np.ndarray, list[np.ndarray]]:
    """Coordinates, and where the runs, rings and parts begin, innermost first."""
    if code == 3 and not shapely.get_num_interior_rings(shapes).any() and not shapely.is_empty(shapes).any():
        ends = np.cumsum(shapely.get_num_coordinates(shapes))
        points = shapely.get_coordinates(shapes, include_z=bool(shapely.has_z(shapes[0])))
        return points, [np.append(0, ends), np.arange(len(shapes) + 1)]
    _, points, offsets = shapely.to_ragged_array(shapes)
    return np.array(points, dtype=float), [np.asarray(offset, dtype=np.int64) for offset in offsets]


def orient_rings(points: np.ndarray, rings: np.ndarray, polygons: np.ndarray) -> np.ndarray:
    """Points with outer rings counter-clockwise and holes clockwise.

    Args:
        points: shape (m, 2 or 3). rings: first point of each ring, and the end.
        polygons: first ring of each polygon, and the end.
    """
    sizes = np.diff(rings)
    filled = sizes > 0
    if not filled.any():
        return points
    start = np.repeat(rings[:-1], sizes)
    x, y = points[:, 0] - points[start, 0], points[:, 1] - points[start, 1]
    cross = np.zeros(len(points))
    cross[:-1] = x[:-1] * y[1:] - x[1:] * y[:-1]
    cross[rings[1:][filled] - 1] = 0.0  # from one ring to the next there is no side
    area = np.add.reduceat(cross, rings[:-1][filled])
    outer = np.zeros(len(sizes), dtype=bool)
    outer[polygons[:-1][np.diff(polygons) > 0]] = True
    wrong = np.zeros(len(sizes), dtype=bool)
    wrong[filled] = np.where(outer[filled], area < 0, area > 0)
    if not wrong.any():
        return points
    order = np.arange(len(points))
    turned = np.repeat(wrong, sizes)
    mirrored = start + np.repeat(rings[1:], sizes) - 1 - order
    return points.take(np.where(turned, mirrored, order), axis=0)


def _run_texts(points: np.ndarray, levels: Sequence[np.ndarray]) -> list[bytes]:
    """Texts of runs of positions without their outer brackets; single positions where there are no levels."""
    if not len(points):
        return [b""] * (len(levels[0]) - 1 if levels else 0)
    blob = orjson.dumps(np.ascontiguousarray(points), option=orjson.OPT_SERIALIZE_NUMPY)
    marks = np.frombuffer(blob, dtype=np.uint8)
    begins = np.flatnonzero(marks == 91)[1:]
    ends = np.flatnonzero(marks == 93)[:-1] + 1
    if not levels:
        empty = np.isnan(points[:, 0])
        texts = [blob[a:b] for a, b in zip(begins.tolist(), ends.tolist(), strict=True)]
        return [b"[]" if hole else text for hole, text in zip(empty.tolist(), texts, strict=True)]
    runs = levels[0]
    begins, ends = np.append(begins, len(blob)), np.append(0, ends)
    firsts, lasts = begins[runs[:-1]], ends[runs[1:]]
    return [blob[a:b] for a, b in zip(firsts.tolist(), lasts.tolist(), strict=True)]


def _nest_brackets(texts: list[bytes], levels: Sequence[np.ndarray]) -> list[bytes]:
    """Runs gathered level by level, each in brackets of its own, without the outermost."""
    for level in levels:
        bounds = level.tolist()
        if len(bounds) == len(texts) + 1 and bounds[-1] == len(texts) and (np.diff(level) == 1).all():
            texts = [b"[" + text + b"]" for text in texts]
        else:
            texts = [b",".join([b"[" + text + b"]" for text in texts[a:b]]) for a, b in pairwise(bounds)]
    return texts

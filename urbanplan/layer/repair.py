"""Repairs on request: small slips of drawing mended, each logged with the area before and after.

Nothing is repaired unasked, and nothing beyond the tolerance: where mending would
change the area by more, nobody knows which shape was meant, and the repair is
refused and logged as refused.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import shapely

from urbanplan.layer.area import plane_areas
from urbanplan.layer.arrays import geometry_array, id_array
from urbanplan.layer.rings import linear_parts
from urbanplan.layer.validity import has_finite_coordinates
from urbanplan.layer.vertices import REPEATED_M, repeated_points

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from urbanplan.layer.layer import Layer

RepairKind = Literal["close", "repeated", "cross", "sliver", "order"]
REPAIR_KINDS: tuple[RepairKind, ...] = (
    "close",
    "repeated",
    "cross",
    "sliver",
    "order",
)  # in the order in which they are done


@dataclass(frozen=True)
class Repair:
    """One repair.

    Attributes:
        feature: id. kind: what was mended.
        before, after: area in m², the middle of the ends where an invalid shape has no certain one.
        done: whether it was done; else it was refused.
        note: the neighbour that took a sliver in, or what was against it.
    """

    feature: str
    kind: RepairKind
    before: float
    after: float
    done: bool
    note: str = ""


def repair_layer(
    layer: Layer, *, kinds: Sequence[RepairKind] = REPAIR_KINDS, area_m2: float = 1.0, gap_m: float = 0.1
) -> tuple[Layer, list[Repair]]:
    """Mend a copy of a layer.

    Args:
        layer: the layer in the working CRS; it stays as it is.
        kinds: ``close`` rings that lack their last side, remove ``repeated`` points, undo a boundary that ``cross``-es
            itself, join a ``sliver`` to the neighbour with the longest common border, bring rings into ``order``
            (outer ones anticlockwise, holes clockwise).
        area_m2: how much a repair may change a feature's area. gap_m: widest opening of a ring that is closed.

    Returns:
        The mended layer, and every repair done or refused; a feature without either was in order.
    """
    shapes = geometry_array(layer).copy()
    ids = id_array(layer)
    log: list[Repair] = []
    for kind, mend in (
        ("close", _close_rings),
        ("repeated", _remove_repeated_points),
        ("cross", _make_valid),
        ("order", _orient_rings),
    ):
        if kind in kinds:
            shapes = _apply_repair(kind, mend, shapes, ids, log, gap_m if kind == "close" else area_m2)  # pyright: ignore[reportArgumentType]
    kept = np.ones(len(shapes), dtype=bool)
    if "sliver" in kinds and layer.type.rules.sliver_thickness:
        kept = _join_slivers(layer.type.rules.sliver_thickness, shapes, ids, log, area_m2)
    frame = layer.frame.set_geometry(shapes, crs=layer.frame.crs)[kept].reset_index(drop=True)
    return replace(layer, frame=frame, digest=""), log


def midpoint_areas(shapes: Any) -> NDArray[np.float64]:
    """Area of each shape; of an invalid one the middle of what it may be, of a line nothing."""
    low, high = plane_areas(shapes)
    return np.where(np.isfinite(high), (low + high) / 2, 0.0)


def _apply_repair(
    kind: RepairKind, mend: Callable[[Any, float], Any], shapes: Any, ids: Any, log: list[Repair], limit: float
) -> NDArray[np.object_]:
    """Mend each shape that is finite; log what changed, refuse what changes the area too much."""
    usable = has_finite_coordinates(shapes)
    mended = shapes.copy()
    mended[usable] = mend(shapes[usable], limit)
    changed = np.flatnonzero(usable & ~shapely.equals_exact(mended, shapes, 0.0))
    before, after = midpoint_areas(shapes[changed]), midpoint_areas(mended[changed])
    low, high = plane_areas(shapes[changed])
    away = np.maximum(np.abs(after - low), np.abs(after - high))
    certain = (kind == "close") | (away <= limit)
    whole = ~shapely.is_empty(mended[changed]) & (shapely.get_dimensions(mended[changed]) >= 1)
    for row, start, end, done in zip(changed, before, after, certain & whole, strict=True):
        log.append(Repair(str(ids[row]), kind, float(start), float(end), bool(done), "" if done else "area"))
        if not done:
            mended[row] = shapes[row]
    return mended


def _close_rings(shapes: Any, gap_m: float) -> Any:
    """Polygons of lines whose ends nearly meet."""
    out = shapes.copy()
    line = shapely.get_type_id(shapes) == shapely.GeometryType.LINESTRING
    ends = np.full(len(shapes), np.inf)
    ends[line] = shapely.distance(shapely.get_point(shapes[line], 0), shapely.get_point(shapes[line], -1))
    for row in np.flatnonzero(line & (ends <= gap_m) & (shapely.get_num_points(shapes) >= 4)):
        points = shapely.get_coordinates(shapes[row])
        out[row] = shapely.Polygon(np.vstack([points[:-1] if ends[row] > 0 else points, points[:1]]))
    return out


def _remove_repeated_points(shapes: Any, limit: float) -> Any:
    """Shapes without points that stand twice; a ring of nothing else stays as it is."""
    lines, owner = linear_parts(shapes)
    points, line = shapely.get_coordinates(lines, return_index=True)
    out = shapes.copy()
    for row in np.unique(owner[line[1:][repeated_points(points, line)]]):
        with suppress(shapely.errors.GEOSException):  # too few points would be left
            out[row] = shapely.remove_repeated_points(shapes[row], REPEATED_M)
    return out


def _make_valid(shapes: Any, limit: float) -> Any:
    """Valid polygons of invalid ones; collapsed bits are left out."""
    out = shapes.copy()
    broken = ~shapely.is_valid(shapes) & (shapely.get_dimensions(shapes) == 2)
    out[broken] = shapely.make_valid(shapes[broken], method="structure", keep_collapsed=False)
    return out


def _orient_rings(shapes: Any, limit: float) -> Any:
    """Polygons with outer rings anticlockwise and holes clockwise."""
    flat = shapely.get_dimensions(shapes) == 2
    out = shapes.copy()
    out[flat] = shapely.orient_polygons(shapes[flat], exterior_cw=False)
    return out


def _join_slivers(limit: float, shapes: Any, ids: Any, log: list[Repair], area_m2: float) -> NDArray[np.bool_]:
    """Join slivers to a neighbour, in place; a mask of the rows that stay."""
    kept = np.ones(len(shapes), dtype=bool)
    usable = has_finite_coordinates(shapes) & shapely.is_valid(shapes) & (shapely.get_dimensions(shapes) == 2)
    around = np.where(usable, shapely.length(shapes), 0.0)
    area = np.where(usable, shapely.area(shapes), 0.0)
    roundness = np.divide(4 * np.pi * area, around**2, out=np.ones(len(shapes)), where=around > 0)
    for row in np.flatnonzero(usable & (roundness < limit)).tolist():
        size = float(shapes[row].area)
        host = _find_neighbour(row, shapes, usable & kept & (roundness >= limit))
        if host is None or size > area_m2:
            log.append(Repair(str(ids[row]), "sliver", size, size, False, "area" if host is not None else "neighbour"))
            continue
        shapes[host] = shapely.union(shapes[host], shapes[row])
        kept[row] = False
        log.append(Repair(str(ids[row]), "sliver", size, 0.0, True, str(ids[host])))
    return kept


def _find_neighbour(row: int, shapes: Any, candidates: Any) -> int | None:
    """The row that shares the longest border, or None."""
    rows = np.flatnonzero(candidates)
    rows = rows[rows != row]
    shared = shapely.length(shapely.intersection(shapely.boundary(shapes[rows]), shapely.boundary(shapes[row])))
    return int(rows[np.argmax(shared)]) if len(rows) and shared.max() > 0 else None

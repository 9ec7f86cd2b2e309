"""Small evidence maps: the district's outline, and the features that a reading rests on, on a grid of whole numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from numpy.typing import NDArray

from urbanplan.layer.layer import Layer
from urbanplan.model.plan import Plan
from urbanplan.model.report import Report

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

GRID = 1000  # units on the longer side of the district
MAX_FEATURES = 1500  # features of one layer on one map
_MARK = -9999  # between two curves of a path
_TOLERANCE = 1.5  # units: finer detail is not drawn


@dataclass(frozen=True)
class EvidenceGrid:
    """The grid: west and north edge, metres of a unit, width and height in units."""

    west: float
    north: float
    unit: float
    width: int
    height: int

    def spots(self, points: Any) -> NDArray[np.int64]:
        """Whole grid coordinates of points, y down."""
        points = np.asarray(points, dtype=float)
        return np.rint(np.column_stack([points[:, 0] - self.west, self.north - points[:, 1]]) / self.unit).astype(int)


def evidence_grid(plan: Plan, layers: Mapping[str, Layer]) -> EvidenceGrid | None:
    """The grid over the district's boundary, else over its sub-districts, else over all layers."""
    named = [layers[n] for n in (plan.district.boundary, plan.district.subdistricts) if n is not None and n in layers]
    frames = [x.frame for x in (named or list(layers.values())) if len(x.frame) and x.type.geometry != "none"]
    bounds = np.array([frame.total_bounds for frame in frames if np.isfinite(frame.total_bounds).all()])
    if not len(bounds):
        return None
    west, south = bounds[:, :2].min(axis=0)
    east, north = bounds[:, 2:].max(axis=0)
    unit = max(east - west, north - south, 1.0) / GRID
    return EvidenceGrid(west, north, unit, int(np.ceil((east - west) / unit)), int(np.ceil((north - south) / unit)))


def paths(shapes: NDArray[Any], sheet: EvidenceGrid) -> list[list[int]]:
    """One flat path for each shape: x1, y1, x2, y2 …; parts and rings are joined by the mark -9999.

    A point has one pair; what is too small to draw has one pair too.
    """
    thin = shapely.simplify(shapely.force_2d(shapes), _TOLERANCE * sheet.unit, preserve_topology=False)
    gone = shapely.is_empty(thin) | shapely.is_missing(thin)
    thin[gone] = shapely.point_on_surface(shapes[gone])
    return _flat_paths(thin, sheet)


def _flat_paths(shapes: NDArray[Any], sheet: EvidenceGrid) -> list[list[int]]:
    """The path of each shape on the grid, points that fall on the one before left out."""
    curves, owner = _curves(shapes)
    points, curve = shapely.get_coordinates(curves, return_index=True)
    spots = sheet.spots(points)
    first = np.append(True, curve[1:] != curve[:-1])[: len(curve)]
    kept = first.copy()
    kept[1:] |= (spots[1:] != spots[:-1]).any(axis=1)
    spots, curve, first = spots[kept], curve[kept], first[kept]
    row = owner[curve]
    marked = first & np.append(False, row[1:] == row[:-1])[: len(row)]  # a further curve of the same shape
    place = 2 * np.arange(len(row)) + np.cumsum(marked)
    flat = np.full(2 * len(row) + int(marked.sum()), _MARK)
    flat[place], flat[place + 1] = spots[:, 0], spots[:, 1]
    ends = np.cumsum(2 * np.bincount(row, minlength=len(shapes)) + np.bincount(row[marked], minlength=len(shapes)))
    numbers, starts = flat.tolist(), [0, *ends.tolist()]
    return [numbers[start:end] for start, end in pairwise(starts)]


def _curves(shapes: NDArray[Any]) -> tuple[NDArray[Any], NDArray[np.int64]]:
    """Rings of polygons, lines and points in the order of their shapes, and the shape of each."""
    parts, owner = shapely.get_parts(shapes, return_index=True)
    number = np.arange(len(parts))
    solid = shapely.get_type_id(parts) == 3
    rings, ring_of = shapely.get_rings(parts[solid], return_index=True)
    order = np.argsort(np.concatenate([number[~solid], number[solid][ring_of]]), kind="stable")
    curves = np.concatenate([parts[~solid], rings])[order]
    return curves, np.concatenate([owner[~solid], owner[solid][ring_of]])[order]


def evidence_maps(
    plan: Plan, report: Report, layers: Mapping[str, Layer], results: Mapping[str, GeoDataFrame]
) -> dict[str, Any]:
    """Data of all small maps: the outline, the shapes of each layer once, and which of them each target shows."""
    sheet = evidence_grid(plan, layers)
    if sheet is None:
        return {"width": 0, "height": 0, "outline": [], "layers": {}, "targets": {}, "results": {}}
    wanted: dict[str, dict[str, int]] = {}
    targets = {}
    for verdict in report.verdicts:
        shown = {}
        for name, ids in verdict.evidence.layers.items():
            known = wanted.setdefault(name, {})
            shown[name] = [known.setdefault(str(each), len(known)) for each in ids[:MAX_FEATURES]]
        if shown or verdict.evidence.results:
            targets[verdict.target] = {"layers": shown, "results": verdict.evidence.results}
    outline = [layers[n] for n in (plan.district.boundary, plan.district.subdistricts) if n is not None and n in layers]
    drawn = {
        name: {"ids": list(ids), **_feature_paths(layers.get(name), list(ids), sheet)}
        for name, ids in wanted.items()
        if ids
    }
    return {
        "width": sheet.width,
        "height": sheet.height,
        "outline": [path for layer in outline for path in paths(layer.frame.geometry.to_numpy(), sheet)],
        "layers": drawn,
        "targets": targets,
        "results": _results(results, targets, sheet),
    }


def _feature_paths(layer: Layer | None, ids: list[str], sheet: EvidenceGrid) -> dict[str, Any]:
    """Kind and paths of the features with some ids; empty paths for those that are not there."""
    if layer is None or layer.type.id not in layer.frame.columns:
        return {"kind": "none", "paths": [[] for _ in ids]}
    keys = layer.frame[layer.type.id].astype(str)
    row = dict(zip(keys, range(len(keys)), strict=True))
    shapes = layer.frame.geometry.to_numpy()
    held = [i for i in ids if i in row and shapes[row[i]] is not None]
    found = dict(zip(held, paths(np.array([shapes[row[i]] for i in held], dtype=object), sheet), strict=True))
    return {"kind": layer.type.geometry, "paths": [found.get(i, []) for i in ids]}


def _results(results: Mapping[str, GeoDataFrame], targets: dict[str, Any], sheet: EvidenceGrid) -> dict[str, Any]:
    """Result layers that targets show, as one path each: coverage in two, reached and not."""
    names = {name for shown in targets.values() for name in shown["results"] if name in results}
    made = {}
    for name in sorted(names):
        frame = results[name]
        shapes = frame.geometry.to_numpy()
        if not len(shapes):
            continue
        if "covered" in frame.columns:
            covered = frame["covered"].to_numpy(dtype=bool)
            made[name] = [{"style": "reached", "path": _merged_path(shapes[covered], sheet)}]
            made[name].append({"style": "lost", "path": _merged_path(shapes[~covered], sheet)})
        else:
            made[name] = [{"style": "lost" if "gap" in name else "plain", "path": _merged_path(shapes, sheet)}]
    return made


def _merged_path(shapes: NDArray[Any], sheet: EvidenceGrid) -> list[int]:
    """All lines of a result as one path, each piece once on the grid."""
    parts = shapely.get_parts(shapes)
    lines = parts[shapely.get_type_id(parts) == 1]
    if lines.size:
        merged = shapely.get_parts(shapely.line_merge(shapely.multilinestrings(lines)))
        lines = shapely.simplify(merged, _TOLERANCE * sheet.unit)
    others = parts[shapely.get_type_id(parts) != 1]
    flat: list[int] = []
    for path in paths(np.concatenate([lines, others]).astype(object), sheet):
        if path:
            flat += [_MARK, *path] if flat else path
    return flat

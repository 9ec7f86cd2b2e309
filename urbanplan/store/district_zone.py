"""Where a plan's district lies: the extent in which its working CRS must be true, and the zone that would be."""

# pyproj's constructors say their types in part only
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import shapely

from urbanplan.errors import UrbanplanError
from urbanplan.layer.crs import check_scale, zone_label
from urbanplan.model.finding import Finding, build_finding

if TYPE_CHECKING:
    from urbanplan.layer.layer import Layer
    from urbanplan.model.plan import LayerSpec, Plan

NOTED_SCALE_ERROR = 1 / 40_000
"""2.5 cm/km, the limit of Chinese survey for a zone: above it the figure is told."""
_MOST_EXTREME = 0.05  # share of features left out at each side where no boundary says how far the district goes


def district_zone(plan: Plan) -> str | None:
    """The zone that the boundary lies in, else the first layer that says; None where none can be read."""
    for spec in sorted(plan.layer, key=lambda spec: spec.name != plan.district.boundary):
        found = _layer_zone(plan, spec)
        if found is not None:
            return found
    return None


def _layer_zone(plan: Plan, spec: LayerSpec) -> str | None:
    import geopandas as gpd

    from urbanplan.exchange import read

    try:
        home = Path(plan.file).resolve().parent
        frame = read(spec.file, root=home, layer=spec.table, crs=spec.crs, encoding=spec.encoding).frame
    except UrbanplanError:  # what is wrong with the layer is told once the working CRS is right
        return None
    return zone_label(frame) if isinstance(frame, gpd.GeoDataFrame) else None


def scale_findings(plan: Plan, layers: dict[str, Layer]) -> list[Finding]:
    """A finding where lengths in the working CRS are more than 2.5 cm/km off over the district.

    Raises:
        CrsError: as for :func:`measure_scale`.
    """
    error = measure_scale(plan, layers)
    if error <= NOTED_SCALE_ERROR:
        return []
    return [build_finding("plan-scale", crs=plan.district.crs, cm_per_km=100_000 * error)]


def measure_scale(plan: Plan, layers: dict[str, Layer]) -> float:
    """The relative error of lengths in the working CRS over the district, 0 where nothing is drawn.

    Args:
        plan: the plan. layers: those that were read, in the working CRS.

    Raises:
        CrsError: they are more than 1/1000 off; the district's zone is proposed.
    """
    bounds = _district_bounds(plan, layers)
    return 0.0 if bounds is None else _scale_error(plan.district.crs, tuple(bounds.tolist()), plan.crs_where)


@lru_cache(maxsize=64)
def _scale_error(crs: str, bounds: tuple[float, ...], where: str) -> float:
    """Asked twice in a run, when its layers are read and for its findings."""
    from pyproj import CRS

    return check_scale(CRS.from_user_input(crs), np.array(bounds), where=where)


def _district_bounds(plan: Plan, layers: dict[str, Layer]) -> np.ndarray | None:
    """Extent of the boundary, else of the features of all layers but the outermost."""
    boundary = layers.get(plan.district.boundary or "")
    drawn = [shapely.bounds(layer.frame.geometry.to_numpy()) for layer in ([boundary] if boundary else layers.values())]
    boxes = np.concatenate([np.empty((0, 4)), *drawn])
    boxes = boxes[np.isfinite(boxes).all(axis=1)]
    if not len(boxes):
        return None
    if boundary is not None:
        return np.concatenate([boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)])
    low = np.quantile(boxes[:, :2], _MOST_EXTREME, axis=0, method="nearest")
    return np.concatenate([low, np.quantile(boxes[:, 2:], 1 - _MOST_EXTREME, axis=0, method="nearest")])

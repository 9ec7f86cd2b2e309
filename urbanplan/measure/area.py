"""Area of land, overlaps once, by the plan's definition of area."""

from __future__ import annotations

from typing import Any

import numpy as np

from urbanplan.measure.count import less
from urbanplan.measure.grouping import broken_down
from urbanplan.measure.measured import Layers, Measured, Setting
from urbanplan.measure.parameters import Flow
from urbanplan.measure.reasons import open_rows
from urbanplan.measure.selection import Selected, choose
from urbanplan.model.reading import Evidence, Reading


class Area(Flow):
    """Land that the features cover, in m²; where features overlap the land counts once."""


def measure(layers: Layers, params: Area, setting: Setting) -> Measured:
    """Area in the plan's definition; the other definition stands in the evidence's notes."""
    selected = choose(params.selection(), layers, setting)
    reading = covered(selected, setting)
    if params.baseline is not None:
        reading = less(reading, covered(choose(params.baseline, layers, setting), setting))
    other = "ellipsoid" if setting.area == "plane" else "plane"
    reason, settled_by = open_rows(selected, params.selection())
    notes: dict[str, Any] = {"area": setting.area, other: _other(selected, other, setting)}
    return Measured(
        reading=reading,
        breakdown=broken_down(selected, params.by, lambda part: covered(part, setting), layers, setting),
        evidence=Evidence(layers={selected.layer: selected.ids}, notes=notes),
        reason=reason,
        settled_by=settled_by,
    )


def covered(selected: Selected, setting: Setting) -> Reading:
    """Land of the sure features .. land of all that may count."""
    low = land(selected.frame.geometry.to_numpy()[selected.sure], setting.area, setting.crs)[0]
    high = land(selected.frame.geometry.to_numpy(), setting.area, setting.crs)[1]
    return Reading(low=low, high=high if np.isfinite(high) else None, unit="m2")


def land(shapes: Any, definition: str, crs: str) -> tuple[float, float]:
    """Least and greatest area of the land, m², overlaps once.

    On the ellipsoid each polygon's plane area is scaled by its own ratio of ellipsoid to plane area, and an
    overlap by the mean ratio of the shapes, which is exact where nothing overlaps.
    """
    from urbanplan.layer.area import area_once, ellipsoid_areas, plane_areas

    low, high = area_once(shapes)
    if definition == "plane" or not len(shapes):
        return low, high
    plane = float(np.sum(plane_areas(shapes)[0]))
    ratio = float(np.sum(ellipsoid_areas(shapes, crs))) / plane if plane else 1.0
    return low * ratio, high * ratio


def _other(selected: Selected, definition: str, setting: Setting) -> float:
    return land(selected.frame.geometry.to_numpy()[selected.sure], definition, setting.crs)[0]

"""Area of land, overlaps once, by the plan's definition of area."""

from __future__ import annotations

from typing import Any

import numpy as np

from urbanplan.measure.count import subtract
from urbanplan.measure.grouping import break_down
from urbanplan.measure.measured import Layers, MeasureContext, Measurement
from urbanplan.measure.parameters import FlowParameters
from urbanplan.measure.reasons import explain_unknown_rows, known_value
from urbanplan.measure.selection import SelectedFeatures, select_features
from urbanplan.model.reading import Evidence, Reading


class Area(FlowParameters):
    """Land that the features cover, in m²; where features overlap the land counts once."""


def measure(layers: Layers, params: Area, setting: MeasureContext) -> Measurement:
    """Area in the plan's definition; the other definition stands in the evidence's notes."""
    selected = select_features(params.selection(), layers, setting)
    reading = area_reading(selected, setting)
    if params.baseline is not None:
        reading = subtract(reading, area_reading(select_features(params.baseline, layers, setting), setting))
    other = "ellipsoid" if setting.area == "plane" else "plane"
    reason, settled_by = explain_unknown_rows(selected, params.selection())
    notes: dict[str, Any] = {"area": setting.area, other: _other_area(selected, other, setting)}
    return Measurement(
        reading=reading,
        breakdown=break_down(selected, params.by, lambda part: area_reading(part, setting), layers, setting),
        evidence=Evidence(layers={selected.layer: selected.ids}, notes=notes),
        reason=reason,
        settled_by=settled_by,
        known=None
        if params.baseline is not None
        else known_value(selected, selected.drawn, lambda part: area_reading(part, setting)),
    )


def area_reading(selected: SelectedFeatures, setting: MeasureContext) -> Reading:
    """Land of the sure features .. land of all that may count."""
    low = land_area(selected.frame.geometry.to_numpy()[selected.sure], setting.area, setting.crs)[0]
    high = land_area(selected.frame.geometry.to_numpy(), setting.area, setting.crs)[1]
    return Reading(low=low, high=high if np.isfinite(high) else None, unit="m2")


def land_area(shapes: Any, definition: str, crs: str) -> tuple[float, float]:
    """Least and greatest area of the land, m², overlaps once.

    On the ellipsoid each polygon's plane area is scaled by its own ratio of ellipsoid to plane area, and an
    overlap by the mean ratio of the shapes, which is exact where nothing overlaps.
    """
    from urbanplan.layer.area import dissolved_area, ellipsoid_areas, plane_areas

    low, high = dissolved_area(shapes)
    if definition == "plane" or not len(shapes):
        return low, high
    plane = float(np.sum(plane_areas(shapes)[0]))
    ratio = float(np.sum(ellipsoid_areas(shapes, crs))) / plane if plane else 1.0
    return low * ratio, high * ratio


def _other_area(selected: SelectedFeatures, definition: str, setting: MeasureContext) -> float:
    return land_area(selected.frame.geometry.to_numpy()[selected.sure], definition, setting.crs)[0]

"""Area of land, overlaps once, by the plan's definition of area."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np

from urbanplan.layer.repeated_ids import least_of_groups
from urbanplan.measure.count import subtract
from urbanplan.measure.grouping import break_down
from urbanplan.measure.measured import Layers, MeasureContext, Measurement
from urbanplan.measure.parameters import FlowParameters
from urbanplan.measure.reasons import drawn_as, explain_unknown_rows, known_value
from urbanplan.measure.row_sizes import area_bounds, covered_area, ellipsoid_sizes, ellipsoid_total, repeated_rows
from urbanplan.measure.selection import SelectedFeatures, select_features
from urbanplan.model.reading import Evidence, Reading


class Area(FlowParameters):
    """Land that the features cover, in m²; where features overlap the land counts once."""


def measure(layers: Layers, params: Area, setting: MeasureContext) -> Measurement:
    """Area in the plan's definition; the other definition stands in the evidence's notes."""
    selected = select_features(params.selection(), layers, setting)
    land = _sure_land(selected, setting)
    every = land if selected.sure.all() else LandArea(selected, setting.crs)
    reading = _reading(selected, land, every, setting)
    selected.notice("verdict-counted-once", repeated_rows(selected, 2, every.by("plane")[0]), setting)
    if params.baseline is not None:
        reading = subtract(reading, area_reading(select_features(params.baseline, layers, setting), setting))
    other = "ellipsoid" if setting.area == "plane" else "plane"
    solid = drawn_as(selected, 2)
    reason, settled_by = explain_unknown_rows(selected, params.selection(), reading, drawn=solid)
    notes: dict[str, Any] = {"area": setting.area, other: land.by(other)[0]}
    return Measurement(
        reading=reading,
        breakdown=break_down(selected, params.by, lambda part: area_reading(part, setting), layers, setting, 2),
        evidence=Evidence(layers={selected.layer: selected.ids}, notes=notes),
        reason=reason,
        settled_by=settled_by,
        known=None
        if params.baseline is not None
        else known_value(selected, solid, lambda part: area_reading(part, setting)),
    )


def area_reading(selected: SelectedFeatures, setting: MeasureContext) -> Reading:
    """Land of the sure features .. land of all that may count."""
    sure = _sure_land(selected, setting)
    every = sure if selected.sure.all() else LandArea(selected, setting.crs)
    return _reading(selected, sure, every, setting)


def _sure_land(selected: SelectedFeatures, setting: MeasureContext) -> LandArea:
    return LandArea(selected.only(selected.sure), setting.crs)


def _reading(selected: SelectedFeatures, sure: LandArea, every: LandArea, setting: MeasureContext) -> Reading:
    low, high = sure.by(setting.area)[0] + _repeated_land(selected, setting), every.by(setting.area)[1]
    return Reading(low=low, high=max(low, high) if np.isfinite(high) else None, unit="m2")


def _repeated_land(selected: SelectedFeatures, setting: MeasureContext) -> float:
    """Land that rows of one id cover at least, whichever is right: of each group the least that overlaps no other."""
    from urbanplan.layer.area import overlapping_pairs
    from urbanplan.layer.validity import null_other_dimension

    groups = selected.groups
    if not (groups >= 0).any():
        return 0.0
    amount = area_bounds(selected)[0] if setting.area == "plane" else ellipsoid_sizes(selected, setting.crs)
    left, right = overlapping_pairs(null_other_dimension(selected.shapes, 2))
    other = (groups[left] != groups[right]) | (left == right)
    amount[np.union1d(left[other], right[other])] = 0.0
    return least_of_groups(groups, amount)


class LandArea:
    """Area of the land that rows cover, overlaps once, by definition; each is measured once, when it is asked for.

    On the ellipsoid each polygon's plane area is scaled by its own ratio of ellipsoid to plane area, and an
    overlap by the mean ratio of the shapes, which is exact where nothing overlaps.
    """

    def __init__(self, selected: SelectedFeatures, crs: str) -> None:
        self._selected, self._crs = selected, crs

    def by(self, definition: str) -> tuple[float, float]:
        """Least and greatest area in m², by ``plane`` or ``ellipsoid``."""
        low, high = self._plane
        ratio = 1.0 if definition == "plane" else self._ratio
        return low * ratio, high * ratio

    @cached_property
    def _plane(self) -> tuple[float, float]:
        return covered_area(self._selected)

    @cached_property
    def _ratio(self) -> float:
        plane = float(np.sum(area_bounds(self._selected)[0]))
        return ellipsoid_total(self._selected, self._crs) / plane if plane else 1.0

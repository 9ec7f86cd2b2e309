"""How many features lie inside areas."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# (shapely's functions say no type of what they return)

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from urbanplan.measure.grouping import break_down
from urbanplan.measure.measured import Layers, MeasureContext, Measurement
from urbanplan.measure.parameters import SelectionParameters
from urbanplan.measure.positions import BUFFER_SAFETY, position_margin
from urbanplan.measure.reasons import known_value
from urbanplan.measure.selection import (
    SelectedFeatures,
    Selection,
    compared_pairs,
    layers_of,
    select_features,
    to_selection,
)
from urbanplan.measure.share import with_part
from urbanplan.model.reading import Bound, Evidence, Reading
from urbanplan.model.titles import layer_title
from urbanplan.model.translation import localize


class Within(SelectionParameters):
    """Share of the features that lie wholly inside `inside`; implied bound: all of them."""

    inside: str | Selection = Field(description="Areas they must lie in")
    tolerance_m: float = Field(default=0.01, ge=0, description="How far a vertex may stick out, in metres")

    def compared_layers(self, setting: MeasureContext) -> list[set[str]]:
        """The selection's pairs, and it with `inside`."""
        pairs = super().compared_layers(setting) + compared_pairs(self.inside)
        return [*pairs, {self.selection().layer, to_selection(self.inside).layer}]

    def layers(self, setting: MeasureContext) -> set[str]:
        """The selection's layers and those of `inside`."""
        return super().layers(setting) | layers_of(self.inside)


def measure(layers: Layers, params: Within, setting: MeasureContext) -> Measurement:
    """Share of features inside, with the ids of those that are not in the evidence's notes."""
    selected = select_features(params.selection(), layers, setting)
    area = select_features(params.inside, layers, setting)
    margin = BUFFER_SAFETY * position_margin(layers, selected.layer, area.layer)
    sure = _is_inside(selected, area.only(area.sure), params.tolerance_m - margin)
    possible = _is_inside(selected, area, params.tolerance_m + margin)
    unknown = (sure != possible) | ~selected.drawn
    # land that is not drawn may be anywhere, and so may the land of an area of which no row is sure
    unknown |= ~sure & bool(not area.drawn.all() or not area.sure.any())
    inside = np.where(unknown, np.nan, sure.astype(float))
    selected = with_part(selected, inside)

    def reading(part: SelectedFeatures) -> Reading:
        return _share_inside(part, part.floats("__part__")) or Reading(low=0, high=1, unit="share")

    out = selected.table.texts("__id__")[selected.rows[~possible & ~unknown]].tolist()
    return Measurement(
        reading=_share_inside(selected, inside),
        breakdown=break_down(selected, params.by, reading, layers, setting),
        evidence=Evidence(layers={selected.layer: selected.ids}, notes={"outside": out}),
        implied=Bound(comparator=">=", number=1.0, unit="share"),
        reason=localize(
            "{count} features of {layer} are not inside {other}",
            count=len(out),
            layer=layer_title(selected.layer),
            other=layer_title(area.layer),
        )
        if out
        else "",
        settled_by=localize("features of {layer}", layer=layer_title(selected.layer)) if not len(selected) else "",
        known=known_value(selected, ~unknown, reading),
    )


def _is_inside(selected: SelectedFeatures, area: SelectedFeatures, tolerance: float) -> NDArray[np.bool_]:
    """Whether each shape lies in the land of the areas, widened by some metres; found once for all areas of a layer."""
    import shapely

    def make() -> Any:
        land = shapely.union_all(shapely.make_valid(area.shapes)).buffer(tolerance)
        shapely.prepare(land)
        return land

    if not area.is_whole:
        return np.asarray(shapely.covers(make(), selected.shapes))
    land, shapes = area.table.fact(("land", tolerance), make), selected.table.shapes
    key = ("inside", area.table, tolerance)
    return selected.table.per_row(key, selected.rows, lambda rows: (shapely.covers(land, shapes[rows]),))[0]


def _share_inside(selected: SelectedFeatures, inside: NDArray[np.float64]) -> Reading | None:
    from urbanplan.measure.share import share_reading

    ones = np.ones(len(selected))
    return share_reading(selected.with_columns(__part__=inside, __least__=ones, __most__=ones))

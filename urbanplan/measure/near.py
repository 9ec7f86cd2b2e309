"""How many features have what they need within a straight distance: the service radius of planning standards."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from pydantic import Field

from urbanplan.measure.grouping import break_down
from urbanplan.measure.measured import Layers, MeasureContext, Measurement
from urbanplan.measure.parameters import SelectionParameters
from urbanplan.measure.positions import position_margin
from urbanplan.measure.reasons import known_value
from urbanplan.measure.selection import (
    SelectedFeatures,
    Selection,
    compared_pairs,
    layers_of,
    select_features,
    to_selection,
)
from urbanplan.measure.share import WEIGHED_DIMENSIONS, complete_rows, weighted_share, with_part
from urbanplan.model.comparison import at_most, is_above
from urbanplan.model.reading import Bound, Evidence, Reading
from urbanplan.model.titles import layer_title
from urbanplan.model.translation import localize

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray


class Near(SelectionParameters):
    """Share of the features with one of `to` within `metres` in a straight line; implied bound: all of them."""

    to: str | Selection = Field(description="What must be near, such as linked car parks")
    metres: float = Field(gt=0, description="Service radius: distance between the nearest points of both")
    weight: Literal["count", "area", "length"] | str = Field(
        default="count", description="What each feature counts: count, area, length or a column"
    )

    def compared_layers(self, setting: MeasureContext) -> list[set[str]]:
        """The selection's pairs, and it with `to`."""
        pairs = super().compared_layers(setting) + compared_pairs(self.to)
        return [*pairs, {self.selection().layer, to_selection(self.to).layer}]

    def layers(self, setting: MeasureContext) -> set[str]:
        """The selection's layers and those of `to`."""
        return super().layers(setting) | layers_of(self.to)


def measure(layers: Layers, params: Near, setting: MeasureContext) -> Measurement:
    """The share, and as ``too_far`` the features that have none near, each with its distance to the nearest."""
    selected = select_features(params.selection(), layers, setting)
    other = select_features(params.to, layers, setting)
    distance, least = _nearest(selected, other.only(other.sure)), _nearest(selected, other)
    margin = position_margin(layers, selected.layer, other.layer)
    distance, least = distance + margin, least - margin
    open_rows = ~selected.drawn | (at_most(least, params.metres) != at_most(distance, params.metres))
    open_rows |= is_above(least, params.metres) & bool((~other.drawn).any())
    selected = with_part(selected, np.where(open_rows, np.nan, at_most(distance, params.metres).astype(float)))
    reading = weighted_share(selected, params.weight, layers, setting)
    measured = partial(weighted_share, weight=params.weight, layers=layers, setting=replace(setting, noticed=[]))
    far = _unserved_features(selected, least, params.metres)
    reason, settled_by = _explain(selected, other, far, int(open_rows.sum()), params.metres)
    return Measurement(
        reading=reading,
        breakdown=break_down(
            selected,
            params.by,
            lambda part: measured(part) or Reading(low=0, high=1, unit="share"),
            layers,
            setting,
            WEIGHED_DIMENSIONS.get(params.weight),
        ),
        evidence=Evidence(layers={selected.layer: far["id"].tolist() or selected.ids}, results=["too_far"]),
        implied=Bound(comparator=">=", number=1.0, unit="share"),
        reason=reason,
        settled_by=settled_by,
        results={"too_far": far},
        known=known_value(selected, complete_rows(selected, params.weight, layers, setting), measured),
    )


def _nearest(selected: SelectedFeatures, other: SelectedFeatures) -> NDArray[np.float64]:
    """Distance of each feature to the nearest of the others; found once for all features of a layer."""
    from urbanplan.layer.nearest import nearest_distances

    if not other.is_whole:
        return nearest_distances(selected.shapes, other.shapes)
    shapes, others = selected.table.shapes, other.table
    key = ("nearest", others)
    return selected.table.per_row(key, selected.rows, lambda rows: (nearest_distances(shapes[rows], others.shapes),))[0]


def _unserved_features(selected: SelectedFeatures, metres: NDArray[np.float64], limit: float) -> gpd.GeoDataFrame:
    import geopandas as gpd

    def make() -> gpd.GeoDataFrame:  # a frame costs more than its rows: of one for the whole table each takes its own
        columns = {"id": selected.table.texts("__id__"), "distance_m": np.full(len(selected.table), np.nan)}
        return gpd.GeoDataFrame(columns, geometry=selected.table.shapes, crs=selected.table.frame.crs)

    beyond = np.flatnonzero(is_above(metres, limit))
    far: Any = selected.table.fact("features with distance", make).take(selected.rows[beyond])
    far.index = range(len(far))
    far["distance_m"] = np.where(np.isfinite(metres), metres, np.nan)[beyond]
    return far


def _explain(
    selected: SelectedFeatures, other: SelectedFeatures, far: gpd.GeoDataFrame, unsure: int, metres: float
) -> tuple[str, str]:
    """Reason and what would settle it."""
    name = selected.layer
    if not len(selected):
        reason = localize("layer {layer} has no feature that could be shared", layer=layer_title(name))
        return reason, localize("features of {layer}", layer=layer_title(name))
    if unsure or not selected.sure.all():
        count = max(unsure, int((~selected.sure).sum()))
        reason = localize(
            "{count} features of {layer} do not tell whether they count", count=count, layer=layer_title(name)
        )
        silent = other.layer if unsure else name
        return reason, localize("the missing attributes of these features of {layer}", layer=layer_title(silent))
    if not len(far):
        return "", ""
    return localize(
        "{count} features of {layer} have none of {other} within {metres:g} m",
        count=len(far),
        layer=layer_title(name),
        other=layer_title(other.layer),
        metres=metres,
    ), ""

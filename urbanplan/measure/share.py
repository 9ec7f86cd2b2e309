"""Share of features, of a column's sum, of area or length, for which a condition holds."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from pydantic import Field

from urbanplan.layer.repeated_ids import least_of_groups
from urbanplan.measure.grouping import break_down
from urbanplan.measure.measured import Layers, MeasureContext, Measurement
from urbanplan.measure.parameters import SelectionParameters
from urbanplan.measure.pieces import disjoint_pieces
from urbanplan.measure.reasons import explain_copies, known_value
from urbanplan.measure.row_sizes import area_bounds, line_lengths
from urbanplan.measure.selection import SelectedFeatures, filter_truth, select_features
from urbanplan.measure.sum import notice_divided_values
from urbanplan.measure.unknown_rows import field_limits, null_impossible, numeric_values
from urbanplan.model.reading import Evidence, Reading
from urbanplan.model.titles import layer_title
from urbanplan.model.translation import localize

if TYPE_CHECKING:
    from numpy.typing import NDArray


WEIGHED_DIMENSIONS = {"area": 2, "length": 1}
"""Of weights that are a size of shapes, the dimension of these."""


class Share(SelectionParameters):
    """Share of `of` for which `that` holds, by number unless `weight` says area, length or a column."""

    that: str = Field(description="CQL2 condition of the part")
    weight: Literal["count", "area", "length"] | str = "count"


def measure(layers: Layers, params: Share, setting: MeasureContext) -> Measurement:
    """The share measured jointly: each feature's unknowns are set to what makes the share least and greatest."""
    selected = select_features(params.selection(), layers, setting)
    dates = layers[selected.layer].type.date_fields
    truth = filter_truth(selected, params.that, dates, setting)
    selected = with_part(selected, truth.to_numpy(dtype=float, na_value=np.nan))
    reading = weighted_share(selected, params.weight, layers, setting)
    measured = partial(weighted_share, weight=params.weight, layers=layers, setting=replace(setting, noticed=[]))
    unknown = int((~selected.sure).sum() + truth.isna().sum())
    reason = settled_by = ""
    if reading is None:
        reason = localize("layer {layer} has no feature that could be shared", layer=layer_title(selected.layer))
        settled_by = localize("features of {layer}", layer=layer_title(selected.layer))
    elif not truth.isna().any() and (copies := explain_copies(selected)) is not None:
        reason, settled_by = copies
    elif unknown:
        reason = localize(
            "{count} features of {layer} do not tell whether they count",
            count=unknown,
            layer=layer_title(selected.layer),
        )
        settled_by = localize("the missing attributes of these features of {layer}", layer=layer_title(selected.layer))
    rows = break_down(
        selected,
        params.by,
        lambda part: measured(part) or Reading(low=0, high=1, unit="share"),
        layers,
        setting,
        WEIGHED_DIMENSIONS.get(params.weight),
    )
    return Measurement(
        reading=reading,
        breakdown=rows,
        evidence=Evidence(layers={selected.layer: selected.ids}),
        reason=reason,
        settled_by=settled_by,
        known=known_value(selected, complete_rows(selected, params.weight, layers, setting), measured),
    )


def with_part(selected: SelectedFeatures, part: NDArray[np.float64]) -> SelectedFeatures:
    """The features with what tells whether each is part: 1, 0 or NaN, shape (rows,)."""
    return selected.with_columns(__part__=part)


def weighted_share(selected: SelectedFeatures, weight: str, layers: Layers, setting: MeasureContext) -> Reading | None:
    """The share by number, area, length or a column; land and line that features share count once.

    What is noticed goes to the setting: parts of features that are told already are measured with one of their own.
    """
    if weight in ("area", "length"):
        selected = disjoint_pieces(selected, setting)
    least, most = feature_weights(selected, weight, layers, setting)
    return share_reading(selected.with_columns(__least__=least, __most__=most))


def complete_rows(
    selected: SelectedFeatures, weight: str, layers: Layers, setting: MeasureContext
) -> NDArray[np.bool_]:
    """Whether of each feature its part and its weight are known, shape (rows,)."""
    least, most = feature_weights(selected, weight, layers, setting)
    return ~np.isnan(selected.floats("__part__")) & (least == most)


def share_reading(selected: SelectedFeatures) -> Reading | None:
    """Least and greatest share; None where there may be nothing to share.

    A feature that may belong to the whole is taken in only where that moves the share the wanted way:
    one that has the property raises it, one that has not lowers it.
    """
    part, least, most = (selected.floats(name) for name in ("__part__", "__least__", "__most__"))
    whole = SureWeight(selected, least)
    if not whole.of(np.ones(len(part), dtype=bool)) > 0:
        return None
    may_not, may = ~(part == 1), ~(part == 0)  # null tells neither
    low = _ratio(whole.of(~may_not), most[may_not].sum(), empty=1.0)
    high = _ratio(most[may].sum(), whole.of(~may), empty=0.0)
    return Reading(low=low, high=high, unit="share")


class SureWeight:
    """Weight of what surely counts: of rows each by itself, of rows of one id that all are asked for the least."""

    def __init__(self, selected: SelectedFeatures, least: NDArray[np.float64]) -> None:
        self._selected, self._least, self._sure = selected, least, selected.sure

    def of(self, rows: NDArray[np.bool_]) -> float:
        """Weight of the rows of a mask."""
        groups = self._selected.groups_among(self._selected.fits & rows)
        return float(self._least[self._sure & rows].sum()) + least_of_groups(groups, self._least)


def _ratio(part: float, rest: float, *, empty: float) -> float:
    """part / (part + rest), one of them unbounded at most; ``empty`` where both are nothing."""
    if np.isinf(part) or np.isinf(rest):
        return float(np.isinf(part))
    return float(part / (part + rest)) if part + rest > 0 else empty


def feature_weights(
    selected: SelectedFeatures, weight: str, layers: Layers, setting: MeasureContext
) -> tuple[Any, Any]:
    """Least and greatest weight of each feature; a null one lies between 0 and the greatest of its type."""
    match weight:
        case "count":
            return np.ones(len(selected)), np.ones(len(selected))
        case "area":
            return area_bounds(selected)
        case "length":
            length = line_lengths(selected)
            return np.nan_to_num(length, nan=0.0), np.nan_to_num(length, nan=np.inf)
        case _:
            return weight_limits(selected, weight, layers, setting, key="weight")


def weight_limits(
    selected: SelectedFeatures, weight: str, layers: Layers, setting: MeasureContext, *, key: str
) -> tuple[Any, Any]:
    """Least and greatest value of a numeric column of each feature, that a key of its measure names."""
    table = selected.table
    values = numeric_values(table.frame, weight, layers[selected.layer], setting, key=key).iloc[selected.rows]
    spec = layers[selected.layer].type.fields.get(weight)
    low, high = field_limits(spec)
    low = max(low, 0.0)
    amount = null_impossible(values.to_numpy(dtype=float, na_value=np.nan), spec)
    amount = np.where(amount < 0, np.nan, amount)  # no weight: its finding is the layer's
    kept = selected.floats("__kept__")
    notice_divided_values(selected, weight, setting)
    return np.where(np.isnan(amount), low, amount) * kept, np.where(np.isnan(amount), high, amount) * kept

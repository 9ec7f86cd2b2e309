"""Share of features, of a column's sum, of area or length, for which a condition holds."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from pydantic import Field

from urbanplan.errors import MeasureError
from urbanplan.layer.filter import select
from urbanplan.measure.grouping import broken_down
from urbanplan.measure.measured import Layers, Measured, Setting
from urbanplan.measure.parameters import OfSelection
from urbanplan.measure.selection import Selected, choose
from urbanplan.model.language import say
from urbanplan.model.reading import Evidence, Reading


class Share(OfSelection):
    """Share of `of` for which `that` holds, by number unless `weight` says area, length or a column."""

    that: str = Field(description="CQL2 condition of the part")
    weight: Literal["count", "area", "length"] | str = "count"


def measure(layers: Layers, params: Share, setting: Setting) -> Measured:
    """The share measured jointly: each feature's unknowns are set to what makes the share least and greatest."""
    selected = choose(params.selection(), layers, setting)
    truth = select(selected.frame, params.that, place=setting.where)
    frame = selected.frame.assign(__part__=truth.to_numpy(dtype=float, na_value=np.nan))
    selected = Selected(frame, selected.sure, selected.layer, selected.distinct, selected.layers)
    weights = _weights(selected, params.weight, setting)
    frame["__weight__"] = weights
    reading = shared(selected)
    unknown = int((~selected.sure).sum() + truth.isna().sum())
    reason = settled_by = ""
    if reading is None:
        reason = say("layer {layer} has no feature that could be shared", layer=selected.layer)
        settled_by = say("features of {layer}", layer=selected.layer)
    elif unknown:
        reason = say("{count} features of {layer} do not tell whether they count", count=unknown, layer=selected.layer)
        settled_by = say("the missing attributes of these features of {layer}", layer=selected.layer)
    rows = broken_down(
        selected, params.by, lambda part: shared(part) or Reading(low=0, high=1, unit="share"), layers, setting
    )
    return Measured(
        reading=reading,
        breakdown=rows,
        evidence=Evidence(layers={selected.layer: selected.ids}),
        reason=reason,
        settled_by=settled_by,
    )


def shared(selected: Selected) -> Reading | None:
    """Least and greatest share; None where there may be nothing to share.

    A feature that may belong to the whole is taken in only where that moves the share the wanted way:
    one that has the property raises it, one that has not lowers it.
    """
    part = selected.frame["__part__"].to_numpy(dtype=float)
    weight = selected.frame["__weight__"].to_numpy(dtype=float)
    if not selected.sure.any() or weight[selected.sure].sum() <= 0:
        return None
    least, most = np.nan_to_num(part, nan=0.0), np.nan_to_num(part, nan=1.0)
    low_in = selected.sure | (least == 0)
    high_in = selected.sure | (most == 1)
    low = (weight * least)[low_in].sum() / weight[low_in].sum()
    high = (weight * most)[high_in].sum() / weight[high_in].sum()
    return Reading(low=float(low), high=float(high), unit="share")


def _weights(selected: Selected, weight: str, setting: Setting) -> Any:
    match weight:
        case "count":
            return np.ones(len(selected.frame))
        case "area":
            return selected.frame.geometry.area.to_numpy()
        case "length":
            return selected.frame.geometry.length.to_numpy()
    if weight not in selected.frame.columns:
        raise MeasureError(
            "layer {layer!r} has no column {column!r} to weigh by",
            where=setting.where,
            fix="Give count, area, length or a numeric column",
            layer=selected.layer,
            column=weight,
        )
    return selected.frame[weight].astype("Float64").fillna(0.0).to_numpy(dtype=float)

"""One column's sum as a share of another's: places that are inclusive of all places."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from pydantic import Field

from urbanplan.errors import MeasureError
from urbanplan.measure.grouping import break_down
from urbanplan.measure.measured import Layers, MeasureContext, Measurement
from urbanplan.measure.parameters import SelectionParameters
from urbanplan.measure.reasons import explain_unknown_rows, known_value
from urbanplan.measure.selection import SelectedFeatures, select_features
from urbanplan.measure.unknown_rows import null_impossible
from urbanplan.model.comparison import is_above
from urbanplan.model.layertype import FieldSpec
from urbanplan.model.reading import Evidence, Reading
from urbanplan.model.titles import field_titles, layer_title
from urbanplan.model.translation import localize

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Ratio(SelectionParameters):
    """Sum of the column `part` as a share of the sum of the column `whole`, part of whole feature by feature."""

    part: str = Field(description="Numeric column of the part")
    whole: str = Field(description="Numeric column of the whole")


def measure(layers: Layers, params: Ratio, setting: MeasureContext) -> Measurement:
    """The ratio measured jointly: an unknown part is nothing to all of its whole, a possible row may be left out."""
    chosen = params.selection()
    fields = layers[chosen.layer].type.fields
    numeric = [name for name, spec in fields.items() if spec.type in ("number", "integer")]
    for column in (params.part, params.whole):
        if column not in numeric:
            raise MeasureError(
                "layers of type {type!r} have no numeric column {column!r}",
                where=setting.where,
                fix="Declare it in the type, or give one of: {known}",
                type=layers[chosen.layer].type.name,
                column=column,
                known=", ".join(numeric),
            )
    most = fields[params.whole].maximum
    selected = select_features(chosen, layers, setting)

    def reading(part: SelectedFeatures) -> Reading | None:
        return ratio_reading(*_column_values(part, params, fields), part.sure, most=np.inf if most is None else most)

    part, whole = _column_values(selected, params, fields)
    known = np.isfinite(part) & np.isfinite(whole) & ~is_above(part, whole)
    unknown = int((~known).sum())
    found = reading(selected)
    reason, settled_by = explain_unknown_rows(selected, chosen, found)
    if unknown and not reason and not (found is not None and found.exact):
        names = field_titles(selected.layer, (params.part, params.whole))
        reason = localize(
            "{count} features of {layer} tell no part of their whole", count=unknown, layer=layer_title(selected.layer)
        )
        settled_by = localize(
            "the values of {columns} of these features of {layer}", columns=names, layer=layer_title(selected.layer)
        )
    if found is None:
        reason = reason or localize(
            "layer {layer} has no feature that could be shared", layer=layer_title(selected.layer)
        )
        settled_by = settled_by or localize("features of {layer}", layer=layer_title(selected.layer))
    nothing = Reading(low=0, high=1, unit="share")
    return Measurement(
        reading=found,
        breakdown=break_down(selected, params.by, lambda rows: reading(rows) or nothing, layers, setting),
        evidence=Evidence(layers={selected.layer: selected.ids}),
        reason=reason,
        settled_by=settled_by,
        known=known_value(selected, known, reading),
    )


def _column_values(
    selected: SelectedFeatures, params: Ratio, fields: Mapping[str, FieldSpec]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    kept = selected.floats("__kept__")
    columns = (params.part, params.whole)
    part, whole = (null_impossible(selected.floats(column), fields[column]) * kept for column in columns)
    return part, whole


def ratio_reading(
    part: NDArray[np.float64], whole: NDArray[np.float64], sure: NDArray[np.bool_], *, most: float = np.inf
) -> Reading | None:
    """Least and greatest Σ part / Σ whole over what is unknown; None where there may be nothing to share.

    Args:
        part, whole, sure: shape (rows,); NaN is unknown, a part beyond its whole or below 0 too.
        most: greatest whole that the layer's type allows.

    At least, an unknown part is nothing and an unknown whole the greatest; at most, the part is all of its whole.
    Rows that may be left out are taken in by their own ratio as long as that moves the quotient the wanted way: the
    best set is a beginning of that order (Dinkelbach 1967, doi:10.1287/mnsc.13.7.492).
    """
    part = np.where((part >= 0) & ~is_above(part, whole), part, np.nan)
    wide = np.where(np.isnan(whole), most, whole)
    if not np.where(np.isnan(whole), np.where(np.isnan(part), 0.0, part), whole)[sure].sum() > 0:
        return None
    low = _extreme_ratio(np.where(np.isnan(part), 0.0, part), wide, sure, sign=1)
    tight = np.where(np.isnan(whole), np.where(np.isnan(part), most, part), whole)
    high = _extreme_ratio(np.where(np.isnan(part), tight, part), tight, sure, sign=-1)
    return Reading(low=low, high=high, unit="share")


def _extreme_ratio(
    part: NDArray[np.float64], whole: NDArray[np.float64], sure: NDArray[np.bool_], *, sign: int
) -> float:
    """Least (sign 1) or greatest (sign -1) Σ part / Σ whole over the sets that hold the sure rows."""
    free = ~sure & (whole > 0)
    with np.errstate(invalid="ignore", divide="ignore"):
        order = np.argsort(sign * part[free] / whole[free], kind="stable")
        above = np.append(0.0, np.cumsum(part[free][order])) + part[sure].sum()
        below = np.append(0.0, np.cumsum(whole[free][order])) + whole[sure].sum()
        found = np.where(np.isinf(below), float(sign < 0), above / below)
    found = found[~np.isnan(found)]
    if not len(found):
        return float(sign < 0)
    return float(found.min() if sign > 0 else found.max())

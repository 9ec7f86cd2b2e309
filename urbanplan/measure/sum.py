"""Sum of a column."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from pydantic import Field

from urbanplan.errors import MeasureError
from urbanplan.layer.repeated_ids import least_of_groups
from urbanplan.measure.count import subtract
from urbanplan.measure.grouping import break_down
from urbanplan.measure.measured import Layers, MeasureContext, Measurement
from urbanplan.measure.parameters import FlowParameters
from urbanplan.measure.reasons import explain_unknown_rows, known_value
from urbanplan.measure.selection import SelectedFeatures, select_features
from urbanplan.measure.unknown_rows import field_limits, null_impossible
from urbanplan.model.layertype import FieldSpec, LayerType
from urbanplan.model.reading import Evidence, Reading
from urbanplan.model.titles import field_title, layer_title
from urbanplan.model.translation import localize
from urbanplan.model.units import dimension


class Sum(FlowParameters):
    """Sum of a column's values over the features."""

    field: str = Field(description="Numeric column that is summed")
    unit: str | None = Field(default=None, description="Unit of the column, where its type gives none")

    def dimension(self, types: Mapping[str, LayerType]) -> str | None:
        """The dimension of the column's unit."""
        kind = types.get(self.selection().layer)
        spec = None if kind is None else kind.fields.get(self.field)
        return None if spec is None else dimension(self.unit or spec.unit or "count")


def measure(layers: Layers, params: Sum, setting: MeasureContext) -> Measurement:
    """Sum of the sure features .. of all that may count; a null value is as much as the type's limits allow."""
    chosen = params.selection()
    kind = layers[chosen.layer].type
    spec = kind.fields.get(params.field)
    if spec is None or spec.type not in ("number", "integer"):
        raise MeasureError(
            "layers of type {type!r} have no numeric column {column!r}",
            where=setting.where,
            fix="Declare it in the type, or sum one of: {known}",
            type=kind.name,
            column=params.field,
            known=", ".join(name for name, s in kind.fields.items() if s.type in ("number", "integer")),
        )
    unit = params.unit or spec.unit or "count"
    selected = select_features(chosen, layers, setting)
    notice_divided_values(selected, params.field, setting)

    def reading(part: SelectedFeatures) -> Reading:
        return sum_reading(part, params.field, spec, unit)

    total = reading(selected)
    if params.baseline is not None:
        total = subtract(total, reading(select_features(params.baseline, layers, setting)))
    reason, settled_by = explain_unknown_rows(selected, chosen, total)
    known = ~np.isnan(null_impossible(selected.floats(params.field), spec))
    nulls = int((~known).sum())
    if nulls and not reason and not total.exact:
        reason = localize(
            "{count} features of {layer} have no {column}",
            count=nulls,
            layer=layer_title(selected.layer),
            column=field_title(selected.layer, params.field),
        )
        settled_by = localize(
            "the values of {columns} of these features of {layer}",
            columns=field_title(selected.layer, params.field),
            layer=layer_title(selected.layer),
        )
    return Measurement(
        reading=total,
        breakdown=break_down(selected, params.by, reading, layers, setting),
        evidence=Evidence(layers={selected.layer: selected.ids}),
        reason=reason,
        settled_by=settled_by,
        known=None if params.baseline is not None else known_value(selected, known, reading),
    )


def notice_divided_values(selected: SelectedFeatures, field: str, setting: MeasureContext) -> None:
    """A finding on features that are cut: their values count by the part of the shape that is left."""
    cut = selected.floats("__kept__") < 1
    if cut.any():
        ids = selected.table.texts("__id__")[selected.rows[cut]]
        setting.notice("verdict-value-divided", layer=selected.layer, features=ids, column=field)


def sum_reading(selected: SelectedFeatures, field: str, spec: FieldSpec, unit: str) -> Reading:
    """Interval of the sum: nulls and values beyond the type's limits take these, possible rows count to widen it."""
    values = null_impossible(selected.floats(field), spec)
    least, most = field_limits(spec)
    kept = selected.floats("__kept__")
    low = np.where(np.isnan(values), least, values) * kept
    high = np.where(np.isnan(values), most, values) * kept
    sure, groups = selected.sure, selected.groups
    low = float(np.sum(np.where(sure, low, np.minimum(low, 0.0)))) + least_of_groups(groups, low)
    high = float(np.sum(np.where(sure, high, np.maximum(high, 0.0)))) - least_of_groups(groups, -high)
    return Reading(low=low if np.isfinite(low) else None, high=high if np.isfinite(high) else None, unit=unit)

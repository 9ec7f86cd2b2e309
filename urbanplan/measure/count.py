"""Count of features, by distinct identity."""

from __future__ import annotations

from typing import TYPE_CHECKING

from urbanplan.measure.grouping import break_down
from urbanplan.measure.measured import Layers, MeasureContext, Measurement
from urbanplan.measure.parameters import FlowParameters
from urbanplan.measure.reasons import explain_unknown_rows, known_value
from urbanplan.measure.selection import SelectedFeatures, select_features
from urbanplan.model.reading import Evidence, Reading

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray


class Count(FlowParameters):
    """How many features (distinct values of `distinct`, the id unless said) there are."""


def measure(layers: Layers, params: Count, setting: MeasureContext) -> Measurement:
    """Number of distinct features: those that surely count .. those that may."""
    selected = select_features(params.selection(), layers, setting)
    reading = count_reading(selected)
    if params.baseline is not None:
        before = count_reading(select_features(params.baseline, layers, setting))
        reading = subtract(reading, before)
    reason, settled_by = explain_unknown_rows(selected, params.selection())
    return Measurement(
        reading=reading,
        breakdown=break_down(selected, params.by, count_reading, layers, setting),
        evidence=Evidence(layers={selected.layer: selected.ids}),
        reason=reason,
        settled_by=settled_by,
        known=None if params.baseline is not None else known_value(selected, named_rows(selected), count_reading),
    )


def named_rows(selected: SelectedFeatures) -> NDArray[np.bool_]:
    """Whether each row has an identity."""
    return selected.frame[selected.distinct].notna().to_numpy(dtype=bool)


def count_reading(selected: SelectedFeatures) -> Reading:
    """Distinct identities; a null identity is one that may be any of the others.

    Where rows of one id differ, each may be a thing of its own.
    """
    identity = selected.frame[selected.distinct].astype("string")
    known = identity.notna().to_numpy(dtype=bool)
    low = identity[(selected.sure | _agreed_rows(selected, identity)) & known].nunique()
    high = identity[known].nunique() + int((~known).sum()) + _repeated_identities(selected, identity)
    anonymous = bool((selected.sure & ~known).any())
    return Reading(low=max(low, int(anonymous)), high=high, unit="count")


def _agreed_rows(selected: SelectedFeatures, identity: pd.Series) -> NDArray[np.bool_]:
    """Rows of one id of which one surely counts and which have one identity, whichever is right."""
    groups = selected.groups
    one = identity.groupby(groups).transform("nunique").to_numpy() == 1 if (groups >= 0).any() else False
    return (groups >= 0) & one


def _repeated_identities(selected: SelectedFeatures, identity: pd.Series) -> int:
    """How many more things there may be than identities, where ids that should be unique are not."""
    rows = selected.frame["__copies__"].to_numpy() > 1
    ids = identity[rows]
    if not rows.any() or not bool((ids == selected.frame["__id__"][rows]).all()):
        return 0
    return len(ids) - int(ids.nunique())


def subtract(now: Reading, before: Reading) -> Reading:
    """The change from one reading to another of the same unit."""
    low = None if now.low is None or before.high is None else now.low - before.high
    high = None if now.high is None or before.low is None else now.high - before.low
    return Reading(low=low, high=high, unit=now.unit)

"""Count of features, by distinct identity."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from urbanplan.measure.grouping import break_down
from urbanplan.measure.measured import Layers, MeasureContext, Measurement
from urbanplan.measure.parameters import FlowParameters
from urbanplan.measure.reasons import explain_unknown_rows, known_value
from urbanplan.measure.selection import SelectedFeatures, select_features
from urbanplan.model.reading import Evidence, Reading

if TYPE_CHECKING:
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
    reason, settled_by = explain_unknown_rows(selected, params.selection(), reading)
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
    return selected.table.codes(selected.distinct)[selected.rows] >= 0


def count_reading(selected: SelectedFeatures) -> Reading:
    """Distinct identities; a null identity is one that may be any of the others.

    Where rows of one id differ, each may be a thing of its own.
    """
    identity = selected.table.codes(selected.distinct)[selected.rows]
    known, sure = identity >= 0, selected.sure
    low = _different(identity[(sure | _agreed_rows(selected, identity)) & known])
    high = _different(identity[known]) + int((~known).sum()) + _repeated_identities(selected)
    return Reading(low=max(low, int((sure & ~known).any())), high=high, unit="count")


def _different(identity: NDArray[np.intp]) -> int:
    return len(np.unique(identity))


def _agreed_rows(selected: SelectedFeatures, identity: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Rows of one id of which one surely counts and which have one identity, whichever is right."""
    groups = selected.groups
    rows = np.flatnonzero(groups >= 0)
    found = np.zeros(len(groups), dtype=bool)
    if rows.size:
        least, most = (np.full(int(groups.max()) + 1, start) for start in (np.iinfo(np.intp).max, -1))
        np.minimum.at(least, groups[rows], identity[rows])
        np.maximum.at(most, groups[rows], identity[rows])
        found[rows] = (least == most)[groups[rows]]
    return found


def _repeated_identities(selected: SelectedFeatures) -> int:
    """How many more things there may be than identities, where ids that should be unique are not."""
    repeated = selected.rows[selected.table.values("__copies__")[selected.rows] > 1]
    identity, ids = (selected.table.texts(name)[repeated] for name in (selected.distinct, "__id__"))
    if not len(repeated) or not np.array_equal(identity, ids):
        return 0
    return len(ids) - _different(selected.table.codes("__id__")[repeated])


def subtract(now: Reading, before: Reading) -> Reading:
    """The change from one reading to another of the same unit."""
    low = None if now.low is None or before.high is None else now.low - before.high
    high = None if now.high is None or before.low is None else now.high - before.low
    return Reading(low=low, high=high, unit=now.unit)

"""Count of features, by distinct identity."""

from __future__ import annotations

from urbanplan.measure.grouping import broken_down
from urbanplan.measure.measured import Layers, Measured, Setting
from urbanplan.measure.parameters import Flow
from urbanplan.measure.reasons import open_rows
from urbanplan.measure.selection import Selected, choose
from urbanplan.model.reading import Evidence, Reading


class Count(Flow):
    """How many features (distinct values of `distinct`, the id unless said) there are."""


def measure(layers: Layers, params: Count, setting: Setting) -> Measured:
    """Number of distinct features: those that surely count .. those that may."""
    selected = choose(params.selection(), layers, setting)
    reading = counted(selected)
    if params.baseline is not None:
        before = counted(choose(params.baseline, layers, setting))
        reading = less(reading, before)
    reason, settled_by = open_rows(selected, params.selection())
    return Measured(
        reading=reading,
        breakdown=broken_down(selected, params.by, counted, layers, setting),
        evidence=Evidence(layers={selected.layer: selected.ids}),
        reason=reason,
        settled_by=settled_by,
    )


def counted(selected: Selected) -> Reading:
    """Distinct identities; a null identity is one that may be any of the others."""
    identity = selected.frame[selected.distinct].astype("string")
    known = identity.notna().to_numpy(dtype=bool)
    low = identity[selected.sure & known].nunique()
    high = identity[known].nunique() + int((~known).sum())
    anonymous = bool((selected.sure & ~known).any())
    return Reading(low=max(low, int(anonymous)), high=high, unit="count")


def less(now: Reading, before: Reading) -> Reading:
    """The change from one reading to another of the same unit."""
    low = None if now.low is None or before.high is None else now.low - before.high
    high = None if now.high is None or before.low is None else now.high - before.low
    return Reading(low=low, high=high, unit=now.unit)

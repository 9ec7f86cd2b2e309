"""Length of lines, stretches on one line once, dual carriageways by rule."""

from __future__ import annotations

from typing import Any

import numpy as np
from pydantic import Field

from urbanplan.measure.count import less
from urbanplan.measure.grouping import broken_down
from urbanplan.measure.measured import Layers, Measured, Setting
from urbanplan.measure.parameters import Flow
from urbanplan.measure.reasons import open_rows
from urbanplan.measure.selection import Selected, choose
from urbanplan.model.reading import Evidence, Reading


class Length(Flow):
    """Length of the features in m; parts that run on one line count once."""

    carriageway: str | None = Field(
        default=None, description="Column that is 'single', 'left' or 'right'; a right carriageway is not counted again"
    )


def measure(layers: Layers, params: Length, setting: Setting) -> Measured:
    """Plane length in the working CRS."""
    selected = choose(params.selection(), layers, setting)

    def reading(part: Selected) -> Reading:
        return drawn(part, params.carriageway)

    total = reading(selected)
    if params.baseline is not None:
        total = less(total, reading(choose(params.baseline, layers, setting)))
    reason, settled_by = open_rows(selected, params.selection())
    lengths = selected.frame.geometry.length
    notes: dict[str, Any] = {
        "features_m": dict(zip(selected.frame["__id__"].astype(str), lengths.tolist(), strict=True))
    }
    return Measured(
        reading=total,
        breakdown=broken_down(selected, params.by, reading, layers, setting),
        evidence=Evidence(layers={selected.layer: selected.ids}, notes=notes),
        reason=reason,
        settled_by=settled_by,
    )


def drawn(selected: Selected, carriageway: str | None) -> Reading:
    """Length of the sure lines .. of all that may count.

    Where the carriageway column does not tell (null), a line may be half of a dual carriageway: what it adds to the
    told ones counts half at the low end.  A line that is not drawn has any length: the high end is unbounded.
    """
    from urbanplan.layer.length import length_once

    shapes = selected.frame.geometry.to_numpy()
    sure = selected.sure
    second = untold = np.zeros(len(shapes), dtype=bool)
    if carriageway is not None and carriageway in selected.frame.columns:
        side = selected.frame[carriageway].astype("string").str.lower()
        second = side.isin(["right", "右", "右幅"]).to_numpy(dtype=bool)
        untold = side.isna().to_numpy(dtype=bool)
    told = length_once(shapes[sure & ~second & ~untold])
    low = (told + length_once(shapes[sure & ~second])) / 2 if untold.any() else told
    undrawn = selected.frame.geometry.isna().to_numpy(dtype=bool) & ~second
    high = None if undrawn.any() else max(low, length_once(shapes[~second]))
    return Reading(low=low, high=high, unit="m")

"""Length of lines, stretches on one line once, dual carriageways by rule."""

# pyright: reportUnknownMemberType=false
# (shapely's functions say no type of what they return)

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from pydantic import Field

from urbanplan.layer.repeated_ids import least_of_groups
from urbanplan.measure.count import subtract
from urbanplan.measure.grouping import break_down
from urbanplan.measure.measured import Layers, MeasureContext, Measurement
from urbanplan.measure.parameters import FlowParameters
from urbanplan.measure.reasons import drawn_as, explain_unknown_rows, known_value
from urbanplan.measure.row_sizes import covered_length, line_lengths, repeated_rows
from urbanplan.measure.selection import SelectedFeatures, select_features
from urbanplan.measure.unknown_rows import check_column
from urbanplan.model.reading import Evidence, Reading

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Length(FlowParameters):
    """Length of the features in m; parts that run on one line count once."""

    carriageway: str | None = Field(
        default=None, description="Column that is 'single', 'left' or 'right'; a right carriageway is not counted again"
    )


def measure(layers: Layers, params: Length, setting: MeasureContext) -> Measurement:
    """Plane length in the working CRS."""
    selected = select_features(params.selection(), layers, setting)
    if params.carriageway is not None:
        check_column(selected.frame, params.carriageway, layers[selected.layer], setting, key="carriageway")

    def reading(part: SelectedFeatures) -> Reading:
        return length_reading(part, params.carriageway)

    total = reading(selected)
    covered = covered_length(selected) if params.carriageway is not None or total.high is None else total.high
    selected.notice("verdict-counted-once", repeated_rows(selected, 1, covered), setting)
    if params.baseline is not None:
        total = subtract(total, reading(select_features(params.baseline, layers, setting)))
    line = drawn_as(selected, 1)
    reason, settled_by = explain_unknown_rows(selected, params.selection(), total, drawn=line)
    ids = selected.table.texts("__id__")[selected.rows]
    notes: dict[str, Any] = {"features_m": dict(zip(ids, _drawn_lengths(selected).tolist(), strict=True))}
    return Measurement(
        reading=total,
        breakdown=break_down(selected, params.by, reading, layers, setting, 1),
        evidence=Evidence(layers={selected.layer: selected.ids}, notes=notes),
        reason=reason,
        settled_by=settled_by,
        known=None if params.baseline is not None else known_value(selected, line, reading),
    )


def length_reading(selected: SelectedFeatures, carriageway: str | None) -> Reading:
    """Length of the sure lines .. of all that may count.

    Where the carriageway column does not tell (null, or in no list), a line may be half of a dual carriageway: what
    it adds to the told ones counts half at the low end.  What is not drawn as a line has any length: the high end is
    unbounded.
    """
    import pandas as pd

    from urbanplan.network.roads.mileage_rules import KNOWN_CARRIAGEWAYS, RIGHT_CARRIAGEWAY

    sure = selected.sure
    second = untold = np.zeros(len(selected), dtype=bool)
    if carriageway is not None:
        side = pd.Series(selected.table.texts(carriageway)[selected.rows], dtype="string").str.strip().str.lower()
        second = side.isin(RIGHT_CARRIAGEWAY).to_numpy(dtype=bool)
        untold = ~side.isin(KNOWN_CARRIAGEWAYS).to_numpy(dtype=bool)
    told = covered_length(selected.only(sure & ~second & ~untold))
    low = (told + covered_length(selected.only(sure & ~second))) / 2 if untold.any() else told
    low += _repeated_metres(selected, np.where(second, 0.0, np.where(untold, 0.5, 1.0)))
    undrawn = ~drawn_as(selected, 1) & ~second
    high = None if undrawn.any() else max(low, covered_length(selected.only(~second)))
    return Reading(low=low, high=high, unit="m")


def _repeated_metres(selected: SelectedFeatures, counted: NDArray[np.float64]) -> float:
    """Metres that rows of one id have at least, whichever is right: of each group its least row along no other line.

    Args:
        counted: part of its length that each row counts at least, shape (rows,).
    """
    from urbanplan.layer.length import lines_along_others
    from urbanplan.layer.validity import null_other_dimension

    groups = selected.groups
    if not (groups >= 0).any():
        return 0.0
    shapes = null_other_dimension(selected.shapes, 1)
    amount = np.nan_to_num(line_lengths(selected)) * counted
    amount[lines_along_others(shapes, groups)] = 0.0
    return least_of_groups(groups, amount)


def _drawn_lengths(selected: SelectedFeatures) -> NDArray[np.float64]:
    """Length of each shape, of an area that of its border; NaN where nothing is drawn."""
    import shapely

    shapes = selected.table.shapes
    return selected.table.per_row("drawn lengths", selected.rows, lambda rows: (shapely.length(shapes[rows]),))[0]

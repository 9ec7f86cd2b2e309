"""Why a reading is open, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from urbanplan.model.cql2 import columns_of, parse_filter
from urbanplan.model.titles import field_titles, layer_title
from urbanplan.model.translation import localize

if TYPE_CHECKING:
    from urbanplan.measure.selection import SelectedFeatures, Selection


def explain_unknown_rows(selected: SelectedFeatures, chosen: Selection) -> tuple[str, str]:
    """Reason and what would settle it, where attributes do not tell whether features count; else two empty texts."""
    count = int((~selected.sure).sum())
    if not count:
        return "", ""
    columns = [] if chosen.where is None else columns_of(parse_filter(chosen.where))
    if chosen.stage_at_least is not None:
        columns.append("stage")
    silent = [c for c in columns if c in selected.frame.columns and selected.frame.loc[~selected.sure, c].isna().any()]
    names = field_titles(selected.layer, silent or columns) or localize("geometry")
    return (
        localize(
            "{count} features of {layer} do not tell whether they count", count=count, layer=layer_title(selected.layer)
        ),
        localize(
            "the values of {columns} of these features of {layer}", columns=names, layer=layer_title(selected.layer)
        ),
    )

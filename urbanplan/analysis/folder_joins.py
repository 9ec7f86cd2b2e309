"""Tables of a folder that have no places: the layers that they may be joined to, and by which columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from urbanplan.analysis.folder_survey import Candidate
from urbanplan.analysis.join_proposal import propose_keys
from urbanplan.analysis.table_join import name_fields, plain_rows
from urbanplan.model.translation import localize

if TYPE_CHECKING:
    from urbanplan.model.layertype import LayerType

_MAX_JOINS = 3


def propose_joins(candidates: Sequence[Candidate], kinds: Mapping[str, LayerType]) -> None:
    """Say of each table that is no layer which layers its rows belong to, by which columns, and how many find one."""
    layers = [one for one in candidates if one.layer and one.kind == "layer"]
    for table in (one for one in candidates if one.kind == "table" and not one.layer and one.frame is not None):
        rows = plain_rows(table.frame)
        for layer in layers:
            kind = kinds.get(layer.type or "")
            features = layer.frame if kind is None else name_fields(layer.frame, kind, layer.columns)
            table.joins += [
                {"layer": layer.layer, "on": one.on, "matched": one.matched, "rows": one.matched_rows}
                for one in propose_keys(features, rows, kind)
            ]
        table.joins = sorted(table.joins, key=lambda join: (-join["rows"], -join["matched"]))[:_MAX_JOINS]
        _say(table)


def _say(table: Candidate) -> None:
    if not table.joins:
        table.doubts.append(localize("a table without places: join it to a layer with `urbanplan add LAYER --join`"))
    for join in table.joins:
        what = "a table without places; `add {layer} --join FILE --on {on}` would join {rows} of its {all} rows"
        values = {"layer": join["layer"], "on": join["on"], "rows": join["rows"], "all": table.features}
        table.doubts.append(localize(what, **values))

"""Whether something that the plan names exists, at least at a stage."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from pydantic import Field, model_validator

from urbanplan.measure.count import count_reading
from urbanplan.measure.grouping import break_down
from urbanplan.measure.measured import Layers, MeasureContext, Measurement
from urbanplan.measure.near_names import near_names
from urbanplan.measure.parameters import SelectionParameters
from urbanplan.measure.reasons import explain_unknown_rows, known_value
from urbanplan.measure.selection import Selection, compared_pairs, layers_of, select_features, to_selection
from urbanplan.measure.unknown_rows import check_column
from urbanplan.model.reading import Bound, Evidence, Reading
from urbanplan.model.titles import layer_title
from urbanplan.model.translation import join_clauses, localize


class Exists(SelectionParameters):
    """At least one feature of this name, in the district, at its stage."""

    name: str | list[str] | None = Field(default=None, description="Name, or names of which each must exist")
    name_field: str | None = Field(default=None, description="Column of names, the type's label unless said")
    aliases: list[str] = Field(default_factory=list, description="Other names of the same thing")
    inside: str | Selection | None = Field(default=None, description="Areas it must lie in or meet")

    @model_validator(mode="after")
    def _one_name(self) -> Exists:
        """An alias of one of several names would count as another thing; an empty name names nothing."""
        names = [self.name] if isinstance(self.name, str) else self.name
        if names is not None and not (names and all(one.strip() for one in names)):
            raise ValueError(localize("give a name, or leave it out"))
        if self.aliases and isinstance(self.name, list) and len(self.name) > 1:
            raise ValueError("aliases go with one name; give each name its own target")
        return self

    def compared_layers(self, setting: MeasureContext) -> list[set[str]]:
        """The selection's pairs, and it with `inside`."""
        pairs = super().compared_layers(setting) + compared_pairs(self.inside)
        return pairs if self.inside is None else [*pairs, {self.selection().layer, to_selection(self.inside).layer}]

    def layers(self, setting: MeasureContext) -> set[str]:
        """The selection's layers and those of `inside`."""
        return super().layers(setting) | layers_of(self.inside)


def measure(layers: Layers, params: Exists, setting: MeasureContext) -> Measurement:
    """Number of matching features; implied bound: at least one, or as many as names are given."""
    chosen = params.selection()
    column = params.name_field or layers[chosen.layer].type.label
    names = [params.name] if isinstance(params.name, str) else list(dict.fromkeys(params.name or []))
    if names and column is not None:
        check_column(layers[chosen.layer].frame, column, layers[chosen.layer], setting, key="name_field")
    update: dict[str, object] = {"distinct": column} if len(names) > 1 else {}
    if names and column is not None:
        listed = ", ".join("'" + name.replace("'", "''") + "'" for name in [*names, *params.aliases])
        named = f'"{column}" IN ({listed})'
        update["where"] = f"({chosen.where}) AND {named}" if chosen.where else named
    if params.inside is not None:
        update["touching"] = params.inside
    chosen = chosen.model_copy(update=update)
    selected = select_features(chosen, layers, setting)
    if names and column is not None:  # a feature without name is no evidence of a named one
        told = ~selected.table.null(column)[selected.rows]
        selected = replace(selected, fits=selected.fits & told)
    reading = count_reading(selected)
    reason, settled_by = explain_unknown_rows(selected, chosen, reading)
    nameless = bool(names) and column is not None and bool(selected.table.null(column)[selected.rows].all())
    if not len(selected) or nameless:
        absence = _explain_absence(layers[chosen.layer].frame, names, column, chosen)
        reason = join_clauses((absence, reason))
        settled_by = settled_by or localize(
            "the feature in {layer}, or proof that there is none", layer=layer_title(selected.layer)
        )
    if len(names) > 1 and reading.high is not None:  # no more names are found than are asked for
        reading = Reading(low=reading.low, high=min(reading.high, len(names)), unit="count")
    return Measurement(
        reading=reading,
        breakdown=break_down(selected, params.by, count_reading, layers, setting),
        evidence=Evidence(layers={selected.layer: selected.ids}),
        implied=Bound(comparator=">=", number=max(1, len(names)), unit="count"),
        reason=reason,
        settled_by=settled_by,
        known=known_value(selected, np.ones(len(selected), dtype=bool), count_reading),
    )


def _explain_absence(frame: Any, names: list[str], column: str | None, chosen: Selection) -> str:
    """Why nothing matches: a feature of the name fails a condition, or the layer has other names that are near."""
    title, what = layer_title(chosen.layer), ", ".join(names) or chosen.where or chosen.layer
    known: list[Any] = [] if column is None or column not in frame else frame[column].dropna().unique().tolist()
    if any(name in known for name in names):
        return localize(
            "layer {layer} has {what}, but the feature does not meet filter, stage or place", layer=title, what=what
        )
    near = list(dict.fromkeys(one for name in names for one in near_names(name, known)))
    if near:
        quoted = ", ".join(f"“{one}”" for one in near[:5])
        return localize(
            "layer {layer} has no feature that matches {what}; near it: {near}", layer=title, what=what, near=quoted
        )
    return localize("layer {layer} has no feature that matches {what}", layer=title, what=what)

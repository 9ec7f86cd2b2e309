"""Proposed features put into a layer for a what-if: never into the layer itself."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# (pandas and geopandas say their types in part only)

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from urbanplan.layer.filter import evaluate_filter

if TYPE_CHECKING:
    import geopandas as gpd

    from urbanplan.layer.layer import Layer
    from urbanplan.model.plan import Target


def add_proposed(layer: Layer, proposed: gpd.GeoDataFrame, *, like: int | None) -> tuple[Layer, list[str]]:
    """The layer with proposed features behind its own, its basis illustrative, and the fields that were filled.

    Args:
        layer: of the plan. proposed: features in its CRS; one whose id the layer has is passed over.
        like: row of the layer whose values stand where the proposal says none; None leaves them unknown.
    """
    import geopandas as gpd

    id_field, frame = layer.type.id, layer.frame
    ids = proposed[id_field] if id_field in proposed else proposed.get("id", pd.Series(dtype="string"))
    names = ids.astype("string").reset_index(drop=True).reindex(range(len(proposed)))
    names = names.fillna(pd.Series([f"PROPOSED-{row + 1}" for row in range(len(proposed))], dtype="string"))
    new = np.flatnonzero(~names.isin(frame[id_field].astype("string")).to_numpy())
    rows = pd.DataFrame(index=range(len(new)))
    filled: list[str] = []
    for name in [str(column) for column in frame.columns if column != "geometry"]:
        said = proposed[name].iloc[new].reset_index(drop=True) if name in proposed else None
        if name == id_field:
            rows[name] = names.iloc[new].to_numpy()
        elif said is not None and said.notna().any():
            rows[name] = said
        elif like is not None:
            rows[name] = [frame[name].iloc[like]] * len(new)
            filled.append(name)
        rows[name] = rows.get(name, pd.Series([None] * len(new), dtype=object)).astype(frame[name].dtype)
    added = gpd.GeoDataFrame(rows, geometry=proposed.geometry.to_numpy()[new], crs=frame.crs)
    whole = pd.concat([frame, added], ignore_index=True)
    text = added.to_json(default=str) + layer.digest
    digest = hashlib.sha256(text.encode()).hexdigest()
    return replace(layer, frame=gpd.GeoDataFrame(whole, crs=frame.crs), basis="illustrative", digest=digest), filled


def counted_row(layer: Layer, targets: list[Target]) -> int | None:
    """The row of the layer that counts for most of the targets' selections of it; None where none surely does."""
    if not len(layer.frame):
        return None
    held = np.zeros(len(layer.frame), dtype=int)
    for selection in (found for target in targets for found in _selections(target.measure, layer.name)):
        where, stage = selection.get("where"), selection.get("stage_at_least")
        sure = np.ones(len(layer.frame), dtype=bool)
        if where:
            sure &= (
                evaluate_filter(layer.frame, str(where), dates=layer.type.date_fields)
                .fillna(False)
                .to_numpy(dtype=bool)
            )
        if stage and "stage" in layer.frame and stage in layer.type.stages:
            later = layer.type.stages[layer.type.stages.index(str(stage)) :]
            sure &= layer.frame["stage"].isin(later).fillna(False).to_numpy(dtype=bool)
        held += sure
    return int(np.argmax(held)) if held.any() else None


def _selections(value: Any, layer: str) -> list[dict[str, Any]]:
    """Every selection of the layer in the parameters of a measure."""
    if value == layer:
        return [{}]
    if isinstance(value, dict):
        found: dict[str, Any] = {str(key): part for key, part in value.items()}
        own = [found] if found.get("layer") == layer else []
        return [*own, *(one for key, part in found.items() if key != "layer" for one in _selections(part, layer))]
    if isinstance(value, list):
        parts: list[Any] = list(value)
        return [one for part in parts for one in _selections(part, layer)]
    return []

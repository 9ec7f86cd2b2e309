"""What the sheets of one layer of roads share: segments, stages, lengths, surroundings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from urbanplan.errors import ViewError
from urbanplan.layer.layer import Layer
from urbanplan.model.plan import Plan
from urbanplan.view.declared import plan_folder
from urbanplan.view.sheets.backdrop import Backdrop
from urbanplan.view.sheets.fonts import CjkFont
from urbanplan.view.sheets.stages import RoadSheet, road_sheet
from urbanplan.view.sheets.surroundings import Ground, prepare_grounds


@dataclass(frozen=True)
class Road:
    """A road project: its id and name, and the rows of its segments."""

    id: str
    name: str
    rows: NDArray[np.intp]


@dataclass(frozen=True)
class RoadAtlas:
    """What the sheets of one layer of roads share."""

    plan: Plan
    layer: Layer
    sheet: RoadSheet
    around: list[Ground]
    font: CjkFont
    backdrop: Backdrop | None = None
    measured: NDArray[np.float64] | None = None  # lengths of the lines as they are, where coarser ones are drawn

    def values(self, meaning: str) -> pd.Series:
        """A column by its meaning, empty where the layer has none."""
        names = self.sheet.columns.get(meaning, [])
        held = next((name for name in names if name in self.layer.frame.columns), None)
        return pd.Series(index=self.layer.frame.index, dtype=object) if held is None else self.layer.frame[held]

    @cached_property
    def shapes(self) -> NDArray[Any]:
        """Segments."""
        return self.layer.frame.geometry.to_numpy()

    @cached_property
    def lengths(self) -> NDArray[np.float64]:
        """Plane length of each segment, in metres."""
        return shapely.length(self.shapes) if self.measured is None else self.measured

    @cached_property
    def stages(self) -> list[str]:
        """The stage of each segment, empty where it is not known."""
        return [value if isinstance(value, str) else "" for value in self.values("stage")]

    @cached_property
    def roads(self) -> list[Road]:
        """Road projects in the order of their ids."""
        keys = self.values("id").map(lambda value: str(value) if pd.notna(value) else "")
        names = self.values("name")
        made = []
        for key, rows in sorted(keys.groupby(keys).groups.items()):
            at = np.asarray(rows, dtype=np.intp)
            called = next((str(names.iloc[i]) for i in at if pd.notna(names.iloc[i])), "")
            made.append(Road(str(key), called, at))
        return made


def road_lengths(plan: Plan, layers: Mapping[str, Layer]) -> NDArray[np.float64] | None:
    """Plane length of each segment of the plan's road projects, in metres; None where it has no layer of them."""
    layer = _road_layer(road_sheet(plan_folder(plan)), layers)
    return None if layer is None else shapely.length(layer.frame.geometry.to_numpy())


def _road_layer(sheet: RoadSheet, layers: Mapping[str, Layer]) -> Layer | None:
    return next((x for x in layers.values() if x.name in sheet.layers or x.type.name in sheet.layers), None)


def road_atlas(
    plan: Plan, layers: Mapping[str, Layer], font: CjkFont, *, measured: NDArray[np.float64] | None = None
) -> RoadAtlas:
    """Prepare the sheets of the plan's road projects, with lengths that were ``measured`` before, where given.

    Raises:
        ViewError: the plan has no layer of road projects.
    """
    sheet = road_sheet(plan_folder(plan))
    layer = _road_layer(sheet, layers)
    if layer is None:
        names = ", ".join(sheet.layers)
        raise ViewError("the plan has no layer of road projects", fix="Add one of: {names}.", names=names)
    around = prepare_grounds(layers, plan_folder(plan))
    return RoadAtlas(plan, layer, sheet, around, font, measured=measured)

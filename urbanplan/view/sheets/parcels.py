"""What the sheets of one layer of parcels share: its columns, areas, neighbours and surroundings, prepared once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from urbanplan.errors import ViewError
from urbanplan.layer.area import plane_areas
from urbanplan.layer.ellipsoid import ellipsoid_areas
from urbanplan.layer.layer import Layer
from urbanplan.model.plan import Plan
from urbanplan.view.declared import plan_folder
from urbanplan.view.sheets import facts
from urbanplan.view.sheets.backdrop import Backdrop
from urbanplan.view.sheets.fonts import CjkFont
from urbanplan.view.sheets.surroundings import Ground, Surrounding, feature_names, prepare_grounds


@dataclass(frozen=True)
class ParcelAtlas:
    """All that the sheets of one layer share, prepared once."""

    plan: Plan
    layer: Layer
    around: list[Ground]
    font: CjkFont
    backdrop: Backdrop | None = None
    measured: Mapping[str, Any] | None = None  # areas of the outlines as they are, where coarser ones are drawn

    @cached_property
    def rows(self) -> list[facts.ParcelRow]:
        """Columns of each parcel by their meaning."""
        return facts.parcel_rows(self.layer, facts.parcel_sheet(plan_folder(self.plan)))

    @cached_property
    def own(self) -> Ground:
        """The parcels themselves, as neighbours of each other."""
        row = Surrounding(layers=[self.layer.name], role="parcel", fill="#fbf7ec", stroke="#8c6d3f", width=0.12)
        if self.backdrop is not None:
            row = row.model_copy(update={"fill": None, "stroke": "#ffe08a"})
        names = [n or str(self.rows[i].text("id")) for i, n in enumerate(feature_names(self.layer))]
        shapes = self.layer.frame.geometry.to_numpy()
        return Ground(row, self.layer.name, "", self.layer.basis, shapes, names, np.zeros(len(shapes)))

    @cached_property
    def areas(self) -> dict[str, Any]:
        """Plane and ellipsoidal area of every parcel, in m²."""
        return dict(self.measured) if self.measured is not None else _areas(self.layer)

    @cached_property
    def subdistricts(self) -> Ground | None:
        """The sub-districts, for where a parcel lies."""
        return next((g for g in self.around if g.row.role == "subdistrict"), None)


def parcel_areas(plan: Plan, layers: Mapping[str, Layer]) -> dict[str, Any] | None:
    """Plane and ellipsoidal area of every parcel of the plan, in m²; None where it has no layer of parcels."""
    layer = _parcel_layer(plan, layers)
    return None if layer is None else _areas(layer)


def _areas(layer: Layer) -> dict[str, Any]:
    shapes = layer.frame.geometry.to_numpy()
    plane, _ = plane_areas(shapes)
    return {"plane": plane, "ellipsoid": ellipsoid_areas(shapes, layer.frame.crs)}


def _parcel_layer(plan: Plan, layers: Mapping[str, Layer]) -> Layer | None:
    wanted = facts.parcel_sheet(plan_folder(plan)).layers
    return next((x for x in layers.values() if x.name in wanted or x.type.name in wanted), None)


def parcel_atlas(
    plan: Plan, layers: Mapping[str, Layer], font: CjkFont, *, measured: Mapping[str, Any] | None = None
) -> ParcelAtlas:
    """Prepare the sheets of the plan's parcels, with areas that were ``measured`` before, where they are given.

    Raises:
        ViewError: the plan has no layer of parcels.
    """
    folder, layer = plan_folder(plan), _parcel_layer(plan, layers)
    if layer is None:
        wanted = facts.parcel_sheet(folder).layers
        raise ViewError("the plan has no layer of parcels", fix="Add one of: {names}.", names=", ".join(wanted))
    around = prepare_grounds(layers, folder, leave=(layer.name,))
    places = layers.get(plan.district.subdistricts or "")
    if places is not None:
        around.append(_subdistricts(places, plan.district.subdistrict_name))
    return ParcelAtlas(plan, layer, around, font, measured=measured)


def _subdistricts(layer: Layer, column: str) -> Ground:
    row = Surrounding(layers=[layer.name], role="subdistrict")
    shapes = layer.frame.geometry.to_numpy()
    held = layer.frame[column] if column in layer.frame.columns else [""] * len(shapes)
    names = [value if isinstance(value, str) else "" for value in held]
    return Ground(row, layer.name, "", layer.basis, shapes, names, np.zeros(len(shapes)))

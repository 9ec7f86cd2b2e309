"""Which layers a map shows, in which order and group."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import shapely

from urbanplan.errors import ViewError
from urbanplan.layer.layer import Layer
from urbanplan.model.layertype import FieldSpec
from urbanplan.model.report import Report
from urbanplan.model.style import LayerDisplay, MapDefinition, ResultColumns, Style, read_style
from urbanplan.view.declared import read_declaration
from urbanplan.view.map.sheet import MapLayer

if TYPE_CHECKING:
    import geopandas as gpd


def stack_layers(
    definition: MapDefinition,
    report: Report,
    layers: dict[str, Layer],
    results: dict[str, gpd.GeoDataFrame],
    *,
    beside: Path | None = None,
) -> list[MapLayer]:
    """The sheets of a map, the lowest first.

    Layers are looked for by name, then by type; what a definition names and the plan does not have is left out.
    """
    found = results if not definition.findings else {**results, **_findings(report)}
    world = _MapInputs(layers, found, beside)
    sheets = [
        sheet
        for number, group in enumerate(definition.groups)
        for shown in group.layers
        for sheet in world.sheets(shown, number, base=group.base)
    ]
    if definition.rest:
        sheets += world.rest({sheet.name for sheet in sheets}, len(definition.groups))
    drawn = [sheet for sheet in sheets if not shapely.is_empty(sheet.frame.geometry.dropna().to_numpy()).all()]
    return sorted(drawn, key=lambda sheet: sheet.style.order)


@dataclass(frozen=True)
class _MapInputs:
    """What could be shown, and the plan's folder for its own styles."""

    layers: dict[str, Layer]
    results: dict[str, gpd.GeoDataFrame]
    beside: Path | None

    def sheets(self, shown: LayerDisplay, number: int, *, base: bool) -> list[MapLayer]:
        name = shown.layer
        if name in self.results:
            style = _style(name, shown, beside=self.beside)
            return [MapLayer(name, self.results[name], style, shown, number, base, columns=self.columns)]
        typed = [one for one in self.layers.values() if one.type.name == name]
        found = [self.layers[name]] if name in self.layers else typed
        return [self._sheet(layer, shown, number, base=base) for layer in found if _has_shapes(layer)]

    @cached_property
    def columns(self) -> dict[str, FieldSpec]:
        """What columns of results are: those of the layers that they were made from, and their own."""
        own = read_declaration(ResultColumns, "columns/results.toml", self.beside).column
        layers = [layer.type.fields for layer in self.layers.values()]
        return {name: spec for fields in layers for name, spec in fields.items() if spec.title} | own

    def rest(self, taken: set[str], number: int) -> list[MapLayer]:
        left = [one for name, one in self.layers.items() if name not in taken and _has_shapes(one)]
        return [self._sheet(one, LayerDisplay(layer=one.name, visible=False), number, base=False) for one in left]

    def _sheet(self, layer: Layer, shown: LayerDisplay, number: int, *, base: bool) -> MapLayer:
        style = _style(layer.type.style or layer.type.name, shown, beside=self.beside)
        return MapLayer(layer.name, layer.frame, style, shown, number, base, layer)


def _has_shapes(layer: Layer) -> bool:
    return "geometry" in layer.frame and len(layer.frame) > 0


def _style(name: str, shown: LayerDisplay, *, beside: Path | None) -> Style:
    found = (shown.style and read_style(shown.style, beside=beside)) or read_style(name, beside=beside)
    found = found or read_style("default", beside=beside)
    if found is None:
        raise ViewError("there is no style default", fix="Install urbanplan anew.")
    return found


def _findings(report: Report) -> dict[str, gpd.GeoDataFrame]:
    """The report's findings that have a place."""
    import geopandas as gpd
    import shapely.geometry

    placed = [found for found in report.findings if found.geometry]
    if not placed:
        return {}
    rows = [
        {"id": f"{found.code}-{k + 1}", "name": found.message, "code": found.code, "level": found.level,
         "layer": found.layer, "feature": found.feature, "fix": found.fix}
        for k, found in enumerate(placed)
    ]  # fmt: skip
    shapes = [shapely.geometry.shape(found.geometry) for found in placed if found.geometry]
    return {"findings": gpd.GeoDataFrame(rows, geometry=shapes, crs=report.crs)}

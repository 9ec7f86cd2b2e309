"""Which layers a map shows, in which order and group."""

from __future__ import annotations

from dataclasses import dataclass, replace
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
from urbanplan.view.map.derived_style import derive_style, without_classes
from urbanplan.view.map.sheet import MapLayer

if TYPE_CHECKING:
    import geopandas as gpd

_BOLD_STREETS = "streets_bold"
_MOST_SHOWN = 8  # layers beyond the map's own that are switched on at first


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
    sheets = _bold_streets(_light_up(sheets, definition), beside)
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
        own = [one.name for one in left if one.name in self.unstyled][:_MOST_SHOWN]
        shown = [LayerDisplay(layer=one.name, visible=one.name in own) for one in left]
        return [self._sheet(one, look, number, base=False) for one, look in zip(left, shown, strict=True)]

    @cached_property
    def unstyled(self) -> list[str]:
        """Names of the layers for which there is no style file, in the plan's order."""
        named = {name: one.type.style or one.type.name for name, one in self.layers.items()}
        return [name for name, style in named.items() if read_style(style, beside=self.beside) is None]

    def _sheet(self, layer: Layer, shown: LayerDisplay, number: int, *, base: bool) -> MapLayer:
        if layer.name in self.unstyled and not shown.style:
            style = derive_style(layer, self.unstyled.index(layer.name))
        else:
            found = _style(layer.type.style or layer.type.name, shown, beside=self.beside)
            style = without_classes(found, layer)
        return MapLayer(layer.name, layer.frame, style, shown, number, base, layer)


def _light_up(sheets: list[MapLayer], definition: MapDefinition) -> list[MapLayer]:
    """Switch a map's subjects on where it would show nothing but its ground.

    Raises:
        ViewError: the map is about layers that the plan does not have.
    """
    subjects = [sheet for sheet in sheets if not sheet.base]
    grouped = [shown.layer for group in definition.groups if not group.base for shown in group.layers]
    wanted = definition.extent or grouped
    there = {name for sheet in sheets for name in (sheet.name, sheet.shown.layer)}
    if wanted and not there & set(wanted) and not definition.rest and not definition.findings:
        raise ViewError(
            "the plan has none of the layers that the map {kind} shows: {layers}",
            fix="Choose another kind, such as overview.",
            kind=definition.name,
            layers=", ".join(wanted),
        )
    if any(sheet.shown.visible for sheet in subjects):
        return sheets
    on = {sheet.name for sheet in subjects[:_MOST_SHOWN]}
    lit = {name: sheet.shown.model_copy(update={"visible": True}) for sheet in subjects if (name := sheet.name) in on}
    return [replace(sheet, shown=lit.get(sheet.name, sheet.shown)) for sheet in sheets]


def _bold_streets(sheets: list[MapLayer], beside: Path | None) -> list[MapLayer]:
    """Streets that show as streets, with a legend, where no area and no other line is a subject of the map."""
    subjects = [sheet for sheet in sheets if not sheet.base and sheet.shown.visible]
    style = read_style(_BOLD_STREETS, beside=beside)
    if style is None or any(shapely.get_dimensions(one.frame.geometry.to_numpy()).max() > 0 for one in subjects):
        return sheets
    quiet = [one.name for one in sheets if one.base and one.style.name == "streets"]
    return [replace(one, style=style, base=False) if one.name in quiet else one for one in sheets]


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

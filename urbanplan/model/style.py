"""Styles and map definitions: how a layer type looks, and which layers a kind of map shows.

Styles are ``maps/styles/<style>.toml``, one for each layer type or result layer; they
serve the page map, sheets and styled GeoPackages alike.  Map definitions are
``maps/<kind>.toml``.  Both are looked up in the plan's folder first, then in the package.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from urbanplan.errors import ViewError
from urbanplan.model.layertype import FieldSpec
from urbanplan.model.resources import resource_path
from urbanplan.model.toml_file import read_declared

HatchPattern = Literal["diagonal", "back", "cross", "horizontal", "vertical", "dots"]
MarkerShape = Literal["circle", "square", "triangle", "diamond", "star", "plus"]
Colour = str


class _StrictModel(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, allow_inf_nan=False)


class Symbol(_StrictModel):
    """How a feature is drawn; widths and sizes in CSS pixels at zoom 14, dashes too."""

    fill: Colour | None = None
    fill_opacity: float = 1.0
    stroke: Colour | None = None
    width: float = 1.0
    opacity: float = 1.0
    dash: list[float] = Field(default_factory=list)
    casing: Colour | None = None
    casing_width: float = 0.0  # beyond the line on each side
    pattern: HatchPattern | None = None
    pattern_colour: Colour | None = None
    shape: MarkerShape = "circle"
    size: float = 5.0  # half the width of a point's mark


class StyleClass(Symbol):
    """A class of a style: the values or the half-open range ``minimum <= value < maximum`` that it holds."""

    title: dict[str, str] = Field(default_factory=dict)
    values: list[str] = Field(default_factory=list)
    minimum: float | None = None
    maximum: float | None = None


class LabelStyle(_StrictModel):
    """What stands beside a feature: a name, and a figure under it."""

    field: list[str] = Field(default_factory=list)  # the first that the layer has; empty: the type's label
    figure: list[str] = Field(default_factory=list)
    unit: dict[str, str] = Field(default_factory=dict)
    digits: int = 1
    min_zoom: float = 13.0
    size: float = 12.0
    bold: bool = False
    outside: bool = False  # beside a shape that is too small for it
    colour: Colour = "#2b2b2b"


class Style(_StrictModel):
    """How a layer looks."""

    name: str
    title: dict[str, str] = Field(default_factory=dict)
    field: list[str] = Field(default_factory=list)  # classified by the first of these that the layer has
    symbol: Symbol = Field(default_factory=Symbol)
    classes: list[StyleClass] = Field(default_factory=list, alias="class")
    other: dict[str, str] = Field(default_factory=dict)  # the legend's word for what is in no class
    label: LabelStyle | None = None
    order: int = 50  # larger is drawn later
    min_zoom: float = 0.0
    time: list[str] = Field(default_factory=list)  # the date from which a feature stands
    band: str | None = None  # the column with the least band that reaches a feature
    fields: list[str] = Field(default_factory=list)  # what a pop-up shows; empty: all


class ResultColumns(_StrictModel):
    """maps/columns/results.toml: titles and units of the columns of result layers."""

    column: dict[str, FieldSpec] = Field(default_factory=dict)


class LayerDisplay(_StrictModel):
    """A layer on a map: by its name or its type, whether it is switched on at first."""

    layer: str  # @sites, @entrances and @residents are those of the plan's first coverage target
    style: str | None = None
    visible: bool = True
    labels: bool = True
    title: dict[str, str] = Field(default_factory=dict)


class LayerGroup(_StrictModel):
    """A group of the layer list."""

    title: dict[str, str]
    base: bool = False  # the ground under the subject: no legend, searched last
    layers: list[LayerDisplay] = Field(default_factory=list, alias="layer")


class CandidateLand(_StrictModel):
    """Where new sites may stand: the layer ``best_places`` holds the best of them for the plan's coverage target."""

    layer: str
    where: str | None = None  # CQL2
    count: int = Field(default=3, ge=1, le=20)


class MapDefinition(_StrictModel):
    """A kind of map."""

    name: str
    title: dict[str, str]
    extent: list[str] = Field(default_factory=list)  # layers whose bounds the first view shows; empty: the district
    tab: Literal["verdicts", "layers", "table", "whatif"] = "verdicts"
    rest: bool = False  # layers in no group are listed too, switched off
    whatif: bool = False
    findings: bool = False
    candidates: CandidateLand | None = None
    walks: list[float] = Field(default_factory=list)  # of the switch, metres; empty: the coverage target's
    walk: float | None = None  # the one shown first
    groups: list[LayerGroup] = Field(default_factory=list, alias="group")


def read_style(name: str, *, beside: Path | None = None) -> Style | None:
    """The style of a name, or None where neither the plan's folder nor the package has it.

    Raises:
        ViewError: the file does not fit; it names file and line.
    """
    path = find_map_file(("maps", "styles"), name, beside=beside)
    return None if path is None else read_declared(Style, path, error_type=ViewError, more={"name": name})


def read_map_definition(kind: str, *, beside: Path | None = None) -> MapDefinition | None:
    """The definition of a kind of map, or None where there is none.

    Raises:
        ViewError: the file does not fit; it names file and line.
    """
    path = find_map_file(("maps",), kind, beside=beside)
    return None if path is None else read_declared(MapDefinition, path, error_type=ViewError, more={"name": kind})


def map_kinds(*, beside: Path | None = None) -> list[str]:
    """The kinds of map that are defined, sorted."""
    folders = [folder for folder in (beside and beside / "maps", resource_path("maps")) if folder and folder.is_dir()]
    return sorted({path.stem for folder in folders for path in folder.glob("*.toml")})


def find_map_file(folder: Sequence[str], name: str, *, beside: Path | None) -> Path | None:
    """The file of a name in a folder of ``maps``: the plan's own, else the shipped one, else None."""
    roots = [beside.joinpath(*folder)] if beside else []
    for root in [*roots, resource_path(*folder)]:
        path = root / f"{name}.toml"
        if path.parent.resolve() == root.resolve() and path.is_file():
            return path
    return None

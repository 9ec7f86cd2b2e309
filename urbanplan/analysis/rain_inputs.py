"""What a question of rain works on: an elevation, and features in one working CRS, from files, frames or a plan."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# (shapely's functions say no type of what they return)

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from urbanplan.errors import UsageError
from urbanplan.model.note import Note, note
from urbanplan.model.run_files import add_inputs

if TYPE_CHECKING:
    import datetime

    import geopandas as gpd
    from pyproj import CRS

    from urbanplan.raster.elevation import Elevation

FEATURES = ("streets", "parcels", "buildings", "homes")
"""Layers that water may stand on."""
WORKS = ("works", "culverts")
_TYPES = {"drainage_works": "works", "streets": "streets", "parcels": "parcels", "buildings": "buildings",
          "homes": "homes", "culverts": "culverts"}  # fmt: skip
"""Type of a plan's layer to what it is to the question."""


@dataclass(frozen=True, eq=False)
class RainInputs:
    """Elevation and features.

    Attributes:
        elevation: the ground. frames: by name, in the working CRS. crs: that CRS, in metres.
        people: column of the homes that counts people, None where there is none.
        names: what each layer is called. notes: for people. facts: files, digests and bases.
        as_of: the plan's day. illustrative: whether a layer says that it is. title, maker: of the plan.
    """

    elevation: Elevation
    frames: dict[str, gpd.GeoDataFrame]
    crs: CRS
    people: str | None
    names: dict[str, str]
    notes: list[Note] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)
    as_of: datetime.date | None = None
    illustrative: bool = False
    title: str = ""
    maker: str | None = None


def inputs_from_frames(
    elevation: Any, layers: Mapping[str, Any], *, unit: str | None = None, crs: Any = None, people: str | None = None,
    notify: Callable[[str], None] | None = None,
) -> RainInputs:  # fmt: skip
    """Inputs from files or frames.

    Args:
        elevation: a GeoTIFF, or an :class:`urbanplan.raster.elevation.Elevation`. layers: by name, None where absent.
        unit: of the heights. crs: the working CRS. people: column of the homes. notify: called with each file's name.

    Raises:
        UrbanplanError: an input cannot be used; it is named with what to do.
    """
    from urbanplan.analysis.frames import load_frames

    ground = _ground(elevation, unit, notify)
    given = {name: value for name, value in layers.items() if value is not None}
    leading = {"streets": given.pop("streets")} if "streets" in given else {}
    loaded = load_frames({**leading, "elevation": _footprint(ground), **given}, crs=crs, notify=notify)
    frames = {name: frame for name, frame in loaded.frames.items() if name != "elevation"}
    notes = [note("{text}", text=text) for text in loaded.notes]
    homes = frames.get("homes")
    column = None if homes is None else people_column(homes, people)
    return RainInputs(ground, frames, loaded.crs, column, {**loaded.names, "elevation": ground.name},
                      [*notes, *_ground_notes(ground)], loaded.facts)  # fmt: skip


def inputs_from_plan(plan: Any, *, notify: Callable[[str], None] | None = None) -> RainInputs:
    """Inputs of a plan: its elevation, and its layers of the types that water may stand on, the first of each.

    Raises:
        PlanError: the plan cannot be read. UsageError: it has no elevation, or that cannot be read.
    """
    from urbanplan.analysis.plans import open_plan
    from urbanplan.model.translation import current_language
    from urbanplan.raster.elevation import elevation_from_layer
    from urbanplan.store.folder import read_plan_layers

    declared = open_plan(plan)
    chosen: dict[str, str] = {}
    for spec in declared.layer:
        chosen.setdefault("elevation" if spec.type == "elevation" else _TYPES.get(spec.type, ""), spec.name)
    chosen.pop("", None)
    if "elevation" not in chosen:
        fix = "Add a [[layer]] of type elevation, or give --elevation."
        raise UsageError("the plan has no elevation", where=str(declared.file), fix=fix)
    layers, findings = read_plan_layers(declared, set(chosen.values()), tell=notify)
    if chosen["elevation"] not in layers:
        problem = next((one.message for one in findings if one.layer == chosen["elevation"]), "")
        raise UsageError("layer {layer} cannot be read: {problem}", where=str(declared.file), fix="",
                         layer=chosen["elevation"], problem=problem)  # fmt: skip
    read = {what: layers[name] for what, name in chosen.items() if name in layers}
    ground = elevation_from_layer(read["elevation"])
    frames = {what: _drawn(layer.frame) for what, layer in read.items() if what != "elevation"}
    homes = frames.get("homes")
    return RainInputs(
        ground, frames, cast("CRS", read["elevation"].frame.crs), None if homes is None else people_column(homes, None),
        {what: layer.title(current_language()) for what, layer in read.items()}, _ground_notes(ground),
        {"plan": str(declared.file), "basis": {layer.name: layer.basis for layer in read.values()},
         "digests": {layer.name: layer.digest for layer in read.values()}},
        declared.as_of, any(layer.basis == "illustrative" for layer in read.values()), declared.title, declared.maker,
    )  # fmt: skip


def people_column(homes: gpd.GeoDataFrame, given: str | None) -> str | None:
    """The column that counts people: the one given, else the first with a known name.

    Raises:
        UsageError: there is no such column.
    """
    from urbanplan.residents.counts import PEOPLE_COLUMNS

    if given is not None and given not in homes.columns:
        known = ", ".join(str(name) for name in homes.columns if name != "geometry")
        raise UsageError("there is no column {name}", where="people", fix="Did you mean {near}?", name=given,
                         near=known)  # fmt: skip
    return given or next((name for name in PEOPLE_COLUMNS if name in homes.columns), None)


def _ground(elevation: Any, unit: str | None, notify: Callable[[str], None] | None) -> Elevation:
    from urbanplan.raster.elevation import Elevation, read_elevation

    if isinstance(elevation, Elevation):
        return elevation
    if not isinstance(elevation, str | Path):
        raise UsageError("{name} is a {kind}, not an elevation", fix="Give the path of a GeoTIFF.",
                         name="elevation", kind=type(elevation).__name__)  # fmt: skip
    if notify is not None:
        notify(str(elevation))
    add_inputs([Path(elevation)])
    return read_elevation(elevation, unit=unit)


def _footprint(ground: Elevation) -> gpd.GeoDataFrame:
    import geopandas as gpd
    import shapely

    rows, columns = ground.heights.shape
    corners = [ground.to_coordinates(*at) for at in ((0, 0), (columns, 0), (columns, rows), (0, rows))]
    return gpd.GeoDataFrame({"id": [ground.name]}, geometry=[shapely.Polygon(corners)], crs=ground.crs)


def _drawn(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    return frame[frame.geometry.notna() & ~frame.geometry.is_empty].reset_index(drop=True)


def _ground_notes(ground: Elevation) -> list[Note]:
    notes: list[Note] = []
    if ground.voids:
        notes.append(note("{name}: {count} cells have no height; water that reaches them is taken to leave",
                          level="warning", name=ground.name, count=ground.voids))  # fmt: skip
    if ground.rounding >= 0.05:
        notes.append(note("{name}: heights are in steps of {step:g} m, so off by up to {error:g} m",
                          level="warning", name=ground.name, step=ground.step, error=ground.rounding))  # fmt: skip
    return notes

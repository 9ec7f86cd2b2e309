"""What the network command works on: bare files, or the layers of a plan by their types."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from urbanplan.errors import UsageError

if TYPE_CHECKING:
    import geopandas as gpd

    from urbanplan.network.roads.road_analysis import RoadLayers

TYPES = {
    "streets": "streets",
    "road_projects": "projects",
    "homes": "homes",
    "fitness_sites": "sites",
    "parcels": "parcels",
    "parking": "lots",
    "buildings": "buildings",
}
"""Layer types of a plan, and what the account calls them."""
OTHER_ROADS = ("external_roads", "science_city_roads")
"""Types of further layers of roads, which may claim the projects' too."""
Notify = Callable[[str], None]


@dataclass(frozen=True)
class Files:
    """File names as the command line gives them."""

    roads: Path
    district: Path | None = None
    homes: Path | None = None
    sites: Path | None = None
    parcels: Path | None = None
    parking: Path | None = None
    barriers: Path | None = None


@dataclass(frozen=True)
class Inputs:
    """Layers, the frame of the streets as the file has it, its file, and facts for the settings."""

    layers: RoadLayers
    source: gpd.GeoDataFrame
    file: Path
    facts: dict[str, Any]
    as_of: datetime.date | None = None


def from_files(files: Files, *, crs: str | None, people: str | None, tell: Notify) -> Inputs:
    """Read the files and bring them to the working CRS of the roads.

    Raises:
        UrbanplanError: a file cannot be used; it is named with what to do.
    """
    from urbanplan.cli.coverage_inputs import read_frame
    from urbanplan.layer.crs import to_working_crs, working_crs
    from urbanplan.network.roads.road_analysis import RoadLayers

    facts: dict[str, Any] = {"files": {}, "refused": {}}
    tell(str(files.roads))
    source = read_frame(files.roads, "streets", facts)
    working = working_crs(source, given=crs, where=str(files.roads))
    found: dict[str, gpd.GeoDataFrame] = {}
    for name, path in vars(files).items():
        if path is not None and name != "roads":
            tell(str(path))
            found[name] = to_working_crs(read_frame(path, name, facts), working, where=str(path))
    frame = source if source.crs is not None else source.set_crs(working)
    streets = to_working_crs(frame, working, where=str(files.roads)).reset_index(drop=True)
    homes = found.get("homes")
    layers = RoadLayers(
        streets,
        district=found["district"].union_all() if "district" in found else None,
        homes=homes,
        people=_people_column(homes, people),
        sites=found.get("sites"),
        parcels=found.get("parcels"),
        lots=found.get("parking"),
        barriers=found.get("barriers"),
        names={"streets": files.roads.stem, **{n: p.stem for n, p in vars(files).items() if isinstance(p, Path)}},
    )
    return Inputs(layers, source, files.roads, facts)


def from_plan(file: Path, *, tell: Notify) -> Inputs:
    """Layers of a plan by their types; sites, homes, walkable streets and barriers as its coverage target chooses them.

    Raises:
        UsageError: the plan has no layer of streets.
    """
    from urbanplan.model.report import weakest_basis
    from urbanplan.network.roads.road_analysis import RoadLayers
    from urbanplan.plan import read_plan
    from urbanplan.store.folder import read_plan_layers

    plan = read_plan(file)
    wanted = {spec.name: TYPES[spec.type] for spec in plan.layer if spec.type in TYPES}
    district = plan.district
    further = {spec.name for spec in plan.layer if spec.type in OTHER_ROADS}
    areas = [name for name in (district.boundary, district.subdistricts) if name]
    found, _ = read_plan_layers(plan, {*wanted, *further, *areas}, tell=tell)
    frames: dict[str, Any] = {}
    for name, layer in found.items():
        frames.setdefault(wanted.get(name, name), layer.frame.assign(id=layer.frame[layer.type.id]))
    if "streets" not in frames:
        raise UsageError("the plan has no layer of streets", where=str(plan.file), fix="Add one, or give --roads FILE")
    boundary = frames.pop(district.boundary, None) if district.boundary else None
    districts = frames.pop(district.subdistricts, None) if district.subdistricts else None
    if districts is not None:
        districts = districts.assign(id=districts[district.subdistrict_name].astype(str))
    walk = _coverage_inputs(file, plan, tell)
    spec = next(spec for spec in plan.layer if spec.type == "streets")
    layers = RoadLayers(
        **{name: frames.get(name) for name in TYPES.values() if name not in walk} | walk,  # pyright: ignore[reportArgumentType]
        district=None if boundary is None else boundary.union_all(),
        districts=districts,
        other_roads={name: frames[name] for name in sorted(further) if name in frames},
        names={label: name for name, label in wanted.items()},
        basis=weakest_basis([layer.basis for layer in found.values()]),  # pyright: ignore[reportArgumentType]
    )
    facts = {
        "plan": str(plan.file),
        "basis": {name: layer.basis for name, layer in found.items()},
        "digests": {name: layer.digest for name, layer in found.items()},
    }
    return Inputs(layers, frames["streets"], Path(plan.file).resolve().parent / spec.file, facts, plan.as_of)


def _coverage_inputs(file: Path, plan: Any, tell: Notify) -> dict[str, Any]:
    """Sites, homes, walkable streets and barriers of the plan's first coverage target, where it has one."""
    from urbanplan.cli.coverage_plan import from_plan as coverage_layers

    if not any(one.measure and one.measure.get("kind") == "coverage" for one in plan.target):
        return {}
    inputs, params = coverage_layers(file, None, tell=tell)
    found = {"sites": inputs.sites, "homes": inputs.residents, "barriers": inputs.barriers, "walkable": inputs.streets}
    chosen = {name: frame for name, frame in found.items() if frame is not None}
    return {**chosen, "entrances": inputs.entrances, "people": _people_column(inputs.residents, params.people)}


def _people_column(homes: gpd.GeoDataFrame | None, given: str | None) -> str:
    """The column that counts people: the one given, else the first with a known name."""
    from urbanplan.residents.counts import PEOPLE_COLUMNS

    known = [] if homes is None else [column for column in PEOPLE_COLUMNS if column in homes.columns]
    return given or next(iter(known), "residents")


def opening_dates(
    since: str | None, until: str | None, year: int | None
) -> tuple[datetime.date | None, datetime.date | None]:
    """Opening dates that count as new: as given, else the plan's year.

    Raises:
        UsageError: a date is no date.
    """
    first = datetime.date(year, 1, 1) if year else None
    last = datetime.date(year, 12, 31) if year else None
    return _parse_date(since, "--since") or first, _parse_date(until, "--until") or last


def _parse_date(text: str | None, option: str) -> datetime.date | None:
    if text is None:
        return None
    try:
        return datetime.date.fromisoformat(text)
    except ValueError as error:
        raise UsageError("{text!r} is not a date", where=option, fix="Write it as 2025-12-31", text=text) from error

"""What an analysis of a road network works on: frames or files, or the layers of a plan by their types."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from urbanplan.errors import UsageError

if TYPE_CHECKING:
    import geopandas as gpd

    from urbanplan.analysis.coverage_inputs import CoverageInputs
    from urbanplan.layer.layer import Layer
    from urbanplan.model.plan import Plan
    from urbanplan.network.roads.road_analysis import RoadLayers

TYPES = {
    "streets": "streets",
    "road_projects": "projects",
    "homes": "homes",
    "parcels": "parcels",
    "parking": "lots",
    "buildings": "buildings",
}
"""Layer types of a plan, and what the analysis calls them."""
Notify = Callable[[str], None]


@dataclass(frozen=True)
class NetworkInputs:
    """Layers in one working CRS, and what is known of them.

    Attributes:
        layers: of the analysis. source: the streets as they came, in their own CRS. file: theirs, None for frames.
        facts: files, digests, bases; they go into the settings of the answer. notes: texts for people.
        as_of: the plan's day. reference_walk: metres, that of the plan's coverage target.
    """

    layers: RoadLayers
    source: gpd.GeoDataFrame
    file: Path | None
    facts: dict[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    as_of: datetime.date | None = None
    reference_walk: float = 600.0

    @property
    def day(self) -> datetime.date:
        """The plan's day, else that of the roads' file, else today."""
        if self.as_of is not None or self.file is None:
            return self.as_of or datetime.datetime.now(tz=datetime.UTC).date()
        return datetime.datetime.fromtimestamp(self.file.stat().st_mtime, tz=datetime.UTC).date()


def inputs_from_frames(
    layers: Mapping[str, Any], *, crs: Any = None, people: str | None = None, notify: Notify | None = None
) -> NetworkInputs:
    """Inputs from frames or files, by name; ``roads`` first.

    Raises:
        UrbanplanError: an input cannot be used; it is named with what to do.
    """
    from urbanplan.analysis.frames import load_frames
    from urbanplan.network.roads.road_analysis import RoadLayers

    loaded = load_frames(layers, crs=crs, notify=notify, required=("roads",))
    district, homes = loaded.get("district"), loaded.get("homes")
    road_layers = RoadLayers(
        loaded["roads"],
        district=None if district is None else district.union_all(),
        homes=homes,
        people=_people_column(homes, people),
        sites=loaded.get("sites"),
        parcels=loaded.get("parcels"),
        lots=loaded.get("parking"),
        barriers=loaded.get("barriers"),
        names={"streets": loaded.names["roads"], **loaded.names},
    )
    files = loaded.facts["files"]
    file = Path(files["roads"]) if "roads" in files else None
    return NetworkInputs(road_layers, loaded.source, file, loaded.facts, tuple(loaded.notes))


def inputs_from_plan(plan: Plan | Path | str, *, notify: Notify | None = None) -> NetworkInputs:
    """Layers of a plan by their types; what its coverage target chooses comes before them.

    Raises:
        PlanError: the plan cannot be read. UsageError: it has no layer of streets.
    """
    from urbanplan.model.plan import Plan
    from urbanplan.plan import read_plan
    from urbanplan.store.folder import read_plan_layers

    declared = plan if isinstance(plan, Plan) else read_plan(Path(plan))
    walk = _coverage_inputs(declared, notify)
    roles = _roles(declared, walk)
    further, district = _further_roads(declared, roles), declared.district
    areas = [name for name in (district.boundary, district.subdistricts) if name]
    found, _ = read_plan_layers(declared, {*roles, *further, *areas}, tell=notify)
    streets = next((name for name, role in roles.items() if role == "streets" and name in found), None)
    if streets is None:
        raise UsageError(
            "the plan has no layer of streets", where=str(declared.file), fix="Add one, or give --roads FILE"
        )
    layers = _road_layers(declared, found, roles, further, walk)
    spec = next(spec for spec in declared.layer if spec.name == streets)
    facts = {
        "plan": str(declared.file),
        "basis": {name: layer.basis for name, layer in found.items()},
        "digests": {name: layer.digest for name, layer in found.items()},
    }
    file = Path(declared.file).resolve().parent / spec.file
    inputs = NetworkInputs(layers, layers.streets, file, facts, as_of=declared.as_of)
    return inputs if walk is None else replace(inputs, reference_walk=walk.reference_walk)


def _coverage_inputs(plan: Plan, notify: Notify | None) -> CoverageInputs | None:
    """Sites, homes, walkable streets and barriers of the plan's first coverage target, None where it has none."""
    from urbanplan.analysis import coverage_inputs

    if not any(one.measure and one.measure.get("kind") == "coverage" for one in plan.target):
        return None
    return coverage_inputs.inputs_from_plan(plan, notify=notify)


def _roles(plan: Plan, walk: CoverageInputs | None) -> dict[str, str]:
    """What each layer of the plan is to the analysis; streets are those of the type, else those that people walk."""
    roles = {spec.name: TYPES[spec.type] for spec in plan.layer if spec.type in TYPES}
    if "streets" not in roles.values() and walk is not None:
        roles[walk.names["streets"]] = "streets"
    return roles


def _further_roads(plan: Plan, roles: Mapping[str, str]) -> set[str]:
    """Further layers of lines that name their roads: they may claim the projects' too."""
    from urbanplan.layer.kinds import find_layer_type

    beside = Path(plan.file).parent if plan.file else None
    types = {
        spec.name: find_layer_type(spec.type, home=beside, where=plan.file)
        for spec in plan.layer
        if spec.name not in roles
    }
    return {name for name, type in types.items() if type.geometry == "line" and "road" in type.fields}


def _road_layers(
    plan: Plan, found: dict[str, Layer], roles: dict[str, str], further: set[str], walk: CoverageInputs | None
) -> RoadLayers:
    from urbanplan.model.report import weakest_basis
    from urbanplan.network.roads.road_analysis import RoadLayers

    frames: dict[str, Any] = {}
    for name, layer in found.items():
        frames.setdefault(roles.get(name, name), layer.frame.assign(id=layer.frame[layer.type.id]))
    district = plan.district
    boundary = frames.pop(district.boundary, None) if district.boundary else None
    districts = frames.pop(district.subdistricts, None) if district.subdistricts else None
    if districts is not None:
        districts = districts.assign(id=districts[district.subdistrict_name].astype(str))
    by_type: dict[str, Any] = {role: frames.get(role) for role in TYPES.values()}
    names = {role: name for name, role in roles.items()}
    return RoadLayers(
        **by_type | ({} if walk is None else _walk_layers(walk)),
        district=None if boundary is None else boundary.union_all(),
        districts=districts,
        other_roads={name: frames[name] for name in sorted(further) if name in frames},
        names=names if walk is None else {"sites": walk.name, **names},
        basis=weakest_basis([layer.basis for layer in found.values()]),  # pyright: ignore[reportArgumentType]
    )


def _walk_layers(walk: CoverageInputs) -> dict[str, Any]:
    layers = walk.layers
    found = {"sites": layers.sites, "homes": layers.residents, "barriers": layers.barriers, "walkable": layers.streets}
    chosen = {name: frame for name, frame in found.items() if frame is not None}
    return {**chosen, "entrances": layers.entrances, "people": _people_column(layers.residents, layers.people)}


def _people_column(homes: gpd.GeoDataFrame | None, given: str | None) -> str:
    """The column that counts people: the one given, else the first with a known name."""
    from urbanplan.residents.counts import PEOPLE_COLUMNS

    known = [] if homes is None else [column for column in PEOPLE_COLUMNS if column in homes.columns]
    return given or next(iter(known), "residents")

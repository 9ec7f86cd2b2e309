"""The whole account of a street network: size, defects, what it hangs on, mileage, access, density, projects."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from urbanplan.model.finding import Finding
from urbanplan.network.build import Noding, crossing_pieces, road_network
from urbanplan.network.graph import Network
from urbanplan.network.levels import LEVEL_COLUMNS
from urbanplan.network.linear_split import Cuts, Pieces, split_lines
from urbanplan.network.phases import PhaseTimer
from urbanplan.network.roads.access import LEG_LIMIT, Access, find_access
from urbanplan.network.roads.critical import CriticalElements, find_critical_streets
from urbanplan.network.roads.density import Blocks, build_blocks, density_by_use, detour_index, overall_density
from urbanplan.network.roads.mileage import Mileage, measure_mileage
from urbanplan.network.roads.mileage_findings import mileage_findings
from urbanplan.network.roads.mileage_rules import MileageRules
from urbanplan.network.roads.overlapping_projects import ProjectOverlap, find_overlapping_projects
from urbanplan.network.roads.parking import Parking, analyse_parking
from urbanplan.network.roads.parking import ParkingRules as LotRules
from urbanplan.network.roads.projects import ProjectEffects, ProjectSettings, compare_projects
from urbanplan.network.segment_pairs import shared_segment_pairs
from urbanplan.network.topology.checks import SEARCH_DISTANCE, Topology, find_defects
from urbanplan.network.walk.people import People
from urbanplan.network.walk.sources import boundary_segments, sources_from_frame

if TYPE_CHECKING:
    import geopandas as gpd


@dataclass(frozen=True, eq=False)
class RoadLayers:
    """What the account is of, frames in one projected CRS in metres; only streets must be given.

    Attributes:
        streets: lines. projects: road projects for mileage and effects; without them mileage is that of the streets.
        walkable: streets that people walk, for the effects; all unless given. district: area. districts: sub-districts.
        homes: points, with people in the column ``people``. sites, parcels, lots: what streets should reach.
        entrances: of polygon sites. buildings: for the service radius of car parks. barriers: what no leg crosses.
        other_roads: further layers of roads that may claim the projects' too.
        names: of the layers, for findings. basis: the weakest of theirs, where known.
    """

    streets: gpd.GeoDataFrame
    projects: gpd.GeoDataFrame | None = None
    walkable: gpd.GeoDataFrame | None = None
    district: Any = None
    districts: gpd.GeoDataFrame | None = None
    homes: gpd.GeoDataFrame | None = None
    people: str = "residents"
    sites: gpd.GeoDataFrame | None = None
    entrances: gpd.GeoDataFrame | None = None
    parcels: gpd.GeoDataFrame | None = None
    lots: gpd.GeoDataFrame | None = None
    buildings: gpd.GeoDataFrame | None = None
    barriers: gpd.GeoDataFrame | None = None
    other_roads: dict[str, gpd.GeoDataFrame] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    basis: str | None = None


@dataclass(frozen=True)
class RoadSettings:
    """How the account is made: joins, limits in metres, and the opening dates that count as new."""

    noding: Noding = "auto"
    tolerance: float = 0.01
    near: float = SEARCH_DISTANCE
    leg: float = LEG_LIMIT
    within: float = 600.0
    rules: MileageRules = field(default_factory=MileageRules)


@dataclass(frozen=True, eq=False)
class RoadAnalysis:
    """The answers; those whose layers were not given are None."""

    network: Network
    topology: Topology
    critical: CriticalElements
    mileage: Mileage
    claims: tuple[ProjectOverlap, ...]
    served: dict[str, Access]
    blocks: Blocks
    uses: list[dict[str, Any]]
    density: dict[str, Any]
    detour: dict[str, Any]
    effects: ProjectEffects | None
    parking: Parking | None
    findings: tuple[Finding, ...]
    layers: RoadLayers
    settings: RoadSettings
    timings: dict[str, float]

    @property
    def components(self) -> tuple[int, int]:
        """Number of connected parts."""
        from urbanplan.network.parts import component_of_nodes

        joined = self.network.joined
        least = self.critical.parts if joined is self.network else int(component_of_nodes(joined).max()) + 1
        return least, self.critical.parts


def analyse_roads(
    layers: RoadLayers, settings: RoadSettings | None = None, *, watch: Callable[[str], None] | None = None
) -> RoadAnalysis:
    """Make the account.

    Args:
        layers, settings: see there. watch: told the name of each phase.

    Raises:
        NetworkError: the streets hold no line, or a setting is no length.
    """
    with shared_segment_pairs():  # topology, mileage and blocks look at the same lines
        return _analyse_roads(layers, settings or RoadSettings(), watch)


def _analyse_roads(layers: RoadLayers, asked: RoadSettings, watch: Callable[[str], None] | None) -> RoadAnalysis:
    phases = PhaseTimer(watch)
    with phases("build"):
        network = road_network(layers.streets, noding=asked.noding, tolerance=asked.tolerance, copies=False)
    with phases("topology"):
        seen = find_defects(layers.streets, near=asked.near, noding=asked.noding, tolerance=asked.tolerance)
    walls = _barrier_segments(layers)
    with phases("access"):
        served = _access_by_layer(network, layers, asked, walls)
    with phases("critical"):
        hangs = find_critical_streets(network, _edge_weights(network, layers, served))
    with phases("mileage"):
        roads = layers.streets if layers.projects is None else layers.projects
        counted = measure_mileage(roads, district=layers.district, rules=asked.rules)
        claimed = () if layers.projects is None else find_overlapping_projects(layers.projects, layers.other_roads)
    with phases("density"):
        faces = build_blocks(_noded_pieces(network, layers), layers.parcels)
        spread, around = overall_density(network, layers.district), detour_index(network)
    with phases("projects"):
        changed = _project_effects(layers, asked, walls)
    with phases("parking"):
        lots = _parking_result(network, layers, asked)
    of_roads = layers.names.get("streets" if layers.projects is None else "projects")
    told = mileage_findings(roads, counted, rules=asked.rules, layer=of_roads)
    notes = [*network.findings, *told, *seen.findings(layers.names.get("streets", "streets"))]
    for name, reached in served.items():
        notes += reached.findings(layers.names.get(name, name), network, hangs.part)
    notes += [] if lots is None else lots.findings
    return RoadAnalysis(
        network,
        seen,
        hangs,
        counted,
        claimed,
        served,
        faces,
        density_by_use(faces),
        spread,
        around,
        changed,
        lots,
        tuple(notes),
        layers,
        asked,
        phases.seconds,
    )


def _noded_pieces(network: Network, layers: RoadLayers) -> Pieces:
    """The streets cut wherever two of one level cross."""
    if network.noding != "crossings":
        return crossing_pieces(layers.streets)
    return split_lines(network.coords, network.offsets, Cuts.none(), at=network.vertex_at)


def _barrier_segments(layers: RoadLayers) -> NDArray[np.float64] | None:
    if layers.barriers is None:
        return None
    return boundary_segments(np.asarray(layers.barriers.geometry.array, dtype=object))


def _access_by_layer(
    network: Network,
    layers: RoadLayers,
    asked: RoadSettings,
    walls: NDArray[np.float64] | None,
) -> dict[str, Access]:
    given = {"homes": layers.homes, "sites": layers.sites, "parcels": layers.parcels, "lots": layers.lots}
    there = {name: frame for name, frame in given.items() if frame is not None and len(frame)}
    part = find_critical_streets(network).part if there else None
    return {
        name: find_access(network, frame, leg=asked.leg, barriers=walls, part=part) for name, frame in there.items()
    }


def _edge_weights(network: Network, layers: RoadLayers, served: dict[str, Access]) -> dict[str, NDArray[np.float64]]:
    """What each edge serves: residents, sites, parcels, car parks."""
    found = {}
    for name, reached in served.items():
        if name == "homes" and layers.homes is not None and layers.people in layers.homes.columns:
            known = ~(layers.homes.geometry.isna() | layers.homes.geometry.is_empty)
            people = _home_residents(layers.homes[known], layers.people)
            found["residents"] = reached.per_edge(network.edges, people)
        else:
            found[name] = reached.per_edge(network.edges)
    return found


def _home_residents(homes: gpd.GeoDataFrame, column: str) -> NDArray[np.float64]:
    """People of each home; one each where no column counts them."""
    if column not in homes.columns:
        return np.ones(len(homes))
    return np.asarray(homes[column].astype("Float64").fillna(0.0), dtype=np.float64)


def _project_effects(
    layers: RoadLayers, asked: RoadSettings, walls: NDArray[np.float64] | None
) -> ProjectEffects | None:
    homes = layers.homes
    if layers.projects is None or layers.sites is None or homes is None or "road" not in layers.projects.columns:
        return None
    points = homes.geometry.representative_point()
    count = _home_residents(homes, layers.people)
    people = People("homes", points=np.column_stack([points.x, points.y]), count=count)
    return compare_projects(
        layers.streets if layers.walkable is None else layers.walkable,
        layers.projects,
        sites=sources_from_frame(layers.sites.reset_index(drop=True), entrances=layers.entrances),
        people=people,
        barriers=walls,
        question=ProjectSettings(asked.within, asked.leg, asked.noding, asked.tolerance),
    )


def _parking_result(network: Network, layers: RoadLayers, asked: RoadSettings) -> Parking | None:
    if layers.lots is None or "spaces" not in layers.lots.columns:
        return None
    rules = replace(LotRules(), since=asked.rules.since, until=asked.rules.until, leg=asked.leg)
    return analyse_parking(
        layers.lots, network=network, buildings=layers.buildings, districts=layers.districts, rules=rules
    )


def settings_document(made: RoadAnalysis) -> dict[str, Any]:
    """The settings as plain data."""
    asked, streets = made.settings, made.layers.streets
    rules = asked.rules
    return {
        "noding": asked.noding,
        "tolerance_m": asked.tolerance,
        "near_m": asked.near,
        "leg_m": asked.leg,
        "within_m": asked.within,
        "level_columns": [column for column in LEVEL_COLUMNS if column in streets.columns],
        "since": None if rules.since is None else rules.since.isoformat(),
        "until": None if rules.until is None else rules.until.isoformat(),
        "barriers": "none given" if made.layers.barriers is None else len(made.layers.barriers),
    }

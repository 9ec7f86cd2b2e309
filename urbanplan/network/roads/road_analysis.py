"""The whole account of a street network: size, defects, what it hangs on, mileage, access, density, projects."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from urbanplan.model.finding import Finding
from urbanplan.network.build import LEVELS, Noding, build
from urbanplan.network.graph import Network
from urbanplan.network.phases import Phases
from urbanplan.network.roads.access import LEG, Access, access
from urbanplan.network.roads.critical import Critical, critical
from urbanplan.network.roads.density import Blocks, blocks, by_use, detour, overall
from urbanplan.network.roads.mileage import Mileage, mileage
from urbanplan.network.roads.mileage_rules import Rules
from urbanplan.network.roads.overlapping_projects import Claim, claims
from urbanplan.network.roads.parking import Parking, parking
from urbanplan.network.roads.parking import Rules as LotRules
from urbanplan.network.roads.projects import Effects, Question, effects
from urbanplan.network.topology.checks import NEAR, Topology, topology
from urbanplan.network.walk.people import People
from urbanplan.network.walk.sources import places, segments_of

if TYPE_CHECKING:
    import geopandas as gpd


@dataclass(frozen=True, eq=False)
class Layers:
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
class Settings:
    """How the account is made: joins, limits in metres, and the opening dates that count as new."""

    noding: Noding = "endpoints"
    tolerance: float = 0.01
    near: float = NEAR
    leg: float = LEG
    within: float = 600.0
    rules: Rules = field(default_factory=Rules)


@dataclass(frozen=True, eq=False)
class Account:
    """The answers; those whose layers were not given are None."""

    network: Network
    topology: Topology
    critical: Critical
    mileage: Mileage
    claims: tuple[Claim, ...]
    served: dict[str, Access]
    blocks: Blocks
    uses: list[dict[str, Any]]
    density: dict[str, Any]
    detour: dict[str, Any]
    effects: Effects | None
    parking: Parking | None
    findings: tuple[Finding, ...]
    layers: Layers
    settings: Settings
    timings: dict[str, float]

    @property
    def components(self) -> int:
        """Number of connected parts."""
        return self.critical.parts


def account(layers: Layers, settings: Settings | None = None, *, watch: Callable[[str], None] | None = None) -> Account:
    """Make the account.

    Args:
        layers, settings: see there. watch: told the name of each phase.

    Raises:
        NetworkError: the streets hold no line, or a setting is no length.
    """
    asked = settings or Settings()
    phases = Phases(watch)
    with phases("build"):
        network = build(layers.streets, noding=asked.noding, tolerance=asked.tolerance)
    with phases("topology"):
        seen = topology(layers.streets, near=asked.near, noding=asked.noding, tolerance=asked.tolerance)
    walls = None if layers.barriers is None else segments_of(np.asarray(layers.barriers.geometry.array, dtype=object))
    with phases("access"):
        part = critical(network).part
        served = _served(network, layers, asked, walls, part)
    with phases("critical"):
        hangs = critical(network, _weights(network, layers, served))
    with phases("mileage"):
        roads = layers.streets if layers.projects is None else layers.projects
        counted = mileage(roads, district=layers.district, rules=asked.rules)
        claimed = () if layers.projects is None else claims(layers.projects, layers.other_roads)
    with phases("density"):
        noded = network if asked.noding == "crossings" else build(layers.streets, noding="crossings")
        faces = blocks(noded, layers.parcels)
        spread, around = overall(network, layers.district), detour(network)
    with phases("projects"):
        changed = _effects(layers, asked, walls)
    with phases("parking"):
        lots = _parking(network, layers, asked)
    notes = [*network.findings, *seen.findings(layers.names.get("streets", "streets"))]
    for name, reached in served.items():
        notes += reached.findings(layers.names.get(name, name), network, hangs.part)
    notes += [] if lots is None else lots.findings
    return Account(
        network,
        seen,
        hangs,
        counted,
        claimed,
        served,
        faces,
        by_use(faces),
        spread,
        around,
        changed,
        lots,
        tuple(notes),
        layers,
        asked,
        phases.seconds,
    )


def _served(
    network: Network, layers: Layers, asked: Settings, walls: NDArray[np.float64] | None, part: NDArray[np.int64]
) -> dict[str, Access]:
    given = {"homes": layers.homes, "sites": layers.sites, "parcels": layers.parcels, "lots": layers.lots}
    return {
        name: access(network, frame, leg=asked.leg, barriers=walls, part=part)
        for name, frame in given.items()
        if frame is not None and len(frame)
    }


def _weights(network: Network, layers: Layers, served: dict[str, Access]) -> dict[str, NDArray[np.float64]]:
    """What each edge serves: residents, sites, parcels, car parks."""
    found = {}
    for name, reached in served.items():
        if name == "homes" and layers.homes is not None and layers.people in layers.homes.columns:
            known = ~(layers.homes.geometry.isna() | layers.homes.geometry.is_empty)
            people = _counted(layers.homes[known], layers.people)
            found["residents"] = reached.per_edge(network.edges, people)
        else:
            found[name] = reached.per_edge(network.edges)
    return found


def _counted(homes: gpd.GeoDataFrame, column: str) -> NDArray[np.float64]:
    """People of each home; one each where no column counts them."""
    if column not in homes.columns:
        return np.ones(len(homes))
    return np.asarray(homes[column].astype("Float64").fillna(0.0), dtype=np.float64)


def _effects(layers: Layers, asked: Settings, walls: NDArray[np.float64] | None) -> Effects | None:
    homes = layers.homes
    if layers.projects is None or layers.sites is None or homes is None or "road" not in layers.projects.columns:
        return None
    points = homes.geometry.representative_point()
    count = _counted(homes, layers.people)
    people = People("homes", points=np.column_stack([points.x, points.y]), count=count)
    return effects(
        layers.streets if layers.walkable is None else layers.walkable,
        layers.projects,
        sites=places(layers.sites.reset_index(drop=True), entrances=layers.entrances),
        people=people,
        barriers=walls,
        question=Question(asked.within, asked.leg, asked.noding, asked.tolerance),
    )


def _parking(network: Network, layers: Layers, asked: Settings) -> Parking | None:
    if layers.lots is None or "spaces" not in layers.lots.columns:
        return None
    rules = replace(LotRules(), since=asked.rules.since, until=asked.rules.until, leg=asked.leg)
    return parking(layers.lots, network=network, buildings=layers.buildings, districts=layers.districts, rules=rules)


def settings_told(made: Account) -> dict[str, Any]:
    """The settings as plain data."""
    asked, streets = made.settings, made.layers.streets
    rules = asked.rules
    return {
        "noding": asked.noding,
        "tolerance_m": asked.tolerance,
        "near_m": asked.near,
        "leg_m": asked.leg,
        "within_m": asked.within,
        "level_columns": [column for column in LEVELS if column in streets.columns],
        "since": None if rules.since is None else rules.since.isoformat(),
        "until": None if rules.until is None else rules.until.isoformat(),
        "barriers": "none given" if made.layers.barriers is None else len(made.layers.barriers),
    }

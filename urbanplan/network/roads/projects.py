"""What each road project does for people: parts it joins, residents newly within the walk, ways made shorter.

All projects are drawn into one network once; each question then leaves edges out of
it.  So a project is compared with the streets that would stand without any of them
(alone) and with those that open before it (in order).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from urbanplan.layer.dates import day_ends
from urbanplan.network.build import Noding, road_network
from urbanplan.network.graph import Network, build_csr
from urbanplan.network.intersections import Mask
from urbanplan.network.intervals import Floats, Intervals, Ints
from urbanplan.network.levels import LEVEL_COLUMNS
from urbanplan.network.walk.covered_intervals import find_seeds, find_walk_legs
from urbanplan.network.walk.leg_intervals import LegIntervals
from urbanplan.network.walk.people import People, home_distance, join_home_legs
from urbanplan.network.walk.search import search_distances
from urbanplan.network.walk.sources import Sources, sources_from_frame
from urbanplan.network.walk.walk import Reach, Walk

if TYPE_CHECKING:
    import geopandas as gpd

LENGTH_TOLERANCE = 0.05
"""Metres: a street and a project between the same nodes whose lengths differ by less are one."""


@dataclass(frozen=True)
class ProjectSettings:
    """What is asked: the walk and the leg limit in metres, how lines join, which stages a project passes in order."""

    within: float = 600.0
    leg: float = 50.0
    noding: Noding = "auto"
    tolerance: float = 0.01
    stages: tuple[str, ...] = ("前期", "开工", "在建", "通车")


@dataclass(frozen=True)
class NetworkState:
    """A network's worth: connected parts, residents within the walk, and the way of each home (metres)."""

    parts: int
    within: float
    way: Floats


@dataclass(frozen=True)
class ProjectEffect:
    """What opening one project changes; metres and people.

    Attributes:
        order: place in the order of opening, from 1. opened: date, or empty. length_m: of its edges.
        joins: how many parts of the network it joins into one (0: none). residents: newly within the walk.
        nearer: people whose way becomes shorter. mean_m: mean change of the way over all people who have one before.
        saved_m: metres saved by all people together. linked: people who had no way at all.
    """

    road: str
    name: str
    order: int
    opened: str
    stage: str
    length_m: float
    joins: int
    residents: float
    nearer: float
    mean_m: float
    saved_m: float
    linked: float


@dataclass(frozen=True, eq=False)
class ProjectEffects:
    """All projects alone (by residents newly within the walk, then metres saved) and in order of opening."""

    alone: tuple[ProjectEffect, ...]
    in_order: tuple[ProjectEffect, ...]
    before: NetworkState
    after: NetworkState
    people: float


@dataclass(frozen=True, eq=False)
class _ProjectNetwork:
    """The network with every project in it, and what homes and sites see of it; ``owner`` is -1 for streets."""

    network: Network
    owner: Ints
    base: Mask
    sites: LegIntervals
    homes: LegIntervals
    people: People


def compare_projects(
    streets: gpd.GeoDataFrame,
    projects: gpd.GeoDataFrame,
    *,
    sites: gpd.GeoDataFrame | Sources,
    people: People,
    barriers: NDArray[np.float64] | None = None,
    question: ProjectSettings | None = None,
) -> ProjectEffects:
    """Compare the network with and without each project.

    Args:
        streets: lines that stand, those of opened projects among them or not.
        projects: lines with a column ``road`` (one value for each project), ``name``, ``stage``, ``opened``.
        sites: places people walk to. people: homes. All in one projected CRS in metres.
        barriers: straight pieces ``(x0, y0, x1, y1)`` that no leg crosses.
    """
    asked = question or ProjectSettings()
    roads = _ordered_projects(projects, asked.stages)
    town = _build_project_network(streets, projects, roads, sites, people, barriers, asked)
    states: dict[bytes, NetworkState] = {}

    def state(mask: Mask) -> NetworkState:
        key = mask.tobytes()
        if key not in states:
            states[key] = _network_state(town, mask, asked.within)
        return states[key]

    def effect(k: int, before: Mask) -> ProjectEffect:
        return _project_effect(town, roads[k], k, before, state(before), state(before | (town.owner == k)))

    alone = [effect(k, town.base) for k in range(len(roads))]
    order = [effect(k, town.base | ((town.owner >= 0) & (town.owner < k))) for k in range(len(roads))]
    ranked = sorted(alone, key=lambda e: (-e.residents, -e.linked, -e.saved_m, e.road))
    whole = state(town.base | (town.owner >= 0))
    return ProjectEffects(tuple(ranked), tuple(order), state(town.base), whole, float(people.count.sum()))


def _ordered_projects(projects: gpd.GeoDataFrame, stages: Sequence[str]) -> list[dict[str, Any]]:
    """Projects in the order of opening: by date, then by stage, the later first, then by id."""
    import pandas as pd

    rank = {stage: k for k, stage in enumerate(stages)}
    found = []
    for road, rows in projects.groupby("road", sort=True):
        dates = day_ends(rows["opened"])[1].dropna() if "opened" in rows else pd.Series([], dtype="object")
        told = rows["stage"].dropna().astype(str).tolist() if "stage" in rows else []
        stage = max(told, key=lambda s: rank.get(s, -1), default="")
        name = str(rows["name"].iloc[0]) if "name" in rows else str(road)
        opened = "" if dates.empty else str(dates.max())[:10]
        found.append({"road": str(road), "name": name, "opened": opened, "stage": stage, "rank": rank.get(stage, -1)})
    return sorted(found, key=lambda r: (r["opened"] or "9999", -r["rank"], r["road"]))


def _build_project_network(  # noqa: PLR0913 - each frame that takes part, and what is asked
    streets: gpd.GeoDataFrame,
    projects: gpd.GeoDataFrame,
    roads: Sequence[dict[str, Any]],
    sites: gpd.GeoDataFrame | Sources,
    people: People,
    barriers: NDArray[np.float64] | None,
    asked: ProjectSettings,
) -> _ProjectNetwork:
    import geopandas as gpd
    import pandas as pd

    frames = [
        frame[[*(c for c in LEVEL_COLUMNS if c in frame.columns), frame.geometry.name]] for frame in (streets, projects)
    ]
    whole = gpd.GeoDataFrame(pd.concat(frames, ignore_index=True), geometry=streets.geometry.name, crs=streets.crs)
    network = road_network(whole, noding=asked.noding, tolerance=asked.tolerance, copies=True)
    number = {row["road"]: k for k, row in enumerate(roads)}
    of_row = np.concatenate([np.full(len(streets), -1), projects["road"].astype(str).map(number).to_numpy()])
    owner = of_row[network.row].astype(np.int64)
    base = (owner < 0) & ~_duplicate_streets(network, owner)
    put = sites if isinstance(sites, Sources) else sources_from_frame(sites)
    seen = find_walk_legs(network, put, Walk(asked.within, asked.leg), barriers)
    return _ProjectNetwork(
        network, owner, base, seen, join_home_legs(network, people, leg=asked.leg, barriers=barriers), people
    )


def _duplicate_streets(network: Network, owner: Ints) -> Mask:
    """Streets that are also drawn as a project: without it they would not stand."""
    low, high = np.minimum(network.u, network.v), np.maximum(network.u, network.v)
    order = np.lexsort((network.length, high, low))
    same = (
        (np.diff(low[order]) == 0) & (np.diff(high[order]) == 0) & (np.diff(network.length[order]) < LENGTH_TOLERANCE)
    )
    group = np.empty(len(order), dtype=np.int64)
    group[order] = np.cumsum(np.append(True, ~same)[: len(order)]) - 1
    return np.isin(group, group[owner >= 0]) & (owner < 0)


def select_edges(network: Network, mask: Mask) -> Network:
    """The network with some of its edges; nodes keep their numbers."""
    vertices = np.repeat(mask, np.diff(network.offsets))
    offsets = np.concatenate([[0], np.cumsum(np.diff(network.offsets)[mask])]).astype(np.int64)
    u, v = network.u[mask], network.v[mask]
    indptr, neighbour, arc_edge = build_csr(u, v, network.nodes)
    kept = {name: getattr(network, name)[mask] for name in ("length", "row", "begin", "end")}
    tables = {"indptr": indptr, "neighbour": neighbour, "arc_edge": arc_edge}
    return replace(network, u=u, v=v, coords=network.coords[vertices], offsets=offsets, **kept, **tables)


def _network_state(town: _ProjectNetwork, mask: Mask, within: float) -> NetworkState:
    network = select_edges(town.network, mask)
    number = np.cumsum(mask) - 1
    sites, homes = (_select_legs(seen, mask, number) for seen in (town.sites, town.homes))
    node, label, _ = find_seeds(network, sites)
    nothing = Intervals(np.empty(0, np.int64), np.empty(0), np.empty(0))
    reach = Reach(np.inf, sites, search_distances(network, node, label, engine="scipy"), nothing)
    way = home_distance(network, homes, len(town.people.count), reach)
    used = np.unique(np.concatenate([network.u, network.v]))
    from urbanplan.network.parts import component_of_nodes

    parts = len(np.unique(component_of_nodes(network)[used]))
    return NetworkState(parts, float(town.people.count[way <= within].sum()), way)


def _select_legs(seen: LegIntervals, mask: Mask, number: Ints) -> LegIntervals:
    part = seen.pick(mask[seen.edge])
    edge = number[part.edge]
    return LegIntervals(part.place, edge, part.segment, part.low, part.high, part.t0, part.g, part.m, part.plus)


def _project_effect(
    town: _ProjectNetwork, road: dict[str, Any], k: int, mask: Mask, before: NetworkState, after: NetworkState
) -> ProjectEffect:
    count = town.people.count
    had, has = np.isfinite(before.way), np.isfinite(after.way)
    saved = np.where(had & has, np.where(had, before.way, 0) - np.where(has, after.way, 0), 0.0)
    own = town.owner == k
    return ProjectEffect(
        road=road["road"],
        name=road["name"],
        order=k + 1,
        opened=road["opened"],
        stage=road["stage"],
        length_m=float(town.network.length[own].sum()),
        joins=_joined_parts(town.network, mask, own),
        residents=after.within - before.within,
        nearer=float(count[(saved > 1e-6) | (has & ~had)].sum()),
        mean_m=-float((saved * count).sum() / max(count[had].sum(), 1e-9)),
        saved_m=float((saved * count).sum()),
        linked=float(count[has & ~had].sum()),
    )


def _joined_parts(network: Network, before: Mask, own: Mask) -> int:
    """Parts of the network before that the project's connected stretches bring together, one less than each touches."""
    from urbanplan.network.parts import component_of_nodes

    part, piece = component_of_nodes(network, before), component_of_nodes(network, own)
    standing = np.zeros(network.nodes, dtype=bool)
    standing[network.u[before]] = standing[network.v[before]] = True
    ends = np.unique(np.concatenate([network.u[own], network.v[own]]))
    ends = ends[standing[ends]]
    pairs = np.unique(np.stack([piece[ends], part[ends]]), axis=1)
    touched = np.unique(pairs[0], return_counts=True)[1]
    return int((touched[touched > 1]).sum())

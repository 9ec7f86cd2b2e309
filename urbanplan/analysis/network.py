"""A road network: size, defects, what it hangs on, mileage, access, projects; from frames, files or a plan."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from urbanplan.analysis.network_inputs import NetworkInputs, inputs_from_frames, inputs_from_plan
from urbanplan.errors import UsageError
from urbanplan.model.display import html_table, one_line
from urbanplan.network.roads.road_analysis import RoadAnalysis, RoadSettings

if TYPE_CHECKING:
    import geopandas as gpd
    import networkx as nx

    from urbanplan.model.finding import Finding
    from urbanplan.model.plan import Plan
    from urbanplan.network.graph import Network
    from urbanplan.network.topology.repair import Repair
    from urbanplan.view.interactive.offline_map import OfflineMap

Notify = Callable[[str], None]
Day = datetime.date | str | None


@dataclass(frozen=True, eq=False, repr=False)
class NetworkResult:
    """The analysis of a road network.

    Attributes:
        analysis: the answers with all their parts, see :class:`urbanplan.network.roads.road_analysis.RoadAnalysis`.
        inputs: the layers that it was made from. notes: texts for people.
    """

    analysis: RoadAnalysis
    inputs: NetworkInputs
    notes: list[str]

    def __repr__(self) -> str:
        network = self.network
        size = f"{network.total / 1000:,.2f} km, {network.nodes:,} nodes, {network.edges:,} edges"
        return one_line("NetworkResult", size, f"{len(self.analysis.findings):,} findings")

    def _repr_html_(self) -> str:
        network, (low, high) = self.network, self.analysis.components
        row = {"metres": network.total, "nodes": network.nodes, "edges": network.edges}
        return html_table(repr(self), [row | {"parts, low": low, "parts, high": high}])

    @property
    def network(self) -> Network:
        """The streets as a graph."""
        return self.analysis.network

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What is wrong or noteworthy in the streets, with its place in the working CRS."""
        return self.analysis.findings

    @property
    def settings(self) -> dict[str, Any]:
        """What was asked, with files, digests and bases."""
        return self.document()["settings"]

    def document(self) -> dict[str, Any]:
        """The answer as the JSON document of ``urbanplan network``."""
        from urbanplan.view.document.network import network_document

        return network_document(self.analysis, more=self.inputs.facts)

    def layers(self) -> dict[str, gpd.GeoDataFrame]:
        """Findings, critical streets and junctions, blocks and projects, in the working CRS; no empty ones."""
        from urbanplan.view.document.network import network_layers

        return network_layers(self.analysis)

    def explore(self) -> OfflineMap:
        """The answer on a folium map, see :func:`urbanplan.map`."""
        from urbanplan.analysis.interactive import map

        return map(self)

    def to_networkx(self) -> nx.MultiGraph[int]:
        """The streets as a MultiGraph by OSMnx's conventions, in the working CRS."""
        return self.network.to_networkx()

    def to_frame(self) -> gpd.GeoDataFrame:
        """Edges as lines in the working CRS, each with its street, its length and its connected part."""
        from urbanplan.view.document.network import edge_frame

        return edge_frame(self.analysis)

    def repair(self, *, leave: Sequence[str] = (), split: bool = True) -> Repair:
        """Streets with their defects repaired, in the working CRS, and the log.

        Args:
            leave: codes that are not repaired, such as ``crossing``. split: whether cut streets become several rows.
        """
        from urbanplan.network.topology.repair import repair_lines

        settings, streets = self.analysis.settings, self.inputs.layers.streets
        return repair_lines(streets, near=settings.near, tolerance=settings.tolerance, leave=tuple(leave), split=split)

    def write_repair(self, path: Path | str, *, leave: Sequence[str] = (), split: bool = True) -> dict[str, Any]:
        """Write a repaired copy in the CRS of its source, and its log beside it.

        Returns:
            ``file``, ``log``, counts by code ``done`` and ``left``, ``levels_told``: whether a column tells bridges.

        Raises:
            UsageError: the copy would replace its source. ExchangeError: a file cannot be written.
        """
        from urbanplan.exchange import write
        from urbanplan.exchange.files.atomic import atomic_write
        from urbanplan.layer.datum_change import transform_frame
        from urbanplan.network.build import LEVEL_COLUMNS
        from urbanplan.view.document.network import log_csv

        path = Path(path)
        _check_repair_target(path, self.inputs)
        repaired, crs = self.repair(leave=leave, split=split), self.inputs.source.crs
        frame = repaired.frame if crs is None else transform_frame(repaired.frame, crs)[0]
        write(frame, path)
        log = path.with_name(f"{path.stem}.log.csv")
        with atomic_write(log) as temporary:
            temporary.write_text(log_csv(repaired), encoding="utf-8", newline="")
        levels = any(column in frame.columns for column in LEVEL_COLUMNS)
        counts = {"done": repaired.done, "left": repaired.left}
        return {"file": str(path), "log": str(log), **counts, "levels_told": levels}

    def write_map(self, path: Path | str) -> None:
        """Write a map of the answer, one HTML file that opens without a network."""
        from urbanplan.view.map.network import write_network_map

        write_network_map(self.analysis, Path(path), as_of=self.inputs.day)


def road_network(  # noqa: PLR0913 - a public door: one keyword for each thing that an analysis of roads may hold
    roads: Any,
    *,
    district: Any = None,
    homes: Any = None,
    people: str | None = None,
    sites: Any = None,
    parcels: Any = None,
    parking: Any = None,
    barriers: Any = None,
    noding: str = "auto",
    tolerance: float = 0.01,
    near: float = 5.0,
    leg: float = 50.0,
    within: float = 600.0,
    since: Day = None,
    until: Day = None,
    crs: Any = None,
    notify: Notify | None = None,
) -> NetworkResult:
    """Size, defects, connection, critical streets, mileage and access of a road network.

    Frames may be in any CRS; they are brought to one working CRS in metres.

    Args:
        roads: lines, or an OpenStreetMap extract; columns road, stage, opened and carriageway are used.
        district: area to which mileage is clipped. homes: with people, in the column ``people``.
        sites, parcels, parking: what streets should reach. barriers: lines or polygons that no leg crosses.
        noding: ``auto``, ``endpoints`` or ``crossings``. tolerance: metres within which line ends join.
        near: metres to which undershoots and overshoots are sought. leg: metres within which a street reaches a place.
        within: the walk in metres of the effects of projects.
        since, until: first and last day of opening that count as new, ``2025-12-31`` or a date.
        crs: the working CRS; that of the roads where it is in metres, else the zone they lie in.
        notify: called with the name of each phase.

    Raises:
        CrsError: an input has no CRS, or lengths in the working CRS are no metres. UsageError: an input is no frame of
            shapes, or a day is none. ExchangeError: a file cannot be read. NetworkError: there is no line.
    """
    days = opening_dates(since, until, None)
    layers = {"roads": roads, "district": district, "homes": homes, "sites": sites}
    layers |= {"parcels": parcels, "parking": parking, "barriers": barriers}
    inputs = inputs_from_frames(layers, crs=crs, people=people, notify=notify)
    return _analyse(inputs, (noding, tolerance, near, leg, within), days, notify)


def road_network_of_plan(  # noqa: PLR0913 - the same door for a plan, which answers the rest
    plan: Plan | Path | str,
    *,
    noding: str = "auto",
    tolerance: float = 0.01,
    near: float = 5.0,
    leg: float = 50.0,
    within: float | None = None,
    since: Day = None,
    until: Day = None,
    notify: Notify | None = None,
) -> NetworkResult:
    """The same for the layers of a plan.

    Args:
        plan: a plan, or its file or folder. within: the walk of the plan's coverage target, else 600, unless given.
        since, until: those of the plan's year unless given. The others are those of :func:`road_network`.

    Raises:
        PlanError: the plan cannot be read. UsageError: it has no layer of streets, or a day is none.
    """
    opening_dates(since, until, None)  # a wrong day is told before any file is read
    inputs = inputs_from_plan(plan, notify=notify)
    days = opening_dates(since, until, None if inputs.as_of is None else inputs.as_of.year)
    walk = inputs.reference_walk if within is None else within
    return _analyse(inputs, (noding, tolerance, near, leg, walk), days, notify)


def _analyse(inputs: NetworkInputs, settings: tuple[Any, ...], days: tuple[Any, Any], notify: Any) -> NetworkResult:
    from urbanplan.network.roads.mileage_rules import MileageRules
    from urbanplan.network.roads.road_analysis import analyse_roads

    chosen = RoadSettings(*settings, rules=MileageRules(since=days[0], until=days[1]))
    return NetworkResult(analyse_roads(inputs.layers, chosen, watch=notify), inputs, list(inputs.notes))


def _check_repair_target(path: Path, inputs: NetworkInputs) -> None:
    """Check that a repaired copy does not replace its source.

    Raises:
        UsageError: it would.
    """
    source = inputs.file
    if source is None:
        return
    same = path.resolve() == source.resolve()
    if same or (path.exists() and source.exists() and path.samefile(source)):
        raise UsageError("the repaired copy would replace its source", where=str(path), fix="Name another file")


def opening_dates(since: Day, until: Day, year: int | None) -> tuple[datetime.date | None, datetime.date | None]:
    """Opening dates that count as new: as given, else those of the year.

    Raises:
        UsageError: a date is no date.
    """
    first = datetime.date(year, 1, 1) if year else None
    last = datetime.date(year, 12, 31) if year else None
    return _parse_date(since, "--since") or first, _parse_date(until, "--until") or last


def _parse_date(value: Day, option: str) -> datetime.date | None:
    if value is None or isinstance(value, datetime.date):
        return value
    try:
        return datetime.date.fromisoformat(value)
    except ValueError as error:
        raise UsageError("{text!r} is not a date", where=option, fix="Write it as 2025-12-31", text=value) from error

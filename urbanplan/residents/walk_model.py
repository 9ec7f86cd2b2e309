"""Network, sites and people of one question about walking, put together in one place for command, measure and page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from urbanplan.network.build import Noding
from urbanplan.network.graph import Network
from urbanplan.network.phases import PhaseTimer
from urbanplan.network.walk.engine import Engine
from urbanplan.network.walk.people import People
from urbanplan.residents.placing import ResidentKind

if TYPE_CHECKING:
    import geopandas as gpd

    from urbanplan.network.walk.coverage import Coverage
    from urbanplan.network.walk.districts import Districts
    from urbanplan.network.walk.scenario import Scenario
    from urbanplan.network.walk.sources import Sources


@dataclass(frozen=True, eq=False)
class WalkLayers:
    """Layers of a question about walking: frames in one projected CRS in metres.

    Attributes:
        streets: lines. sites: points, lines or polygons. residents: homes, or polygons of population.
        raster: a GeoTIFF of people instead of ``residents``, those of the districts where they are given.
        barriers: what no leg crosses.
        entrances: of polygon sites. districts: polygons for the breakdown, with a column ``id``.
        people: the column that counts people, found by its name unless given. site_id: the column of the sites' ids.
    """

    streets: gpd.GeoDataFrame
    sites: gpd.GeoDataFrame
    residents: gpd.GeoDataFrame | None = None
    raster: Path | None = None
    barriers: gpd.GeoDataFrame | None = None
    entrances: gpd.GeoDataFrame | None = None
    districts: gpd.GeoDataFrame | None = None
    people: str | None = None
    site_id: str | None = None


@dataclass(frozen=True)
class WalkSettings:
    """How lines are joined, how far a leg goes (metres), how people are placed.

    ``cache``: folder where built networks are kept.
    """

    noding: Noding = "auto"
    tolerance: float = 0.01
    leg: float = 50.0
    residents_as: ResidentKind = "auto"
    engine: Engine = "auto"
    cache: Path | None = None


@dataclass(eq=False)
class WalkModel:
    """Network and people of a question, for coverage of any walk.

    Attributes:
        layers, settings: what it was made from. network: the streets. people: by method, empty where none were given.
        seconds: by phase.
    """

    layers: WalkLayers
    settings: WalkSettings
    network: Network
    people: tuple[People, ...]
    seconds: dict[str, float]

    @cached_property
    def walls(self) -> NDArray[np.float64] | None:
        """Segments of the barriers, shape (n, 4), None without barriers."""
        from urbanplan.network.walk.sources import boundary_segments

        barriers = self.layers.barriers
        return None if barriers is None else boundary_segments(np.asarray(barriers.geometry.array, dtype=object))

    @cached_property
    def sources(self) -> Sources:
        """The sites as sources of the search."""
        from urbanplan.network.walk.sources import sources_from_frame

        layers = self.layers
        return sources_from_frame(layers.sites, id_column=layers.site_id, entrances=layers.entrances)

    def with_sites(self, sites: gpd.GeoDataFrame, *, without: Sequence[object] = ()) -> WalkModel:
        """The same streets and people with other sites, without the entrances of those that are left out."""
        from urbanplan.network.walk.entrances import drop_entrances

        entrances = drop_entrances(self.layers.entrances, without)
        return WalkModel(
            replace(self.layers, sites=sites, entrances=entrances), self.settings, self.network, self.people, {}
        )

    def coverage(
        self,
        within: float,
        *,
        gaps: bool = True,
        tiers: bool = False,
        districts: Districts | None = None,
        earlier: Scenario | None = None,
        notify: Callable[[str], None] | None = None,
    ) -> Coverage:
        """Coverage of one walk, certified.

        Args:
            within: metres, legs included. gaps: whether gaps are wanted. tiers: whether tiers of sites are told apart.
            districts: what an earlier run made of the sub-districts. notify: called with the name of each phase.
            earlier: the question of another walk of this model and sites, whose legs are not looked up again.

        Raises:
            NetworkError: a setting is no length, or layers differ in CRS. CertificateError: the result does not pass.
        """
        from urbanplan.network.walk.coverage import CoverageOptions, compute_coverage

        layers, settings = self.layers, self.settings
        options = CoverageOptions(
            entrances=layers.entrances,
            districts=districts or layers.districts,
            site_id=layers.site_id,
            tiers=tiers,
            gaps=gaps,
            engine=settings.engine,
            watch=notify,
            earlier=earlier,
        )
        return compute_coverage(
            self.network,
            sites=layers.sites,
            within=within,
            leg=settings.leg,
            barriers=layers.barriers,
            residents=self.people or None,
            extras=options,
        )


def build_walk_model(
    layers: WalkLayers, settings: WalkSettings | None = None, *, notify: Callable[[str], None] | None = None
) -> WalkModel:
    """Build the network and place the people.

    Raises:
        NetworkError: the streets hold no line, or a setting is unknown. ResidentsError: people cannot be placed.
    """
    settings = settings or WalkSettings()
    phases = PhaseTimer(notify)
    with phases("build"):
        network = _build_network(layers.streets, settings)
    with phases("people"):
        people = _place_people(layers, settings, network)
    return WalkModel(layers, settings, network, people, phases.seconds)


def _build_network(streets: gpd.GeoDataFrame, settings: WalkSettings) -> Network:
    from urbanplan.network.build import road_network
    from urbanplan.network.cache import cached_road_network

    join: dict[str, Any] = {"noding": settings.noding, "tolerance": settings.tolerance, "copies": False}
    if settings.cache is None:
        return road_network(streets, **join)
    return cached_road_network(streets, folder=settings.cache, **join)


def _place_people(layers: WalkLayers, settings: WalkSettings, network: Network) -> tuple[People, ...]:
    frame, kind = layers.residents, settings.residents_as
    if frame is None and layers.raster is not None:
        from urbanplan.residents.grid import read_raster_cells

        frame, kind = read_raster_cells(layers.raster, network, district=layers.districts), "areas"
    if frame is None:
        return ()
    from urbanplan.residents.placing import assign_residents

    return tuple(assign_residents(network, frame, kind=kind, column=layers.people, leg=settings.leg))

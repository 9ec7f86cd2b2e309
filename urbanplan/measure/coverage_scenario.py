"""The networks, people and runs behind a coverage measure: by what surely counts, and by all that may."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from urbanplan.measure.coverage_unknown import Mask, UnknownResidents, covered_fractions, drawn_rows
from urbanplan.measure.measured import Layers, MeasureContext
from urbanplan.measure.selection import SelectedFeatures, select_features

if TYPE_CHECKING:
    import geopandas as gpd

    from urbanplan.measure.coverage import Coverage
    from urbanplan.model.finding import Finding
    from urbanplan.network.graph import Network
    from urbanplan.network.walk.coverage import Coverage as Covered
    from urbanplan.network.walk.people import People
    from urbanplan.network.walk.readings import BandReading


def shared_scenario(
    layers: Layers, params: Coverage, setting: MeasureContext, sites: SelectedFeatures
) -> CoverageScenario:
    """The town of these parameters; targets that read it another way share it."""
    key = "coverage:" + params.model_dump_json(exclude={"reading"})
    if key not in setting.memory:
        setting.memory[key] = CoverageScenario(layers, params, setting, sites)
    return setting.memory[key]


class CoverageScenario:
    """The network and people of one measure, and its coverage by walk."""

    def __init__(self, layers: Layers, params: Coverage, setting: MeasureContext, sites: SelectedFeatures) -> None:

        self.sites, self.params = sites, params
        self.drawn = drawn_rows(sites.frame)
        streets = select_features(params.streets, layers, setting)
        self.certain_streets = bool(streets.sure.all())
        self.no_street = not (streets.sure & drawn_rows(streets.frame)).any()
        self.loose: Network = self._built(streets.frame)
        surely = self.certain_streets or self.no_street
        self.streets = streets.frame if surely else streets.frame[streets.sure].reset_index(drop=True)
        self.network = self.loose if surely else self._built(self.streets)
        self.barriers = None if params.barriers is None else select_features(params.barriers, layers, setting).frame
        self.entrances = None if params.entrances is None else layers[params.entrances].frame
        self._people: dict[int, list[People]] = {}
        self._unknown: dict[int, UnknownResidents] = {}
        self.homes = None if params.residents is None else select_features(params.residents, layers, setting)
        self.findings = self._undrawn_findings()
        self.districts = None
        if setting.subdistricts is not None:
            named = layers[setting.subdistricts].frame
            self.districts = named.assign(id=named[setting.subdistrict_name].astype(str))[["id", "geometry"]]
        self._runs: dict[tuple[float, bool, bool], Covered] = {}
        self._cut: dict[int, Any] = {}

    def _built(self, frame: gpd.GeoDataFrame) -> Network:
        from urbanplan.network import road_network

        return road_network(frame, noding=self.params.noding, tolerance=self.params.tolerance, copies=False)

    @property
    def undrawn_sites(self) -> int:
        """Number of sites that may count and have no place."""
        return int((~self.drawn).sum())

    def _undrawn_findings(self) -> list[Finding]:
        from urbanplan.model.finding import build_finding

        found: list[Finding] = []
        for chosen, code in ((self.sites, "network-site-undrawn"), (self.homes, "residents-undrawn")):
            if chosen is not None and not (drawn := drawn_rows(chosen.frame)).all():
                ids = chosen.frame["__id__"].to_numpy()[~drawn].tolist()
                found.append(build_finding(code, layer=chosen.layer, features=ids))
        return found

    @cached_property
    def _counted(self) -> tuple[gpd.GeoDataFrame, Mask]:
        """Residents with ids, and which rows count people; a negative count is a finding of its layer and unknown."""
        from urbanplan.residents.counts import FLOOR_AREA_COLUMNS, HOUSEHOLD_COLUMNS, PEOPLE_COLUMNS, counting_columns

        assert self.homes is not None
        frame = self.homes.frame.assign(id=self.homes.frame["__id__"])
        for column in {self.params.people, *PEOPLE_COLUMNS, *HOUSEHOLD_COLUMNS, *FLOOR_AREA_COLUMNS} & set(
            frame.columns
        ):
            frame[column] = frame[column].where(frame[column].astype("Float64").fillna(0) >= 0)
        columns = counting_columns(frame, self.params.people)
        return frame, frame[columns].notna().all(axis=1).to_numpy(dtype=bool)

    def people(self, network: Network) -> list[People] | None:
        """People placed on a network: the drawn rows; those without a count are nobody here."""
        if self.homes is None:
            return None
        if id(network) not in self._people:
            frame, _ = self._counted
            self._people[id(network)] = self._placed(network, frame[drawn_rows(frame)])
        return self._people[id(network)]

    def _placed(self, network: Network, frame: gpd.GeoDataFrame, column: str | None = None) -> list[People]:
        from urbanplan.residents import assign_residents

        rows = frame.reset_index(drop=True)
        return assign_residents(network, rows, column=column or self.params.people, leg=self.params.leg)

    @cached_property
    def unknown(self) -> UnknownResidents:
        """What is unknown of the residents, placed on the network of the streets that surely count."""
        return self.unknown_on(self.network)

    def unknown_on(self, network: Network) -> UnknownResidents:
        """What is unknown of the residents, placed on a network."""
        if self.homes is None:
            return UnknownResidents()
        if id(network) not in self._unknown:
            self._unknown[id(network)] = self._find_unknown(network)
        return self._unknown[id(network)]

    def _find_unknown(self, network: Network) -> UnknownResidents:
        from urbanplan.residents.counts import count_people

        frame, counted = self._counted
        drawn = drawn_rows(frame)
        lone = frame[drawn & ~counted].assign(__one__=1.0)
        placed = self._placed(network, lone, "__one__") if len(lone) else []
        away = frame[~drawn & counted]
        people = float(next(iter(count_people(away, self.params.people).values())).sum()) if len(away) else 0.0
        blank = int((~drawn & ~counted).sum())
        return UnknownResidents(tuple(placed), people, blank, int((~drawn).sum()), len(lone) + int((~drawn).sum()))

    def covered(self, within: float, *, sure: bool, gaps: bool = False) -> Covered:
        """Coverage of one walk, by the sites that surely count or by all that may."""
        sure = sure and not (bool(self.sites.sure.all()) and self.certain_streets)
        for wanted in (gaps, True):
            if (within, sure, wanted) in self._runs:
                return self._runs[within, sure, wanted]
        from urbanplan.network.walk.coverage import CoverageOptions, compute_coverage

        network = self.network if sure else self.loose
        frame = self.sites.frame[self.drawn & (self.sites.sure if sure else True)]
        sites: gpd.GeoDataFrame = frame.reset_index(drop=True)
        extras = CoverageOptions(
            entrances=self.entrances, districts=self._cut.get(id(network), self.districts), site_id="__id__", gaps=gaps
        )
        run = compute_coverage(
            network,
            sites=sites,
            within=within,
            leg=self.params.leg,
            barriers=self.barriers,
            residents=self.people(network),
            extras=extras,
        )
        self._runs[within, sure, gaps] = run
        self._cut[id(network)] = run.districts  # the borders cut the streets once
        return run

    def readings(self, run: Covered) -> list[BandReading]:
        """Every reading of the walk: on the network and straight by metres, administrative, catchment; sure sites."""
        from urbanplan.network.walk.readings import compute_readings

        return compute_readings(run, run.question, band=self.params.band)

    def unserved_unknown(self, run: Covered) -> set[Any]:
        """Ids of sub-districts with a home or area without a count that is not wholly covered."""
        if not self.unknown.uncounted or run.districts is None:
            return set()
        fractions = covered_fractions(run, self.unknown, low=True)
        units = [people.unit_points() for people in self.unknown.uncounted]
        where = run.districts.holding(np.vstack(units)[fractions < 1 - 1e-9])
        return set(run.districts.ids[np.unique(where[where >= 0])].tolist())

    def administrative(self, setting_frame: gpd.GeoDataFrame) -> int:
        """Sub-districts in which a site that may count stands."""
        import shapely

        shapes = self.sites.frame.geometry.to_numpy()[self.drawn]
        hit = shapely.STRtree(shapes).query(setting_frame.geometry.to_numpy(), predicate="intersects")[0]
        return len(np.unique(hit))

"""The networks, people and runs behind a coverage measure: by what surely counts, and by all that may."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from urbanplan.measure.coverage_unknown import Mask, UnknownResidents, covered_fractions, drawn_rows
from urbanplan.measure.measured import Layers, MeasureContext
from urbanplan.measure.walk_layers import select_walk_layers, walk_settings

if TYPE_CHECKING:
    import geopandas as gpd

    from urbanplan.measure.coverage_parameters import Coverage
    from urbanplan.model.finding import Finding
    from urbanplan.network.graph import Network
    from urbanplan.network.walk.coverage import Coverage as Covered
    from urbanplan.network.walk.people import People
    from urbanplan.network.walk.readings import BandReading
    from urbanplan.residents.walk_model import WalkModel


def shared_scenario(layers: Layers, params: Coverage, setting: MeasureContext) -> CoverageScenario:
    """The scenario of these parameters; targets that read it another way share it."""
    key = "coverage:" + params.model_dump_json(exclude={"reading"})
    if key not in setting.memory:
        setting.memory[key] = CoverageScenario(layers, params, setting)
    return setting.memory[key]


class CoverageScenario:
    """The networks and people of one measure, and its coverage by walk.

    Attributes:
        selection: the target's layers. sites: those that may count. drawn: which of them have a place.
        strict, loose: the model of the streets that surely count, and of all that may; often one and the same.
    """

    def __init__(self, layers: Layers, params: Coverage, setting: MeasureContext) -> None:
        self.params = params
        self.selection = select_walk_layers(params, layers, setting)
        self.sites, self.homes = self.selection.sites, self.selection.homes
        self.drawn = drawn_rows(self.sites.frame)
        streets, frame = self.selection.streets, self.selection.layers.streets
        self.certain_streets = bool(streets.sure.all())
        self.no_street = not (streets.sure & drawn_rows(frame)).any()
        self.loose = self._built(frame)
        surely = self.certain_streets or self.no_street
        self.strict = self.loose if surely else self._built(frame[streets.sure].reset_index(drop=True))
        self.findings = self._undrawn_findings()
        self.districts = self.selection.layers.districts
        self._runs: dict[tuple[float, bool, bool], Covered] = {}
        self._cut: dict[int, Any] = {}

    def _built(self, streets: gpd.GeoDataFrame) -> WalkModel:
        """The model of these streets: drawn homes are placed, those without a count are nobody here."""
        from urbanplan.residents.walk_model import build_walk_model

        layers = self.selection.layers
        homes = layers.residents
        drawn = None if homes is None else homes[drawn_rows(homes)].reset_index(drop=True)
        return build_walk_model(replace(layers, streets=streets, residents=drawn), walk_settings(self.params))

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
        """Residents with ids, and which rows count people."""
        from urbanplan.residents.counts import counting_columns

        frame = self.selection.layers.residents
        assert frame is not None
        columns = counting_columns(frame, self.params.people)
        return frame, frame[columns].notna().all(axis=1).to_numpy(dtype=bool)

    def _placed(self, network: Network, frame: gpd.GeoDataFrame, column: str | None = None) -> list[People]:
        from urbanplan.residents import assign_residents

        rows = frame.reset_index(drop=True)
        return assign_residents(network, rows, column=column or self.params.people, leg=self.params.leg)

    @cached_property
    def unknown(self) -> UnknownResidents:
        """What is unknown of the residents, placed on the network of the streets that surely count."""
        return UnknownResidents() if self.homes is None else self._find_unknown(self.strict.network)

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
        model = self.strict if sure else self.loose
        sites, chosen = self.selection.layers.sites, self.drawn & (self.sites.sure if sure else True)
        frame, left = sites[chosen], sites["id"][~chosen].tolist()
        cut = self._cut.get(id(model))
        run = model.with_sites(frame.reset_index(drop=True), without=left).coverage(within, gaps=gaps, districts=cut)
        self._runs[within, sure, gaps] = run
        self._cut[id(model)] = run.districts  # the borders cut the streets once
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

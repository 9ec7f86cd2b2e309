"""The networks, people and runs behind a coverage measure: by what surely counts, and by all that may."""

# pyright: reportUnknownMemberType=false
# (shapely's functions say no type of what they return)

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from urbanplan.measure.coverage_unknown import Mask, OpenResidents, covered_fractions, drawn_rows, open_residents
from urbanplan.measure.measured import Layers, MeasureContext
from urbanplan.measure.walk_layers import select_walk_layers, walk_settings

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    from urbanplan.measure.coverage_parameters import Coverage
    from urbanplan.model.finding import Finding
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
        self.undrawn_streets = not drawn_rows(frame).all()
        self.open = self._open_residents(layers)
        self.loose = self._built(frame, self._walls(sure=True))
        surely = self.certain_streets or self.no_street
        rows = frame if surely else frame[streets.sure].reset_index(drop=True)
        same = surely and not self.open_barriers
        self.strict = self.loose if same else self._built(rows, self._walls(sure=False))
        self.findings = self._undrawn_findings()
        self.districts = self.selection.layers.districts
        self._runs: dict[tuple[float, bool, bool], Covered] = {}
        self._cut: dict[int, Any] = {}
        self._asked: dict[bool, Any] = {}

    def _built(self, streets: gpd.GeoDataFrame, walls: gpd.GeoDataFrame | None) -> WalkModel:
        """The model of these streets and barriers: drawn homes are placed, those that are open are nobody here."""
        from urbanplan.residents.walk_model import build_walk_model

        parts = replace(
            self.selection.layers, streets=streets, residents=self._known_homes(), barriers=walls, people=self._people
        )
        return build_walk_model(parts, walk_settings(self.params))

    @property
    def _people(self) -> str | None:
        """The column of people where there is one, found over all residents."""
        from urbanplan.residents.counts import counting_columns

        homes = self.selection.layers.residents
        columns = [] if homes is None else counting_columns(homes, self.params.people)
        return columns[0] if len(columns) == 1 else self.params.people

    def _known_homes(self) -> gpd.GeoDataFrame | None:
        """Drawn residents; those of which the count alone is known and something else is not hold nobody."""
        from urbanplan.residents.counts import counting_columns

        homes = self.selection.layers.residents
        if homes is None:
            return None
        columns, frame = counting_columns(homes, self.params.people), homes.copy()
        for name in columns:
            frame[name] = frame[name].mask(self.open.rows & frame[name].notna(), 0)
        return frame[drawn_rows(homes)].reset_index(drop=True)

    @property
    def open_barriers(self) -> bool:
        """Whether a barrier may not count or is not drawn."""
        walls = self.selection.barriers
        return walls is not None and not bool((walls.sure & walls.drawn).all())

    @property
    def undrawn_barriers(self) -> bool:
        """Whether a barrier is not drawn, so that it may stand in any way."""
        walls = self.selection.barriers
        return walls is not None and not bool(walls.drawn.all())

    def _walls(self, *, sure: bool) -> gpd.GeoDataFrame | None:
        """The barriers that surely stand, or all that may."""
        walls = self.selection.barriers
        if walls is None:
            return None
        rows = walls.drawn & walls.sure if sure else walls.drawn
        return walls.frame[rows].reset_index(drop=True) if rows.any() else None

    def _open_residents(self, layers: Layers) -> OpenResidents:
        homes, frame = self.homes, self.selection.layers.residents
        none = np.empty(0)
        if homes is None or frame is None:
            return OpenResidents(none.astype(bool), none, none, none.astype(bool), none.astype(bool))
        return open_residents(homes, frame, self.params.people, layers[homes.layer].type, self._movable_areas(frame))

    def _movable_areas(self, homes: gpd.GeoDataFrame) -> Mask:
        """Areas whose people a street that may not count, or is not drawn, could draw to it."""
        import shapely

        from urbanplan.residents.placing import residents_kind

        shapes, streets = homes.geometry.to_numpy(), self.selection.layers.streets.geometry.to_numpy()
        unsure = streets[~self.selection.streets.sure]
        drawn = drawn_rows(homes)
        if (self.certain_streets and not self.undrawn_streets) or residents_kind(shapes[drawn]) == "homes":
            return np.zeros(len(homes), dtype=bool)
        if self.undrawn_streets:
            return drawn
        reach = 2 * shapely.minimum_bounding_radius(shapes[drawn]) + self.params.leg
        near = shapely.STRtree(unsure).query(shapes[drawn], predicate="dwithin", distance=reach)[0]
        found = np.zeros(len(homes), dtype=bool)
        found[np.flatnonzero(drawn)[near]] = True
        return found

    @property
    def undrawn_sites(self) -> int:
        """Number of sites that may count and have no place."""
        return int((~self.drawn).sum())

    @property
    def undrawn_entrances(self) -> int:
        """Number of entrances that have no place."""
        entrances = self.selection.layers.entrances
        return 0 if entrances is None else int((~drawn_rows(entrances)).sum())

    def _undrawn_findings(self) -> list[Finding]:
        from urbanplan.model.finding import build_finding

        found: list[Finding] = []
        for chosen, code in ((self.sites, "network-site-undrawn"), (self.homes, "residents-undrawn")):
            if chosen is not None and not (drawn := drawn_rows(chosen.frame)).all():
                ids = chosen.frame["__id__"].to_numpy()[~drawn].tolist()
                found.append(build_finding(code, layer=chosen.layer, features=ids))
        return found

    @cached_property
    def _placed(self) -> dict[int, list[People]]:
        """The drawn open residents as one person each, by the id of the model on whose streets they are placed."""
        from urbanplan.residents import assign_residents
        from urbanplan.residents.placing import residents_kind

        frame = self.selection.layers.residents
        if frame is None or not self.open.drawn.any():
            return {}
        kind = residents_kind(frame.geometry.to_numpy()[drawn_rows(frame)])
        rows = frame[self.open.rows & drawn_rows(frame)].assign(__one__=1.0).reset_index(drop=True)
        return {
            id(model): assign_residents(model.network, rows, kind=kind, column="__one__", leg=self.params.leg)
            for model in (self.strict, self.loose)
        }

    def open_fractions(self, run: Covered, *, low: bool) -> NDArray[np.float64]:
        """What of each open row of residents a run of the strict (low) or the loose model covers, shape (n,)."""
        if low and self.no_street:
            return np.zeros(self.open.count)
        return covered_fractions(run, self._placed.get(id(self.strict if low else self.loose), []), self.open, low=low)

    def covered(self, within: float, *, sure: bool, gaps: bool = False) -> Covered:
        """Coverage of one walk, by the sites that surely count or by all that may."""
        sure = sure and not (bool(self.sites.sure.all()) and self.certain_streets and not self.open_barriers)
        for wanted in (gaps, True):
            if (within, sure, wanted) in self._runs:
                return self._runs[within, sure, wanted]
        model = self.strict if sure else self.loose
        sites, chosen = self.selection.layers.sites, self.drawn & (self.sites.sure if sure else True)
        frame, left = sites[chosen], sites["id"][~chosen].tolist()
        sited, cut = model.with_sites(frame.reset_index(drop=True), without=left), self._cut.get(id(model))
        run = sited.coverage(within, gaps=gaps, districts=cut, earlier=self._asked.get(sure))
        self._asked[sure] = run.question
        self._runs[within, sure, gaps] = run
        self._cut[id(model)] = run.districts  # the borders cut the streets once
        return run

    def readings(self, run: Covered) -> list[BandReading]:
        """Every reading of the walk: on the network and straight by metres, administrative, catchment; sure sites."""
        from urbanplan.network.walk.readings import compute_readings

        return compute_readings(run, run.question, band=self.params.band)

    def open_in(self, name: object, run: Covered) -> tuple[Mask, Mask]:
        """Which open rows may lie in a sub-district, ``None`` for outside of all, and which wholly do, shape (n,)."""
        import shapely

        frame = self.selection.layers.residents
        if frame is None or run.districts is None or not self.open.count:
            every = np.ones(self.open.count, dtype=bool)
            return every, every
        shapes, polygons = frame.geometry.to_numpy()[self.open.rows], np.asarray(run.districts.polygons, dtype=object)
        inside = shapely.union_all(polygons if name is None else polygons[np.asarray(run.districts.ids) == name])
        shapely.prepare(inside)
        if name is None:
            here, whole = ~shapely.covers(inside, shapes), ~shapely.intersects(inside, shapes)
        else:
            here, whole = shapely.intersects(inside, shapes), shapely.covers(inside, shapes)
        return here | ~self.open.drawn, whole & self.open.drawn

    def unserved_open(self, run: Covered) -> set[Any]:
        """Ids of sub-districts with an open home or area that is not wholly covered."""
        import shapely

        frame = self.selection.layers.residents
        if frame is None or not self.open.drawn.any() or run.districts is None:
            return set()
        short = self.open_fractions(run, low=True) < 1 - 1e-9
        shapes = frame.geometry.to_numpy()[self.open.rows][short & self.open.drawn]
        where = shapely.STRtree(run.districts.polygons).query(shapes, predicate="intersects")[1]
        return set(run.districts.ids[np.unique(where)].tolist())

    def administrative(self, setting_frame: gpd.GeoDataFrame) -> int:
        """Sub-districts in which a site that may count stands."""
        import shapely

        shapes = self.sites.frame.geometry.to_numpy()[self.drawn]
        hit = shapely.STRtree(shapes).query(setting_frame.geometry.to_numpy(), predicate="intersects")[0]
        return len(np.unique(hit))

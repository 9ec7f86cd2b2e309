"""Walking coverage: who reaches a site, on every metre of street, over the band of readings of "ten minutes".

No text fixes how many metres ten minutes are (GB 50180-2018: 500 m; 60 m/min: 600 m; sport offices: 800 to 1000 m),
so the reading spans the band: its low end is the shortest walk with the sites that surely count, its high end the
longest walk with all that may.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any, Literal

import numpy as np
from pydantic import Field

from urbanplan.measure.coverage_bounds import (
    OpenPeople,
    any_open,
    any_undrawn,
    known_share,
    split_residents,
    sure_and_drawn,
)
from urbanplan.measure.measured import Layers, MeasureContext, Measurement
from urbanplan.measure.parameters import NODING, Parameters
from urbanplan.measure.selection import SelectedFeatures, Selection, layers_of, select_features
from urbanplan.measure.sum import notice_divided_values
from urbanplan.model.comparison import at_least
from urbanplan.model.layertype import LayerType
from urbanplan.model.reading import Bound, BreakdownRow, Evidence, Known, Reading
from urbanplan.model.translation import localize

if TYPE_CHECKING:
    import geopandas as gpd

    from urbanplan.network.graph import Network
    from urbanplan.network.walk.coverage import Coverage as Covered
    from urbanplan.network.walk.people import People
    from urbanplan.network.walk.readings import BandReading

Walk = Annotated[float, Field(gt=0, le=100_000)]  # m
DEFAULT_BAND = (500.0, 600.0, 800.0, 1000.0)


class Coverage(Parameters):
    """Share of residents (or of street metres) within a walk of a site, or the number of sub-districts served."""

    streets: str | Selection = Field(description="Walkable streets")
    sites: str | Selection = Field(description="Sites that count; attributes that do not tell widen the reading")
    entrances: str | None = Field(default=None, description="Layer of entrances of polygon sites")
    residents: str | Selection | None = Field(default=None, description="Homes, buildings or population areas")
    people: str | None = Field(default=None, description="Column that counts people; found by its name unless given")
    barriers: str | Selection | None = Field(default=None, description="What no leg crosses: railways, rivers, walls")
    within: Walk | Annotated[list[Walk], Field(min_length=1)] = Field(
        default=list(DEFAULT_BAND), description="Metres of the walk, or a band of readings"
    )
    leg: float = Field(default=50.0, ge=0, description="How far a site or home reaches a street, m")
    noding: Literal["auto", "endpoints", "crossings"] = Field(default="auto", description=NODING)
    tolerance: float = Field(default=0.01, ge=0, description="Metres within which line ends are one node")
    reading: Literal["residents", "streets", "subdistricts"] = Field(
        default="residents",
        description="residents and streets: a share; subdistricts: how many are served, from the catchment reading "
        "(everyone reaches a site) to the administrative one (an eligible site stands there)",
    )

    def layers(self, setting: MeasureContext) -> set[str]:
        """All layers named, and the sub-districts."""
        named = [self.streets, self.sites, self.entrances, self.residents, self.barriers, setting.subdistricts]
        return set[str]().union(*(layers_of(one) for one in named))

    def dimension(self, types: Mapping[str, LayerType]) -> str | None:
        """A share, or the number of sub-districts."""
        return "count" if self.reading == "subdistricts" else "share"

    @property
    def band(self) -> list[float]:
        """The walks that are read, shortest first."""
        return sorted({float(d) for d in (self.within if isinstance(self.within, list) else [self.within])})


def measure(layers: Layers, params: Coverage, setting: MeasureContext) -> Measurement:
    """Coverage over the band; gaps and streets as result layers, certified before they are told."""
    sites = select_features(params.sites, layers, setting)
    if not len(sites.frame):
        return Measurement(
            None,
            reason=localize("layer {layer} has no site that counts", layer=sites.layer),
            settled_by=localize("features of {layer}", layer=sites.layer),
        )
    if not sites.drawn.any():
        return Measurement(
            None,
            reason=localize("no site of {layer} is drawn", layer=sites.layer),
            settled_by=localize("the geometry of features of {layer}", layer=sites.layer),
        )
    town = _shared_scenario(layers, params, setting, sites)
    if not town.usable:
        return Measurement(None, reason=localize("layer {layer} has no street that surely counts", layer="streets"))
    strict, loose = town.covered(params.band[0], sure=True), town.covered(params.band[-1], sure=False)
    middle = town.covered(_reference_walk(params.band), sure=True, gaps=True)
    results = _result_layers(town, middle, params)
    told = town.readings(middle)
    reading = _coverage_reading(params, town, strict, loose)
    certified = all(run.certificate is not None and run.certificate.ok for run in (strict, loose, middle))
    return Measurement(
        reading=reading if certified else None,
        breakdown=_breakdown(params, town.open_people, strict, loose),
        evidence=Evidence(
            layers={sites.layer: sites.ids},
            results=sorted(results),
            notes={
                "band_m": params.band,
                "certified": certified,
                "readings": [asdict(one) for one in told],
                **_notes(town, middle),
            },
        ),
        implied=Bound(comparator=">=", number=1.0, unit="share") if params.reading != "subdistricts" else None,
        reason=_explain(params, told) if certified else localize("the result did not pass its own certificate"),
        settled_by=localize("a walk in metres from who set the target, and the missing attributes of sites"),
        results=results,
        findings=list(middle.findings),
        known=town.known(params, strict, loose),
    )


def _shared_scenario(layers: Layers, params: Coverage, setting: MeasureContext, sites: SelectedFeatures) -> _Scenario:
    """The town of these parameters; targets that read it another way share it."""
    key = "coverage:" + params.model_dump_json(exclude={"reading"})
    if key not in setting.memory:
        setting.memory[key] = _Scenario(layers, params, setting, sites)
    return setting.memory[key]


class _Scenario:
    """The network and people of one measure, and its coverage by walk."""

    def __init__(self, layers: Layers, params: Coverage, setting: MeasureContext, sites: SelectedFeatures) -> None:
        from urbanplan.network import road_network

        self.sites, self.params = sites, params
        chosen = select_features(params.streets, layers, setting)
        self.barriers = None if params.barriers is None else select_features(params.barriers, layers, setting)
        self.entrances = None if params.entrances is None else select_features(params.entrances, layers, setting).frame
        self.open_streets, self.undrawn = any_open(chosen), any_undrawn(sites, chosen, self.barriers)
        self.usable = bool(sure_and_drawn(chosen).any())
        homes, self.open_people = None, OpenPeople(0.0, 0.0, 0, 0)
        if params.residents is not None:
            every = select_features(params.residents, layers, setting)
            homes, self.open_people = split_residents(every, params.people, layers)
            notice_divided_values(every, params.people or "residents", setting)
        self.streets = chosen.frame
        self._networks: dict[bool, Network] = {}
        self._people: dict[bool, list[People] | None] = {}
        for sure in (True, False) if self.usable and self.open_streets else (False,):
            rows = chosen.only(sure_and_drawn(chosen) if sure else chosen.drawn)
            if sure or not self.usable or not self.open_streets:
                self.streets = rows.frame
            if len(rows.frame):
                network = road_network(rows.frame, noding=params.noding, tolerance=params.tolerance, copies=False)
                self._networks[sure] = network
                self._people[sure] = None if homes is None else self._placed(network, homes)
        self.districts = None
        if setting.subdistricts is not None:
            named = layers[setting.subdistricts].frame
            self.districts = named.assign(id=named[setting.subdistrict_name].astype(str))[["id", "geometry"]]
        self._runs: dict[tuple[float, bool, bool], Covered] = {}
        self._cut: dict[bool, Any] = {}

    def known(self, params: Coverage, strict: Covered, loose: Covered) -> Known | None:
        """The share over the homes that are known, where some are not."""
        if params.reading != "residents" or strict.residents is None or loose.residents is None:
            return None
        high = _share(loose.residents.covered_high, loose.residents.total)
        return known_share(self.open_people, strict.residents.share, high)

    def _placed(self, network: Network, homes: SelectedFeatures) -> list[People]:
        """People on streets; a negative count is a finding of its layer and counts nobody."""
        from urbanplan.residents import assign_residents
        from urbanplan.residents.counts import FLOOR_AREA_COLUMNS, HOUSEHOLD_COLUMNS, PEOPLE_COLUMNS

        frame = homes.frame.assign(id=homes.frame["__id__"])
        for column in {self.params.people, *PEOPLE_COLUMNS, *HOUSEHOLD_COLUMNS, *FLOOR_AREA_COLUMNS} & set(
            frame.columns
        ):
            values = frame[column].astype("Float64")
            frame[column] = values.where(values.fillna(0) >= 0) * frame["__kept__"]
        return assign_residents(network, frame, column=self.params.people, leg=self.params.leg)

    def covered(self, within: float, *, sure: bool, gaps: bool = False) -> Covered:
        """Coverage of one walk, by the sites that surely count or by all that may."""
        sure = sure and (not bool(self.sites.sure.all()) or self.open_streets or any_open(self.barriers))
        for wanted in (gaps, True):
            if (within, sure, wanted) in self._runs:
                return self._runs[within, sure, wanted]
        from urbanplan.network.walk.coverage import CoverageOptions, compute_coverage

        frame = self.sites.frame[self.sites.sure] if sure else self.sites.frame
        sites: gpd.GeoDataFrame = frame.reset_index(drop=True)
        side = sure if sure in self._networks else not sure
        walls = None
        if self.barriers is not None:
            walls = self.barriers.only(self.barriers.drawn if sure else sure_and_drawn(self.barriers)).frame
        extras = CoverageOptions(
            entrances=self.entrances, districts=self._cut.get(side) or self.districts, site_id="__id__", gaps=gaps
        )
        run = compute_coverage(
            self._networks[side],
            sites=sites,
            within=within,
            leg=self.params.leg,
            barriers=walls,
            residents=self._people[side],
            extras=extras,
        )
        self._runs[within, sure, gaps] = run
        if run.districts is not None:
            self._cut[side] = run.districts  # the borders cut the streets once
        return run

    def readings(self, run: Covered) -> list[BandReading]:
        """Every reading of the walk: on the network and straight by metres, administrative, catchment; sure sites."""
        from urbanplan.network.walk.readings import compute_readings

        return compute_readings(run, run.question, band=self.params.band)

    def administrative(self, setting_frame: gpd.GeoDataFrame) -> int:
        """Sub-districts in which a site that may count stands."""
        import shapely

        shapes = self.sites.frame.geometry.to_numpy()
        hit = shapely.STRtree(shapes).query(setting_frame.geometry.to_numpy(), predicate="intersects")[0]
        return len(np.unique(hit))


def _reference_walk(band: list[float]) -> float:
    """The walk whose gaps are told: 60 m a minute where the band holds it, else its middle."""
    return 600.0 if 600.0 in band else band[(len(band) - 1) // 2]


def _coverage_reading(params: Coverage, town: _Scenario, strict: Covered, loose: Covered) -> Reading | None:
    people = town.open_people
    if params.reading == "streets":
        low, high = _share(strict.covered_m, loose.total_m), _share(loose.covered_high_m, strict.total_m)
        high = None if high is None else min(high, 1.0)
        if town.undrawn:
            low = 0.0
    elif params.reading == "residents":
        if strict.residents is None or loose.residents is None:
            return None
        low = people.share(strict.residents.covered, strict.residents.total, high=False)
        high = people.share(loose.residents.covered_high, loose.residents.total, high=True)
        if low is not None and town.barriers is not None and any_undrawn(town.barriers):
            low = 0.0
    else:
        if town.districts is None:
            return None
        served = _count_served(strict)
        high = len(town.districts) if town.undrawn else town.administrative(town.districts)
        return Reading(low=0 if people.rows else served, high=max(served, high), unit="count")
    if low is None or high is None:
        return None
    return Reading(low=low, high=1.0 if town.undrawn else max(low, high), unit="share")


def _count_served(run: Covered) -> int:
    """Sub-districts in which everyone reaches a site."""
    rows = [row for row in run.breakdown if row["keys"]["sub_district"] is not None]
    return sum(
        row["residents"] is not None
        and row["residents"]["total"] > 0  # nobody is served where nobody is known to live
        and at_least(row["residents"]["covered"], row["residents"]["total"])
        for row in rows
    )


def _share(part: float, whole: float) -> float | None:
    return part / whole if whole > 0 else None


def _breakdown(params: Coverage, people: OpenPeople, strict: Covered, loose: Covered) -> list[BreakdownRow]:
    rows: list[BreakdownRow] = []
    wide = {row["keys"]["sub_district"]: row for row in loose.breakdown}
    for short in strict.breakdown:
        name = short["keys"]["sub_district"]
        long = wide.get(name, short)
        if params.reading == "streets" or short["residents"] is None:
            low, high = short["share"], _share(long["covered_high_m"], long["total_m"])
        else:
            low = people.share(short["residents"]["covered"], short["residents"]["total"], high=False)
            high = people.share(long["residents"]["covered_high"], long["residents"]["total"], high=True)
        if low is not None and high is not None:
            reading = Reading(low=low, high=max(low, high), unit="share")
            rows.append(BreakdownRow(keys={"subdistrict": "—" if name is None else str(name)}, reading=reading))
    return rows


def _explain(params: Coverage, told: list[BandReading]) -> str:
    """Which walks are read, and under which readings everyone is covered."""
    walks = localize("“ten minutes” is read as {low:g} to {high:g} m", low=params.band[0], high=params.band[-1])
    names = {name: localize(name) for name in ("network", "straight", "administrative", "catchment")}
    holding = [
        f"{names[one.reading]}{'' if one.within_m is None else f' {one.within_m:g} m'}" for one in told if one.holds
    ]
    under = (
        localize("it holds under: {readings}", readings=", ".join(holding))
        if holding
        else localize("it holds under no reading")
    )
    return f"{walks}; {under}"


def _notes(town: _Scenario, run: Covered) -> dict[str, Any]:
    """Totals of the usual walk, and what each tier covers by its own sites."""
    from urbanplan.network.walk.tiers import by_tier

    people = run.residents
    notes: dict[str, Any] = {"within_m": run.settings["within_m"], "total_m": run.total_m, "covered_m": run.covered_m}
    if people is not None:
        notes |= {
            "residents": people.total,
            "residents_covered": people.covered,
            "residents_unreached": people.unreached,
        }
    return notes | {"tiers": list(by_tier(run.question, town.sites.frame[town.sites.sure].reset_index(drop=True)))}


def _result_layers(town: _Scenario, run: Covered, params: Coverage) -> dict[str, gpd.GeoDataFrame]:
    """Streets by the least walk of the band that reaches them, gaps, and sites."""
    from urbanplan.network.walk.readings import streets_by_walk

    streets = streets_by_walk(run.question, params.band)
    ids = town.streets["__id__"].astype(str).to_numpy(dtype=object)
    streets = streets.rename(columns={"begin_m": "from_m", "end_m": "to_m"}).assign(id=ids[streets["street"]])
    results = {
        "coverage_streets": streets.drop(columns="street"),
        "coverage_sites": town.sites.frame.drop(columns="__id__"),
    }
    if run.gaps is not None:
        results["coverage_gaps"] = run.gaps
    return results

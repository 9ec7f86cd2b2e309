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

from urbanplan.errors import CertificateError
from urbanplan.measure.measured import Layers, MeasureContext, Measurement
from urbanplan.measure.parameters import NODING, Parameters
from urbanplan.measure.selection import Selection, layers_of, select_features
from urbanplan.measure.walk_layers import select_walk_layers, walk_settings
from urbanplan.model.comparison import at_least
from urbanplan.model.layertype import LayerType
from urbanplan.model.reading import Bound, BreakdownRow, Evidence, Reading
from urbanplan.model.translation import localize

if TYPE_CHECKING:
    import geopandas as gpd

    from urbanplan.network.walk.coverage import Coverage as Covered
    from urbanplan.network.walk.readings import BandReading

Walk = Annotated[float, Field(gt=0, le=100_000)]  # m
DEFAULT_BAND = (500.0, 600.0, 800.0, 1000.0)
"""Readings of ten minutes, metres: the band where a target gives none."""
TEN_MINUTES = 600.0
"""Ten minutes at 60 m a minute, metres."""


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

    @property
    def reference_walk(self) -> float:
        """The walk whose gaps are told: 60 m a minute for ten minutes where the band holds it, else its middle."""
        return TEN_MINUTES if TEN_MINUTES in self.band else self.band[(len(self.band) - 1) // 2]


def measure(layers: Layers, params: Coverage, setting: MeasureContext) -> Measurement:
    """Coverage over the band; gaps and streets as result layers, certified before they are told."""
    sites = select_features(params.sites, layers, setting)
    if not len(sites.frame):
        return Measurement(
            None,
            reason=localize("layer {layer} has no site that counts", layer=sites.layer),
            settled_by=localize("features of {layer}", layer=sites.layer),
        )
    town = _shared_scenario(layers, params, setting)
    try:
        strict, loose = town.covered(params.band[0], sure=True), town.covered(params.band[-1], sure=False)
        middle = town.covered(params.reference_walk, sure=True, gaps=True)
    except CertificateError:
        return Measurement(None, reason=localize("the result did not pass its own certificate"))
    results = _result_layers(town, middle, params)
    told = town.readings(middle)
    return Measurement(
        reading=_coverage_reading(params, town, strict, loose),
        breakdown=_breakdown(params, strict, loose),
        evidence=Evidence(
            layers={sites.layer: sites.ids},
            results=sorted(results),
            notes={
                "band_m": params.band,
                "certified": True,
                "readings": [asdict(one) for one in told],
                **_notes(town, middle),
            },
        ),
        implied=Bound(comparator=">=", number=1.0, unit="share") if params.reading != "subdistricts" else None,
        reason=_explain(params, told),
        settled_by=localize("a walk in metres from who set the target, and the missing attributes of sites"),
        results=results,
        findings=list(middle.findings),
    )


def _shared_scenario(layers: Layers, params: Coverage, setting: MeasureContext) -> _Scenario:
    """The scenario of these parameters; targets that read it another way share it."""
    key = "coverage:" + params.model_dump_json(exclude={"reading"})
    if key not in setting.memory:
        setting.memory[key] = _Scenario(layers, params, setting)
    return setting.memory[key]


class _Scenario:
    """The network and people of one measure, and its coverage by walk."""

    def __init__(self, layers: Layers, params: Coverage, setting: MeasureContext) -> None:
        from urbanplan.residents.walk_model import build_walk_model

        chosen, self.sites = select_walk_layers(params, layers, setting)
        self.params = params
        self.model = build_walk_model(chosen, walk_settings(params))
        self._runs: dict[tuple[float, bool, bool], Covered] = {}
        self._cut: Any = None

    def covered(self, within: float, *, sure: bool, gaps: bool = False) -> Covered:
        """Coverage of one walk, by the sites that surely count or by all that may."""
        sure = sure and not bool(self.sites.sure.all())
        for wanted in (gaps, True):
            if (within, sure, wanted) in self._runs:
                return self._runs[within, sure, wanted]
        frame = self.model.layers.sites
        sites = (frame[self.sites.sure] if sure else frame).reset_index(drop=True)
        run = self.model.with_sites(sites).coverage(within, gaps=gaps, districts=self._cut)
        self._runs[within, sure, gaps] = run
        self._cut = run.districts  # the borders cut the streets once
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


def _coverage_reading(params: Coverage, town: _Scenario, strict: Covered, loose: Covered) -> Reading | None:
    if params.reading == "streets":
        low, high = strict.share, _share(loose.covered_high_m, loose.total_m)
    elif params.reading == "residents":
        if strict.residents is None or loose.residents is None:
            return None
        low, high = strict.residents.share, _share(loose.residents.covered_high, loose.residents.total)
    else:
        if town.model.layers.districts is None:
            return None
        served = _count_served(strict)
        return Reading(low=served, high=max(served, town.administrative(town.model.layers.districts)), unit="count")
    if low is None or high is None:
        return None
    return Reading(low=low, high=max(low, high), unit="share")


def _count_served(run: Covered) -> int:
    """Sub-districts in which everyone reaches a site."""
    rows = [row for row in run.breakdown if row["keys"]["sub_district"] is not None]
    return sum(
        row["residents"] is not None and at_least(row["residents"]["covered"], row["residents"]["total"])
        for row in rows
    )


def _share(part: float, whole: float) -> float | None:
    return part / whole if whole > 0 else None


def _breakdown(params: Coverage, strict: Covered, loose: Covered) -> list[BreakdownRow]:
    rows: list[BreakdownRow] = []
    for short, long in zip(strict.breakdown, loose.breakdown, strict=True):
        name = short["keys"]["sub_district"]
        if params.reading == "streets" or short["residents"] is None:
            low, high = short["share"], _share(long["covered_high_m"], long["total_m"])
        else:
            low = short["residents"]["share"]
            high = _share(long["residents"]["covered_high"], long["residents"]["total"])
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
    ids = town.model.layers.streets["id"].astype(str).to_numpy(dtype=object)
    streets = streets.rename(columns={"begin_m": "from_m", "end_m": "to_m"}).assign(id=ids[streets["street"]])
    results = {
        "coverage_streets": streets.drop(columns="street"),
        "coverage_sites": town.sites.frame.drop(columns="__id__"),
    }
    if run.gaps is not None:
        results["coverage_gaps"] = run.gaps
    return results

"""Walking coverage: who reaches a site, on every metre of street, over the band of readings of "ten minutes".

No text fixes how many metres ten minutes are (GB 50180-2018: 500 m; 60 m/min: 600 m; sport offices: 800 to 1000 m),
so the reading spans the band: its low end is the shortest walk with the sites that surely count, its high end the
longest walk with all that may.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from urbanplan.errors import CertificateError
from urbanplan.measure.coverage_parameters import Coverage
from urbanplan.measure.coverage_reading import coverage_reading, district_share, share_of, street_share
from urbanplan.measure.coverage_scenario import CoverageScenario, shared_scenario
from urbanplan.measure.measured import Layers, MeasureContext, Measurement
from urbanplan.measure.selection import SelectedFeatures, select_features
from urbanplan.model.reading import Bound, BreakdownRow, Evidence, Known, Reading
from urbanplan.model.titles import layer_title
from urbanplan.model.translation import join_clauses, join_messages, localize
from urbanplan.network.build import rows_with_lines

if TYPE_CHECKING:
    import geopandas as gpd

    from urbanplan.network.walk.coverage import Coverage as Covered
    from urbanplan.network.walk.readings import BandReading


def measure(layers: Layers, params: Coverage, setting: MeasureContext) -> Measurement:
    """Coverage over the band; gaps and streets as result layers, certified before they are told."""
    sites = select_features(params.sites, layers, setting)
    if not len(sites.frame):
        return _no_site(params, sites, setting)
    streets = select_features(params.streets, layers, setting)
    if not rows_with_lines(streets.frame.geometry.to_numpy()).any():
        return _no_street(params, sites, streets, layers, setting)
    town = shared_scenario(layers, params, setting)
    try:
        strict, loose = town.covered(params.band[0], sure=True), town.covered(params.band[-1], sure=False)
        middle = town.covered(params.reference_walk, sure=True, gaps=True)
    except CertificateError:
        return Measurement(None, reason=localize("the result did not pass its own certificate"))
    results = _result_layers(town, middle, params)
    told = town.readings(middle)
    return Measurement(
        reading=coverage_reading(params, town, strict, loose),
        breakdown=_breakdown(params, town, strict, loose),
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
        settled_by=_explain_settling(params, town),
        results=results,
        findings=[*middle.findings, *town.findings],
        known=_known_share(params, town, strict, loose),
    )


def _no_site(params: Coverage, sites: SelectedFeatures, setting: MeasureContext) -> Measurement:
    """Nobody reaches a site where none counts: 0, whoever lives there."""
    reason = localize("layer {layer} has no site that counts", layer=layer_title(sites.layer))
    count = params.reading == "subdistricts"
    readable = params.reading == "streets" or (setting.subdistricts if count else params.residents) is not None
    return Measurement(
        Reading(low=0, high=0, unit="count" if count else "share") if readable else None,
        implied=None if count else Bound(comparator=">=", number=1.0, unit="share"),
        evidence=Evidence(layers={sites.layer: []}),
        reason=reason,
        settled_by=localize("features of {layer}", layer=layer_title(sites.layer)),
    )


def _no_street(
    params: Coverage, sites: SelectedFeatures, streets: SelectedFeatures, layers: Layers, setting: MeasureContext
) -> Measurement:
    """Nothing is known of who reaches a site where no street is drawn."""
    named = layer_title(streets.layer)
    count = params.reading == "subdistricts"
    named_areas = layers.get(setting.subdistricts or "")
    top = len(named_areas.frame) if count and named_areas is not None else 1
    return Measurement(
        Reading(low=0, high=top, unit="count" if count else "share") if len(streets.frame) else None,
        implied=None if count else Bound(comparator=">=", number=1.0, unit="share"),
        evidence=Evidence(layers={sites.layer: sites.ids}),
        reason=localize("layer {layer} has no street that is drawn", layer=named),
        settled_by=localize("the lines of the roads that are not drawn")
        if len(streets.frame)
        else localize("features of {layer}", layer=named),
    )


def _known_share(params: Coverage, town: CoverageScenario, strict: Covered, loose: Covered) -> Known | None:
    """The share over the residents that are known, where some are open."""
    if params.reading != "residents" or not town.open.count or strict.residents is None or loose.residents is None:
        return None
    low, high = strict.residents.share, share_of(loose.residents.covered_high, loose.residents.total)
    known = len(town.open.rows) - town.open.count
    return Known(value=low if low == high else None, rows=known, unknown_rows=town.open.count)


def _explain_settling(params: Coverage, town: CoverageScenario) -> str:
    """What would settle the reading."""
    parts: list[str] = []
    if len(params.band) > 1:
        parts.append(localize("a walk in metres from who set the target, and the missing attributes of sites"))
    elif not town.sites.sure.all():
        parts.append(localize("the missing attributes of sites"))
    if town.undrawn_sites:
        parts.append(localize("the places of {count} sites", count=town.undrawn_sites))
    if town.undrawn_entrances:
        parts.append(localize("the places of {count} entrances", count=town.undrawn_entrances))
    if not town.certain_streets:
        parts.append(localize("the missing attributes of streets"))
    if town.undrawn_streets:
        parts.append(localize("the lines of the roads that are not drawn"))
    if town.open_barriers:
        parts.append(localize("the missing attributes or places of barriers"))
    if town.open.count:
        parts.append(localize("the people or places of {count} rows of residents", count=town.open.count))
    if len(town.loose.network.doubtful):
        parts.append(localize("the levels of the streets that cross"))
    return join_clauses(parts)


def _breakdown(params: Coverage, town: CoverageScenario, strict: Covered, loose: Covered) -> list[BreakdownRow]:
    """By sub-district."""
    rows: list[BreakdownRow] = []
    short_rows = {row["keys"]["sub_district"]: row for row in strict.breakdown}
    for long in loose.breakdown:
        name = long["keys"]["sub_district"]
        short = short_rows.get(name)
        if params.reading == "streets" or long["residents"] is None:
            covered, sure_m = (0.0, 0.0) if short is None else (short["covered_m"], short["total_m"])
            ends = street_share(town, covered, sure_m, long["covered_high_m"], long["total_m"])
        else:
            nobody = {"covered": 0.0, "total": long["residents"]["total"]}
            told = (nobody if short is None else short["residents"], long["residents"])
            ends = district_share(town, name, told, (strict, loose))
        if ends is not None:
            reading = Reading(low=ends[0], high=ends[1], unit="share")
            rows.append(BreakdownRow(keys={"subdistrict": "—" if name is None else str(name)}, reading=reading))
    return rows


def _explain(params: Coverage, told: list[BandReading]) -> str:
    """Which walks are read, and under which readings everyone is covered."""
    walks = _explain_walks(params.band[0], params.band[-1])
    if params.reading == "residents" and told and all(one.residents_share is None for one in told):
        return join_clauses((walks, localize("nobody lives here as far as the residents are counted")))
    names = {name: localize(name) for name in ("network", "straight", "administrative", "catchment")}
    holding = [
        names[one.reading] if one.within_m is None else join_messages("", (names[one.reading], f" {one.within_m:g} m"))
        for one in told
        if one.holds
    ]
    under = (
        localize("it holds under: {readings}", readings=join_messages(", ", holding))
        if holding
        else localize("it holds under no reading")
    )
    return join_clauses((walks, under))


def _explain_walks(low: float, high: float) -> str:
    from urbanplan.network.walk.tiers import minutes_spanning

    if low == high:
        return localize("the walk is {metres:g} m", metres=low)
    if minutes_spanning(low, high) == 10:
        return localize("“ten minutes” is read as {low:g} to {high:g} m", low=low, high=high)
    return localize("the walk is read as {low:g} to {high:g} m", low=low, high=high)


def _notes(town: CoverageScenario, run: Covered) -> dict[str, Any]:
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
    if town.open.count:
        notes |= {"rows_unknown": town.open.count, "share_of_known": None if people is None else people.share}
    return notes | {
        "tiers": list(by_tier(run.question, town.sites.frame[town.sites.sure & town.drawn].reset_index(drop=True)))
    }


def _result_layers(town: CoverageScenario, run: Covered, params: Coverage) -> dict[str, gpd.GeoDataFrame]:
    """Streets by the least walk of the band that reaches them, gaps, and sites."""
    from urbanplan.network.walk.readings import streets_by_walk

    streets = streets_by_walk(run.question, params.band)
    ids = town.strict.layers.streets["id"].astype(str).to_numpy(dtype=object)
    streets = streets.rename(columns={"begin_m": "from_m", "end_m": "to_m"}).assign(id=ids[streets["street"]])
    results = {
        "coverage_streets": streets.drop(columns="street"),
        "coverage_sites": town.sites.frame[[name for name in town.sites.frame.columns if not name.startswith("__")]],
    }
    if run.gaps is not None:
        results["coverage_gaps"] = run.gaps
    return results

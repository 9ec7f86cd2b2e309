"""Coverage: every metre of street within the walk of a site, with people, gaps and a certificate."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from numbers import Real
from typing import TYPE_CHECKING, Any

import numpy as np

from urbanplan.errors import CertificateError, NetworkError
from urbanplan.model.display import html_table, one_line
from urbanplan.network.graph import Network
from urbanplan.network.phases import PhaseTimer
from urbanplan.network.walk.breakdown import StreetParts, by_district, share_of, split_streets
from urbanplan.network.walk.certificate import Certificate, check_certificate, to_certificate
from urbanplan.network.walk.gaps import Gaps, find_gaps
from urbanplan.network.walk.notes import unreached_home_findings, unreached_site_findings
from urbanplan.network.walk.people import People, ServedPeople, people_in_gaps
from urbanplan.network.walk.scenario import Scenario, ScenarioResult, compute_reaches, serve_all
from urbanplan.network.walk.sources import Sources, boundary_segments, sources_from_frame
from urbanplan.network.walk.walk import Engine, Reach, Walk

if TYPE_CHECKING:
    import geopandas as gpd

    from urbanplan.model.finding import Finding
    from urbanplan.network.walk.districts import Districts


@dataclass(frozen=True)
class CoverageOptions:
    """What may come beside streets and sites; frames are in the network's CRS.

    Attributes:
        entrances: points of polygon sites, with a column ``site`` or within 5 m of their polygon.
        districts: polygons of sub-districts for the breakdown, or what an earlier run made of them.
        site_id: the column of the sites' ids (default ``id``).
        tiers: whether the sites' column ``tier`` is broken down (see :mod:`urbanplan.network.walk.tiers`).
        gaps: whether gaps are wanted (a second search). certify: whether the result is checked.
        engine: ``auto``, ``scipy`` or ``numba``. watch: told the name of each phase as it begins.
        earlier: the same question of another walk: what is seen, and proved of it, is not looked up again.
    """

    entrances: gpd.GeoDataFrame | None = None
    districts: gpd.GeoDataFrame | Districts | None = None
    site_id: str | None = None
    tiers: bool = False
    gaps: bool = True
    certify: bool = True
    engine: Engine = "auto"
    watch: Callable[[str], None] | None = None
    earlier: Scenario | None = None


@dataclass(frozen=True)
class ResidentCoverage:
    """Residents covered: people, low and high over the methods and readings; ``methods`` names each of them.

    All are of the rows that say how many people they hold; ``unknown`` is the number of the others.
    """

    total: float
    covered: float
    covered_high: float
    unreached: float
    methods: dict[str, tuple[float, float]]
    unknown: int = 0

    def __str__(self) -> str:
        known = f"{self.covered:,.0f} of {self.total:,.0f} residents"
        return f"{known}, unknown in {self.unknown} rows" if self.unknown else known

    @property
    def share(self) -> float | None:
        """Share of people covered (low), None without people."""
        return share_of(self.covered, self.total)


@dataclass(frozen=True, eq=False)
class Coverage:
    """The result; metres, people, shares of metres; frames in the network's CRS.

    Attributes:
        total_m: length of all streets. covered_m, covered_high_m: what the walk reaches (low and high reading).
        residents: people, or None where none were given.
        left: uncovered parts as arrays, or None where not asked for.
        breakdown: rows ``{"keys": {...}, "total_m", "covered_m", "covered_high_m", "share", "residents"}``.
        certificate: None where not asked for. settings: what was question. timings: seconds by phase.
        findings: what was set aside, sites and homes that see no street.
        network, question, low, high, served: the parts it was made from, for further questions.
    """

    total_m: float
    covered_m: float
    covered_high_m: float
    residents: ResidentCoverage | None
    left: Gaps | None
    breakdown: tuple[dict[str, Any], ...]
    certificate: Certificate | None
    settings: dict[str, Any]
    timings: dict[str, float]
    findings: tuple[Finding, ...]
    network: Network = field(repr=False)
    question: Scenario = field(repr=False)
    low: Reach = field(repr=False)
    high: Reach = field(repr=False)
    served: tuple[tuple[ServedPeople, ServedPeople], ...] = field(repr=False, default=())
    districts: Districts | None = field(repr=False, default=None)

    def __repr__(self) -> str:
        share = "no street" if self.share is None else f"{self.share:.1%} of {self.total_m / 1000:,.2f} km"
        people = self.residents and str(self.residents)
        return one_line("Coverage", f"within {self.question.walk.within:g} m", share, people)

    def _repr_html_(self) -> str:
        row = {"metres": self.total_m, "covered": self.covered_m, "covered, high": self.covered_high_m}
        if self.residents is not None:
            row |= {"residents": self.residents.total, "covered residents": self.residents.covered}
        return html_table(repr(self), [row])

    def to_frame(self) -> gpd.GeoDataFrame:
        """A copy of :attr:`streets`."""
        return self.streets.copy()

    @cached_property
    def gaps(self) -> gpd.GeoDataFrame | None:
        """Uncovered parts (see :class:`urbanplan.network.walk.gaps.Gaps`), drawn when first asked for, or None."""
        return None if self.left is None else self.left.frame()

    @property
    def places(self) -> Sources:
        """The sites as places."""
        return self.question.put

    @property
    def share(self) -> float | None:
        """Share of metres covered (low), None without streets."""
        return share_of(self.covered_m, self.total_m)

    @cached_property
    def streets(self) -> gpd.GeoDataFrame:
        """Covered and uncovered parts of all streets (low reading) as split lines.

        Columns: ``covered``, ``length_m``, ``street`` (row of the source feature), ``begin_m``, ``end_m``.
        """
        return self.split().frame()

    def split(self) -> StreetParts:
        """The same parts, not drawn."""
        return split_streets(self.network, self.low)


def compute_coverage(  # noqa: PLR0913 - the question has seven parts; what is rarer stands in extras
    network: Network,
    *,
    sites: gpd.GeoDataFrame | Sources,
    within: float,
    leg: float = 50.0,
    barriers: gpd.GeoDataFrame | None = None,
    residents: People | Sequence[People] | None = None,
    extras: CoverageOptions | None = None,
) -> Coverage:
    """Exact walking coverage of every metre of street, by the rules of the network room.

    Args:
        network: streets in a projected CRS, metres. sites: places in the same CRS.
        within: the walk, metres, legs included. leg: how far a site or home sees a street, metres.
        barriers: lines or polygons that no leg crosses.
        residents: people by one method or several (then an interval spans them).
        extras: entrances, sub-districts, engine and the like.

    Raises:
        NetworkError: a setting is no length, or layers differ in CRS. CertificateError: the result fails its proof.
    """
    extras = extras or CoverageOptions()
    _check_settings(within, leg)
    for name, frame in (("sites", sites), ("barriers", barriers), ("sub-districts", extras.districts)):
        network.check_crs(frame, name)
    phases = PhaseTimer(extras.watch)
    with phases("places"):
        if extras.earlier is not None:
            question = extras.earlier.within(within)
        else:
            put = sites if isinstance(sites, Sources) else _site_sources(sites, extras)
            walls = None if barriers is None else boundary_segments(np.asarray(barriers.geometry.array, dtype=object))
            walk = Walk(within, leg, engine=extras.engine)
            question = Scenario(network, put, walk, walls, _people_groups(residents))
    with phases("search"):
        low, high = compute_reaches(question)
    with phases("residents"):
        question = question.looked()
        told = ScenarioResult(low, high, serve_all(question, low, high))
    certificate = None
    if extras.certify:
        with phases("certificate"):
            certificate = require_pass(certify(question, told))
    rows = ()
    with phases("breakdown"):
        if extras.tiers and not isinstance(sites, Sources):
            from urbanplan.network.walk.tiers import by_tier

            rows = by_tier(question, sites)
    return _assemble(question, told, phases, extras, (rows, certificate))


def _people_groups(residents: People | Sequence[People] | None) -> tuple[People, ...]:
    groups = (residents,) if residents is None or isinstance(residents, People) else tuple(residents)
    if not all(one is None or isinstance(one, People) for one in groups):
        raise NetworkError(
            "residents are given as a table", fix="Place them by urbanplan.residents.assign_residents first."
        )
    return tuple(one for one in groups if one is not None)


def certify(question: Scenario, told: ScenarioResult) -> Certificate:
    """Check both readings, and who is served by each."""
    around = {"barriers": question.walls, "proofs": question.proofs}
    readings = [("", question.network, replace(question.walk, low=True), told.low)]
    if told.high is not told.low:
        readings.append((" (high)", question.network.joined, replace(question.walk, low=False), told.high))
    facts = [
        (name, check_certificate(network, question.put, walk, reached, **around))
        for name, network, walk, reached in readings
    ]
    for pair in told.served:
        from urbanplan.network.walk.verify_people import ServedReading, find_wrong_people

        asked = [ServedReading(*one[1:], served) for one, served in zip(readings, pair, strict=False)]
        wrong = find_wrong_people(asked, **around)
        facts += [(one[0], to_certificate(found)) for one, found in zip(readings, wrong, strict=True)]
    failures = {key + name: count for name, one in facts for key, count in one.failures.items()}
    return Certificate(sum(one.checked for _, one in facts), not failures, failures)


def require_pass(certificate: Certificate) -> Certificate:
    """The certificate: the only place where a result that fails its proof is stopped.

    Raises:
        CertificateError: the certificate names a failure.
    """
    if certificate.ok:
        return certificate
    problems = ", ".join(certificate.failures)
    raise CertificateError("the result did not pass its certificate: {problems}", fix="Report it.", problems=problems)


def _assemble(
    question: Scenario,
    told: ScenarioResult,
    phases: PhaseTimer,
    extras: CoverageOptions,
    known: tuple[tuple[dict[str, Any], ...], Certificate | None],
) -> Coverage:
    network, low, served = question.network, told.low, told.served
    rows, certificate = known
    with phases("breakdown"):
        districts = _cut_districts(network, extras)
        if districts is not None:
            parts = by_district(network, districts, low, told.high, served)
            rows = (*(_cover_all(row) if question.put.undrawn else row for row in parts), *rows)
    gaps = None
    if extras.gaps:
        with phases("gaps"):
            left = low.left(network)
            people = people_in_gaps(served[0][0], left) if served else None
            gaps = find_gaps(network, low, left, ids=question.put.ids, residents=people)
    notes = (
        *network.findings,
        *(() if districts is None else districts.findings),
        *question.put.findings,
        *unreached_site_findings(question.put, told.high.seen),
        *unreached_home_findings(served),
    )
    return Coverage(
        total_m=network.total,
        covered_m=low.length,
        covered_high_m=network.total if question.put.undrawn else max(told.high.length, low.length),
        residents=_resident_coverage(served, anywhere=question.put.undrawn),
        left=gaps,
        breakdown=rows,
        certificate=certificate,
        settings=_settings_document(question, extras),
        timings=phases.seconds,
        findings=notes,
        network=network,
        question=question,
        low=low,
        high=told.high,
        served=served,
        districts=districts,
    )


def _cover_all(row: dict[str, Any]) -> dict[str, Any]:
    """A row of a sub-district whose high reading covers all: a site that is not drawn may stand there."""
    people = row["residents"]
    raised = None if people is None else {**people, "covered_high": people["total"]}
    return {**row, "covered_high_m": row["total_m"], "residents": raised}


def _resident_coverage(
    served: tuple[tuple[ServedPeople, ServedPeople], ...], *, anywhere: bool
) -> ResidentCoverage | None:
    """People covered; where a site may stand anywhere, the high reading is everyone."""
    if not served:
        return None
    methods = {pair[0].people.method: (pair[0].total, pair[1].total) for pair in served}
    lost = max(pair[0].people.lost + float(pair[0].people.count[pair[0].blind].sum()) for pair in served)
    low = min(span[0] for span in methods.values())
    high = max(pair[1].total + pair[1].people.placeless for pair in served)
    total = served[0][0].people.total
    unknown = max(len(low.people.unknown_ids) for low, _ in served)
    return ResidentCoverage(total, low, total if anywhere else high, lost, methods, unknown)


def _cut_districts(network: Network, extras: CoverageOptions) -> Districts | None:
    if extras.districts is None:
        return None
    from urbanplan.network.walk.districts import Districts, cut_by_districts

    if isinstance(extras.districts, Districts):
        return extras.districts
    return cut_by_districts(network, extras.districts)


def _site_sources(sites: gpd.GeoDataFrame, extras: CoverageOptions) -> Sources:
    return sources_from_frame(sites, id_column=extras.site_id, entrances=extras.entrances)


def _settings_document(question: Scenario, extras: CoverageOptions) -> dict[str, Any]:
    return {
        "within_m": question.walk.within,
        "leg_m": question.walk.leg,
        "noding": question.network.noding,
        "tolerance_m": question.network.tolerance,
        "doubtful_crossings": len(question.network.doubtful),
        "barriers": "none given" if question.walls is None else len(question.walls),
        "entrances": "none given" if extras.entrances is None else len(extras.entrances),
        "sites": len(question.put),
        "residents_of_gaps": question.people[0].method if question.people else None,
        "engine": extras.engine,
    }


def _check_settings(within: float, leg: float) -> None:
    if not (isinstance(within, Real) and np.isfinite(within) and within > 0):
        fix = "Give a number of metres above 0."
        raise NetworkError("the walk of {metres!r} m is no length", fix=fix, metres=within)
    if not (isinstance(leg, Real) and np.isfinite(leg) and leg >= 0):
        fix = "Give a number of 0 or more metres."
        raise NetworkError("the leg limit of {metres!r} m is no length", fix=fix, metres=leg)

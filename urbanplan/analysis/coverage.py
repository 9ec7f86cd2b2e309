"""Coverage: who and what lies within a walk of a site, from frames, files or a plan; answer, proof and notes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from urbanplan.analysis.coverage_inputs import CoverageInputs, inputs_from_frames, inputs_from_plan
from urbanplan.errors import UsageError
from urbanplan.model.display import html_table, one_line
from urbanplan.network.phases import PhaseTimer

if TYPE_CHECKING:
    import geopandas as gpd

    from urbanplan.model.finding import Finding
    from urbanplan.model.plan import Plan
    from urbanplan.model.reading import Reading
    from urbanplan.network.walk.certificate import Certificate
    from urbanplan.network.walk.coverage import Coverage, ResidentCoverage
    from urbanplan.network.walk.readings import BandReading
    from urbanplan.network.walk.whatif import Comparison
    from urbanplan.residents.walk_model import WalkModel
    from urbanplan.view.interactive.offline_map import OfflineMap

Notify = Callable[[str], None]


@dataclass(frozen=True, eq=False, repr=False)
class CoverageResult:
    """Coverage of a walk, certified.

    Attributes:
        run: the answer with all its parts, see :class:`urbanplan.network.walk.coverage.Coverage`.
        inputs: the layers and settings that it was made from. readings: of the band, where asked for.
        comparison: before and after what was added or dropped, where something was. notes: texts for people.
        span: share of ``streets`` and ``residents`` over all that a plan's layers leave open; empty where nothing is.
    """

    run: Coverage
    inputs: CoverageInputs
    readings: tuple[BandReading, ...] = ()
    comparison: Comparison | None = None
    notes: list[str] = field(default_factory=list)
    span: dict[str, Reading] = field(default_factory=dict)

    def __repr__(self) -> str:
        share = "no street" if self.share is None else f"{self.share:.1%} of {self.total_m / 1000:,.2f} km"
        people = self.residents and str(self.residents)
        asked = f"{self.inputs.name} within {self.run.settings['within_m']:g} m"
        return one_line("CoverageResult", asked, share, people)

    def _repr_html_(self) -> str:
        row: dict[str, Any] = {"metres": self.total_m, "covered": self.covered_m, "covered, high": self.covered_high_m}
        if self.residents is not None:
            row |= {"residents": self.residents.total, "covered residents": self.residents.covered}
            row |= {"rows without a count": self.residents.unknown} if self.residents.unknown else {}
        return html_table(repr(self), [row])

    @property
    def total_m(self) -> float:
        """Length of all streets, metres."""
        return self.run.total_m

    @property
    def covered_m(self) -> float:
        """Metres within the walk, low reading."""
        return self.run.covered_m

    @property
    def covered_high_m(self) -> float:
        """Metres within the walk, high reading."""
        return self.run.covered_high_m

    @property
    def share(self) -> float | None:
        """Share of street metres within the walk (low), None without streets."""
        return self.run.share

    @property
    def residents(self) -> ResidentCoverage | None:
        """People within the walk, None where none were given."""
        return self.run.residents

    @property
    def gaps(self) -> gpd.GeoDataFrame | None:
        """Stretches of street beyond the walk, the most peopled first."""
        return self.run.gaps

    @property
    def breakdown(self) -> tuple[dict[str, Any], ...]:
        """Metres and people of each sub-district, of each tier and of streets beyond all sub-districts."""
        return self.run.breakdown

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What was set aside, and sites and homes that see no street."""
        return self.run.findings

    @property
    def certificate(self) -> Certificate | None:
        """What was checked; a result that fails is never given."""
        return self.run.certificate

    @property
    def settings(self) -> dict[str, Any]:
        """What was asked, with files, digests and bases."""
        return {**self.run.settings, **self.inputs.facts}

    def document(self) -> dict[str, Any]:
        """The answer as the JSON document of ``urbanplan coverage``."""
        return self._document(gaps=True)

    def _document(self, *, gaps: bool) -> dict[str, Any]:
        from urbanplan.view.document.coverage import coverage_document

        facts = self.inputs.facts
        told = coverage_document(self.run, band=self.readings, changed=self.comparison, more=facts, gaps=gaps)
        return told | {"span": {what: {"low": one.low, "high": one.high} for what, one in self.span.items()}}

    def to_json(self) -> Iterator[bytes]:
        """The same as JSON in UTF-8, piece by piece: however many the gaps are, few are held at a time."""
        from urbanplan.view.document.coverage import coverage_json

        return coverage_json(self.run, self._document(gaps=False))

    def layers(self) -> dict[str, gpd.GeoDataFrame]:
        """Gaps, streets by coverage and sites, in the working CRS."""
        from urbanplan.network.walk.sections import draw_layers
        from urbanplan.view.document.coverage import coverage_layers

        return draw_layers(coverage_layers(self.run))

    def write(self, path: Path | str, *, format: str | None = None) -> None:
        """Write the gaps, drawn as they are written; a GeoPackage also bears streets by coverage and sites.

        Raises:
            UsageError: no gaps were asked for, and the format holds nothing else. ExchangeError: it cannot be written.
        """
        from urbanplan.analysis.files import write_frame, write_frames
        from urbanplan.view.document.coverage import coverage_layers

        if (format or Path(path).suffix.lower().removeprefix(".")) == "gpkg":
            write_frames(coverage_layers(self.run), path)
        elif self.run.left is None:
            raise UsageError("no gaps were looked for", where=str(path), fix="Ask for gaps.")
        else:
            write_frame(self.run.left, path, format=format)

    def write_map(self, path: Path | str) -> None:
        """Write a map of the answer, one HTML file that opens without a network.

        Its switch goes over the walks of the band.  It bears the plan's day, without a plan that of the newest file.
        """
        from urbanplan.network.walk.readings import band_around
        from urbanplan.view.map.coverage import CoverageMap, write_coverage_map

        inputs = self.inputs
        read = [row.within_m for row in self.readings if row.within_m is not None]
        walks = read or inputs.band or band_around(self.run.settings["within_m"])
        content = CoverageMap(inputs.layers.sites, inputs.name, inputs.day, tuple(walks), inputs.is_illustrative)
        write_coverage_map(self.run, content, Path(path))

    def explore(self) -> OfflineMap:
        """The answer on a folium map, see :func:`urbanplan.map`."""
        from urbanplan.analysis.interactive import map

        return map(self)

    def to_frame(self) -> gpd.GeoDataFrame:
        """Streets cut into covered and uncovered parts, in the working CRS; a copy."""
        return self.run.to_frame()


def coverage(  # noqa: PLR0913 - a public door: one keyword for each thing that a question of coverage may hold
    streets: Any,
    sites: Any,
    *,
    within: float = 600.0,
    residents: Any = None,
    people: str | None = None,
    residents_as: str = "auto",
    barriers: Any = None,
    entrances: Any = None,
    districts: Any = None,
    noding: str = "auto",
    leg: float = 50.0,
    crs: Any = None,
    name: str | None = None,
    add: Sequence[Any] = (),
    drop: Sequence[str] = (),
    band: bool | Sequence[float] = False,
    engine: str = "auto",
    notify: Notify | None = None,
) -> CoverageResult:
    """Which streets and residents lie within a walk of a site, where the gaps are, certified.

    Frames may be in any CRS; they are brought to one working CRS in metres.

    Args:
        streets: lines, or an OpenStreetMap extract. sites: points, lines or polygons.
        within: the walk in metres, legs included.
        residents: homes, polygons of population, or the path of a GeoTIFF of people. people: its column that counts
            them, found by its name unless given. residents_as: ``auto``, ``homes`` or ``areas``.
        barriers: lines or polygons that no leg crosses. entrances: points of polygon sites, with a column ``site``.
        districts: polygons for the breakdown.
        noding: ``auto``, ``endpoints`` or ``crossings``. leg: how far a site or home reaches a street, metres.
        crs: the working CRS; that of the streets where it is in metres, else the zone they lie in.
        name: what is sought, for titles; the name of the sites' file unless given.
        add: further sites (points, polygons) and roads (lines), for a comparison.
        drop: ids of sites or roads taken away, for the same.
        band: whether other readings are wanted, or their walks in metres.
        engine: ``auto``, ``scipy`` or ``numba``. notify: called with the name of each phase.

    Raises:
        CrsError: an input has no CRS, or lengths in the working CRS are no metres. UsageError: an input is no frame of
            shapes. ExchangeError: a file cannot be read. NetworkError, ResidentsError: the data hold no street, or no
            count of people. CertificateError: the result does not pass its own proof.
    """
    phases = PhaseTimer(notify)
    layers = {
        "streets": streets,
        "sites": sites,
        "residents": residents,
        "barriers": barriers,
        "entrances": entrances,
        "districts": districts,
    }
    with phases("read"):
        inputs = inputs_from_frames(layers, crs=crs, people=people, notify=notify)
    inputs = inputs.with_options(name=name, noding=noding, leg=leg, residents_as=residents_as, engine=engine)
    return _analyse(inputs, within, _Extras(add, drop, band, notify), phases)


def coverage_of_plan(  # noqa: PLR0913 - the same door for a plan, which answers the rest
    plan: Plan | Path | str,
    *,
    target: str | None = None,
    within: float | None = None,
    add: Sequence[Any] = (),
    drop: Sequence[str] = (),
    band: bool | Sequence[float] = False,
    notify: Notify | None = None,
    **settings: Any,
) -> CoverageResult:
    """The same for a coverage target of a plan, its first unless one is named, of what surely counts; and its span.

    Args:
        plan: a plan, or its file or folder. target: id of the target.
        within: the walk in metres; else 600 where the target's band holds it, else the middle of the band.
        add, drop, band, notify: as in :func:`coverage`; a band without walks is the target's.
        settings: ``noding``, ``leg``, ``residents_as``, ``people``, ``engine``, ``name`` override the plan's.

    Raises:
        PlanError: the plan cannot be read. UsageError: it has no such target, or a layer cannot be read.
    """
    phases = PhaseTimer(notify)
    with phases("read"):
        inputs = inputs_from_plan(plan, target, notify=notify)
    walk = inputs.reference_walk if within is None else within
    walks = inputs.band if band is True and len(inputs.band) > 1 else band
    return _analyse(inputs.with_options(**settings), walk, _Extras(add, drop, walks, notify), phases)


@dataclass(frozen=True)
class _Extras:
    """What is asked besides the walk."""

    add: Sequence[Any]
    drop: Sequence[str]
    band: bool | Sequence[float]
    notify: Notify | None


def _analyse(inputs: CoverageInputs, within: float, extras: _Extras, phases: PhaseTimer) -> CoverageResult:
    """Build, search, prove; compare with what was added or dropped; read the band."""
    from urbanplan.residents.walk_model import build_walk_model

    model = build_walk_model(inputs.layers, inputs.settings, notify=extras.notify)
    run = _certified_run(model, within, extras, gaps=True)
    comparison, notes = None, inputs.notes
    if extras.add or extras.drop:
        with phases("what if"):
            edited = inputs.edited(extras.add, extras.drop)
            comparison, notes = _compare(inputs, edited, model, run, extras), edited.notes
    readings: tuple[BandReading, ...] = ()
    if extras.band is not False:
        from urbanplan.network.walk.readings import band_around, compute_readings

        walks = band_around(within) if extras.band is True else [float(walk) for walk in extras.band]
        with phases("readings"):
            readings = tuple(compute_readings(run, run.question, band=walks))
    span: dict[str, Reading] = {}
    if inputs.unknown is not None:
        with phases("what is unknown"):
            span = inputs.unknown.span(within, inputs.settings, people=inputs.layers.people)
    run.timings.update(phases.seconds | model.seconds)
    return CoverageResult(run, inputs, readings, comparison, list(notes), span)


def _compare(
    inputs: CoverageInputs, edited: CoverageInputs, model: WalkModel, before: Coverage, extras: _Extras
) -> Comparison:
    """Coverage before and after the edit; the same streets keep their network and people."""
    from urbanplan.network.walk.whatif import EditedLayers, compare_runs
    from urbanplan.residents.walk_model import build_walk_model

    layers = edited.layers
    if layers.streets is inputs.layers.streets:
        changed = model.with_sites(layers.sites)
    else:
        changed = build_walk_model(layers, inputs.settings, notify=extras.notify)
    after = _certified_run(changed, before.question.walk.within, extras, gaps=False)
    marked = EditedLayers(layers.streets, layers.sites, bool(extras.add), bool(extras.add))
    return compare_runs(before, after, edited=marked, site_id=layers.site_id)


def _certified_run(model: WalkModel, within: float, extras: _Extras, *, gaps: bool) -> Coverage:
    """Coverage of the model's sites by tier; gaps bear the id of their street."""
    layers = model.layers
    run = model.coverage(within, gaps=gaps, tiers="tier" in layers.sites.columns, notify=extras.notify)
    if run.left is not None and "id" in layers.streets.columns:
        ids = layers.streets["id"].astype(str).to_numpy(dtype=object)
        return replace(run, left=replace(run.left, street_ids=ids))
    return run

"""``urbanplan coverage``: who and what lies within a walk of a site, on every metre of street."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from urbanplan.cli.output import Output, parse_outputs, uses_stdout
from urbanplan.errors import NetworkError, UsageError

if TYPE_CHECKING:
    from pyproj import CRS

    from urbanplan.cli.coverage_inputs import Inputs
    from urbanplan.network.walk.coverage import Coverage
    from urbanplan.network.walk.readings import BandReading
    from urbanplan.network.walk.whatif import Comparison

FORMATS = ("json", "csv", "geojson", "gpkg")


def coverage(
    plan: Annotated[Path | None, typer.Option("--plan", help="Plan; ./plan.toml unless files are given")] = None,
    target: Annotated[str | None, typer.Option(help="Coverage target of the plan; its first unless given")] = None,
    streets: Annotated[Path | None, typer.Option(help="Lines, or an .osm.pbf extract")] = None,
    facilities: Annotated[Path | None, typer.Option(help="Sites: points, lines or polygons")] = None,
    within: Annotated[
        float | None, typer.Option(help="The walk in metres, legs included; 600 unless a plan says")
    ] = None,
    residents: Annotated[Path | None, typer.Option(help="Homes, population polygons, or a GeoTIFF of people")] = None,
    people: Annotated[str | None, typer.Option(help="Column that counts people; else residents, population")] = None,
    residents_as: Annotated[str, typer.Option(help="auto, homes or areas (polygons of 5000 m² and more)")] = "auto",
    barriers: Annotated[Path | None, typer.Option(help="Lines or polygons that no leg crosses")] = None,
    entrances: Annotated[Path | None, typer.Option(help="Entrances of polygon sites, with a column site")] = None,
    districts: Annotated[Path | None, typer.Option(help="Sub-districts for the breakdown")] = None,
    noding: Annotated[str | None, typer.Option(help="auto, endpoints or crossings")] = None,
    snap: Annotated[float | None, typer.Option(help="Leg limit in metres; 50 unless given")] = None,
    crs: Annotated[str | None, typer.Option(help="Working CRS, such as EPSG:4547")] = None,
    add: Annotated[list[Path] | None, typer.Option(help="What if: sites or roads added; repeatable")] = None,
    drop: Annotated[list[str] | None, typer.Option(help="What if: id of a site or road taken; repeatable")] = None,
    band: Annotated[bool, typer.Option("--band", help="All readings: 500 to 1000 m, straight, by office")] = False,
    engine: Annotated[str, typer.Option(help="auto, scipy or numba")] = "auto",
    output: Annotated[list[str] | None, typer.Option(help="FORMAT:FILE, repeatable; json, csv, geojson, gpkg")] = None,
    out: Annotated[Path | None, typer.Option("-o", "--out", help="Map of the answer, one HTML file")] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No table for people and no progress")] = False,
) -> int:
    """Tell which streets and residents lie within a walk of a site, where the gaps are, and prove it; exit 0."""
    from urbanplan.cli.coverage_inputs import Files

    chosen = parse_outputs(output, FORMATS)
    if (streets is None) != (facilities is None):
        raise UsageError("--streets and --facilities go together", fix="Give both, or a plan.")
    files = None
    if streets is not None and facilities is not None:
        files = Files(streets, facilities, residents, barriers, entrances, districts)
    asked = _Options(files, plan, target, within, snap, noding, crs, people, residents_as, engine)
    with _phase_progress(quiet) as tell, _pause_garbage_collection():
        run, readings, changed, inputs = _analyse(asked, add or [], drop or [], band, tell)
        for one in chosen:
            _write(one, run, readings, changed, inputs.facts)
        if out is not None:
            _draw_map(run, inputs, out)
    if not quiet:
        from urbanplan.cli.coverage_table import show

        show(run, readings, changed, err=uses_stdout(chosen), illustrative=inputs.illustrative)
    return 0


@dataclass(frozen=True)
class _Options:
    """The options; None where neither the command line nor (yet) a plan says."""

    files: Any
    plan: Path | None
    target: str | None
    within: float | None
    leg: float | None
    noding: str | None
    crs: str | None
    people: str | None
    kind: str
    engine: str


Notify = Callable[[str], None]


def _phase_progress(quiet: bool) -> Any:
    """A context that gives a function to tell the phase."""
    if quiet:
        return nullcontext(lambda _: None)
    from urbanplan.cli.progress_bar import progress_bar

    @contextmanager
    def spoken() -> Any:
        with progress_bar() as bar:
            done = iter(range(10**9))
            yield lambda name: bar(name, next(done), 0)

    return spoken()


@contextmanager
def _pause_garbage_collection() -> Iterator[None]:
    """Without the cyclic garbage collector, which would walk all loaded libraries again and again."""
    import gc

    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _analyse(
    asked: _Options, add: list[Path], drop: list[str], band: bool, tell: Notify
) -> tuple[Coverage, list[BandReading], Comparison | None, Inputs]:
    from urbanplan.network.phases import PhaseTimer

    phases = PhaseTimer(tell)
    with phases("read"):
        asked, inputs = _read_inputs(asked, tell)
    run, seconds = _run(asked, inputs, tell, gaps=True)
    changed = None
    if add or drop:
        from urbanplan.network.walk.whatif import EditedLayers, compare_runs

        with phases("what if"):
            after = _apply_edits(inputs, add, drop)
            known = run if after.streets is inputs.streets else None
            done = _run(asked, after, tell, gaps=False, known=known)[0]
            edited = EditedLayers(after.streets, after.sites, bool(add), bool(add))
            changed = compare_runs(run, done, edited=edited, site_id=inputs.site_id)
    told: list[BandReading] = []
    if band:
        from urbanplan.network.walk.readings import compute_readings

        with phases("readings"):
            told = compute_readings(run, run.question)
    run.timings.update(phases.seconds | seconds)
    return run, told, changed, inputs


def _read_inputs(asked: _Options, tell: Notify) -> tuple[_Options, Inputs]:
    """The inputs, and the options with what the plan or the defaults say."""
    if asked.files is not None:
        from urbanplan.cli.coverage_inputs import from_files

        inputs = from_files(asked.files, crs=asked.crs, people=asked.people, tell=tell)
        return _fill_defaults(asked, 600.0, 50.0, "auto"), inputs
    from urbanplan.cli.coverage_plan import from_plan

    inputs, params = from_plan(asked.plan or Path("plan.toml"), asked.target, tell=tell)
    walks = params.band
    usual = 600.0 if 600.0 in walks else walks[(len(walks) - 1) // 2]
    return _fill_defaults(asked, usual, params.leg, params.noding), inputs


def _fill_defaults(asked: _Options, within: float, leg: float, noding: str) -> _Options:
    return replace(
        asked,
        within=within if asked.within is None else asked.within,
        leg=leg if asked.leg is None else asked.leg,
        noding=noding if asked.noding is None else asked.noding,
    )


def _run(
    asked: _Options, inputs: Inputs, tell: Notify, *, gaps: bool, known: Coverage | None = None
) -> tuple[Coverage, dict[str, float]]:
    """Network and people (those of a ``known`` run on the same streets), coverage.

    A result that does not pass its certificate is not told.
    """
    from urbanplan.network.phases import PhaseTimer
    from urbanplan.network.walk.coverage import CoverageOptions
    from urbanplan.network.walk.coverage import compute_coverage as cover

    phases = PhaseTimer(tell)
    with phases("build"):
        network = _network(asked, inputs) if known is None else known.network
    with phases("people"):
        people = _people(asked, inputs, network) if known is None else known.question.people
    extras = CoverageOptions(
        entrances=inputs.entrances,
        districts=inputs.districts,
        site_id=inputs.site_id,
        tiers="tier" in inputs.sites.columns,
        gaps=gaps,
        engine=asked.engine,  # pyright: ignore[reportArgumentType]
        watch=tell,
    )
    run = cover(
        network,
        sites=inputs.sites,
        within=asked.within or 0.0,
        leg=0.0 if asked.leg is None else asked.leg,
        barriers=inputs.barriers,
        residents=people,
        extras=extras,
    )
    if run.certificate is not None and not run.certificate.ok:
        problems = ", ".join(run.certificate.failures)
        raise NetworkError("the result did not pass its certificate: {problems}", fix="Report it.", problems=problems)
    if run.gaps is not None and "id" in inputs.streets.columns:
        names = inputs.streets["id"].astype(str).to_numpy(dtype=object)
        run.gaps.insert(5, "street_id", names[run.gaps["street"].to_numpy()])
    return run, phases.seconds


def _network(asked: _Options, inputs: Inputs) -> Any:
    from urbanplan.network.build import road_network
    from urbanplan.network.cache import cached_road_network

    kept = {} if inputs.cache is None else {"folder": inputs.cache}
    return (cached_road_network if kept else road_network)(inputs.streets, noding=asked.noding, copies=False, **kept)  # pyright: ignore[reportArgumentType]


def _people(asked: _Options, inputs: Inputs, network: Any) -> Any:
    if inputs.residents is None and inputs.raster is None:
        return None
    from urbanplan.residents import assign_residents, read_raster_cells

    frame, kind = inputs.residents, asked.kind
    if frame is None:
        assert inputs.raster is not None
        frame, kind = read_raster_cells(inputs.raster, network, district=inputs.districts), "areas"
        inputs.facts["residents_of"] = "file" if inputs.districts is None else "districts"
    return assign_residents(network, frame, kind=kind, column=inputs.people, leg=asked.leg or 0.0)  # pyright: ignore[reportArgumentType]


def _apply_edits(inputs: Inputs, add: list[Path], drop: list[str]) -> Inputs:
    from urbanplan.cli.coverage_inputs import read_frame
    from urbanplan.layer.crs import to_working_crs
    from urbanplan.network.walk.whatif import edit_layers

    streets, sites = inputs.streets, inputs.sites
    facts: dict[str, Any] = {"files": {}, "refused": {}}
    frames = [to_working_crs(read_frame(path, "add", facts), cast("CRS", streets.crs), where=str(path)) for path in add]
    done = edit_layers(streets, sites, drop=drop, site_id=inputs.site_id)
    for more in frames:
        done = edit_layers(done.streets, done.sites, add=more, site_id=inputs.site_id)
    return replace(inputs, streets=done.streets, sites=done.sites)


def _draw_map(run: Coverage, inputs: Inputs, out: Path) -> None:
    """The map bears the plan's day, on bare files that of the newest file."""
    import datetime

    from urbanplan.cli.coverage_map import write_map

    files = [Path(name) for name in inputs.facts.get("files", {}).values()]
    newest = max((path.stat().st_mtime for path in files), default=0.0)
    day = inputs.as_of or datetime.datetime.fromtimestamp(newest, tz=datetime.UTC).date()
    write_map(run, inputs.sites, out, as_of=day, illustrative=inputs.illustrative)


def _write(
    one: Output, run: Coverage, readings: list[BandReading], changed: Comparison | None, facts: dict[str, Any]
) -> None:
    if one.format == "json":
        from urbanplan.network.walk.document import coverage_document, to_json

        one.put(to_json(coverage_document(run, band=readings, changed=changed, more=facts)))
    elif one.format == "csv":
        from urbanplan.cli.coverage_table import gap_csv

        one.put(gap_csv(run))
    elif one.format == "geojson":
        from urbanplan.exchange import write

        if one.path is None or run.gaps is None:
            raise UsageError("GeoJSON of the gaps goes to a file", where="--output", fix="Name one.")
        write(run.gaps, one.path, format="geojson")
    elif one.path is not None:
        from urbanplan.cli.coverage_table import write_layers

        write_layers(run, one.path)

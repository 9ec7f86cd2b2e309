"""``urbanplan coverage``: who and what lies within a walk of a site, on every metre of street."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from urbanplan.cli.options import Disclosure, check_answer, check_profile
from urbanplan.cli.output import Output, parse_outputs, uses_stdout
from urbanplan.cli.process import leave_to_end, pause_garbage_collection
from urbanplan.cli.progress_bar import phase_progress
from urbanplan.errors import UsageError

if TYPE_CHECKING:
    from urbanplan.analysis.coverage import CoverageResult

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
    band: Annotated[
        bool, typer.Option("--band", help="All readings: walks of the same minutes, straight, by office")
    ] = False,
    name: Annotated[
        str | None, typer.Option(help="What is sought, for titles; the name of its file or layer unless given")
    ] = None,
    engine: Annotated[str, typer.Option(help="auto, scipy or numba")] = "auto",
    output: Annotated[list[str] | None, typer.Option(help="FORMAT:FILE, repeatable; json, csv, geojson, gpkg")] = None,
    disclosure: Disclosure = None,
    out: Annotated[Path | None, typer.Option("-o", "--out", help="Map of the answer, one HTML file")] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No table for people and no progress")] = False,
) -> int:
    """Tell which streets and residents lie within a walk of a site, where the gaps are, and prove it; exit 0."""
    chosen = parse_outputs(output, FORMATS)
    if (streets is None) != (facilities is None):
        raise UsageError("--streets and --facilities go together", fix="Give both, or a plan.")
    if chosen or out is not None:
        check_profile(disclosure, None if streets else plan or Path("plan.toml"), command="coverage")
    with phase_progress(quiet) as notify, pause_garbage_collection():
        from urbanplan.analysis import coverage as analysis

        options = {"people": people, "residents_as": residents_as, "engine": engine, "name": name}
        options |= {"add": add or [], "drop": drop or [], "band": band, "notify": notify}
        if streets is None:
            file = plan or Path("plan.toml")
            result = analysis.coverage_of_plan(file, target=target, within=within, leg=snap, noding=noding, **options)
        else:
            layers = {"residents": residents, "barriers": barriers, "entrances": entrances, "districts": districts}
            walk = {"within": within, "leg": snap, "noding": noding, "crs": crs}
            given = {key: value for key, value in walk.items() if value is not None}
            result = analysis.coverage(streets, facilities, **layers, **given, **options)
        leave_to_end(result)
        if chosen or out is not None:
            check_answer(disclosure, result.inputs.facts, command="coverage")
        for one in chosen:
            _write(one, result)
        if out is not None:
            result.write_map(out)
    if not quiet:
        from urbanplan.view.terminal.coverage import show_coverage

        err, illustrative = uses_stdout(chosen), result.inputs.is_illustrative
        show_coverage(
            result.run, result.readings, result.comparison, span=result.span, err=err, illustrative=illustrative
        )
    return 0


def _write(one: Output, result: CoverageResult) -> None:
    if one.format == "json":
        one.put(result.to_json())
    elif one.format == "csv":
        from urbanplan.view.document.coverage import gap_csv

        one.put(gap_csv(result.run))
    elif one.path is None:
        raise UsageError("GeoJSON of the gaps goes to a file", where="--output", fix="Name one.")
    else:
        result.write(one.path, format=one.format)

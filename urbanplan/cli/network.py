"""``urbanplan network``: is the network connected, which road matters, how many kilometres are open."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from urbanplan.cli.options import Disclosure, check_answer, check_profile
from urbanplan.cli.output import Output, parse_outputs, uses_stdout
from urbanplan.cli.process import leave_to_end
from urbanplan.cli.progress_bar import phase_progress
from urbanplan.errors import UsageError

if TYPE_CHECKING:
    from urbanplan.analysis.network import NetworkResult

FORMATS = ("json", "csv", "gpkg")


def network(
    plan: Annotated[Path | None, typer.Option("--plan", help="Plan; ./plan.toml unless --roads is given")] = None,
    roads: Annotated[Path | None, typer.Option(help="Lines; columns road, stage, opened, carriageway are used")] = None,
    repair: Annotated[bool, typer.Option("--repair", help="Write a repaired copy to -o, and a log beside it")] = False,
    out: Annotated[Path | None, typer.Option("-o", "--out", help="File of the repaired copy")] = None,
    leave: Annotated[list[str] | None, typer.Option(help="Code that is not repaired, such as crossing")] = None,
    keep_rows: Annotated[bool, typer.Option("--keep-rows", help="Cut features stay one row of several parts")] = False,
    near: Annotated[float, typer.Option(help="Metres to which undershoots and overshoots are sought")] = 5.0,
    noding: Annotated[str, typer.Option(help="auto, endpoints or crossings")] = "auto",
    tolerance: Annotated[float, typer.Option(help="Metres within which line ends join")] = 0.01,
    snap: Annotated[float, typer.Option(help="Metres within which a street reaches a place")] = 50.0,
    within: Annotated[
        float | None, typer.Option(help="The walk in metres of what road projects change; 600 unless a plan says")
    ] = None,
    since: Annotated[str | None, typer.Option(help="First opening date that counts; the plan's year")] = None,
    until: Annotated[str | None, typer.Option(help="Last opening date that counts")] = None,
    district: Annotated[Path | None, typer.Option(help="Area to which roads are clipped")] = None,
    homes: Annotated[Path | None, typer.Option(help="Homes with residents")] = None,
    people: Annotated[str | None, typer.Option(help="Column that counts people; else residents, population")] = None,
    sites: Annotated[Path | None, typer.Option(help="Sites that streets should reach")] = None,
    parcels: Annotated[Path | None, typer.Option(help="Parcels that streets should reach")] = None,
    parking: Annotated[Path | None, typer.Option(help="Car parks that streets should reach")] = None,
    barriers: Annotated[Path | None, typer.Option(help="Lines or polygons that no leg crosses")] = None,
    crs: Annotated[str | None, typer.Option(help="Working CRS, such as EPSG:4547")] = None,
    map_file: Annotated[Path | None, typer.Option("--map", help="Write a map, one HTML file")] = None,
    disclosure: Disclosure = None,
    output: Annotated[list[str] | None, typer.Option(help="FORMAT:FILE, repeatable; json, csv, gpkg")] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No table for people and no progress")] = False,
) -> int:
    """Tell size, defects, connection, critical streets, mileage and what road projects change; exit 0 when written."""
    chosen = parse_outputs(output, FORMATS)
    codes = _repair_codes(repair, out, leave or [])
    places = {"district": district, "homes": homes, "sites": sites, "parcels": parcels, "parking": parking}
    places["barriers"] = barriers
    if roads is None and any(places.values()):
        raise UsageError("files of places go with --roads", fix="Give --roads too, or a plan alone.")
    if chosen or out is not None or map_file is not None:
        check_profile(disclosure, None if roads else plan or Path("plan.toml"), command="network")
    with phase_progress(quiet) as notify:
        from urbanplan.analysis import network as analysis

        options = {"noding": noding, "tolerance": tolerance, "near": near, "leg": snap}
        options |= {"since": since, "until": until, "notify": notify}
        options |= {} if within is None else {"within": within}
        if roads is None:
            result = analysis.road_network_of_plan(plan or Path("plan.toml"), **options)
        else:
            result = analysis.road_network(roads, **places, people=people, crs=crs, **options)
        leave_to_end(result)
        if chosen or out is not None or map_file is not None:
            check_answer(disclosure, result.inputs.facts, command="network")
        repaired = None
        if out is not None:
            notify("repair")
            repaired = result.write_repair(out, leave=codes, split=not keep_rows)
        for one in chosen:
            _write(one, result, repaired)
        if map_file is not None:
            notify("map")
            result.write_map(map_file)
    if not quiet:
        from urbanplan.view.terminal.network import show_network

        show_network(result.analysis, repaired, err=uses_stdout(chosen))
    return 0


def _repair_codes(wanted: bool, out: Path | None, leave: list[str]) -> tuple[str, ...]:
    """The codes that are not repaired, checked before any file is read."""
    if wanted != (out is not None):
        raise UsageError("--repair and -o FILE go together", fix="Give both, or none.")
    if out is None:
        return ()
    from urbanplan.analysis.explain import check_network_codes

    return check_network_codes(leave, where="--leave")


def _write(one: Output, result: NetworkResult, repaired: dict[str, Any] | None) -> None:
    match one.format:
        case "json":
            from urbanplan.view.document.encoding import to_json

            document = result.document()
            leave_to_end(document)
            one.put(to_json({**document, "repair": repaired} if repaired is not None else document))
        case "csv":
            from urbanplan.view.document.network import findings_csv

            one.put(findings_csv(result.analysis))
        case "gpkg" if one.path is not None:
            from urbanplan.analysis.files import write_frames

            write_frames(result.layers(), one.path)

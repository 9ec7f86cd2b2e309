"""``urbanplan network``: is the network connected, which road matters, how many kilometres are open."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from urbanplan.cli.output import Output, parse_outputs, uses_stdout
from urbanplan.errors import UsageError

if TYPE_CHECKING:
    from urbanplan.cli.network_inputs import Inputs
    from urbanplan.network.roads.road_analysis import RoadAnalysis

FORMATS = ("json", "csv", "gpkg")


@dataclass(frozen=True)
class _RepairOptions:
    """Whether and where a repaired copy is written."""

    out: Path
    leave: tuple[str, ...]
    split: bool


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
    within: Annotated[float, typer.Option(help="The walk in metres that stands for ten minutes")] = 600.0,
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
    output: Annotated[list[str] | None, typer.Option(help="FORMAT:FILE, repeatable; json, csv, gpkg")] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No table for people and no progress")] = False,
) -> int:
    """Tell size, defects, connection, critical streets, mileage and what road projects change; exit 0 when written."""
    from urbanplan.cli.network_inputs import Files, from_files, from_plan, opening_dates

    chosen = parse_outputs(output, FORMATS)
    mend = _repair_options(repair, out, leave or [], keep_rows)
    opening_dates(since, until, None)  # a wrong date is told before any file is read
    if roads is None and any((district, homes, sites, parcels, parking, barriers)):
        raise UsageError("files of places go with --roads", fix="Give --roads too, or a plan alone.")
    with _phase_progress(quiet) as tell:
        if roads is not None:
            files = Files(roads, district, homes, sites, parcels, parking, barriers)
            given = from_files(files, crs=crs, people=people, tell=tell)
        else:
            given = from_plan(plan or Path("plan.toml"), tell=tell)
        _check_repair_target(mend, given)
        made = _analyse(
            given,
            (noding, tolerance, near, snap, within),
            opening_dates(since, until, None if given.as_of is None else given.as_of.year),
            tell,
        )
        mended = None if mend is None else _write_repair(mend, given, made, tell)
        for one in chosen:
            _write(one, made, mended, given)
        if map_file is not None:
            from urbanplan.cli.network_map import write_map

            tell("map")
            write_map(made, map_file, as_of=_map_date(given))
    if not quiet:
        from urbanplan.cli.network_table import show

        show(made, mended, err=uses_stdout(chosen))
    return 0


def _map_date(given: Inputs) -> datetime.date:
    """The day that a map bears: the plan's, else that of the roads' file."""
    if given.as_of is not None:
        return given.as_of
    return datetime.datetime.fromtimestamp(given.file.stat().st_mtime, tz=datetime.UTC).date()


def _repair_options(wanted: bool, out: Path | None, leave: list[str], keep_rows: bool) -> _RepairOptions | None:
    if wanted != (out is not None):
        raise UsageError("--repair and -o FILE go together", fix="Give both, or none.")
    if out is None:
        return None
    from urbanplan.model.finding import finding_rules

    codes = tuple(code.removeprefix("network-") for code in leave)
    for code in codes:
        if f"network-{code}" not in finding_rules():
            known = ", ".join(rule.removeprefix("network-") for rule in finding_rules() if rule.startswith("network-"))
            raise UsageError(
                "there is no finding {code!r}", where="--leave", fix="Give one of: {known}", code=code, known=known
            )
    return _RepairOptions(out, codes, not keep_rows)


def _check_repair_target(mend: _RepairOptions | None, given: Inputs) -> None:
    if mend is None:
        return
    same = mend.out.resolve() == given.file.resolve()
    if same or (mend.out.exists() and given.file.exists() and mend.out.samefile(given.file)):
        raise UsageError("the repaired copy would replace its source", where=str(mend.out), fix="Name another file")


def _phase_progress(quiet: bool) -> Any:
    from urbanplan.cli.coverage import _phase_progress

    return _phase_progress(quiet)


def _analyse(given: Inputs, words: tuple[str, float, float, float, float], dates: Any, tell: Any) -> RoadAnalysis:
    from urbanplan.network.roads.mileage_rules import MileageRules
    from urbanplan.network.roads.road_analysis import RoadSettings, analyse_roads

    noding, tolerance, near, leg, within = words
    rules = MileageRules(since=dates[0], until=dates[1])
    return analyse_roads(given.layers, RoadSettings(noding, tolerance, near, leg, within, rules), watch=tell)  # pyright: ignore[reportArgumentType]


def _write_repair(mend: _RepairOptions, given: Inputs, made: RoadAnalysis, tell: Any) -> dict[str, Any]:
    """Write the repaired copy in the CRS of its source, and its log; what was done and what is left."""
    from urbanplan.cli.network_table import log_csv
    from urbanplan.exchange import write
    from urbanplan.exchange.files.atomic import atomic_write
    from urbanplan.network.topology.repair import repair_lines

    tell("repair")
    asked = made.settings
    mended = repair_lines(
        given.layers.streets, near=asked.near, tolerance=asked.tolerance, leave=mend.leave, split=mend.split
    )
    frame = mended.frame if given.source.crs is None else mended.frame.to_crs(given.source.crs)
    write(frame, mend.out)
    log = mend.out.with_name(f"{mend.out.stem}.log.csv")
    with atomic_write(log) as temporary:
        temporary.write_text(log_csv(mended), encoding="utf-8", newline="")
    levels = any(column in frame.columns for column in ("level", "layer", "bridge", "tunnel"))
    return {"file": str(mend.out), "log": str(log), "done": mended.done, "left": mended.left, "levels_told": levels}


def _write(one: Output, made: RoadAnalysis, mended: dict[str, Any] | None, given: Inputs) -> None:
    match one.format:
        case "json":
            from urbanplan.network.roads.document import network_document
            from urbanplan.network.walk.document import to_json

            told = network_document(made, more=given.facts)
            one.put(to_json({**told, "repair": mended} if mended is not None else told))
        case "csv":
            from urbanplan.cli.network_table import findings_csv

            one.put(findings_csv(made))
        case "gpkg" if one.path is not None:
            from urbanplan.cli.network_table import write_layers

            write_layers(made, one.path)

"""``urbanplan check``: every target of a plan proved, with findings, and an exit code that says so."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from urbanplan.cli.output import Output, check_writable, parse_outputs, uses_stdout
from urbanplan.cli.planfile import plan_file

if TYPE_CHECKING:
    from urbanplan.verdict import Audit

FORMATS = ("json", "csv", "sarif", "gpkg")


def check(
    plan: Annotated[Path | None, typer.Argument(help="Plan file or folder; ./plan.toml unless given")] = None,
    plan_option: Annotated[Path | None, typer.Option("--plan", help="The same as the argument")] = None,
    select: Annotated[
        list[str] | None,
        typer.Option(help="Id, pattern (SP-0*), chapter:TEXT, kind:spatial, role: or measure:; repeatable"),
    ] = None,
    real_only: Annotated[bool, typer.Option("--real-only", help="Leave illustrative layers out")] = False,
    sources: Annotated[Path | None, typer.Option(help="Folder with the text files of the plan's sources")] = None,
    waivers: Annotated[
        Path | None, typer.Option(help="File of findings that are let pass, with reason and owner")
    ] = None,
    write_waivers: Annotated[
        Path | None, typer.Option(help="Write all findings of now as waivers to this file")
    ] = None,
    output: Annotated[
        list[str] | None, typer.Option(help="FORMAT:FILE, repeatable; json, csv, sarif, gpkg; - is stdout")
    ] = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Measure everything again, trust no earlier run")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No table for people and no progress")] = False,
) -> int:
    """Prove a plan's targets.  Exit 0 all met, 1 some not met or error findings, 2 cannot run, 3 some undecidable."""
    chosen = parse_outputs(output, FORMATS)
    if write_waivers is not None:
        check_writable(write_waivers)
    from urbanplan.cli.progress_bar import progress_bar
    from urbanplan.plan import read_plan
    from urbanplan.verdict import audit
    from urbanplan.verdict.cache import clear_cache
    from urbanplan.verdict.waiver import apply_waivers, read_waivers
    from urbanplan.verdict.waiver import write_waivers as put_waivers

    declared = read_plan(plan_file(plan, plan_option))
    if fresh:
        clear_cache(declared)
    let_pass = [] if waivers is None else read_waivers(waivers)
    with nullcontext() if quiet else progress_bar() as tell:
        run = audit(declared, select=select, real_only=real_only, sources=sources, tell=tell)
    run = apply_waivers(run, let_pass)
    for one in chosen:
        _write(one, run)
    if write_waivers is not None:
        put_waivers(write_waivers, run.report)
    if not quiet:
        from urbanplan.view.terminal.report import show_report

        show_report(run.report, err=uses_stdout(chosen))
    return run.report.exit_code()


def _write(one: Output, run: Audit) -> None:
    match one.format:
        case "json":
            one.put(run.report.model_dump_json(indent=1) + "\n")
        case "csv":
            from urbanplan.view.spreadsheet import verdict_csv

            one.put(verdict_csv(run.report))
        case "sarif":
            import json

            from urbanplan.view.sarif import sarif_log

            one.put(json.dumps(sarif_log(run.report), ensure_ascii=False, indent=1, allow_nan=False) + "\n")
        case "gpkg" if one.path is not None:
            from urbanplan.view.geopackage_report import write_geopackage_report

            write_geopackage_report(run.report, one.path, layers=run.layers, results=run.results)

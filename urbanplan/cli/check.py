"""``urbanplan check``: every target of a plan proved, with findings, and an exit code that says so."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from urbanplan.cli.notes import print_notes
from urbanplan.cli.options import (
    Disclosure,
    PlanArgument,
    PlanTwin,
    Quiet,
    RealOnly,
    ReviewNumber,
    Sources,
    check_disclosed,
    disclosure_options,
    plan_file,
)
from urbanplan.cli.output import Output, check_writable, parse_outputs, uses_stdout
from urbanplan.cli.progress_bar import progress_bar

if TYPE_CHECKING:
    from collections.abc import Callable

    from urbanplan.analysis.check import Check
    from urbanplan.analysis.what_if import WhatIf
    from urbanplan.model.note import Note

FORMATS = ("json", "csv", "sarif", "gpkg")


def check(
    plan: PlanArgument = None,
    plan_option: PlanTwin = None,
    select: Annotated[
        list[str] | None,
        typer.Option(help="Id, pattern (SP-0*), chapter:TEXT, kind:spatial, role: or measure:; repeatable"),
    ] = None,
    real_only: RealOnly = False,
    sources: Sources = None,
    waivers: Annotated[
        Path | None, typer.Option(help="File of findings that are let pass, with reason and owner")
    ] = None,
    write_waivers: Annotated[
        Path | None, typer.Option(help="Write all findings of now as waivers to this file")
    ] = None,
    output: Annotated[
        list[str] | None, typer.Option(help="FORMAT:FILE, repeatable; json, csv, sarif, gpkg; - is stdout")
    ] = None,
    proposal: Annotated[
        str | None,
        typer.Option("--with", help="What if: FILE or LAYER=FILE of proposed sites; which targets would turn"),
    ] = None,
    disclosure: Disclosure = None,
    review_number: ReviewNumber = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Measure everything again, trust no earlier run")] = False,
    quiet: Quiet = False,
) -> int:
    """Prove a plan's targets.  Exit 0 all met, 1 some not met or error findings, 2 cannot run, 3 some undecidable."""
    chosen, asked = parse_outputs(output, FORMATS), disclosure_options(disclosure, review_number)
    check_disclosed(asked, proposal)
    if write_waivers is not None:
        check_writable(write_waivers)
    from urbanplan.analysis import check as analysis

    declared = analysis.open_plan(plan_file(plan, plan_option))
    if fresh:
        analysis.clear_cache(declared)
    with progress_bar(quiet=quiet) as progress:
        done = analysis.check(
            declared, select=select, real_only=real_only, waivers=waivers, sources=sources, progress=progress
        )
        would = None if proposal is None else _what_if(done, proposal, progress)
    if chosen:
        leaving, notes = _leaving(done, asked, chosen)
        for one in chosen:
            _write(one, leaving, would)
        print_notes(notes)
    if write_waivers is not None:
        analysis.write_waivers(write_waivers, done)
    if not quiet:
        from urbanplan.view.terminal.report import show_report

        show_report(done.report, err=uses_stdout(chosen))
        if would is not None:
            from urbanplan.view.terminal.what_if import show_turned

            show_turned(would.turned, err=uses_stdout(chosen))
    if would is not None:
        print_notes(would.notes)
    return done.exit_code


def _what_if(done: Check, words: str, progress: Callable[[str, int, int], None] | None) -> WhatIf:
    """The targets that would turn with what ``--with`` names."""
    from urbanplan.analysis.what_if import what_if
    from urbanplan.model.run_files import add_inputs

    layer, equals, file = words.partition("=") if not Path(words).exists() else ("", "", words)
    file = file if equals or not layer else words
    add_inputs([Path(file)])
    return what_if(done, Path(file), layer=layer if equals else None, progress=progress)


def _leaving(done: Check, asked: Any, chosen: list[Output]) -> tuple[Check, list[Note]]:
    """The check as its files hold it. Layers go into a GeoPackage: a secret one needs a word for whom, as in export."""
    from urbanplan.analysis.disclosure import require_no_secret
    from urbanplan.analysis.disclosure_doors import disclose_or_warn

    if asked is None and any(one.format == "gpkg" for one in chosen):
        require_no_secret(done.plan, done.layers)
    return disclose_or_warn(done, asked)


def _write(one: Output, done: Check, would: WhatIf | None) -> None:
    match one.format:
        case "json" if would is not None:
            one.put(done.to_json(more=would.document()))
        case "json":
            one.put(done.to_json())
        case "csv":
            one.put(done.to_csv())
        case "sarif":
            one.put(done.to_sarif())
        case "gpkg" if one.path is not None:
            done.write_geopackage(one.path)

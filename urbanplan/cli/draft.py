"""``urbanplan draft``: a plan drafted from its document."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from urbanplan.cli.notes import print_note
from urbanplan.cli.options import Crs, Encoding
from urbanplan.cli.output import parse_outputs, uses_stdout
from urbanplan.errors import UsageError


def draft(
    document: Annotated[Path, typer.Argument(help="Work report, plan or notice: .txt, .docx, .pdf, .html, .ofd")],
    folder: Annotated[Path | None, typer.Option("-o", "--out", help="Folder to write plan.toml into")] = None,
    year: Annotated[int | None, typer.Option(help="Year of the plan; by its document unless given")] = None,
    crs: Crs = None,
    near: Annotated[Path | None, typer.Option(help="Else a layer of the district: its zone is the working CRS")] = None,
    encoding: Encoding = None,
    accept: Annotated[list[str] | None, typer.Option(help="Id of a number that is a target, too; repeatable")] = None,
    reject: Annotated[list[str] | None, typer.Option(help="Id of a promise that is left out; repeatable")] = None,
    change: Annotated[
        list[str] | None,
        typer.Option(help="ID.FIELD=VALUE: title, comparator, number, unit or due put right; repeatable"),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Write nothing, show each number beside its line")] = False,
    output: Annotated[
        list[str] | None, typer.Option(help="FORMAT:FILE, repeatable; json; - is standard output")
    ] = None,
) -> None:
    """Draft a plan from its document: promises with number, unit, comparator and quote, all to be reviewed."""
    chosen = parse_outputs(output, ("json",))
    from urbanplan.analysis.draft import draft_plan, read_draft
    from urbanplan.analysis.draft_choices import parse_choices
    from urbanplan.view.terminal.listing import show_draft

    choices = parse_choices(accept or (), reject or (), change or ())
    if dry_run:
        done = read_draft(document, home=folder, year=year, encoding=encoding, choices=choices)
        show_draft(done.rows(), err=uses_stdout(chosen))
    elif folder is None:
        raise UsageError("no folder is given", fix="Name one with -o, or look first with --dry-run.")
    else:
        done = draft_plan(document, folder, year=year, crs=crs, near=near, encoding=encoding, choices=choices)
    for one in chosen:
        one.put(done.to_json())
    for one in done.notes:
        if not (uses_stdout(chosen) and one.level == "result"):
            print_note(one)

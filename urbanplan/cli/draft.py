"""``urbanplan draft``: a plan drafted from its document."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from urbanplan.cli.notes import print_note
from urbanplan.cli.options import Crs, Encoding
from urbanplan.cli.output import parse_outputs, uses_stdout


def draft(
    document: Annotated[Path, typer.Argument(help="Work report, plan or notice: .txt, .docx, .pdf, .html, .ofd")],
    folder: Annotated[Path, typer.Option("-o", "--out", help="Folder to write plan.toml into")],
    year: Annotated[int | None, typer.Option(help="Year of the plan; by its document unless given")] = None,
    crs: Crs = None,
    near: Annotated[Path | None, typer.Option(help="Else a layer of the district: its zone is the working CRS")] = None,
    encoding: Encoding = None,
    output: Annotated[
        list[str] | None, typer.Option(help="FORMAT:FILE, repeatable; json; - is standard output")
    ] = None,
) -> None:
    """Draft a plan from its document: promises with number, unit, comparator and quote, all to be reviewed."""
    chosen = parse_outputs(output, ("json",))
    from urbanplan.analysis.draft import draft_plan

    done = draft_plan(document, folder, year=year, crs=crs, near=near, encoding=encoding)
    for one in chosen:
        one.put(done.to_json())
    for one in done.notes:
        if not (uses_stdout(chosen) and one.level == "result"):
            print_note(one)

"""``urbanplan intake``: a plan from a folder of raw files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from urbanplan.cli.notes import print_notes
from urbanplan.cli.options import ListOutput
from urbanplan.cli.output import parse_outputs, uses_stdout
from urbanplan.cli.terminal import print_line


def intake(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="The raw files, in sub-folders and zips too")],
    out: Annotated[Path, typer.Option("-o", "--out", help="Folder of the plan; its intake.toml pins guesses")],
    document: Annotated[
        Path | None, typer.Option("--document", help="Work report or notice to draft the targets from")
    ] = None,
    crs: Annotated[str | None, typer.Option("--crs", help="Working CRS; the zone of the files unless given")] = None,
    year: Annotated[int | None, typer.Option(help="Year of the plan; by document or files unless given")] = None,
    update: Annotated[
        bool, typer.Option("--update", help="Bring new and changed files into the plan that is there")
    ] = False,
    output: ListOutput = None,
) -> None:
    """Say what each file of a folder is, and write a plan folder of them; again, it says what would change."""
    chosen = parse_outputs(output, ("json",))
    from urbanplan.analysis.folder_intake import FolderChoices, intake_folder
    from urbanplan.view.terminal.intake import change_lines, file_lines

    done = intake_folder(folder, out, choices=FolderChoices(document, crs, year, update))
    err = uses_stdout(chosen)
    for line in [*file_lines(done.proposal), *change_lines(done.changes)]:
        print_line(line, err=err)
    for one in chosen:
        one.put(done.to_json())
    print_notes(note for note in done.notes if not err)

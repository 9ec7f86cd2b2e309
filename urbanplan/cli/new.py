"""``urbanplan new``: the folder of a new district."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from urbanplan.cli.notes import print_note


def new(
    folder: Annotated[Path, typer.Argument(help="Folder to make; it must not exist or be empty")],
    like: Annotated[
        Path | None, typer.Option(help="A plan whose targets, layers and own types are taken over, its data not")
    ] = None,
    crs: Annotated[str | None, typer.Option(help="Working CRS of the district, projected, in metres")] = None,
    near: Annotated[Path | None, typer.Option(help="Else a layer of the district: its zone is the working CRS")] = None,
) -> None:
    """Start a district: a plan file with comments, its schema for the editor, and empty folders."""
    from urbanplan.analysis.district import start_district

    print_note(start_district(folder, like=like, crs=crs, near=near))

"""``urbanplan inspect``: what a file is, before anything is done with it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from urbanplan.cli.options import (
    Crs,
    Encoding,
    Head,
    Place,
    parse_geometry_columns,
    takes_drawing_options,
)
from urbanplan.cli.output import parse_outputs, uses_stdout
from urbanplan.cli.terminal import print_line


@takes_drawing_options
def inspect(
    file: Annotated[Path, typer.Argument(help="The file")],
    plan: Annotated[
        Path | None, typer.Option("--plan", help="Weigh the CRS by where this plan's district lies")
    ] = None,
    crs: Crs = None,
    encoding: Encoding = None,
    place: Place = None,
    head: Head = None,
    cad: Any = None,
    join: Annotated[
        str | None, typer.Option("--join", help="A layer of the plan: which columns of this table join it, with counts")
    ] = None,
    output: Annotated[list[str] | None, typer.Option(help="json:FILE (- is standard output)")] = None,
) -> None:
    """Show format, layers, fields, encoding and CRS with their rivals, and what looks wrong."""
    from urbanplan.analysis.files import ReadOptions
    from urbanplan.analysis.inspection import fit_plan, inspect_file, inspection_json
    from urbanplan.view.terminal.inspection import fit_lines, inspection_lines

    chosen = parse_outputs(output, ("json",))
    reading = ReadOptions(crs=crs, encoding=encoding, place=parse_geometry_columns(place), head=head, cad=cad)
    seen = inspect_file(file, plan=plan, reading=reading)
    fit = fit_plan(seen, plan, reading=reading, join=join)
    for line in (*inspection_lines(seen), *fit_lines(fit.layers, fit.keys)):
        print_line(line, err=uses_stdout(chosen))
    for one in chosen:
        one.put(inspection_json(seen, fit))

"""``urbanplan overlay``: the area of each polygon by land use or control line."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from urbanplan.cli.notes import print_notes
from urbanplan.cli.options import Area, Disclosure, Quiet, check_answer, read_area
from urbanplan.cli.output import parse_outputs, put_document, uses_stdout


def overlay(
    first: Annotated[str, typer.Argument(metavar="A", help="Polygons: a layer of the plan, or a file")],
    second: Annotated[
        str, typer.Argument(metavar="B", help="Polygons that they are split by: land use, control lines")
    ],
    out: Annotated[
        Path | None, typer.Option("-o", "--out", help="Table (.xlsx, .csv) or layer of the pieces, by the ending")
    ] = None,
    pieces: Annotated[
        Path | None, typer.Option("--pieces", help="Also write the pieces as a layer, beside a table in -o")
    ] = None,
    plan: Annotated[Path | None, typer.Option("--plan", help="Plan; ./plan.toml unless A and B are files")] = None,
    by: Annotated[str | None, typer.Option("--by", help="Column of B whose values count; its id unless given")] = None,
    area: Area = None,
    crs: Annotated[str | None, typer.Option("--crs", help="The working CRS")] = None,
    disclosure: Disclosure = None,
    output: Annotated[list[str] | None, typer.Option("--output", help="FORMAT:FILE; json")] = None,
    quiet: Quiet = False,
) -> None:
    """Split A's polygons by B's: areas that sum to each polygon, overlaps of B and what it leaves open as own rows."""
    chosen = parse_outputs(output, ("json",))
    definition = read_area(area)
    from urbanplan.analysis import overlay as analysis
    from urbanplan.analysis.layer_inputs import layer_facts

    if out or pieces or chosen:
        check_answer(disclosure, layer_facts({"first": first, "second": second}, plan), command="overlay")
    found = analysis.overlay(first, second, plan=plan, by=by, area=definition, crs=crs)
    for path in (out, pieces):
        if path is not None:
            found.write(path)
    put_document(chosen, found.document())
    print_notes(found.notes)
    if not quiet:
        from urbanplan.view.terminal.overlay import show_overlay

        show_overlay(found.totals, definition=found.definition, err=uses_stdout(chosen))

"""``urbanplan reconcile``: announced, ledger, approved and drawn areas side by side."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from urbanplan.cli.notes import print_notes
from urbanplan.cli.options import Area, Disclosure, Quiet, check_answer, read_area
from urbanplan.cli.output import parse_outputs, put_document, uses_stdout


def reconcile(
    layer: Annotated[str, typer.Argument(metavar="LAYER", help="Polygons: a layer of the plan, or a file")],
    ledger: Annotated[Path | None, typer.Option("--ledger", help="Table of stated areas")] = None,
    on: Annotated[
        str | None, typer.Option("--on", help="Key of both, or LAYER=TABLE; found where only one pair fits")
    ] = None,
    out: Annotated[Path | None, typer.Option("-o", "--out", help="The rows as a table (.xlsx, .csv)")] = None,
    plan: Annotated[Path | None, typer.Option("--plan", help="Plan; ./plan.toml unless LAYER is a file")] = None,
    announced: Annotated[
        str | None, typer.Option("--announced", help="COLUMN or COLUMN=UNIT of announced areas, of table or layer")
    ] = None,
    ledger_column: Annotated[
        str | None, typer.Option("--ledger-column", help="COLUMN or COLUMN=UNIT of the ledger's areas")
    ] = None,
    approved: Annotated[
        str | None, typer.Option("--approved", help="COLUMN or COLUMN=UNIT of approved areas, of table or layer")
    ] = None,
    unit: Annotated[str | None, typer.Option("--unit", help="Unit of columns whose name says none: mu, ha, m2")] = None,
    total: Annotated[str | None, typer.Option("--total", help="An announced sum, such as '1719 mu'")] = None,
    clip: Annotated[
        str | None, typer.Option("--clip", help="What a drawing or figure may end at; the plan's boundary unless given")
    ] = None,
    area: Area = None,
    crs: Annotated[str | None, typer.Option("--crs", help="CRS of a file that declares none")] = None,
    disclosure: Disclosure = None,
    output: Annotated[list[str] | None, typer.Option("--output", help="FORMAT:FILE; json")] = None,
    quiet: Quiet = False,
) -> None:
    """Put stated areas beside the drawn ones, feature by feature and in sum, and name what explains a difference."""
    chosen = parse_outputs(output, ("json",))
    definition = read_area(area)
    from urbanplan.analysis import reconcile as analysis
    from urbanplan.analysis.layer_inputs import layer_facts

    if out or chosen:
        layers = [] if clip is None else [clip]
        check_answer(disclosure, layer_facts({"layer": layer}, plan), command="reconcile", layers=layers)
    given = {"announced": announced, "ledger": ledger_column, "approved": approved}
    columns = {name: word for name, word in given.items() if word is not None}
    options = analysis.ReconcileOptions(columns, unit, total, definition, clip, crs)
    found = analysis.reconcile(layer, ledger=ledger, on=on, plan=plan, options=options)
    if out is not None:
        found.write(out)
    put_document(chosen, found.document())
    print_notes(found.notes)
    if not quiet:
        from urbanplan.view.terminal.reconcile import show_reconciliation

        show_reconciliation(found.rows, found.sums, definition=found.definition, err=uses_stdout(chosen))

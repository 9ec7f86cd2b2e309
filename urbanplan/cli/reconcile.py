"""``urbanplan reconcile``: announced, ledger, approved and drawn areas side by side."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from urbanplan.cli.notes import print_notes
from urbanplan.cli.options import Quiet
from urbanplan.cli.output import parse_outputs, uses_stdout
from urbanplan.errors import UsageError


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
    area: Annotated[
        str | None, typer.Option("--area", help="plane or ellipsoid; the plan's unless given, else plane")
    ] = None,
    crs: Annotated[str | None, typer.Option("--crs", help="CRS of a file that declares none")] = None,
    output: Annotated[list[str] | None, typer.Option("--output", help="FORMAT:FILE; json")] = None,
    quiet: Quiet = False,
) -> None:
    """Put stated areas beside the drawn ones, feature by feature and in sum, and name what explains a difference."""
    chosen = parse_outputs(output, ("json",))
    if area not in (None, "plane", "ellipsoid"):
        raise UsageError("--area {word} is unknown", fix="Choose plane or ellipsoid.", word=area)
    from urbanplan.analysis import reconcile as analysis

    given = {"announced": announced, "ledger": ledger_column, "approved": approved}
    columns = {name: word for name, word in given.items() if word is not None}
    options = analysis.ReconcileOptions(columns, unit, total, area, clip, crs)
    found = analysis.reconcile(layer, ledger=ledger, on=on, plan=plan, options=options)
    if out is not None:
        found.write(out)
    for one in chosen:
        from urbanplan.view.document.encoding import to_json

        one.put(to_json(found.document()))
    print_notes(found.notes)
    if not quiet:
        from urbanplan.view.terminal.reconcile import show_reconciliation

        show_reconciliation(found.rows, found.sums, definition=found.definition, err=uses_stdout(chosen))

"""``urbanplan measures``: every measure with an example."""

from __future__ import annotations

from typing import Annotated

import typer

from urbanplan.cli.options import ListOutput
from urbanplan.cli.output import parse_outputs, uses_stdout


def measures(
    kind: Annotated[str, typer.Argument(help="Show this measure; all without it")] = "",
    output: ListOutput = None,
) -> None:
    """List the measures with their parameters, each with an example to put into a target."""
    chosen = parse_outputs(output, ("json",))
    from urbanplan.analysis.listing import list_measures, rows_json, select_row
    from urbanplan.view.terminal.listing import show_measures

    rows = [select_row(list_measures(), "kind", kind)] if kind else list_measures()
    for one in chosen:
        one.put(rows_json(rows))
    show_measures(rows, err=uses_stdout(chosen))

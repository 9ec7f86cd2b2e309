"""``urbanplan types``: the layer types that can be used, with their fields."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from urbanplan.cli.options import ListOutput
from urbanplan.cli.output import parse_outputs, uses_stdout


def types(
    name: Annotated[str, typer.Argument(help="Show the fields of this type; a list of all without it")] = "",
    plan: Annotated[Path | None, typer.Option("--plan", help="Plan file or folder, for its own types")] = None,
    output: ListOutput = None,
) -> None:
    """List the layer types with geometry and fields; one type's fields with titles, units and codes."""
    chosen = parse_outputs(output, ("json",))
    from urbanplan.analysis.listing import find_type, list_types, rows_json
    from urbanplan.view.terminal.listing import show_fields, show_types

    rows = [find_type(name, plan)] if name else list_types(plan)
    for one in chosen:
        one.put(rows_json(rows))
    if name:
        show_fields(rows[0], err=uses_stdout(chosen))
    else:
        show_types(rows, err=uses_stdout(chosen))

"""``urbanplan types``: the layer types that can be used, with their fields."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from urbanplan.cli.options import ListOutput
from urbanplan.cli.output import put_rows


def types(
    name: Annotated[str, typer.Argument(help="Show the fields of this type; a list of all without it")] = "",
    plan: Annotated[Path | None, typer.Option("--plan", help="Plan file or folder, for its own types")] = None,
    output: ListOutput = None,
) -> None:
    """List the layer types with geometry and fields; one type's fields with titles, units and codes."""
    from urbanplan.analysis.listing import find_type, list_types
    from urbanplan.view.terminal.listing import show_fields, show_types

    if name:
        put_rows(output, lambda: [find_type(name, plan)], lambda rows, err: show_fields(rows[0], err=err))
    else:
        put_rows(output, lambda: list_types(plan), show_types)

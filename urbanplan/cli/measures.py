"""``urbanplan measures``: every measure with an example."""

from __future__ import annotations

from typing import Annotated

import typer

from urbanplan.cli.options import ListOutput
from urbanplan.cli.output import put_rows


def measures(
    kind: Annotated[str, typer.Argument(help="Show this measure; all without it")] = "",
    output: ListOutput = None,
) -> None:
    """List the measures with their parameters, each with an example to put into a target."""
    from urbanplan.analysis.listing import list_measures
    from urbanplan.view.terminal.listing import show_measures

    put_rows(output, lambda: list_measures(kind), show_measures)

"""``urbanplan cache``: what runs keep in the user's own folder."""

from __future__ import annotations

from typing import Annotated

import typer

from urbanplan.cli.output import parse_outputs, uses_stdout
from urbanplan.cli.terminal import print_line
from urbanplan.errors import UsageError
from urbanplan.model.translation import localize


def cache(
    clear: Annotated[bool, typer.Option("--clear", help="Remove all that is kept")] = False,
    on: Annotated[bool, typer.Option("--on", help="Let runs keep readings, tables and networks")] = False,
    off: Annotated[bool, typer.Option("--off", help="Keep nothing from now on, and remove what is kept")] = False,
    output: Annotated[list[str] | None, typer.Option(help="json:FILE (- is standard output)")] = None,
) -> int:
    """Show, empty or switch off what runs keep outside every plan; exit 0."""
    chosen = parse_outputs(output, ("json",))
    if on and off:
        raise UsageError("--on and --off exclude each other", fix="Give one of them.")
    from urbanplan.analysis import cache as analysis

    status = analysis.change_cache(clear=clear, on=True if on else False if off else None)
    for one in chosen:
        one.put(analysis.status_json(status))
    state = localize("on") if status.on else localize("off")
    size, limit = f"{status.size / 1e6:,.1f}", f"{status.limit / 1e6:,.0f}"
    line = localize(
        "{folder}: {state}, {plans} plans, {size} of {limit} MB",
        folder=status.folder or "—",
        state=state,
        plans=status.plans,
        size=size,
        limit=limit,
    )
    print_line(line, err=uses_stdout(chosen))
    return 0

"""``urbanplan units``: every unit of bounds, readings and fields."""

from __future__ import annotations

from urbanplan.cli.options import ListOutput
from urbanplan.cli.output import parse_outputs, uses_stdout


def units(output: ListOutput = None) -> None:
    """List the units by what they measure, with all names that are understood."""
    chosen = parse_outputs(output, ("json",))
    from urbanplan.analysis.listing import list_units, rows_json
    from urbanplan.view.terminal.listing import show_units

    rows = list_units()
    for one in chosen:
        one.put(rows_json(rows))
    show_units(rows, err=uses_stdout(chosen))

"""``urbanplan units``: every unit of bounds, readings and fields."""

from __future__ import annotations

from urbanplan.cli.options import ListOutput
from urbanplan.cli.output import put_rows


def units(output: ListOutput = None) -> None:
    """List the units by what they measure, with all names that are understood."""
    from urbanplan.analysis.listing import list_units
    from urbanplan.view.terminal.listing import show_units

    put_rows(output, list_units, show_units)

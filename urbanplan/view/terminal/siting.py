"""A siting proposal for people at a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from urbanplan.model.translation import localize
from urbanplan.view.siting_words import siting_lines
from urbanplan.view.terminal.tables import add_row, titled_table

if TYPE_CHECKING:
    from rich.table import Table

    from urbanplan.siting.proposal import Proposal


def show_siting(result: Proposal, *, err: bool) -> None:
    """Print the proposed sites, value, bound and gap, coverage low and high, what stays beyond reach, alternatives."""
    from urbanplan.view.terminal.console import open_console

    console = open_console(err=err)
    head, *lines = siting_lines(result)
    console.print(head)
    if result.run is not None:
        console.print(_site_table(result))
    for line in lines:
        console.print(line)
    if len(result.alternatives) > 1:
        console.print(_alternative_table(result))
    phases = ", ".join(f"{name} {seconds:.2f} s" for name, seconds in result.timings.items())
    console.print(phases, style="dim")


def _site_table(result: Proposal) -> Table:
    table = titled_table(
        localize("Proposed sites within {metres:g} m", metres=result.within),
        localize("site"),
        localize("metres gained"),
        localize("residents gained"),
        localize("cost"),
    )
    for row in result.sites.to_dict("records"):
        people = row["gained_residents"]
        shown = "" if people != people else f"{people:,.0f}"
        add_row(table, row["id"], f"{row['gained_m']:,.0f}", shown, f"{row['cost']:,.10g}")
    return table


def _alternative_table(result: Proposal) -> Table:
    table = titled_table(localize("Alternatives, ranked"), localize("sites"), localize("value"))
    for one in result.alternatives:
        chosen = [] if one.chosen is None else one.chosen.tolist()
        add_row(table, ", ".join(result.ids[i] for i in chosen), f"{one.value:,.10g}")
    return table

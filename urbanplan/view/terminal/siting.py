"""A siting proposal for people at a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from urbanplan.model.translation import localize
from urbanplan.view.siting_words import siting_lines
from urbanplan.view.terminal.tables import add_row, titled_table
from urbanplan.view.terminal.timings import print_timings

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
        if result.question.goal == "fairest":
            console.print(_district_table(result))
    for line in lines:
        console.print(line)
    if len(result.alternatives) > 1:
        console.print(_alternative_table(result))
    print_timings(console, result.timings)


def _site_table(result: Proposal) -> Table:
    table = titled_table(
        localize("Proposed sites within {metres:g} m", metres=result.within),
        localize("site"),
        localize("metres gained"),
        localize("residents gained"),
        localize("cost"),
        *([] if result.solution.load is None else [localize("served")]),
    )
    for row in result.sites.to_dict("records"):
        values = [f"{row['gained_m']:,.0f}", _whole(row["gained_residents"]), f"{row['cost']:,.10g}"]
        add_row(table, row["id"], *values, *([] if result.solution.load is None else [_whole(row["served"])]))
    return table


def _whole(value: float) -> str:
    return "" if value != value else f"{value:,.0f}"


def _district_table(result: Proposal) -> Table:
    table = titled_table(localize("Covered share by sub-district"), localize("sub-district"), localize("share"))
    shares = [] if result.solution.shares is None else result.solution.shares.tolist()
    for share, name in sorted((share, name) for share, name in zip(shares, result.districts, strict=True)):
        add_row(table, name, "" if share != share else f"{share:.1%}")
    return table


def _alternative_table(result: Proposal) -> Table:
    table = titled_table(localize("Alternatives, ranked"), localize("sites"), localize("value"))
    for one in result.alternatives:
        chosen = [] if one.chosen is None else one.chosen.tolist()
        add_row(table, ", ".join(result.ids[i] for i in chosen), f"{one.value:,.10g}")
    return table

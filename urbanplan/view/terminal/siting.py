"""A siting proposal for people at a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from urbanplan.model.translation import localize
from urbanplan.view.terminal.tables import add_row, titled_table

if TYPE_CHECKING:
    from rich.table import Table

    from urbanplan.siting.infeasible import Shortage
    from urbanplan.siting.proposal import Proposal


def show_siting(result: Proposal, *, err: bool) -> None:
    """Print the proposed sites, value, bound and gap, coverage low and high, what stays beyond reach, alternatives."""
    from urbanplan.view.terminal.console import open_console

    console = open_console(err=err)
    if result.solution.shortage is not None:
        console.print(_shortage_text(result, result.solution.shortage))
    elif result.solution.chosen is None:
        console.print(localize("no answer was found in time: give more with --time-limit"))
    else:
        console.print(localize("proposed, illustrative until decided"))
        console.print(_site_table(result))
        for line in (*_proof_lines(result), *_coverage_lines(result)):
            console.print(line)
    if result.unreachable is not None and len(result.unreachable):
        text = localize(
            "no candidate reaches {metres:,.0f} m of street in {count} stretches (certified)",
            metres=float(result.unreachable["length_m"].sum()),
            count=len(result.unreachable),
        )
        console.print(text)
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


def _proof_lines(result: Proposal) -> list[str]:
    found = result.solution
    unit = {"fewest": localize("sites"), "cheapest": localize("cost"), "most": localize("covered")}[
        result.question.goal
    ]
    if found.proved:
        return [localize("{unit}: {value:,.10g}; proved, no answer is better", unit=unit, value=found.value)]
    text = "{unit}: {value:,.10g}; bound {bound:,.10g}, gap {gap}; not proved in the time given"
    return [localize(text, unit=unit, value=found.value, bound=found.bound, gap=f"{found.gap:.2%}")]


def _coverage_lines(result: Proposal) -> list[str]:
    run = result.run
    if run is None:
        return []
    lines = [
        localize(
            "streets: {low:,.0f} m covered of {total:,.0f} m, {high:,.0f} m at the high reading (certified)",
            low=run.covered_m,
            high=run.covered_high_m,
            total=run.total_m,
        )
    ]
    if run.residents is not None:
        lines.append(
            localize(
                "residents: {low:,.0f} covered of {total:,.0f}, {high:,.0f} at the high reading (certified)",
                low=run.residents.covered,
                high=run.residents.covered_high,
                total=run.residents.total,
            )
        )
    return lines


def _alternative_table(result: Proposal) -> Table:
    table = titled_table(localize("Alternatives, ranked"), localize("sites"), localize("value"))
    for one in result.alternatives:
        chosen = [] if one.chosen is None else one.chosen.tolist()
        add_row(table, ", ".join(result.ids[i] for i in chosen), f"{one.value:,.10g}")
    return table


def _shortage_text(result: Proposal, shortage: Shortage) -> str:
    """Which constraint cannot hold and how much is missing."""
    values = {"asked": shortage.asked, "possible": shortage.possible, "missing": shortage.missing}
    district = "" if shortage.group is None else result.districts[shortage.group]
    match shortage.constraint:
        case "at_least":
            text = "sub-district {district}: {asked:g} sites asked, {possible:g} candidates are in it; {missing:g} lack"
            return localize(text, district=district, **values)
        case "at_most":
            text = "sub-district {district}: at most {asked:g} sites, {possible:g} are needed; {missing:g} too few"
            return localize(text, district=district, **values)
        case "count":
            return localize("{asked:g} sites are asked, {possible:g} are needed; {missing:g} lack", **values)
        case "budget":
            return localize(
                "the budget is {asked:,.10g}, at least {possible:,.10g} is needed; {missing:,.10g} lack", **values
            )
    text = "the cover asked is {asked:,.1f} {by}, at most {possible:,.1f} can be covered; {missing:,.1f} lack"
    return localize(text, by=localize("residents") if result.by == "residents" else localize("metres"), **values)

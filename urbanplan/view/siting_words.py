"""A siting proposal in sentences: what it is, how well it is proved, what it covers, what stays beyond reach."""

from __future__ import annotations

from typing import TYPE_CHECKING

from urbanplan.model.translation import localize

if TYPE_CHECKING:
    from urbanplan.siting.infeasible import Shortage
    from urbanplan.siting.proposal import Proposal


def siting_lines(result: Proposal) -> list[str]:
    """Sentences: that it is a proposal, or why there is none; its proof and coverage; what no candidate reaches."""
    if result.solution.shortage is not None:
        lines = [_shortage_text(result, result.solution.shortage)]
    elif result.solution.chosen is None:
        lines = [localize("no answer was found in time: give more with --time-limit")]
    else:
        lines = [localize("proposed, illustrative until decided"), *_proof_lines(result), *_coverage_lines(result)]
    if result.unreachable is not None and len(result.unreachable):
        text = localize(
            "no candidate reaches {metres:,.0f} m of street in {count} stretches (certified)",
            metres=float(result.unreachable["length_m"].sum()),
            count=len(result.unreachable),
        )
        lines.append(text)
    return lines


def _proof_lines(result: Proposal) -> list[str]:
    found = result.solution
    unit = {
        "fewest": localize("sites"),
        "cheapest": localize("cost"),
        "most": localize("covered"),
        "fairest": localize("covered share of the worst-off sub-district"),
        "median": localize("metres that all residents walk to their nearest site, together"),
    }[result.question.goal]
    if found.proved:
        return [localize("{unit}: {value:,.10g}; proved, no answer is better", unit=unit, value=found.value)]
    text = "{unit}: {value:,.10g}; bound {bound:,.10g}, gap {gap}; not proved in the time given"
    return [localize(text, unit=unit, value=found.value, bound=found.bound, gap=f"{found.gap:.2%}")]


def _coverage_lines(result: Proposal) -> list[str]:
    run = result.run
    if run is None:
        return []
    lines = [] if result.question.goal != "median" else [_walk_line(result)]
    lines += [
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


def _walk_line(result: Proposal) -> str:
    text = "a resident walks {mean:,.0f} m on average, {longest:,.0f} m at most"
    return localize(text, mean=result.mean_walk, longest=result.within)


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
        case "capacity":
            text = "the capacity of candidates serves {possible:,.1f} {by} of {asked:,.1f}; {missing:,.1f} lack"
        case _:
            text = "the cover asked is {asked:,.1f} {by}, at most {possible:,.1f} can be covered; {missing:,.1f} lack"
    return localize(text, by=localize("residents") if result.by == "residents" else localize("metres"), **values)

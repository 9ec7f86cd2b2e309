"""A siting proposal as a JSON document."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from urbanplan.model.translation import localize
from urbanplan.view.document.coverage import gap_rows

if TYPE_CHECKING:
    from urbanplan.siting.infeasible import Shortage
    from urbanplan.siting.proposal import Proposal
    from urbanplan.siting.solve import SitingSolution


def siting_document(result: Proposal) -> dict[str, Any]:
    """The proposal with its proof: sites, value, bound, gap, what it covers, what no candidate reaches."""
    run, solution = result.run, result.solution
    names = result.ids
    return {
        "status": "proposed",
        "remark": localize("proposed, illustrative until decided"),
        "basis": "illustrative",
        "by": result.by,
        "within_m": result.within,
        "question": _question(result),
        "answer": _solution(solution, names),
        "shortage": None if solution.shortage is None else _shortage(solution.shortage, result.districts),
        "sites": _site_rows(result),
        "alternatives": [_solution(one, names) for one in result.alternatives],
        "coverage": None if run is None else _coverage(run),
        "reachable": _coverage(result.reachable),
        "beyond_all_candidates": [] if result.unreachable is None else gap_rows(result.unreachable),
        "settings": result.reachable.settings | result.facts,
        "timings": result.timings,
    }


def _question(result: Proposal) -> dict[str, Any]:
    asked, districts = result.question, result.districts
    return {
        "goal": asked.goal,
        "share": asked.share,
        "count": asked.count,
        "budget": asked.budget,
        "at_least": {districts[number]: sites for number, sites in asked.at_least.items()},
        "at_most": {districts[number]: sites for number, sites in asked.at_most.items()},
    }


def _solution(solution: SitingSolution, names: tuple[str, ...]) -> dict[str, Any]:
    if solution.chosen is None:
        return {"sites": None, "proved": solution.proved}
    return {
        "sites": [names[i] for i in solution.chosen],
        "value": solution.value,
        "bound": solution.bound,
        "gap": solution.gap,
        "proved": solution.proved,
        "cost": solution.cost,
        "covered": solution.covered,
        "total": solution.total,
        "seconds": solution.seconds,
    }


def _shortage(shortage: Shortage, districts: tuple[str, ...]) -> dict[str, Any]:
    return {
        "constraint": shortage.constraint,
        "asked": shortage.asked,
        "possible": shortage.possible,
        "missing": shortage.missing,
        "district": None if shortage.group is None else districts[shortage.group],
        "proved": shortage.proved,
    }


def _site_rows(result: Proposal) -> list[dict[str, Any]]:
    rows = result.sites
    columns = [name for name in rows.columns if name != "geometry"]
    values = [[None if value != value else value for value in rows[name].tolist()] for name in columns]
    return [dict(zip(columns, row, strict=True)) for row in zip(*values, strict=True)]


def _coverage(run: Any) -> dict[str, Any]:
    people = run.residents
    return {
        "total_m": run.total_m,
        "covered_m": run.covered_m,
        "covered_high_m": run.covered_high_m,
        "share": run.share,
        "residents": None
        if people is None
        else {"total": people.total, "covered": people.covered, "covered_high": people.covered_high},
        "certificate": None if run.certificate is None else {"ok": run.certificate.ok},
        "findings": [note.model_dump(mode="json") for note in run.findings],
    }

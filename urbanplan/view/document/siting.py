"""A siting proposal as a JSON document."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from shapely.geometry import mapping

from urbanplan.layer.crs import crs_name
from urbanplan.model.translation import localize
from urbanplan.view.document.coverage import gap_rows

if TYPE_CHECKING:
    from urbanplan.network.walk.coverage import Coverage
    from urbanplan.siting.infeasible import Shortage
    from urbanplan.siting.proposal import Proposal
    from urbanplan.siting.solve import SitingSolution


def siting_document(result: Proposal) -> dict[str, Any]:
    """The proposal with its proof: sites, value, bound, gap, what it covers, what no candidate reaches."""
    run, solution = result.run, result.solution
    names = result.ids
    return {
        "status": result.status,
        "objective": solution.value if solution.chosen is not None else None,
        "bound": solution.bound if solution.chosen is not None else None,
        "gap": solution.gap if solution.chosen is not None else None,
        "remark": localize("proposed, illustrative until decided"),
        "basis": "illustrative",
        "crs": crs_name(result.candidates.crs),
        "by": result.by,
        "within_m": result.within,
        "mean_walk_m": result.mean_walk,
        "question": _question(result),
        "answer": _solution(solution, names),
        "shortage": None if solution.shortage is None else _shortage(solution.shortage, result.districts),
        "sites": _site_rows(result),
        "share_before": result.share(result.before),
        "share_before_high": result.share(result.before, high=True),
        "share_after": None if run is None else result.share(run),
        "share_after_high": None if run is None else result.share(run, high=True),
        "sub_districts": _district_rows(result),
        "alternatives": [_solution(one, names) for one in result.alternatives],
        "certificate": _certificate(run or result.reachable),
        "coverage": None if run is None else _coverage(run),
        "reachable": _coverage(result.reachable),
        "unreachable": _gap_rows(result),
        "settings": result.reachable.settings | result.facts,
        "timings": result.timings,
    }


def _district_rows(result: Proposal) -> list[dict[str, Any]]:
    """Sub-districts with the covered share of each before and after, the low reading."""
    rows = zip(*(_shares(result, run) for run in (result.before, result.run)), strict=True)
    return [
        {"id": name, "share_before": before, "share_after": after}
        for name, (before, after) in zip(result.districts, rows, strict=True)
    ]


def _shares(result: Proposal, run: Coverage | None) -> list[float | None]:
    if run is None:
        return [None if run is None and result.run is None else 0.0 for _ in result.districts]
    rows = run.breakdown[: len(result.districts)]
    return [(row["residents"] if result.by == "residents" else row)["share"] for row in rows]


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
        "objective": solution.value,
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
    return [
        dict(zip(columns, row, strict=True)) | {"metres": row[gained], "residents": row[gained + 1], "geometry": shape}
        for *row, shape in zip(*values, [mapping(shape) for shape in rows.geometry], strict=True)
        for gained in [columns.index("gained_m")]
    ]


def _gap_rows(result: Proposal) -> list[dict[str, Any]]:
    gaps = result.unreachable
    if gaps is None:
        return []
    return [row | {"geometry": mapping(line)} for row, line in zip(gap_rows(gaps), gaps.geometry, strict=True)]


def _certificate(run: Coverage) -> dict[str, Any] | None:
    return None if run.certificate is None else dataclasses.asdict(run.certificate)


def _coverage(run: Coverage) -> dict[str, Any]:
    people = run.residents
    return {
        "total_m": run.total_m,
        "covered_m": run.covered_m,
        "covered_high_m": run.covered_high_m,
        "share": run.share,
        "residents": None
        if people is None
        else {"total": people.total, "covered": people.covered, "covered_high": people.covered_high},
        "certificate": _certificate(run),
        "findings": [note.model_dump(mode="json") for note in run.findings],
    }

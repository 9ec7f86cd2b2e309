"""The report page: one HTML file that asks for nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from urbanplan.layer.layer import Layer
from urbanplan.model.plan import Plan
from urbanplan.model.report import Report
from urbanplan.model.translation import use_language
from urbanplan.siting.proposal import PROPOSED_LAYER
from urbanplan.store.runlog import RunRecord
from urbanplan.view.linker import link
from urbanplan.view.page import FONTS, Page, read_asset
from urbanplan.view.report.evidence import evidence_maps
from urbanplan.view.report.finding_locations import charts, finding_districts, finding_points, read_districts
from urbanplan.view.report.history import history_rows
from urbanplan.view.report.rows import finding_rows, input_rows, proposal_rows, target_rows
from urbanplan.view.report.words import page_words

if TYPE_CHECKING:
    from geopandas import GeoDataFrame


def report_page(
    plan: Plan,
    report: Report,
    layers: Mapping[str, Layer],
    results: Mapping[str, GeoDataFrame],
    *,
    lang: str = "zh",
    history: Sequence[RunRecord] | None = None,
) -> str:
    """One HTML file that shows a run: summary, targets with their evidence, findings, sub-districts, inputs, runs.

    Args:
        plan, report, layers, results: what :func:`urbanplan.verdict.run.audit` gives; shapes in the working CRS.
        lang: ``zh`` or ``en``. history: runs of the log, the oldest first.
    """
    with use_language(lang):
        data = page_data(plan, report, layers, results, history=history)
        return Page(
            title=plan.title,
            styles=[read_asset("report.css").replace("FONTS", FONTS)],
            scripts=[link("report/page.js")],
            data={"report-data": data},
            body=read_asset("report-shell.html"),
            lang=lang,
        ).html()


def page_data(
    plan: Plan,
    report: Report,
    layers: Mapping[str, Layer],
    results: Mapping[str, GeoDataFrame],
    *,
    history: Sequence[RunRecord] | None = None,
) -> dict[str, Any]:
    """All that the page shows, in the current language."""
    known = read_districts(plan, layers)
    places = finding_districts(report.findings, finding_points(report.findings), known)
    return {
        "words": page_words(),
        "meta": {
            "title": plan.title,
            "district": plan.district.name,
            "as_of": plan.as_of.isoformat(),
            "maker": plan.maker or "",
            "plan": {"id": plan.id, "digest": report.plan.digest, "file": report.plan.file},
            "program": report.urbanplan,
            "crs": report.crs,
            "illustrative": report.is_illustrative,
        },
        "summary": report.summary.model_dump(),
        "chapters": [name for name in plan.chapters if name in report.summary.chapters],
        "targets": target_rows(plan, report),
        "findings": finding_rows(report.findings, places),
        "charts": [asdict(chart) for chart in charts(plan, layers, results)],
        "inputs": input_rows(report, layers),
        "evidence": evidence_maps(plan, report, layers, results),
        "proposal": proposal_rows(results.get(PROPOSED_LAYER)),
        "history": history_rows(history),
    }

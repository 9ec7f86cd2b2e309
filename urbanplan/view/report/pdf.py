"""The report on paper: the same figures, set by typst."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from urbanplan.layer.layer import Layer
from urbanplan.model.finding import Finding, finding_rules
from urbanplan.model.formatting import format_bound, format_reading
from urbanplan.model.plan import Plan
from urbanplan.model.report import Report, Verdict
from urbanplan.model.translation import current_language, localize, use_language
from urbanplan.view.report.finding_locations import Chart, charts
from urbanplan.view.report.words import page_words
from urbanplan.view.sheets.fonts import cjk_font
from urbanplan.view.sheets.typesetting import Typesetter

if TYPE_CHECKING:
    from geopandas import GeoDataFrame


def report_pdf(
    plan: Plan, report: Report, layers: Mapping[str, Layer], results: Mapping[str, GeoDataFrame], *, lang: str = "zh"
) -> bytes:
    """A PDF of the run: summary, targets by chapter, sub-districts, findings by code, inputs.

    Raises:
        ViewError: there is no Chinese font. MissingExtraError: typst is not installed.
    """
    with use_language(lang):
        typesetter = Typesetter(cjk_font(), template="report.typ")
        return typesetter.pdf(typesetter.written(_data(plan, report, charts(plan, layers, results))))


def _data(plan: Plan, report: Report, made: list[Chart]) -> dict[str, Any]:
    w = page_words()
    status = report.summary.status
    illustrative = report.is_illustrative
    return {
        "title": plan.title,
        "author": plan.maker or "",
        "lead": " · ".join(x for x in (plan.district.name, f"{w['as_of']} {plan.as_of}", plan.maker) if x),
        "illustrative": w["illustrative_note"] if illustrative else None,
        "words": w,
        "counts": {**status, "all": sum(status.values())},
        "chapters": [
            [name or w["no_chapter"], *(str(counts.get(s, 0)) for s in ("met", "not_met", "undecidable"))]
            for name, counts in _order_chapters(plan, report.summary.chapters)
        ],
        "targets": _chapters(plan, report, w),
        "charts": [_chart(chart) for chart in made],
        "findings": _findings(report.findings, w),
        "inputs": [[e.title or e.name, e.file, w[e.basis], f"{e.features:,}", e.digest] for e in report.layers],
    }


def _order_chapters(plan: Plan, found: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Chapters in the plan's order, others after them."""
    names = [name for name in plan.chapters if name in found]
    return [(name, found[name]) for name in [*names, *(name for name in found if name not in names)]]


def _chapters(plan: Plan, report: Report, w: dict[str, str]) -> list[dict[str, Any]]:
    found: dict[str, list[Verdict]] = {}
    for verdict in report.verdicts:
        found.setdefault(verdict.chapter, []).append(verdict)
    return [
        {"name": name or w["no_chapter"], "rows": [_row(v, w) for v in held]}
        for name, held in _order_chapters(plan, found)
    ]


def _row(v: Verdict, w: dict[str, str]) -> dict[str, str]:
    return {
        "id": v.target,
        "title": v.title or v.quote,
        "bound": format_bound(v.bound) if v.bound else "—",
        "reading": format_reading(v.reading, v.bound) if v.reading else "—",
        "status": v.status if v.role == "promise" else "context",
        "basis": w[v.basis] if v.basis else "",
        "reason": v.reason,
        "settle": v.settled_by or "",
    }


def _chart(chart: Chart) -> dict[str, Any]:
    rows = []
    for i, name in enumerate(chart.districts):
        values = [line[i] for line in chart.values]
        rows.append([name, *(f"{value:,.1f}" for value in values), f"{sum(values):,.1f}"])
    heads = [series or localize("In all") for series in chart.series]
    return {"title": f"{chart.title} ({chart.unit})", "heads": [*heads, localize("In all")], "rows": rows}


def _findings(found: list[Finding], w: dict[str, str]) -> list[list[str]]:
    """Counts by level and code, with each code's title."""
    counts: dict[tuple[str, str], int] = {}
    for each in found:
        key = ("waived" if each.waived else each.level, each.code)
        counts[key] = counts.get(key, 0) + 1
    order = ["error", "warn", "info", "waived"]
    known = finding_rules()
    return [
        [w[level], code, known[code].title.get(current_language(), "") if code in known else "", f"{count:,}"]
        for (level, code), count in sorted(counts.items(), key=lambda each: (order.index(each[0][0]), -each[1]))
    ]

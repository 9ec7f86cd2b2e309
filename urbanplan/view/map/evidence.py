"""Verdicts for the page, each with the rows of the map's layers that it rests on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from urbanplan.model.plan import Plan
from urbanplan.model.report import Report, Verdict
from urbanplan.model.translation import join_clauses
from urbanplan.store.diff import Change, format_outcome
from urbanplan.view.map.columns import to_texts
from urbanplan.view.map.sheet import MapLayer

_VERDICT_FIELDS = {
    "target",
    "title",
    "chapter",
    "quote",
    "role",
    "status",
    "warn",
    "basis",
    "progress",
    "reason",
    "settled_by",
}


def verdict_rows(
    plan: Plan, report: Report, sheets: list[MapLayer], since: Sequence[Change] = ()
) -> list[dict[str, Any]]:
    """The report's verdicts in the order of the plan's chapters.

    ``evidence`` maps a layer to row numbers; ``turned`` says how a verdict differs from the run that is compared with.
    """
    turned = {change.target: _turn(change) for change in since}
    rows = {sheet.name: _rows_by_id(sheet) for sheet in sheets}
    titles = {source.id: source.title for source in plan.source}
    places = {chapter: k for k, chapter in enumerate(plan.chapters)}
    ordered = sorted(report.verdicts, key=lambda v: places.get(v.chapter, len(places)))
    return [{**_verdict(verdict, rows, titles), "turned": turned.get(verdict.target)} for verdict in ordered]


def _turn(change: Change) -> dict[str, Any]:
    return {
        "way": change.way,
        "was": change.before.status if change.before else None,
        "before": format_outcome(change.before),
        "why": join_clauses(change.why),
    }


def _rows_by_id(sheet: MapLayer) -> dict[str, list[int]]:
    """Row numbers by id; one id may stand in several rows."""
    ids = to_texts(sheet.frame[sheet.id_field]) if sheet.id_field else [str(k + 1) for k in range(len(sheet.frame))]
    found: dict[str, list[int]] = {}
    for row, name in enumerate(ids):
        if name is not None:
            found.setdefault(name, []).append(row)
    return found


def _verdict(verdict: Verdict, rows: dict[str, dict[str, list[int]]], titles: dict[str, str]) -> dict[str, Any]:
    return {
        **verdict.model_dump(include=_VERDICT_FIELDS),
        "source": titles.get(verdict.source or "", verdict.source),
        "reading": verdict.reading.model_dump() if verdict.reading else None,
        "bound": verdict.bound.model_dump() if verdict.bound else None,
        "breakdown": [row.model_dump() for row in verdict.breakdown[:200]],
        "evidence": _evidence(verdict, rows),
    }


def _evidence(verdict: Verdict, rows: dict[str, dict[str, list[int]]]) -> dict[str, list[int]]:
    found = {
        name: [row for key in ids for row in rows[name].get(str(key), ())]
        for name, ids in verdict.evidence.layers.items()
        if name in rows
    }
    for name in verdict.evidence.results:
        if name in rows and len(rows[name]) <= 5000:
            found[name] = sorted(row for held in rows[name].values() for row in held)
    return {name: held for name, held in found.items() if held}

"""Targets, findings and inputs of a report as rows for the page: texts rounded for people, numbers beside them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import orjson

from urbanplan.layer.layer import Layer
from urbanplan.model.finding import Finding
from urbanplan.model.formatting import format_bound, format_reading
from urbanplan.model.plan import Plan
from urbanplan.model.reading import Reading
from urbanplan.model.report import Report, Verdict
from urbanplan.model.units import convert_unit

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

MAX_BREAKDOWN_ROWS = 60  # rows of a breakdown that the page shows


def target_rows(plan: Plan, report: Report) -> list[dict[str, Any]]:
    """One row for each target, in the order of the report; what is context, and no promise, behind them."""
    titles = {source.id: source.title for source in plan.source}
    return [_target_row(v, titles) for v in sorted(report.verdicts, key=lambda v: v.role == "context")]


def _target_row(v: Verdict, titles: dict[str, str]) -> dict[str, Any]:
    row: dict[str, Any] = {
        "id": v.target,
        "title": v.title or v.quote or v.target,
        "quote": v.quote,
        "chapter": v.chapter,
        "source": titles.get(v.source or "", v.source or ""),
        "role": v.role,
        "kind": v.kind,
        "status": v.status,
        "warn": v.warn,
        "basis": v.basis or "",
        "bound": format_bound(v.bound) if v.bound else "",
        "reading": format_reading(v.reading, v.bound) if v.reading else "",
        "reason": v.reason,
        "settle": v.settled_by or "",
        "where": v.where,
        "layers": list(v.layers),
    }
    if v.measure:
        row["measure"] = str(v.measure.get("kind", ""))
        row["params"] = _parameters(v.measure)
    if v.breakdown:
        row["parts"] = [_breakdown_row(part.keys, part.reading) for part in v.breakdown[:MAX_BREAKDOWN_ROWS]]
        row["more"] = max(0, len(v.breakdown) - MAX_BREAKDOWN_ROWS)
    gauge = _gauge(v)
    if gauge is not None:
        row["gauge"] = gauge
    reported = v.evidence.notes.get("reported")
    if isinstance(reported, dict):
        row["reported"] = {key: str(value) for key, value in reported.items() if value is not None}
    return row


def _parameters(measure: dict[str, Any]) -> list[list[str]]:
    """A measure's parameters as pairs of words."""
    return [
        [str(name), value if isinstance(value, str) else orjson.dumps(value, default=str).decode("utf-8")]
        for name, value in measure.items()
        if name != "kind" and value is not None
    ]


def _breakdown_row(keys: dict[str, Any], reading: Reading) -> list[Any]:
    """Label, text, low, high of a row of a breakdown; an unbounded end is null."""
    return [" · ".join(str(value) for value in keys.values()), format_reading(reading), reading.low, reading.high]


def _gauge(v: Verdict) -> dict[str, Any] | None:
    """Reading and bound on one axis, in the bound's unit; None where they cannot be drawn."""
    if v.reading is None or v.bound is None or v.reading.low is None or v.reading.high is None:
        return None
    try:
        low, high = (convert_unit(end, v.reading.unit, v.bound.unit) for end in (v.reading.low, v.reading.high))
    except ValueError:
        return None
    margin = v.bound.tolerance or 0.0
    return {"low": low, "high": high, "at": v.bound.number, "margin": margin, "is": v.bound.comparator}


def finding_rows(findings: list[Finding], places: list[str]) -> dict[str, list[Any]]:
    """Findings as columns: level, code, layer, feature, place, message, fix, waiver."""
    return {
        "level": ["waived" if f.waived else f.level for f in findings],
        "code": [f.code for f in findings],
        "layer": [f.layer or "" for f in findings],
        "feature": [f.feature or "" for f in findings],
        "place": places,
        "message": [f.message for f in findings],
        "fix": [f"{f.waived.reason} ({f.waived.owner})" if f.waived else f.fix for f in findings],
    }


def input_rows(report: Report, layers: Mapping[str, Layer]) -> list[dict[str, Any]]:
    """Layers as they were used; ``used`` are the targets that rest on each."""
    used: dict[str, list[str]] = {}
    for verdict in report.verdicts:
        for name in verdict.layers:
            used.setdefault(name, []).append(verdict.target)
    return [
        {
            "name": entry.name,
            "title": entry.title or entry.name,
            "file": entry.file,
            "type": entry.type,
            "digest": entry.digest,
            "basis": entry.basis,
            "source": entry.source,
            "date": entry.date or "",
            "features": entry.features,
            "refused": entry.refused,
            "used": used.get(entry.name, []),
        }
        for entry in report.layers
    ]


def proposal_rows(sites: GeoDataFrame | None) -> list[dict[str, str]]:
    """Proposed sites, the best first; what a drawn proposal does not say is empty."""
    if sites is None:
        return []
    columns = {"id": "id", "residents": "gained_residents", "metres": "gained_m"}
    known = sites.astype(object).where(sites.notna(), None)
    values = {name: known[column].tolist() if column in known else [None] * len(sites)
              for name, column in columns.items()}  # fmt: skip
    rows = zip(*values.values(), strict=True)
    return [
        {"rank": str(rank), **{name: _value_text(value) for name, value in zip(columns, row, strict=True)}}
        for rank, row in enumerate(rows, start=1)
    ]


def _value_text(value: Any) -> str:
    if value is None:
        return "–"
    return f"{value:,.0f}" if isinstance(value, float) else str(value)

"""Findings and verdicts as SARIF 2.1.0, the form that editors and code hosts show.

Source: OASIS, Static Analysis Results Interchange Format (SARIF) Version 2.1.0.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote

from urbanplan.model.finding import Finding, FindingRule, finding_rule
from urbanplan.model.formatting import format_bound, format_reading
from urbanplan.model.printable import to_printable
from urbanplan.model.report import Report, Verdict
from urbanplan.model.translation import join_clauses

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVEL = {"error": "error", "warn": "warning", "info": "note"}
_KIND = {"met": "pass", "not_met": "fail", "undecidable": "open"}
_LOCATION = re.compile(r"^(?P<file>.*?):(?P<line>\d+)(?::(?P<column>\d+))?$")
TARGET_RULE = "target"


def sarif_log(report: Report) -> dict[str, Any]:
    """The report as a SARIF log of one run.

    A finding is a result of its code; a waived one is suppressed with its reason.  A promise is a result of the rule
    ``target`` whose kind is pass, fail or open.
    """
    used = [finding_rule(code) for code in dict.fromkeys(f.code for f in report.findings)]
    files = {layer.name: layer.file for layer in report.layers}
    driver = {
        "name": "urbanplan",
        "version": report.urbanplan,
        "rules": [*(_rule(rule, report.language) for rule in used), _target_rule()],
    }
    results = [_finding_result(finding, files, report) for finding in report.findings]
    results += [_verdict_result(verdict, report) for verdict in report.verdicts if verdict.role == "promise"]
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": results,
        "properties": {"crs": report.crs, "plan": report.plan.model_dump(), **_disclosure(report)},
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _disclosure(report: Report) -> dict[str, Any]:
    return {"disclosure": report.disclosure} if report.disclosure else {}


def _rule(rule: FindingRule, tongue: str) -> dict[str, Any]:
    return {
        "id": rule.code,
        "shortDescription": {"text": rule.title[tongue]},
        "fullDescription": {"text": rule.why[tongue]},
        "help": {"text": rule.fix[tongue]},
        "defaultConfiguration": {"level": _LEVEL[rule.level]},
    }


def _target_rule() -> dict[str, Any]:
    return {
        "id": TARGET_RULE,
        "shortDescription": {"text": "A promise of the plan, measured and judged"},
        "defaultConfiguration": {"level": "error"},
    }


def _finding_result(finding: Finding, files: dict[str, str], report: Report) -> dict[str, Any]:
    place = _physical_location(str(finding.values.get("where", ""))) or _artifact_location(
        files.get(finding.layer or "") or report.plan.file
    )
    result: dict[str, Any] = {
        "ruleId": finding.code,
        "level": _LEVEL[finding.level],
        "message": {"text": _message_text(f"{finding.message} {finding.fix}")},
        "locations": [{**place, **_logical_location(finding.layer, finding.feature)}],
        "properties": {"geometry": finding.geometry, "layer": finding.layer, "feature": finding.feature},
    }
    if finding.waived is not None:
        waived = finding.waived
        reason = f"{waived.reason} ({waived.owner}{f', {waived.expires}' if waived.expires else ''})"
        result["suppressions"] = [{"kind": "external", "status": "accepted", "justification": to_printable(reason)}]
    return result


def _verdict_result(verdict: Verdict, report: Report) -> dict[str, Any]:
    kind = _KIND[verdict.status]
    told = [verdict.title, verdict.status]
    if verdict.reading is not None and verdict.bound is not None:
        told.append(f"{format_reading(verdict.reading, verdict.bound)} / {format_bound(verdict.bound)}")
    told += [text for text in (verdict.basis, verdict.reason) if text]
    return {
        "ruleId": TARGET_RULE,
        "kind": kind,
        "level": "error" if kind == "fail" else "none",
        "message": {"text": _message_text(join_clauses(told))},
        "locations": [
            {
                **(_physical_location(verdict.where) or _artifact_location(report.plan.file)),
                **_logical_location(None, verdict.target),
            }
        ],
        "properties": {"target": verdict.target, "basis": verdict.basis, "status": verdict.status},
    }


def _message_text(text: str) -> str:
    """A text of data as a message: no placeholder (3.11.5), no embedded link (3.11.6), no control character."""
    return to_printable(text).replace("{", "{{").replace("}", "}}").replace("](", "] (")


def _physical_location(where: str) -> dict[str, Any] | None:
    hit = _LOCATION.match(where)
    if hit is None:
        return None
    region = {"startLine": int(hit["line"])} | ({"startColumn": int(hit["column"])} if hit["column"] else {})
    return {"physicalLocation": {**_artifact_location(hit["file"])["physicalLocation"], "region": region}}


def _artifact_location(path: str) -> dict[str, Any]:
    return {"physicalLocation": {"artifactLocation": {"uri": quote(path.replace("\\", "/") or "plan.toml", safe="/")}}}


def _logical_location(layer: str | None, feature: str | None) -> dict[str, Any]:
    names = [name for name in (layer, feature) if name]
    if not names:
        return {}
    return {"logicalLocations": [{"name": names[-1], "fullyQualifiedName": "/".join(names), "kind": "object"}]}

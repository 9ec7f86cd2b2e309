"""Findings and verdicts as SARIF 2.1.0, the form that editors and code hosts show.

Source: OASIS, Static Analysis Results Interchange Format (SARIF) Version 2.1.0.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote

from urbanplan.model.finding import Finding, Rule, rules
from urbanplan.model.formatting import shown, shown_bound
from urbanplan.model.report import Report, Verdict

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVEL = {"error": "error", "warn": "warning", "info": "note"}
_KIND = {"met": "pass", "not_met": "fail", "undecidable": "open"}
_PLACE = re.compile(r"^(?P<file>.*?):(?P<line>\d+)(?::(?P<column>\d+))?$")
TARGET_RULE = "target"


def sarif(report: Report) -> dict[str, Any]:
    """The report as a SARIF log of one run.

    A finding is a result of its code; a waived one is suppressed with its reason.  A promise is a result of the rule
    ``target`` whose kind is pass, fail or open.
    """
    used = [rules()[code] for code in dict.fromkeys(f.code for f in report.findings)]
    files = {layer.name: layer.file for layer in report.layers}
    driver = {
        "name": "urbanplan",
        "version": report.urbanplan,
        "rules": [*(_rule(rule, report.language) for rule in used), _target_rule()],
    }
    results = [_finding(finding, files, report) for finding in report.findings]
    results += [_verdict(verdict, report) for verdict in report.verdicts if verdict.role == "promise"]
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": results,
        "properties": {"crs": report.crs, "plan": report.plan.model_dump()},
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(rule: Rule, tongue: str) -> dict[str, Any]:
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


def _finding(finding: Finding, files: dict[str, str], report: Report) -> dict[str, Any]:
    place = _physical(str(finding.values.get("where", ""))) or _file(files.get(finding.layer or "") or report.plan.file)
    result: dict[str, Any] = {
        "ruleId": finding.code,
        "level": _LEVEL[finding.level],
        "message": {"text": f"{finding.message} {finding.fix}"},
        "locations": [{**place, **_logical(finding.layer, finding.feature)}],
        "properties": {"geometry": finding.geometry, "layer": finding.layer, "feature": finding.feature},
    }
    if finding.waived is not None:
        waived = finding.waived
        reason = f"{waived.reason} ({waived.owner}{f', {waived.expires}' if waived.expires else ''})"
        result["suppressions"] = [{"kind": "external", "status": "accepted", "justification": reason}]
    return result


def _verdict(verdict: Verdict, report: Report) -> dict[str, Any]:
    kind = _KIND[verdict.status]
    told = [verdict.title, verdict.status]
    if verdict.reading is not None and verdict.bound is not None:
        told.append(f"{shown(verdict.reading)} / {shown_bound(verdict.bound)}")
    told += [text for text in (verdict.basis, verdict.reason) if text]
    return {
        "ruleId": TARGET_RULE,
        "kind": kind,
        "level": "error" if kind == "fail" else "none",
        "message": {"text": "; ".join(told)},
        "locations": [{**(_physical(verdict.where) or _file(report.plan.file)), **_logical(None, verdict.target)}],
        "properties": {"target": verdict.target, "basis": verdict.basis, "status": verdict.status},
    }


def _physical(where: str) -> dict[str, Any] | None:
    hit = _PLACE.match(where)
    if hit is None:
        return None
    region = {"startLine": int(hit["line"])} | ({"startColumn": int(hit["column"])} if hit["column"] else {})
    return {"physicalLocation": {**_file(hit["file"])["physicalLocation"], "region": region}}


def _file(path: str) -> dict[str, Any]:
    return {"physicalLocation": {"artifactLocation": {"uri": quote(path.replace("\\", "/") or "plan.toml", safe="/")}}}


def _logical(layer: str | None, feature: str | None) -> dict[str, Any]:
    names = [name for name in (layer, feature) if name]
    if not names:
        return {}
    return {"logicalLocations": [{"name": names[-1], "fullyQualifiedName": "/".join(names), "kind": "object"}]}

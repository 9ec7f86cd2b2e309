"""SARIF 2.1.0: results with rule, level, place, suppression; verdicts as pass, fail, open."""

from __future__ import annotations

import json

from view.test_terminal import OVERLAP, report

from urbanplan.model.finding import WaiverReason, build_finding
from urbanplan.model.report import LayerEntry
from urbanplan.view.sarif import sarif_log

QUOTE = build_finding("plan-quote-absent", feature="SP-001", where="plans/plan.toml:41:3", source="speech", quote="x")


def run(*findings):
    made = report(findings=findings).model_copy(
        update={"layers": [LayerEntry(name="parcels", file="数据/parcels.geojson")]}
    )
    return json.loads(json.dumps(sarif_log(made), allow_nan=False))["runs"][0]


def test_log_has_what_the_standard_asks():
    log = sarif_log(report())
    assert log["version"] == "2.1.0"
    assert log["runs"][0]["tool"]["driver"]["name"] == "urbanplan"


def test_every_result_names_a_described_rule():
    one = run(OVERLAP, QUOTE)
    known = {rule["id"] for rule in one["tool"]["driver"]["rules"]}
    assert {result["ruleId"] for result in one["results"]} == known


def test_finding_points_to_its_file_feature_and_line():
    overlap, quote, *_ = run(OVERLAP, QUOTE)["results"]
    (place,) = overlap["locations"]
    assert overlap["level"] == "error"
    assert place["physicalLocation"]["artifactLocation"]["uri"] == "%E6%95%B0%E6%8D%AE/parcels.geojson"
    assert place["logicalLocations"][0]["fullyQualifiedName"] == "parcels/GX-01"
    (place,) = quote["locations"]
    assert place["physicalLocation"]["artifactLocation"]["uri"] == "plans/plan.toml"
    assert place["physicalLocation"]["region"] == {"startLine": 41, "startColumn": 3}


def test_waived_finding_is_suppressed_with_its_reason():
    waived = OVERLAP.model_copy(update={"waived": WaiverReason(reason="shore", owner="Li", expires="2026-01-01")})
    (result, *_) = run(waived)["results"]
    assert result["suppressions"] == [
        {"kind": "external", "status": "accepted", "justification": "shore (Li, 2026-01-01)"}
    ]


def test_promises_pass_fail_or_stay_open_and_context_is_left_out():
    results = [r for r in run()["results"] if r["ruleId"] == "target"]
    assert [r["kind"] for r in results] == ["pass", "fail", "open", "open", "pass"]
    assert all((r["level"] == "none") == (r["kind"] != "fail") for r in results)
    assert "1,718.1–1,719.1 亩" in results[1]["message"]["text"]

"""A second, invented district: an L of 2 km by 1.6 km in zone 40, Chinese columns, its own types, no code.

By hand, in metres from (480000, 3600000): industrial plots of 100 m x 100 m (three) and 200 m x 100 m (one) are
4 plots and 75 mu; a fifth, residential, has no batch; one industrial plot reaches into the flood storage. Road 甲
runs 1000 m, 乙 600 m on two carriageways, 丙 1800 m of which 1000 lie inside; 丁 stands apart and is not built.
The fitness point lies on 甲; homes of 30, 30 and 40 people are 200, 450 and 1100 m along the street from it.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import urbanplan

HOME = Path(__file__).parent / "lakeside"
KNOWN = {
    "地块宗数": ("met", 4, 4),
    "地块面积": ("met", 75, 75),
    "第一批": ("undecidable", 3, 4),
    "避开蓄洪区": ("not_met", 1, 1),
    "通车里程": ("met", 2.6, 2.6),
    "连成一网": ("not_met", 2, 2),
    "全天服务": ("not_met", 75, 75),
    "床位": ("undecidable", 110, 160),
    "健身可达": ("met", 60, 60),
    "收入": ("met", 7.2, 7.2),
    "车站": ("undecidable", 1, 1),
}


@pytest.fixture(scope="module")
def report():
    return urbanplan.audit(urbanplan.read_plan(HOME)).report


def test_the_district_is_data_only():
    assert [path.name for path in HOME.rglob("*.py")] == []


@pytest.mark.parametrize("target", KNOWN)
def test_verdicts_are_as_known_by_hand(report, target):
    found = next(verdict for verdict in report.verdicts if verdict.target == target)
    status, low, high = KNOWN[target]
    assert found.status == status
    assert (found.reading.low, found.reading.high) == pytest.approx((low, high), rel=1e-6)


def test_no_target_is_forgotten_and_nothing_is_wrong_with_the_files(report):
    assert {verdict.target for verdict in report.verdicts} == set(KNOWN)
    assert report.findings == [], "columns, codes, declared areas, quotes and the source's digest all hold"
    assert report.exit_code() == 1


def test_a_verdict_is_as_good_as_its_weakest_layer(report):
    basis = {verdict.target: verdict.basis for verdict in report.verdicts}
    assert basis["地块宗数"] == "reported", "broken down by quarters, which are reported"
    assert basis["地块面积"] == "surveyed"
    assert basis["收入"] == "reported"


def test_breakdown_by_its_own_quarters(report):
    plots = next(verdict for verdict in report.verdicts if verdict.target == "地块宗数")
    assert {row.keys["subdistrict"]: row.reading.low for row in plots.breakdown} == {"北片": 4}
    roads = next(verdict for verdict in report.verdicts if verdict.target == "通车里程")
    metres = {row.keys["subdistrict"]: row.reading.low for row in roads.breakdown}
    assert sum(metres.values()) == pytest.approx(2600, abs=0.01)


def test_undecidable_says_what_would_settle_it(report):
    batch = next(verdict for verdict in report.verdicts if verdict.target == "第一批")
    assert "batch" in (batch.settled_by or "")
    due = next(verdict for verdict in report.verdicts if verdict.target == "车站")
    assert due.reason_code == "not-yet"
    assert due.progress == pytest.approx(0.5)


def test_a_wrong_zone_is_told(tmp_path):
    shutil.copytree(HOME, tmp_path / "copy")
    plan = tmp_path / "copy" / "plan.toml"
    text = plan.read_text(encoding="utf-8")
    plan.write_text(text.replace('type = "道路"\n', 'type = "道路"\ncrs = "EPSG:4548"\n'), encoding="utf-8")
    report = urbanplan.audit(urbanplan.read_plan(plan)).report
    assert any(finding.layer == "道路" and finding.level != "info" for finding in report.findings)


def test_a_broken_quote_is_told_with_its_line(tmp_path):
    shutil.copytree(HOME, tmp_path / "copy")
    targets = tmp_path / "copy" / "targets.toml"
    text = targets.read_text(encoding="utf-8")
    targets.write_text(text.replace('quote = "所有地块避开蓄洪区"', 'quote = "所有地块避开生态红线"'), encoding="utf-8")
    report = urbanplan.audit(urbanplan.read_plan(tmp_path / "copy")).report
    hits = [finding for finding in report.findings if finding.code == "plan-quote-absent"]
    assert [hit.feature for hit in hits] == ["避开蓄洪区"]
    assert "targets.toml:" in hits[0].message

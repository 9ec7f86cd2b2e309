"""The first district: all rows of the register, how many are measured, and mutations of its own files."""

from __future__ import annotations

import csv
import json
import shutil

import pytest
from plans.whole_report import FILE, report_lines

import urbanplan

MEASURED = 163  # rows with a reading; raise it when more are measured, never lower it
CORE = {
    "SP-001": (22, 22),
    "SP-007": (11, 11),
    "SP-071": (32, 32),
}


@pytest.fixture(scope="module")
def run(district):
    return urbanplan.audit(urbanplan.read_plan(district))


@pytest.fixture
def copy(district, tmp_path):
    shutil.copytree(district, tmp_path / "copy", ignore=shutil.ignore_patterns(".urbanplan", "generator", "*.py"))
    return tmp_path / "copy"


def verdict(report, target):
    return next(v for v in report.verdicts if v.target == target)


def edit(folder, name, change):
    path = folder / f"{name}.geojson"
    data = json.loads(path.read_text(encoding="utf-8"))
    data["features"] = change(data["features"])
    path.write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")


def test_measured_rows_do_not_fall(run, capsys):
    measured = run.report.summary.measured
    with capsys.disabled():
        print(f"\nmeasured rows of the first plan: {measured} of {len(run.report.verdicts)}")
    assert measured >= MEASURED


def test_no_verdict_changes_unseen(run):
    """Readings, reasons and evidence as they were looked at last; whole_report.py writes them anew."""
    assert list(report_lines(run.report)) == FILE.read_text(encoding="utf-8").splitlines()


def test_every_row_of_the_register_has_a_verdict(run, shared):
    with (shared / "domain" / "register.csv").open(encoding="utf-8-sig") as stream:
        ids = {row["id"] for row in csv.DictReader(stream)}
    assert {v.target for v in run.report.verdicts} == ids


IDENTITY = ("SP-001", "SP-002", "SP-007", "SP-011", "SP-071")  # what is meant is named: one more is another thing


def test_officials_numbers_are_floors_but_for_what_is_named(district, shared):
    """新增, 新建, 建成, 投用, 引进 N: more is met too, as the corrected register says."""
    with (shared / "domain" / "register.csv").open(encoding="utf-8-sig") as stream:
        register = {row["id"]: row["comparator"] for row in csv.DictReader(stream)}
    declared = {t.id: t for t in urbanplan.read_plan(district).target if t.bound is not None}
    comparators = {name: target.bound.comparator for name, target in declared.items()}
    assert [name for name in IDENTITY if comparators[name] != "="] == []
    assert [name for name, sign in register.items() if sign == ">=" and comparators.get(name) == "="] == []
    assert [name for name in IDENTITY if not declared[name].comparator_because] == []


def test_what_floors_are_exceeded_by_is_shown(run):
    housing = verdict(run.report, "SP-081")
    assert housing.status == "met"
    assert housing.surplus == pytest.approx(housing.reading.low - 760_000)
    assert "133,600" in housing.reason


def test_every_quote_stands_in_the_speech(district, shared):
    report = urbanplan.audit(urbanplan.read_plan(district), select=["SP-001"], sources=shared / "source").report
    assert [f for f in report.findings if f.code.startswith(("plan-quote", "plan-source"))] == []


@pytest.mark.parametrize("target", CORE)
def test_core_counts_are_what_the_files_hold(run, target):
    found = verdict(run.report, target).reading
    assert (found.low, found.high) == CORE[target]


def test_all_three_answers_occur_and_each_says_why(run):
    promises = [v for v in run.report.verdicts if v.role == "promise"]
    assert {v.status for v in promises} == {"met", "not_met", "undecidable"}
    assert [v.target for v in promises if v.status != "undecidable" and v.reading is None] == []
    assert [v.target for v in promises if v.status == "undecidable" and not (v.reason and v.settled_by)] == []
    assert {v.basis for v in promises if v.layers} == {"illustrative"}, "no layer of this district is real"


def test_the_circle_is_certified_and_has_real_gaps(run):
    circle = verdict(run.report, "SP-104")
    assert circle.evidence.notes["certified"] is True
    assert circle.status == "not_met"
    gaps = run.results["coverage_gaps"]
    assert len(gaps) > 100
    assert gaps["residents"].is_monotonic_decreasing


def test_dropping_a_parcel_turns_both_targets(copy):
    edit(copy, "parcels", lambda features: features[1:])
    report = urbanplan.audit(urbanplan.read_plan(copy), select=["SP-001", "SP-002"]).report
    assert [v.status for v in report.verdicts] == ["not_met", "not_met"]
    assert report.exit_code() == 1


def test_a_parcel_drawn_twice_counts_its_land_once(run, copy):
    before = run.report
    edit(
        copy, "parcels", lambda features: [*features, json.loads(json.dumps(features[0]).replace("GX-2025-01", "GX-2"))]
    )
    after = urbanplan.audit(urbanplan.read_plan(copy), select=["SP-001", "SP-002"]).report
    assert verdict(after, "SP-001").reading.low == 23
    assert verdict(after, "SP-002").reading.low == pytest.approx(verdict(before, "SP-002").reading.low, abs=1e-3)
    assert any(f.layer == "parcels" and f.level == "error" for f in after.findings)


def test_closing_half_of_the_sites_takes_residents_away(run, copy):
    edit(copy, "fitness_sites", lambda features: features[: len(features) // 2])
    after = urbanplan.audit(urbanplan.read_plan(copy), select=["SP-104"]).report
    assert verdict(after, "SP-104").reading.low < verdict(run.report, "SP-104").reading.low

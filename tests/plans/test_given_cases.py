"""The small plans that once gave a wrong verdict, each with the right one: status, and reading in the bound's unit."""

from __future__ import annotations

import shutil

import pytest

import urbanplan
from urbanplan.errors import MeasureError

CASES = {  # folder -> of each target status, low and high
    "p_F19_float": [("met", 29, 29)],
    "p_F21_tolerance": [("not_met", 0.34, 0.34)],
    "p_F22_reported": [("undecidable", None, None)],
    "p_F28_tjunction": [("met", 1, 1), ("not_met", 3, 3)],
    "p_F29_deadend_dup": [("not_met", 2, 2)],
    "p_F30_connected_null": [("undecidable", 1, 2)],
    "p_F35_null_walkable": [("undecidable", 50, 100)],
    "p_F37_site_null": [("undecidable", 0, 100)],
    "p_F39_vacuous": [("undecidable", 0, 2)],
    "p_filter": [("met", 1, 1), ("met", 2, 2)],
}
SLIPS = {"p_F26_nounit": (18, "a bound on length needs a unit"), "p_F36_empty_band": (25, "parameter 'within'")}


@pytest.fixture
def plan(shared, tmp_path):
    """A copy of a given folder: where it lies nothing is written."""

    def copied(name):
        shutil.copytree(shared / "cases" / "verdicts" / name, tmp_path / name)
        return tmp_path / name / "plan.toml"

    return copied


@pytest.mark.parametrize("name", CASES)
def test_a_given_plan_has_its_right_verdicts(plan, name):
    found = urbanplan.check(plan(name)).report.verdicts
    rows = [(one.status, *((one.reading.low, one.reading.high) if one.reading else (None, None))) for one in found]
    assert [row[0] for row in rows] == [row[0] for row in CASES[name]]
    assert [row[1:] for row in rows] == [pytest.approx(row[1:]) for row in CASES[name]]


@pytest.mark.parametrize("name", SLIPS)
def test_a_slip_is_an_error_at_its_line(plan, name):
    line, words = SLIPS[name]
    with pytest.raises(MeasureError, match=words) as caught:
        urbanplan.check(plan(name))
    assert f"plan.toml:{line}:" in str(caught.value)


def test_targets_that_share_features_are_one_finding_and_the_report_is_bounded(plan):
    report = urbanplan.check(plan("p_F42_300targets")).report
    twice = [hit for hit in report.findings if hit.code == "plan-counted-twice"]
    assert len(twice) == 1
    assert len(twice[0].features) == 300
    assert len(report.model_dump_json()) < 1_000_000

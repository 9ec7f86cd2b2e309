"""Waivers: what they meet, when they end, and that nothing they let pass becomes invisible."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from urbanplan.errors import PlanError
from urbanplan.model.finding import build_finding, finding_rules
from urbanplan.model.report import PlanEntry, Report, summarise
from urbanplan.verdict.waiver import Waiver, apply_waivers, finding_key, geometry_hash, read_waivers, write_waivers

SQUARE = {"type": "Polygon", "coordinates": [[[0.0, 0.0], [9.0, 0.0], [9.0, 9.0], [0.0, 9.0], [0.0, 0.0]]]}
OVERLAP = build_finding("layer-overlap", layer="parcels", feature="A", geometry=SQUARE, other="B", area_m2=81.0)
NULL = [
    build_finding("layer-value-null", layer="parcels", feature="A", geometry=SQUARE, column=column)
    for column in ("far", "use")
]


@dataclass(frozen=True)
class Run:
    report: Report

    @property
    def findings(self):
        return tuple(self.report.findings)


def run(*findings, as_of="2025-12-31"):
    found = list(findings)
    return Run(Report(plan=PlanEntry(id="p", as_of=as_of), findings=found, summary=summarise([], found)))


def waiver(hit, **more):
    names = ("rule", "layer", "feature", "detail", "geometry")
    return Waiver(**dict(zip(names, finding_key(hit), strict=True)), **{"reason": "shore", "owner": "Li", **more})


def waiver_states(result):
    return [(hit.code, hit.waived is not None) for hit in result.report.findings]


def test_waived_finding_stays_visible_and_sets_no_exit_1():
    before = run(OVERLAP)
    after = apply_waivers(before, [waiver(OVERLAP)])
    assert before.report.exit_code() == 1
    assert after.report.exit_code() == 0
    assert waiver_states(after) == [("layer-overlap", True)]
    assert after.report.summary.findings == {"waived": 1}
    assert after.report.findings[0].waived.owner == "Li"


@pytest.mark.parametrize("name", ["rule", "layer", "feature", "detail", "geometry"])
def test_waiver_of_another_key_meets_nothing(name):
    other = waiver(OVERLAP).model_copy(update={name: "other"})
    assert waiver_states(apply_waivers(run(OVERLAP), [other]))[0] == ("layer-overlap", False)


def test_waiver_of_one_column_does_not_meet_another():
    assert waiver_states(apply_waivers(run(*NULL), [waiver(NULL[0])])) == [
        ("layer-value-null", True),
        ("layer-value-null", False),
    ]


@pytest.mark.parametrize(("expires", "in_force"), [("2025-12-30", False), ("2025-12-31", True), (None, True)])
def test_expiry_is_compared_with_the_plans_date(expires, in_force):
    until = expires and datetime.date.fromisoformat(expires)
    found = apply_waivers(run(OVERLAP), [waiver(OVERLAP, expires=until)]).report.findings
    assert (found[0].waived is not None) == in_force
    assert ("waiver-expired" in [hit.code for hit in found]) != in_force


def test_waiver_that_meets_nothing_is_told():
    other = waiver(OVERLAP).model_copy(update={"layer": "", "feature": "Z"})
    assert [hit.code for hit in apply_waivers(run(), [other]).report.findings] == ["waiver-unused"]
    unread = waiver(OVERLAP)  # its layer was not read in this run: nothing can be said
    assert apply_waivers(run(), [unread]).report.findings == []


def test_waiver_without_reason_is_told_once():
    silent = [waiver(hit, reason="", file="w.toml") for hit in NULL]
    found = apply_waivers(run(*NULL), silent).report.findings
    assert [hit.code for hit in found] == ["layer-value-null", "layer-value-null", "waiver-unjustified"]
    assert found[-1].values == {"count": 2, "file": "w.toml"}
    assert [hit.waived for hit in found[:2]] == [None, None]


@pytest.mark.parametrize(("reason", "owner"), [("", "Li"), ("shore", " "), ("", "")])
def test_a_waiver_needs_reason_and_owner(reason, owner):
    found = apply_waivers(run(OVERLAP), [waiver(OVERLAP, reason=reason, owner=owner)]).report.findings
    assert [(hit.code, hit.waived) for hit in found] == [("layer-overlap", None), ("waiver-unjustified", None)]


def test_every_waiver_code_has_its_samples_above():
    assert {code for code in finding_rules() if code.startswith("waiver-")} == {
        "waiver-expired",
        "waiver-unused",
        "waiver-unjustified",
    }


def test_written_waivers_let_the_same_findings_pass(tmp_path):
    path = tmp_path / "waivers.toml"
    note = build_finding("plan-source-absent", feature="speech", title="讲话", file="—")
    write_waivers(path, run(OVERLAP, *NULL, note).report)
    text = path.read_text(encoding="utf-8").replace('reason = ""', 'reason = "shore"')
    path.write_text(text.replace('owner = ""', 'owner = "Li"'), encoding="utf-8")
    after = apply_waivers(run(OVERLAP, *NULL, note), read_waivers(path))
    assert after.report.exit_code() == 0
    assert [hit.waived is not None for hit in after.report.findings[:4]] == [True, True, True, False]


def test_writing_again_keeps_what_stands_in_the_file(tmp_path):
    path = tmp_path / "waivers.toml"
    write_waivers(path, run(OVERLAP).report)
    mine = "# looked at on site\n" + path.read_text(encoding="utf-8").replace('reason = ""', 'reason = "岸线"')
    path.write_text(mine, encoding="utf-8")
    write_waivers(path, run(OVERLAP, *NULL).report)
    text = path.read_text(encoding="utf-8")
    assert text.startswith(mine)
    assert len(read_waivers(path)) == 3
    write_waivers(path, run(OVERLAP, *NULL).report)
    assert path.read_text(encoding="utf-8") == text


@pytest.mark.parametrize("value", ['"""', "a\nb", "\\", "'", "#", "“岸线”", "\t"])
def test_any_reason_comes_back(tmp_path, value):
    from urbanplan.verdict.waiver import _to_toml

    path = tmp_path / "w.toml"
    path.write_text(_to_toml(waiver(OVERLAP, reason=value), f"message {value}"), encoding="utf-8")
    assert read_waivers(path)[0].reason == value


@pytest.mark.parametrize("text", ["[[waiver]]", "waiver = 1", '[[waiver]]\nrule = "x"\nreasn = "y"', "[[waiver"])
def test_broken_waiver_file_is_refused(tmp_path, text):
    path = tmp_path / "w.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(PlanError, match=r"w\.toml"):
        read_waivers(path)


ring = st.lists(st.tuples(st.integers(0, 99), st.integers(0, 99)), min_size=3, max_size=8, unique=True)


@given(ring, st.integers(0, 7), st.booleans())
def test_hash_does_not_ask_where_a_ring_starts_or_which_way_it_runs(points, start, back):
    def shape(corners):
        return {"type": "Polygon", "coordinates": [[[float(x), float(y)] for x, y in [*corners, corners[0]]]]}

    turned = points[start % len(points) :] + points[: start % len(points)]
    assert geometry_hash(shape(points)) == geometry_hash(shape(turned[::-1] if back else turned))
    moved = [(points[0][0] + 0.5, points[0][1]), *points[1:]]
    assert geometry_hash(shape(points)) != geometry_hash(shape(moved))


def test_hash_of_no_geometry_is_empty():
    assert geometry_hash(None) == ""

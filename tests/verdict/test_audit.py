"""Audits of the small district: remembered findings, warnings, double counts, readiness."""

from __future__ import annotations

import json
import shutil

import pytest
from plans import small_district

import urbanplan.layer.validate as room
from urbanplan.exchange.files.user_cache import plan_folder
from urbanplan.exchange.files.user_folder import user_folder
from urbanplan.model.translation import use_language
from urbanplan.plan import read_plan
from urbanplan.verdict import audit, cached_measure
from urbanplan.verdict.cache import clear_cache
from urbanplan.verdict.readiness import assess_readiness


@pytest.fixture
def plan(tmp_path):
    frames = small_district.frames()
    frames["parcels"].loc[1, "geometry"] = frames["parcels"].geometry[0].buffer(-1).union(frames["parcels"].geometry[1])
    return small_district.write(tmp_path, frames)


@pytest.fixture
def validated(monkeypatch):
    """Names of the layers that were validated afresh."""
    names = []
    fresh = room.validate_layer

    def counting(layer, *, boundary=None):
        names.append(layer.name)
        return fresh(layer, boundary=boundary)

    monkeypatch.setattr(room, "validate_layer", counting)
    return names


# --- memory


def test_rerun_validates_nothing_and_answers_the_same(plan, validated):
    first = audit(read_plan(plan)).report
    assert set(validated) == set(small_district.FIELDS)
    validated.clear()
    assert audit(read_plan(plan)).report == first
    assert validated == []
    assert any(hit.code == "layer-overlap" for hit in first.findings)


def test_only_the_layer_that_changed_is_validated_again(plan, validated):
    audit(read_plan(plan))
    validated.clear()
    frames = small_district.frames()
    frames["homes"].loc[0, "residents"] = -1
    frames["homes"].to_file(plan.parent / "homes.gpkg", layer="homes", driver="GPKG", engine="pyogrio")
    found = audit(read_plan(plan)).report.findings
    assert validated == ["homes"]
    assert [hit.code for hit in found if hit.layer == "homes" and hit.level == "error"] == ["layer-value-low"]


def test_changed_type_or_boundary_is_not_answered_from_memory(plan, validated):
    audit(read_plan(plan))
    validated.clear()
    kind = plan.parent / "types" / "sites.toml"
    kind.write_text(kind.read_text(encoding="utf-8") + "[rules]\ninside_district = true\n", encoding="utf-8")
    audit(read_plan(plan))
    assert validated == ["sites"]
    validated.clear()
    wider = small_district.frames()["boundary"]
    wider["geometry"] = wider.geometry.buffer(10)
    wider.to_file(plan.parent / "boundary.gpkg", layer="boundary", driver="GPKG", engine="pyogrio")
    audit(read_plan(plan))
    assert set(validated) == set(small_district.FIELDS)


def test_remembered_findings_speak_the_language_of_the_run(plan):
    with use_language("en"):
        english = audit(read_plan(plan)).report.findings
    with use_language("zh"):
        chinese = audit(read_plan(plan)).report.findings
    hit = next(hit for hit in chinese if hit.code == "layer-overlap")
    assert "重叠" in hit.message
    assert [(h.code, h.geometry, h.values) for h in english] == [(h.code, h.geometry, h.values) for h in chinese]


def memory_file(plan):
    return plan_folder(plan.parent) / "memory.json"


@pytest.mark.parametrize("damage", ["", "{}", "[1]", '{"digest": "x", "body": "{}"}', "\x00\xff"])
def test_damaged_memory_is_no_memory(plan, validated, damage):
    first = audit(read_plan(plan)).report
    memory_file(plan).write_text(damage, encoding="utf-8")
    validated.clear()
    assert audit(read_plan(plan)).report == first
    assert set(validated) == set(small_district.FIELDS)


def test_altered_memory_is_found_out(plan, validated):
    first = audit(read_plan(plan)).report
    path = memory_file(plan)
    whole = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(
        json.dumps({**whole, "body": whole["body"].replace("layer-overlap", "layer-gap")}), encoding="utf-8"
    )
    validated.clear()
    assert audit(read_plan(plan)).report == first
    assert validated


def test_folder_that_cannot_be_written_answers_the_same(plan, monkeypatch):
    first = audit(read_plan(plan)).report
    memory_file(plan).unlink()
    shutil.rmtree(memory_file(plan).parent)
    blocked = user_folder() / "plans"
    blocked.rmdir()
    blocked.write_text("a file stands in the way", encoding="utf-8")
    assert plan_folder(plan.parent) is None
    assert audit(read_plan(plan)).report == first


@pytest.fixture
def measured(monkeypatch):
    """Targets that were measured afresh."""
    ids = []
    of = cached_measure.measure_function

    def counting(kind):
        def measure(layers, params, setting):
            ids.append(setting.target)
            return of(kind)(layers, params, setting)

        return measure

    monkeypatch.setattr(cached_measure, "measure_function", counting)
    return ids


SPATIAL = {"PARCELS", "MU", "KM", "NETWORK", "CIRCLE", "BOTH"}


def test_rerun_measures_nothing_and_writes_the_same_bytes(plan, measured):
    first = audit(read_plan(plan)).report.model_dump_json()
    assert set(measured) == SPATIAL
    measured.clear()
    assert audit(read_plan(plan)).report.model_dump_json() == first
    assert measured == []


def test_only_targets_of_the_layer_that_changed_are_measured_again(plan, measured):
    audit(read_plan(plan))
    measured.clear()
    small_district.frames()["parcels"].to_file(
        plan.parent / "parcels.gpkg", layer="parcels", driver="GPKG", engine="pyogrio"
    )
    report = audit(read_plan(plan)).report
    assert set(measured) == {"PARCELS", "MU"}
    assert {v.target: v.status for v in report.verdicts}["MU"] == "met"


@pytest.mark.parametrize(
    ("old", "new", "again"),
    [
        ("number = 30", "number = 31", set()),  # the bound is judged, not measured
        ('of = "parcels", by = "subdistrict"', 'of = "parcels"', {"MU"}),
        ("as_of = 2025-12-31", "as_of = 2025-12-30", SPATIAL),
        ('crs = "EPSG:4547"', 'crs = "EPSG:4548"', SPATIAL),
    ],
)
def test_change_of_the_plan_is_measured_where_it_matters(plan, measured, old, new, again):
    audit(read_plan(plan))
    measured.clear()
    plan.write_text(plan.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    audit(read_plan(plan))
    assert set(measured) == again


def frame_files(plan):
    return sorted(plan_folder(plan.parent).glob("frame-*.arrow"))


def test_result_layers_of_a_remembered_run_are_kept(plan, measured):
    first = audit(read_plan(plan)).results
    measured.clear()
    again = audit(read_plan(plan))
    assert list(again.results) == list(first)
    for name, frame in first.items():
        assert again.results[name].equals(frame), name
        assert list(again.results[name].dtypes) == list(frame.dtypes)
        assert again.results[name].crs == frame.crs
    assert measured == []


@pytest.mark.parametrize("damage", [lambda path: path.unlink(), lambda path: path.write_bytes(path.read_bytes()[:-9])])
def test_result_layers_that_are_gone_or_damaged_are_made_when_asked_for(plan, measured, damage):
    first = audit(read_plan(plan)).results
    for path in frame_files(plan):
        damage(path)
    measured.clear()
    again = audit(read_plan(plan))
    assert measured == []
    assert all(again.results[name].equals(frame) for name, frame in first.items())
    assert set(measured) == {"NETWORK", "CIRCLE", "BOTH"}


def test_result_layers_that_nothing_names_are_removed(plan):
    audit(read_plan(plan))
    before = frame_files(plan)
    stray = before[0].with_name("frame-0.arrow")
    stray.write_bytes(b"of an earlier run")
    plan.write_text(plan.read_text(encoding="utf-8").replace("as_of = 2025-12-31", "as_of = 2025-12-30"))
    audit(read_plan(plan))
    assert frame_files(plan) == before


def test_remembered_reasons_speak_the_language_of_the_run(plan, measured):
    fresh = {}
    for tongue in ("en", "zh"):
        clear_cache(read_plan(plan))
        with use_language(tongue):
            fresh[tongue] = audit(read_plan(plan)).report.model_dump_json()
    assert fresh["zh"] != fresh["en"]
    measured.clear()
    for tongue in ("zh", "en", "zh"):
        with use_language(tongue):
            assert audit(read_plan(plan)).report.model_dump_json() == fresh[tongue]
    assert measured == []


def test_targets_that_left_the_plan_leave_the_memory(plan):
    audit(read_plan(plan))
    plan.write_text(plan.read_text(encoding="utf-8").replace('id = "KM"', 'id = "LENGTH"'), encoding="utf-8")
    audit(read_plan(plan))
    whole = json.loads(memory_file(plan).read_text(encoding="utf-8"))
    assert set(json.loads(whole["body"])["readings"]) == SPATIAL - {"KM"} | {"LENGTH"}


# --- warnings and double counts


def _with(plan, old, new):
    plan.write_text(plan.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    return audit(read_plan(plan)).report


def test_bound_that_only_just_holds_is_a_warning(plan):
    report = _with(plan, 'id = "KM"\n', 'id = "KM"\nwarn = { comparator = ">=", number = 2.5 }\n')
    verdict = next(v for v in report.verdicts if v.target == "KM")
    assert (verdict.status, verdict.warn) == ("met", True)
    assert [hit.feature for hit in report.findings if hit.code == "verdict-near-bound"] == ["KM"]
    report = _with(plan, "number = 2.5", "number = 1.5")
    assert [hit for hit in report.findings if hit.code == "verdict-near-bound"] == []


TWICE = """[[target]]
id = "AGAIN"
quote = "two parcels"
source = "speech"
{counted}bound = {{ comparator = ">=", number = 1, unit = "个" }}
measure = {{ kind = "count", of = "parcels" }}
"""


@pytest.mark.parametrize(("counted", "told"), [("", 1), ('counted_in = ["PARCELS"]\n', 0)])
def test_feature_that_counts_in_two_targets_is_told_unless_declared(plan, counted, told):
    report = _with(plan, '[[target]]\nid = "MU"', TWICE.format(counted=counted) + '[[target]]\nid = "MU"')
    hits = [hit for hit in report.findings if hit.code == "plan-counted-twice"]
    assert len(hits) == told


def test_many_targets_on_one_layer_are_one_finding(plan):
    targets = "".join(TWICE.format(counted="").replace("AGAIN", f"A{n}") for n in range(40))
    report = _with(plan, '[[target]]\nid = "MU"', targets + '[[target]]\nid = "MU"')
    (hit,) = (hit for hit in report.findings if hit.code == "plan-counted-twice")
    assert (hit.feature, hit.count, len(hit.features)) == (hit.features[0], 41, 41)


def test_targets_excused_by_one_another_join_no_group(plan):
    first = TWICE.format(counted='counted_in = ["PARCELS", "B"]\n')
    second = TWICE.format(counted="").replace("AGAIN", "B")
    report = _with(plan, '[[target]]\nid = "MU"', first + second + '[[target]]\nid = "MU"')
    (hit,) = (hit for hit in report.findings if hit.code == "plan-counted-twice")
    assert hit.features == ["PARCELS", "B"]


# --- readiness


def test_readiness_counts_and_orders_what_is_missing(plan):
    declared = read_plan(plan)
    ready = assess_readiness(declared, audit(declared).report)
    assert (ready.total.targets, ready.total.measured, ready.total.missing) == (8, 7, 1)
    assert (ready.total.decided, ready.total.open) == (7, 0)
    assert [(share.name, share.targets, share.decided) for share in ready.kinds] == [
        ("spatial", 6, 6),
        ("indicator", 2, 1),
    ]
    assert [(want.what, want.owner, want.targets) for want in ready.wants] == [
        ("the delegated number", "the bureau of ecology", ["DELEGATED"])
    ]


def test_wants_that_settle_most_come_first(plan):
    one = '[[target]]\nid = "D{n}"\nquote = "clean air"\nsource = "speech"\nmissing = { what = "air", owner = "eco" }\n'
    more = "".join(one.replace("{n}", str(n)) for n in range(3))
    plan.write_text(plan.read_text(encoding="utf-8") + more, encoding="utf-8")
    declared = read_plan(plan)
    wants = assess_readiness(declared, audit(declared).report).wants
    assert [(want.what, len(want.targets)) for want in wants] == [("air", 3), ("the delegated number", 1)]


def test_a_verdict_says_what_the_plan_says_of_its_target(plan):
    declared = read_plan(plan)
    said = {verdict.target: verdict for verdict in audit(declared).report.verdicts}
    assert list(said) == [target.id for target in declared.target]
    for target in declared.target:
        verdict = said[target.id]
        assert (verdict.title, verdict.chapter, verdict.quote, verdict.source, verdict.kind, verdict.role) == (
            target.name, target.chapter, target.quote, target.source, target.kind, target.role
        )  # fmt: skip

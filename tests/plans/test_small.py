"""The small district: verdicts known by hand, and mutations that must turn them."""

from __future__ import annotations

import pytest
from plans import small_district
from shapely.affinity import translate
from shapely.geometry import Point

import urbanplan


def run(folder, layers=None, **options):
    return urbanplan.audit(urbanplan.read_plan(small_district.write(folder, layers)), **options).report


def statuses(report):
    return {verdict.target: verdict.status for verdict in report.verdicts}


def codes(report):
    return {finding.code for finding in report.findings}


def reading(report, target):
    found = next(v for v in report.verdicts if v.target == target).reading
    return found.low, found.high


def test_every_verdict_is_as_known_by_hand(tmp_path):
    report = run(tmp_path)
    assert statuses(report) == {
        "PARCELS": "met",
        "MU": "met",
        "KM": "met",
        "NETWORK": "met",
        "CIRCLE": "met",
        "BOTH": "met",
        "GROWTH": "met",
        "DELEGATED": "undecidable",
    }
    assert reading(report, "PARCELS") == (2, 2)
    assert reading(report, "MU") == pytest.approx((30, 30), rel=1e-12)
    assert reading(report, "KM") == pytest.approx((2, 2), rel=1e-12)
    assert reading(report, "CIRCLE") == pytest.approx((100, 100))
    assert reading(report, "GROWTH") == (7.5, 7.5)
    assert [finding for finding in report.findings if finding.level == "error"] == []
    assert {v.basis for v in report.verdicts} == {"reported", None}
    assert report.exit_code() == 3


def test_area_is_broken_down_by_subdistrict(tmp_path):
    verdict = next(v for v in run(tmp_path).verdicts if v.target == "MU")
    assert {row.keys["subdistrict"]: row.reading.low for row in verdict.breakdown} == pytest.approx(
        {"West": 10_000, "East": 10_000}
    )


def test_dropping_a_parcel_turns_count_and_area(tmp_path):
    layers = small_district.frames()
    layers["parcels"] = layers["parcels"].iloc[:1]
    report = run(tmp_path, layers)
    assert statuses(report)["PARCELS"] == statuses(report)["MU"] == "not_met"
    assert reading(report, "PARCELS") == (1, 1)
    assert reading(report, "MU") == pytest.approx((15, 15))
    assert report.exit_code() == 1


def test_overlapping_two_parcels_counts_the_land_once_and_is_found(tmp_path):
    layers = small_district.frames()
    first = layers["parcels"].geometry[0]
    layers["parcels"].loc[1, "geometry"] = translate(first, 50, 0)
    report = run(tmp_path, layers)
    assert reading(report, "MU") == pytest.approx((22.5, 22.5))
    assert statuses(report)["MU"] == "not_met"
    assert "layer-overlap" in codes(report)


def test_cutting_a_road_turns_connection_and_circle(tmp_path):
    layers = small_district.frames()
    north = layers["streets"].geometry[3]
    layers["streets"].loc[3, "geometry"] = translate(north, 0, 5)
    report = run(tmp_path, layers)
    assert statuses(report)["NETWORK"] == "not_met"
    assert reading(report, "NETWORK") == (2, 2)
    assert statuses(report)["KM"] == "not_met", "5 m lie outside the boundary now"


def test_moving_the_site_turns_the_circle(tmp_path):
    layers = small_district.frames()
    layers["sites"].loc[0, "geometry"] = Point(
        small_district.X, small_district.Y + 500
    )  # the western end of the street
    report = run(tmp_path, layers)
    assert reading(report, "CIRCLE") == pytest.approx((25, 25)), "only the home 400 m along is within 500 m"
    assert statuses(report)["CIRCLE"] == "not_met"
    assert statuses(report)["BOTH"] == "not_met"


def test_an_unknown_attribute_widens_the_reading(tmp_path):
    plan = small_district.write(
        tmp_path,
        {**small_district.frames(), "parcels": small_district.frames()["parcels"].assign(stage=["sold", None])},
    )
    text = plan.read_text(encoding="utf-8").replace('of = "parcels" }', 'of = "parcels", where = "stage = \'sold\'" }')
    plan.write_text(text, encoding="utf-8")
    report = urbanplan.audit(urbanplan.read_plan(plan), select=["PARCELS"]).report
    assert reading(report, "PARCELS") == (1, 2)
    verdict = report.verdicts[0]
    assert verdict.status == "undecidable"
    assert "stage" in verdict.settled_by


def test_breaking_a_quote_is_found(tmp_path):
    plan = small_district.write(tmp_path)
    (tmp_path / "speech.txt").write_text(
        small_district.SPEECH.replace("two parcels", "three parcels"), encoding="utf-8"
    )
    report = urbanplan.audit(urbanplan.read_plan(plan)).report
    broken = [finding for finding in report.findings if finding.code == "plan-quote-absent"]
    assert [finding.feature for finding in broken] == ["PARCELS"]


def test_mixing_up_the_crs_is_found(tmp_path):
    layers = small_district.frames()
    layers["parcels"] = layers["parcels"].set_crs("EPSG:4548", allow_override=True)  # the next zone
    report = run(tmp_path, layers)
    assert "layer-far" in {finding.code for finding in report.findings if finding.layer == "parcels"}


def test_a_shortfall_before_its_due_date_is_not_yet(tmp_path):
    layers = small_district.frames()
    layers["parcels"] = layers["parcels"].iloc[:1]
    plan = small_district.write(tmp_path, layers)
    plan.write_text(
        plan.read_text(encoding="utf-8").replace('id = "PARCELS"\n', 'id = "PARCELS"\ndue = 2026-06-30\n'),
        encoding="utf-8",
    )
    verdict = urbanplan.audit(urbanplan.read_plan(plan), select=["PARCELS"]).report.verdicts[0]
    assert (verdict.status, verdict.reason_code, verdict.progress) == ("undecidable", "not-yet", 0.5)


def test_real_only_leaves_illustrative_layers_out(tmp_path):
    plan = urbanplan.read_plan(small_district.write(tmp_path, basis="illustrative"))
    shown = urbanplan.audit(plan).report
    real = urbanplan.audit(plan, real_only=True).report
    assert {v.basis for v in shown.verdicts if v.layers} == {"illustrative"}
    assert statuses(real) == {**dict.fromkeys(statuses(shown), "undecidable"), "GROWTH": "met"}


def test_a_layer_that_cannot_be_read_makes_its_targets_undecidable(tmp_path):
    plan = small_district.write(tmp_path)
    (tmp_path / "parcels.gpkg").unlink()
    report = urbanplan.audit(urbanplan.read_plan(plan)).report
    assert statuses(report)["PARCELS"] == statuses(report)["MU"] == "undecidable"
    assert statuses(report)["KM"] == "met"
    assert "layer-unreadable" in codes(report)
    assert report.exit_code() == 1


def test_a_run_is_the_same_again(tmp_path):
    plan = urbanplan.read_plan(small_district.write(tmp_path))
    assert urbanplan.audit(plan).report.model_dump_json() == urbanplan.audit(plan).report.model_dump_json()

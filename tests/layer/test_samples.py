"""Every finding on a layer: its failing sample has it, its passing sample has none at all."""

from __future__ import annotations

import math

import numpy as np
import pytest
import shapely
from layer.finding_samples import SAMPLES, SIDE, X, Y, district, layer, line, polygon, rectangle, shift_datum

from urbanplan.layer.validate import validate_layer
from urbanplan.model.finding import finding_rules
from urbanplan.model.translation import use_language

ON_READING = {  # found while a file becomes a layer: test_reading.py
    "layer-unreadable",
    "layer-crs-unknown",
    "layer-feature-refused",
    "layer-partly-read",
    "layer-column-absent",
    "layer-value-type",
    "layer-id-absent",
    "layer-id-repeated",
    "layer-datum-unknown",
    "layer-datum-error",
    "layer-pairs-limited",  # test_growth.py
}


def codes(found):
    return [hit.code for hit in found]


def test_every_layer_code_has_two_samples():
    assert {code for code in finding_rules() if code.startswith("layer-")} == set(SAMPLES) | ON_READING


@pytest.mark.parametrize("code", SAMPLES)
def test_failing_sample_has_the_finding(code):
    hits = [hit for hit in validate_layer(SAMPLES[code][0], boundary=district()) if hit.code == code]
    assert hits, code
    assert all(hit.level == finding_rules()[code].level and hit.message and hit.fix for hit in hits)


@pytest.mark.parametrize("code", SAMPLES)
def test_passing_sample_has_no_finding(code):
    assert codes(validate_layer(SAMPLES[code][1], boundary=district())) == []


@pytest.mark.parametrize("code", SAMPLES)
def test_messages_stand_in_both_tongues(code):
    found = {}
    for tongue in ("en", "zh"):
        with use_language(tongue):
            found[tongue] = [hit for hit in validate_layer(SAMPLES[code][0], boundary=district()) if hit.code == code]
    assert [hit.geometry for hit in found["en"]] == [hit.geometry for hit in found["zh"]]
    for english, chinese in zip(found["en"], found["zh"], strict=True):
        assert english.message != chinese.message
        assert not any("\u4e00" <= sign <= "\u9fff" for sign in finding_rules()[code].message["en"])


def test_every_finding_lies_where_the_feature_is():
    for code, (failing, _) in SAMPLES.items():
        if code == "layer-coordinates-lost":  # they are nowhere
            continue
        around = shapely.union_all(shapely.make_valid(failing.frame.geometry.dropna().to_numpy()))
        for hit in validate_layer(failing, boundary=district()):
            if hit.geometry is not None and hit.code not in ("layer-gap", "layer-datum-shift"):
                spot = shapely.make_valid(shapely.geometry.shape(hit.geometry))
                reach = 510 if code in ("layer-far", "layer-axes-swapped", "layer-zone-prefix") else 1e-6
                assert shapely.distance(spot, around) <= reach, (code, hit.code)


def test_overlap_gives_the_exact_piece():
    (hit,) = validate_layer(SAMPLES["layer-overlap"][0], boundary=district())
    piece = shapely.geometry.shape(hit.geometry)
    assert piece.equals(rectangle(90, 0, 10, 100))
    assert math.isclose(hit.values["area_m2"], 1000)
    assert (hit.feature, hit.values["other"]) == ("P-1", "P-2")


def test_gap_gives_the_exact_piece_and_its_neighbours():
    (hit,) = validate_layer(SAMPLES["layer-gap"][0], boundary=district())
    assert shapely.geometry.shape(hit.geometry).equals(rectangle(100, 100))
    assert hit.values["beside"] == "P-1, P-2, P-3, P-4"


def test_gap_at_the_rim_of_the_district_is_found():
    half = layer(rectangle(0, 0, SIDE, 1200), rectangle(0, 1200, 1500, 800), rules={"gaps": False})
    (hit,) = validate_layer(half, boundary=district())
    assert shapely.geometry.shape(hit.geometry).equals(rectangle(1500, 1200, 500, 800))


def test_piece_outside_is_exact():
    (hit,) = validate_layer(SAMPLES["layer-sticks-out"][0], boundary=district())
    assert shapely.geometry.shape(hit.geometry).equals(rectangle(SIDE, 0, 50, 100))
    assert math.isclose(hit.values["size"], 5000)
    road = layer(line((SIDE - 30, 5), (SIDE + 70, 5)), kind="line", rules={"inside_district": True})
    (hit,) = validate_layer(road, boundary=district())
    assert (hit.values["size"], hit.values["unit"]) == (pytest.approx(70), "m")


def test_rounding_to_seven_digits_is_no_overlap_gap_or_outside():
    """Neighbours with a vertex more on one side, written to GeoJSON and read again."""
    rng = np.random.default_rng(7)
    left = polygon((0, 0), (1000, 0), (1000, 700.123), (1000, SIDE), (0, SIDE))
    right = polygon((1000, 0), (SIDE, 0), (SIDE, SIDE), (1000, SIDE))
    rules = {"overlap": False, "gaps": False, "inside_district": True}
    source = layer(left, right, rules=rules).frame
    around = district()
    noisy = source.geometry.to_crs(4326)
    noisy = noisy.set_crs(4326).transform(lambda points: np.round(points, 7)).to_crs(source.crs)
    noisy = noisy.transform(lambda points: points + rng.uniform(-1e-3, 1e-3))
    rounded = layer(*noisy, rules=rules)
    assert codes(validate_layer(rounded, boundary=around)) == []


def test_all_problems_of_a_feature_are_told():
    """A bow-tie with a repeated point, a null, a foreign code and a figure in another unit: each is found."""
    from urbanplan.model.layertype import DeclaredFigure, FieldSpec

    tie = polygon((0, 0), (100, 100), (100, 100), (100, 0), (0, 100))
    broken = layer(
        tie,
        fields={"use": FieldSpec(codes=["1001"]), "far": FieldSpec(nullable=False), "mu": FieldSpec(type="number")},
        declared=(DeclaredFigure(field="mu", of="area", unit="mu"),),
        use=["M1"],
        far=[None],
        mu=[99.0],
    )
    broken.frame["far"] = broken.frame["far"].astype("string")
    assert set(codes(validate_layer(broken, boundary=district()))) >= {
        "layer-shape-crosses",
        "layer-points-repeated",
        "layer-value-code",
        "layer-value-null",
        "layer-declared-differs",
    }


def test_every_crossing_of_a_ring_is_marked():
    zigzag = polygon((0, 0), (10, 10), (20, 0), (30, 10), (30, 0), (20, 10), (10, 0), (0, 10))
    hits = [hit for hit in validate_layer(layer(zigzag)) if hit.code == "layer-shape-crosses"]
    spots = {(round(x - X, 6), round(y - Y, 6)) for hit in hits for x, y in shapely.get_coordinates(_shape(hit))}
    assert spots == {(5, 5), (15, 5), (25, 5)}


def _shape(hit):
    return shapely.geometry.shape(hit.geometry)


def test_hole_that_touches_its_shell_is_valid():
    hole = [(X, Y + 50), (X + 20, Y + 60), (X + 20, Y + 40)]
    shell = [(X, Y), (X + 100, Y), (X + 100, Y + 100), (X, Y + 100), (X, Y + 50)]
    assert codes(validate_layer(layer(shapely.Polygon(shell, [hole])))) == []


@pytest.mark.parametrize("name", ["GCJ-02", "BD-09"])
def test_web_map_shift_is_named_with_its_offset(name):
    (hit,) = [hit for hit in validate_layer(shift_datum(name), boundary=district()) if hit.code == "layer-datum-shift"]
    assert hit.values["datum"] == name
    low, high = {"GCJ-02": (540, 620), "BD-09": (1200, 1350)}[name]
    assert low < hit.values["offset_m"] < high


def test_road_that_leaves_the_district_is_no_shift():
    roads = layer(line((-400, 100), (SIDE, 100)), line((0, 500), (SIDE + 700, 500)), kind="line")
    assert codes(validate_layer(roads, boundary=district())) == []


def test_zone_prefix_says_its_step():
    (hit,) = validate_layer(SAMPLES["layer-zone-prefix"][0], boundary=district())
    assert hit.values["step_m"] == -38_000_000


@pytest.mark.parametrize(("mu", "unit"), [(10000, "m2"), (1, "ha"), (0.01, "km2")])
def test_unit_that_explains_a_figure_is_named(mu, unit):
    from layer.finding_samples import parcel_with_area

    (hit,) = validate_layer(parcel_with_area(mu))
    assert (hit.code, hit.values["likely"]) == ("layer-unit-suspect", unit)


def test_declared_difference_is_exact():
    from layer.finding_samples import parcel_with_area

    (hit,) = validate_layer(parcel_with_area(30))
    assert hit.values["difference"] == pytest.approx(15)
    assert hit.values["drawn"] == pytest.approx(15)


def test_plain_table_and_empty_layer_are_no_problem():
    from dataclasses import replace

    empty = layer(rectangle(0, 0))
    empty = replace(empty, frame=empty.frame.iloc[:0])
    assert validate_layer(empty, boundary=district()) == []
    table = layer(None, kind="none")
    assert validate_layer(table, boundary=district()) == []

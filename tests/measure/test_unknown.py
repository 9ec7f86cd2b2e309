"""Null is unknown: what is not known widens a reading, what is dropped or divided is told."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from measure.closed_form_layers import SETTING, X, Y, layer, measure_declared, reading_ends, road, square
from pydantic import ValidationError
from shapely.geometry import LineString, Point, Polygon, box

from urbanplan.errors import MeasureError
from urbanplan.measure.catalog import measure_function, validate_parameters
from urbanplan.measure.measured import MeasureContext
from urbanplan.model.layertype import FieldSpec

SQUARES = [square(n) for n in range(3)]
LAND = layer([box(X - 1, Y - 1, X + 31, Y + 11)], called="land")


def run(declared, *layers):
    setting = MeasureContext(crs=SETTING.crs)
    params = validate_parameters(declared)
    answer = measure_function(params.kind)({one.name: one for one in layers}, params, setting)
    return answer, setting.noticed


def refused(base, *names):
    rows = pd.DataFrame({"row": range(9, 9 + len(names)), "id": list(names), "reason": "open ring"})
    return replace(base, refused=rows)


# --- geometry


@pytest.mark.parametrize("hole", [None, Polygon()])
def test_empty_geometry_is_a_null_one(hole):
    sites = layer([square(0), hole])
    assert reading_ends({"kind": "area", "of": "sites"}, sites) == (100, None)
    assert reading_ends({"kind": "count", "of": {"layer": "sites", "within": "land"}}, sites, LAND) == (1, 2)
    assert reading_ends({"kind": "count", "of": {"layer": "sites", "outside": "land"}}, sites, LAND) == (0, 1)
    assert reading_ends({"kind": "within", "of": "sites", "inside": "land"}, sites, LAND) == (0.5, 1)
    assert reading_ends({"kind": "near", "of": "sites", "to": "land", "metres": 5}, sites, LAND) == (0.5, 1)
    assert reading_ends({"kind": "disjoint", "of": "sites", "from": "land"}, sites, LAND) == (1, 2)


@pytest.mark.parametrize("nowhere", [[None], [Polygon()], []])
def test_land_that_is_not_drawn_may_be_anywhere(nowhere):
    bounds = layer(nowhere, called="bounds")
    assert reading_ends({"kind": "within", "of": "sites", "inside": "bounds"}, layer(SQUARES), bounds) == (0, 1)


def test_selection_by_land_that_is_not_drawn_is_open():
    bounds = layer([box(X - 1, Y - 1, X + 11, Y + 11), None], called="bounds")
    for name, ends in (("within", (1, 3)), ("touching", (1, 3)), ("outside", (0, 2)), ("clip", (1, 3))):
        assert reading_ends({"kind": "count", "of": {"layer": "sites", name: "bounds"}}, layer(SQUARES), bounds) == ends
    declared = {"kind": "area", "of": {"layer": "sites", "minus": "bounds"}}
    assert reading_ends(declared, layer(SQUARES), bounds) == (0, 200)


def test_refused_feature_is_unknown():
    two = refused(layer([square(0)]), "S-9")
    assert reading_ends({"kind": "count", "of": "sites"}, two) == (1, 2)
    assert reading_ends({"kind": "area", "of": "sites"}, two) == (100, None)
    assert measure_declared({"kind": "count", "of": "sites"}, two).evidence.layers == {"sites": ["S-0", "S-9"]}


def test_road_that_is_not_drawn_may_join_or_stand_alone():
    roads = layer([road(0), None], called="roads")
    assert reading_ends({"kind": "connected", "of": "roads"}, roads) == (1, 2)
    assert reading_ends({"kind": "dead_ends", "of": "roads"}, roads) == (0, 4)
    apart, missing = layer([road(0), road(3)], called="roads"), layer([None], called="streets")
    assert reading_ends({"kind": "connected", "of": "roads", "with": "streets"}, apart, missing) == (1, 2)


# --- values


def test_unknown_weight_lies_within_its_declared_limits_and_the_known_value_is_told():
    sites = layer(SQUARES, spaces=[10, None, 30], free=[1, None, 3])
    answer = measure_declared({"kind": "sum", "of": "sites", "field": "spaces"}, sites)
    assert (answer.reading.low, answer.reading.high) == (40, 140)
    assert (answer.known.value, answer.known.rows, answer.known.unknown_rows) == (40, 2, 1)
    assert reading_ends({"kind": "sum", "of": "sites", "field": "free"}, sites) == (None, None)
    known = measure_declared({"kind": "sum", "of": "sites", "field": "spaces"}, layer(SQUARES, spaces=[1, 2, 3])).known
    assert known is None


def test_share_of_things_whose_weights_are_all_unknown_is_undecidable():
    declared = {"kind": "share", "of": "sites", "that": "kind = 'x'", "weight": "spaces"}
    assert measure_declared(declared, layer(SQUARES, kind=["x"] * 3)).reading is None
    assert measure_declared(declared, layer(SQUARES, kind=["x"] * 3, spaces=[0, 0, 0])).reading is None


def test_unknown_row_of_a_share_is_told_beside_it():
    sites = layer([square(n) for n in range(10)], kind=["x"] * 9 + [None])
    known = measure_declared({"kind": "share", "of": "sites", "that": "kind = 'x'"}, sites).known
    assert (known.value, known.rows, known.unknown_rows) == (1, 9, 1)


def test_a_nameless_feature_may_be_the_named_one():
    sites = layer(SQUARES, name=["a", None, "b"])
    assert reading_ends({"kind": "exists", "of": "sites", "name": "a"}, sites) == (1, 2)
    assert reading_ends({"kind": "exists", "of": "sites", "name": ["a", "z"]}, sites) == (1, 2)


@pytest.mark.parametrize(("minimum", "maximum"), [(3, 2), (float("nan"), None), (None, float("inf"))])
def test_limits_of_a_field_are_finite_and_in_order(minimum, maximum):
    with pytest.raises(ValidationError, match=r"minimum|finite"):
        FieldSpec(type="number", minimum=minimum, maximum=maximum)


def test_short_forms_narrow_a_selection_and_the_dimension_is_the_columns():
    sites = layer(SQUARES, kind=["x", "x", "y"], spaces=[1, 9, 9])
    short = {"kind": "count", "of": {"layer": "sites", "where": "kind = 'x'"}, "where": "spaces > 5"}
    assert reading_ends(short, sites) == (1, 1)
    assert reading_ends({"kind": "count", "of": {"layer": "sites", "where": "kind = 'x'"}}, sites) == (2, 2)
    types = {"sites": sites.type}
    for unit, wanted in ((None, "count"), ("亩", "area")):
        declared = {"kind": "sum", "of": "sites", "field": "spaces", **({"unit": unit} if unit else {})}
        assert validate_parameters(declared).dimension(types) == wanted
    assert validate_parameters({"kind": "sum", "of": "sites", "field": "nix"}).dimension(types) is None
    by = {
        kind: validate_parameters({"kind": "count", "of": "sites", "by": kind}).layers(SETTING)
        for kind in ("kind", "subdistrict")
    }
    assert by == {"kind": {"sites"}, "subdistrict": {"sites", "parts"}}


def test_a_row_without_its_key_may_belong_to_every_group():
    sites = layer(SQUARES, kind=["x", "x", None])
    rows = measure_declared({"kind": "count", "of": "sites", "by": "kind"}, sites).breakdown
    assert [(row.keys["kind"], row.reading.low, row.reading.high) for row in rows] == [("x", 2, 3), ("—", 1, 1)]
    parts = layer([box(X - 1, Y - 1, X + 11, Y + 11)], called="parts", name=["west"])
    drawn = measure_declared({"kind": "count", "of": "sites", "by": "subdistrict"}, layer([*SQUARES[:2], None]), parts)
    rows = {row.keys["subdistrict"]: (row.reading.low, row.reading.high) for row in drawn.breakdown}
    assert rows == {"west": (1, 2), "—": (2, 2)}


# --- declared


@pytest.mark.parametrize(("meaning", "ends"), [("left out", (4, 4)), (0, (4, 4)), (5, (9, 9))])
def test_plan_may_declare_what_unknown_is(meaning, ends):
    sites = layer(SQUARES, free=[1, None, 3])
    answer, noticed = run({"kind": "sum", "of": "sites", "field": "free", "unknown": {"free": meaning}}, sites)
    assert (answer.reading.low, answer.reading.high) == ends
    (told,) = noticed
    assert (told.code, told.features, told.values["column"]) == ("verdict-unknown-declared", ["S-1"], "free")
    assert str(meaning) in told.message


def test_declared_rows_are_left_out_only_where_the_column_is_unknown():
    sites = layer(SQUARES, kind=["x", None, "y"])
    declared = {"kind": "share", "of": {"layer": "sites", "unknown": {"kind": "left out"}}, "that": "kind = 'x'"}
    assert reading_ends(declared, sites) == (0.5, 0.5)
    assert reading_ends({**declared, "of": {"layer": "sites", "unknown": {"kind": "x"}}}, sites) == (2 / 3, 2 / 3)


@pytest.mark.parametrize(("unknown", "told"), [({"nix": 0}, "no column 'nix'"), ({"free": "many"}, "no value")])
def test_declaration_that_does_not_fit_is_an_error(unknown, told):
    with pytest.raises(MeasureError, match=told):
        run({"kind": "sum", "of": "sites", "field": "free", "unknown": unknown}, layer(SQUARES, free=[1, None, 3]))


# --- counted once, divided


def test_share_by_area_counts_overlaps_once():
    sites = layer([box(X, Y, X + 10, Y + 10), box(X + 5, Y, X + 15, Y + 10)], kind=["x", "x"])
    declared = {"kind": "share", "of": "sites", "that": "kind = 'x'", "weight": "area"}
    answer, noticed = run(declared, sites)
    assert (answer.reading.low, answer.reading.high) == (1, 1)
    assert [(hit.code, hit.features) for hit in noticed] == [("verdict-counted-once", ["S-0", "S-1"])]
    mixed = layer([box(X, Y, X + 10, Y + 10), box(X + 5, Y, X + 15, Y + 10)], kind=["x", "y"])
    assert reading_ends(declared, mixed) == pytest.approx((50 / 150, 100 / 150))


def test_share_by_area_of_parcels_that_touch_is_plain():
    sites = layer([box(X, Y, X + 10, Y + 10), box(X + 10, Y, X + 40, Y + 10)], kind=["x", "y"])
    answer, noticed = run({"kind": "share", "of": "sites", "that": "kind = 'x'", "weight": "area"}, sites)
    assert (answer.reading.low, answer.reading.high, noticed) == (0.25, 0.25, [])


def test_share_by_length_counts_a_line_drawn_twice_once():
    lines = [LineString([(X, Y), (X + 100, Y)]), LineString([(X + 100, Y), (X, Y)]), LineString([(X, Y), (X, Y + 300)])]
    declared = {"kind": "share", "of": "roads", "that": "kind = 'x'", "weight": "length"}
    assert reading_ends(declared, layer(lines, called="roads", kind=["x", "x", "y"])) == pytest.approx((0.25, 0.25))


def test_values_of_cut_features_are_divided():
    cell = layer([box(X, Y, X + 100, Y + 100)], called="cells", free=[1000])
    half = layer([box(X, Y, X + 50, Y + 200)], called="half")
    of = {"layer": "cells", "clip": "half"}
    answer, noticed = run({"kind": "sum", "of": of, "field": "free"}, cell, half)
    assert (answer.reading.low, answer.reading.high) == (500, 500)
    assert [(hit.code, hit.features) for hit in noticed] == [("verdict-value-divided", ["S-0"])]
    whole, silent = run({"kind": "sum", "of": {"layer": "cells", "minus": "land"}, "field": "free"}, cell, LAND)
    assert whole.reading.low == pytest.approx(1000 * (1 - 31 * 11 / 100**2))
    assert len(silent) == 1


@pytest.mark.parametrize("kind", [["x"] * 4, ["x", "x", "x", None]])
def test_what_a_share_notices_is_told_once_and_not_for_each_group(kind):
    sides = [(0, 10), (5, 15), (20, 30), (25, 35)]
    sites = layer([box(X + a, Y, X + b, Y + 10) for a, b in sides], kind=kind, name=["a", "a", "b", "b"])
    counted = {"by": "name", "of": {"layer": "sites"}, "weight": "area"}
    half = layer([box(X, Y, X + 40, Y + 5)], called="half")
    divided = {"by": "name", "of": {"layer": "sites", "clip": "half"}, "weight": "spaces"}
    for declared, code in ((counted, "verdict-counted-once"), (divided, "verdict-value-divided")):
        for asked in ({"kind": "share", "that": "kind = 'x'"}, {"kind": "near", "to": "half", "metres": 5}):
            _, noticed = run({**declared, **asked}, sites, half)
            assert [(hit.code, hit.features) for hit in noticed] == [(code, ["S-0", "S-1", "S-2", "S-3"])]


def test_points_are_not_divided():
    homes = layer([Point(X, Y), Point(X + 500, Y)], called="homes", free=[3, 4])
    answer, noticed = run({"kind": "sum", "of": {"layer": "homes", "clip": "land"}, "field": "free"}, homes, LAND)
    assert (answer.reading.low, answer.reading.high, noticed) == (3, 3, [])
    assert np.isfinite(answer.reading.high)


# --- columns and shapes that do not tell what is asked


def test_what_is_not_drawn_as_asked_has_any_length_and_area():
    line, area = LineString([(X, Y), (X + 100, Y)]), square(0)
    assert reading_ends({"kind": "length", "of": "sites"}, layer([line, area])) == (100, None)
    assert reading_ends({"kind": "area", "of": "sites"}, layer([area, line])) == (100, None)
    found = measure_declared({"kind": "length", "of": "sites"}, layer([line, area]))
    assert (found.reason, found.settled_by) == (
        "1 features of sites have no shape that can be measured", "the shapes of these features of sites",
    )  # fmt: skip
    mixed = layer([line, area], kind=["x", "y"])
    for weight in ("length", "area"):
        declared = {"kind": "share", "of": "sites", "that": "kind = 'x'", "weight": weight}
        assert reading_ends(declared, mixed) == (0, 1)


def test_roads_drawn_as_areas_are_roads_of_which_no_line_is_known():
    areas = layer([square(0), square(3)], called="roads")
    assert reading_ends({"kind": "connected", "of": "roads"}, areas) == (1, 2)
    assert reading_ends({"kind": "dead_ends", "of": "roads"}, areas) == (0, 4)


@pytest.mark.parametrize("column", ["nix", "geometry", "__kept__"])
@pytest.mark.parametrize(
    "declared",
    [
        {"kind": "share", "that": "kind = 'x'", "weight": None}, {"kind": "near", "to": "sites", "metres": 5, "weight": None},
        {"kind": "count", "distinct": None}, {"kind": "count", "by": None}, {"kind": "length", "carriageway": None},
        {"kind": "exists", "name": "a", "name_field": None},
    ],
)  # fmt: skip
def test_a_key_that_names_no_column_of_values_is_an_error(declared, column):
    named = {key: column if value is None else value for key, value in declared.items()}
    with pytest.raises(MeasureError, match=f"no column '{column}'"):
        measure_declared({"of": "sites", **named}, layer(SQUARES))


def test_a_weight_is_a_column_of_numbers():
    declared = {"kind": "share", "of": "sites", "that": "kind = 'x'", "weight": "name"}
    with pytest.raises(MeasureError, match="column 'name' of layer 'sites' holds no numbers"):
        measure_declared(declared, layer(SQUARES, kind=["x", "y", "x"], name=["a", "b", None]))
    texts = layer(SQUARES, kind=["x", "y", "x"], name=["3", "1", "many"])
    assert reading_ends(declared, texts) == (3 / 4, 1)


def test_a_carriageway_in_no_list_may_be_half_of_a_dual_one():
    roads = layer([LineString([(X, Y), (X + 100, Y)])] * 1, called="roads", carriageway=["both"])
    assert reading_ends({"kind": "length", "of": "roads", "carriageway": "carriageway"}, roads) == (50, 100)


def test_a_name_that_is_asked_twice_is_one():
    found = measure_declared(
        {"kind": "exists", "of": "sites", "name": ["a", "a"]}, layer(SQUARES, name=["a", "b", "c"])
    )
    assert (found.reading.low, found.reading.high, found.implied.number) == (1, 1, 1)
    for name in ("", " ", [], ["a", ""]):
        with pytest.raises(MeasureError, match="give a name, or leave it out"):
            measure_declared({"kind": "exists", "of": "sites", "name": name}, layer(SQUARES))


@pytest.mark.parametrize("value", [True, -1, 101])
def test_a_declared_value_lies_within_the_limits_of_its_field(value):
    declared = {"kind": "sum", "of": "sites", "field": "spaces", "unknown": {"spaces": value}}
    with pytest.raises(MeasureError, match="is no value of column 'spaces'"):
        measure_declared(declared, layer(SQUARES, spaces=[1, None, 3]))


def test_true_is_no_number_of_a_parameter():
    for declared in (
        {"kind": "near", "of": "a", "to": "b", "metres": True},
        {"kind": "coverage", "streets": "a", "sites": "b", "within": [600, True]},
    ):
        with pytest.raises(MeasureError, match="true and false are no value of it"):
            validate_parameters(declared)
    with pytest.raises(MeasureError, match="parameter 'within' of measure 'coverage': Input should be greater than 0"):
        validate_parameters({"kind": "coverage", "streets": "a", "sites": "b", "within": 0})


def test_a_feature_in_two_sub_districts_may_be_of_each():
    sites = layer([square(0), square(1), square(9), None])
    parts = layer([box(X - 5, Y - 5, X + 32, Y + 50), box(X + 18, Y - 5, X + 60, Y + 50), None], called="parts")
    parts.frame["name"] = ["W", "E", "N"]
    rows = measure_declared({"kind": "count", "of": "sites", "by": "subdistrict"}, sites, parts).breakdown
    assert {row.keys["subdistrict"]: (row.reading.low, row.reading.high) for row in rows} == {
        "W": (1, 3), "E": (0, 2), "N": (0, 2), "—": (2, 2),
    }  # fmt: skip


def test_a_road_drawn_twice_counts_where_one_of_its_copies_surely_does():
    line = LineString([(X, Y), (X + 100, Y)])
    roads = layer([line, line.reverse()], called="roads", kind=[None, "x"])
    for kind, wanted in (("dead_ends", (2, 2)), ("connected", (1, 1))):
        assert reading_ends({"kind": kind, "of": {"layer": "roads", "where": "kind = 'x'"}}, roads) == wanted

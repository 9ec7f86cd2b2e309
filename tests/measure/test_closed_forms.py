"""Measures against answers that can be worked out by hand; nulls give the interval of all their completions."""

from __future__ import annotations

import pytest
from measure.closed_form_layers import layer, measure_declared, road, square
from measure.closed_form_layers import reading_ends as read
from shapely.geometry import box

from urbanplan.errors import FilterError, MeasureError
from urbanplan.measure.catalog import MEASURES, measure_function, parameter_model, validate_parameters

FOUR = [square(n) for n in range(4)]


def sites(**columns):
    return layer(FOUR, **columns)


# --- count


def test_count_is_exact_where_everything_is_told():
    assert read({"kind": "count", "of": "sites"}, sites()) == (4, 4)
    told = sites(spaces=[5, 20, 30, 8])
    assert read({"kind": "count", "of": "sites", "where": "spaces > 10"}, told) == (2, 2)


def test_count_of_unknown_rows_is_an_interval_also_under_not():
    some = sites(spaces=[5, 20, None, None])
    assert read({"kind": "count", "of": "sites", "where": "spaces > 10"}, some) == (1, 3)
    assert read({"kind": "count", "of": "sites", "where": "NOT (spaces > 10)"}, some) == (1, 3)
    assert read({"kind": "count", "of": "sites", "where": "spaces IS NULL"}, some) == (2, 2)


def test_count_by_identity_counts_an_entity_once():
    named = sites(name=["a", "a", "b", None])
    assert read({"kind": "count", "of": "sites", "distinct": "name"}, named) == (2, 3)
    nameless = sites()
    assert read({"kind": "count", "of": "sites", "distinct": "name"}, nameless) == (1, 4)


def test_count_of_a_stage_knows_the_order_and_leaves_strangers_open():
    staged = sites(stage=["planned", "open", None, "finished?"])
    assert read({"kind": "count", "of": "sites", "stage_at_least": "building"}, staged) == (1, 3)
    with pytest.raises(MeasureError, match="know no stage 'done'"):
        measure_declared({"kind": "count", "of": "sites", "stage_at_least": "done"}, staged)


def test_count_as_a_flow_takes_the_baseline_off():
    before = layer(FOUR[:1], called="before")
    assert read({"kind": "count", "of": "sites", "baseline": "before"}, sites(), before) == (3, 3)


def test_count_by_subdistrict_adds_up():
    parts = layer([box(457000, 3852000, 458035, 3854000), box(458035, 3852000, 459000, 3854000)], called="parts")
    parts.frame["name"] = ["west", "east"]
    rows = measure_declared({"kind": "count", "of": "sites", "by": "subdistrict"}, sites(), parts).breakdown
    assert {row.keys["subdistrict"]: row.reading.low for row in rows} == {"east": 2, "west": 2}


# --- place


def test_place_narrows_and_geometry_that_is_absent_stays_open():
    land = layer([square(0, 35.0)], called="land")
    placed = layer([*FOUR[:3], None])
    assert read({"kind": "count", "of": {"layer": "sites", "within": "land"}}, placed, land) == (2, 3)
    assert read({"kind": "count", "of": {"layer": "sites", "outside": "land"}}, placed, land) == (1, 2)
    assert read({"kind": "count", "of": {"layer": "sites", "touching": "land"}}, placed, land) == (2, 3)
    assert read({"kind": "count", "of": {"layer": "sites", "clip": "land"}}, placed, land) == (2, 3)


def test_land_of_unknown_kind_widens_what_it_decides():
    land = layer([square(0, 15.0), square(1, 15.0)], called="land", kind=["industry", None])
    inside = {"layer": "sites", "within": {"layer": "land", "where": "kind = 'industry'"}}
    assert read({"kind": "count", "of": inside}, sites(), land) == (1, 2)


def test_area_outside_flood_land_needs_no_code():
    flood = layer([square(0, 5.0)], called="flood")
    dry = {"layer": "sites", "minus": "flood"}
    assert read({"kind": "area", "of": dry}, sites(), flood) == (pytest.approx(375), pytest.approx(375))


# --- area


def test_area_counts_overlaps_once():
    twice = layer([square(0), square(0), square(1)])
    assert read({"kind": "area", "of": "sites"}, twice) == (pytest.approx(200), pytest.approx(200))


def test_area_of_unknown_rows_and_of_what_is_not_drawn():
    some = sites(kind=["x", None, "y", "x"])
    assert read({"kind": "area", "of": "sites", "where": "kind = 'x'"}, some) == (
        pytest.approx(200),
        pytest.approx(300),
    )
    assert read({"kind": "area", "of": "sites"}, layer([square(0), None])) == (pytest.approx(100), None)


def test_area_shows_the_other_definition_beside_it():
    notes = measure_declared({"kind": "area", "of": "sites"}, sites()).evidence.notes
    assert notes["area"] == "plane"
    assert notes["ellipsoid"] == pytest.approx(400, rel=1e-4)
    assert notes["ellipsoid"] != 400


# --- length


def test_length_counts_one_line_once_and_half_of_what_may_be_dual():
    roads = layer([road(0), road(0), road(1)])
    assert read({"kind": "length", "of": "sites"}, roads) == (pytest.approx(200), pytest.approx(200))
    dual = layer([road(0), road(1), road(2)], carriageway=["single", "left", "right"])
    by = {"kind": "length", "of": "sites", "carriageway": "carriageway"}
    assert read(by, dual) == (pytest.approx(200), pytest.approx(200))
    untold = layer([road(0), road(1)], carriageway=["single", None])
    assert read(by, untold) == (pytest.approx(150), pytest.approx(200))


def test_untold_carriageway_on_a_told_line_adds_nothing():
    same = layer([road(0), road(0)], carriageway=["single", None])
    by = {"kind": "length", "of": "sites", "carriageway": "carriageway"}
    assert read(by, same) == (pytest.approx(100), pytest.approx(100))


def test_length_of_a_road_that_is_not_drawn_has_no_upper_end():
    assert read({"kind": "length", "of": "sites"}, layer([road(0), None])) == (pytest.approx(100), None)


def test_length_is_clipped():
    land = layer([square(0, 30.0)], called="land")
    clipped = {"layer": "sites", "clip": "land"}
    assert read({"kind": "length", "of": clipped}, layer([road(0), road(9)]), land) == (
        pytest.approx(30),
        pytest.approx(30),
    )


# --- sum


def test_sum_of_nulls_runs_from_least_to_most_of_the_type():
    some = sites(spaces=[5, 20, None, 8])
    assert read({"kind": "sum", "of": "sites", "field": "spaces"}, some) == (33, 133)
    boundless = sites(free=[5, 20, None, 8])
    assert read({"kind": "sum", "of": "sites", "field": "free"}, boundless) == (None, None)


def test_sum_of_rows_that_may_count_widens_the_way_it_can():
    some = sites(spaces=[5, 20, 7, 8], kind=["x", None, "y", "x"])
    assert read({"kind": "sum", "of": "sites", "field": "spaces", "where": "kind = 'x'"}, some) == (13, 33)
    signed = sites(free=[5, -20, 7, 8], kind=["x", None, "y", "x"])
    assert read({"kind": "sum", "of": "sites", "field": "free", "where": "kind = 'x'"}, signed) == (-7, 13)


def test_sum_of_a_text_column_is_refused():
    with pytest.raises(MeasureError, match="no numeric column 'name'"):
        measure_declared({"kind": "sum", "of": "sites", "field": "name"}, sites())


# --- share


def test_share_is_measured_jointly():
    some = sites(kind=["x", "x", None, "y"])
    assert read({"kind": "share", "of": "sites", "that": "kind = 'x'"}, some) == (0.5, 0.75)
    wide = sites(kind=["x", "x", None, "y"], spaces=[50, 30, 20, 0])
    by = {"kind": "share", "of": "sites", "that": "kind = 'x'", "weight": "spaces"}
    assert read(by, wide) == (0.8, 1.0)


def test_share_of_unknown_members_is_not_the_quotient_of_two_intervals():
    """Whole: sure 1 (with the property), possible 2 (one with, one without): 1/2 .. 1, not 1/3 .. 2."""
    some = sites(stage=["open", None, None, "planned"], kind=["x", "x", "y", "x"])
    by = {"kind": "share", "of": {"layer": "sites", "stage_at_least": "open"}, "that": "kind = 'x'"}
    assert read(by, some) == (0.5, 1.0)


def test_share_with_unknown_weight_takes_the_types_limits():
    some = sites(kind=["x", "y", "x", "x"], spaces=[50, None, 0, 0])
    by = {"kind": "share", "of": "sites", "that": "kind = 'x'", "weight": "spaces"}
    assert read(by, some) == (pytest.approx(1 / 3), 1.0)
    boundless = sites(kind=["x", "y", "x", "x"], free=[50, None, 0, 0])
    assert read({**by, "weight": "free"}, boundless) == (0.0, 1.0)


def test_share_of_area_with_a_feature_that_is_not_drawn():
    some = layer([square(0), square(1), None], kind=["x", "y", "y"])
    by = {"kind": "share", "of": "sites", "that": "kind = 'x'", "weight": "area"}
    assert read(by, some) == (0.0, 0.5)


def test_share_of_nothing_is_not_measured():
    assert (
        measure_declared(
            {"kind": "share", "of": "sites", "where": "kind = 'z'", "that": "kind = 'x'"}, sites(kind=["x"] * 4)
        ).reading
        is None
    )


# --- exists


def test_exists_by_name_stage_and_alias():
    named = sites(name=["雪松路", "新龙路", None, "x"], stage=["open", None, "open", "planned"])
    assert read({"kind": "exists", "of": "sites", "name": "雪松路", "stage_at_least": "open"}, named) == (
        1,
        2,
    )  # the nameless one may be it too
    assert read({"kind": "exists", "of": "sites", "name": "新龙路", "stage_at_least": "open"}, named) == (0, 2)
    assert read({"kind": "exists", "of": "sites", "name": "莲花街"}, named) == (0, 1)
    assert read({"kind": "exists", "of": "sites", "name": "西站路西延", "aliases": ["x"]}, named) == (1, 2)


def test_exists_of_several_names_wants_each():
    named = sites(name=["a", "a", "b", "c"])
    answer = measure_declared({"kind": "exists", "of": "sites", "name": ["a", "b"]}, named)
    assert (answer.reading.low, answer.implied.number) == (2, 2)
    assert read({"kind": "exists", "of": "sites", "name": ["a", "z"]}, named) == (1, 1)
    with pytest.raises(MeasureError, match="aliases go with one name"):
        measure_declared({"kind": "exists", "of": "sites", "name": ["a", "b"], "aliases": ["z"]}, named)


def test_exists_with_a_quote_in_the_name_is_no_filter():
    named = sites(name=["o'brien", "x' OR '1'='1", "b", "c"])
    assert read({"kind": "exists", "of": "sites", "name": "o'brien"}, named) == (1, 1)
    assert read({"kind": "exists", "of": "sites", "name": "z' OR '1'='1"}, named) == (0, 0)


# --- within, disjoint


def test_within_is_a_share_and_names_who_is_out():
    land = layer([square(0, 35.0)], called="land")
    answer = measure_declared({"kind": "within", "of": "sites", "inside": "land"}, sites(), land)
    assert (answer.reading.low, answer.reading.high) == (0.5, 0.5)
    assert answer.evidence.notes["outside"] == ["S-2", "S-3"]


def test_within_land_that_may_count_and_without_drawing_is_open():
    land = layer([square(0, 15.0), square(1, 15.0)], called="land", kind=["x", None])
    by = {"kind": "within", "of": "sites", "inside": {"layer": "land", "where": "kind = 'x'"}}
    assert read(by, layer(FOUR[:2]), land) == (0.5, 1.0)
    assert read({"kind": "within", "of": "sites", "inside": "land"}, layer([square(0), None]), land) == (0.5, 1.0)


def test_disjoint_counts_overlaps_but_no_common_border():
    row = [box(0, 0, 10, 10), box(10, 0, 20, 10), box(19, 0, 30, 10)]
    assert read({"kind": "disjoint", "of": "sites"}, layer(row)) == (2, 2)
    assert read({"kind": "disjoint", "of": "sites"}, layer(row[:2])) == (0, 0)


def test_disjoint_from_others_with_unknown_kind_and_what_is_not_drawn():
    flood = layer([square(0), square(1)], called="flood", kind=["x", None])
    by = {"kind": "disjoint", "of": "sites", "from": {"layer": "flood", "where": "kind = 'x'"}}
    assert read(by, sites(), flood) == (1, 2)
    assert read({"kind": "disjoint", "of": "sites", "from": "flood"}, layer([square(3), None]), flood) == (0, 1)


def test_a_line_through_an_area_is_measured_in_metres():
    areas = layer([square(0)], called="areas")
    by = {"kind": "disjoint", "of": "sites", "from": "areas"}
    assert read(by, layer([road(0.5), road(5)]), areas) == (1, 1)


# --- binding


@pytest.mark.parametrize("kind", MEASURES)
def test_every_row_of_the_catalogue_loads(kind):
    assert parameter_model(kind).model_fields
    assert callable(measure_function(kind))


@pytest.mark.parametrize(
    ("declared", "told"),
    [
        ({"kind": "cuont", "of": "sites"}, "Did you mean 'count'"),
        ({"kind": "count", "off": "sites"}, "no parameter 'off'"),
        ({"kind": "sum", "of": "sites"}, "needs the parameter 'field'"),
        ({"kind": "within", "of": "sites", "inside": "x", "tolerance_m": -1}, "tolerance_m"),
    ],
)
def test_slips_in_parameters_are_told_before_data_is_read(declared, told):
    with pytest.raises(MeasureError, match=told):
        validate_parameters(declared, where="plan.toml:7")


def test_filter_on_an_unknown_column_names_the_nearest():
    with pytest.raises(FilterError, match="Did you mean spaces"):
        measure_declared({"kind": "count", "of": "sites", "where": "space > 1"}, sites())
    with pytest.raises(FilterError, match="cannot be evaluated: text is compared with number"):
        measure_declared({"kind": "count", "of": "sites", "where": "kind > 1"}, sites(kind=["x"] * 4))


# --- what the types declare, and what a reading leaves open


def test_a_value_beyond_the_limits_of_its_field_is_unknown():
    """Spaces run from 0 to 100: -9 and 999 are slips that the layer's findings tell, and may be any of them."""
    some = sites(spaces=[5, 20, -9, 999])
    assert read({"kind": "sum", "of": "sites", "field": "spaces"}, some) == (25, 225)
    found = measure_declared({"kind": "sum", "of": "sites", "field": "spaces"}, some)
    assert (found.known.value, found.known.unknown_rows) == (25, 2)
    part = sites(kind=["x", "y", "x", "y"], spaces=[50, 50, 999, -9])
    by = {"kind": "share", "of": "sites", "that": "kind = 'x'", "weight": "spaces"}
    assert read(by, part) == (50 / 200, 150 / 200)
    free = sites(spaces=[50, 100, 999, 0], free=[25, 50, 0, 0])
    assert read({"kind": "ratio", "of": "sites", "part": "free", "whole": "spaces"}, free) == (75 / 250, 0.5)


def test_disjoint_by_a_column_counts_each_overlapping_feature_in_its_row():
    row = [box(0, 0, 10, 10), box(5, 0, 15, 10), box(30, 0, 40, 10), box(12, 0, 20, 10)]
    answer = measure_declared({"kind": "disjoint", "of": "sites", "by": "kind"}, layer(row, kind=["x", "y", "x", None]))
    rows = {one.keys["kind"]: (one.reading.low, one.reading.high) for one in answer.breakdown}
    assert (answer.reading.low, answer.reading.high) == (3, 3)
    assert rows == {"x": (1, 2), "y": (1, 2), "—": (1, 1)}  # the one of no told kind may be of either


def test_an_exact_reading_has_no_reason_of_rows_that_are_open():
    """A possible third row has a kind that is there already: two kinds, whichever way it falls."""
    some = layer([square(n) for n in range(3)], kind=["x", "y", "x"], spaces=[20, 20, None])
    answer = measure_declared({"kind": "count", "of": "sites", "distinct": "kind", "where": "spaces > 10"}, some)
    assert (answer.reading.low, answer.reading.high, answer.reason, answer.settled_by) == (2, 2, "", "")


@pytest.mark.parametrize(
    ("of", "told"), [("sites", "sites"), ({"layer": "sites", "where": "kind = 'z'"}, "kind = 'z'")]
)
def test_what_is_not_there_is_called_by_its_name_its_filter_or_its_layer(of, told):
    some = layer([square(0)] if told != "sites" else [], **({"kind": ["x"]} if told != "sites" else {}))
    assert (
        measure_declared({"kind": "exists", "of": of}, some).reason == f"layer sites has no feature that matches {told}"
    )
    named = measure_declared({"kind": "exists", "of": of, "name": "N"}, some)
    assert named.reason == "layer sites has no feature that matches N"

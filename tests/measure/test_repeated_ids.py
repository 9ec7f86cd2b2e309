"""Rows of one id: equal ones are one thing, others one thing or several, in every measure."""

from __future__ import annotations

from dataclasses import replace

import pytest
from measure.closed_form_layers import CRS, X, Y, layer, measure_declared, reading_ends, road, square
from shapely.geometry import LineString, box

from urbanplan.measure.catalog import measure_function, validate_parameters
from urbanplan.measure.measured import MeasureContext
from urbanplan.model.layertype import FieldSpec

IDS = ["A", "A", "B"]
EQUAL = layer([square(0), square(0), square(1)], ids=IDS, kind=["x", "x", "y"], spaces=[5, 5, 7])
APART = layer([square(0), square(2, 20), square(1)], ids=IDS, kind=["x", "x", "y"], spaces=[5, 8, 7])

MEASURES = [  # the measure, of equal rows, of rows that differ
    ({"kind": "count"}, (2, 2), (2, 3)),
    ({"kind": "count", "distinct": "kind"}, (2, 2), (2, 2)),
    ({"kind": "sum", "field": "spaces"}, (12, 12), (12, 20)),
    ({"kind": "area"}, (200, 200), (200, 600)),
    ({"kind": "exists", "where": "kind = 'x'"}, (1, 1), (1, 2)),
    ({"kind": "share", "that": "kind = 'x'"}, (1 / 2, 1 / 2), (1 / 2, 2 / 3)),
    ({"kind": "share", "that": "kind = 'x'", "weight": "spaces"}, (5 / 12, 5 / 12), (5 / 12, 13 / 20)),
    ({"kind": "share", "that": "kind = 'x'", "weight": "area"}, (1 / 2, 1 / 2), (1 / 2, 5 / 6)),
    ({"kind": "disjoint"}, (0, 0), (0, 0)),
]


@pytest.mark.parametrize(("declared", "equal", "apart"), MEASURES)
def test_a_repeated_id_spans_once_to_twice(declared, equal, apart):
    assert reading_ends({"of": "sites", **declared}, EQUAL) == pytest.approx(equal)
    assert reading_ends({"of": "sites", **declared}, APART) == pytest.approx(apart)


def test_rows_that_lie_on_one_another_are_one_place_however_often():
    """A street drawn twice under one id with other values, one of which lies along a third; a plot on another."""
    lines = layer([road(0), road(0), road(1, 40)], ids=IDS, kind=["x", "y", "y"])
    assert reading_ends({"kind": "length", "of": "sites"}, lines) == (140, 140)
    beside = layer([road(0), road(1, 60), road(1, 40)], ids=IDS)
    assert reading_ends({"kind": "length", "of": "sites"}, beside) == (40, 160)
    plots = layer([square(0, 20), square(1), box(X, Y, X + 10, Y + 10)], ids=IDS)
    assert reading_ends({"kind": "area", "of": "sites"}, plots) == (100, 500)


def test_a_filter_that_one_of_the_rows_does_not_meet_leaves_all_open():
    of = {"layer": "sites", "where": "spaces > 6"}
    assert reading_ends({"kind": "count", "of": of}, APART) == (1, 2)
    assert reading_ends({"kind": "area", "of": of}, APART) == (100, 500)
    answer = measure_declared({"kind": "count", "of": of, "by": "kind"}, APART)
    assert {row.keys["kind"]: (row.reading.low, row.reading.high) for row in answer.breakdown} == {
        "x": (0, 1),
        "y": (1, 1),
    }


def test_negative_values_count_once_at_the_most_and_twice_at_the_least():
    rows = layer([square(n) for n in range(3)], ids=IDS, free=[-4, -6, 3])
    assert reading_ends({"kind": "sum", "of": "sites", "field": "free"}, rows) == (-7, -1)


def test_reason_names_the_repeated_ids_and_what_would_settle_them():
    answer = measure_declared({"kind": "sum", "of": "sites", "field": "spaces"}, APART)
    assert answer.reason == "2 features of sites share an id with another"
    assert "an id of its own" in answer.settled_by
    assert (answer.known.value, answer.known.rows, answer.known.unknown_rows) == (7, 1, 2)
    assert measure_declared({"kind": "share", "of": "sites", "that": "kind = 'x'"}, APART).reason == answer.reason
    assert not measure_declared({"kind": "sum", "of": "sites", "field": "spaces"}, EQUAL).reason


def test_ids_that_need_not_be_unique_are_parts_of_one_thing():
    fields = {**APART.type.fields, "id": FieldSpec()}
    parts = replace(APART, type=APART.type.model_copy(update={"fields": fields}))
    assert reading_ends({"kind": "count", "of": "sites"}, parts) == (2, 2)
    assert reading_ends({"kind": "sum", "of": "sites", "field": "spaces"}, parts) == (20, 20)


def by_part(declared, *layers):
    setting = MeasureContext(crs=CRS, subdistricts="parts", subdistrict_name="name")
    params = validate_parameters({**declared, "by": "subdistrict"})
    answer = measure_function(params.kind)({one.name: one for one in layers}, params, setting)
    rows = {row.keys["subdistrict"]: (row.reading.low, row.reading.high) for row in answer.breakdown}
    return {name: tuple(None if end is None else round(end, 6) for end in ends) for name, ends in rows.items()}


WEST, EAST = box(X, Y, X + 50, Y + 100), box(X + 50, Y, X + 90, Y + 100)
PARTS = layer([WEST, EAST], called="parts", name=["west", "east"])


def test_areas_and_lengths_are_cut_at_the_borders_of_sub_districts():
    """100 m of road: 50 west, 40 east, 10 in none; a plot of 30 m x 10 m: 10 m of it west, 20 m east."""
    roads = layer([road(1), road(2, 20)])
    whole = {"west": (70, 70), "east": (40, 40), "—": (10, 10)}
    assert by_part({"kind": "length", "of": "sites"}, roads, PARTS) == whole
    plots = layer([box(X + 40, Y, X + 70, Y + 10), square(0)], kind=["x", "y"], spaces=[30, 1])
    assert by_part({"kind": "area", "of": "sites"}, plots, PARTS) == {"west": (200, 200), "east": (200, 200)}
    share = {"kind": "share", "of": "sites", "that": "kind = 'x'"}
    assert by_part({**share, "weight": "area"}, plots, PARTS) == {"west": (0.5, 0.5), "east": (1, 1)}
    by_length = {**share, "weight": "length"}
    kinds = layer([road(1), road(2, 20)], kind=["x", "y"])
    assert by_part(by_length, kinds, PARTS) == {"west": (round(50 / 70, 6),) * 2, "east": (1, 1), "—": (1, 1)}
    # a number or a column's value is of the feature: it belongs where a point on it lies
    assert by_part(share, plots, PARTS) == {"west": (0, 0), "east": (1, 1)}
    assert by_part({"kind": "sum", "of": "sites", "field": "spaces"}, plots, PARTS) == {
        "west": (1, 1),
        "east": (30, 30),
    }


def test_a_line_along_a_border_counts_in_one_sub_district_and_one_that_begins_there_in_its_own():
    along = LineString([(X + 40, Y + 10), (X + 50, Y + 10), (X + 50, Y + 60), (X + 70, Y + 60)])
    assert by_part({"kind": "length", "of": "sites"}, layer([along]), PARTS) == {"west": (60, 60), "east": (20, 20)}
    inner = LineString([(X + 50, Y + 10), (X + 70, Y + 10)])
    assert by_part({"kind": "length", "of": "sites"}, layer([inner]), PARTS) == {"east": (20, 20)}
    assert by_part({"kind": "count", "of": "sites"}, layer([inner]), PARTS) == {"east": (1, 1)}


def test_land_in_two_sub_districts_that_overlap_may_be_of_each():
    """A strip of 10 m from 40 to 60 east; west reaches to 50, east begins at 45."""
    parts = layer([WEST, box(X + 45, Y, X + 90, Y + 100)], called="parts", name=["west", "east"])
    strip = layer([box(X + 40, Y, X + 60, Y + 10)])
    assert by_part({"kind": "area", "of": "sites"}, strip, parts) == {"west": (50, 100), "east": (100, 150)}


def test_pieces_of_an_unsure_shape_stay_unsure():
    plot = box(X + 40, Y, X + 60, Y + 10)
    unsure = layer([plot, square(0)], kind=[None, "x"])
    of = {"kind": "area", "of": "sites", "where": "kind = 'x'"}
    assert by_part(of, unsure, PARTS) == {"west": (100, 200), "east": (0, 100)}
    twice = layer([plot, box(X + 40, Y, X + 70, Y + 10)], ids=["A", "A"])
    assert by_part({"kind": "area", "of": "sites"}, twice, PARTS) == {"west": (0, 100), "east": (0, 200)}

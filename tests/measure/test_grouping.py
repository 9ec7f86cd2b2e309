"""Which sub-district a feature belongs to, and what is left open where sub-districts overlap."""

from __future__ import annotations

from dataclasses import replace

import pytest
from measure.closed_form_layers import SETTING, X, Y, layer, measure_declared
from shapely.geometry import LineString, Point, box

from urbanplan.measure.catalog import measure_function, validate_parameters
from urbanplan.model.finding import Finding

Ends = dict[str, tuple[float | None, float | None]]


def rows_by_subdistrict(shape: object, boxes: tuple[tuple[int, int, int, int], ...]) -> Ends:
    """Readings of a count by sub-district: W, E and N by their boxes, in metres from the origin."""
    parts = layer([box(X + a, Y + b, X + c, Y + d) for a, b, c, d in boxes], called="parts")
    parts.frame["name"] = ["W", "E", "N"][: len(boxes)]
    rows = measure_declared({"kind": "count", "of": "sites", "by": "subdistrict"}, layer([shape]), parts).breakdown
    return {row.keys["subdistrict"]: (row.reading.low, row.reading.high) for row in rows}


@pytest.mark.parametrize(
    ("boxes", "place", "wanted"),
    [
        (((0, 0, 10, 10), (10, 0, 20, 10)), (10, 5), {"W": (1, 1)}),  # a common border: the first
        (((10, 0, 20, 10), (0, 0, 10, 10)), (10, 5), {"W": (1, 1)}),
        (((0, 0, 10, 10), (5, 0, 20, 10)), (10, 5), {"W": (0, 1), "E": (0, 1)}),  # on the first's, inside the second
        (((5, 0, 20, 10), (0, 0, 10, 10)), (10, 5), {"W": (0, 1), "E": (0, 1)}),  # inside the first, on the second's
        (((0, 0, 10, 10), (0, 0, 10, 20)), (0, 5), {"W": (0, 1), "E": (0, 1)}),  # on the borders of both, which overlap
        (((0, 0, 10, 10), (0, 0, 10, 10)), (10, 10), {"W": (0, 1), "E": (0, 1)}),  # on a corner of one drawn twice
        (((0, 0, 10, 10), (10, 10, 20, 20)), (10, 10), {"W": (1, 1)}),  # on a corner that both touch
        (((0, 0, 10, 10), (10, 0, 20, 10), (5, 0, 15, 10)), (10, 5), {"W": (0, 1), "N": (0, 1)}),
        (((0, 0, 10, 10), (20, 0, 30, 10)), (15, 5), {"—": (1, 1)}),
    ],
)
def test_a_point_on_a_border_may_be_of_each_that_overlaps_there(
    boxes: tuple[tuple[int, int, int, int], ...], place: tuple[int, int], wanted: Ends
) -> None:
    assert rows_by_subdistrict(Point(X + place[0], Y + place[1]), boxes) == wanted


def test_sub_districts_that_overlap_are_told() -> None:
    sites = layer([Point(X + 1, Y + 1)])
    for wide, told in ((0, []), (10, ["S-0", "S-1"])):
        parts = layer([box(X, Y, X + 100, Y + 50), box(X + 100 - wide, Y, X + 200, Y + 50)], called="parts")
        noticed: list[Finding] = []
        setting = replace(SETTING, noticed=noticed)
        params = validate_parameters({"kind": "count", "of": "sites", "by": "subdistrict"})
        measure_function("count")({"sites": sites, "parts": parts}, params, setting)
        assert [name for hit in noticed for name in hit.features] == told
        assert {hit.code for hit in noticed} <= {"verdict-subdistricts-overlap"}


def test_a_line_on_a_border_belongs_by_its_middle() -> None:
    line = LineString([(X + 10, Y + 2), (X + 10, Y + 8)])
    assert rows_by_subdistrict(line, ((0, 0, 10, 10), (10, 0, 20, 10))) == {"W": (1, 1)}
    assert rows_by_subdistrict(line, ((0, 0, 10, 10), (5, 0, 20, 10))) == {"W": (0, 1), "E": (0, 1)}

"""Sub-districts that are no rectangles, and which of several roads an end is named by."""

from __future__ import annotations

import pytest
from measure.closed_form_layers import X, Y, layer, measure_declared, reading_ends
from shapely.geometry import LineString, Point, Polygon, box

TRIANGLES = [Polygon([(X, Y), (X + 100, Y), (X, Y + 100)]), Polygon([(X + 100, Y + 100), (X + 100, Y), (X, Y + 100)])]


@pytest.mark.parametrize(
    ("x", "y", "wanted"),
    [(20, 20, {"W": 1}), (80, 80, {"E": 1}), (50, 50, {"W": 1}), (51, 50, {"E": 1}), (120, 20, {"—": 1}), (-1, 50, {"—": 1})],
)  # fmt: skip
def test_a_point_is_of_the_triangle_that_holds_it(x: float, y: float, wanted: dict[str, int]) -> None:
    parts = layer(TRIANGLES, called="parts")
    parts.frame["name"] = ["W", "E"]
    sites = layer([Point(X + x, Y + y)])
    rows = measure_declared({"kind": "count", "of": "sites", "by": "subdistrict"}, sites, parts).breakdown
    assert {row.keys["subdistrict"]: row.reading.low for row in rows} == wanted
    assert all(row.reading.exact for row in rows)


@pytest.mark.parametrize("kind", ["length", "area"])
def test_what_is_cut_at_a_slanted_border(kind: str) -> None:
    parts = layer(TRIANGLES, called="parts")
    parts.frame["name"] = ["W", "E"]
    shape = LineString([(X, Y + 25), (X + 100, Y + 25)]) if kind == "length" else box(X, Y, X + 100, Y + 50)
    rows = measure_declared({"kind": kind, "of": "sites", "by": "subdistrict"}, layer([shape]), parts).breakdown
    found = {row.keys["subdistrict"]: row.reading.low for row in rows}
    assert found == pytest.approx({"W": 75, "E": 25} if kind == "length" else {"W": 3750, "E": 1250})


def test_an_end_that_two_roads_share_is_named_by_the_first() -> None:
    line = LineString([(X, Y), (X + 100, Y)])
    longer = LineString([(X, Y), (X + 100, Y), (X + 200, Y)])
    found = measure_declared({"kind": "dead_ends", "of": "roads"}, layer([line, longer, line], called="roads"))
    ends = found.results["dead_ends"]
    assert sorted(zip(ends["id"], ends.geometry.x.sub(X).round(6), strict=True)) == [("S-0", 0.0), ("S-1", 200.0)]


@pytest.mark.parametrize(
    ("areas", "wanted"), [([box(X - 1, Y - 1, X + 1, Y + 1)], (1, 1)), ([None], (0, 2)), ([box(X - 1, Y - 1, X + 1, Y + 1), None], (1, 2))]
)  # fmt: skip
def test_ends_beside_areas_that_are_not_drawn_may_lie_in_them(areas: list[object], wanted: tuple[int, int]) -> None:
    roads = layer([LineString([(X, Y), (X + 100, Y)])], called="roads")
    declared = {"kind": "dead_ends", "of": "roads", "beside": "areas"}
    assert reading_ends(declared, roads, layer(areas, called="areas")) == wanted
    none = {**declared, "beside": {"layer": "areas", "where": "kind = 'x'"}}
    assert reading_ends(none, roads, layer([box(X, Y, X + 1, Y + 1)], called="areas", kind=["y"])) == (0, 2)

"""Repairs: logged with the area before and after, refused where the area would change too much."""

from __future__ import annotations

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from laws import examples
from layer.finding_samples import X, Y, layer, line, polygon, rectangle
from shapely.geometry import Polygon

from urbanplan.layer.repair import repair_layer
from urbanplan.layer.validate import validate_layer

TIE = polygon((0, 0), (100, 100), (100, 0), (0, 100))
NICK = polygon((0, 0), (100, 0), (100, 100), (50.5, 100), (50, 99.5), (50, 100), (50.5, 99.5), (0, 100))


def codes(found):
    return [hit.code for hit in found]


def mended(*shapes, **more):
    source = layer(*shapes)
    before = source.frame.geometry.to_wkb().tolist()
    result, log = repair_layer(source, **more)
    assert source.frame.geometry.to_wkb().tolist() == before, "the layer itself stays as it is"
    return result, log


def test_layer_in_order_needs_no_repair():
    counter = shapely.orient_polygons(rectangle(0, 0))
    result, log = mended(counter)
    assert log == []
    assert result.frame.geometry[0].equals(counter)


def test_open_ring_is_closed_within_the_gap():
    almost = line((0, 0), (100, 0), (100, 100), (0, 100), (0, 0.05))
    wide = line((300, 0), (400, 0), (400, 100), (300, 100), (300, 5))
    result, log = mended(almost, wide)
    assert [(one.feature, one.kind, one.done) for one in log] == [("P-1", "close", True)]
    assert log[0].after == pytest.approx(10_000)
    assert result.frame.geometry[1].geom_type == "LineString"


def test_small_crossing_is_undone_and_a_bow_tie_is_refused():
    result, log = mended(NICK, TIE, kinds=["cross"])
    assert [(one.feature, one.kind, one.done) for one in log] == [("P-1", "cross", True), ("P-2", "cross", False)]
    assert log[0].after == pytest.approx(9987.5, abs=0.2)
    assert log[0].before == pytest.approx(log[0].after, abs=1)
    assert shapely.is_valid(result.frame.geometry[0])
    assert result.frame.geometry[1].equals_exact(TIE, 0)
    assert codes(validate_layer(result)) == ["layer-shape-crosses"]


def test_repeated_points_are_removed_and_rings_put_in_order():
    twice = polygon((0, 0), (100, 0), (100, 0), (100, 100), (0, 100))
    clockwise = Polygon(list(shapely.orient_polygons(rectangle(300, 0)).exterior.coords)[::-1])
    result, log = mended(twice, clockwise)
    assert {(one.feature, one.kind) for one in log} == {("P-1", "repeated"), ("P-2", "order")}
    assert all(one.done and one.before == one.after for one in log)
    assert codes(validate_layer(result)) == []


def test_hole_runs_against_its_ring_afterwards():
    hole = [(X + x, Y + y) for x, y in [(20, 20), (40, 20), (40, 40), (20, 40)]]
    shell = [(X, Y), (X + 100, Y), (X + 100, Y + 100), (X, Y + 100)]
    source = layer(Polygon(shell, [hole]))
    assert codes(validate_layer(source)) == ["layer-ring-order"]
    assert codes(validate_layer(repair_layer(source)[0])) == []


def test_sliver_joins_the_neighbour_with_the_longest_border():
    strip = rectangle(0, 100, 100, 0.005)
    result, log = mended(rectangle(0, 0), strip, rectangle(100, 0))
    (joined,) = [one for one in log if one.kind == "sliver"]
    assert (joined.feature, joined.done, joined.note) == ("P-2", True, "P-1")
    assert joined.before == pytest.approx(0.5)
    assert result.frame["id"].tolist() == ["P-1", "P-3"]
    assert result.frame.geometry[0].area == pytest.approx(10_000.5)


def test_sliver_beyond_the_tolerance_or_alone_is_refused():
    result, log = mended(rectangle(0, 0), rectangle(0, 100, 100, 0.1), rectangle(500, 500, 100, 0.001))
    slivers = [one for one in log if one.kind == "sliver"]
    assert [(one.feature, one.done, one.note) for one in slivers] == [
        ("P-2", False, "area"),
        ("P-3", False, "neighbour"),
    ]
    assert len(result.frame) == 3


def test_only_what_is_asked_for_is_done():
    twice = polygon((0, 0), (0, 100), (0, 100), (100, 100), (100, 0))
    result, log = mended(twice, kinds=["order"])
    assert [one.kind for one in log] == ["order"]
    assert "layer-points-repeated" in codes(validate_layer(result))


def test_shapes_that_are_not_there_stay_so():
    result, log = mended(None, Polygon(), rectangle(0, 0), kinds=["cross", "repeated", "close", "order"])
    assert result.frame.geometry[0] is None
    assert all(one.feature == "P-3" for one in log)


@settings(max_examples=examples(60))
@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), min_size=4, max_size=9, unique=True))
def test_no_repair_changes_an_area_beyond_the_tolerance(points):
    """Whatever was drawn: after the repair a feature is valid within the tolerance, or as it was."""
    drawn = polygon(*points)
    result, log = mended(drawn, kinds=["cross", "order"], area_m2=5.0)
    after = result.frame.geometry[0]
    refused = [one for one in log if not one.done]
    assert refused or shapely.is_valid(after)
    if refused:
        assert shapely.is_valid(after) == shapely.is_valid(drawn)
    for one in log:
        if one.done:
            assert abs(one.after - one.before) <= 5.0

"""Whatever a file may hold, validation answers: no shape stops it, and every finding can be written as JSON."""

from __future__ import annotations

import json

import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from laws import examples
from layer.finding_samples import X, Y, district, layer, parcel_with_area
from shapely.geometry import GeometryCollection, LineString, MultiLineString, MultiPoint, MultiPolygon, Point, Polygon

from urbanplan.layer.repair import repair_layer
from urbanplan.layer.validate import validate_layer

number = st.one_of(st.integers(-50, 2100), st.sampled_from([float("inf"), 0.001, 1e9]))
either = st.one_of(number, st.just(float("nan")))  # of rings no reader makes a polygon with NaN: they would not close
corner = st.tuples(either, either).map(lambda p: (X + p[0], Y + p[1]))
ring = st.lists(st.tuples(number, number).map(lambda p: (X + p[0], Y + p[1])), min_size=3, max_size=6)
points = corner.map(Point)
lines = st.lists(corner, min_size=2, max_size=5).map(LineString)
polygons = st.one_of(ring.map(Polygon), st.tuples(ring, ring).map(lambda pair: Polygon(pair[0], [pair[1]])))
simple = st.one_of(points, lines, polygons, st.sampled_from([None, Polygon(), Point(), LineString()]))
shapes = st.one_of(
    simple,
    st.lists(points, max_size=3).map(MultiPoint),
    st.lists(lines, max_size=3).map(MultiLineString),
    st.lists(polygons, max_size=3).map(MultiPolygon),
    st.lists(simple.filter(lambda shape: shape is not None), max_size=3).map(GeometryCollection),
    points.map(lambda point: shapely.force_3d(point, 5.0)),
)
RULES = {
    "overlap": False,
    "gaps": False,
    "inside_district": True,
    "multipart": False,
    "sharp_angle_deg": 10.0,
    "min_area_m2": 10,
    "min_length_m": 1,
}


@settings(max_examples=examples(150))
@given(st.lists(shapes, max_size=5), st.sampled_from(["polygon", "line", "point", "any"]))
def test_no_shape_stops_validation(drawn, kind):
    found = validate_layer(layer(*drawn, kind=kind, rules=RULES), boundary=district())
    for hit in found:
        json.dumps(hit.model_dump(mode="json"), allow_nan=False)
        if hit.geometry is not None:
            assert shapely.get_num_coordinates(shapely.geometry.shape(hit.geometry)) > 0


@settings(max_examples=examples(60))
@given(st.lists(shapes, max_size=4))
def test_no_shape_stops_a_repair(drawn):
    result, log = repair_layer(layer(*drawn, rules=RULES))
    assert len(result.frame) == len(drawn) - sum(one.kind == "sliver" and one.done for one in log)


@settings(max_examples=40)
@given(polygons, st.floats(-1e6, 1e6))
def test_no_shape_stops_the_comparison_with_a_figure(shape, mu):
    for hit in validate_layer(parcel_with_area(mu, shape), boundary=district()):
        json.dumps(hit.model_dump(mode="json"), allow_nan=False)


@settings(max_examples=40)
@given(st.lists(shapes, min_size=1, max_size=3))
def test_a_boundary_of_any_shape_stops_nothing(drawn):
    validate_layer(layer(Polygon([(X, Y), (X + 9, Y), (X, Y + 9)]), rules=RULES), boundary=layer(*drawn))

"""The grid index gives the answers of shapely's tree and of the leg rule, to the bit."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from network.strategies import leg, streets

pytest.importorskip("numba")

from urbanplan.network.build import build
from urbanplan.network.walk.gridindex import index_of, index_segments, nearest_segment, seen_parts
from urbanplan.network.walk.places import from_points
from urbanplan.network.walk.sight import see

spots = st.lists(st.tuples(st.floats(-400, 900), st.floats(-400, 900)), min_size=1, max_size=12)


def network(lines: list):
    return build(gpd.GeoDataFrame(geometry=[shapely.LineString(line) for line in lines], crs=4547))


@settings(max_examples=120, deadline=None)
@given(streets, spots)
def test_nearest_is_the_trees_with_the_lowest_number(lines, points):
    net, points = network(lines), np.array(points)
    ends = net.segments.ends
    number, distance = nearest_segment(index_of(net), points)
    tree = shapely.STRtree(shapely.linestrings(ends.reshape(-1, 2, 2)))
    (row, _segment), metres = tree.query_nearest(shapely.points(points), return_distance=True)
    least = np.full(len(points), np.inf)
    least[row] = metres
    assert np.allclose(distance, least, rtol=1e-12, atol=1e-12)
    ways = np.array(
        [shapely.distance(shapely.points(points), line) for line in shapely.linestrings(ends.reshape(-1, 2, 2))]
    )
    assert np.allclose(ways[number, np.arange(len(points))], ways.min(axis=0), rtol=1e-12, atol=1e-12)
    tied = (ways == ways.min(axis=0)) & (distance == ways.min(axis=0))
    clear = tied.any(axis=0)
    assert (number[clear] <= tied.argmax(axis=0)[clear]).all()


@settings(max_examples=120, deadline=None)
@given(streets, spots, leg)
def test_seen_parts_are_those_of_the_leg_rule(lines, points, limit):
    net, points = network(lines), np.array(points)
    found, expected = seen_parts(net, points, limit), see(net, from_points(points), leg=limit)
    for own, other in zip(found.columns, expected.columns, strict=True):
        assert np.array_equal(own, other)


def test_two_threads_give_one_answer():
    net = network([[(x, 0), (x + 40, 900)] for x in range(0, 900, 45)])
    points = np.random.default_rng(2).uniform(-100, 1000, (50_000, 2))
    one, two = (nearest_segment(index_of(net), points, threads=threads) for threads in (1, 2))
    assert np.array_equal(one[0], two[0])
    assert np.array_equal(one[1], two[1])
    for own, other in zip(seen_parts(net, points, 30.0, threads=1).columns,
                          seen_parts(net, points, 30.0, threads=2).columns, strict=True):  # fmt: skip
        assert np.array_equal(own, other)


def test_no_segment_and_far_points():
    number, distance = nearest_segment(index_segments(np.empty((0, 4))), np.zeros((2, 2)))
    assert number.tolist() == [-1, -1]
    assert np.isinf(distance).all()
    number, distance = nearest_segment(index_segments(np.array([[0.0, 0, 10, 0]])), np.array([[1e7, 0.0]]))
    assert number.tolist() == [0]
    assert distance[0] == pytest.approx(1e7 - 10)

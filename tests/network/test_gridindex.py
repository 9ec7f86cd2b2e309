"""The grid index gives the answers of shapely's tree and of the leg rule, to the bit."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from laws import examples
from network.strategies import lattice, leg, parcel, streets

pytest.importorskip("numba")

from urbanplan.network.build import road_network
from urbanplan.network.walk.covered_intervals import reach_of_legs
from urbanplan.network.walk.gridindex import index_segments, join_point_legs, nearest_segment, network_index
from urbanplan.network.walk.leg_join import join_legs
from urbanplan.network.walk.people import People, home_distance, join_home_legs
from urbanplan.network.walk.sources import sources_from_frame, sources_from_points
from urbanplan.network.walk.walk import Walk

spots = st.lists(st.tuples(st.floats(-400, 900), st.floats(-400, 900)), min_size=1, max_size=12)


def network(lines: list):
    return road_network(gpd.GeoDataFrame(geometry=[shapely.LineString(line) for line in lines], crs=4547))


@settings(max_examples=examples(120))
@given(streets, spots)
def test_nearest_is_the_trees_with_the_lowest_number(lines, points):
    net, points = network(lines), np.array(points)
    ends = net.segments.ends
    number, distance = nearest_segment(network_index(net), points)
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


@settings(max_examples=examples(120))
@given(
    st.lists(st.lists(lattice, min_size=2, max_size=5), min_size=1, max_size=10),
    spots,
    st.lists(st.tuples(st.integers(0, 5), st.one_of(leg, st.sampled_from([0.0, -1.0, 48.5, 97.0]))), min_size=12),
    st.sampled_from([0.0, 5e5, 3.8e6]),
)
def test_seen_parts_are_those_of_the_leg_rule(lines, points, whose, far):
    """Streets of several pieces, also without length; places of several points, in any order; limits of their own."""
    net = network([np.array(line) + far for line in lines])
    points = np.concatenate([np.array(points), np.array(lines[0])])[:12] + far
    place = np.array([number for number, _ in whose[: len(points)]])
    limit = np.array([metres for _, metres in whose[:6]])
    many = replace(sources_from_points(np.zeros((6, 2))), points=points, point_place=place)
    found = join_point_legs(net, points, limit[place], place=place)
    same(found, join_legs(net, many, leg=limit, engine="scipy"))
    order = np.argsort(points[:, 0], kind="stable")[::-1]
    same(found, join_point_legs(net, points[order], limit[place[order]], place=place[order]))
    same(found, join_legs(net, many, leg=limit, engine="numba"))


@settings(max_examples=examples(40))
@given(streets, st.lists(parcel, min_size=1, max_size=2), spots, leg)
def test_sites_see_the_same_on_both_engines(lines, parcels, points, limit):
    shapes = [shapely.box(x, y, x + wide, y + tall) for (x, y), wide, tall in parcels]
    put = sources_from_frame(gpd.GeoDataFrame(geometry=[*shapes, shapely.MultiPoint(points)], crs=4547))
    plain, fast = (join_legs(network(lines), put, leg=limit, engine=engine) for engine in ("scipy", "numba"))
    same(plain, fast)


@settings(max_examples=examples(40))
@given(streets, st.lists(parcel, min_size=1, max_size=2), spots, spots, leg)
def test_barriers_shade_and_homes_walk_the_same_on_both_engines(lines, parcels, points, homes, limit):
    """Sites of several points and walls, walls between them and the streets, and homes that see the same streets."""
    net = network(lines)
    shapes = [shapely.box(x, y, x + wide, y + tall) for (x, y), wide, tall in parcels]
    put = sources_from_frame(gpd.GeoDataFrame(geometry=[*shapes, shapely.MultiPoint(points)], crs=4547))
    walls = np.array([[-400, y, 900, y + 7] for y in (-150.0, 20.0, 333.0)])
    people = People("homes", points=np.array(homes), count=np.ones(len(homes)))
    plain, fast = (
        [
            join_legs(net, put, leg=limit, barriers=walls, plus=put.radius, engine=engine),
            join_home_legs(net, people, leg=limit, barriers=walls, engine=engine),
        ]
        for engine in ("scipy", "numba")
    )
    for one, other in zip(plain, fast, strict=True):
        same(one, other)
    reached = reach_of_legs(net, plain[0], Walk(300.0, limit, engine="scipy"))
    ways = [home_distance(net, plain[1], len(homes), reached, engine=engine) for engine in ("scipy", "numba")]
    assert np.array_equal(*ways)


def same(found, expected):
    for own, other in zip(found.columns, expected.columns, strict=True):
        assert own.dtype == other.dtype
        assert np.array_equal(own, other)


def test_two_threads_give_one_answer():
    net = network([[(x, 0), (x + 40, 900)] for x in range(0, 900, 45)])
    points = np.random.default_rng(2).uniform(-100, 1000, (50_000, 2))
    one, two = (nearest_segment(network_index(net), points, threads=threads) for threads in (1, 2))
    assert np.array_equal(one[0], two[0])
    assert np.array_equal(one[1], two[1])
    plain = join_legs(net, sources_from_points(points), leg=30.0, engine="scipy")
    same(join_point_legs(net, points, 30.0, threads=1), plain)
    same(join_point_legs(net, points, 30.0, threads=2), plain)


def test_the_plain_engine_stays_plain():
    code = (
        "import sys, numpy as np, geopandas as gpd, shapely\n"
        "from urbanplan.network import compute_coverage, road_network\n"
        "from urbanplan.network.walk.coverage import CoverageOptions\n"
        "roads = gpd.GeoDataFrame(geometry=[shapely.LineString([(0, 0), (900, 0)])], crs=4547)\n"
        "sites = gpd.GeoDataFrame(geometry=[shapely.Point(10, 10)], crs=4547)\n"
        "for engine in ('scipy', 'auto'):\n"
        "    compute_coverage(road_network(roads), sites=sites, within=300, extras=CoverageOptions(engine=engine))\n"
        "assert 'numba' not in sys.modules\n"
        "compute_coverage(road_network(roads), sites=sites, within=300, extras=CoverageOptions(engine='numba'))\n"
        "assert 'numba' in sys.modules\n"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_no_segment_and_far_points():
    number, distance = nearest_segment(index_segments(np.empty((0, 4))), np.zeros((2, 2)))
    assert number.tolist() == [-1, -1]
    assert np.isinf(distance).all()
    number, distance = nearest_segment(index_segments(np.array([[0.0, 0, 10, 0]])), np.array([[1e7, 0.0]]))
    assert number.tolist() == [0]
    assert distance[0] == pytest.approx(1e7 - 10)

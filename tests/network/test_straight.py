"""Straight readings: deciding most streets by their middle gives what looking at every street gives."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from laws import examples
from network.strategies import lattice, parcel, sites
from towns import ROAD, block, frame, spot

from urbanplan.network import road_network
from urbanplan.network.intervals import Intervals, union
from urbanplan.network.walk.leg_join import join_legs
from urbanplan.network.walk.scenario import Scenario
from urbanplan.network.walk.sources import Sources, sources_from_frame
from urbanplan.network.walk.straight import measure_middles, straight_intervals
from urbanplan.network.walk.walk import Walk


def build_question(lines: list, put: Sources, engine: str = "scipy") -> Scenario:
    roads = gpd.GeoDataFrame(geometry=[shapely.LineString(line) for line in lines], crs=4547)
    return Scenario(road_network(roads), put, Walk(600.0, engine=engine))


def leg_values(question: Scenario, limit: np.ndarray) -> Intervals:
    return straight_intervals(question, limit, measure_middles(question.network, question.put), piece=2)


@settings(max_examples=examples(80))
@given(
    st.lists(st.lists(lattice, min_size=2, max_size=4), min_size=1, max_size=10),
    sites,
    st.lists(parcel, max_size=3),
    st.lists(st.one_of(st.floats(0, 500), st.just(-1.0), st.just(97.0)), min_size=7, max_size=7),
)
def test_every_street_looked_at(lines, spots, parcels, limits):
    shapes = [shapely.box(x, y, x + wide, y + tall) for (x, y), wide, tall in parcels]
    put = sources_from_frame(gpd.GeoDataFrame(geometry=[*(shapely.Point(at) for at in spots), *shapes], crs=4547))
    question, limit = build_question(lines, put), np.array(limits[: len(put)])
    seen = join_legs(question.network, put, leg=limit, engine="scipy")
    expected = union(seen.edge, seen.low, seen.high)
    expected = expected.pick(expected.high > expected.low)
    found = leg_values(question, limit)
    assert np.array_equal(found.line, expected.line)
    assert np.allclose(found.low, expected.low, rtol=0, atol=1e-9)
    assert np.allclose(found.high, expected.high, rtol=0, atol=1e-9)


def test_deep_inside_a_park_everything_is_near():
    """The middle of the road lies farther from the park's fence than the limit."""
    put = sources_from_frame(frame([block(-9000, -2000, 9000, 2000)]))
    question = Scenario(road_network(frame(ROAD)), put, Walk(600.0))
    assert leg_values(question, np.array([100.0])).length.sum() == pytest.approx(10_000)
    assert len(leg_values(question, np.array([-1.0]))) == 0


def test_no_place_and_no_piece_missed():
    empty = Scenario(
        road_network(frame(ROAD)), sources_from_frame(frame([spot(0, 0)])).chosen(np.zeros(1, bool)), Walk(600.0)
    )
    assert len(leg_values(empty, np.empty(0))) == 0
    five = Scenario(
        road_network(frame(ROAD)),
        sources_from_frame(frame([spot(x, 30) for x in range(-4000, 4001, 2000)])),
        Walk(600.0),
    )
    assert leg_values(five, np.full(5, 50.0)).length.tolist() == pytest.approx([80.0] * 5)

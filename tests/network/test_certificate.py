"""The certificate catches every mutation of a result, and lets true results pass."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import shapely
from towns import block, frame, grid, line, spot

from urbanplan.network import road_network
from urbanplan.network.graph import Network, build_csr
from urbanplan.network.walk.certificate import PointsAlong, check_certificate
from urbanplan.network.walk.covered_intervals import compute_reach
from urbanplan.network.walk.people import People, ServedPeople, join_home_legs, serve_people
from urbanplan.network.walk.sources import Sources, boundary_segments, sources_from_frame, sources_from_points
from urbanplan.network.walk.verify_legs import Facts, _nearby_segments
from urbanplan.network.walk.verify_people import ServedReading, find_wrong_people
from urbanplan.network.walk.walk import Reach, Walk

WALK = Walk(430.0, 50.0)


@pytest.fixture
def walk(engine: str) -> Walk:
    return replace(WALK, engine=engine)


@pytest.fixture
def town(walk: Walk) -> tuple[Network, Sources, Reach]:
    network = road_network(frame([*grid(8, 8, 100), line((900, 0), (1200, 0))]))
    put = sources_from_frame(frame([spot(333, 212), spot(700, 655), block(95, 620, 240, 690)]))
    return network, put, compute_reach(network, put, walk)


def failures(town: tuple, **changes: object) -> set[str]:
    network, put, reached = town
    network = changes.pop("network", network)
    return set(check_certificate(network, put, WALK, replace(reached, **changes), barriers=None).failures)


def test_a_true_result_passes(town: tuple) -> None:
    assert failures(town) == set()


@pytest.mark.parametrize("by", [-30.0, -1e-3, 1e-3, 30.0])
def test_a_changed_label(town: tuple, by: float) -> None:
    reached = town[2]
    for node in np.flatnonzero(np.isfinite(reached.label))[::7]:
        label = reached.label.copy()
        label[node] += by
        assert failures(town, label=label)


def test_a_label_lost_or_made_up(town: tuple) -> None:
    reached = town[2]
    lost, made = reached.label.copy(), reached.label.copy()
    lost[np.flatnonzero(reached.label < 300)[0]] = np.inf
    made[np.flatnonzero(~np.isfinite(reached.label))[0]] = 120.0
    assert failures(town, label=lost)
    assert failures(town, label=made)
    assert failures(town, label=np.where(np.isfinite(reached.label), reached.label, np.nan))


def test_a_dropped_edge(town: tuple, walk: Walk) -> None:
    """The result of a network that lacks an edge does not certify for the whole one."""
    network, put, reached = town
    for lost in np.flatnonzero(reached.per_edge(network) > 0)[::11]:
        keep = np.arange(network.edges) != lost
        indptr, neighbour, edge = build_csr(network.u[keep], network.v[keep], network.nodes)
        blind = replace(network, indptr=indptr, neighbour=neighbour, arc_edge=np.flatnonzero(keep)[edge])
        assert "arcs" in check_certificate(blind, put, WALK, reached).failures
        poorer = compute_reach(blind, put, walk)
        if not np.array_equal(poorer.label, reached.label):
            assert check_certificate(network, put, WALK, poorer).failures


@pytest.mark.parametrize("by", [-0.01, 0.01, 20.0])
def test_a_shifted_interval(town: tuple, by: float) -> None:
    network, _, reached = town
    cover = reached.covered
    for row in np.flatnonzero(cover.length < network.length[cover.line] - 1)[::5]:
        for side in ("low", "high"):
            ends = getattr(cover, side).copy()
            ends[row] += by
            assert failures(town, covered=replace(cover, **{side: ends}))


def test_an_interval_dropped_or_doubled(town: tuple) -> None:
    cover = town[2].covered
    rows = np.arange(len(cover))
    assert failures(town, covered=cover.pick(rows != 3))
    assert failures(town, covered=cover.pick(np.sort(np.append(rows, 3))))


@pytest.mark.parametrize("column", ["g", "t0", "low", "high", "plus", "place", "edge"])
def test_a_wrong_leg(town: tuple, walk: Walk, column: str) -> None:
    network = town[0]
    put = sources_from_frame(frame([spot(333, 212), spot(700, 655), spot(1000, 20)]))
    reached = compute_reach(network, put, walk)
    for row in range(len(reached.seen)):
        values = getattr(reached.seen, column).copy()
        values[row] = (values[row] + 1) % 3 if column == "place" else values[row] + 1
        assert failures((network, put, reached), seen=replace(reached.seen, **{column: values}))


def test_a_seen_part_lost_or_made_up(town: tuple) -> None:
    seen = town[2].seen
    rows = np.arange(len(seen))
    assert "sight" in failures(town, seen=seen.pick(rows != 0))
    far = replace(seen, segment=np.where(rows == 0, len(town[0].segments) - 1, seen.segment))
    assert failures(town, seen=far)


def test_a_leg_through_a_barrier(walk: Walk) -> None:
    network = road_network(frame([line((-500, 0), (500, 0))]))
    put, wall = sources_from_points(np.array([[spot(0, 30).x, spot(0, 30).y]])), line((-200, 10), (200, 10))
    free = compute_reach(network, put, walk)
    barriers = boundary_segments(np.array([wall], dtype=object))
    assert "sight" in check_certificate(network, put, WALK, free, barriers=barriers).failures
    assert check_certificate(network, put, WALK, compute_reach(network, put, walk, barriers), barriers=barriers).ok


def test_a_cycle_of_equal_labels_on_edges_without_length(walk: Walk) -> None:
    """Two far nodes that vouch for each other over edges of length 0 have no way to a site."""
    streets = road_network(frame([line((0, 0), (100, 0)), line((5000, 0), (5100, 0))]))
    far = np.flatnonzero(streets.x > spot(4000, 0).x)
    u = np.append(streets.u, [far[0], far[1]])
    v = np.append(streets.v, [far[1], far[0]])
    indptr, neighbour, edge = build_csr(u, v, streets.nodes)
    here = streets.coords[streets.offsets[1]]
    ring = Network(
        x=streets.x, y=streets.y, u=u, v=v, length=np.append(streets.length, [0.0, 0.0]),
        coords=np.vstack([streets.coords, [here] * 4]), offsets=np.append(streets.offsets, [6, 8]),
        row=np.arange(4), begin=np.zeros(4), end=np.zeros(4), indptr=indptr, neighbour=neighbour, arc_edge=edge,
    )  # fmt: skip
    put = sources_from_points(np.array([[spot(0, 0).x, spot(0, 0).y]]))
    true = compute_reach(ring, put, walk)
    assert check_certificate(ring, put, WALK, true).ok
    label = true.label.copy()
    label[far] = 400.0
    found = check_certificate(ring, put, WALK, replace(true, label=label)).failures
    assert "chains" in found
    assert found["chains"] == 2


def wrong_people(network: Network, reached: Reach, served: ServedPeople) -> Facts:
    return find_wrong_people([ServedReading(network, WALK, reached, served)])[0]


def test_people_are_certified_too(town: tuple, engine: str) -> None:
    network, _, reached = town
    rng = np.random.default_rng(5)
    points = np.array([[spot(x, y).x, spot(x, y).y] for x, y in rng.uniform(-40, 840, (300, 2))])
    people = People(
        "counted", points=points, count=np.ones(300), edge=np.array([3, 90]), low=np.zeros(2), high=np.full(2, 80.0),
        living=np.array([10.0, 20.0]),
    )  # fmt: skip
    true = serve_people(network, people, reached, join_home_legs(network, people, leg=50, engine=engine))
    assert not any(wrong.any() for wrong in wrong_people(network, reached, true).values())
    assert 0 < true.reached.sum() < 300
    for home in (np.flatnonzero(true.reached)[0], np.flatnonzero(~true.reached & ~true.blind)[0]):
        way = true.home.copy()
        way[home] = np.inf if true.reached[home] else 100.0
        assert wrong_people(network, reached, replace(true, home=way))["homes"].sum() == 1
    assert wrong_people(network, reached, replace(true, covered=true.covered + 0.5))["stretches"].all()
    lost = true.sight.pick(np.arange(len(true.sight)) != 4)
    assert any(wrong.any() for wrong in wrong_people(network, reached, replace(true, sight=lost)).values())


def test_points_along_edges_are_those_of_the_streets() -> None:
    """Between two metres of one straight piece, over a bend, at a vertex, and on a piece without length."""
    network = road_network(frame([shapely.LineString([(0, 0), (10, 0), (10, 30), (10, 30), (50, 30)])]))
    low, high = np.array([0.0, 2.0, 5.0, 10.0, 10.0, 40.0]), np.array([10.0, 7.5, 45.0, 40.0, 10.0, 80.0])
    along = PointsAlong(network, np.zeros(6, dtype=np.int64), low, high)
    for share, due in ((0, [0, 2, 5, 10, 10, 40]), (0.5, [5, 4.75, 25, 25, 10, 60]), (1, [10, 7.5, 45, 40, 10, 80])):
        at = low + share * (high - low)
        assert at.tolist() == due
        x, y = along.points(at)
        assert x.tolist() == pytest.approx([min(one, 10) if one <= 40 else one - 30 for one in due])
        assert y.tolist() == pytest.approx([min(max(one - 10, 0), 30) for one in due])


@pytest.mark.parametrize("count", [1, 3, 400])
def test_segments_far_from_every_place_are_left_out_of_the_proof_and_no_other(count: int) -> None:
    chance = np.random.default_rng(count)
    begin = chance.uniform(-6000, 6000, (4000, 2))
    ends = np.hstack([begin, begin + chance.normal(0, 1, begin.shape) * chance.choice([0.0, 60.0, 5000.0], (4000, 1))])
    places = shapely.points(chance.uniform(-3000, 3000, (count, 2)))
    places[0] = shapely.box(-100, -2500, 900, -2000)
    limit = chance.choice([0.0, 50.0, 800.0], count)
    shapes = np.append(places, [None, shapely.Point()])
    rows = _nearby_segments(ends, shapes, np.append(limit, [50.0, 50.0]))
    lines = shapely.linestrings(ends.reshape(-1, 2, 2))
    due = np.unique(shapely.STRtree(lines).query(places, predicate="dwithin", distance=limit)[1])
    assert np.isin(due, rows).all()
    assert len(due) < len(rows) < len(ends)
    assert len(_nearby_segments(ends, shapes[count:], np.full(2, 50.0))) == 0

"""The laws of coverage: what changes nothing, what moves nothing away, what brings nothing nearer."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from laws import examples
from network.oracle import frames
from network.strategies import leg, parcel, sites, streets, walk, walls
from shapely import LineString, affinity, box
from towns import frame

from urbanplan.network import compute_coverage, road_network
from urbanplan.network.walk.coverage import CoverageOptions
from urbanplan.network.walk.covered_intervals import compute_reach, distance_at, find_seeds
from urbanplan.network.walk.search import search_distances
from urbanplan.network.walk.sources import boundary_segments, sources_from_frame
from urbanplan.network.walk.walk import Walk

SAME = {"rel": 1e-9, "abs": 2e-6}


def covered(
    engine: str, roads: object, put: object, within: float, limit: float, noding: str = "endpoints"
) -> tuple[float, float, float]:
    run = compute_coverage(
        road_network(roads, noding=noding), sites=put, within=within, leg=limit, extras=CoverageOptions(engine=engine)
    )
    assert run.certificate is not None
    assert run.certificate.ok, run.certificate.failures
    return run.total_m, run.covered_m, run.covered_high_m


def rotate(frame: object, angle: float, east: float, north: float) -> object:
    moved = [affinity.translate(affinity.rotate(shape, angle, origin=(0, 0)), east, north) for shape in frame.geometry]
    return frame.set_geometry(moved)


def scenario_frames(lines: list, spots: list, parcels: list) -> tuple[object, object]:
    roads, _ = frames(lines, spots)
    shapes = [shapely.Point(p) for p in spots] + [box(x, y, x + w, y + h) for (x, y), w, h in parcels]
    return roads, frame(shapes)


@settings(max_examples=examples(40))
@given(streets, sites, st.lists(parcel, max_size=2), walk, leg, st.floats(0, 360), st.sampled_from([0.0, 5e5, 3.8e6]))
def test_moving_and_turning_change_nothing(
    engine: str, lines: list, spots: list, parcels: list, within: float, limit: float, angle: float, far: float
) -> None:
    roads, put = scenario_frames(lines, spots, parcels)
    here = covered(engine, roads, put, within, limit)
    there = covered(engine, rotate(roads, angle, far, far), rotate(put, angle, far, far), within, limit)
    assert there == pytest.approx(here, rel=1e-9, abs=2e-4)  # coordinates of 3.8e6 m hold 5e-10 m; grazing legs root it


@pytest.mark.parametrize("angle", [0.0, 1.0, 37.0, 90.0])
def test_a_plot_along_the_street_is_reached_without_a_leg(engine: str, angle: float) -> None:
    """36 m of rim on the street and 20 m beyond; low: less the radius 2.5 m of the plot, which may lie that deep."""
    roads, put = scenario_frames([((0.0, 166.0), (0.0, 0.0))], [], [((0.0, 0.0), 5.0, 36.0)])
    found = covered(engine, rotate(roads, angle, 0, 0), rotate(put, angle, 0, 0), 20.0, 0.0)
    assert found == pytest.approx((166.0, 53.5, 56.0), abs=2e-4)


@settings(max_examples=examples(40))
@given(
    streets,
    sites,
    st.lists(parcel, max_size=2),
    walk,
    leg,
    st.randoms(use_true_random=False),
    st.sampled_from(["endpoints", "crossings"]),
)
def test_order_and_direction_change_nothing(
    engine: str, lines: list, spots: list, parcels: list, within: float, limit: float, rng: object, noding: str
) -> None:
    roads, put = scenario_frames(lines, spots, parcels)
    here = covered(engine, roads, put, within, limit, noding)
    rows = list(range(len(roads)))
    rng.shuffle(rows)
    other = roads.iloc[rows].reset_index(drop=True)
    other = other.set_geometry([shape.reverse() if rng.random() < 0.5 else shape for shape in other.geometry])
    assert covered(engine, other, put.iloc[::-1].reset_index(drop=True), within, limit, noding) == pytest.approx(
        here, **SAME
    )


@settings(max_examples=examples(40), suppress_health_check=[HealthCheck.filter_too_much])
@given(streets, sites, walk, leg, st.lists(st.floats(0.01, 0.99), min_size=14, max_size=14))
def test_cutting_edges_changes_nothing(
    engine: str, lines: list, spots: list, within: float, limit: float, cuts: list
) -> None:
    roads, put = scenario_frames(lines, spots, [])
    here = covered(engine, roads, put, within, limit)
    pieces = []
    for i, (ends, share) in enumerate(zip(lines, cuts, strict=False)):
        (x0, y0), (x1, y1) = ends
        middle = (x0 + (x1 - x0) * share, y0 + (y1 - y0) * share)
        others = roads.geometry.drop(index=i)
        assume(len(others) == 0 or others.distance(shapely.Point(middle)).min() > 0.02)  # a cut there would join them
        pieces += [(ends[0], middle), (middle, ends[1])]
    assert covered(engine, frames(pieces, [])[0], put, within, limit) == pytest.approx(here, rel=1e-9, abs=1e-4)


@settings(max_examples=examples(40))
@given(streets, streets, sites, sites, st.lists(parcel, max_size=2), leg)
def test_adding_streets_or_sites_moves_nothing_away(
    engine: str, lines: list, more: list, spots: list, others: list, parcels: list, limit: float
) -> None:
    roads, put = scenario_frames(lines, spots, parcels)
    base = ways(engine, roads, put, limit)
    assert (ways(engine, frames(lines + more, [])[0], put, limit)[: len(base)] <= base + 1e-6).all()
    _, wide = scenario_frames(lines, spots + others, parcels)
    assert (ways(engine, roads, wide, limit) <= base + 1e-6).all()


@settings(max_examples=examples(40))
@given(streets, sites, st.lists(parcel, max_size=2), leg, walls, walls)
def test_adding_barriers_brings_nothing_nearer(
    engine: str, lines: list, spots: list, parcels: list, limit: float, some: list, more: list
) -> None:
    roads, put = scenario_frames(lines, spots, parcels)
    free, few, many = (ways(engine, roads, put, limit, shut) for shut in ([], some, some + more))
    assert (few >= free - 1e-6).all()
    assert (many >= few - 1e-6).all()


def ways(engine: str, roads: object, put: object, limit: float, shut: list | None = None) -> np.ndarray:
    """Unbounded distance of 7 points on each street, infinite on a street that repeats another."""
    network = road_network(roads)
    barriers = boundary_segments(np.array([LineString(ends) for ends in shut], dtype=object)) if shut else None
    seen = compute_reach(network, sources_from_frame(put), Walk(1e6, limit, engine=engine), barriers).seen
    node, label, _ = find_seeds(network, seen)
    labels = search_distances(network, node, label, engine=engine)
    row = np.repeat(np.arange(len(roads)), 7)
    at = np.tile(np.linspace(0, 1, 7), len(roads)) * np.repeat(roads.length.to_numpy(), 7)
    ask, edge = np.nonzero(
        (row[:, None] == network.row) & (at[:, None] >= network.begin - 1e-9) & (at[:, None] <= network.end + 1e-9)
    )
    inside = np.clip(at[ask] - network.begin[edge], 0.0, network.length[edge])
    found = np.full(len(row), np.inf)
    np.minimum.at(found, ask, distance_at(network, seen, labels, edge, inside))
    return found

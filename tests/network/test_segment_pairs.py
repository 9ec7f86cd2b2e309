"""Pairs of segments are found once for all that look at the same lines, and stretches alone are those of all."""

from __future__ import annotations

import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from urbanplan.network import segment_pairs as module
from urbanplan.network.intersections import intersect_lines, shared_stretches
from urbanplan.network.line_segments import LineSegments
from urbanplan.network.segment_pairs import read_once, segment_pairs, shared_segment_pairs

PATHS = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=2, max_size=5)


def flat(paths: list[list[tuple[int, int]]]) -> tuple[np.ndarray, np.ndarray]:
    coords = np.array([point for path in paths for point in path], dtype=float).reshape(-1, 2)
    return coords, np.cumsum([0, *map(len, paths)]).astype(np.int64)


def test_the_same_segments_are_joined_once_inside_the_block(monkeypatch) -> None:
    joins: list[int] = []
    crossing = module.crossing_chunks

    def count(boxes):
        joins.append(len(boxes))
        return crossing(boxes)

    monkeypatch.setattr(module, "crossing_chunks", count)
    ends = np.random.default_rng(1).uniform(0, 9, (30, 4))

    def pairs(asked: np.ndarray, margin: float) -> list[list[int]]:
        lines = LineSegments(asked.reshape(-1, 2), 2 * np.arange(len(asked) + 1), np.zeros(2 * len(asked)))
        return [np.concatenate(column).tolist() for column in zip(*segment_pairs(lines, margin), strict=True)]

    outside = pairs(ends, 0.01)
    with shared_segment_pairs():
        assert pairs(ends, 0.01) == pairs(ends.copy(), 0.01) == outside
        assert len(joins) == 2
        assert pairs(ends, 0.5) != outside
        assert pairs(ends[:20], 0.5) != outside
        assert len(joins) == 4
        monkeypatch.setattr(module, "MAX_KEPT", 3)
        assert pairs(ends, 0.01) == pairs(ends, 0.01) == outside
        assert len(joins) == 6, "more pairs than are kept are sought again"
    assert pairs(ends, 0.01) == outside
    assert len(joins) == 7


def test_a_frame_is_read_once_inside_the_block_and_anew_for_another_frame() -> None:
    asked: list[str] = []

    def ask(frame: object, what: str) -> int:
        return read_once(frame, what, lambda: asked.append(what) or len(asked))

    one, other = [1], [1]  # equal, and not the same
    assert [ask(one, "lines"), ask(one, "lines")] == [1, 2], "outside each asks anew"
    with shared_segment_pairs():
        assert [ask(one, "lines"), ask(one, "levels"), ask(one, "lines"), ask(one, "levels")] == [3, 4, 3, 4]
        assert [ask(other, "lines"), ask(other, "lines")] == [5, 5]
    assert ask(other, "lines") == 6


@settings(max_examples=30, deadline=None)
@given(st.lists(PATHS, max_size=6), st.randoms(use_true_random=False))
def test_stretches_alone_are_those_of_the_lines_in_any_order(paths: list[list[tuple[int, int]]], chance) -> None:
    coords, offsets = flat(paths)
    points, whole = intersect_lines(coords, offsets, tolerance=0.01)
    told = list(
        zip(*(column.tolist() for column in (points.line, points.other, points.at, points.other_at)), strict=True)
    )
    assert told == sorted(told)
    alone = shared_stretches(coords, offsets, tolerance=0.01)
    for one, other in zip(vars(whole).values(), vars(alone).values(), strict=True):
        assert one.tolist() == other.tolist()
    order = list(range(len(paths)))
    chance.shuffle(order)
    rank = np.argsort(order)
    moved = shared_stretches(*flat([paths[row] for row in order]), tolerance=0.01)
    kept = shared_stretches(coords, offsets, tolerance=0.01, rank=rank)
    rows = sorted(zip(moved.line.tolist(), moved.other.tolist(), moved.low.tolist(), moved.high.tolist(), strict=True))
    lines, others = rank[kept.line].tolist(), rank[kept.other].tolist()
    assert rows == sorted(zip(lines, others, kept.low.tolist(), kept.high.tolist(), strict=True))


@settings(max_examples=100, deadline=None)
@given(st.lists(PATHS, min_size=1, max_size=8))
def test_only_edges_that_turn_back_touch_themselves(paths: list[list[tuple[int, int]]]) -> None:
    import geopandas as gpd

    from urbanplan.network.build import road_network
    from urbanplan.network.roads.density import edges_that_turn_back

    frame = gpd.GeoDataFrame(geometry=[shapely.LineString(path) for path in paths], crs="EPSG:4547")
    network = road_network(frame, noding="endpoints")
    assert set(np.flatnonzero(~shapely.is_simple(network.lines)).tolist()) <= set(
        edges_that_turn_back(network).tolist()
    )


def test_length_inside_counts_a_stretch_that_a_line_runs_twice_once() -> None:
    import geopandas as gpd

    from urbanplan.network.build import road_network
    from urbanplan.network.roads.density import overall_density

    lines = [[(0, 0), (100, 0), (60, 0)], [(0, 50), (100, 50)], [(50, -20), (50, 120)], [(200, 0), (300, 0)]]
    frame = gpd.GeoDataFrame(geometry=[shapely.LineString(line) for line in lines], crs="EPSG:4547")
    network = road_network(frame, noding="endpoints")
    district = shapely.box(-10, -10, 110, 100)
    for area in (None, district):
        hull = shapely.convex_hull(shapely.multipoints(network.coords)) if area is None else area
        wanted = shapely.length(shapely.intersection(network.lines, hull)).sum()
        found = overall_density(network, area)
        assert abs(found["street_m"] - wanted) < 1e-9
    assert abs(found["street_m"] - (100 + 100 + 110)) < 1e-9

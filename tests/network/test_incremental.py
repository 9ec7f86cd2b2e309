"""One site or road more or less: the same as a fresh run."""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from laws import examples
from network.strategies import leg, sites, streets, walk
from shapely import LineString, box

pytest.importorskip("numba")

from urbanplan.errors import NetworkError
from urbanplan.network.array_edit import drop_ranges, insert_values, rows_of_keys
from urbanplan.network.build import road_network
from urbanplan.network.graph import build_csr, distances_along
from urbanplan.network.intervals import Intervals
from urbanplan.network.kernels.engine import csr_rows
from urbanplan.network.walk import incremental
from urbanplan.network.walk.covered_intervals import compute_reach
from urbanplan.network.walk.gridindex import network_index
from urbanplan.network.walk.incremental import add_road, add_site, build_editable, drop_road, drop_site
from urbanplan.network.walk.leg_intervals import LegIntervals, insert_legs, stack_legs
from urbanplan.network.walk.sources import sources_from_frame, sources_from_points
from urbanplan.network.walk.walk import Reach, Walk

CRS = 4547


def roads(lines: list) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({"id": range(len(lines))}, geometry=[LineString(line) for line in lines], crs=CRS)


def same(found: Reach, fresh: Reach) -> None:
    assert np.array_equal(found.label, fresh.label)
    for own, other in zip((found.covered.line, found.covered.low, found.covered.high),
                          (fresh.covered.line, fresh.covered.low, fresh.covered.high), strict=True):  # fmt: skip
        assert np.array_equal(own, other)


def drawn(network, reached: Reach) -> np.ndarray:
    """Covered stretches by source row and metres along it, joined where they touch."""
    covered = reached.covered
    rows = np.column_stack([network.row[covered.line], network.begin[covered.line] + covered.low,
                            network.begin[covered.line] + covered.high])  # fmt: skip
    return rows[np.lexsort((rows[:, 2], rows[:, 1], rows[:, 0]))]


@settings(max_examples=examples(60))
@given(streets, st.lists(sites.filter(bool).map(lambda s: s[0]), min_size=1, max_size=4, unique=True), walk, leg)
def test_sites_to_the_bit(lines, spots, within, leg):
    network, points, asked = road_network(roads(lines), noding="endpoints"), np.array(spots, float), Walk(within, leg)
    standing = build_editable(network, sources_from_points(points[:1]), asked)
    for count in range(1, len(points)):
        standing = add_site(standing, sources_from_points(points[count : count + 1]))
        same(standing.reached, compute_reach(network, sources_from_points(points[: count + 1]), asked))
    for count in range(len(points) - 1):
        standing = drop_site(standing, count)
        same(standing.reached, compute_reach(network, sources_from_points(points[count + 1 :]), asked))


@settings(max_examples=examples(60))
@given(streets, sites, walk, leg, st.data())
def test_roads_to_a_nanometre(lines, spots, within, leg, data):
    points, asked = np.array(spots, float).reshape(-1, 2), Walk(within, leg)
    kept, more = lines[:-1] or lines, lines[-1:]
    standing = build_editable(road_network(roads(kept), noding="endpoints"), sources_from_points(points), asked)
    if data.draw(st.booleans()):
        network_index(standing.network)  # then only ends near the roads are looked at
    wider = add_road(standing, roads(more), len(kept))
    fresh = road_network(roads(kept + more), noding="endpoints")
    _near(wider, fresh, compute_reach(fresh, sources_from_points(points), asked))
    row = data.draw(st.integers(0, len(kept)))
    fewer = drop_road(wider, row)
    left = [line for at, line in enumerate(kept + more) if at != row]
    if left:
        fresh = road_network(roads(left), noding="endpoints")
        _near(fewer, fresh, compute_reach(fresh, sources_from_points(points), asked), skip=row)


def _near(standing, fresh, reached, skip: int | None = None) -> None:
    found, expected = drawn(standing.network, standing.reached), drawn(fresh, reached)
    if skip is not None:
        expected[:, 0] += expected[:, 0] >= skip
    assert found.shape == expected.shape
    assert np.allclose(found, expected, rtol=0, atol=1e-9)
    _whole(standing.network)


def _whole(network) -> None:
    """Arcs, metres along and segments are those of the edges."""
    rows = network.indptr, network.neighbour, network.arc_edge
    assert all(
        np.array_equal(own, due) for own, due in zip(rows, build_csr(network.u, network.v, network.nodes), strict=True)
    )
    assert np.allclose(network.vertex_at, distances_along(network.coords, network.offsets), rtol=0, atol=1e-9)
    fresh = replace(network).segments
    assert np.array_equal(network.segments.edge, fresh.edge)
    assert np.array_equal(network.segments.ends, fresh.ends)


def test_an_edit_looks_at_few_nodes_more_than_it_changes():
    """A shaken grid, in which no two ways are equal: at most twice as many."""
    random, side = np.random.default_rng(4), 14
    spot = np.stack(np.meshgrid(np.arange(side), np.arange(side)), axis=-1) * 100.0 + random.uniform(
        -20, 20, (side, side, 2)
    )
    lines = [*zip(spot[:, :-1].reshape(-1, 2), spot[:, 1:].reshape(-1, 2), strict=True),
             *zip(spot[:-1].reshape(-1, 2), spot[1:].reshape(-1, 2), strict=True)]  # fmt: skip
    points = random.uniform(0, 1300, (9, 2))
    standing = build_editable(road_network(roads(lines)), sources_from_points(points), Walk(500.0, 60.0))
    edits = [drop_site(standing, number) for number in range(9)]
    edits += [drop_road(standing, row) for row in random.choice(len(lines), 40, replace=False).tolist()]
    edits += [add_site(standing, sources_from_points(random.uniform(0, 1300, (1, 2)))) for _ in range(9)]
    assert sum(edit.changed > 0 for edit in edits) > 30
    for edit in edits:
        assert edit.changed <= edit.looked <= 2 * max(edit.changed, 1)
        assert edit.changed == np.count_nonzero(edit.reached.label != standing.reached.label)


def test_a_park_comes_and_goes():
    lines = [[(x, 0), (x, 500)] for x in range(0, 600, 100)] + [[(0, y), (500, y)] for y in (0, 500)]
    network, asked = road_network(roads(lines), noding="endpoints"), Walk(300.0, 50.0)
    park = gpd.GeoDataFrame({"id": [1]}, geometry=[box(180, 180, 320, 320)], crs=CRS)
    standing = build_editable(network, sources_from_points(np.array([[5.0, 5.0]])), asked)
    wider = add_site(standing, sources_from_frame(park))
    both = gpd.GeoDataFrame(
        {"id": [0, 1]}, geometry=[*gpd.points_from_xy([5.0], [5.0]), box(180, 180, 320, 320)], crs=CRS
    )
    same(wider.reached, compute_reach(network, sources_from_frame(both), asked))
    same(drop_site(wider, 1).reached, standing.reached)


def test_a_zero_length_ring_does_not_hold_itself_up():
    lines = [[(0, 0), (0, 100)], [(0, 100), (0, 100)], [(0, 100), (100, 100)], [(500, 0), (600, 0)]]
    network, asked = road_network(roads(lines), noding="endpoints"), Walk(300.0, 20.0)
    standing = build_editable(network, sources_from_points(np.array([[0.0, 10.0], [550.0, 0.0]])), asked)
    same(drop_site(standing, 0).reached, compute_reach(network, sources_from_points(np.array([[550.0, 0.0]])), asked))


def test_what_cannot_be_edited_says_so():
    network = road_network(roads([[(0, 0), (100, 0)], [(50, -50), (50, 50)]]), noding="crossings")
    standing = build_editable(network, sources_from_points(np.array([[0.0, 0.0]])), Walk(300.0))
    with pytest.raises(NetworkError, match="number"):
        drop_site(standing, 7)
    with pytest.raises(NetworkError, match="row 7"):
        drop_road(standing, 7)
    with pytest.raises(NetworkError, match="anew"):
        add_road(standing, roads([[(0, 0), (0, 50)]]), 2)


def merged(network, reached: Reach) -> np.ndarray:
    """Covered stretches of each source row, joined where they touch and without points."""
    rows = drawn(network, reached)
    found = []
    for row, low, high in rows[rows[:, 2] - rows[:, 1] > 1e-6].tolist():
        if found and found[-1][0] == row and low <= found[-1][2] + 1e-6:
            found[-1][2] = max(found[-1][2], high)
        else:
            found.append([row, low, high])
    return np.array(found).reshape(-1, 3)


@settings(max_examples=examples(60), deadline=None)
@given(streets, sites, walk, leg, st.data())
def test_roads_by_noding_auto_are_those_of_a_fresh_build(lines, spots, within, leg, data):
    points, asked = np.array(spots, float).reshape(-1, 2), Walk(within, leg)
    kept, more = lines[:-1] or lines, lines[-1:]
    standing = build_editable(road_network(roads(kept)), sources_from_points(points), asked)
    try:
        wider = add_road(standing, roads(more), len(kept))
    except NetworkError:  # it would join nodes that stand apart
        return
    fresh = road_network(roads(kept + more))
    expected = compute_reach(fresh, sources_from_points(points), asked)
    assert wider.network.total == pytest.approx(fresh.total, abs=1e-6)
    assert wider.covered_m == pytest.approx(expected.length, abs=1e-5)
    assert len(wider.network.doubtful) == len(fresh.doubtful)
    _whole(wider.network)
    row = data.draw(st.integers(0, len(kept)))
    if (wider.network.row == row).any():
        fewer = drop_road(wider, row)
        left = [line for at, line in enumerate(kept + more) if at != row]
        if left and not _repeats(kept + more):
            fresh = road_network(roads(left))
            expected = merged(fresh, compute_reach(fresh, sources_from_points(points), asked))
            expected[:, 0] += expected[:, 0] >= row
            assert np.allclose(merged(fewer.network, fewer.reached), expected, rtol=0, atol=1e-5)


def _repeats(lines: list) -> bool:
    """Whether a stretch is drawn twice: without the one that stands the other would have to come back."""
    shapes = [LineString(line) for line in lines]
    return any(a.intersection(b).length > 0 for i, a in enumerate(shapes) for b in shapes[:i])


def test_a_road_from_the_middle_of_a_street_by_noding_auto():
    standing = build_editable(road_network(roads([[(0, 0), (1000, 0)]])), sources_from_points(np.array([[0.0, 0.0]])),
                              Walk(700.0, 50.0))  # fmt: skip
    wider = add_road(standing, roads([[(500, 0), (500, 400)]]), 1)
    assert (standing.covered_m, wider.covered_m) == (700, 900)
    assert wider.network.total == 1400
    crossing = add_road(standing, roads([[(500, -100), (500, 400)]]), 1)
    assert len(crossing.network.doubtful) == 1
    assert crossing.covered_m == 700
    reached = compute_reach(crossing.network.joined, sources_from_points(np.array([[0.0, 0.0]])), Walk(700.0, 50.0))
    assert reached.length == 700 + 100 + 200


def test_arrays_are_edited_as_numpy_edits_them():
    values, at = np.arange(20.0).reshape(10, 2), np.array([0, 3, 3, 10])
    assert np.array_equal(drop_ranges(values, np.array([1, 5]), np.array([3, 10])), values[[0, 3, 4]])
    less = drop_ranges(np.arange(9), np.array([0, 4]), np.array([2, 5]), less=np.array([2, 3]))
    assert less.tolist() == [0, 1, 2, 3, 4, 5]
    more = np.array([[7.0, 7], [8, 8], [9, 9], [6, 6]])
    assert np.array_equal(insert_values(values, at, more), np.insert(values, at, more, axis=0))
    assert rows_of_keys(np.array([0, 0, 2, 5, 5, 5]), np.array([0, 1, 5])).tolist() == [0, 1, 3, 4, 5]


def test_an_edited_network_holds_what_a_built_one_holds():
    lines = [[(0, 0), (50, 0), (100, 0)], [(100, 0), (100, 80)], [(100, 80), (0, 0)], [(0, 0), (0, 0.02), (0, 0)]]
    network = road_network(roads(lines), noding="endpoints")
    standing = build_editable(network, sources_from_points(np.array([[20.0, 5.0]])), Walk(300, 20))
    csr_rows(network)
    for edited in (drop_road(standing, 1).network, add_road(standing, roads([[(0, 0), (0, 300)]]), 4).network):
        for own, built in zip(
            (edited.indptr, edited.neighbour, edited.arc_edge), build_csr(edited.u, edited.v, edited.nodes), strict=True
        ):
            assert np.array_equal(own, built)
        kept = edited.__dict__.pop("_narrow_rows")
        assert all(np.array_equal(own, built) for own, built in zip(kept, csr_rows(edited), strict=True))
        assert np.allclose(edited.vertex_at, distances_along(edited.coords, edited.offsets))
        assert edited.segments.edge.tolist() == np.repeat(np.arange(edited.edges), np.diff(edited.offsets) - 1).tolist()


@pytest.mark.parametrize("few", [0, 100])
def test_intervals_exchanged_are_in_the_order_of_lines(few: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(incremental, "FEW_INTERVALS", few)
    line = np.array([0, 0, 2, 3, 3, 5])
    old = Intervals(line, np.arange(6.0), np.arange(6.0) + 0.5)
    fresh = Intervals(np.array([2, 2, 4, 6]), np.array([10.0, 11, 12, 13]), np.array([10.5, 11.5, 12.5, 13.5]))
    found = incremental._replace_lines(old, np.array([2, 3, 4, 6]), fresh)
    assert found.line.tolist() == [0, 0, 2, 2, 4, 5, 6]
    assert found.low.tolist() == [0, 1, 10, 11, 12, 5, 13]
    assert (found.high - found.low).tolist() == [0.5] * 7


@pytest.mark.parametrize("seed", range(5))
def test_legs_put_in_between_are_in_the_order_of_legs_sorted_anew(seed: int) -> None:
    random = np.random.default_rng(seed)

    def legs(count: int, first_place: int) -> LegIntervals:
        numbers = (random.integers(0, 4, count) for _ in range(9))
        place, edge, segment, *metres = numbers
        return LegIntervals(place + first_place, edge, segment, *(column / 2 for column in metres))

    rows, more = stack_legs([legs(60, 0)]), legs(12, 9)
    for few in (more, more.pick(slice(0, 1)), more.pick(slice(0, 0))):
        found, expected = insert_legs(rows, few), stack_legs([rows, few])
        assert all(np.array_equal(one, two) for one, two in zip(found.columns, expected.columns, strict=True))
        assert [column.dtype for column in found.columns] == [column.dtype for column in expected.columns]

"""Networks from lines: joins, parts, loops, noding, grades, sources, working CRS, cache."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pyproj
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from laws import examples
from network.strategies import streets
from scipy.sparse.csgraph import connected_components
from shapely import LineString, MultiLineString, Point
from towns import CRS, frame, grid, line, ring, spot

from urbanplan.errors import CrsError, NetworkError
from urbanplan.layer.crs import is_in_china, to_working_crs, working_crs, zone_code
from urbanplan.network import road_network
from urbanplan.network.build import Noding
from urbanplan.network.cache import cached_road_network
from urbanplan.network.clustering import cluster_points
from urbanplan.network.graph import Network


def degree(network: Network) -> list[int]:
    return sorted(np.diff(network.indptr).tolist())


def test_a_grid() -> None:
    network = road_network(frame(grid(4, 3, 100)))
    assert (network.nodes, network.edges, network.total) == (20, 31, pytest.approx(3100))


@pytest.mark.parametrize(("gap", "nodes"), [(0.0, 3), (0.009, 3), (0.02, 4)])
def test_the_tolerance_joins_and_moves_no_vertex(gap: float, nodes: int) -> None:
    network = road_network(frame([line((0, 0), (100, 0)), line((100 + gap, 0), (200, 0))]))
    assert network.nodes == nodes
    assert network.coords[2, 0] == spot(100 + gap, 0).x
    assert network.total == pytest.approx(200 - gap)


def test_parts_loops_parallels_and_points_without_length() -> None:
    loop = line((0, 0), (50, 0), (50, 50), (0, 0))
    shapes = [
        MultiLineString([line((0, 0), (100, 0)), line((100, 0), (100, 100))]),
        loop,
        line((0, 0), (100, 0)),
        line((100, 0), (50, 30), (0, 0)),
        line((100, 100), (100, 100)),
    ]
    network = road_network(frame(shapes), noding="endpoints")
    assert (network.nodes, network.edges) == (3, 6)
    assert network.row.tolist() == [0, 0, 1, 2, 3, 4]
    assert network.begin.tolist() == [0, 100, 0, 0, 0, 0]
    assert network.end.tolist()[:2] == [100, 200]
    assert (network.u == network.v).tolist() == [False, False, True, False, False, True]
    assert network.length[-1] == 0
    assert len(network.arc_edge) == 12


def test_what_is_no_line_is_a_finding() -> None:
    shapes = [line((0, 0), (9, 0)), Point(1, 1), None, LineString(), LineString([(0, 0), (np.nan, 1)])]
    network = road_network(frame(shapes), noding="endpoints")
    assert network.edges == 1
    assert [(note.code, note.feature) for note in network.findings] == [
        ("network-no-line", f"f{i}") for i in range(1, 5)
    ]
    with pytest.raises(NetworkError):
        road_network(frame([Point(0, 0)]))
    with pytest.raises(NetworkError):
        road_network(frame([line((0, 0), (9, 0))]), noding="magic")  # pyright: ignore[reportArgumentType]


CROSS = [line((-50, 0), (50, 0)), line((0, -50), (0, 50))]


@pytest.mark.parametrize(
    ("shapes", "columns", "nodes", "edges"),
    [
        (CROSS, {}, 5, 4),
        (CROSS, {"bridge": ["yes", None]}, 4, 2),
        (CROSS, {"bridge": ["no", ""]}, 5, 4),
        (CROSS, {"tunnel": [True, False]}, 4, 2),
        (CROSS, {"layer": ["1", "0"]}, 4, 2),
        (CROSS, {"level": [2, 2], "bridge": ["yes", None]}, 5, 4),
        ([line((-50, 0), (50, 0)), line((0, 0), (0, 50))], {}, 4, 3),
        ([line((-50, 0), (50, 0)), line((0, 0.005), (0, 50))], {}, 4, 3),
        ([line((-50, 0), (50, 0)), line((0, 0.05), (0, 50))], {}, 4, 2),
        ([line((-50, 0), (50, 0)), line((0, 0), (0, 50))], {"bridge": ["yes", None]}, 4, 3),
        ([line((-50, 0), (50, 0)), line((-20, 20), (0, 0), (20, 20))], {}, 5, 4),
        ([line((-50, 0), (50, 0)), line((-20, 0), (70, 0))], {}, 4, 4),
        ([line((-50, 0), (50, 0), (50, 50), (0, 50), (0, -50))], {}, 3, 3),
        ([line((0, 0), (100, 0)), line((0, 0), (100, 0))], {}, 2, 2),
        ([line(*[(20 * i, (-1) ** i) for i in range(11)]), line((0, 0), (200, 0))], {}, 14, 22),
    ],
)
def test_noding_at_crossings(shapes: list, columns: dict, nodes: int, edges: int) -> None:
    network = road_network(frame(shapes, **columns), noding="crossings")
    assert (network.nodes, network.edges) == (nodes, edges)
    assert network.total == pytest.approx(sum(shape.length for shape in shapes), rel=1e-12)
    assert road_network(frame(shapes, **columns), noding="endpoints").total == pytest.approx(network.total, rel=1e-12)


def test_sources_are_kept_through_cuts() -> None:
    network = road_network(frame(CROSS), noding="crossings")
    for row in (0, 1):
        mine = network.row == row
        assert sorted(zip(network.begin[mine], network.end[mine], strict=True)) == [(0, 50), (50, 100)]
    assert degree(network) == [1, 1, 1, 1, 4]


@pytest.mark.parametrize("noding", ["auto", "endpoints", "crossings"])
@pytest.mark.parametrize("way", [1, -1])
def test_an_end_that_is_drawn_twice_is_no_edge_of_its_own(noding: Noding, way: int) -> None:
    street = line(*[(0, 0), (100, 0), (100, 0)][::way])
    network = road_network(frame([street, line((100, 0), (100, 50))]), noding=noding)
    assert sorted(network.length) == [50, 100]
    assert degree(network) == [1, 1, 2]


@settings(max_examples=40)
@given(streets)
def test_noding_by_crossings_agrees_with_a_union(lines: list) -> None:
    """Where streets of one level meet, shapely's union of all lines has a node, and every length is kept."""
    shapes = [LineString(ends) for ends in lines if ends[0] != ends[1]]
    if not shapes:
        return
    network = road_network(gpd.GeoDataFrame(geometry=shapes, crs=CRS), noding="crossings")
    assert network.total == pytest.approx(sum(shape.length for shape in shapes), rel=1e-9)
    whole = gpd.GeoSeries(shapes).union_all()
    ends = _ends(whole)
    assert ends == _near(network, ends)


def _ends(whole: object) -> set:
    parts = getattr(whole, "geoms", [whole])
    return {(round(x, 4), round(y, 4)) for part in parts for x, y in (part.coords[0], part.coords[-1])}


def _near(network: Network, ends: set) -> set:
    places = np.column_stack([network.x, network.y])
    return {end for end in ends if np.hypot(*(places - np.array(end)).T).min() <= 0.02}


def test_a_ring_is_one_component_of_degree_two() -> None:
    assert degree(road_network(frame(ring(400, 60)))) == [2] * 60


@pytest.mark.parametrize(
    ("longitude", "latitude", "code"),
    [
        (113.55, 34.81, 4547), (114.3, 30.6, 4547), (121.5, 31.2, 4549), (87.6, 43.8, 4538), (91.1, 29.65, 4539),
        (126.6, 45.8, 4551), (106.9, 47.9, 32648), (127.0, 37.5, 32652), (105.85, 21.0, 32648), (77.2, 28.6, 32643),
        (-8.6, 41.15, 32629), (24.9, 60.2, 32635), (-51.2, -30.0, 32722), (180.0, 10.0, 32660), (139.7, 35.7, 32654),
    ],
)  # fmt: skip
def test_own_zone(longitude: float, latitude: float, code: int) -> None:
    assert zone_code(longitude, latitude) == code
    assert is_in_china(longitude, latitude) == (4500 < code < 4560)


def test_working_crs_keeps_metres_and_leaves_what_is_none() -> None:
    place = gpd.GeoDataFrame(geometry=[Point(113.55, 34.81)], crs=4326)
    assert working_crs(place) == pyproj.CRS(4547)
    assert working_crs(place.to_crs(4526)) == pyproj.CRS(4526)
    assert working_crs(place.to_crs(3857)) == pyproj.CRS(4547)
    assert working_crs(place.to_crs(2263)).to_epsg() == 4547  # feet
    assert working_crs(place, given="EPSG:4526") == pyproj.CRS(4526)
    assert to_working_crs(place, pyproj.CRS(4547)).geometry.iloc[0].distance(Point(458825.445, 3853606.827)) < 1e-3
    for wrong in ("EPSG:4326", "EPSG:3857", "EPSG:1", "metres"):
        with pytest.raises(CrsError):
            working_crs(place, given=wrong)
    with pytest.raises(CrsError):
        working_crs(gpd.GeoDataFrame(geometry=[Point(0, 0)]))


def test_built_networks_are_kept_by_what_they_are_made_of(tmp_path: Path) -> None:
    from urbanplan.network import cache

    roads = frame([*grid(3, 3, 100), Point(0, 0)])
    first = cached_road_network(roads, folder=tmp_path)
    assert cached_road_network(roads.copy(), folder=tmp_path) is first
    cache._memory_cache.clear()
    again = cached_road_network(roads, folder=tmp_path)
    assert again is not first
    assert [note.code for note in again.findings] == ["network-no-line"]
    for name in cache._ARRAY_FIELDS:
        assert np.array_equal(getattr(again, name), getattr(first, name))
    assert cached_road_network(roads, noding="crossings", folder=tmp_path) is not again
    moved = roads.set_geometry(roads.translate(1e-9, 1e-3))
    assert cached_road_network(moved, folder=tmp_path).coords[0, 1] != first.coords[0, 1]
    whole = {path: path.read_bytes() for path in tmp_path.glob("*.npz")}
    for spoil in (lambda good: good[:200], lambda _: b"", lambda good: good[:-40], _of_another_compression):
        cache._memory_cache.clear()
        for path, good in whole.items():
            path.write_bytes(spoil(good))
        assert cached_road_network(roads, folder=tmp_path).total == first.total
    cache._memory_cache.clear()
    (tmp_path / "file").write_text("no folder")
    assert cached_road_network(roads, folder=tmp_path / "file" / "deep").total == first.total


def _of_another_compression(archive: bytes) -> bytes:
    """The first member said to be packed by a method that no one knows."""
    at = archive.index(b"PK\x01\x02") + 10
    return archive[:at] + b"\x63" + archive[at + 1 :]


@settings(max_examples=examples(60))
@given(st.integers(0, 2**32 - 1), st.sampled_from([0.0, 0.004, 0.01, 0.3, 25.0]))
def test_ends_are_joined_as_all_pairs_say(seed: int, tolerance: float) -> None:
    random = np.random.default_rng(seed)
    points = random.integers(0, 12, (60, 2)) * max(tolerance, 0.01) / 2 + [500_000.0, 3_800_000.0]
    points += random.uniform(-1, 1, (60, 2)) * random.choice([0.0, 1e-4, tolerance])
    node, place = cluster_points(points, tolerance)
    near = np.hypot(*np.moveaxis(points[:, None] - points[None], 2, 0)) <= tolerance
    count, group = connected_components(near | (points[:, None] == points[None]).all(axis=2), directed=False)
    assert len(place) == count
    assert len(set(zip(node.tolist(), group.tolist(), strict=True))) == count
    assert all(any((place[n] == points[at]).all() for at in np.flatnonzero(node == n)) for n in range(count))

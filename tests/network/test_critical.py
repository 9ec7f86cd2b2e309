"""Bridges, articulation points and what they cut off: closed forms, networkx, and brute force."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import networkx as nx
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from laws import examples

from urbanplan.network.build import road_network
from urbanplan.network.graph import Network
from urbanplan.network.roads.critical import CriticalElements, depth_first_search, find_critical_streets

Pair = tuple[int, int]


def network(pairs: list[Pair]) -> Network:
    """Nodes on a circle; an edge between each pair, bent so that parallel ones differ and loops have a length."""
    nodes = sorted({n for pair in pairs for n in pair})
    turn = {n: 2 * np.pi * k / max(len(nodes), 1) for k, n in enumerate(nodes)}
    place = {n: np.array([np.cos(t), np.sin(t)]) * 1000 for n, t in turn.items()}
    lines = []
    for k, (a, b) in enumerate(pairs):
        bend = (place[a] + place[b]) / 2 + np.array([7.0 + 3 * k, 5.0 + k])
        lines.append(shapely.LineString([place[a], bend, bend + np.array([1.0, 2.0]), place[b]]))
    return road_network(gpd.GeoDataFrame(geometry=lines, crs="EPSG:4547"))


def multigraph(net: Network) -> nx.MultiGraph:
    graph = nx.MultiGraph()
    graph.add_nodes_from(range(net.nodes))
    graph.add_edges_from((int(u), int(v), e) for e, (u, v) in enumerate(zip(net.u, net.v, strict=True)))
    return graph


def lost_weight(graph: nx.MultiGraph, pieces: list[set[int]], weight: np.ndarray) -> tuple[float, int]:
    """All but the greatest of the pieces (edges touching them), and their number."""
    sums = [sum(weight[e] for _, _, e in graph.edges(piece, keys=True)) for piece in pieces]
    return sum(sums) - max(sums), len(sums)


def by_brute_force(net: Network, weight: np.ndarray) -> tuple[dict[int, float], dict[int, tuple[float, int]]]:
    graph = multigraph(net)
    before = nx.number_connected_components(graph)
    bridges: dict[int, float] = {}
    for u, v, e in list(graph.edges(keys=True)):
        graph.remove_edge(u, v, e)
        if nx.number_connected_components(graph) > before:
            sides = [nx.node_connected_component(graph, n) for n in (u, v)]
            bridges[e] = min(sum(weight[k] for _, _, k in graph.edges(side, keys=True)) for side in sides)
        graph.add_edge(u, v, e)
    joints: dict[int, tuple[float, int]] = {}
    for node in list(graph):
        own = nx.node_connected_component(graph, node) - {node}
        pieces = list(nx.connected_components(graph.subgraph(own)))
        if len(pieces) > 1:
            joints[node] = lost_weight(graph, pieces, weight)
    return bridges, joints


def compare_with_brute_force(found: CriticalElements, net: Network) -> None:
    bridges, joints = by_brute_force(net, net.length)
    assert dict(zip(found.bridges.tolist(), found.bridge_loss[:, 0], strict=True)) == pytest.approx(bridges, abs=1e-6)
    assert found.joints.tolist() == sorted(joints)
    assert found.joint_pieces.tolist() == [joints[n][1] for n in sorted(joints)]
    assert found.joint_loss[:, 0] == pytest.approx([joints[n][0] for n in sorted(joints)], abs=1e-6)


pairs = st.lists(
    st.tuples(st.integers(0, 8), st.integers(0, 8)).filter(lambda p: p[0] != p[1]), min_size=1, max_size=14
)


@settings(max_examples=examples(200))
@given(pairs)
def test_against_networkx_and_brute_force(some: list[Pair]) -> None:
    net = network(some)
    found = find_critical_streets(net)
    graph = multigraph(net)
    assert found.parts == nx.number_connected_components(graph)
    assert found.joints.tolist() == sorted(nx.articulation_points(nx.Graph(graph)))
    single = {frozenset(e) for e in nx.bridges(nx.Graph(graph))}
    count = {pair: graph.number_of_edges(*pair) for pair in single}
    ends = {frozenset((int(net.u[e]), int(net.v[e]))) for e in found.bridges}
    assert ends == {pair for pair in single if count[pair] == 1}
    assert found.part_sums[:, 0].sum() == pytest.approx(net.total)
    compare_with_brute_force(found, net)


def test_two_squares_on_a_bridge() -> None:
    square = [(0, 0), (100, 0), (100, 100), (0, 100), (0, 0)]
    lines = [shapely.LineString(square[k : k + 2]) for k in range(4)]
    lines += [shapely.affinity.translate(line, 150, 0) for line in lines]
    lines += [shapely.LineString([(100, 0), (150, 0)]), shapely.LineString([(250, 100), (290, 100)])]
    net = road_network(gpd.GeoDataFrame(geometry=lines, crs="EPSG:4547"))
    people = np.arange(10.0)
    found = find_critical_streets(net, {"residents": people})
    assert net.row[found.bridges].tolist() == [8, 9]
    assert found.bridge_loss.tolist() == [[400.0, 6.0], [0.0, 0.0]]  # the smaller side by length: the first square
    assert found.dead_ends.tolist() == np.flatnonzero(np.isclose(net.x, 290)).tolist()
    joints = {(net.x[n], net.y[n]): loss.tolist() for n, loss in zip(found.joints, found.joint_loss, strict=True)}
    assert joints == {(100, 0): [400.0, 6.0], (150, 0): [440.0, 31.0], (250, 100): [40.0, 9.0]}
    assert found.weights == ("length_m", "residents")


def test_loops_and_parallels_are_no_bridges() -> None:
    net = network([(0, 1), (0, 1), (1, 2)])
    assert net.row[find_critical_streets(net).bridges].tolist() == [2]
    ring = shapely.LineString([(0, 0), (50, 0), (50, 50), (0, 0)])
    tail = shapely.LineString([(0, 0), (-10, 0)])
    looped = find_critical_streets(road_network(gpd.GeoDataFrame(geometry=[ring, tail], crs="EPSG:4547")))
    assert looped.bridge_loss[:, 0].tolist() == [0.0]
    assert len(looped.bridges) == 1


def test_a_long_chain_needs_no_recursion() -> None:
    count = 30_000
    coords = np.column_stack([np.arange(count + 1) * 10.0, np.zeros(count + 1)])
    lines = shapely.linestrings(np.stack([coords[:-1], coords[1:]], axis=1))
    found = find_critical_streets(road_network(gpd.GeoDataFrame(geometry=lines, crs="EPSG:4547")))
    assert len(found.bridges) == count
    assert len(found.joints) == count - 1
    assert found.bridge_loss[:, 0].max() == pytest.approx((count // 2 - 1) * 10 + 5, abs=6)


def test_lists_and_the_compiled_walk_agree() -> None:
    numba: Any = pytest.importorskip("numba")
    net = network([(0, 1), (1, 2), (2, 0), (2, 3), (3, 4), (5, 6)])
    tables = [
        net.indptr,
        net.neighbour,
        net.arc_edge,
        *(np.full(net.nodes, -1) for _ in range(6)),
        net.indptr[:-1].copy(),
    ]
    lists = [table.tolist() for table in tables]
    depth_first_search(*lists)
    numba.njit(depth_first_search)(*tables)
    for ours, theirs in zip(lists[3:8], tables[3:8], strict=True):
        assert theirs.tolist() == ours


def test_wuhan_in_seconds(shared: Path) -> None:
    frame = gpd.read_parquet(shared / "data" / "streets" / "neatnet_wuhan_8989_original.parquet")
    net = road_network(frame)
    found = find_critical_streets(net)
    graph = nx.Graph(zip(net.u.tolist(), net.v.tolist(), strict=True))
    graph.remove_edges_from(nx.selfloop_edges(graph))
    assert found.joints.tolist() == sorted(nx.articulation_points(graph))
    assert found.parts == nx.number_connected_components(graph)
    assert found.part_sums[:, 0].sum() == pytest.approx(net.total)

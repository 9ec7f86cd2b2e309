"""Chains of degree-two nodes: what they are made of."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("numba")

from urbanplan.network.graph import Network, build_csr
from urbanplan.network.kernels.contraction import contract_network


def net(edges: list[tuple[int, int, float]], nodes: int) -> Network:
    u, v = np.array([e[0] for e in edges]), np.array([e[1] for e in edges])
    length, count = np.array([e[2] for e in edges]), len(edges)
    zero, place = np.zeros(count), np.zeros(nodes)
    return Network(
        place, place, u, v, length, np.zeros((2 * count, 2)), 2 * np.arange(count + 1), np.arange(count), zero, length,
        *build_csr(u, v, nodes),
    )  # fmt: skip


def test_a_path_is_a_tree_on_one_junction():
    core = contract_network(net([(0, 1, 3.0), (1, 2, 4.0), (3, 2, 5.0)], 4)).core
    assert core.junction.tolist() == [3]
    assert len(core.a) == len(core.head) == 0
    assert core.leaf.tolist() == [2, 1, 0]  # from the root outward
    assert core.parent.tolist() == [3, 2, 1]
    assert core.up.tolist() == [5.0, 4.0, 3.0]
    assert core.hang.tolist() == [0, 3]


def test_a_road_between_junctions_is_one_chain():
    triangles = [(0, 1, 1.0), (0, 2, 1.0), (1, 2, 1.0), (5, 6, 1.0), (5, 7, 1.0), (6, 7, 1.0)]
    road = [(0, 3, 3.0), (3, 4, 4.0), (4, 5, 5.0), (8, 4, 2.0), (9, 8, 1.0)]  # with a cul-de-sac on its way
    core = contract_network(net(triangles + road, 10)).core
    assert core.junction.tolist() == [0, 5]
    chain = int(np.flatnonzero((core.a == 0) & (core.b == 1))[0])
    assert core.length[chain] == 12.0
    inside = slice(core.first[chain], core.first[chain + 1])
    assert core.inner[inside].tolist() == [3, 4]
    assert core.at[inside].tolist() == [3.0, 7.0]
    tree = slice(core.hang[2 + chain], core.hang[3 + chain])
    assert core.leaf[tree].tolist() == [8, 9]
    assert (core.root == core.place[4]).all()
    assert sorted(core.length.tolist()) == [3.0, 3.0, 12.0]


def test_a_ring_without_a_junction_begins_at_its_first_node():
    core = contract_network(net([(0, 1, 1.0), (1, 2, 2.0), (2, 0, 3.0)], 3)).core
    assert core.a.tolist() == core.b.tolist() == [0]
    assert core.length.tolist() == [6.0]
    assert len(core.head) == 1  # a loop has one arc


def test_a_ring_of_two_edges_and_a_loop():
    core = contract_network(net([(0, 1, 1.0), (0, 1, 2.0), (2, 2, 5.0)], 3)).core
    assert sorted(core.length.tolist()) == [3.0, 5.0]


def test_every_edge_is_in_one_chain_or_tree():
    random = np.random.default_rng(3)
    edges = [
        (int(a), int(b), float(w))
        for a, b, w in zip(*random.integers(0, 400, (2, 480)), random.random(480), strict=True)
    ]
    network = net(edges, 400)
    core = contract_network(network).core
    assert core.length.sum() + core.up.sum() == pytest.approx(network.length.sum())
    assert sorted([*core.junction, *core.inner, *core.leaf]) == list(range(400))
    junctions = len(core.junction)
    for place, nodes in ((np.arange(junctions), core.junction), (-1 - np.arange(len(core.inner)), core.inner)):
        assert np.array_equal(core.place[nodes], place)
    assert np.array_equal(core.place[core.leaf], junctions + np.arange(len(core.leaf)))
    assert (np.diff(core.hang) >= 0).all()

"""Chains of degree-two nodes: what they are made of."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("numba")

from urbanplan.network.graph import Network, arcs
from urbanplan.network.kernels.contraction import contract


def net(edges: list[tuple[int, int, float]], nodes: int) -> Network:
    u, v = np.array([e[0] for e in edges]), np.array([e[1] for e in edges])
    length, count = np.array([e[2] for e in edges]), len(edges)
    zero, place = np.zeros(count), np.zeros(nodes)
    return Network(
        place, place, u, v, length, np.zeros((2 * count, 2)), 2 * np.arange(count + 1), np.arange(count), zero, length,
        *arcs(u, v, nodes),
    )  # fmt: skip


def test_a_path_is_one_chain():
    chains = contract(net([(0, 1, 3.0), (1, 2, 4.0), (3, 2, 5.0)], 4))
    assert len(chains.a) == 1
    assert chains.length.tolist() == [12.0]
    assert chains.inner.tolist() == [1, 2]
    assert chains.at.tolist() == [3.0, 7.0]
    assert len(chains.head) == 0  # both ends are dead


def test_a_ring_without_a_junction_begins_at_its_first_node():
    chains = contract(net([(0, 1, 1.0), (1, 2, 2.0), (2, 0, 3.0)], 3))
    assert chains.a.tolist() == chains.b.tolist() == [0]
    assert chains.length.tolist() == [6.0]


def test_a_ring_of_two_edges_and_a_loop():
    chains = contract(net([(0, 1, 1.0), (0, 1, 2.0), (2, 2, 5.0)], 3))
    assert sorted(chains.length.tolist()) == [3.0, 5.0]


def test_every_edge_is_in_one_chain():
    random = np.random.default_rng(3)
    edges = [
        (int(a), int(b), float(w))
        for a, b, w in zip(*random.integers(0, 400, (2, 480)), random.random(480), strict=True)
    ]
    network = net(edges, 400)
    chains = contract(network)
    assert chains.length.sum() == pytest.approx(network.length.sum())
    assert len(chains.inner) + chains.junctions == 400
    degree = np.diff(network.indptr)
    assert (degree[chains.inner] == 2).all()

"""Chains and trees: the network with its dead ends peeled off and its nodes of degree two contracted.

What hangs from the rest by one edge is a tree: its labels follow from its root's, and only a seed within it climbs
out.  Between two junctions of the rest a street is one long arc, however many vertices it has.  The search walks from
junction to junction; all else is told afterwards.  A chain is added up once, so labels agree with those of the whole
network to the last digits, not to the bit.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from urbanplan.layer.compiled import cached_njit, inner_njit
from urbanplan.network.graph import Network, build_csr
from urbanplan.network.intervals import Floats
from urbanplan.network.kernels.windowed_search import Rows, allocate_workspace


class ContractedArrays(NamedTuple):
    """Junctions, chains and trees as the kernels take them.

    Attributes:
        junction: node of each junction. place: of each node its junction, or ``-1 - i`` for inner node ``i`` of a
            chain, or the number of junctions and ``i`` for node ``i`` of a tree.
        indptr, head, weight, along: rows of the junctions, with the chain of each arc; a loop has one arc.
        a, b: junctions at both ends of each chain. length: metres.
        first: where the inner nodes of each chain begin (one more than chains). inner: their nodes in the order
            of the chain; at: metres from ``a``; chain: the chain of each.
        hang: where the trees on each junction, then on the inner nodes of each chain, begin (and one more).
        leaf: nodes of trees, the nearer to the root before the farther. parent: the node each hangs from; up: metres
            to it; root: place of the root.
    """

    junction: Rows
    place: Rows
    indptr: Rows
    head: Rows
    weight: Floats
    along: Rows
    a: Rows
    b: Rows
    length: Floats
    first: Rows
    inner: Rows
    at: Floats
    chain: Rows
    hang: Rows
    leaf: Rows
    parent: Rows
    up: Floats
    root: Rows


class ChainWorkspace(NamedTuple):
    """What a search over chains writes into.

    Attributes:
        ends: label of each junction. left, right: labels of both ends of each chain.
        mark: of each chain what seeds it has. seeded: an inner node with a seed for each chain that has one.
        nodes, chains: of each :data:`BLOCK` junctions and chains, whether the walk may come to them.
        runs: chains the walk comes to, as numbers of a first one and of the one behind the last.
        ring, far, state: room of the search itself.
    """

    ends: Floats
    left: Floats
    right: Floats
    mark: NDArray[np.uint8]
    seeded: Rows
    nodes: NDArray[np.uint8]
    chains: NDArray[np.uint8]
    runs: Rows
    ring: Rows
    far: Rows
    state: NDArray[np.uint8]


BLOCK_BITS = 4
BLOCK = 1 << BLOCK_BITS
"""Junctions, or chains, that are looked at or left out together."""


def _allocate_chain_workspace(junctions: int, chains: int) -> ChainWorkspace:
    ring, far, state = allocate_workspace(junctions)
    return ChainWorkspace(
        ends=np.empty(junctions),
        left=np.empty(chains),
        right=np.empty(chains),
        mark=np.empty(chains, np.uint8),
        seeded=np.empty(chains + 1, np.int32),
        nodes=np.zeros(junctions // BLOCK + 1, np.uint8),
        chains=np.zeros(chains // BLOCK + 1, np.uint8),
        runs=np.empty(chains + 2, np.int32),
        ring=ring,
        far=far,
        state=state,
    )


@dataclass(frozen=True, eq=False)
class ContractedNetwork:
    """A contracted network: its ``core``, the ``mean`` length of a chain, and scratch ``rooms`` for the next search."""

    core: ContractedArrays
    mean: float
    rooms: list[ChainWorkspace] = field(default_factory=list, repr=False)

    @property
    def junctions(self) -> int:
        """Number of junctions."""
        return len(self.core.junction)

    def room(self) -> ChainWorkspace:
        """Scratch memory that no other thread has; put it back among ``rooms``."""
        try:
            return self.rooms.pop()
        except IndexError:
            return _allocate_chain_workspace(self.junctions, len(self.core.a))


def contract_network(network: Network) -> ContractedNetwork:
    """The chains and trees of a network, made once and kept with it."""
    kept = network.__dict__.get("_chains")
    if kept is None:
        core = _contract_arrays(network)
        kept = ContractedNetwork(core, float(core.length.mean()) if len(core.length) else 0.0)
        network.__dict__["_chains"] = kept
    return kept


def _contract_arrays(network: Network) -> ContractedArrays:
    parent, up, leaf = _peel_dead_ends(network.indptr, network.neighbour, network.arc_edge, network.length)
    held = parent < 0
    rest = held[network.u] & held[network.v]
    u, v = network.u[rest], network.v[rest]
    rows = build_csr(u, v, network.nodes)
    inside = np.diff(rows[0]) == 2
    inside[u[u == v]] = False  # a ring with one node
    inside, start, stop, length, first, inner, at = _trace_chains(*rows, network.length[rest], inside)
    junction = np.flatnonzero(held & ~inside).astype(np.int32)
    place = np.empty(network.nodes, dtype=np.int32)
    place[junction] = np.arange(len(junction))
    place[inner] = -1 - np.arange(len(inner))
    a, b = place[start], place[stop]
    chain = np.repeat(np.arange(len(a), dtype=np.int32), np.diff(first))
    trees = _number_trees(place, chain, len(junction), len(a), parent, up, leaf[::-1])
    return ContractedArrays(
        junction, place, *_csr_rows(a, b, length, len(junction)), a, b, length, first, inner, at, chain, *trees
    )


def _csr_rows(a: Rows, b: Rows, length: Floats, count: int) -> tuple[Rows, Rows, Floats, Rows]:
    both = np.append(np.ones(len(a), dtype=bool), a != b)
    tail, head = np.concatenate([a, b])[both], np.concatenate([b, a])[both]
    weight, along = np.tile(length, 2)[both], np.tile(np.arange(len(a), dtype=np.int32), 2)[both]
    order = np.argsort(tail, kind="stable")
    indptr = np.zeros(count + 1, dtype=np.int32)
    np.cumsum(np.bincount(tail, minlength=count), out=indptr[1:])
    return indptr, head[order], weight[order], along[order]


def _number_trees(place, chain, junctions, chains, parent, up, leaf):
    """Trees in the order of what they hang from; writes their places."""
    root = _tree_roots(place, parent, leaf)
    group = root.copy()
    group[root < 0] = junctions + chain[-1 - root[root < 0]]
    order = np.argsort(group, kind="stable")
    hang = np.zeros(junctions + chains + 1, dtype=np.int32)
    np.cumsum(np.bincount(group, minlength=junctions + chains), out=hang[1:])
    leaf = leaf[order]
    place[leaf] = junctions + np.arange(len(leaf))
    return hang, leaf, parent[leaf], up[leaf], root[order]


@cached_njit
def _peel_dead_ends(indptr, neighbour, arc_edge, length):
    """Take away nodes that hang by one edge until none is left: of each the node it hung from (else -1) and metres."""
    nodes = len(indptr) - 1
    degree, parent, up = np.empty(nodes, np.int32), np.empty(nodes, np.int32), np.zeros(nodes)
    leaf, count = np.empty(nodes, np.int32), 0
    for node in range(nodes):
        degree[node], parent[node] = indptr[node + 1] - indptr[node], -1
    for begin in range(nodes):
        node = begin
        while degree[node] == 1:
            arc = indptr[node]
            while parent[neighbour[arc]] >= 0:  # what hung from it is gone
                arc += 1
            parent[node], up[node], leaf[count] = neighbour[arc], length[arc_edge[arc]], node
            count += 1
            degree[node] = 0
            node = parent[node]
            degree[node] -= 1
    return parent, up, leaf[:count]


@cached_njit
def _tree_roots(place, parent, leaf):
    """Place of the root of each node of a tree, the nearer to the root before the farther."""
    roots, root = np.empty(len(place), np.int32), np.empty(len(leaf), np.int32)
    for i in range(len(leaf)):
        above = parent[leaf[i]]
        root[i] = place[above] if parent[above] < 0 else roots[above]
        roots[leaf[i]] = root[i]
    return root


@cached_njit
def _trace_chains(indptr, neighbour, arc_edge, length, inside):
    """Chains from every junction along every edge not yet walked; a ring without one begins at its first node."""
    nodes, edges = len(indptr) - 1, len(length)
    start, stop, metres = np.empty(edges, np.int32), np.empty(edges, np.int32), np.empty(edges)
    first, inner, at = np.zeros(edges + 1, np.int32), np.empty(nodes, np.int32), np.empty(nodes)
    walked = np.zeros(edges, np.bool_)
    count, held = 0, 0
    for turn in range(2):
        for node in range(nodes):
            if turn == 0 and inside[node]:
                continue
            for arc in range(indptr[node], indptr[node + 1]):
                if walked[arc_edge[arc]]:
                    continue
                inside[node] = False
                here, way, last = _follow_chain(
                    indptr, neighbour, arc_edge, length, inside, arc, walked, inner, at, held
                )
                start[count], stop[count], metres[count] = node, here, way
                count, held = count + 1, last
                first[count] = held
    return inside, start[:count], stop[:count], metres[:count], first[: count + 1], inner[:held], at[:held]


@inner_njit
def _follow_chain(indptr, neighbour, arc_edge, length, inside, arc, walked, inner, at, held):
    """Follow a chain from an arc to its end: the node there, the metres and how many inner nodes are held now."""
    edge, here = arc_edge[arc], neighbour[arc]
    walked[edge] = True
    way = length[edge]
    while inside[here]:
        inner[held], at[held] = here, way
        held += 1
        step = indptr[here]
        if arc_edge[step] == edge:
            step += 1
        edge, here = arc_edge[step], neighbour[step]
        walked[edge] = True
        way += length[edge]
    return here, way, held

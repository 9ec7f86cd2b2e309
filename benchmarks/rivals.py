"""Other ways to the same labels, each behind one call: scipy, networkx, pandana, an own heap, own buckets."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numba import njit

from urbanplan.network.graph import Network
from urbanplan.network.kernels.engine import csr_rows


def covered(net: Network, label: np.ndarray, within: float) -> float:
    """The numpy pass: exact covered metres from labels of all nodes."""
    both = np.maximum(within - label[net.u], 0) + np.maximum(within - label[net.v], 0)
    return float(np.minimum(both, net.length).sum())


def scipy_search(net: Network) -> Callable[[np.ndarray, float], np.ndarray]:
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import dijkstra

    indptr, head, weight = _one_arc_each(net)
    graph = csr_array((weight, head, indptr), shape=(net.nodes, net.nodes))
    return lambda start, within: dijkstra(graph, indices=start, limit=within, min_only=True)


def _one_arc_each(net: Network) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    from urbanplan.network.walk.search import _scipy_matrix  # the product's own rows for scipy

    return _scipy_matrix(net)


def networkx_search(net: Network) -> Callable[[np.ndarray, float], dict[int, float]]:
    import networkx as nx

    graph = nx.Graph()
    graph.add_nodes_from(range(net.nodes))
    order = np.argsort(-net.length, kind="stable")  # of parallel edges the shortest stays
    graph.add_weighted_edges_from(
        zip(net.u[order].tolist(), net.v[order].tolist(), net.length[order].tolist(), strict=True)
    )

    def search(start: np.ndarray, within: float) -> dict[int, float]:
        return nx.multi_source_dijkstra_path_length(graph, set(start.tolist()), cutoff=within)

    return search


def as_labels(found: dict[int, float], nodes: int) -> np.ndarray:
    label = np.full(nodes, np.inf)
    label[np.fromiter(found, np.int64, len(found))] = np.fromiter(found.values(), float, len(found))
    return label


def pandana_search(net: Network, within: float) -> Callable[[np.ndarray], Callable[[], np.ndarray]]:
    import pandana  # pyright: ignore[reportMissingImports]  # a rival, installed by whom it interests
    import pandas as pd

    edges = pd.DataFrame({"u": net.u, "v": net.v, "w": net.length})
    # places serve it only to find the node of a site, and two nodes may lie at one: on a bridge and under it
    number, zero = np.arange(net.nodes, dtype=float), np.zeros(net.nodes)
    graph = pandana.Network(pd.Series(number), pd.Series(zero), edges.u, edges.v, edges[["w"]], twoway=True)
    graph.precompute(within)

    def prepare(start: np.ndarray) -> Callable[[], np.ndarray]:
        graph.set_pois("sites", within, 1, pd.Series(number[start]), pd.Series(zero[start]))
        return lambda: graph.nearest_pois(within, "sites", num_pois=1)[1].to_numpy()

    return prepare


def floor(net: Network) -> Callable[[], int]:
    """What no search of all streets can beat: its arrays (rows, arcs, metres) read from memory once, added up as whole words."""
    arrays = [np.ascontiguousarray(one).view(np.uint8) for one in csr_rows(net)]
    words = tuple(one[: len(one) // 8 * 8].view(np.int64) for one in arrays)
    return lambda: _add_up(words)


def heap_search(net: Network) -> Callable[[np.ndarray, float], np.ndarray]:
    """A binary heap with lazy deletion."""
    return lambda start, within: _heap(*csr_rows(net), start, within)


def bucket_search(net: Network, width: float | None = None) -> Callable[[np.ndarray, float], np.ndarray]:
    """Buckets as linked lists, 10 m wide."""
    return lambda start, within: _buckets(*csr_rows(net), start, within, width or 10.0)


@njit(cache=True, nogil=True)
def _add_up(arrays):
    total = 0
    for words in arrays:
        for i in range(len(words)):
            total += words[i]
    return total


@njit(cache=True, nogil=True)
def _heap(indptr, head, weight, start, within):
    label = np.full(len(indptr) - 1, np.inf)
    room = len(head) + len(start) + 1
    key, who, held = np.empty(room), np.empty(room, np.int32), 0
    for node in start:
        label[node] = 0.0
        key[held], who[held] = 0.0, node
        held += 1
    while held > 0:
        here, node = key[0], who[0]
        held -= 1
        last, name, hole = key[held], who[held], 0
        while True:
            child = 2 * hole + 1
            if child >= held:
                break
            if child + 1 < held and key[child + 1] < key[child]:
                child += 1
            if key[child] >= last:
                break
            key[hole], who[hole] = key[child], who[child]
            hole = child
        key[hole], who[hole] = last, name
        if here > label[node]:
            continue
        for arc in range(indptr[node], indptr[node + 1]):
            way, other = here + weight[arc], head[arc]
            if way <= within and way < label[other]:
                label[other] = way
                hole = held
                held += 1
                while hole > 0 and key[(hole - 1) // 2] > way:
                    key[hole], who[hole] = key[(hole - 1) // 2], who[(hole - 1) // 2]
                    hole = (hole - 1) // 2
                key[hole], who[hole] = way, other
    return label


@njit(cache=True, nogil=True)
def _buckets(indptr, head, weight, start, within, width):
    nodes = len(indptr) - 1
    label = np.full(nodes, np.inf)
    longest = 0.0
    for arc in range(len(weight)):
        longest = max(longest, weight[arc])
    slots = int(longest / width) + 3
    first, following = np.full(slots, -1, np.int32), np.full(nodes, -1, np.int32)
    before, seat = np.full(nodes, -1, np.int32), np.full(nodes, -1, np.int32)
    waiting, current = 0, 0
    for node in start:
        label[node] = 0.0
        _put(first, following, before, seat, node, 0)
        waiting += 1
    while waiting > 0:
        node = first[current % slots]
        if node < 0:
            current += 1
            continue
        _take(first, following, before, seat, node)
        waiting -= 1
        here = label[node]
        for arc in range(indptr[node], indptr[node + 1]):
            way, other = here + weight[arc], head[arc]
            if way <= within and way < label[other]:
                if seat[other] >= 0:
                    _take(first, following, before, seat, other)
                    waiting -= 1
                label[other] = way
                _put(first, following, before, seat, other, int(way / width) % slots)
                waiting += 1
    return label


@njit(cache=True, nogil=True)
def _put(first, following, before, seat, node, slot):
    seat[node], before[node], following[node] = slot, -1, first[slot]
    if first[slot] >= 0:
        before[first[slot]] = node
    first[slot] = node


@njit(cache=True, nogil=True)
def _take(first, following, before, seat, node):
    if before[node] >= 0:
        following[before[node]] = following[node]
    else:
        first[seat[node]] = following[node]
    if following[node] >= 0:
        before[following[node]] = before[node]
    seat[node] = -1

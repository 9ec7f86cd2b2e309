"""Bounded multi-source search: the least way from any seed to every node.

Two engines behind one function.  scipy answers one small question at once; the
numba kernels pay for large networks and repeated questions.  Both give the same
labels to the bit: the least sum over ways, added in the order walked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from urbanplan.network.graph import Network
from urbanplan.network.intervals import Floats, Ints, group_min
from urbanplan.network.order import sort_order
from urbanplan.network.walk.engine import Engine, is_numba_chosen

if TYPE_CHECKING:
    from scipy.sparse import csr_array

MIN_COMPILED_NODES = 1_500_000
"""Nodes from which starting the compiled engine pays within one question."""
KERNEL = "urbanplan.network.kernels.windowed_search", "search_seeds"


def search_distances(
    network: Network, node: Ints, label: Floats, *, limit: float = np.inf, engine: Engine = "auto"
) -> Floats:
    """Distance of each node from the nearest seed, metres; infinity beyond the limit or where no way leads.

    Args:
        network: the streets. node, label: seeds, any number at one node; labels are metres already walked.
        limit: no label above it is given.
        engine: ``scipy``, ``numba``, or ``auto``: numba where it is compiled already or the network is large.

    Raises:
        NetworkError: the engine is unknown or its library is missing.
    """
    if is_numba_chosen(engine, size=network.nodes, least=MIN_COMPILED_NODES, kernel=KERNEL):
        from urbanplan.network.kernels.engine import shortest_distances

        return shortest_distances(network, node, label, limit)
    seeds = group_min(node, label, network.nodes)
    seeds[seeds > limit] = np.inf
    return _dijkstra(network, seeds, limit)[0] if np.isfinite(seeds).any() else seeds


def _dijkstra(network: Network, seeds: Floats, limit: float) -> tuple[Floats, Ints]:
    """Labels and predecessors (the number of nodes where a seed is first, below 0 where nothing leads)."""
    from scipy.sparse.csgraph import dijkstra

    starts, count = np.flatnonzero(np.isfinite(seeds)), network.nodes
    graph = _seeded_matrix(network, starts, seeds[starts], np.array([len(starts)]))
    distance, before = dijkstra(graph, indices=count, limit=limit, return_predecessors=True)
    return distance[:count], before[:count].astype(np.int64)


def _seeded_matrix(network: Network, node: Ints, label: Floats, counts: Ints) -> csr_array:
    """Arcs between nodes, and behind the nodes one more for each owner, with arcs to its ``counts`` seeds in order."""
    from scipy.sparse import csr_array

    indptr, indices, weight = _scipy_matrix(network)
    size = network.nodes + len(counts)
    rows = np.concatenate([indptr, indptr[-1] + np.cumsum(counts)])
    return csr_array((np.concatenate([weight, label]), np.concatenate([indices, node]), rows), shape=(size, size))


def _scipy_matrix(network: Network) -> tuple[Ints, Ints, Floats]:
    """Compressed rows for scipy, kept with the network: one arc, the shortest, for each pair of nodes."""
    kept = network.__dict__.get("_scipy_rows")
    if kept is None:
        count = network.nodes
        key = np.repeat(np.arange(count, dtype=np.int64), np.diff(network.indptr)) * count + network.neighbour
        order = sort_order(key)
        key, weight = key[order], network.length[network.arc_edge][order]
        first = np.flatnonzero(np.append(True, key[1:] != key[:-1])[: len(key)])
        weight = np.minimum.reduceat(weight, first) if len(first) else weight
        tail, head = np.divmod(key[first], max(count, 1))
        real = tail != head
        tail, head, weight = tail[real], head[real], weight[real]
        indptr = np.append(0, np.cumsum(np.bincount(tail, minlength=count)))
        kept = (indptr.astype(np.int64), head, weight)
        network.__dict__["_scipy_rows"] = kept
    return kept


def distances_from(network: Network, nodes: Ints, *, limit: float = np.inf) -> Floats:
    """Metres of each node from each of some nodes by itself, shape (some, nodes); infinity beyond the limit."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import dijkstra

    indptr, indices, weight = _scipy_matrix(network)
    graph = csr_array((weight, indices, indptr), shape=(network.nodes, network.nodes))
    return dijkstra(graph, indices=nodes, limit=limit)


def search_each(
    network: Network, node: Ints, label: Floats, owner: Ints, *, owners: int, limit: float
) -> tuple[Ints, Ints, Floats]:
    """Distances from each owner's seeds alone, as rows ``(owner, node, distance)`` within the limit.

    Args:
        network: the streets. node, label, owner: seeds, and whose each is, ``0..owners - 1``.
        limit: no distance above it is given. Memory: ``owners * nodes`` numbers, so ask for some at a time.
    """
    from scipy.sparse.csgraph import dijkstra

    near = label <= limit
    key, group = np.unique(owner[near] * network.nodes + node[near], return_inverse=True)
    whose, start = np.divmod(key, max(network.nodes, 1))
    counts = np.bincount(whose, minlength=owners)
    graph = _seeded_matrix(network, start, group_min(group, label[near], len(key)), counts)
    distance = dijkstra(graph, indices=network.nodes + np.arange(owners), limit=limit)[:, : network.nodes]
    row, reached = np.nonzero(np.isfinite(distance))
    return row.astype(np.int64), reached.astype(np.int64), distance[row, reached]


def nearest_source(network: Network, node: Ints, label: Floats, place: Ints) -> tuple[Floats, Ints]:
    """Unbounded distance of each node and the place it leads to, -1 where no way leads.

    Of seeds with equal labels at one node the lowest place counts.
    """
    order = np.lexsort((place, label, node))
    node, label, place = node[order], label[order], place[order]
    first = np.append(True, node[1:] != node[:-1])[: len(node)]
    seeds = np.full(network.nodes, np.inf)
    own = np.full(network.nodes, -1, dtype=np.int64)
    seeds[node[first]], own[node[first]] = label[first], place[first]
    if not first.any():
        return seeds, own
    distance, before = _dijkstra(network, seeds, np.inf)
    root = np.where(before == network.nodes, np.arange(network.nodes), before)
    root = np.where(root < 0, np.arange(network.nodes), root)
    while True:  # pointer jumping: the way back to the seed halves each time
        following = root[root]
        if (following == root).all():
            break
        root = following
    return distance, np.where(np.isfinite(distance), own[root], -1)

"""The compiled engine: the search of a network, and the search with the exact covered length in one go.

Arrays are narrowed once per network and kept with it.  Which way is taken (chains or all nodes, all edges or only
those of reached nodes, one thread or two) changes the time, not the answer.
"""

from __future__ import annotations

import numpy as np

from urbanplan.errors import NetworkError
from urbanplan.layer.compiled import cached_njit
from urbanplan.network.graph import Network
from urbanplan.network.intervals import Floats, Ints
from urbanplan.network.kernels import partitioned_search
from urbanplan.network.kernels.contracted_search import search_contracted
from urbanplan.network.kernels.contraction import contract_network
from urbanplan.network.kernels.windowed_search import (
    WINDOW_WIDTH,
    Rows,
    Workspace,
    allocate_workspace,
    neighbourhood_size,
    search_seeds,
    sort_seeds,
)

CONTRACTION_SHARE = 0.2
"""Share of nodes of degree one or two from which the chains and trees pay."""
SPARSE_SHARE = 0.2
"""Share of reached nodes below which their own rows are added up instead of all edges."""
MAX_ARCS = int(np.iinfo(np.int32).max)
"""Arcs, and nodes, that the kernels' numbers hold."""


def shortest_distances(network: Network, node: Ints, label: Floats, limit: float, *, threads: int = 2) -> Floats:
    """Least labels from seeds (infinity where none), none above the limit; the same to the bit as Dijkstra's.

    Args:
        network: the streets. node, label: seeds, any number at one node; labels are metres already walked,
            none below 0.
        threads: at most so many, where the network is large and much of it is reached.

    Raises:
        NetworkError: the network has more arcs or nodes than 32-bit numbers hold.
    """
    label, limit = _seed_labels(label), float(limit)
    labels, rows, steps = np.full(network.nodes, np.inf), csr_rows(network), _expected_steps(network, limit)
    start = _insert_seeds(labels, *sort_seeds(node, label, network.nodes), limit)
    block, width = neighbourhood_size(network.nodes, len(start), steps), WINDOW_WIDTH * _mean_length(network)
    room = _take_workspace(network)
    cut = network.__dict__.get("_cut")
    if threads < 2 or cut is None or not partitioned_search.is_worthwhile(len(start), steps):
        search_seeds(rows[0], rows[0][1:], *rows[1:], labels, start, limit, width, block, *room)
    else:
        rooms = room, _take_workspace(network)
        partitioned_search.search_partitions(rows, cut, labels, start, limit, width, block, rooms)
        _workspaces(network).append(rooms[1])
    _workspaces(network).append(room)
    return labels


def search_covered_length(
    network: Network, node: Ints, label: Floats, within: float, *, threads: int = 2
) -> tuple[Floats, float]:
    """Distance of every node from the nearest seed and the covered metres of all streets, without legs.

    Args:
        network: the streets. node, label: seeds, any number at one node; labels are metres already walked,
            none below 0.
        within: the walk, metres; beyond it a node's distance is infinity.
        threads: at most so many; the answer is the same to the bit.

    The distances agree with :func:`urbanplan.network.walk.search.search_distances` to 1e-12 of themselves.
    """
    label, within = _seed_labels(label), float(within)
    if _contractible_share(network) > CONTRACTION_SHARE:
        _check_size(network)
        return search_contracted(contract_network(network), node, label, within)
    labels = shortest_distances(network, node, label, within, threads=threads)
    large = network.nodes >= partitioned_search.MIN_NODES
    if np.count_nonzero(labels <= within) < SPARSE_SHARE * network.nodes:
        bounds, add, arrays = (0, network.nodes // 2, network.nodes), _covered_by_rows, csr_rows(network)
    else:
        bounds, add, arrays = (0, network.edges // 2, network.edges), _covered_by_edges, _edge_ends(network)
    parts = partitioned_search.run_on_two_threads(
        lambda side: add(*arrays, labels, within, bounds[side], bounds[side + 1]), threads=threads if large else 1
    )
    return labels, sum(parts)


def _seed_labels(label: Floats) -> Floats:
    """Labels as the kernels take them: whole numbers would be compiled for anew, the bits of -0 are not those of 0."""
    return np.asarray(label, np.float64) + 0.0


def _take_workspace(network: Network) -> Workspace:
    """Scratch memory that no other thread has."""
    try:
        return _workspaces(network).pop()
    except IndexError:
        return allocate_workspace(network.nodes)


def _workspaces(network: Network) -> list[Workspace]:
    return network.__dict__.setdefault("_rooms", [])


def csr_rows(network: Network) -> tuple[Rows, Rows, Floats]:
    """Arcs in compressed rows as the kernels take them: 32-bit numbers, lengths beside; in a row in any order."""
    kept = network.__dict__.get("_narrow_rows")
    if kept is None:
        _check_size(network)
        indptr, head = network.indptr.astype(np.int32), network.neighbour.astype(np.int32)
        kept = indptr, head, network.length[network.arc_edge]
        if network.nodes >= partitioned_search.MIN_NODES:
            network.__dict__["_cut"] = partitioned_search.partition_rows(*kept)
        network.__dict__["_narrow_rows"] = kept
    return kept


def _check_size(network: Network) -> None:
    if max(len(network.neighbour), network.nodes) > MAX_ARCS:
        raise NetworkError(
            "{count} arcs are more than the engine numba can number",
            fix="Leave it to scipy.",
            count=len(network.neighbour),
        )


def _edge_ends(network: Network) -> tuple[Rows, Rows, Floats]:
    kept = network.__dict__.get("_narrow_ends")
    if kept is None:
        kept = network.u.astype(np.int32), network.v.astype(np.int32), network.length
        network.__dict__["_narrow_ends"] = kept
    return kept


def _expected_steps(network: Network, limit: float) -> float:
    """Edges that a walk goes along."""
    return limit / _mean_length(network) if _mean_length(network) > 0 else np.inf


def _mean_length(network: Network) -> float:
    kept = network.__dict__.get("_mean_length")
    if kept is None:
        kept = float(network.length.mean()) if network.edges else 0.0
        network.__dict__["_mean_length"] = kept
    return kept


def _contractible_share(network: Network) -> float:
    kept = network.__dict__.get("_chained")
    if kept is None:
        kept = float(np.mean(np.diff(network.indptr) <= 2)) if network.nodes else 0.0
        network.__dict__["_chained"] = kept
    return kept


@cached_njit
def _insert_seeds(labels, node, label, limit):
    """Seat the seeds; returns where labels fell."""
    start, count = np.empty(len(node), np.int32), 0
    for i in range(len(node)):
        if label[i] <= limit and label[i] < labels[node[i]]:
            labels[node[i]], start[count] = label[i], node[i]
            count += 1
    return start[:count]


@cached_njit
def _covered_by_edges(u, v, length, labels, within, begin, end):
    """Covered metres of some edges."""
    metres = 0.0
    for edge in range(np.uint32(begin), np.uint32(end)):
        left, right = within - labels[np.uint32(u[edge])], within - labels[np.uint32(v[edge])]
        both = (left if left > 0.0 else 0.0) + (right if right > 0.0 else 0.0)
        metres += both if both < length[edge] else length[edge]
    return metres


@cached_njit
def _covered_by_rows(indptr, head, weight, labels, within, begin, end):
    """The same from the rows of reached nodes: an edge between two of them counts half from each."""
    metres = 0.0
    for node in range(np.uint32(begin), np.uint32(end)):
        left = within - labels[node]
        if left < 0.0:
            continue
        for arc in range(np.uint32(indptr[node]), np.uint32(indptr[node + np.uint32(1)])):
            right = within - labels[np.uint32(head[arc])]
            both = left + (right if right > 0.0 else 0.0)
            share = 0.5 if right >= 0.0 else 1.0
            metres += share * (both if both < weight[arc] else weight[arc])
    return metres

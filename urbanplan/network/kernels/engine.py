"""The compiled engine: the search of a network, and the search with the exact covered length in one go.

Arrays are narrowed once per network and kept with it.  Which way is taken (chains or all nodes, all edges or only
those of reached nodes, one thread or two) changes the time, not the answer.
"""

from __future__ import annotations

import numpy as np

from urbanplan.network.graph import Network
from urbanplan.network.intervals import Floats, Ints
from urbanplan.network.kernels.chained import reach_chains
from urbanplan.network.kernels.compiled import compiled
from urbanplan.network.kernels.contraction import contract
from urbanplan.network.kernels.queue import WINDOW, Room, Rows, nearly_sorted, neighbourhood, room_for, search_seeds

CHAINED = 0.2
"""Share of nodes of degree one or two from which the chains and trees pay."""
FEW = 0.1
"""Share of scanned nodes below which their own rows are added up instead of all edges."""


def relabel(network: Network, node: Ints, label: Floats, limit: float) -> Floats:
    """Least labels from seeds (infinity where none), none above the limit; the same to the bit as Dijkstra's.

    Args:
        network: the streets. node, label: seeds, any number at one node; labels are metres already walked.
    """
    labels, rooms, mean = np.full(network.nodes, np.inf), _rooms(network), _mean(network)
    try:
        room = rooms.pop()  # one thread alone gets it
    except IndexError:
        room = room_for(network.nodes)
    node, label = nearly_sorted(node, label, network.nodes)
    block = neighbourhood(network.nodes, len(node), limit / mean if mean > 0 else np.inf)
    _relabel(*rows_of(network), node, label, limit, WINDOW * mean, block, labels, *room)
    rooms.append(room)
    return labels


def reach_metres(network: Network, node: Ints, label: Floats, within: float) -> tuple[Floats, float]:
    """Distance of every node from the nearest seed and the covered metres of all streets, without legs.

    Args:
        network: the streets. node, label: seeds, any number at one node; labels are metres already walked.
        within: the walk, metres; beyond it a node's distance is infinity.

    The distances agree with :func:`urbanplan.network.walk.search.search` to 1e-12 of themselves.
    """
    if _chained(network) > CHAINED:
        return reach_chains(contract(network), node, label, within)
    labels = relabel(network, node, label, within)
    indptr, head, weight = rows_of(network)
    if np.count_nonzero(labels <= within) < FEW * network.nodes:
        return labels, _metres_of_rows(indptr, head, weight, labels, within)
    return labels, _metres_of_edges(*_ends(network), network.length, labels, within)


def _rooms(network: Network) -> list[Room]:
    return network.__dict__.setdefault("_rooms", [])


def rows_of(network: Network) -> tuple[Rows, Rows, Floats]:
    """Arcs in compressed rows as the kernels take them: 32-bit numbers, lengths in the order of the arcs."""
    kept = network.__dict__.get("_narrow_rows")
    if kept is None:
        indptr, head = network.indptr.astype(np.int32), network.neighbour.astype(np.int32)
        kept = indptr, head, network.length[network.arc_edge]
        network.__dict__["_narrow_rows"] = kept
    return kept


def _ends(network: Network) -> tuple[Rows, Rows]:
    kept = network.__dict__.get("_narrow_ends")
    if kept is None:
        kept = network.u.astype(np.int32), network.v.astype(np.int32)
        network.__dict__["_narrow_ends"] = kept
    return kept


def _mean(network: Network) -> float:
    kept = network.__dict__.get("_mean_length")
    if kept is None:
        kept = float(network.length.mean()) if network.edges else 0.0
        network.__dict__["_mean_length"] = kept
    return kept


def _chained(network: Network) -> float:
    kept = network.__dict__.get("_chained")
    if kept is None:
        kept = float(np.mean(np.diff(network.indptr) <= 2)) if network.nodes else 0.0
        network.__dict__["_chained"] = kept
    return kept


@compiled
def _relabel(indptr, head, weight, node, label, limit, width, block, labels, ring, far, state):  # noqa: PLR0913
    start, count = np.empty(len(node), np.int32), 0
    for i in range(len(node)):
        if label[i] <= limit and label[i] < labels[node[i]]:
            labels[node[i]], start[count] = label[i], node[i]
            count += 1
    return search_seeds(indptr, head, weight, labels, start[:count], limit, width, block, ring, far, state)


@compiled
def _metres_of_edges(u, v, length, labels, within):
    metres = 0.0
    for edge in range(len(u)):
        both = max(within - labels[u[edge]], 0.0) + max(within - labels[v[edge]], 0.0)
        metres += min(both, length[edge])
    return metres


@compiled
def _metres_of_rows(indptr, head, weight, labels, within):
    """The same from the rows of reached nodes: an edge between two of them counts half from each."""
    metres = 0.0
    for node in range(len(labels)):
        if labels[node] > within:
            continue
        for arc in range(indptr[node], indptr[node + 1]):
            other = labels[head[arc]]
            both = min((within - labels[node]) + max(within - other, 0.0), weight[arc])
            metres += both / 2 if other <= within else both
    return metres

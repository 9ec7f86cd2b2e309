"""The compiled engine: the search of a network, and the search with the exact covered length in one go.

Arrays are narrowed once per network and kept with it.  Which way is taken (chains or all nodes, all edges or only
those of reached nodes, one thread or two) changes the time, not the answer.
"""

from __future__ import annotations

import numpy as np

from urbanplan.network.graph import Network
from urbanplan.network.intervals import Floats, Ints
from urbanplan.network.kernels.compiled import compiled
from urbanplan.network.kernels.contraction import contract, reach_chains
from urbanplan.network.kernels.queue import Rows, relabel_rows

CHAINED = 0.2
"""Share of nodes of degree two from which the chains pay."""
FEW = 0.1
"""Share of reached nodes below which their own rows are added up instead of all edges."""


def relabel(network: Network, seeds: Floats, limit: float) -> Floats:
    """Least labels from seeds (infinity where none), none above the limit; the same to the bit as Dijkstra's."""
    label = seeds.copy()
    relabel_rows(*rows_of(network), label, limit=limit, mean=_mean(network))
    return label


def reach_metres(network: Network, node: Ints, label: Floats, within: float) -> tuple[Floats, float]:
    """Distance of every node from the nearest seed and the covered metres of all streets, without legs.

    Args:
        network: the streets. node, label: seeds, any number at one node; labels are metres already walked.
        within: the walk, metres; beyond it a node's distance is infinity.

    The distances agree with :func:`urbanplan.network.walk.search.search` to 1e-12 of themselves.
    """
    degree_two = _degree_two(network)
    if degree_two > CHAINED:
        return reach_chains(contract(network), node, label, within)
    labels = np.full(network.nodes, np.inf)
    _lower(labels, node, label, within)
    indptr, head, weight = rows_of(network)
    relabel_rows(indptr, head, weight, labels, limit=within, mean=_mean(network))
    if np.count_nonzero(labels <= within) < FEW * network.nodes:
        return labels, _metres_of_rows(indptr, head, weight, labels, within)
    return labels, _metres_of_edges(*_ends(network), network.length, labels, within)


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


def _degree_two(network: Network) -> float:
    kept = network.__dict__.get("_degree_two")
    if kept is None:
        kept = float(np.mean(np.diff(network.indptr) == 2)) if network.nodes else 0.0
        network.__dict__["_degree_two"] = kept
    return kept


@compiled
def _lower(labels, node, label, within):
    for i in range(len(node)):
        if label[i] <= within:
            labels[node[i]] = min(labels[node[i]], label[i])


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

"""Some edges of a network as a network, and a network with a few edges more: what repairs look at.

Nodes keep their numbers.  What was computed along edges is cut out, not computed anew, so that every number stays the
same to the bit.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import count as count_from
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from urbanplan.network.array_edit import drop_ranges, insert_values
from urbanplan.network.build import road_network
from urbanplan.network.graph import Network
from urbanplan.network.intervals import Ints, expand_counts

if TYPE_CHECKING:
    import geopandas as gpd


def take_edges(network: Network, edge: Ints) -> Network:
    """The edges of the given ascending numbers, with the arcs of the whole."""
    count = network.offsets[edge + 1] - network.offsets[edge]
    owner, number = expand_counts(count)
    vertex = network.offsets[edge][owner] + number
    offsets = np.append(0, np.cumsum(count))
    part = replace(
        network, u=network.u[edge], v=network.v[edge], length=network.length[edge],
        coords=network.coords.take(vertex, axis=0), offsets=offsets, row=network.row[edge],
        begin=network.begin[edge], end=network.end[edge],
    )  # fmt: skip
    part.__dict__["vertex_at"] = network.vertex_at[vertex]
    return part


def drop_edges(network: Network, gone: Ints) -> Network:
    """The network without the edges of the given ascending numbers; the others stay in their order.

    Its arcs are not sorted anew.  Its straight segments are made when they are asked for, from the same vertices.
    """
    low, high = network.offsets[gone], network.offsets[gone + 1]
    arc = _arcs_of_edges(network, gone)
    renumbered = np.arange(network.edges)
    for low_edge, high_edge, before in zip(gone, [*gone[1:], network.edges], count_from(1), strict=False):
        renumbered[low_edge:high_edge] -= before
    less = np.bincount(np.concatenate([network.u[gone], network.v[gone]]) + 1, minlength=network.nodes + 1)

    def rest(values: NDArray[Any]) -> NDArray[Any]:
        return drop_ranges(values, gone, gone + 1)

    fewer = replace(
        network, u=rest(network.u), v=rest(network.v), length=rest(network.length),
        coords=drop_ranges(network.coords, low, high), row=rest(network.row), begin=rest(network.begin),
        offsets=drop_ranges(network.offsets, gone + 1, gone + 2, less=np.cumsum(high - low)), end=rest(network.end),
        indptr=network.indptr - np.cumsum(less), neighbour=drop_ranges(network.neighbour, arc, arc + 1),
        arc_edge=renumbered[drop_ranges(network.arc_edge, arc, arc + 1)],
    )  # fmt: skip
    fewer.__dict__["vertex_at"] = drop_ranges(network.vertex_at, low, high)
    _keep_narrow_rows(network, fewer, lambda column: drop_ranges(column, arc, arc + 1))
    return fewer


def _arcs_of_edges(network: Network, edge: Ints) -> Ints:
    """Both arcs of each edge, ascending."""
    node = np.unique(np.concatenate([network.u[edge], network.v[edge]]))
    owner, number = expand_counts(network.indptr[node + 1] - network.indptr[node])
    arc = network.indptr[node][owner] + number
    return arc[np.isin(network.arc_edge[arc], edge)]


def _undivided_rows(network: Network) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]] | None:
    """The arcs as the kernels take them, where they are kept and undivided; else None."""
    return None if "_cut" in network.__dict__ else network.__dict__.get("_narrow_rows")


def _keep_narrow_rows(network: Network, edited: Network, change: Callable[[NDArray[Any]], NDArray[Any]]) -> None:
    """Take over the undivided rows of the network, edited as its arcs were."""
    kept = _undivided_rows(network)
    if kept is not None:
        edited.__dict__["_narrow_rows"] = edited.indptr.astype(np.int32), change(kept[1]), change(kept[2])


def segments_of_edges(network: Network, edge: Ints) -> Ints:
    """Numbers of the straight segments of some edges, in order."""
    owner, number = expand_counts(network.offsets[edge + 1] - network.offsets[edge] - 1)
    return (network.offsets[edge] - edge)[owner] + number


def add_lines(
    network: Network, frame: gpd.GeoDataFrame, first_row: int, *, among: Ints | None = None
) -> Network | None:
    """The network and lines more, joined at their ends; None where a line would join nodes that stand apart.

    Args:
        network: noded at ``endpoints``. frame: lines in its CRS. first_row: the source row of the first of them.
        among: the edges that may end at the lines, all unless given.
    """
    more = road_network(frame, noding="endpoints", tolerance=network.tolerance)
    node = _match_nodes(network, more, slice(None) if among is None else among)
    if node is None:
        return None
    return append_edges(network, replace(more, row=more.row + first_row), node)


def append_edges(network: Network, more: Network, node: Ints) -> Network:
    """The network with the edges of another behind its own.

    Args:
        network, more: in one CRS. node: the number in the network of each node of ``more``; those from the network's
            node count on are new, and rise with the numbers in ``more``.
    """
    fresh = node >= network.nodes
    x, y = np.concatenate([network.x, more.x[fresh]]), np.concatenate([network.y, more.y[fresh]])
    u, v = np.concatenate([network.u, node[more.u]]), np.concatenate([network.v, node[more.v]])
    arcs = _arcs_to_append(network, u, v, len(x))
    joined = replace(
        network, x=x, y=y, u=u, v=v, length=np.concatenate([network.length, more.length]),
        coords=np.vstack([network.coords, more.coords]),
        offsets=np.concatenate([network.offsets, more.offsets[1:] + network.offsets[-1]]),
        row=np.concatenate([network.row, more.row]),
        begin=np.concatenate([network.begin, more.begin]), end=np.concatenate([network.end, more.end]),
        indptr=arcs.indptr, neighbour=insert_values(network.neighbour, arcs.at, arcs.head),
        arc_edge=insert_values(network.arc_edge, arcs.at, arcs.edge),
    )  # fmt: skip
    joined.__dict__["vertex_at"] = np.concatenate([network.vertex_at, more.vertex_at])
    kept = _undivided_rows(network)
    if kept is not None:
        head, length = insert_values(kept[1], arcs.at, arcs.head.astype(np.int32)), joined.length[arcs.edge]
        joined.__dict__["_narrow_rows"] = arcs.indptr.astype(np.int32), head, insert_values(kept[2], arcs.at, length)
    return joined


@dataclass(frozen=True, eq=False)
class _Arcs:
    """Arcs more: where each begins in the rows that stand, its head, its edge; and the rows with them."""

    at: Ints
    head: Ints
    edge: Ints
    indptr: Ints


def _arcs_to_append(network: Network, u: Ints, v: Ints, nodes: int) -> _Arcs:
    """What :func:`urbanplan.network.graph.build_csr` gives, for edges more at the end: put into their rows."""
    known = network.edges
    indptr = np.append(network.indptr, np.full(nodes - network.nodes, network.indptr[-1]))
    tail, head = np.concatenate([u[known:], v[known:]]), np.concatenate([v[known:], u[known:]])
    begun = np.append(_begun(network), np.zeros(nodes - network.nodes, dtype=np.int64))
    behind = np.concatenate([indptr[u[known:]] + begun[u[known:]], indptr[v[known:] + 1]])
    order = np.argsort(tail, kind="stable")  # of arcs put in at one place those of the lower node stand first
    edge = np.tile(np.arange(known, len(u), dtype=np.int64), 2)
    indptr[1:] += np.cumsum(np.bincount(tail, minlength=nodes))
    return _Arcs(behind[order], head[order], edge[order], indptr)


def _begun(network: Network) -> Ints:
    """Edges that begin at each node, counted once for each network."""
    kept = network.__dict__.get("_begun")
    if kept is None:
        kept = network.__dict__["_begun"] = np.bincount(network.u, minlength=network.nodes)
    return kept


def _match_nodes(network: Network, more: Network, among: Ints | slice) -> Ints | None:
    """The node of each new line end: one that stands within the tolerance, else a new number."""
    near = np.full(more.nodes, -1, dtype=np.int64)
    first, last = network.offsets[:-1][among], network.offsets[1:][among] - 1
    vertices = (first, network.u[among]), (last, network.v[among])
    ends = [(vertex, network.coords[vertex, 0], owner) for vertex, owner in vertices]
    for number, tips in enumerate(_ends_per_node(more)):  # a few nodes of the new lines
        close = []
        for (vertex, along, owner), (x, y) in product(ends, tips):
            row = np.flatnonzero(np.abs(along - x) <= network.tolerance)
            away = np.hypot(*(network.coords[vertex[row]] - (x, y)).T)
            close.append(owner[row[away <= network.tolerance]])
        nodes = np.unique(np.concatenate(close))
        if len(nodes) > 1:
            return None
        near[number] = nodes[0] if len(nodes) else -1
    told = near[near >= 0]
    if len(np.unique(told)) < len(told):
        return None
    near[near < 0] = network.nodes + np.arange(int((near < 0).sum()))
    return near


def _ends_per_node(more: Network) -> list[NDArray[np.float64]]:
    """Line ends at each node of a few lines."""
    tips = np.vstack([more.coords[more.offsets[:-1]], more.coords[more.offsets[1:] - 1]])
    node = np.concatenate([more.u, more.v])
    return [tips[node == number] for number in range(more.nodes)]

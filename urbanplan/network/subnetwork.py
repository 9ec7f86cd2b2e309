"""Some edges of a network as a network, and a network with a few edges more: what repairs look at.

Nodes keep their numbers.  What was computed along edges is cut out, not computed anew, so that every number stays the
same to the bit.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from urbanplan.network.build import road_network
from urbanplan.network.graph import Network, Segments
from urbanplan.network.intervals import Ints, expand_counts

if TYPE_CHECKING:
    import geopandas as gpd

EdgeSelection = Ints | NDArray[np.bool_]


def take_edges(network: Network, edge: Ints) -> Network:
    """The edges of the given ascending numbers, with the arcs of the whole."""
    owner, number = expand_counts(np.diff(network.offsets)[edge])
    vertex = network.offsets[edge][owner] + number
    offsets = np.append(0, np.cumsum(np.diff(network.offsets)[edge]))
    part = _from_edges(network, edge, vertex, offsets, (network.indptr, network.neighbour, network.arc_edge))
    part.__dict__["segments"] = _take_segments(network, edge)
    return part


def keep_edges(network: Network, keep: NDArray[np.bool_]) -> Network:
    """The edges to keep, in their order, with their own arcs, which are not sorted anew."""
    number, count = np.cumsum(keep) - 1, np.diff(network.offsets)
    arc, whole, chosen = keep[network.arc_edge], network.segments, np.repeat(keep, count - 1)
    rows = np.append(0, np.cumsum(arc))[network.indptr], network.neighbour[arc], number[network.arc_edge[arc]]
    rest = _from_edges(network, keep, np.repeat(keep, count), np.append(0, np.cumsum(count[keep])), rows)
    columns = (whole.start, whole.ends, whole.length, whole.dx, whole.dy)
    rest.__dict__["segments"] = Segments(number[whole.edge[chosen]], *(column[chosen] for column in columns))
    return rest


def _from_edges(
    network: Network, edge: EdgeSelection, vertex: EdgeSelection, offsets: Ints, rows: tuple[Ints, Ints, Ints]
) -> Network:
    part = replace(
        network, u=network.u[edge], v=network.v[edge], length=network.length[edge], coords=network.coords[vertex],
        offsets=offsets, row=network.row[edge], begin=network.begin[edge], end=network.end[edge],
        indptr=rows[0], neighbour=rows[1], arc_edge=rows[2],
    )  # fmt: skip
    part.__dict__["vertex_at"] = network.vertex_at[vertex]
    return part


def segments_of_edges(network: Network, edge: Ints) -> Ints:
    """Numbers of the straight segments of some edges, in order."""
    first = network.offsets[:-1] - np.arange(network.edges)
    owner, number = expand_counts((np.diff(network.offsets) - 1)[edge])
    return first[edge][owner] + number


def _take_segments(network: Network, edge: Ints) -> Segments:
    whole, chosen = network.segments, segments_of_edges(network, edge)
    local = np.repeat(np.arange(len(edge), dtype=np.int64), (np.diff(network.offsets) - 1)[edge])
    columns = (whole.start, whole.ends, whole.length, whole.dx, whole.dy)
    return Segments(local, *(column[chosen] for column in columns))


def add_lines(network: Network, frame: gpd.GeoDataFrame, first_row: int) -> Network | None:
    """The network and lines more, joined at their ends; None where a line would join nodes that stand apart.

    Args:
        network: noded at ``endpoints``. frame: lines in its CRS. first_row: the source row of the first of them.
    """
    more = road_network(frame, noding="endpoints", tolerance=network.tolerance)
    node = _match_nodes(network, more)
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
    indptr, neighbour, arc_edge = _append_arcs(network, u, v, len(x))
    joined = replace(
        network, x=x, y=y, u=u, v=v, length=np.concatenate([network.length, more.length]),
        coords=np.vstack([network.coords, more.coords]),
        offsets=np.concatenate([network.offsets, more.offsets[1:] + network.offsets[-1]]),
        row=np.concatenate([network.row, more.row]),
        begin=np.concatenate([network.begin, more.begin]), end=np.concatenate([network.end, more.end]),
        indptr=indptr, neighbour=neighbour, arc_edge=arc_edge,
    )  # fmt: skip
    joined.__dict__["vertex_at"] = np.concatenate([network.vertex_at, more.vertex_at])
    joined.__dict__["segments"] = _concatenate_segments(network.segments, more.segments, network.edges)
    return joined


def _append_arcs(network: Network, u: Ints, v: Ints, nodes: int) -> tuple[Ints, Ints, Ints]:
    """What :func:`urbanplan.network.graph.build_csr` gives, for edges more at the end: put into their rows."""
    known = network.edges
    indptr = np.append(network.indptr, np.full(nodes - network.nodes, network.indptr[-1]))
    tail, head = np.concatenate([u[known:], v[known:]]), np.concatenate([v[known:], u[known:]])
    begun = np.bincount(network.u, minlength=nodes)
    behind = np.concatenate([(indptr[:-1] + begun)[u[known:]], indptr[1:][v[known:]]])
    order = np.argsort(tail, kind="stable")  # of arcs put in at one place those of the lower node stand first
    edge = np.tile(np.arange(known, len(u), dtype=np.int64), 2)
    neighbour = np.insert(network.neighbour, behind[order], head[order])
    arc_edge = np.insert(network.arc_edge, behind[order], edge[order])
    indptr[1:] += np.cumsum(np.bincount(tail, minlength=nodes))
    return indptr, neighbour, arc_edge


def _concatenate_segments(a: Segments, b: Segments, edges: int) -> Segments:
    columns = zip((a.start, a.ends, a.length, a.dx, a.dy), (b.start, b.ends, b.length, b.dx, b.dy), strict=True)
    return Segments(np.concatenate([a.edge, b.edge + edges]), *(np.concatenate(pair) for pair in columns))


def _match_nodes(network: Network, more: Network) -> Ints | None:
    """The node of each new line end: one that stands within the tolerance, else a new number."""
    (ends, owner), near = _line_ends(network), np.full(more.nodes, -1, dtype=np.int64)
    for number, tips in enumerate(_ends_per_node(more)):  # a few nodes of the new lines
        beside = [np.flatnonzero(np.abs(ends[:, 0] - x) <= network.tolerance) for x, _ in tips]
        close = [
            at[np.hypot(ends[at, 0] - x, ends[at, 1] - y) <= network.tolerance]
            for at, (x, y) in zip(beside, tips, strict=True)
        ]
        nodes = np.unique(owner[np.concatenate(close)])
        if len(nodes) > 1:
            return None
        near[number] = nodes[0] if len(nodes) else -1
    told = near[near >= 0]
    if len(np.unique(told)) < len(told):
        return None
    near[near < 0] = network.nodes + np.arange(int((near < 0).sum()))
    return near


def _line_ends(network: Network) -> tuple[NDArray[np.float64], Ints]:
    tips = np.vstack([network.coords[network.offsets[:-1]], network.coords[network.offsets[1:] - 1]])
    return tips, np.concatenate([network.u, network.v])


def _ends_per_node(more: Network) -> list[NDArray[np.float64]]:
    """Line ends at each node of a few lines."""
    tips, node = _line_ends(more)
    return [tips[node == number] for number in range(more.nodes)]

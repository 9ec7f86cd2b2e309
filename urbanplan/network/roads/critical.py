"""Which streets and junctions the network hangs on, in linear time, and what each cuts off.

Tarjan's depth-first search without recursion; what lies behind each street is then
a difference of prefix sums in the order of the search.
Source: R. Tarjan, Depth-first search and linear graph algorithms, SIAM J. Comput. 1 (1972).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from urbanplan.network.graph import Network
from urbanplan.network.intervals import Floats, Ints

MIN_COMPILED_NODES = 1_000_000
"""Nodes from which the compiled walk pays, where numba is installed."""


@dataclass(frozen=True, eq=False)
class CriticalElements:
    """What the network hangs on.

    Attributes:
        part: connected part of each node, 0 the longest. part_sums: per part and weight, shape (parts, weights).
        weights: names of the weights, ``length_m`` first.
        dead_ends: nodes with one street end.
        bridges: edges without which a part falls in two. bridge_loss: what the smaller side holds, the edge itself not
            counted, shape (bridges, weights).
        joints: articulation points, nodes without which a part falls apart. joint_loss: all but the greatest piece.
        joint_pieces: into how many pieces.
    """

    part: Ints
    part_sums: Floats
    weights: tuple[str, ...]
    dead_ends: Ints
    bridges: Ints
    bridge_loss: Floats
    joints: Ints
    joint_loss: Floats
    joint_pieces: Ints

    @property
    def parts(self) -> int:
        """Number of connected parts."""
        return len(self.part_sums)


@dataclass(frozen=True, eq=False)
class _DepthFirstTree:
    """A depth-first walk: order of visit, lowest reachable, end of the subtree, parent and edge to it of each node."""

    pre: Ints
    low: Ints
    last: Ints
    parent: Ints
    edge: Ints


def find_critical_streets(network: Network, weights: Mapping[str, Floats] | None = None) -> CriticalElements:
    """Bridges, articulation points, dead ends and connected parts.

    Args:
        network: the streets. weights: further values per edge that are summed up beside ``length_m``, for example
            the residents, sites and parcels that the edge serves, shape (edges,) each.
    """
    named = {"length_m": network.length, **(weights or {})}
    values = np.column_stack([np.asarray(column, dtype=float) for column in named.values()])
    walk = _depth_first_tree(network)
    deeper = np.where(walk.pre[network.u] > walk.pre[network.v], network.u, network.v)
    own = np.zeros((network.nodes, values.shape[1]), dtype=np.longdouble)
    np.add.at(own, deeper, values)
    below = np.vstack([np.zeros((1, own.shape[1]), np.longdouble), np.cumsum(own[np.argsort(walk.pre)], axis=0)])
    subtree = below[walk.last] - below[walk.pre]
    root = _roots(walk)
    bridges, bridge_loss = _bridges(walk, subtree, root, values)
    joints, joint_loss, pieces = _articulation_points(walk, subtree, root)
    part, sums = _number_parts(walk, subtree, root)
    degree = np.diff(network.indptr)
    dead = np.flatnonzero(degree == 1)
    return CriticalElements(part, sums, tuple(named), dead, bridges, bridge_loss, joints, joint_loss, pieces)


def _depth_first_tree(network: Network) -> _DepthFirstTree:
    count = network.nodes
    pre, low, last, parent, edge, stack = (np.full(count, -1, dtype=np.int64) for _ in range(6))
    cursor = network.indptr[:-1].copy()
    tables: list[Any] = [
        network.indptr,
        network.neighbour,
        network.arc_edge,
        pre,
        low,
        last,
        parent,
        edge,
        stack,
        cursor,
    ]
    compiled = _compile_search() if count >= MIN_COMPILED_NODES else None
    if compiled is not None:
        compiled(*tables)
        return _DepthFirstTree(pre, low, last, parent, edge)
    lists = [table.tolist() for table in tables]  # lists are read several times faster than arrays here
    depth_first_search(*lists)
    return _DepthFirstTree(*(np.array(lists[k], dtype=np.int64) for k in (3, 4, 5, 6, 7)))


def _compile_search() -> Any:
    from importlib.util import find_spec

    if find_spec("numba") is None:
        return None
    import numba

    return numba.njit(depth_first_search)


def depth_first_search(indptr, neighbour, arc_edge, pre, low, last, parent, by, stack, cursor):  # noqa: PLR0913 - the tables of the walk
    """Fill the tables of a depth-first walk over all parts; lists and arrays will do.

    ``pre``, ``low`` (-1 at first): order of visit and lowest order reachable. ``last``: first order after the subtree.
    ``parent``, ``by``: parent node and the edge to it. ``stack``: room for all nodes. ``cursor``: next arc of each.
    """
    now = 0
    for root in range(len(pre)):
        if pre[root] >= 0:
            continue
        pre[root] = low[root] = now
        now += 1
        stack[0] = root
        depth = 1
        while depth:
            node = stack[depth - 1]
            arc = cursor[node]
            if arc < indptr[node + 1]:
                cursor[node] = arc + 1
                edge = arc_edge[arc]
                if edge == by[node]:
                    continue
                to = neighbour[arc]
                if pre[to] < 0:
                    pre[to] = low[to] = now
                    now += 1
                    parent[to] = node
                    by[to] = edge
                    stack[depth] = to
                    depth += 1
                elif pre[to] < low[node]:
                    low[node] = pre[to]
                continue
            last[node] = now
            depth -= 1
            if depth:
                above = stack[depth - 1]
                if low[node] < low[above]:
                    low[above] = low[node]


def _roots(walk: _DepthFirstTree) -> Ints:
    """The node from which the walk reached each node: roots are the starts of runs in visiting order."""
    order = np.argsort(walk.pre)
    begins = np.where(walk.parent[order] < 0, np.arange(len(order)), 0)
    return order[np.maximum.accumulate(begins)][walk.pre]


def _bridges(walk: _DepthFirstTree, subtree: NDArray, root: Ints, values: Floats) -> tuple[Ints, Floats]:
    """Tree edges over which nothing else leads back, sorted by edge."""
    child = np.flatnonzero((walk.parent >= 0) & (walk.low == walk.pre))
    edge = walk.edge[child]
    child = child[np.argsort(edge)]
    edge = np.sort(edge)
    inner = subtree[child] - values[edge]  # the edge itself was booked at its deeper end
    outer = subtree[root[child]] - subtree[child]
    smaller = np.where((inner[:, :1] <= outer[:, :1]), inner, outer)
    return edge, np.maximum(smaller, 0.0).astype(float)


def _articulation_points(walk: _DepthFirstTree, subtree: NDArray, root: Ints) -> tuple[Ints, Floats, Ints]:
    """Nodes some of whose subtrees have no other way out; the loss is all but the greatest of the pieces."""
    child = np.flatnonzero(walk.parent >= 0)
    child = child[walk.low[child] >= walk.pre[walk.parent[child]]]
    node = walk.parent[child]
    falling = np.zeros_like(subtree)
    np.add.at(falling, node, subtree[child])
    greatest = subtree[root] - falling  # what stays with the root's side
    best = greatest[:, 0].copy()
    np.maximum.at(best, node, subtree[child, 0])
    largest = child[subtree[child, 0] >= best[node]]
    greatest[walk.parent[largest]] = subtree[largest]
    pieces = np.bincount(node, minlength=len(walk.pre)) + (walk.parent >= 0)
    joints = np.flatnonzero(pieces >= 2)
    joints = joints[np.isin(joints, node)]
    loss = subtree[root[joints]] - greatest[joints]
    return joints, np.maximum(loss, 0.0).astype(float), pieces[joints]


def _number_parts(walk: _DepthFirstTree, subtree: NDArray, root: Ints) -> tuple[Ints, Floats]:
    """Parts numbered from the longest, and their sums."""
    tops = np.flatnonzero(walk.parent < 0)
    order = tops[np.lexsort((tops, -subtree[tops, 0]))]
    number = np.empty(len(walk.pre), dtype=np.int64)
    number[order] = np.arange(len(order))
    return number[root], subtree[order].astype(float)

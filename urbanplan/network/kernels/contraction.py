"""Chains: the network with its nodes of degree two contracted.

Between two junctions a street is one long arc, however many vertices it has.  The search walks from junction to
junction and enters no dead end; what lies on a chain follows from the labels of its two ends and from the seeds
that stand on it.  A chain is added up once, so labels agree with those of the whole network to the last digits,
not to the bit.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from urbanplan.network.graph import Network
from urbanplan.network.intervals import Floats, Ints
from urbanplan.network.kernels.compiled import compiled
from urbanplan.network.kernels.queue import Room, Rows, relabel_rows, room_for

FEW = 0.3
"""Share of reached junctions below which only the chains they touch are looked at."""


@dataclass(frozen=True, eq=False)
class Chains:
    """A network of junctions and chains.

    Attributes:
        junction: node of each junction. place: of each node its junction, or ``-1 - i`` for inner node ``i``.
        a, b: junctions at both ends of each chain. length: metres.
        first: where the inner nodes of each chain begin (one more than chains). inner: their nodes in the order
            of the chain; at: metres from ``a``; chain: the chain of each.
        indptr, head, weight: rows of the junctions, without arcs into dead ends.
        left, right: the two junctions from which each node is reached; before, behind: metres from them.
        mean: mean length of a chain. rooms: scratch memory of searches that are done, taken up by the next one.
    """

    junction: Ints
    place: Rows
    a: Rows
    b: Rows
    length: Floats
    first: Rows
    inner: Rows
    at: Floats
    chain: Rows
    indptr: Rows
    head: Rows
    weight: Floats
    left: Rows
    right: Rows
    before: Floats
    behind: Floats
    mean: float
    rooms: list[tuple[Floats, Floats, Room]] = field(default_factory=list, repr=False)

    @property
    def junctions(self) -> int:
        """Number of junctions, dead ends included."""
        return len(self.indptr) - 1


def contract(network: Network) -> Chains:
    """The chains of a network, made once and kept with it."""
    kept = network.__dict__.get("_chains")
    if kept is None:
        inside = np.diff(network.indptr) == 2
        inside[network.u[network.u == network.v]] = False  # a ring with one node
        kept = _of_walk(*_walk(network.indptr, network.neighbour, network.arc_edge, network.length, inside))
        network.__dict__["_chains"] = kept
    return kept


def _of_walk(inside: Ints, start: Rows, stop: Rows, length: Floats, first: Rows, inner: Rows, at: Floats) -> Chains:  # noqa: PLR0913
    """Chains from the nodes at their ends and their inner nodes."""
    junction = np.flatnonzero(~inside)
    place = np.empty(len(inside), dtype=np.int32)
    place[junction] = np.arange(len(junction))
    place[inner] = -1 - np.arange(len(inner))
    a, b = place[start], place[stop]
    chain = np.repeat(np.arange(len(a), dtype=np.int32), np.diff(first))
    rows = _rows(a, b, length, len(junction))
    sides = _sides(place, junction, a, b, length, inner, at, chain)
    mean = float(length.mean()) if len(length) else 0.0
    return Chains(junction, place, a, b, length, first, inner, at, chain, *rows, *sides, mean)


def _rows(a: Rows, b: Rows, length: Floats, count: int) -> tuple[Rows, Rows, Floats]:
    tail, head = np.concatenate([a, b]), np.concatenate([b, a])
    live = (np.bincount(tail, minlength=count)[head] > 1) & (tail != head)
    tail, head, weight = tail[live], head[live], np.tile(length, 2)[live]
    order = np.argsort(tail, kind="stable")
    indptr = np.zeros(count + 1, dtype=np.int32)
    np.cumsum(np.bincount(tail, minlength=count), out=indptr[1:])
    return indptr, head[order], weight[order]


def _sides(place, junction, a, b, length, inner, at, chain):  # noqa: PLR0913
    """From which junctions each node is reached: an inner node from its chain's ends, a dead end from its neighbour."""
    count = len(place)
    left, right = np.empty(count, np.int32), np.empty(count, np.int32)
    before, behind = np.zeros(count), np.zeros(count)
    left[junction] = right[junction] = place[junction]
    left[inner], right[inner] = a[chain], b[chain]
    before[inner], behind[inner] = at, length[chain] - at
    degree = np.bincount(np.concatenate([a, b]), minlength=len(junction))
    for end, other in ((a, b), (b, a)):
        dead = np.flatnonzero(degree[end] == 1)
        left[junction[end[dead]]] = other[dead]
        before[junction[end[dead]]] = length[dead]
    return left, right, before, behind


def reach_chains(chains: Chains, node: Ints, label: Floats, within: float) -> tuple[Floats, float]:
    """Labels of all nodes (infinity beyond the walk) and covered metres of all streets.

    Args:
        node, label: seeds, any number at one node; labels are metres already walked. within: the walk.
    """
    try:
        ends, own, room = chains.rooms.pop()  # one thread alone gets it
    except IndexError:
        ends, own, room = np.empty(chains.junctions), np.empty(len(chains.at)), room_for(chains.junctions)
    seeded = _seat(chains.place, chains.a, chains.b, chains.length, chains.at, chains.chain,
                   node, label, within, ends, own)  # fmt: skip
    relabel_rows(chains.indptr, chains.head, chains.weight, ends, limit=within, mean=chains.mean, room=room)
    answer = _tell(chains, ends, own, seeded, within)
    chains.rooms.append((ends, own, room))
    return answer


def _tell(chains: Chains, ends: Floats, own: Floats, seeded: NDArray[np.bool_], within: float) -> tuple[Floats, float]:
    """Labels of all nodes and covered metres from the labels of the junctions."""
    reached = np.flatnonzero(ends <= within)
    if len(reached) < FEW * chains.junctions:
        rows, labels = _touched(chains.a, chains.b, ends, seeded, within), np.full(len(chains.place), np.inf)
        labels[chains.junction[reached]] = ends[reached]
        metres = 0.0
    else:
        rows, labels = (
            np.flatnonzero(seeded),
            _spread(ends, chains.left, chains.right, chains.before, chains.behind, within),
        )
        metres = _metres(chains.a, chains.b, chains.length, ends, seeded, within)
    part = _stretches(chains.a, chains.b, chains.length, chains.first, chains.inner, chains.at, chains.junction,
                      ends, own, rows, within, labels)  # fmt: skip
    return labels, metres + part


@compiled
def _walk(indptr, neighbour, arc_edge, length, inside):
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
                here, way, last = _follow(indptr, neighbour, arc_edge, length, inside, arc, walked, inner, at, held)
                start[count], stop[count], metres[count] = node, here, way
                count, held = count + 1, last
                first[count] = held
    return inside, start[:count], stop[:count], metres[:count], first[: count + 1], inner[:held], at[:held]


@compiled
def _follow(indptr, neighbour, arc_edge, length, inside, arc, walked, inner, at, held):  # noqa: PLR0913
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


@compiled
def _seat(place, a, b, length, at, chain, node, label, within, ends, own):  # noqa: PLR0913
    """Seeds at junctions, seeds at inner nodes with what they give to both ends of their chain, chains with seeds."""
    ends[:], own[:] = np.inf, np.inf
    seeded = np.zeros(len(a), np.bool_)
    for i in range(len(node)):
        seat, way = place[node[i]], label[i]
        if way > within:
            continue
        if seat >= 0:
            ends[seat] = min(ends[seat], way)
            continue
        inner = -1 - seat
        own[inner] = min(own[inner], way)
        row = chain[inner]
        seeded[row] = True
        ends[a[row]] = min(ends[a[row]], way + at[inner])
        ends[b[row]] = min(ends[b[row]], way + (length[row] - at[inner]))
    return seeded


@compiled
def _spread(ends, left, right, before, behind, within):
    """Labels of all nodes from those of the junctions."""
    labels = np.empty(len(left))
    for node in range(len(left)):
        way = min(ends[left[node]] + before[node], ends[right[node]] + behind[node])
        labels[node] = way if way <= within else np.inf
    return labels


@compiled
def _metres(a, b, length, ends, seeded, within):
    """Covered metres of the chains on which no seed stands."""
    metres = 0.0
    for chain in range(len(a)):
        both = max(within - ends[a[chain]], 0.0) + max(within - ends[b[chain]], 0.0)
        metres += 0.0 if seeded[chain] else min(both, length[chain])
    return metres


@compiled
def _touched(a, b, ends, seeded, within):
    """Chains that the walk touches."""
    rows, count = np.empty(len(a), np.int64), 0
    for chain in range(len(a)):
        if seeded[chain] or ends[a[chain]] <= within or ends[b[chain]] <= within:
            rows[count] = chain
            count += 1
    return rows[:count]


@compiled
def _stretches(a, b, length, first, inner, at, junction, ends, own, rows, within, labels):  # noqa: PLR0913
    """Labels and covered metres of some chains, stretch by stretch, with the seeds that stand on them."""
    metres = 0.0
    for chain in rows:
        begin, end = first[chain], first[chain + 1]
        way, last = ends[a[chain]], 0.0
        for i in range(begin, end):
            way = min(own[i], way + (at[i] - last))
            own[i], last = way, at[i]
        way, last = min(ends[b[chain]], way + (length[chain] - last)), length[chain]
        if way <= within:
            labels[junction[b[chain]]] = min(way, labels[junction[b[chain]]])
        for i in range(end - 1, begin - 1, -1):
            here = min(own[i], way + (last - at[i]))
            metres += min(max(within - way, 0.0) + max(within - here, 0.0), last - at[i])
            labels[inner[i]] = here if here <= within else np.inf
            way, last = here, at[i]
        here = min(ends[a[chain]], way + last)
        metres += min(max(within - way, 0.0) + max(within - here, 0.0), last)
        if here <= within:
            labels[junction[a[chain]]] = min(here, labels[junction[a[chain]]])
    return metres

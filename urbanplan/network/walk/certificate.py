"""The certificate: every condition that makes a coverage result true, checked by other code.

Nothing here imports the search or the leg rule: labels are checked as a potential
with tight chains to the sites, seen parts against shapely's distances and sight
lines, covered intervals point by point.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from urbanplan.network.graph import Network, segment_at
from urbanplan.network.intervals import Floats, Intervals, Ints, join_keys
from urbanplan.network.walk.leg_intervals import LegIntervals
from urbanplan.network.walk.sources import Sources
from urbanplan.network.walk.verify_legs import LegProofs, find_wrong_legs
from urbanplan.network.walk.walk import Reach, Walk

CHAIN_TOLERANCE = 1e-9
"""Metres per step of a chain."""
LENGTH_TOLERANCE = 1e-6
"""Metres for lengths, legs and ends of intervals."""


@dataclass(frozen=True)
class Certificate:
    """What was checked and what failed.

    Attributes:
        checked: number of facts checked. ok: whether all hold.
        failures: the conditions that failed, with how often, in words of the rules.
    """

    checked: int
    ok: bool
    failures: dict[str, int]


def check_certificate(
    network: Network,
    places: Sources,
    walk: Walk,
    reached: Reach,
    *,
    barriers: NDArray[np.float64] | None = None,
    proofs: LegProofs | None = None,
) -> Certificate:
    """Check a result of :func:`urbanplan.network.walk.covered_intervals.compute_reach` against the rules of coverage.

    Args:
        network, places, walk, barriers: as the result was asked for. reached: the result.
        proofs: what was found of the lengths and legs of other results of the same question.
    """
    proofs = proofs or LegProofs()
    strangers = _invalid_rows(network, places, reached)
    if strangers.any():
        return Certificate(len(strangers), False, {"rows": int(strangers.sum())})
    facts: dict[str, NDArray[np.bool_]] = {
        **proofs.get(lambda: {"lengths": _wrong_lengths(network)}, (network.coords, network.offsets, network.length)),
        "arcs": _wrong_arcs(network),
        **_label_violations(network, reached),
        "chains": _unsupported_nodes(network, reached),
        **find_wrong_legs(network, places, walk, reached.seen, barriers=barriers, proofs=proofs),
        **_interval_violations(network, reached),
    }
    return to_certificate(facts)


def to_certificate(facts: dict[str, NDArray[np.bool_]]) -> Certificate:
    """A certificate from conditions by name, each an array that is true where a fact does not hold."""
    failures = {name: int(wrong.sum()) for name, wrong in facts.items() if wrong.any()}
    return Certificate(sum(len(wrong) for wrong in facts.values()), not failures, failures)


def _invalid_rows(network: Network, places: Sources, reached: Reach) -> NDArray[np.bool_]:
    """Rows that name an edge, segment or place that is not there, or hold no number."""
    seen, covered = reached.seen, reached.covered
    known = (
        ((seen.place >= 0) & (seen.place < len(places)))
        & ((seen.edge >= 0) & (seen.edge < network.edges))
        & ((seen.segment >= 0) & (seen.segment < len(network.segments)))
        & np.isfinite(seen.low + seen.high + seen.t0 + seen.g + seen.m + seen.plus)
    )
    there = (covered.line >= 0) & (covered.line < network.edges) & np.isfinite(covered.low + covered.high)
    return ~np.concatenate([known, there, [len(reached.label) == network.nodes]])


def _wrong_lengths(network: Network) -> NDArray[np.bool_]:
    """Edges whose length is not that of their polyline."""
    x, y = network.coords.T
    step = np.hypot(np.diff(x), np.diff(y))
    step[network.offsets[1:-1] - 1] = 0.0
    drawn = np.add.reduceat(np.append(step, 0.0), network.offsets[:-1])
    return ~(np.abs(drawn - network.length) <= LENGTH_TOLERANCE)


def _wrong_arcs(network: Network) -> NDArray[np.bool_]:
    """Edges that do not stand twice in the rows, from u to v and from v to u."""
    tail = np.repeat(np.arange(network.nodes), np.diff(network.indptr))
    edge, head = network.arc_edge, network.neighbour
    u, v = network.u[edge], network.v[edge]
    fits = ((tail == u) & (head == v)) | ((tail == v) & (head == u))
    seen, from_u = (
        np.bincount(edge[np.flatnonzero(rows)], minlength=network.edges) for rows in (fits, fits & (tail == u))
    )
    loop = network.u == network.v
    return (seen != 2) | (~loop & (from_u != 1))


def _label_violations(network: Network, reached: Reach) -> dict[str, NDArray[np.bool_]]:
    """Labels as a potential: capped, no steeper than the streets, no higher than the seen parts allow."""
    capped = np.minimum(reached.label, reached.within)
    du, dv = capped[network.u], capped[network.v]
    seen = reached.seen
    rest = network.length[seen.edge] - seen.high
    low_side = du[seen.edge] > np.minimum(seen.at_low + seen.low, reached.within) + LENGTH_TOLERANCE
    high_side = dv[seen.edge] > np.minimum(seen.at_high + rest, reached.within) + LENGTH_TOLERANCE
    beyond = np.isfinite(reached.label) & (reached.label > reached.within + CHAIN_TOLERANCE)
    return {
        "labels": ~(reached.label >= 0) | beyond,
        "slopes": ~(np.abs(du - dv) <= network.length + CHAIN_TOLERANCE),
        "seeds": low_side | high_side,
    }


def _unsupported_nodes(network: Network, reached: Reach) -> NDArray[np.bool_]:
    """Nodes labelled below the walk without a chain of tight predecessors that ends at a site."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import breadth_first_order

    label, count = reached.label, network.nodes
    tight_seed = np.zeros(count, dtype=bool)
    node, value = _seed_values(network, reached.seen)
    tight_seed[node[np.abs(label[node] - value) <= CHAIN_TOLERANCE]] = True
    tails, heads = [np.full(int(tight_seed.sum()), count)], [np.flatnonzero(tight_seed)]
    for a, b in ((network.u, network.v), (network.v, network.u)):
        with np.errstate(invalid="ignore"):
            tight = np.abs(label[a] + network.length - label[b]) <= CHAIN_TOLERANCE
        rows = np.flatnonzero(tight)
        tails.append(a[rows])
        heads.append(b[rows])
    tail, head = np.concatenate(tails), np.concatenate(heads)
    ways = coo_array((np.ones(len(tail), np.int8), (tail, head)), shape=(count + 1, count + 1)).tocsr()
    ways.data[:] = 1
    reachable = np.zeros(count + 1, dtype=bool)
    reachable[breadth_first_order(ways, count, return_predecessors=False)] = True
    return (label < reached.within - CHAIN_TOLERANCE) & ~reachable[:count]


def _seed_values(network: Network, seen: LegIntervals) -> tuple[Ints, Floats]:
    node = np.concatenate([network.u[seen.edge], network.v[seen.edge]])
    rest = np.maximum(network.length[seen.edge] - seen.high, 0.0)
    return node, np.concatenate([seen.at_low + seen.low, seen.at_high + rest])


def _interval_violations(network: Network, reached: Reach) -> dict[str, NDArray[np.bool_]]:
    """Covered intervals: in order, on the edge, and right at the middle of every piece between two ends."""
    covered = reached.covered
    outside = (covered.low < -CHAIN_TOLERANCE) | (covered.high > network.length[covered.line] + CHAIN_TOLERANCE)
    follows = covered.line[1:] == covered.line[:-1]
    disorder = np.append(follows & (covered.low[1:] <= covered.high[:-1]), False)[: len(covered)]
    disorder |= np.append(covered.line[1:] < covered.line[:-1], False)[: len(covered)]
    edge, middle = _piece_middles(network, reached)
    truly = distance_to_points(network, reached, edge, middle) <= reached.within
    stray = outside | disorder | (covered.high < covered.low)
    return {"order": stray, "intervals": truly != _contains(covered, edge, middle)}


def _piece_middles(network: Network, reached: Reach) -> tuple[Ints, Floats]:
    """The middle of every piece of every edge between two ends of intervals, given or due."""
    every = np.arange(network.edges, dtype=np.int64)
    length, seen, covered = network.length, reached.seen, reached.covered
    du, dv = reached.label[network.u], reached.label[network.v]
    room_low, room_high = reached.within - seen.at_low, reached.within - seen.at_high
    edge = np.concatenate([every] * 2 + [seen.edge] * 2 + [covered.line] * 2)
    due = [reached.within - du, length - (reached.within - dv)]
    at = np.concatenate([*due, seen.low - room_low, seen.high + room_high, covered.low, covered.high])
    inside = np.isfinite(at) & (at > 0) & (at < length[edge])
    edge, at = edge[inside], at[inside]
    cut = np.bincount(edge, minlength=len(every)) > 0
    whole, parted = np.flatnonzero(~cut & (length > 2 * LENGTH_TOLERANCE)), np.flatnonzero(cut)
    edge = np.concatenate([parted, parted, edge])
    at = np.concatenate([np.zeros(len(parted)), length[parted], at])
    order = np.lexsort((at, edge))
    edge, at = edge[order], at[order]
    piece = (edge[1:] == edge[:-1]) & (at[1:] - at[:-1] > 2 * LENGTH_TOLERANCE)
    middle = ((at[1:] + at[:-1]) / 2)[piece]
    return np.concatenate([whole, edge[:-1][piece]]), np.concatenate([length[whole] / 2, middle])


def distance_to_points(network: Network, reached: Reach, edge: Ints, at: Floats) -> Floats:
    """Least way to points on edges: from both ends and from every seen part of the edge."""
    return WaysAlong(network, reached, edge).to_points(at)


class WaysAlong:
    """Least ways to points on given edges, for one point after another of each edge.

    Args:
        network, reached: the streets and the result. edge: of each point, shape (n,).
    """

    def __init__(self, network: Network, reached: Reach, edge: Ints) -> None:
        self._from_u, self._from_v = reached.label[network.u[edge]], reached.label[network.v[edge]]
        self._length = network.length[edge]
        self._ask, row = join_keys(edge, reached.seen.edge)
        self._part = reached.seen.pick(row)
        self._at_low, self._at_high = self._part.at_low, self._part.at_high

    def to_points(self, at: Floats) -> Floats:
        """Metres to the points ``at`` metres along their edges, shape (n,)."""
        best = np.minimum(self._from_u + at, self._from_v + (self._length - at))
        part, t = self._part, at[self._ask]
        before, behind = self._at_low + part.low - t, self._at_high + t - part.high
        way = np.where(t < part.low, before, behind)
        inside = np.flatnonzero((t >= part.low) & (t <= part.high))
        way[inside] = part.at_rows(inside, t[inside])
        np.minimum.at(best, self._ask, way)
        return best


class PointsAlong:
    """Where points on given edges stand, for one point after another between two metres of each edge.

    Args:
        network: the streets. edge, low, high: of each point, and between which metres along it stands, shape (n,).
    """

    def __init__(self, network: Network, edge: Ints, low: Floats, high: Floats) -> None:
        first = segment_at(network.offsets, network.vertex_at, edge, low)
        self._network, self._edge = network, edge
        self._begin = network.vertex_at[first]
        span = network.vertex_at[first + 1] - self._begin
        self._bent = np.flatnonzero(high - self._begin > span + LENGTH_TOLERANCE)  # over more than one straight piece
        self._share = np.divide(1.0, span, out=np.zeros(len(span)), where=span > 0)
        self._x, self._y = network.coords.take(first, axis=0).T.copy()
        self._dx, self._dy = network.coords.take(first + 1, axis=0).T - (self._x, self._y)

    def points(self, at: Floats) -> tuple[Floats, Floats]:
        """x and y of the points ``at`` metres along their edges, each of shape (n,)."""
        share = np.clip((at - self._begin) * self._share, 0.0, 1.0)
        x, y = self._x + share * self._dx, self._y + share * self._dy
        if len(self._bent):
            x[self._bent], y[self._bent] = self._network.points(self._edge[self._bent], at[self._bent]).T
        return x, y


def _contains(covered: Intervals, edge: Ints, at: Floats) -> NDArray[np.bool_]:
    """Whether points lie in given intervals."""
    ask, row = join_keys(edge, covered.line)
    hit = (at[ask] >= covered.low[row]) & (at[ask] <= covered.high[row])
    return np.bincount(ask, weights=hit, minlength=len(edge)) > 0

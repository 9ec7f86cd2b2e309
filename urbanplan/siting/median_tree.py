"""Branch and bound on the Lagrangian bound of the p-median, the node with the least bound first.

A node raises the multipliers of its parent by a few subgradient steps, takes or leaves the columns whose reduced cost
decides them (J. E. Beasley, 1993, "Lagrangean heuristics for location problems"), and branches on the column that the
steps took nearest to half the time.  Distances where no way leads are long ones here: that only lowers a bound, and an
answer is weighed by the true ones.
"""

from __future__ import annotations

import heapq
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count as numbers

import numpy as np
from numpy.typing import NDArray

from urbanplan.network.intervals import Floats, Ints
from urbanplan.siting.kernels.median_search import (
    FREE,
    LEFT,
    TAKEN,
    Multipliers,
    NearColumns,
    Pace,
    exchange,
    keep_free,
    raise_median,
    two_nearest,
)
from urbanplan.siting.walks import Walks

Flags = NDArray[np.bool_]
ROOT, NODE = Pace(4_000, 1.0, 30, 0.8, 1e-5), Pace(300, 0.1, 10, 0.7, 1e-3)
"""Subgradient steps of the root and of a node."""
ROUNDS = 60
"""Local searches of a better answer."""
MOST_NUMBERS = 20_000_000
"""Multipliers of all open nodes at most (160 MB)."""
ROUNDING = 1e-9
"""Relative: a sum nearer to its bound than this is the least."""


@dataclass(frozen=True, eq=False)
class Tree:
    """What a search found: chosen columns, None where none was; no answer is below the bound.

    ``state``: of each column, what a better answer may and must take.
    """

    chosen: Ints | None
    bound: float
    state: NDArray[np.int8]


@dataclass(frozen=True, eq=False)
class Node:
    """Columns taken and left, multipliers, and how much of each column they take."""

    state: NDArray[np.int8]
    price: Floats
    part: Floats


class Problem:
    """Homes and candidates as the kernels read them, answers that are given already, and the best one so far."""

    def __init__(self, walks: Walks, fates: tuple[Flags, Flags], count: int, seen: Sequence[Ints]) -> None:
        finite, known = (part[np.isfinite(part)] for part in (walks.distance, walks.base))
        far = 1e3 * max(finite.max(initial=0.0), known.max(initial=0.0), 1.0)
        self.walks, self.count, self.seen = walks, count, {tuple(one.tolist()) for one in seen}
        allowed, self.required = fates
        self.free = allowed & ~self.required
        self.distance, self.base = np.minimum(walks.distance, far), np.minimum(walks.base, far)
        self.weight, self.most = walks.weight, walks.weight * self.base
        self.state = np.where(self.required, TAKEN, np.where(allowed, FREE, LEFT)).astype(np.int8)
        self.best: Ints | None = None
        self.least = float("inf")

    @property
    def enough(self) -> float:
        """What a bound must reach to close a node: better answers than the best are sought only."""
        return self.least * (1 - ROUNDING)

    def nearest(self) -> NearColumns:
        """Columns of each home from the nearest on, without those that are left."""
        order = np.argsort(self.distance, axis=1, kind="stable")
        way = np.take_along_axis(self.distance, order, axis=1) * self.weight[:, None]
        return keep_free(NearColumns(order.astype(np.int32), way), self.state)

    def offer(self, taken: Flags) -> None:
        """Keep an answer that is better than the best, and no given one."""
        chosen = np.flatnonzero(taken)
        total = self.walks.total(chosen)
        if total < self.least and tuple(chosen.tolist()) not in self.seen:
            self.best, self.least = chosen, total

    def exchanged(self, taken: Flags) -> Flags:
        """The taken columns after all exchanges that shorten the walks."""
        return exchange(self.distance, self.weight, self.base, taken, self.free)


def search_median_tree(
    walks: Walks, fates: tuple[Flags, Flags], *, count: int, seconds: float, seen: Sequence[Ints] = ()
) -> Tree:
    """At most so many columns with the least sum of walks, or the best found in time, and a bound.

    Args:
        walks: of homes that can be reached. fates: which columns may be chosen, and which must be, fewer than
            ``count``. seen: sets that are no answers.
    """
    end = time.monotonic() + seconds
    problem = Problem(walks, fates, count, seen)
    start = problem.exchanged(_greedy(problem))
    problem.offer(start)
    for one in seen:
        _offer_neighbours(problem, one)
    if problem.best is None:
        return Tree(None, 0.0, problem.state)
    near, state = problem.nearest(), problem.state.copy()
    price = _first_price(problem, start)
    root = raise_median(near, problem.most, state, count, price, problem.enough, ROOT)
    _seek(problem, start, root.part, end)
    return _branch(problem, near, (root, state), end)


def _first_price(problem: Problem, taken: Flags) -> Floats:
    """Multipliers between the ways to the nearest and to the second nearest taken column."""
    rows = len(problem.base)
    first, second, which = np.empty(rows), np.empty(rows), np.empty(rows, np.int64)
    two_nearest(problem.distance, problem.base, taken, first, second, which)
    return problem.weight * (first + np.minimum(second, 2 * first + 1.0)) / 2


def _greedy(problem: Problem) -> Flags:
    """Columns one by one, the one that shortens the sum of walks most first."""
    taken = problem.required.copy()
    near = np.minimum(problem.base, problem.distance[:, taken].min(axis=1, initial=np.inf))
    while taken.sum() < problem.count and (problem.free & ~taken).any():
        sums = problem.weight @ np.minimum(problem.distance, near[:, None])
        best = int(np.argmin(np.where(problem.free & ~taken, sums, np.inf)))
        taken[best] = True
        near = np.minimum(near, problem.distance[:, best])
    return taken


def _offer_neighbours(problem: Problem, chosen: Ints) -> None:
    """Offer the best sets that differ from a given one by one column that goes, comes, or is exchanged."""
    flags = np.isin(np.arange(len(problem.free)), chosen)
    comes, most = np.flatnonzero(problem.free & ~flags), len(problem.seen) + 1
    for gone in (*chosen[problem.free[chosen]].tolist(), -1):
        fewer = flags.copy()
        if gone >= 0:
            fewer[gone] = False
            problem.offer(fewer)
        if fewer.sum() < problem.count and len(comes):
            near = np.minimum(problem.base, problem.distance[:, fewer].min(axis=1, initial=np.inf))
            sums = problem.weight @ np.minimum(problem.distance[:, comes], near[:, None])
            for one in comes[np.argsort(sums, kind="stable")[:most]].tolist():
                other = fewer.copy()
                other[one] = True
                problem.offer(other)


def _seek(problem: Problem, taken: Flags, part: Floats, end: float) -> None:
    """Offer what exchanges make of the columns that the bound takes, and of the best with a few drawn anew.

    Iterated local search (H. R. Lourenco, O. C. Martin and T. Stuetzle, 2003), the same each time.
    """
    random, free = np.random.default_rng(5), problem.free
    best, least = taken, problem.walks.total(np.flatnonzero(taken))
    start = _round_part(problem.required, free, part, int(taken.sum()))
    for _ in range(ROUNDS):
        if time.monotonic() >= end:
            return
        found = problem.exchanged(start)
        problem.offer(found)
        total = problem.walks.total(np.flatnonzero(found))
        if total < least:
            best, least = found, total
        start, gone = best.copy(), random.permutation(np.flatnonzero(best & free))
        gone = gone[: max(len(gone) // 5, 1)]
        start[gone] = False
        start[random.permutation(np.flatnonzero(free & ~start))[: len(gone)]] = True


def _round_part(must: Flags, may: Flags, part: Floats, many: int) -> Flags:
    """So many columns: those that must be taken, then those that multipliers take most."""
    taken = must.copy()
    order = np.argsort(np.where(may & ~must, -part, np.inf), kind="stable")
    taken[order[: max(many - int(must.sum()), 0)]] = True
    return taken & (may | must)


def _branch(problem: Problem, near: NearColumns, root: tuple[Multipliers, NDArray[np.int8]], end: float) -> Tree:
    """Split the node with the least bound until none is below the best answer, or time or memory are at an end."""
    found, state = root
    number, price = numbers(), found.price
    heap = [(found.bound, next(number), Node(state, price, found.part))]
    most = max(MOST_NUMBERS // max(len(price), 1), 1)
    while heap and heap[0][0] < problem.enough and time.monotonic() < end and len(heap) < most:
        bound, _, node = heapq.heappop(heap)
        free = np.flatnonzero(node.state == FREE)
        if not len(free) or (node.state == TAKEN).sum() == problem.count:
            problem.offer(node.state == TAKEN)
            continue
        column = int(free[np.argmin(np.abs(node.part[free] - 0.5))])
        for choice in (TAKEN, LEFT):
            least, child = _child(problem, near, node, (column, choice))
            if least < problem.enough:
                heapq.heappush(heap, (max(least, bound), next(number), child))
    bound = min(heap[0][0], problem.least) if heap else problem.least
    return Tree(problem.best, bound if bound < problem.enough else problem.least, state)


def _child(problem: Problem, near: NearColumns, node: Node, decision: tuple[int, int]) -> tuple[float, Node]:
    """The bound of a node with one column more decided, and the node: no more than ``count`` are taken in it."""
    state = node.state.copy()
    state[decision[0]] = decision[1]
    kept = keep_free(near, state)
    found = raise_median(kept, problem.most, state, problem.count, node.price, problem.enough, NODE)
    known = problem.least
    rounded = _round_part(state == TAKEN, state == FREE, found.part, problem.count)
    problem.offer(rounded)
    if problem.least < known:
        problem.offer(problem.exchanged(rounded))
    return found.bound, Node(state, found.price, found.part)

"""Branch and cut for a cover: linear relaxations with cuts of small parts, the node with the least bound first.

The cuts are those of :mod:`urbanplan.siting.kernels.local_cuts`; a node is split by the column whose two bounds rise
most among a few (D. Applegate, R. Bixby, V. Chvatal and W. Cook, 1995, "Finding cuts in the TSP": strong branching).
Every bound is summed from dual values anew: it holds whatever the solver's rounding.
"""

from __future__ import annotations

import heapq
import time
from dataclasses import dataclass, replace
from itertools import count as numbers
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, vstack

from urbanplan.network.intervals import Floats, Ints
from urbanplan.siting.kernels.branching import FREE, LEFT, TAKEN
from urbanplan.siting.kernels.local_cuts import cut_point
from urbanplan.siting.kernels.table import cover_table
from urbanplan.siting.relaxation import complete_cover, drop_idle
from urbanplan.siting.sparse import shape_of


class Effort(NamedTuple):
    """Rounds of cuts at most, those in a row that lift the bound little, and rows and columns of a part."""

    rounds: int
    stale: int
    rows: int
    columns: int


ROOT, INNER = Effort(15, 2, 14, 28), Effort(4, 0, 14, 28)
TRIED_COLUMNS, MOST_NODES = 4, 400
"""Columns of which both choices are bounded before a node is split, and nodes at most."""
WORTH_IT = 0.5
"""Part of the way from the relaxation to a proof that the cuts of the root must go, else the search is given up."""
LEAST_RISE = 0.02
"""Part of the way by which a round of cuts must lift the bound to be followed by another."""
PRESENT = 1e-6
"""A value below this is 0, and one as near to 1 is 1."""


@dataclass(frozen=True, eq=False)
class Node:
    """What is decided of each column, inequalities ``cuts @ x >= 1``, the bound, the relaxation's answer and duals."""

    state: NDArray[np.int8]
    cuts: csr_array
    bound: float
    point: Floats
    worth: Floats


class Problem:
    """A covering problem, and the best cover so far; ``slack``: by how much another must be cheaper."""

    def __init__(self, matrix: csr_array, cost: Floats, found: Ints, slack: float) -> None:
        self.matrix, self.cost, self.slack = csr_array(matrix.astype(float)), cost, slack
        self.across, self.table = csr_array(matrix.T.tocsr()), cover_table(matrix, cost)
        self.found = found
        self.worst = float(cost[found].sum())

    @property
    def enough(self) -> float:
        """What a bound must reach to close a node."""
        return self.worst - self.slack

    def offer(self, part: Ints, worth: Floats) -> None:
        """Complete columns to a cover, and keep it where it is cheaper."""
        chosen = drop_idle(self.across, self.cost, complete_cover(self.across, self.cost, part, worth + PRESENT))
        if self.cost[chosen].sum() < self.worst:
            self.found, self.worst = chosen, float(self.cost[chosen].sum())

    def relax(self, node: Node) -> Node | None:
        """The node with the answer of its relaxation, and columns left that cannot pay; None where it is closed.

        Cuts that do not bind are dropped.

        Raises:
            TimeoutError: the solver gives no answer.
        """
        free, taken = np.flatnonzero(node.state == FREE), np.flatnonzero(node.state == TAKEN)
        fixed, part = float(self.cost[taken].sum()), csr_array(self.matrix[:, free])
        still = np.asarray(self.matrix[:, taken].sum(axis=1)).ravel() == 0
        if fixed >= self.enough or (still & (np.diff(part.indptr) == 0)).any():
            return None
        need = 1.0 - np.asarray(node.cuts[:, taken].sum(axis=1)).ravel()
        kept, cuts = np.flatnonzero(need > PRESENT), csr_array(node.cuts[:, free])
        some = np.flatnonzero(still)
        rows = csr_array(vstack([part[some], cuts[kept]]))
        found = _least(self.cost[free], rows, np.concatenate([np.ones(len(some)), need[kept]]))
        if found is None:
            return None
        values, dual, least = found
        bound = max(fixed + least, node.bound)
        if bound >= self.enough:
            return None
        point, state, worth = (node.state == TAKEN).astype(float), node.state.copy(), np.zeros(len(node.worth))
        point[free] = values
        state[free[fixed + least + self.cost[free] - rows.T @ dual >= self.enough]] = LEFT
        worth[some] = dual[: len(some)]
        return Node(state, csr_array(node.cuts[kept[dual[len(some) :] > 0]]), bound, point, worth)

    def cut(self, point: Floats, effort: Effort) -> csr_array:
        """Inequalities that the point breaks, one a row."""
        whole = np.asarray(self.matrix[:, np.flatnonzero(point >= 1 - PRESENT)].sum(axis=1)).ravel() > 0
        tight = (self.matrix @ point < 1 + PRESENT) & ~whole
        start, column, value = cut_point(self.table, point, tight, effort.rows, effort.columns)
        return csr_array((value, column, start), shape=(len(start) - 1, len(self.cost)))

    def settle(self, node: Node | None, effort: Effort) -> Node | None:
        """The node with cuts as long as they lift its bound; None where it is closed."""
        stale, before = 0, -np.inf
        for _ in range(effort.rounds):
            if node is None:
                break
            stale = stale + 1 if node.bound - before < LEAST_RISE * (self.enough - node.bound) else 0
            more, before = self.cut(node.point, effort), node.bound
            if stale > effort.stale or not shape_of(more)[0]:
                break
            node = self.relax(replace(node, cuts=csr_array(vstack([node.cuts, more]))))
        if node is not None:
            self.offer(np.flatnonzero(node.point > 0.5), node.worth)
        return node

    def children(self, node: Node) -> list[Node]:
        """Both choices of the column whose bounds rise most, those that are not closed; none where none is open."""
        middle = 0.5 - np.abs(node.point - 0.5)
        weight = np.where(node.state == FREE, middle, 0.0) * np.sqrt(np.diff(self.across.indptr))
        best, found = -1.0, list[Node]()
        for column in np.argsort(-weight, kind="stable")[:TRIED_COLUMNS].tolist():
            if weight[column] <= PRESENT and best >= 0:
                break
            made = [self.relax(_decided(node, column, choice)) for choice in (TAKEN, LEFT)]
            rise = [self.enough if one is None else one.bound for one in made] - np.array(node.bound)
            if float(np.maximum(rise, PRESENT).prod()) > best:
                best, found = float(np.maximum(rise, PRESENT).prod()), [one for one in made if one is not None]
            if not found:
                break
        return found


def branch_and_cut(
    matrix: csr_array, cost: Floats, found: Ints, *, slack: float, end: float
) -> tuple[Ints, float, bool]:
    """The cheapest cover, its bound, and whether the bound proves it; given up where cuts lift the bound too little.

    Args:
        matrix: shape (rows, columns); every row has a column. cost: of the columns. found: a cover.
        slack: by how much another cover must be cheaper to be sought. end: monotonic seconds when the search stops.
    """
    problem = Problem(matrix, cost, found, slack)
    rows, columns = shape_of(matrix)
    start = Node(np.zeros(columns, np.int8), csr_array((0, columns)), 0.0, np.zeros(columns), np.zeros(rows))
    bound = 0.0
    try:
        plain = problem.relax(start)
        root = problem.settle(plain, ROOT)
        if plain is None or root is None:
            return problem.found, problem.worst, True
        bound = root.bound
        if bound >= problem.enough:
            return problem.found, problem.worst, True
        if bound - plain.bound < WORTH_IT * (problem.enough - plain.bound):
            return problem.found, bound, False
        bound, done = _branch(problem, root, end)
    except TimeoutError:
        return problem.found, bound, False
    return problem.found, problem.worst if done else bound, done


def _branch(problem: Problem, root: Node, end: float) -> tuple[float, bool]:
    """Split the node with the least bound until none is below the best cover: a bound, and whether none is."""
    number = numbers()
    heap = [(root.bound, next(number), root)]
    for _ in range(MOST_NODES):
        while heap and heap[0][0] >= problem.enough:
            heapq.heappop(heap)
        if not heap:
            return problem.worst, True
        if time.monotonic() >= end:
            break
        _, _, node = heapq.heappop(heap)
        for child in problem.children(node):
            settled = problem.settle(child, INNER)
            if settled is not None:
                heapq.heappush(heap, (settled.bound, next(number), settled))
    return (heap[0][0], False) if heap else (problem.worst, True)


def _least(cost: Floats, rows: csr_array, right: Floats) -> tuple[Floats, Floats, float] | None:
    """Values at least cost with ``rows @ values >= right``, dual values, and the bound that these say; None: none hold.

    Raises:
        TimeoutError: the solver gives no answer.
    """
    from scipy.optimize import linprog

    if not len(right):
        return np.zeros(len(cost)), right, 0.0
    done = linprog(cost, A_ub=-rows, b_ub=-right, bounds=(0, None), method="highs")
    if done.status == 2:
        return None
    if done.status != 0:
        raise TimeoutError
    dual = np.maximum(-np.asarray(done.ineqlin.marginals, dtype=np.float64), 0.0)
    return done.x, dual, float(dual @ right + np.minimum(cost - rows.T @ dual, 0.0).sum())


def _decided(node: Node, column: int, choice: int) -> Node:
    """The node with one column taken or left."""
    state = node.state.copy()
    state[column] = choice
    return replace(node, state=state)

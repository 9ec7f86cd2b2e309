"""Branch and bound on the Lagrangian bound of a covering problem, depth first.

A node raises the multipliers of its open rows by a few subgradient steps (Held, Wolfe and Crowder, 1974; Beasley, 1987,
"An algorithm for set covering problem"), takes or leaves the columns whose reduced cost decides them, and branches on
the cheapest column of an open row with the fewest.  A bound is the sum of multipliers and of negative reduced costs,
counted anew for whatever multipliers there are: it holds however far the steps came.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from urbanplan.layer.compiled import cached_njit, linked_njit
from urbanplan.network.intervals import Floats
from urbanplan.siting.kernels.arrays import overwrite, twice_as_long
from urbanplan.siting.kernels.table import CoverTable, Numbers

Flags = NDArray[np.bool_]
FREE, TAKEN, LEFT = 0, 1, 2
STEPS = 25
"""Subgradient steps of a node."""
EARLY = 200
"""Nodes after which the search gives up where the part of the tree that is closed grows too slowly."""
ROUNDS = 4
"""How often a node fixes columns and counts its bound again."""


class Node(NamedTuple):
    """Where the search stands.

    Attributes:
        state: of each column. times: how many taken columns cover each row.
        trail: columns decided, ``size[0]`` of them. fixed: cost of those taken, at 0.
        price: best multiplier of each row. reduced: of each column at those.
        columns, rows: free columns and open rows, ``size[1]`` and ``size[2]`` of them.
    """

    state: NDArray[np.int8]
    times: Numbers
    trail: Numbers
    fixed: Floats
    price: Floats
    reduced: Floats
    columns: Numbers
    rows: Numbers
    size: Numbers


@linked_njit
def root_node(table: CoverTable, price: Floats) -> Node:
    """Nothing decided."""
    rows, columns = len(table.row_start) - 1, len(table.cost)
    return Node(
        np.zeros(columns, np.int8),
        np.zeros(rows, np.int32),
        np.zeros(columns, np.int32),
        np.zeros(1),
        price.copy(),
        np.zeros(columns),
        np.zeros(columns, np.int32),
        np.zeros(rows, np.int32),
        np.zeros(3, np.int32),
    )


@linked_njit
def decide(table: CoverTable, node: Node, column: int, state: int) -> None:
    """Take a column or leave it."""
    node.state[column] = state
    node.trail[node.size[0]] = column
    node.size[0] += 1
    if state == TAKEN:
        node.fixed[0] += table.cost[column]
        for place in range(table.column_start[column], table.column_start[column + 1]):
            node.times[table.column_rows[place]] += 1


@linked_njit
def undo(table: CoverTable, node: Node, mark: int) -> None:
    """Take decisions back until so many are left."""
    while node.size[0] > mark:
        node.size[0] -= 1
        column = node.trail[node.size[0]]
        if node.state[column] == TAKEN:
            node.fixed[0] -= table.cost[column]
            for place in range(table.column_start[column], table.column_start[column + 1]):
                node.times[table.column_rows[place]] -= 1
        node.state[column] = FREE


@linked_njit
def count_free(table: CoverTable, node: Node, row: int) -> tuple[int, int]:
    """How many columns of a row are free, and the one whose reduced cost is least, -1 for none."""
    count, best = 0, -1
    for place in range(table.row_start[row], table.row_start[row + 1]):
        column = table.row_columns[place]
        if node.state[column] == FREE:
            count += 1
            if best < 0 or node.reduced[column] < node.reduced[best]:
                best = column
    return count, best


@linked_njit
def propagate(table: CoverTable, node: Node) -> bool:
    """Take the only column of each open row; False where a row has none."""
    changed = True
    while changed:
        changed = False
        for row in range(len(node.times)):
            if node.times[row] == 0:
                count, column = count_free(table, node, row)
                if count == 0:
                    return False
                if count == 1:
                    decide(table, node, column, TAKEN)
                    changed = True
    return True


@linked_njit
def gather(table: CoverTable, node: Node) -> None:
    """List open rows, and free columns that cover one."""
    node.size[1] = node.size[2] = 0
    for row in range(len(node.times)):
        if node.times[row] == 0:
            node.rows[node.size[2]] = row
            node.size[2] += 1
    for column in range(len(node.state)):
        if node.state[column] == FREE:
            for place in range(table.column_start[column], table.column_start[column + 1]):
                if node.times[table.column_rows[place]] == 0:
                    node.columns[node.size[1]] = column
                    node.size[1] += 1
                    break


@linked_njit
def bound_by(table: CoverTable, node: Node, price: Floats, slope: Floats) -> float:
    """The bound of multipliers over what is open; reduced costs and the subgradient are written."""
    bound = 0.0
    for at in range(node.size[2]):
        row = node.rows[at]
        bound += price[row]
        slope[row] = 1.0
    for at in range(node.size[1]):
        column = node.columns[at]
        left = table.cost[column]
        for place in range(table.column_start[column], table.column_start[column + 1]):
            row = table.column_rows[place]
            if node.times[row] == 0:
                left -= price[row]
        node.reduced[column] = left
        if left < 0:
            bound += left
            for place in range(table.column_start[column], table.column_start[column + 1]):
                slope[table.column_rows[place]] -= 1.0
    return float(bound)


@linked_njit
def step_along(node: Node, price: Floats, slope: Floats, room: float) -> bool:
    """One subgradient step over the open rows; False where there is no direction."""
    norm = 0.0
    for at in range(node.size[2]):
        row = node.rows[at]
        if price[row] <= 0 and slope[row] < 0:
            slope[row] = 0.0
        norm += slope[row] * slope[row]
    if norm == 0:
        return False
    for at in range(node.size[2]):
        row = node.rows[at]
        price[row] = max(price[row] + room / norm * slope[row], 0.0)
    return True


@linked_njit
def raise_bound(table: CoverTable, node: Node, target: float, steps: int) -> float:
    """The best bound of so many steps, or the first that reaches the target; its multipliers and reduced costs stay."""
    price, slope = node.price.copy(), np.zeros(len(node.price))
    best, stale, length = -np.inf, 0, 1.0
    for _ in range(steps):
        bound = bound_by(table, node, price, slope)
        stale = 0 if bound > best + 1e-4 * abs(best) else stale + 1
        if bound > best:
            best = bound
            overwrite(node.price, price)
        if best >= target:
            return best
        if stale >= 5:
            length, stale = length * 0.6, 0
        if not step_along(node, price, slope, length * max(target - bound, 0.05)):
            break
    return float(bound_by(table, node, node.price, slope))


@linked_njit
def fix_columns(table: CoverTable, node: Node, bound: float, target: float) -> int:
    """Decide columns of which the other choice lifts the bound to the target; how many."""
    count = 0
    for at in range(node.size[1]):
        column = node.columns[at]
        reduced = node.reduced[column]
        if bound + abs(reduced) >= target and reduced != 0:
            decide(table, node, column, LEFT if reduced > 0 else TAKEN)
            count += 1
    return count


@linked_njit
def settle(table: CoverTable, node: Node, best: float, slack: float) -> bool:
    """Whether a node may hold a cover cheaper than the best; its columns are decided as far as its bound says."""
    for turn in range(ROUNDS):
        if not propagate(table, node) or best - slack - node.fixed[0] <= 0:
            return False
        gather(table, node)
        if node.size[2] == 0:
            return True
        target = best - slack - node.fixed[0]
        bound = raise_bound(table, node, target, STEPS if turn == 0 else STEPS // 2)
        if bound >= target:
            return False
        if fix_columns(table, node, bound, target) * 20 <= node.size[1]:
            break
    return propagate(table, node) and best - slack - node.fixed[0] > 0


@linked_njit
def branching_column(table: CoverTable, node: Node) -> int:
    """The cheapest column of the open row with the fewest, the dearest of equal rows; -1 where no row is open."""
    found, fewest, worth = -1, len(node.state) + 1, 0.0
    for row in range(len(node.times)):
        if node.times[row] == 0:
            count, column = count_free(table, node, row)
            if count < fewest or (count == fewest and node.price[row] > worth):
                found, fewest, worth = column, count, node.price[row]
    return found


@cached_njit
def search_tree(table: CoverTable, price: Floats, start: Flags, slack: float, most: int) -> tuple[Flags, bool]:
    """The cheapest cover, and whether the search ended within so many nodes; it gives up early where it will not.

    Args:
        price: multipliers to begin with. start: a cover; one must be cheaper by more than the slack to be sought.
    """
    node, found, best = root_node(table, price), start.copy(), 0.0
    for column in range(len(start)):
        if start[column]:
            best += table.cost[column]
    columns, marks, depth = np.zeros(len(start) + 1, np.int32), np.zeros(len(start) + 1, np.int32), 0
    prices = np.zeros((8, len(price)))
    closed = 0.0
    for number in range(most):
        if number > EARLY and closed * most < number:
            break
        if settle(table, node, best, slack):
            column = branching_column(table, node)
            if column < 0:
                best = node.fixed[0]
                for one in range(len(start)):
                    found[one] = node.state[one] == TAKEN
            else:
                columns[depth], marks[depth] = column, node.size[0]
                if depth == len(prices):
                    prices = twice_as_long(prices)
                overwrite(prices[depth], node.price)
                depth += 1
                decide(table, node, column, TAKEN)
                continue
        if depth == 0:
            return found, True
        closed += 0.5**depth
        depth -= 1  # leave the column that was taken last; that is undone with the one before it
        undo(table, node, marks[depth])
        decide(table, node, columns[depth], LEFT)
        overwrite(node.price, prices[depth])
    return found, False

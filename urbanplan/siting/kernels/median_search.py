"""The p-median: exchanges that shorten the walks, and Lagrangian multipliers that bound them and decide columns.

Exchanges are those of M. B. Teitz and P. Bart (1968), weighed as by R. A. Whitaker (1983), "A fast algorithm for the
greedy interchange for large-scale clustering and median location problems".  The bound relaxes "each resident goes to
one site" (S. C. Narula, U. I. Ogbu and H. M. Samuelsson, 1977); it is counted anew for whatever multipliers there are,
so it holds however far the steps came.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from urbanplan.layer.compiled import cached_njit, linked_njit
from urbanplan.network.intervals import Floats, Ints
from urbanplan.siting.kernels.arrays import overwrite

Flags = NDArray[np.bool_]
States = NDArray[np.int8]
FREE, TAKEN, LEFT = 0, 1, 2
MOMENTUM = 0.9
"""Part of a subgradient step that goes on as before."""
MEMORY = 0.95
"""Part of what columns were taken before, in the average over the steps."""


class NearColumns(NamedTuple):
    """Columns of each row from the nearest on, shape (rows, columns), and their weighted distances."""

    column: NDArray[np.int32]
    way: Floats


class Pace(NamedTuple):
    """Steps at most, the length of the first, how many in vain shorten it, by what, and the least."""

    steps: int
    length: float
    patience: int
    shrink: float
    least: float


class Multipliers(NamedTuple):
    """The best bound that was reached, its multipliers, and how much of each column was taken, 0 to 1."""

    bound: float
    price: Floats
    part: Floats


@cached_njit
def two_nearest(distance: Floats, base: Floats, taken: Flags, first: Floats, second: Floats, which: Ints) -> None:
    """Of each row the nearest and the second nearest distance of taken columns and the base, and the nearest column."""
    for row in range(len(base)):
        a, b, best = base[row], np.inf, -1
        for column in range(len(taken)):
            if taken[column]:
                d = distance[row, column]
                if d < a:
                    a, b, best = d, a, column
                elif d < b:
                    b = d
        first[row], second[row], which[row] = a, b, best


@cached_njit
def exchange(distance: Floats, weight: Floats, base: Floats, taken: Flags, free: Flags) -> Flags:
    """Taken columns after exchanges of one for one that shorten the sum, the best each time, until none does.

    Args:
        distance: shape (rows, columns), finite. base: of each row. free: columns that may come or go.
    """
    taken = taken.copy()
    rows, columns = distance.shape
    first, second, which = np.zeros(rows), np.zeros(rows), np.zeros(rows, np.int64)
    gain, loss, more = np.zeros(columns), np.zeros(columns), np.zeros((columns, columns))
    for _ in range(10 * columns):
        two_nearest(distance, base, taken, first, second, which)
        gain[:] = 0.0
        loss[:] = 0.0
        more[:] = 0.0
        for row in range(rows):
            near, old = first[row], which[row]
            after = second[row]
            if old >= 0:
                loss[old] += weight[row] * (after - near)
            for column in range(columns):
                d = distance[row, column]
                if d < near:
                    gain[column] += weight[row] * (near - d)
                    if old >= 0:
                        more[column, old] += weight[row] * (after - near)
                elif old >= 0 and d < after:
                    more[column, old] += weight[row] * (after - d)
        total = 0.0
        for row in range(rows):
            total += weight[row] * first[row]
        best, come, go = 1e-9 * max(total, 1e-12), -1, -1
        for column in range(columns):
            if free[column] and not taken[column]:
                for old in range(columns):
                    if free[old] and taken[old]:
                        won = gain[column] - loss[old] + more[column, old]
                        if won > best:
                            best, come, go = won, column, old
        if come < 0:
            break
        taken[come], taken[go] = True, False
    return taken


@cached_njit
def keep_free(near: NearColumns, state: States) -> NearColumns:
    """The same without the columns that are left."""
    (rows, wide), many = near.column.shape, 0
    for column in range(len(state)):
        many += state[column] != LEFT
    kept, way = np.empty((rows, many), np.int32), np.empty((rows, many))
    for row in range(rows):
        at = 0
        for place in range(wide):
            one = near.column[row, place]
            if state[one] != LEFT:
                kept[row, at], way[row, at] = one, near.way[row, place]
                at += 1
    return NearColumns(kept, way)


@linked_njit
def add_columns(near: NearColumns, price: Floats, reduced: Floats) -> None:
    """Write what each column adds to the bound where it is taken."""
    reduced[:] = 0.0
    for row in range(len(price)):
        for place in range(near.way.shape[1]):
            left = near.way[row, place] - price[row]
            if left >= 0:
                break
            reduced[near.column[row, place]] += left


@linked_njit
def take_best(state: States, count: int, reduced: Floats, taken: Flags) -> tuple[float, float, float]:
    """What taken columns add: those that must be, and free ones that add least, at most ``count``.

    Returns:
        The sum, what the last free column that is taken adds, and what the next one would (0: there is room).
    """
    total, room, last, following = 0.0, count, 0.0, 0.0
    for column in range(len(state)):
        taken[column] = state[column] == TAKEN
        if taken[column]:
            total += reduced[column]
            room -= 1
    for column in np.argsort(reduced):
        if reduced[column] >= 0:
            break
        if state[column] == FREE:
            if room <= 0:
                following = float(reduced[column])
                break
            taken[column] = True
            total, last, room = total + reduced[column], float(reduced[column]), room - 1
    return float(total), (0.0 if room > 0 else last), following


@linked_njit
def write_slope(near: NearColumns, price: Floats, taken: Flags, slope: Floats) -> None:
    """Write the subgradient: one site for each row, less the taken ones that it goes to."""
    for row in range(len(price)):
        slope[row] = 1.0
        for place in range(near.way.shape[1]):
            if near.way[row, place] >= price[row]:
                break
            if taken[near.column[row, place]]:
                slope[row] -= 1.0


@linked_njit
def decide_columns(state: States, taken: Flags, reduced: Floats, ends: tuple[float, float], room: float) -> None:
    """Take and leave columns of which the other choice lifts the bound by more than there is room."""
    last, following = ends
    for column in range(len(state)):
        if state[column] == FREE:
            if taken[column]:
                if following - reduced[column] > room:
                    state[column] = TAKEN
            elif reduced[column] - last > room:
                state[column] = LEFT


@cached_njit
def raise_median(
    near: NearColumns, most: Floats, state: States, count: int, start: Floats, enough: float, pace: Pace
) -> Multipliers:
    """The best bound of so many subgradient steps, or the first that is enough; columns are decided on the way.

    Args:
        near: columns that are not left. most: greatest multiplier of each row, what it costs where no column serves it.
        state: of each column, written. count: columns at most. start: multipliers. enough: answers that cost as much
            are not sought.
    """
    price, slope, way, reduced = start.copy(), np.zeros(len(most)), np.zeros(len(most)), np.zeros(len(state))
    for row in range(len(most)):
        price[row] = min(start[row], most[row])
    best_price = price.copy()
    taken, part = np.zeros(len(state), np.bool_), np.zeros(len(state))
    best, stale, length = -np.inf, 0, pace.length
    for _ in range(pace.steps):
        add_columns(near, price, reduced)
        total, last, following = take_best(state, count, reduced, taken)
        worth = 0.0
        for row in range(len(price)):
            worth += price[row]
        bound = worth + total
        for column in range(len(part)):
            part[column] = MEMORY * part[column] + (1 - MEMORY) * taken[column]
        stale = 0 if bound > best + 1e-7 * abs(best) else stale + 1
        if bound > best:
            best = bound
            overwrite(best_price, price)
        if best >= enough:
            break
        decide_columns(state, taken, reduced, (last, following), enough - bound)
        if stale >= pace.patience:
            length, stale = length * pace.shrink, 0
            overwrite(price, best_price)
            if length < pace.least:
                break
        write_slope(near, price, taken, slope)
        norm = 0.0
        for row in range(len(way)):
            way[row] = MOMENTUM * way[row] + (1 - MOMENTUM) * slope[row]
            norm += way[row] * way[row]
        if norm == 0:
            break
        step = length * max(enough - bound, 1e-6 * abs(enough)) / norm
        for row in range(len(price)):
            price[row] = min(max(price[row] + step * way[row], 0.0), most[row])
    return Multipliers(best, best_price, part)

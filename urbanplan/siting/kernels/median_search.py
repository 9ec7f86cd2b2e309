"""The p-median: exchanges that shorten the walks, and Lagrangian multipliers that bound them.

Exchanges are those of M. B. Teitz and P. Bart (1968), weighed as by R. A. Whitaker (1983), "A fast algorithm for the
greedy interchange for large-scale clustering and median location problems".  The bound relaxes "each resident goes to
one site" (S. C. Narula, U. I. Ogbu and H. M. Samuelsson, 1977); it is counted anew for whatever multipliers there are,
so it holds however far the steps came.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from urbanplan.layer.compiled import cached_njit
from urbanplan.network.intervals import Floats, Ints

Flags = NDArray[np.bool_]


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
        best, come, go = 1e-9 * max(float((weight * first).sum()), 1e-12), -1, -1
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
def median_bound(
    distance: Floats, weight: Floats, fixed: Flags, free: Flags, count: int, price: Floats, slope: Floats
) -> tuple[float, Floats, float]:
    """The bound of multipliers, what each column adds to it, and what the last free one taken adds.

    The subgradient is written.
    """
    rows, columns = distance.shape
    reduced = np.zeros(columns)
    for row in range(rows):
        limit = price[row]
        for column in range(columns):
            left = weight[row] * distance[row, column] - limit
            if left < 0:
                reduced[column] += left
    bound = float(price.sum())
    taken = fixed.copy()
    room, last = count - int(fixed.sum()), 0.0
    order = np.argsort(reduced)
    for at in range(columns):
        column = order[at]
        if room > 0 and free[column] and not fixed[column] and reduced[column] < 0:
            taken[column] = True
            last = float(reduced[column])
            room -= 1
    if room > 0:
        last = 0.0
    for column in range(columns):
        if taken[column]:
            bound += float(reduced[column])
    for row in range(rows):
        slope[row] = 1.0
        for column in range(columns):
            if taken[column] and weight[row] * distance[row, column] < price[row]:
                slope[row] -= 1.0
    return bound, reduced, last


@cached_njit
def raise_median(
    distance: Floats,
    weight: Floats,
    base: Floats,
    fixed: Flags,
    free: Flags,
    count: int,
    start: Floats,
    target: float,
    steps: int,
) -> tuple[float, Floats]:
    """The best bound of so many subgradient steps, or the first that reaches the target, and its multipliers."""
    price = np.minimum(start, weight * base)
    best_price = price.copy()
    slope, way = np.zeros(len(weight)), np.zeros(len(weight))
    best, stale, length = -np.inf, 0, 1.0
    for _ in range(steps):
        bound, _, _ = median_bound(distance, weight, fixed, free, count, price, slope)
        stale = 0 if bound > best + 1e-6 * abs(best) else stale + 1
        if bound > best:
            best = bound
            best_price[:] = price
        if best >= target:
            break
        if stale >= 10:
            length, stale = length * 0.5, 0
            price[:] = best_price
            if length < 1e-4:
                break
        way[:] = 0.8 * way + 0.2 * slope
        norm = (way * way).sum()
        if norm == 0:
            break
        size = length * max(target - bound, 1e-6 * abs(target)) / norm
        for row in range(len(price)):
            price[row] = min(max(price[row] + size * way[row], 0.0), weight[row] * base[row])
    return best, best_price

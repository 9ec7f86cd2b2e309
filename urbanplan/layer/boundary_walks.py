"""Directed edges of many rings as few closed walks: what runs to and fro between two points is left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.intp]
    Points = NDArray[np.float64]


def boundary_walks(points: Points, tail: Ints, head: Ints) -> tuple[Points, Ints]:
    """Closed walks along the edges that remain once each is struck out against one that runs back.

    The signed area within the walks is that within the edges.

    Args:
        points: finite, shape (n, 2). tail, head: numbers of the points from which and to which edges run that form
            closed rings, shape (m,); equal points of other numbers are one.

    Returns:
        Points of all walks, the first one of each not repeated, shape (k, 2); and where each walk begins, k at last.
    """
    number, places = _number_points(points)
    tail, head = _strike_out(number[tail], number[head], len(places))
    follower = np.empty(len(tail), dtype=np.intp)
    follower[np.argsort(head, kind="stable")] = np.argsort(tail, kind="stable")
    order, begins = _chain(follower.tolist())
    return places[tail[order]], begins


def _number_points(points: Points) -> tuple[Ints, Points]:
    """A number of each point, the same for equal ones, and the point of each number."""
    (column, x), (row, y) = (pd.factorize(points[:, axis]) for axis in (0, 1))
    number, cells = pd.factorize(column.astype(np.int64) * len(y) + row)
    column, row = np.divmod(cells, max(len(y), 1))
    return number, np.column_stack([x[column], y[row]])


def _strike_out(tail: Ints, head: Ints, count: int) -> tuple[Ints, Ints]:
    """The edges between numbered points of which one way is more frequent than the other, by how much it is."""
    kept = tail != head
    low, high = np.minimum(tail, head)[kept].astype(np.int64), np.maximum(tail, head)[kept]
    number, ways = pd.factorize(low * count + high)
    balance = np.bincount(number, weights=np.where(tail[kept] == low, 1, -1), minlength=len(ways)).astype(np.intp)
    low, high = np.divmod(np.repeat(ways, np.abs(balance)), max(count, 1))
    onward = np.repeat(balance > 0, np.abs(balance))
    return np.where(onward, low, high), np.where(onward, high, low)


def _chain(follower: list[int]) -> tuple[list[int], Ints]:
    """The edges in the order of the walks, each walk until it comes back to its first edge."""
    order: list[int] = []
    begins: list[int] = []
    for edge in range(len(follower)):
        if follower[edge] >= 0:
            begins.append(len(order))
        while (following := follower[edge]) >= 0:
            order.append(edge)
            follower[edge] = -1
            edge = following
    return order, np.array([*begins, len(order)], dtype=np.intp)

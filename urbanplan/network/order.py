"""Orders of rows: nodes along a Hilbert curve, and whole numbers fast."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

LEVEL = 7
SIDE = 2**LEVEL
ROWS_AT_ONCE = 2**18
"""Rows of a large table that are worked on at once: bounds the memory, not the answer."""


def hilbert_order(points: NDArray[np.float64]) -> NDArray[np.int64]:
    """Place of each point: on a Hilbert curve of 2^7 x 2^7 square cells over the extent, within a cell on another.

    The curve is geopandas', which takes geometries only: to make them costs more than the curve.
    """
    low = np.array([side.min() for side in points.T])  # along rows of two numpy reduces slowly
    side = max(*(float(side.max() - least) for side, least in zip(points.T, low, strict=True)), 1e-9)
    curve, place = _curve(), np.empty(len(points), dtype=np.int64)
    for piece in slices(len(points)):
        fine = np.minimum((points[piece] - low) / side * SIDE**2, SIDE**2 - 1).astype(np.int64)
        (x, y), (inner_x, inner_y) = (fine >> LEVEL).T, (fine & (SIDE - 1)).T
        place[piece] = curve[x, y] * SIDE**2 + curve[inner_x, inner_y]
    return place


@cache
def _curve() -> NDArray[np.int64]:
    """Place of each cell, by column and row, on the curve: that of four quarters, the first and the last turned."""
    place = np.zeros((1, 1), dtype=np.int64)
    for _ in range(LEVEL):
        quarter = place.size
        last = 3 * quarter + place[::-1, ::-1].T
        place = np.block([[place.T, quarter + place], [last, 2 * quarter + place]])
    return place


def slices(count: int) -> Iterator[slice]:
    """The rows of a large table, piece by piece."""
    return (slice(start, min(start + ROWS_AT_ONCE, count)) for start in range(0, count, ROWS_AT_ONCE))


def dot_rows(one: NDArray[np.float64], other: NDArray[np.float64]) -> NDArray[np.float64]:
    """The inner product of each row with the other's, both of shape (n, 2): numpy sums along rows of two slowly."""
    return one[:, 0] * other[:, 0] + one[:, 1] * other[:, 1]


def unique_rows(rows: NDArray[Any]) -> NDArray[Any]:
    """The different rows of two numbers each, by the first, then the second."""
    one, other = rows.T
    order = np.lexsort((other, one))
    fresh = np.append(True, _differ(one, order) | _differ(other, order))[: len(order)]
    return rows.take(order[fresh], axis=0)


def are_finite(points: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Whether both coordinates of each point are finite, shape (n,)."""
    return np.isfinite(points[:, 0]) & np.isfinite(points[:, 1])


def sort_order(keys: NDArray[np.int64]) -> NDArray[np.int64]:
    """The stable order of whole numbers from 0: sorted with their places in their low bits, where both have room."""
    bits = max(len(keys) - 1, 0).bit_length()
    if len(keys) == 0 or int(keys.max()) >> (63 - bits):
        return np.argsort(keys, kind="stable").astype(np.int64)
    packed = keys << bits
    packed |= np.arange(len(keys), dtype=np.int64)
    packed.sort()
    packed &= (1 << bits) - 1
    return packed


def stable_order(values: NDArray[np.float64]) -> NDArray[np.int64]:
    """The stable order of numbers, none of which is NaN: numpy sorts four times faster where equal ones may change."""
    order = np.argsort(values)
    tied = np.append(False, ~_differ(values, order))
    if tied.any():
        tied[:-1] |= tied[1:]
        rows = np.flatnonzero(tied)
        group = np.cumsum(np.append(True, _differ(values, order[rows])))
        order[rows] = order[rows][np.lexsort((order[rows], group))]
    return order.astype(np.int64)


def group_equal_points(points: NDArray[np.float64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The points with equal ones together, and the number of each one's place in that order, rising from 0.

    They are sorted by the high bits of one number made of both coordinates, with their rows in the low bits; where two
    places have the same high bits, by the coordinates.
    """
    x, y = points.T + 0.0  # -0.0 is 0.0
    bits = np.uint64(max(len(points) - 1, 0).bit_length())
    mixed = (_mix_points(x, y) >> bits << bits) | np.arange(len(points), dtype=np.uint64)
    mixed.sort()
    order = (mixed & ((np.uint64(1) << bits) - np.uint64(1))).astype(np.int64)
    fresh = _differ(x, order) | _differ(y, order)
    mixed >>= bits
    if (fresh != (mixed[1:] != mixed[:-1])).any():
        order = np.lexsort((y, x))
        fresh = _differ(x, order) | _differ(y, order)
    return order.astype(np.int64), np.cumsum(np.append(False, fresh)[: len(order)], dtype=np.int64)


def split_by_place(points: NDArray[np.float64]) -> Iterator[NDArray[np.int64]]:
    """Rows of points, rising, in pieces of a size, equal points in one piece."""
    if len(points) <= ROWS_AT_ONCE:
        yield np.arange(len(points), dtype=np.int64)
        return
    bits = min((len(points) // ROWS_AT_ONCE).bit_length(), 8)
    part = np.empty(len(points), dtype=np.uint8)
    for piece in slices(len(points)):
        part[piece] = _mix_points(*(points[piece].T + 0.0)) >> np.uint64(64 - bits)
    for number in range(1 << bits):
        yield np.flatnonzero(part == number)


def _mix_points(x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.uint64]:
    return _mix(_mix(np.zeros(len(x), np.uint64), x), y)


def _mix(mixed: NDArray[np.uint64], value: NDArray[np.float64]) -> NDArray[np.uint64]:
    """Bits of numbers mixed into what was mixed before (the finisher of SplitMix64)."""
    mixed = mixed ^ np.ascontiguousarray(value).view(np.uint64)
    mixed = (mixed ^ mixed >> np.uint64(30)) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ mixed >> np.uint64(27)) * np.uint64(0x94D049BB133111EB)
    return mixed ^ mixed >> np.uint64(31)


def _differ(values: NDArray[Any], order: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether each in an order differs from the one before it, the first left out."""
    ordered = values[order]
    return ordered[1:] != ordered[:-1]

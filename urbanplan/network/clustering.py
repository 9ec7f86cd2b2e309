"""Points within a tolerance as one, numbered along a curve: the nodes of a network."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from urbanplan.network.bbox_join import boxes_around, crossing_chunks
from urbanplan.network.intervals import Floats, Ints
from urbanplan.network.order import hilbert_order, sort_order


def cluster_points(points: NDArray[np.float64], tolerance: float) -> tuple[Ints, NDArray[np.float64]]:
    """Node number of each point, and the node's place: points within the tolerance, chained, are one node.

    Nodes are numbered along a Hilbert curve, so that neighbours in town are neighbours in memory.
    """
    order = np.lexsort((points[:, 1], points[:, 0]))
    ordered = points.take(order, axis=0)
    fresh = np.append(True, (ordered[1:, 0] != ordered[:-1, 0]) | (ordered[1:, 1] != ordered[:-1, 1]))
    single = np.empty(len(points), dtype=np.int64)
    single[order] = np.cumsum(fresh) - 1
    distinct = ordered.compress(fresh, axis=0)
    group = cluster_labels(distinct, tolerance)
    place = distinct if group is None else distinct.take(_first_members(group), axis=0)
    number, place = number_along_curve(place)  # places stand by x, then y
    return number[single if group is None else group[single]], place


def number_along_curve(place: NDArray[np.float64]) -> tuple[Ints, NDArray[np.float64]]:
    """Numbers of places along a Hilbert curve, and the places in that order, shape (n, 2)."""
    curve = sort_order(hilbert_order(place))
    number = np.empty(len(place), dtype=np.int64)
    number[curve] = np.arange(len(place))
    return number, place.take(curve, axis=0)


def _first_members(group: Ints) -> Ints:
    """The first member of each group."""
    first = np.empty(int(group.max()) + 1, dtype=np.int64)
    first[group[::-1]] = np.arange(len(group) - 1, -1, -1)
    return first


def cluster_labels(points: NDArray[np.float64], tolerance: float) -> Ints | None:
    """Group of each point, numbered from 0 by first member: points within the tolerance, chained; None: no two are."""
    close = _near_candidates(points, tolerance)
    if len(close) == 0:
        return None
    x, y = points.take(close, axis=0).T
    pairs = [np.empty((2, 0), dtype=np.int64)]
    for one, other in crossing_chunks(boxes_around(x, y, tolerance / 2)):
        near = np.hypot(x[one] - x[other], y[one] - y[other]) <= tolerance
        pairs.append(close[np.stack([one[near], other[near]])])
    one, other = np.hstack(pairs)
    if len(one) == 0:
        return None
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    links = coo_array((np.ones(len(one), np.int8), (one, other)), shape=(len(points),) * 2)
    return connected_components(links, directed=False)[1].astype(np.int64)


def _near_candidates(points: NDArray[np.float64], tolerance: float) -> Ints:
    """Points with another near along both axes, and in their cell of one of four grids: the rest have none near.

    The grids are shifted by half a cell. Two points within the tolerance share a cell, 2.5 tolerances wide, in one of
    the two shifts of each axis.
    """
    if tolerance <= 0:
        return np.empty(0, np.int64)
    rows = np.arange(len(points), dtype=np.int64)
    for axis in (0, 1):
        rows = rows[_has_near(points[:, axis][rows], tolerance)]
    if len(rows) == 0:
        return rows
    near = points.take(rows, axis=0)
    step = (near - near.min(axis=0)) / (2.5 * tolerance)
    if not step.max() < 2**30:  # cells that no number of 64 bits holds: look at all
        return rows
    shared = np.zeros(len(rows), dtype=bool)
    for right, up in ((0.0, 0.0), (0.0, 0.5), (0.5, 0.0), (0.5, 0.5)):
        cell = (step[:, 0] + right).astype(np.int64) << 31 | (step[:, 1] + up).astype(np.int64)
        ordered = np.sort(cell)
        twice = ordered[1:][ordered[1:] == ordered[:-1]]
        if len(twice):
            shared |= np.isin(cell, twice)
    return rows[shared]


def _has_near(values: Floats, tolerance: float) -> NDArray[np.bool_]:
    """Whether another number lies within a tolerance of each, or a hair farther."""
    order = np.argsort(values)
    ordered = values[order]
    near = ordered[1:] - ordered[:-1] <= tolerance * (1 + 1e-9)
    del ordered
    found = np.empty(len(values), dtype=bool)
    found[order] = np.append(near, False)[: len(order)] | np.append(False, near)[: len(order)]
    return found

"""A uniform grid over straight segments: the nearest one of a million points, and all that lie within a leg.

Cells are as wide as gives about four segments each; a point looks at its own cell, then at the ring around it, until
no nearer segment can come.  Distances are added up as GEOS does, so that they are the same to the bit; of segments
equally near the one with the lowest number counts.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from urbanplan.network.graph import Network
from urbanplan.network.intervals import Floats, Ints
from urbanplan.network.kernels.queue import Rows
from urbanplan.network.walk.grid import columns, in_order, nearest, visit_cells, within
from urbanplan.network.walk.seen import Seen

SEGMENTS = 4.0
"""Segments for each cell."""
MANY = 20_000
"""Points from which a second thread pays."""


@dataclass(frozen=True, eq=False)
class GridIndex:
    """Segments ``(x0, y0, x1, y1)`` by the cells they touch.

    Attributes:
        ends: the segments. x, y: lower left corner, metres. size: width of a cell. columns, rows: cells.
        first: where the segments of each cell begin (one more than cells); item: their numbers, ascending.
    """

    ends: NDArray[np.float64]
    x: float
    y: float
    size: float
    columns: int
    rows: int
    first: Rows
    item: Rows

    @property
    def grid(self) -> tuple[float, float, float, int, int]:
        """Corner, width of a cell, columns and rows."""
        return self.x, self.y, self.size, self.columns, self.rows


def index_segments(ends: NDArray[np.float64]) -> GridIndex:
    """The grid of segments, rows ``(x0, y0, x1, y1)`` in metres."""
    ends = np.ascontiguousarray(ends, dtype=np.float64)
    if len(ends) == 0:
        return GridIndex(ends, 0.0, 0.0, 1.0, 1, 1, np.zeros(2, np.int32), np.empty(0, np.int32))
    low = np.minimum(ends[:, :2], ends[:, 2:]).min(axis=0)
    span = np.maximum(ends[:, :2], ends[:, 2:]).max(axis=0) - low
    mean = float(np.hypot(ends[:, 2] - ends[:, 0], ends[:, 3] - ends[:, 1]).mean())
    size = max(float(np.sqrt(max(span[0], 1e-3) * max(span[1], 1e-3) * SEGMENTS / len(ends))), mean / 4, 1e-6)
    size = max(size, float(span.max()) / 30_000)
    columns, rows = int(span[0] / size) + 1, int(span[1] / size) + 1
    first, item = _fill_cells(ends, float(low[0]), float(low[1]), size, columns, rows)
    return GridIndex(ends, float(low[0]), float(low[1]), size, columns, rows, first, item)


def index_of(network: Network) -> GridIndex:
    """The grid of a network's straight segments, made once and kept with it."""
    kept = network.__dict__.get("_grid_index")
    if kept is None:
        kept = index_segments(network.segments.ends)
        network.__dict__["_grid_index"] = kept
    return kept


def nearest_segment(index: GridIndex, points: NDArray[np.float64], *, threads: int = 2) -> tuple[Ints, Floats]:
    """The segment nearest to each point, shape (n, 2), and its distance in metres; -1 where there is no segment."""
    points = np.ascontiguousarray(points, dtype=np.float64)
    number, distance = np.full(len(points), -1, dtype=np.int64), np.full(len(points), np.inf)
    if len(index.item):
        _in_parts(len(points), threads, lambda low, high: nearest(
            index.ends, *index.grid, index.first, index.item, points[low:high], number[low:high], distance[low:high]
        ))  # fmt: skip
    return number, distance


def seen_parts(network: Network, points: NDArray[np.float64], limit: Floats | float, *, threads: int = 2) -> Seen:
    """What point sources see of the streets without barriers, as :func:`urbanplan.network.walk.sight.see` says it.

    Args:
        points: shape (n, 2), the place of each row is its number. limit: leg limit of each, negative: sees nothing.
    """
    index, segments = index_of(network), network.segments
    points = np.ascontiguousarray(points, dtype=np.float64)
    reach = np.ascontiguousarray(np.broadcast_to(np.asarray(limit, dtype=np.float64), (len(points),)))
    parts = (segments.ends, segments.length, segments.dx, segments.dy)
    found = _in_parts(len(points), threads, lambda low, high: within(
        *parts, index.grid, index.first, index.item, points[low:high], reach[low:high], low
    ))  # fmt: skip
    place = np.concatenate([part[0] for part in found])
    segment = np.concatenate([part[1] for part in found])
    low = np.concatenate([part[2] for part in found]) + segments.start[segment]
    order = in_order(segments.edge, segment, low, network.edges)
    count = len(order)
    whole = np.empty((3, count), np.int64), np.empty((4, count))
    _in_parts(count, threads, lambda low, high: columns(
        *parts, segments.start, segments.edge, place, segment, points, reach, order[low:high], low, *whole
    ))  # fmt: skip
    numbers, metres = whole
    return Seen(numbers[0], numbers[1], numbers[2], metres[0], metres[1], metres[2], metres[3],
                np.ones(count), np.zeros(count))  # fmt: skip


def _in_parts(count: int, threads: int, work: Callable[[int, int], Any]) -> list[Any]:
    """``work`` on one range of rows, or on one range for each thread."""
    if count < MANY or threads < 2:
        return [work(0, count)]
    bounds = np.linspace(0, count, threads + 1).astype(int).tolist()
    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(work, bounds[:-1], bounds[1:]))


def _fill_cells(ends, x, y, size, columns, rows):
    counts = np.zeros(columns * rows + 1, dtype=np.int64)
    visit_cells(ends, x, y, size, columns, rows, counts, np.empty(0, np.int32), False)
    first = np.cumsum(counts)
    item = np.empty(int(first[-1]), dtype=np.int32)
    visit_cells(ends, x, y, size, columns, rows, first[:-1].copy(), item, True)
    return first.astype(np.int32), item

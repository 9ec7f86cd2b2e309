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
from urbanplan.network.kernels.windowed_search import Rows
from urbanplan.network.walk.grid import find_nearest, visit_cells
from urbanplan.network.walk.leg_intervals import LEG_SLACK, LegIntervals, empty_legs
from urbanplan.network.walk.snapping import Cells, count_legs, fill_legs, fill_points
from urbanplan.network.walk.source_rows import check_points

SEGMENTS_PER_CELL = 4.0
"""Segments for each cell."""
CELL_WIDTH, CELLS_PER_POINT = 1.0, 2.0
"""Width of a cell of points in widest reaches, and cells for each point at most."""
MIN_POINTS_THREADED = 20_000
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
    size = max(float(np.sqrt(max(span[0], 1e-3) * max(span[1], 1e-3) * SEGMENTS_PER_CELL / len(ends))), mean / 4, 1e-6)
    size = max(size, float(span.max()) / 30_000)
    columns, rows = int(span[0] / size) + 1, int(span[1] / size) + 1
    first, item = _fill_cells(ends, float(low[0]), float(low[1]), size, columns, rows)
    return GridIndex(ends, float(low[0]), float(low[1]), size, columns, rows, first, item)


def network_index(network: Network) -> GridIndex:
    """The grid of a network's straight segments, made once and kept with it."""
    kept = network.__dict__.get("_grid_index")
    if kept is None:
        kept = index_segments(network.segments.ends)
        network.__dict__["_grid_index"] = kept
    return kept


def nearest_segment(index: GridIndex, points: NDArray[np.float64], *, threads: int = 2) -> tuple[Ints, Floats]:
    """The segment nearest to each point, shape (n, 2), and its distance in metres; -1 where there is no segment.

    Raises:
        NetworkError: a coordinate is no finite number.
    """
    points = np.ascontiguousarray(points, dtype=np.float64)
    check_points(points)
    number, distance = np.full(len(points), -1, dtype=np.int64), np.full(len(points), np.inf)
    if len(index.item):
        shares = 1 if threads < 2 or len(points) < MIN_POINTS_THREADED else threads
        bounds = np.linspace(0, len(points), shares + 1).astype(int).tolist()
        _run_shares(bounds, threads, lambda low, high: find_nearest(
            index.ends, *index.grid, index.first, index.item, points[low:high], number[low:high], distance[low:high]
        ))  # fmt: skip
    return number, distance


def join_point_legs(
    network: Network, points: NDArray[np.float64], limit: Floats | float, *, place: Ints | None = None, threads: int = 2
) -> LegIntervals:
    """Legs of point sources to the streets without barriers, as
    :func:`urbanplan.network.walk.leg_join.join_legs` gives them.

    Args:
        points: shape (n, 2). limit: leg limit of each, metres; negative: sees nothing.
        place: the place of each point, its row unless given. threads: among which many points are shared out.

    Raises:
        NetworkError: a coordinate is no finite number.
    """
    check_points(points)
    reach = np.broadcast_to(np.asarray(limit, dtype=np.float64), (len(points),))
    live = np.flatnonzero(reach >= 0)
    if len(live) == 0 or network.edges == 0:
        return empty_legs()
    whose = live if place is None else place[live]
    cells, first, spot, whose = _sort_into_cells(np.asarray(points, dtype=np.float64)[live], reach[live], whose)
    segments = network.segments
    parts = (segments.ends, segments.length, segments.dx, segments.dy)
    shares = 1 if threads < 2 or len(spot) < MIN_POINTS_THREADED else 8 * threads
    counts = np.zeros(len(segments), dtype=np.int64)
    bounds = np.linspace(0, len(segments), shares + 1).astype(int).tolist()
    _run_shares(bounds, threads, lambda low, high: count_legs(parts, cells, first, spot, low, high, counts))
    rows = np.append(0, np.cumsum(counts))
    count = int(rows[-1])
    numbers, metres = np.empty((3, count), np.int64), np.empty((4, count))
    _run_shares(_split_edges(segments.edge, rows, shares), threads, lambda low, high: fill_legs(
        parts, segments.start, segments.edge, cells, first, spot, whose, counts, low, high, rows[low], numbers, metres
    ))  # fmt: skip
    place, edge, segment = numbers
    begin, end, foot, offset = metres
    return LegIntervals(
        place, edge, segment, begin, end, foot, offset, np.broadcast_to(1.0, count), np.broadcast_to(0.0, count)
    )


def _sort_into_cells(
    points: NDArray[np.float64], reach: Floats, place: Ints
) -> tuple[Cells, Rows, NDArray[np.float64], Ints]:
    """Points by cells, with the grid of the cells."""
    low, high = points.min(axis=0), points.max(axis=0)
    widest = float(reach.max()) + 2 * LEG_SLACK + 1e-12 * float(np.abs([low, high]).max())
    wide, tall = (float(side) for side in high - low)
    size = max(
        widest * CELL_WIDTH, float(np.sqrt(wide * tall / (CELLS_PER_POINT * len(points)))), max(wide, tall) / 30_000
    )
    columns, rows = int(wide / size) + 1, int(tall / size) + 1
    cells = float(low[0]), float(low[1]), size, columns, rows, widest
    first, spot, whose = fill_points(points, reach, place, cells)
    return cells, first, spot, whose


def _split_edges(edge: Ints, rows: Ints, shares: int) -> list[int]:
    """Bounds between segments that part whole edges into shares of about as many rows."""
    even = np.searchsorted(rows, np.linspace(0, rows[-1], shares + 1)[1:-1])
    inner = np.searchsorted(edge, edge[np.minimum(even, len(edge) - 1)])
    return np.unique(np.concatenate([[0], inner, [len(edge)]])).tolist()


def _run_shares(bounds: list[int], threads: int, work: Callable[[int, int], Any]) -> list[Any]:
    """``work`` on each range between the bounds; the threads take one after the other."""
    if len(bounds) == 2:
        return [work(*bounds)]
    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(work, bounds[:-1], bounds[1:]))


def _fill_cells(ends, x, y, size, columns, rows):
    counts = np.zeros(columns * rows + 1, dtype=np.int64)
    visit_cells(ends, x, y, size, columns, rows, counts, np.empty(0, np.int32), False)
    first = np.cumsum(counts)
    item = np.empty(int(first[-1]), dtype=np.int32)
    visit_cells(ends, x, y, size, columns, rows, first[:-1].copy(), item, True)
    return first.astype(np.int32), item

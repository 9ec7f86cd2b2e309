"""A uniform grid over straight segments: the nearest one of a million points, and all that lie within a leg.

Cells are as wide as gives about four segments each; a point looks at its own cell, then at the ring around it, until
no nearer segment can come.  Distances are added up as GEOS does, so that they are the same to the bit; of segments
equally near the one with the lowest number counts.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from urbanplan.network.compiled import compiled
from urbanplan.network.graph import Network
from urbanplan.network.intervals import Floats, Ints
from urbanplan.network.kernels_queue import Rows
from urbanplan.network.seen import SLACK, Seen

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
        _in_parts(len(points), threads, lambda low, high: _nearest(
            index.ends, *index.grid, index.first, index.item, points[low:high], number[low:high], distance[low:high]
        ))  # fmt: skip
    return number, distance


def seen_parts(network: Network, points: NDArray[np.float64], limit: Floats | float, *, threads: int = 2) -> Seen:
    """What point sources see of a network's streets without barriers, as :func:`urbanplan.network.sight.see` says it.

    Args:
        points: shape (n, 2), the place of each row is its number. limit: leg limit of each, negative: sees nothing.
    """
    index, segments = index_of(network), network.segments
    points = np.ascontiguousarray(points, dtype=np.float64)
    reach = np.ascontiguousarray(np.broadcast_to(np.asarray(limit, dtype=np.float64), (len(points),)))
    found = _in_parts(len(points), threads, lambda low, high: _within(
        segments.ends, segments.length, segments.dx, segments.dy, index.grid, index.first, index.item,
        points[low:high], reach[low:high], low,
    ))  # fmt: skip
    number = np.concatenate([part[0] for part in found])
    low, high, foot, offset = np.hstack([part[1] for part in found])
    place, segment = number[:, 0], number[:, 1]
    start, edge = segments.start[segment], segments.edge[segment]
    zero = np.zeros(len(place))
    seen = Seen(place, edge, segment, start + low, start + high, start + foot, offset, zero + 1.0, zero)
    return seen.pick(np.lexsort((seen.place, seen.low, seen.edge)))


def _in_parts(count, threads, work):
    """``work`` on one range of rows, or on one range for each thread."""
    if count < MANY or threads < 2:
        return [work(0, count)]
    bounds = np.linspace(0, count, threads + 1).astype(int).tolist()
    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(work, bounds[:-1], bounds[1:]))


def _fill_cells(ends, x, y, size, columns, rows):
    counts = np.zeros(columns * rows + 1, dtype=np.int64)
    _visit_cells(ends, x, y, size, columns, rows, counts, np.empty(0, np.int32), False)
    first = np.cumsum(counts)
    item = np.empty(int(first[-1]), dtype=np.int32)
    _visit_cells(ends, x, y, size, columns, rows, first[:-1].copy(), item, True)
    return first.astype(np.int32), item


@compiled
def _visit_cells(ends, x, y, size, columns, rows, at, item, write):  # noqa: PLR0913
    """Count the cells that each segment touches (``at`` from place 1), or write its number into them."""
    for number in range(len(ends)):
        x0, y0, x1, y1 = ends[number, 0] - x, ends[number, 1] - y, ends[number, 2] - x, ends[number, 3] - y
        if y1 < y0:
            x0, y0, x1, y1 = x1, y1, x0, y0
        slack = 1e-6 * size
        low, high = _cell(y0 - slack, size, rows), _cell(y1 + slack, size, rows)
        for row in range(low, high + 1):
            left, right = x0, x1
            if y1 > y0:
                slope = (x1 - x0) / (y1 - y0)
                left = x0 + slope * (min(max(row * size - slack, y0), y1) - y0)
                right = x0 + slope * (max(min((row + 1) * size + slack, y1), y0) - y0)
            if right < left:
                left, right = right, left
            for column in range(_cell(left - slack, size, columns), _cell(right + slack, size, columns) + 1):
                cell = row * columns + column
                if write:
                    item[at[cell]] = number
                    at[cell] += 1
                else:
                    at[cell + 1] += 1


@compiled
def _cell(metres, size, count):
    return min(max(int(np.floor(metres / size)), 0), count - 1)


@compiled
def _distance(ends, number, px, py):
    """Distance of a point from a segment."""
    x0, y0, x1, y1 = ends[number, 0], ends[number, 1], ends[number, 2], ends[number, 3]
    dx, dy = x1 - x0, y1 - y0
    square = dx * dx + dy * dy
    if square == 0.0:
        return np.sqrt((px - x0) * (px - x0) + (py - y0) * (py - y0))
    share = ((px - x0) * dx + (py - y0) * dy) / square
    if share <= 0.0:
        return np.sqrt((px - x0) * (px - x0) + (py - y0) * (py - y0))
    if share >= 1.0:
        return np.sqrt((px - x1) * (px - x1) + (py - y1) * (py - y1))
    return abs(((y0 - py) * dx - (x0 - px) * dy) / square) * np.sqrt(square)


@compiled
def _nearest(ends, x, y, size, columns, rows, first, item, points, number, distance):  # noqa: PLR0913
    for i in range(len(points)):
        px, py = points[i, 0], points[i, 1]
        gx, gy = (px - x) / size, (py - y) / size
        column, row = _cell(px - x, size, columns), _cell(py - y, size, rows)
        best, found, ring, last = np.inf, -1, 0, max(columns, rows)
        while ring <= last:
            for j in range(max(row - ring, 0), min(row + ring, rows - 1) + 1):
                step = 1 if abs(j - row) == ring else 2 * ring
                for k in range(column - ring, column + ring + 1, max(step, 1)):
                    if k < 0 or k >= columns or _away(gx, gy, k, j) * size > best:
                        continue
                    for place in range(first[j * columns + k], first[j * columns + k + 1]):
                        way = _distance(ends, item[place], px, py)
                        if way < best or (way == best and item[place] < found):
                            best, found = way, item[place]
            # nothing beyond the rings so far is nearer than their rim
            rim = min(min(gx - (column - ring), column + ring + 1 - gx), min(gy - (row - ring), row + ring + 1 - gy))
            ring += 1
            if best < (rim - 1e-6) * size:
                break
        number[i], distance[i] = found, best


@compiled
def _away(gx, gy, column, row):
    """Distance of a point from a cell, in cells, a little short."""
    dx = max(max(column - gx, gx - column - 1), 0.0)
    dy = max(max(row - gy, gy - row - 1), 0.0)
    return np.sqrt(dx * dx + dy * dy) * (1 - 1e-9) - 2e-6


@compiled
def _within(ends, length, dx, dy, grid, first, item, points, reach, begin):  # noqa: PLR0913
    """Pairs of a point and a segment within its reach, with low, high, foot and offset along the segment."""
    x, y, size, columns, rows = grid
    held, room = 0, max(4 * len(points), 64)
    number, metres = np.empty((room, 2), np.int64), np.empty((4, room))
    stamp = np.full(len(ends), -1, np.int64)
    for i in range(len(points)):
        px, py, limit = points[i, 0], points[i, 1], reach[i]
        if limit < 0:
            continue
        grown = limit + SLACK
        left, right = _cell(px - grown - x, size, columns), _cell(px + grown - x, size, columns)
        for row in range(_cell(py - grown - y, size, rows), _cell(py + grown - y, size, rows) + 1):
            for place in range(first[row * columns + left], first[row * columns + right + 1]):
                segment = item[place]
                if stamp[segment] == i:
                    continue
                stamp[segment] = i
                low, high, foot, offset = _circle(ends, length, dx, dy, segment, px, py, limit)
                if offset > grown or low > high + SLACK:
                    continue
                if low > high:  # a touch of the end, split by rounding
                    low = high = min(max(foot, 0.0), length[segment])
                if held == room:
                    number, metres, room = _grown(number, metres, room)
                number[held, 0], number[held, 1] = i + begin, segment
                metres[0, held], metres[1, held], metres[2, held], metres[3, held] = low, high, foot, offset
                held += 1
    return number[:held], metres[:, :held].copy()


@compiled
def _circle(ends, length, dx, dy, segment, px, py, limit):  # noqa: PLR0913
    """Low, high, foot and offset of a circle on a segment's line."""
    wx, wy = px - ends[segment, 0], py - ends[segment, 1]
    foot = wx * dx[segment] + wy * dy[segment]
    offset = abs(wx * dy[segment] - wy * dx[segment])
    if length[segment] == 0:
        offset = np.hypot(wx, wy)
    half = np.sqrt(max(limit * limit - offset * offset, 0.0))
    return max(foot - half, 0.0), min(foot + half, length[segment]), foot, offset


@compiled
def _grown(number, metres, room):
    more, wider = np.empty((2 * room, 2), np.int64), np.empty((4, 2 * room))
    more[:room] = number
    wider[:, :room] = metres
    return more, wider, 2 * room

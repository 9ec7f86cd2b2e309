"""Compiled shade: where barriers cut what points see, pair by pair, without a table of pairs.

A barrier is looked at where its box meets that of a row's legs, in the cell that holds the lower left corner of what
the two share.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from urbanplan.layer.compiled import cached_njit, inner_njit
from urbanplan.network.bbox_join import segment_boxes
from urbanplan.network.graph import Segments
from urbanplan.network.intervals import TOUCH_TOLERANCE, Ints
from urbanplan.network.walk.barriers import START_TOLERANCE
from urbanplan.network.walk.grid import cell_index
from urbanplan.network.walk.leg_intervals import LEG_SLACK, LegIntervals, sort_order

MOST_COLUMNS = 2**11
"""Columns and rows of cells at most."""
CELLS_PER_BARRIER = 12
"""Cells that the box of a barrier takes on average, at most."""


@dataclass(frozen=True, eq=False)
class BarrierCells:
    """Barriers in the cells of a grid that their boxes touch.

    Attributes:
        ends: of each barrier, shape (n, 4). boxes: least x and y, greatest x and y of each, shape (n, 4).
        grid: least x and y, side of a cell, columns, rows. first, item: barriers of each cell, row by row.
    """

    ends: NDArray[np.float64]
    boxes: NDArray[np.float64]
    grid: tuple[float, float, float, int, int]
    first: Ints
    item: Ints


def index_barriers(barriers: NDArray[np.float64]) -> BarrierCells:
    """The cells of barriers ``(x0, y0, x1, y1)``, of which there must be one."""
    found = segment_boxes(barriers)
    wide, tall = found.sides
    (x, y), (east, north) = found.low.min(axis=0).tolist(), found.high.max(axis=0).tolist()
    size = max(float(np.maximum(wide, tall).mean()) * 1.25, max(east - x, north - y) / MOST_COLUMNS, 1e-3)
    while float(((wide / size + 1) * (tall / size + 1)).mean()) > CELLS_PER_BARRIER:
        size *= 2
    grid = x, y, size, int((east - x) / size) + 1, int((north - y) / size) + 1
    boxes = np.hstack([found.low, found.high])
    first = np.zeros(grid[3] * grid[4] + 1, dtype=np.int64)
    _fill_cells(boxes, grid, first, np.empty(0, np.int64), False)
    first = np.cumsum(first)
    item = np.empty(int(first[-1]), dtype=np.int64)
    _fill_cells(boxes, grid, first[:-1].copy(), item, True)
    return BarrierCells(np.ascontiguousarray(barriers, dtype=np.float64), boxes, grid, first, item)


def leave_visible(
    seen: LegIntervals, points: NDArray[np.float64], segments: Segments, barriers: BarrierCells
) -> LegIntervals:
    """Sorted rows, each of the point of its place, cut to what barriers leave in sight and sorted, to the bit as
    :func:`urbanplan.network.walk.barriers.visible_from_points` has them."""
    legs = seen.place, seen.segment, seen.low, seen.high
    lines = segments.ends, segments.dx, segments.dy, segments.start
    cells = barriers.ends, barriers.boxes, barriers.first, barriers.item, barriers.grid
    room = len(seen)
    while True:
        whole, row, left = np.ones(len(seen), dtype=np.bool_), np.empty(room, np.int64), np.empty((2, room))
        count = _cut_rows(legs, points, lines, cells, whole, (row, left))
        if count <= room:
            break
        room = count
    return _merge(seen, whole, row[:count], left[:, :count])


def _merge(seen: LegIntervals, whole: NDArray[np.bool_], row: Ints, left: NDArray[np.float64]) -> LegIntervals:
    """The whole rows, and what is left of the others (their row, and where it begins and ends), sorted."""
    order = sort_order(seen.within(left[0], left[1], row))
    row, left = row[order], left[:, order]
    count = int(np.count_nonzero(whole)) + len(row)
    source, place = np.empty(count, np.int64), np.empty(len(row), np.int64)
    _merge_rows(
        (seen.edge, seen.low, seen.place, seen.t0, seen.segment, seen.g, seen.high), whole, row, left, source, place
    )
    low, high = seen.low[source], seen.high[source]
    low[place], high[place] = left
    return seen.within(low, high, source)


@cached_njit
def _merge_rows(columns, whole, row, left, source, place):
    """The row of each row of the sorted whole, and where the cut rows stand in it."""
    count, j = 0, 0
    for i in range(len(whole)):
        if not whole[i]:
            continue
        while j < len(row) and _precedes(columns, row[j], left[0, j], left[1, j], i):
            source[count], place[j] = row[j], count
            count += 1
            j += 1
        source[count] = i
        count += 1
    for last in range(j, len(row)):
        source[count], place[last] = row[last], count
        count += 1


@inner_njit
def _precedes(columns, row, row_low, row_high, other):
    """Whether a cut row stands before a whole one; those that tie by all else are the same in m and plus, too."""
    edge, low, place, t0, segment, g, high = columns
    if edge[row] != edge[other]:
        return edge[row] < edge[other]
    if row_low != low[other]:
        return row_low < low[other]
    if place[row] != place[other]:
        return place[row] < place[other]
    if t0[row] != t0[other]:
        return t0[row] < t0[other]
    if segment[row] != segment[other]:
        return segment[row] < segment[other]
    if g[row] != g[other]:
        return g[row] < g[other]
    return row_high < high[other]


@cached_njit
def _fill_cells(boxes, grid, place, item, fill):
    """Count the barriers of each cell (one place behind it), or put them where ``place`` says."""
    x, y, size, columns, rows = grid
    for i in range(len(boxes)):
        left, right = cell_index(boxes[i, 0] - x, size, columns), cell_index(boxes[i, 2] - x, size, columns)
        for row in range(cell_index(boxes[i, 1] - y, size, rows), cell_index(boxes[i, 3] - y, size, rows) + 1):
            for column in range(left, right + 1):
                cell = row * columns + column
                if fill:
                    item[place[cell]] = i
                    place[cell] += 1
                else:
                    place[cell + 1] += 1


@cached_njit
def _cut_rows(legs, points, lines, cells, whole, found):
    """Mark the rows that a barrier shades, and fill in what it leaves of them while there is room; how much that is."""
    place, segment, low, high = legs
    ends, dx, dy, start = lines
    dark, count = np.empty((2, 64)), 0
    for i in range(len(place)):
        s = segment[i]
        line = (ends[s, 0], ends[s, 1], dx[s], dy[s])
        dark, shades = _find_shades(points[place[i]], line, (low[i], high[i], start[s]), cells, dark)
        if shades == 0:
            continue
        whole[i] = False
        count = _emit_lit(dark[:, :shades], low[i], high[i], i, count, found)
    return count


@inner_njit
def _find_shades(spot, line, part, cells, dark):
    """Metres that barriers shade of a row, by where they begin, in an array that may be a larger one, and their
    number."""
    barriers, boxes, first, item, (x, y, size, columns, rows) = cells
    low, high, start = part
    shades = 0
    box = _leg_box(spot, line, low - start, high - start)
    if box[2] < x or box[3] < y or box[0] > x + columns * size or box[1] > y + rows * size:
        return dark, shades
    left, right = cell_index(box[0] - x, size, columns), cell_index(box[2] - x, size, columns)
    bottom, top = cell_index(box[1] - y, size, rows), cell_index(box[3] - y, size, rows)
    for row in range(bottom, top + 1):
        for column in range(left, right + 1):
            for j in range(first[row * columns + column], first[row * columns + column + 1]):
                other = boxes[item[j]]
                if not (box[0] <= other[2] and other[0] <= box[2] and box[1] <= other[3] and other[1] <= box[3]):
                    continue
                if max(left, cell_index(other[0] - x, size, columns)) != column:
                    continue
                if max(bottom, cell_index(other[1] - y, size, rows)) != row:
                    continue
                begin, end = _shadow(spot, line, low - start, high - start, barriers[item[j]])
                begin, end = start + begin, start + end
                if begin <= end:
                    dark = _insert(dark, shades, begin, end)
                    shades += 1
    return dark, shades


@inner_njit
def _insert(dark, count, begin, end):
    """Put a part among those before, by where they begin; in a larger array where there is no room."""
    if count == dark.shape[1]:
        larger = np.empty((2, 2 * count))
        for k in range(count):
            larger[0, k], larger[1, k] = dark[0, k], dark[1, k]
        dark = larger
    k = count
    while k > 0 and dark[0, k - 1] > begin:
        dark[0, k], dark[1, k] = dark[0, k - 1], dark[1, k - 1]
        k -= 1
    dark[0, k], dark[1, k] = begin, end
    return dark


@inner_njit
def _emit_lit(dark, low, high, row, count, found):
    """Fill in what dark parts leave of a row; dark parts that touch leave no chink."""
    reach = 0.0
    for k in range(dark.shape[1]):
        begin, end = dark[0, k] - low, dark[1, k] - low
        if k > 0 and begin <= reach + LEG_SLACK:
            reach = max(reach, end)
        else:
            count = _emit((reach, begin, low), row, count, found)
            reach = end
    return _emit((reach, high - low, low), row, count, found)


@inner_njit
def _emit(part, row, count, found):
    begin, end, low = part
    if not end - begin > TOUCH_TOLERANCE:
        return count
    rows, parts = found
    if count < len(rows):
        rows[count] = row
        parts[0, count], parts[1, count] = begin + low, end + low
    return count + 1


@inner_njit
def _leg_box(spot, line, begin, end):
    """Least x and y, greatest x and y of the legs from a spot to a line between two metres of it."""
    ax, ay = line[0] + line[2] * begin, line[1] + line[3] * begin
    bx, by = line[0] + line[2] * end, line[1] + line[3] * end
    west, south = min(spot[0], min(ax, bx)), min(spot[1], min(ay, by))
    return west, south, max(spot[0], max(ax, bx)), max(spot[1], max(ay, by))


@inner_njit
def _shadow(spot, line, low, high, barrier):
    """Metres along the line where the leg from the spot crosses the barrier; low above high: nowhere."""
    fx, fy, sx, sy = barrier[0] - spot[0], barrier[1] - spot[1], barrier[2] - spot[0], barrier[3] - spot[1]
    turn = fx * sy - fy * sx
    if not (abs(turn) > 0) or _distance(spot, barrier) <= START_TOLERANCE:
        return 0.0, -np.inf
    if turn < 0:
        fx, fy, sx, sy = sx, sy, fx, fy
    wx, wy = line[0] - spot[0], line[1] - spot[1]
    rx, ry = sx - fx, sy - fy
    width = np.hypot(rx, ry)
    low, high = _clip(low, high, fx * wy - fy * wx, fx * line[3] - fy * line[2])
    low, high = _clip(low, high, wx * sy - wy * sx, line[2] * sy - line[3] * sx)
    beyond = -(rx * (wy - fy) - ry * (wx - fx)) - LEG_SLACK * width
    return _clip(low, high, beyond, -(rx * line[3] - ry * line[2]))


@inner_njit
def _clip(low, high, value, slope):
    """What of ``low..high`` leaves ``value + slope * t`` at 0 or above."""
    if slope > 0:
        return max(low, -value / slope), high
    if slope < 0:
        return low, min(high, -value / slope)
    return low, -np.inf if value < 0 else high


@inner_njit
def _distance(spot, barrier):
    """Metres from a spot to a barrier."""
    sx, sy = barrier[2] - barrier[0], barrier[3] - barrier[1]
    wx, wy = spot[0] - barrier[0], spot[1] - barrier[1]
    square = sx * sx + sy * sy
    share = (wx * sx + wy * sy) / square if square > 0 else 0.0
    share = min(max(share, 0.0), 1.0)
    return np.hypot(wx - sx * share, wy - sy * share)

"""Compiled work on points in cells: which of them see a straight segment, segment by segment in the order of edges.

Points stand cell by cell, so that those of neighbouring cells of a row are one run of memory.  Each segment asks the
runs around it; what it finds is sorted on its edge and written where it stays, so that edges can be shared out among
threads.
"""

from __future__ import annotations

import numpy as np

from urbanplan.layer.compiled import cached_njit, inner_njit
from urbanplan.network.walk.grid import cell_index
from urbanplan.network.walk.leg_intervals import LEG_SLACK

Cells = tuple[float, float, float, int, int, float]
"""Points in cells: corner, width of a cell, columns, rows, and the widest reach of any point, metres."""
INSERTION_SORT_ROWS = 12
"""Rows that are sorted by shifting."""


@cached_njit
def fill_points(points, reach, place, cells):
    """Points by cell, in their order within a cell: where cells begin; x, y, reach; the place of each."""
    x, y, size, columns, rows, _ = cells
    cell, first = np.empty(len(points), np.int32), np.zeros(columns * rows + 1, np.int32)
    for i in range(len(points)):
        column = min(int((points[i, 0] - x) / size), columns - 1)
        cell[i] = min(int((points[i, 1] - y) / size), rows - 1) * columns + column
        first[cell[i] + 1] += 1
    for number in range(columns * rows):
        first[number + 1] += first[number]
    at, spot, whose = first[:-1].copy(), np.empty((len(points), 3)), np.empty(len(points), np.int64)
    for i in range(len(points)):
        to = at[cell[i]]
        at[cell[i]] += 1
        spot[to, 0], spot[to, 1], spot[to, 2], whose[to] = points[i, 0], points[i, 1], reach[i], place[i]
    return first, spot, whose


@cached_njit
def count_legs(segments, cells, first, spot, low, high, counts):
    """How many points see each of the segments ``low..high``."""
    rows = np.empty((cells[4] + 1, 2), np.int64)
    for number in range(low, high):
        held = 0
        for row in range(_point_runs(segments[0], number, cells, first, rows)):
            for at in range(rows[row, 0], rows[row, 1]):
                held += _circle_interval(segments, number, spot[at, 0], spot[at, 1], spot[at, 2])[0]
        counts[number] = held


@cached_njit
def fill_legs(segments, start, edge, cells, first, spot, place, counts, low, high, begin, numbers, metres):
    """The rows of the segments ``low..high`` (whole edges), sorted, written from row ``begin`` on."""
    rows = np.empty((cells[4] + 1, 2), np.int64)
    number = low
    while number < high:
        upto, held = number, 0
        while upto < high and edge[upto] == edge[number]:
            held += counts[upto]
            upto += 1
        if held:
            whose, part = np.empty((held, 2), np.int64), np.empty((held, 4))
            _gather_legs(segments, start, cells, first, spot, place, rows, number, upto, whose, part)
            order = _sort_order(whose, part)
            for i in range(held):
                row, to = order[i], begin + i
                numbers[0, to], numbers[1, to], numbers[2, to] = whose[row, 0], edge[number], whose[row, 1]
                for column in range(4):
                    metres[column, to] = part[row, column]
        begin, number = begin + held, upto


@inner_njit
def _gather_legs(segments, start, cells, first, spot, place, rows, low, high, whose, part):
    """Place and segment, low, high, foot and offset of all that see some segments of one edge."""
    held = 0
    for number in range(low, high):
        for row in range(_point_runs(segments[0], number, cells, first, rows)):
            for at in range(rows[row, 0], rows[row, 1]):
                meets, near, far, foot, offset = _circle_interval(
                    segments, number, spot[at, 0], spot[at, 1], spot[at, 2]
                )
                if not meets:
                    continue
                if near > far:  # a touch of the end, split by rounding
                    near = far = min(max(foot, 0.0), segments[1][number])
                whose[held, 0], whose[held, 1] = place[at], number
                part[held, 0], part[held, 1] = start[number] + near, start[number] + far
                part[held, 2], part[held, 3] = start[number] + foot, offset
                held += 1


@inner_njit
def _point_runs(ends, number, cells, first, rows):
    """Runs of points around a segment, row of cells by row of cells; how many runs there are."""
    x, y, size, columns, count, widest = cells
    x0, y0, x1, y1 = ends[number, 0] - x, ends[number, 1] - y, ends[number, 2] - x, ends[number, 3] - y
    if y1 < y0:
        x0, y0, x1, y1 = x1, y1, x0, y0
    held = 0
    if y1 + widest < 0 or y0 - widest > count * size:
        return held
    for row in range(cell_index(y0 - widest, size, count), cell_index(y1 + widest, size, count) + 1):
        left, right = x0, x1
        if y1 > y0:
            slope = (x1 - x0) / (y1 - y0)
            left = x0 + slope * (min(max(row * size - widest, y0), y1) - y0)
            right = x0 + slope * (max(min((row + 1) * size + widest, y1), y0) - y0)
        if right < left:
            left, right = right, left
        if right + widest < 0 or left - widest > columns * size:
            continue
        here = row * columns
        low = first[here + cell_index(left - widest, size, columns)]
        high = first[here + cell_index(right + widest, size, columns) + 1]
        if high > low:
            rows[held, 0], rows[held, 1] = low, high
            held += 1
    return held


@inner_njit
def _circle_interval(segments, number, px, py, limit):
    """Whether a circle meets a segment; low, high, foot and offset along it."""
    ends, length, dx, dy = segments
    x0, y0, x1, y1 = ends[number, 0], ends[number, 1], ends[number, 2], ends[number, 3]
    wx, wy = px - x0, py - y0
    foot, offset = wx * dx[number] + wy * dy[number], abs(wx * dy[number] - wy * dx[number])
    grown = limit + LEG_SLACK
    near = px - grown <= max(x0, x1) and px + grown >= min(x0, x1)
    near = near and py - grown <= max(y0, y1) and py + grown >= min(y0, y1)
    if length[number] == 0:
        offset = np.hypot(wx, wy)
    if not near or offset > grown:
        return False, 0.0, 0.0, 0.0, 0.0
    half = np.sqrt(max(limit * limit - offset * offset, 0.0))
    low, high = max(foot - half, 0.0), min(foot + half, length[number])
    return low <= high + LEG_SLACK, low, high, foot, offset


@inner_njit
def _is_before(whose, part, a, b):
    """Whether row ``a`` stands before row ``b``: by low and place, then by foot, segment, offset and high."""
    if part[a, 0] != part[b, 0]:
        return part[a, 0] < part[b, 0]
    if whose[a, 0] != whose[b, 0]:
        return whose[a, 0] < whose[b, 0]
    if part[a, 2] != part[b, 2]:
        return part[a, 2] < part[b, 2]
    if whose[a, 1] != whose[b, 1]:
        return whose[a, 1] < whose[b, 1]
    if part[a, 3] != part[b, 3]:
        return part[a, 3] < part[b, 3]
    return part[a, 1] < part[b, 1]


@inner_njit
def _sort_order(whose, part):
    """The order of rows: short runs by shifting, then runs merged two by two."""
    count = len(part)
    order, other = np.arange(count), np.empty(count, np.int64)
    for begin in range(0, count, INSERTION_SORT_ROWS):
        for i in range(begin + 1, min(begin + INSERTION_SORT_ROWS, count)):
            row, hole = order[i], i
            while hole > begin and _is_before(whose, part, row, order[hole - 1]):
                order[hole] = order[hole - 1]
                hole -= 1
            order[hole] = row
    width = INSERTION_SORT_ROWS
    while width < count:
        for begin in range(0, count, 2 * width):
            middle, end = min(begin + width, count), min(begin + 2 * width, count)
            a, b = begin, middle
            for to in range(begin, end):
                if b >= end or (a < middle and not _is_before(whose, part, order[b], order[a])):
                    other[to] = order[a]
                    a += 1
                else:
                    other[to] = order[b]
                    b += 1
        order, other = other, order
        width *= 2
    return order

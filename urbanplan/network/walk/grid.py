"""Compiled work on the uniform grid: filling cells, the nearest segment, seen parts and their order."""

from __future__ import annotations

import numpy as np

from urbanplan.network.kernels.compiled import compiled
from urbanplan.network.walk.seen import SLACK


@compiled
def visit_cells(ends, x, y, size, columns, rows, at, item, write):  # noqa: PLR0913
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
def nearest(ends, x, y, size, columns, rows, first, item, points, number, distance):  # noqa: PLR0913
    """The nearest segment of each point and its distance, ring of cells by ring of cells."""
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
def within(ends, length, dx, dy, grid, first, item, points, reach, begin):  # noqa: PLR0913
    """Pairs of a point and a segment within its reach, and where the seen part begins on the segment."""
    x, y, size, columns, rows = grid
    held, room = 0, max(4 * len(points), 64)
    place, segment, start = np.empty(room, np.int32), np.empty(room, np.int32), np.empty(room)
    stamp = np.full(len(ends), -1, np.int32)
    for i in range(len(points)):
        px, py, limit = points[i, 0], points[i, 1], reach[i]
        if limit < 0:
            continue
        grown = limit + SLACK
        left, right = _cell(px - grown - x, size, columns), _cell(px + grown - x, size, columns)
        for row in range(_cell(py - grown - y, size, rows), _cell(py + grown - y, size, rows) + 1):
            for at in range(first[row * columns + left], first[row * columns + right + 1]):
                number = item[at]
                if stamp[number] == i:
                    continue
                stamp[number] = i
                low, high, foot, offset = _circle(ends, length, dx, dy, number, px, py, limit)
                if offset > grown or low > high + SLACK:
                    continue
                if held == room:
                    place, segment, start = _grown(place), _grown(segment), _grown(start)
                    room = len(place)
                place[held], segment[held] = i + begin, number
                start[held] = _begin(low, high, foot, length[number])
                held += 1
    return place[:held], segment[:held], start[:held]


@compiled
def _begin(low, high, foot, length):
    """Where a seen part begins; a touch of the end, split by rounding, is the end."""
    return min(max(foot, 0.0), length) if low > high else low


@compiled
def columns(ends, length, dx, dy, start, edge, place, segment, points, reach, order, begin, numbers, metres):  # noqa: PLR0913
    """The columns of the seen parts, row by row in order."""
    for i in range(len(order)):
        row = i + begin
        who, number = place[order[i]], segment[order[i]]
        low, high, foot, offset = _circle(ends, length, dx, dy, number, points[who, 0], points[who, 1], reach[who])
        first = _begin(low, high, foot, length[number])
        numbers[0, row], numbers[1, row], numbers[2, row] = who, edge[number], number
        metres[0, row] = start[number] + first
        metres[1, row] = start[number] + (first if low > high else high)
        metres[2, row], metres[3, row] = start[number] + foot, offset


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
def _grown(values):
    wider = np.empty(2 * len(values), values.dtype)
    wider[: len(values)] = values
    return wider


@compiled
def in_order(edge_of, segment, low, edges):
    """Order by edge and low; rows that tie keep their order, which is that of the places."""
    first = np.zeros(edges + 1, np.int64)
    for row in range(len(segment)):
        first[edge_of[segment[row]] + 1] += 1
    for number in range(edges):
        first[number + 1] += first[number]
    order, at = np.empty(len(segment), np.int64), first[:-1].copy()
    for row in range(len(segment)):
        edge = edge_of[segment[row]]
        order[at[edge]] = row
        at[edge] += 1
    for number in range(edges):
        begin, end = first[number], first[number + 1]
        if end - begin > 64:
            mine = order[begin:end].copy()
            order[begin:end] = mine[np.argsort(low[mine], kind="mergesort")]
            continue
        for i in range(begin + 1, end):
            row, hole = order[i], i
            while hole > begin and low[order[hole - 1]] > low[row]:
                order[hole] = order[hole - 1]
                hole -= 1
            order[hole] = row
    return order

"""Compiled work on the uniform grid: filling cells and the nearest segment."""

from __future__ import annotations

import numpy as np

from urbanplan.layer.compiled import cached_njit, inner_njit


@cached_njit
def visit_cells(ends, x, y, size, columns, rows, at, item, write):
    """Count the cells that each segment touches (``at`` from place 1), or write its number into them."""
    for number in range(len(ends)):
        x0, y0, x1, y1 = ends[number, 0] - x, ends[number, 1] - y, ends[number, 2] - x, ends[number, 3] - y
        if y1 < y0:
            x0, y0, x1, y1 = x1, y1, x0, y0
        slack = 1e-6 * size
        low, high = cell_index(y0 - slack, size, rows), cell_index(y1 + slack, size, rows)
        for row in range(low, high + 1):
            left, right = x0, x1
            if y1 > y0:
                slope = (x1 - x0) / (y1 - y0)
                left = x0 + slope * (min(max(row * size - slack, y0), y1) - y0)
                right = x0 + slope * (max(min((row + 1) * size + slack, y1), y0) - y0)
            if right < left:
                left, right = right, left
            for column in range(cell_index(left - slack, size, columns), cell_index(right + slack, size, columns) + 1):
                cell = row * columns + column
                if write:
                    item[at[cell]] = number
                    at[cell] += 1
                else:
                    at[cell + 1] += 1


@inner_njit
def cell_index(metres, size, count):
    """The column or row that holds a coordinate, the outermost for what lies outside."""
    return min(max(int(np.floor(metres / size)), 0), count - 1)


@inner_njit
def _segment_distance(ends, number, px, py):
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


@cached_njit
def find_nearest(ends, x, y, size, columns, rows, first, item, points, number, distance):
    """The nearest segment of each point and its distance, ring of cells by ring of cells."""
    for i in range(len(points)):
        px, py = points[i, 0], points[i, 1]
        gx, gy = (px - x) / size, (py - y) / size
        column, row = cell_index(px - x, size, columns), cell_index(py - y, size, rows)
        best, found, ring, last = np.inf, -1, 0, max(columns, rows)
        while ring <= last:
            for j in range(max(row - ring, 0), min(row + ring, rows - 1) + 1):
                step = 1 if abs(j - row) == ring else 2 * ring
                for k in range(column - ring, column + ring + 1, max(step, 1)):
                    if k < 0 or k >= columns or _cell_distance(gx, gy, k, j) * size > best:
                        continue
                    for place in range(first[j * columns + k], first[j * columns + k + 1]):
                        way = _segment_distance(ends, item[place], px, py)
                        if way < best or (way == best and item[place] < found):
                            best, found = way, item[place]
            # nothing beyond the rings so far is nearer than their rim
            rim = min(min(gx - (column - ring), column + ring + 1 - gx), min(gy - (row - ring), row + ring + 1 - gy))
            ring += 1
            if best < (rim - 1e-6) * size:
                break
        number[i], distance[i] = found, best


@inner_njit
def _cell_distance(gx, gy, column, row):
    """Distance of a point from a cell, in cells, a little short."""
    dx = max(max(column - gx, gx - column - 1), 0.0)
    dy = max(max(row - gy, gy - row - 1), 0.0)
    return np.sqrt(dx * dx + dy * dy) * (1 - 1e-9) - 2e-6

"""Steepest descent to one of eight neighbours, ways over flats, and what flows together.

Neighbours are numbered 0..7 by rows: north-west, north, north-east, west, east, south-west, south, south-east; the
opposite of ``k`` is ``7 - k``.  A cell on the border or beside a void is open: its water leaves.
"""

from __future__ import annotations

import numpy as np

from urbanplan.raster.kernels.compiled import compiled

OPEN, FLAT, PIT, VOID = 8, 9, 10, 255
"""Codes beside the eight directions: drains out, not yet decided, lowest of its surroundings, no height."""
SEED = 16
"""Added to the direction of a flat's cell that drains at once, while the others are sought."""

ROW_STEP = np.array([-1, -1, -1, 0, 0, 1, 1, 1], dtype=np.int64)
COLUMN_STEP = np.array([-1, 0, 1, -1, 1, -1, 0, 1], dtype=np.int64)


@compiled
def descend(height, steepness, sides, row_step, column_step):
    """Direction of the steepest descent of each cell; FLAT where no neighbour is lower.

    Args:
        height: rows x columns, NaN where void. steepness: rows x 8, one over the distance to each neighbour.
        sides: whether the north, south, west and east side is open; else what lies beyond is left out.
        row_step, column_step: of the eight neighbours.
    """
    rows, columns = height.shape
    code = np.empty((rows, columns), np.uint8)
    for r in range(rows):
        for c in range(columns):
            own = height[r, c]
            if own != own:
                code[r, c] = 255
                continue
            found, best = 9, 0.0
            if (
                (r == 0 and sides[0])
                or (r == rows - 1 and sides[1])
                or (c == 0 and sides[2])
                or (c == columns - 1 and sides[3])
            ):
                found = 8
            else:
                for k in range(8):
                    y, x = r + row_step[k], c + column_step[k]
                    if y < 0 or y >= rows or x < 0 or x >= columns:
                        continue
                    other = height[y, x]
                    if other != other:
                        found = 8
                        break
                    slope = (own - other) * steepness[r, k]
                    if slope > best:
                        best, found = slope, k
            code[r, c] = found
    return code


@compiled
def cross_flats(height, code, row_step, column_step):
    """Lead flats to where they drain, by the fewest cells; a flat that does not gets a PIT, its first cell.

    Args:
        height: rows x columns. code: of :func:`descend`, changed in place.

    Returns:
        Row-major places of the pits, ascending.
    """
    rows, columns = height.shape
    flat = 0
    for r in range(rows):
        for c in range(columns):
            flat += code[r, c] == 9
    queue = np.empty(flat, np.int64)
    last = 0
    for r in range(rows):
        for c in range(columns):
            if code[r, c] != 9:
                continue
            for k in range(8):
                y, x = r + row_step[k], c + column_step[k]
                if 0 <= y < rows and 0 <= x < columns and code[y, x] < 9 and height[y, x] == height[r, c]:
                    code[r, c] = 16 + k
                    queue[last] = r * columns + c
                    last += 1
                    break
    for i in range(last):
        code[queue[i] // columns, queue[i] % columns] -= 16
    last = _spread(height, code, queue, last, row_step, column_step)
    pits = np.empty(flat - last, np.int64)
    count = 0
    for r in range(rows):
        for c in range(columns):
            if code[r, c] == 9:
                pits[count] = queue[0] = r * columns + c
                code[r, c] = 10
                count += 1
                _spread(height, code, queue, 1, row_step, column_step)
    return pits[:count].copy()


@compiled
def _spread(height, code, queue, last, row_step, column_step):
    """Breadth first over flats of one height from what waits in the queue; returns how many came through it."""
    rows, columns = height.shape
    first = 0
    while first < last:
        r, c = queue[first] // columns, queue[first] % columns
        first += 1
        for k in range(8):
            y, x = r + row_step[k], c + column_step[k]
            if 0 <= y < rows and 0 <= x < columns and code[y, x] == 9 and height[y, x] == height[r, c]:
                code[y, x] = 7 - k
                queue[last] = y * columns + x
                last += 1
    return last


@compiled
def accumulate(code, row_area, row_step, column_step):
    """Area that drains through each cell, itself included; 0 where void.

    Args:
        code: directions without FLAT. row_area: area of a cell of each row.
    """
    rows, columns = code.shape
    area = np.zeros((rows, columns), np.float64)
    waiting = np.zeros((rows, columns), np.uint8)
    for r in range(rows):
        for c in range(columns):
            k = code[r, c]
            if k != 255:
                area[r, c] = row_area[r]
            if k < 8:
                waiting[r + row_step[k], c + column_step[k]] += 1
    for start_row in range(rows):
        for start_column in range(columns):
            r, c = start_row, start_column
            while waiting[r, c] == 0:
                waiting[r, c] = 255
                k = code[r, c]
                if k >= 8:
                    break
                y, x = r + row_step[k], c + column_step[k]
                area[y, x] += area[r, c]
                waiting[y, x] -= 1
                r, c = y, x
    return area

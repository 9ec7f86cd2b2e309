"""Basins, one for each pit, and the lowest saddle between every two that touch."""

from __future__ import annotations

import numpy as np

from urbanplan.raster.kernels.compiled import compiled

OUTSIDE = 0
"""Label of what drains over the border or into a void."""


@compiled
def label_basins(code, pits, row_step, column_step):
    """Label of each cell: 1.. by the pit that its water reaches, 0 where it leaves, -1 where void.

    Args:
        code: directions without FLAT. pits: of :func:`urbanplan.raster.kernels.directions.cross_flats`.
    """
    rows, columns = code.shape
    label = np.full((rows, columns), -2, np.int32)
    for i in range(len(pits)):
        label[pits[i] // columns, pits[i] % columns] = i + 1
    for start_row in range(rows):
        for start_column in range(columns):
            r, c = start_row, start_column
            while label[r, c] == -2 and code[r, c] < 8:
                k = code[r, c]
                r, c = r + row_step[k], c + column_step[k]
            found = label[r, c]
            if found == -2:
                found = 0 if code[r, c] == 8 else -1
                label[r, c] = found
            r, c = start_row, start_column
            while label[r, c] == -2:
                label[r, c] = found
                k = code[r, c]
                r, c = r + row_step[k], c + column_step[k]
    return label


@compiled
def sum_areas(label, row_area, count):
    """Ground of each label, voids left out.

    Args:
        label: rows x columns, negative where void. row_area: area of a cell of each row. count: labels.
    """
    rows, columns = label.shape
    area = np.zeros(count, np.float64)
    for r in range(rows):
        for c in range(columns):
            if label[r, c] >= 0:
                area[label[r, c]] += row_area[r]
    return area


@compiled
def lowest_saddles(height, label, count):
    """The lowest saddle between every two labels that touch, the first of equals by place.

    Args:
        height, label: rows x columns. count: labels, a guess at how many saddles there are.

    Returns:
        The lower and the higher label of each, its height, and its place: ``4 * cell + which`` of the neighbours to
        the east, south-west, south and south-east.
    """
    rows, columns = height.shape
    size = 64
    while size < 6 * count:
        size *= 2
    key = np.full(size, -1, np.int64)
    level = np.empty(size, np.float64)
    place = np.empty(size, np.int64)
    used = 0
    for r in range(rows):
        for c in range(columns):
            own = label[r, c]
            if own < 0:
                continue
            for which in range(4):
                y = r if which == 0 else r + 1
                x = c + 1 if which == 0 else c + which - 2
                if y >= rows or x < 0 or x >= columns:
                    continue
                other = label[y, x]
                if other == own or other < 0:
                    continue
                low, high = (own, other) if own < other else (other, own)
                pair = np.int64(low) * 4294967296 + np.int64(high)
                saddle = max(height[r, c], height[y, x])
                slot = _slot(key, pair)
                if key[slot] == -1:
                    key[slot] = pair
                    level[slot] = saddle
                    place[slot] = 4 * (r * columns + c) + which
                    used += 1
                    if 10 * used > 7 * len(key):
                        key, level, place = _grow(key, level, place)
                elif saddle < level[slot]:
                    level[slot] = saddle
                    place[slot] = 4 * (r * columns + c) + which
    first, second, levels = np.empty(used, np.int64), np.empty(used, np.int64), np.empty(used, np.float64)
    places, kept = np.empty(used, np.int64), 0
    for slot in range(len(key)):
        if key[slot] >= 0:
            first[kept], second[kept] = key[slot] // 4294967296, key[slot] % 4294967296
            levels[kept], places[kept] = level[slot], place[slot]
            kept += 1
    return first, second, levels, places


@compiled
def _slot(key, pair):
    """Where a pair stands in an open table, or the free slot for it."""
    mask = len(key) - 1
    slot = (pair ^ (pair >> 29) ^ (pair >> 17)) & mask
    while key[slot] != -1 and key[slot] != pair:
        slot = (slot + 1) & mask
    return slot


@compiled
def _grow(key, level, place):
    """The table at twice its size."""
    wider = np.full(2 * len(key), -1, np.int64)
    levels = np.empty(2 * len(key), np.float64)
    places = np.empty(2 * len(key), np.int64)
    for i in range(len(key)):
        if key[i] != -1:
            slot = _slot(wider, key[i])
            wider[slot], levels[slot], places[slot] = key[i], level[i], place[i]
    return wider, levels, places


@compiled
def raise_levels(height, label, level, group):
    """Levels and depressions of a part: the height or the level of its label, and the group where it is wet.

    Args:
        height, label: rows x columns. level, group: by label.

    Returns:
        Levels, NaN where void, and groups, 0 where dry.
    """
    rows, columns = height.shape
    levels = np.empty((rows, columns), np.float64)
    groups = np.zeros((rows, columns), np.int32)
    for r in range(rows):
        for c in range(columns):
            own, at = height[r, c], label[r, c]
            levels[r, c] = own
            if at > 0 and own < level[at]:
                levels[r, c] = level[at]
                groups[r, c] = group[at]
    return levels, groups


@compiled
def renumber(groups, count):
    """Number groups 1.. by their first cell, row by row, in place; returns the group of each number.

    Args:
        groups: rows x columns, 0 where none. count: greater than every group.
    """
    number = np.zeros(count, np.int32)
    found = np.empty(count, np.int64)
    used = 0
    rows, columns = groups.shape
    for r in range(rows):
        for c in range(columns):
            group = groups[r, c]
            if group > 0:
                if number[group] == 0:
                    found[used] = group
                    used += 1
                    number[group] = used
                groups[r, c] = number[group]
    return found[:used].copy()

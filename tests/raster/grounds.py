"""Grounds whose depressions are known by hand, and slow references that share no code with the room."""

from __future__ import annotations

import heapq

import numpy as np

from urbanplan.raster.elevation import elevation_from_array

STEPS = [(-1, -1), (-1, 0), (-1, 1), (0, -1), (0, 1), (1, -1), (1, 0), (1, 1)]


def ground(heights, cell=1.0):
    """Heights on a grid of square cells, metres, about a central meridian, where the scale is 1."""
    rows, columns = np.shape(heights)
    transform = (cell, 0.0, 500_000 - columns * cell / 2, 0.0, -cell, 4_000_000 + rows * cell / 2)
    return elevation_from_array(np.array(heights, float), transform=transform, crs="EPSG:4547")


def trough(*profile, wall=99.0):
    """A channel one cell wide between walls, whose own rain leaves: what lies in it is all that counts."""
    return ground([[wall] * len(profile), list(profile), [wall] * len(profile)])


def bowl(size, centre, radius, depth, heights=None):
    """A round hole with straight sides in a plane at 10 m."""
    rows, columns = np.indices((size, size))
    away = np.hypot(rows - centre[0], columns - centre[1])
    hole = 10.0 - depth * np.maximum(0.0, 1.0 - away / radius)
    return hole if heights is None else np.minimum(hole, heights)


def neighbours(shape, cell):
    for row, column in STEPS:
        y, x = cell[0] + row, cell[1] + column
        if 0 <= y < shape[0] and 0 <= x < shape[1]:
            yield y, x


def is_open(heights, cell):
    around = list(neighbours(heights.shape, cell))
    return len(around) < 8 or any(np.isnan(heights[one]) for one in around)


def flood(heights):
    """Filled levels by a queue over all cells (Priority-Flood)."""
    level = np.full(heights.shape, np.nan)
    queue = [
        (heights[cell], cell)
        for cell in np.ndindex(heights.shape)
        if not np.isnan(heights[cell]) and is_open(heights, cell)
    ]
    for height, cell in queue:
        level[cell] = height
    heapq.heapify(queue)
    while queue:
        height, cell = heapq.heappop(queue)
        for other in neighbours(heights.shape, cell):
            if np.isnan(level[other]) and not np.isnan(heights[other]):
                level[other] = max(height, heights[other])
                heapq.heappush(queue, (level[other], other))
    return level


class Pouring:
    """Water poured cell by cell onto a ground of cells of 1 m² whose heights all differ."""

    def __init__(self, heights):
        self.heights, self.water, self.out = heights, np.zeros(heights.shape), 0.0

    def pour(self, cell, amount):
        while amount > 1e-15:
            if is_open(self.heights, cell):
                self.out += amount
                return
            below = self.steepest(cell)
            if self.water[cell] == 0 and below is not None:
                cell = below
                continue
            pool, level = self.pool(cell)
            onward = self.overflow(pool, level)
            if onward is not None:
                cell = onward
                continue
            rim = min(
                self.surface(other)
                for one in pool
                for other in neighbours(self.heights.shape, one)
                if other not in pool
            )
            room = (rim - level) * len(pool)
            raised = level + amount / len(pool) if amount <= room else rim
            for one in pool:
                self.water[one] = raised - self.heights[one]
            amount -= min(room, amount)

    def surface(self, cell):
        return self.heights[cell] + self.water[cell]

    def steepest(self, cell):
        """The neighbour to which the ground falls most steeply; None where it falls to none."""
        fall = {
            other: (self.heights[cell] - self.heights[other]) / np.hypot(other[0] - cell[0], other[1] - cell[1])
            for other in neighbours(self.heights.shape, cell)
        }
        best = max(fall, key=fall.__getitem__)
        return best if fall[best] > 0 else None

    def pool(self, cell):
        """The cells of one level about a cell."""
        level, found, waiting = self.surface(cell), {cell}, [cell]
        while waiting:
            for other in neighbours(self.heights.shape, waiting.pop()):
                if other not in found and abs(self.surface(other) - level) < 1e-9:
                    found.add(other)
                    waiting.append(other)
        return found, level

    def overflow(self, pool, level):
        """Where a pool spills to: past its dry saddle; of several ways the first by rows."""
        ways = []
        for one in pool:
            if self.water[one] > 1e-9 or is_open(self.heights, one):
                if is_open(self.heights, one):
                    return one
                continue
            below = self.steepest(one)
            if below is not None and below not in pool:
                return below
            for other in neighbours(self.heights.shape, one):
                if other not in pool and self.surface(other) < level - 1e-9:
                    ways.append((min(one, other), max(one, other), other))
        return min(ways)[2] if ways else None

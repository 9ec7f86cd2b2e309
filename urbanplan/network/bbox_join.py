"""Pairs of boxes that meet, by a uniform grid: the join behind seeing, crossing and shading.

Numpy only: cells are expanded, sorted and searched; a pair is reported once, in
the cell that holds the lower left corner of what the two boxes share.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from urbanplan.network.intervals import Floats, Ints, expand_counts
from urbanplan.network.order import sort_order

CHUNK_PAIRS = 2**17
"""Pairs of rows looked at in one piece: bounds the memory, not the answer."""


@dataclass(frozen=True, eq=False)
class Boxes:
    """Axis-parallel boxes, one row each: lower left and upper right corners, shape (n, 2), metres."""

    low: NDArray[np.float64]
    high: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.low)

    @cached_property
    def sides(self) -> tuple[Floats, Floats]:
        """Width and height of each box."""
        return self.high[:, 0] - self.low[:, 0], self.high[:, 1] - self.low[:, 1]

    @cached_property
    def edges(self) -> tuple[Floats, Floats, Floats, Floats]:
        """Least x and y, greatest x and y of each box, each in one piece of memory."""
        west, south, east, north = (np.ascontiguousarray(side) for side in (*self.low.T, *self.high.T))
        return west, south, east, north

    @cached_property
    def extent(self) -> tuple[float, float, float, float]:
        """Least x and y, greatest x and y of all boxes, of which there must be one."""
        low, high = self.low.T, self.high.T
        return float(low[0].min()), float(low[1].min()), float(high[0].max()), float(high[1].max())

    @cached_property
    def mean_side(self) -> float:
        """Mean of the longer sides."""
        return float(np.maximum(*self.sides).mean())


def boxes_around(x: Floats, y: Floats, margin: Floats | float = 0.0) -> Boxes:
    """Boxes around points, ``margin`` to each side."""
    low = np.column_stack([x - margin, y - margin])
    return Boxes(low, np.column_stack([x + margin, y + margin]))


def segment_boxes(segments: NDArray[np.float64], margin: float = 0.0) -> Boxes:
    """Boxes of straight segments, rows ``(x0, y0, x1, y1)``, grown by ``margin``."""
    first, second = segments[:, :2], segments[:, 2:]
    return Boxes(np.minimum(first, second) - margin, np.maximum(first, second) + margin)


def intersecting_pairs(left: Boxes, right: Boxes) -> tuple[Ints, Ints]:
    """All pairs of a left and a right box that share a point, sorted by left, then right."""
    found = list(intersecting_chunks(left, right))
    if not found:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    a = np.concatenate([piece[0] for piece in found])
    b = np.concatenate([piece[1] for piece in found])
    order = np.lexsort((b, a))
    return a[order], b[order]


def intersecting_chunks(left: Boxes, right: Boxes) -> Iterator[tuple[Ints, Ints]]:
    """The pairs of :func:`meeting` piece by piece, unsorted, each pair once."""
    if len(left) == 0 or len(right) == 0:
        return
    if len(left) < len(right):  # the smaller side is sorted, the larger is searched
        for a, b in intersecting_chunks(right, left):
            yield b, a
        return
    yield from _join(left, right)


def crossing_chunks(boxes: Boxes) -> Iterator[tuple[Ints, Ints]]:
    """The pairs of boxes of one set that share a point, the lower row first, piece by piece, each pair once."""
    if len(boxes) == 0:
        return
    cells = _cells(boxes, _grid(boxes, boxes), None).sort()  # stable: in a cell the lower rows stand first
    cell_end = np.append(np.flatnonzero(cells.key[1:] != cells.key[:-1]) + 1, len(cells.key))
    following = np.repeat(cell_end, np.diff(cell_end, prepend=0)) - np.arange(1, len(cells.key) + 1)
    for piece in _chunks(following):
        owner, number = expand_counts(following[piece])
        one = owner + piece.start
        yield from _meeting(boxes, boxes, cells, one, cells, one + number + 1)


def _join(left: Boxes, right: Boxes) -> Iterator[tuple[Ints, Ints]]:
    """Pairs by the cells that both touch."""
    grid = _grid(left, right)
    small = _cells(right, grid, None).sort()
    large = _cells(left, grid, small.key)
    start = np.searchsorted(small.key, large.key, side="left")
    counts = np.searchsorted(small.key, large.key, side="right") - start
    for piece in _chunks(counts):
        owner, number = expand_counts(counts[piece])
        one = owner + piece.start
        yield from _meeting(left, right, large, one, small, start[one] + number)


@dataclass(frozen=True)
class _Grid:
    x: float
    y: float
    size: float
    columns: int


def _grid(left: Boxes, right: Boxes) -> _Grid:
    x, y = min(left.extent[0], right.extent[0]), min(left.extent[1], right.extent[1])
    wide, tall = max(left.extent[2], right.extent[2]) - x, max(left.extent[3], right.extent[3]) - y
    size = max(left.mean_side * 1.25, right.mean_side * 1.25, max(wide, tall) / 2**20, 1e-6)
    while max(_cells_per_box(boxes, size) for boxes in (left, right)) > 12:
        size *= 2
    return _Grid(x, y, size, int(tall / size) + 2)


def _cells_per_box(boxes: Boxes, size: float) -> float:
    """Cells that a box takes on average."""
    wide, tall = boxes.sides
    return float(((wide / size + 1) * (tall / size + 1)).mean())


@dataclass(frozen=True, eq=False)
class _Cells:
    """Boxes in the cells they touch: box, key of the cell, and its place: 1 for the first column of the box, 2 for the
    first row, 3 for both."""

    box: Ints
    key: Ints
    corner: NDArray[np.int8]

    def sort(self) -> _Cells:
        """By cell, in each as they stand."""
        order = sort_order(self.key)
        return _Cells(self.box[order], self.key[order], self.corner[order])


def _cells(boxes: Boxes, grid: _Grid, wanted: Ints | None) -> _Cells:
    """All cells that the boxes touch; only wanted ones where given (sorted)."""
    (left, wide), (bottom, tall) = (_cell_span(boxes, axis, grid) for axis in (0, 1))
    box, number = expand_counts(wide * tall)
    column, row = np.divmod(number, tall[box])
    key = (left * grid.columns + bottom)[box] + column * grid.columns + row
    corner = (column == 0) + 2 * (row == 0).astype(np.int8)
    if wanted is None:
        return _Cells(box, key, corner)
    place = np.minimum(np.searchsorted(wanted, key), len(wanted) - 1)
    keep = wanted[place] == key
    return _Cells(box[keep], key[keep], corner[keep])


def _cell_span(boxes: Boxes, axis: int, grid: _Grid) -> tuple[Ints, Ints]:
    """The first cell of each box along an axis, and how many it touches."""
    origin = (grid.x, grid.y)[axis]
    first = np.floor((boxes.low[:, axis] - origin) / grid.size).astype(np.int64)
    last = np.floor((boxes.high[:, axis] - origin) / grid.size).astype(np.int64)
    return first, last - first + 1


def _chunks(counts: Ints) -> Iterator[slice]:
    ends = np.cumsum(counts)
    start = 0
    while start < len(counts):
        done = ends[start - 1] if start else 0
        stop = max(int(np.searchsorted(ends, done + CHUNK_PAIRS, side="right")), start + 1)
        yield slice(start, stop)
        start = stop


def _meeting(
    left: Boxes, right: Boxes, large: _Cells, one: Ints, small: _Cells, other: Ints
) -> Iterator[tuple[Ints, Ints]]:
    """Pairs of rows of cells whose boxes share a point of which the cell holds the lower left corner.

    The corner stands in the cell if it is the first column of either box, and the first row of either.
    """
    owned = np.flatnonzero((large.corner[one] | small.corner[other]) == 3)
    a, b = large.box[one[owned]], small.box[other[owned]]
    for axis in (0, 1):
        meets = left.edges[axis][a] <= right.edges[axis + 2][b]
        meets &= right.edges[axis][b] <= left.edges[axis + 2][a]
        a, b = a[meets], b[meets]
    if len(a):
        yield a, b

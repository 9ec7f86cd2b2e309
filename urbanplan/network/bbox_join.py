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

CHUNK_PAIRS = 4_000_000
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
    yield from _join(left, right, ordered=False)


def crossing_chunks(boxes: Boxes) -> Iterator[tuple[Ints, Ints]]:
    """The pairs of boxes of one set that share a point, the lower row first, piece by piece, each pair once."""
    if len(boxes):
        yield from _join(boxes, boxes, ordered=True)


def _join(left: Boxes, right: Boxes, *, ordered: bool) -> Iterator[tuple[Ints, Ints]]:
    """Pairs by the cells that both touch; of two rows that stand both ways only the first where they are ordered."""
    grid = _grid(left, right)
    small, small_key = _cells(right, grid, None)
    order = np.argsort(small_key, kind="stable")
    small, small_key = small[order], small_key[order]
    large, large_key = _cells(left, grid, small_key)
    start = np.searchsorted(small_key, large_key, side="left")
    counts = np.searchsorted(small_key, large_key, side="right") - start
    for piece in _chunks(counts):
        owner, number = expand_counts(counts[piece])
        a, b = large[piece][owner], small[start[piece][owner] + number]
        if ordered:
            first = np.flatnonzero(a < b)
            a, b, owner = a[first], b[first], owner[first]
        keep = _owned_by_cell(left, right, a, b, grid, large_key[piece][owner])
        if len(keep):
            yield a[keep], b[keep]


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


def _cells(boxes: Boxes, grid: _Grid, wanted: Ints | None) -> tuple[Ints, Ints]:
    """Rows (box, cell key) of all cells that the boxes touch; only wanted cells where given (sorted)."""
    (left, wide), (bottom, tall) = (_cell_span(boxes, axis, grid) for axis in (0, 1))
    box, number = expand_counts(wide * tall)
    column, row = np.divmod(number, tall[box])
    key = (left * grid.columns + bottom)[box] + column * grid.columns + row
    if wanted is None:
        return box, key
    place = np.minimum(np.searchsorted(wanted, key), len(wanted) - 1)
    keep = wanted[place] == key
    return box[keep], key[keep]


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


def _owned_by_cell(left: Boxes, right: Boxes, a: Ints, b: Ints, grid: _Grid, key: Ints) -> Ints:
    """Rows whose boxes share a point of which the cell holds the lower left corner."""
    keep = np.arange(len(a))
    cells = np.divmod(key, grid.columns)
    for axis, origin, cell in zip((0, 1), (grid.x, grid.y), cells, strict=True):
        one, other = a[keep], b[keep]
        corner = np.maximum(left.edges[axis][one], right.edges[axis][other])
        held = corner <= np.minimum(left.edges[axis + 2][one], right.edges[axis + 2][other])
        held &= np.floor((corner - origin) / grid.size) == cell[keep]
        keep = keep[held]
    return keep

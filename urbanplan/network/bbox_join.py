"""Pairs of boxes that meet, by a uniform grid: the join behind seeing, crossing and shading.

Numpy only: cells are expanded, sorted and searched; a pair is reported once, in
the cell that holds the lower left corner of what the two boxes share.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from urbanplan.network.intervals import Floats, Ints, expand_counts, ranges_of_keys
from urbanplan.network.order import sort_order

CHUNK_PAIRS = 2**16
"""Pairs of rows looked at in one piece: bounds the memory, not the answer."""
BAND_BOXES = 2**19
"""Boxes of one set that are put into cells at once, where they lie side by side: bounds the memory, not the answer."""
MAX_BANDS = 250
"""Bands whose number fits a byte."""


@dataclass(frozen=True)
class Spread:
    """Where boxes lie and how large they are.

    Attributes:
        count: of boxes. extent: least x and y, greatest x and y. side: sum of the longer sides.
        sides: sum of widths and heights. area: sum of areas.
    """

    count: int
    extent: tuple[float, float, float, float]
    side: float
    sides: float
    area: float

    def cells_per_box(self, size: float) -> float:
        """Cells that a box takes on average, if they are so wide."""
        return (self.area / size + self.sides) / size / self.count + 1


def merge_spreads(parts: Sequence[Spread]) -> Spread:
    """That of all boxes together."""
    inf = float("inf")
    low_x, low_y, high_x, high_y = zip(*(part.extent for part in parts), strict=True) if parts else ((inf,),) * 4
    return Spread(
        sum(part.count for part in parts),
        (min(low_x), min(low_y), max(high_x), max(high_y)),
        sum(part.side for part in parts),
        sum(part.sides for part in parts),
        sum(part.area for part in parts),
    )


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
        west, south, east, north = self.edges
        return east - west, north - south

    @cached_property
    def edges(self) -> tuple[Floats, Floats, Floats, Floats]:
        """Least x and y, greatest x and y of each box, each in one piece of memory."""
        west, south, east, north = (np.ascontiguousarray(side) for side in (*self.low.T, *self.high.T))
        return west, south, east, north

    @property
    def spread(self) -> Spread:
        """Where they lie and how large they are; there must be one."""
        return self._spread

    @cached_property
    def _spread(self) -> Spread:
        (wide, tall), (west, south, east, north) = self.sides, self.edges
        extent = float(west.min()), float(south.min()), float(east.max()), float(north.max())
        sums = np.maximum(wide, tall).sum(), wide.sum() + tall.sum(), wide @ tall
        return Spread(len(self), extent, *map(float, sums))

    def take(self, rows: Ints) -> Boxes:
        """Some of them."""
        return Boxes(self.low.take(rows, axis=0), self.high.take(rows, axis=0))

    def pieces(self) -> Iterator[tuple[Ints, Boxes]]:
        """All rows, and their boxes."""
        yield np.arange(len(self), dtype=np.int64), self


class BoxTable(Protocol):
    """Boxes that are made when they are asked for, by row."""

    def __len__(self) -> int: ...

    @property
    def spread(self) -> Spread:
        """Where they lie and how large they are."""
        ...

    def take(self, rows: Ints) -> Boxes:
        """The boxes of some rows."""
        ...

    def pieces(self) -> Iterator[tuple[Ints, Boxes]]:
        """All rows that are boxes, rising, and their boxes."""
        ...


def boxes_around(x: Floats, y: Floats, margin: Floats | float = 0.0) -> Boxes:
    """Boxes around points, ``margin`` to each side."""
    low = np.column_stack([x - margin, y - margin])
    return Boxes(low, np.column_stack([x + margin, y + margin]))


def segment_boxes(segments: NDArray[np.float64], margin: float = 0.0) -> Boxes:
    """Boxes of straight segments, rows ``(x0, y0, x1, y1)``, grown by ``margin``."""
    x, y, u, v = (np.ascontiguousarray(side) for side in segments.T)  # numpy works slowly along rows of two
    edges = np.minimum(x, u) - margin, np.minimum(y, v) - margin, np.maximum(x, u) + margin, np.maximum(y, v) + margin
    made = Boxes(np.column_stack(edges[:2]), np.column_stack(edges[2:]))
    made.__dict__["edges"] = edges
    return made


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


def crossing_chunks(boxes: BoxTable) -> Iterator[tuple[Ints, Ints]]:
    """The pairs of boxes of one set that share a point, the lower row first, piece by piece, each pair once."""
    if len(boxes) == 0 or boxes.spread.count == 0:
        return
    grid = _grid(boxes.spread, boxes.spread)
    for rows, columns in _bands(boxes, grid):
        near = boxes.take(rows)
        cells = _cells(near, grid, columns=columns).sort()  # stable: in a cell the lower rows stand first
        cell_end = np.append(np.flatnonzero(cells.key[1:] != cells.key[:-1]) + 1, len(cells.key))
        following = np.repeat(cell_end, np.diff(cell_end, prepend=0)) - np.arange(1, len(cells.key) + 1)
        for piece in _chunks(following):
            one, number = expand_counts(following[piece])
            here = cells.pick(slice(piece.start, piece.stop + int(following[piece.stop - 1])), near)
            for a, b in _meeting(here, one, here, one + number + 1):
                yield rows[a], rows[b]


def _bands(boxes: BoxTable, grid: _Grid) -> Iterator[tuple[Ints, tuple[int, int] | None]]:
    """Columns of the grid, first and last, and the rows whose boxes touch them; None: all columns at once."""
    if boxes.spread.count <= BAND_BOXES:
        yield np.concatenate([rows for rows, _ in boxes.pieces()]), None
        return
    columns = int((boxes.spread.extent[2] - grid.x) / grid.size) + 2
    change = np.zeros(columns + 1, dtype=np.int64)
    for _, piece in boxes.pieces():
        first, wide = _cell_span(piece, 0, grid)
        change += np.bincount(first, minlength=columns + 1) - np.bincount(first + wide, minlength=columns + 1)
    touching = np.cumsum(change[:columns])
    before = np.cumsum(touching) - touching
    band_of = (before // max(BAND_BOXES, -(-int(touching.sum()) // MAX_BANDS))).astype(np.uint8)
    low, high = np.ones(len(boxes), dtype=np.uint8), np.zeros(len(boxes), dtype=np.uint8)  # rows that are no boxes
    for rows, piece in boxes.pieces():
        first, wide = _cell_span(piece, 0, grid)
        low[rows], high[rows] = band_of[first], band_of[first + wide - 1]
    for band in np.unique(band_of):
        begin, end = (int(np.searchsorted(band_of, band, side=side)) for side in ("left", "right"))
        yield np.flatnonzero((low <= band) & (high >= band)), (begin, end - 1)


def _join(left: Boxes, right: Boxes) -> Iterator[tuple[Ints, Ints]]:
    """Pairs by the cells that both touch."""
    grid = _grid(left.spread, right.spread)
    small = _cells(right, grid).sort()
    large = _cells(left, grid)
    start, counts = ranges_of_keys(small.key, large.key)
    shared = np.flatnonzero(counts)
    large, start, counts = large.take(shared), start[shared], counts[shared]
    edges = small.pick(slice(None), right)
    for piece in _chunks(counts):
        one, number = expand_counts(counts[piece])
        yield from _meeting(large.pick(piece, left), one, edges, start[piece][one] + number)


@dataclass(frozen=True)
class _Grid:
    x: float
    y: float
    size: float
    columns: int


def _grid(left: Spread, right: Spread) -> _Grid:
    x, y = min(left.extent[0], right.extent[0]), min(left.extent[1], right.extent[1])
    wide, tall = max(left.extent[2], right.extent[2]) - x, max(left.extent[3], right.extent[3]) - y
    sides = (1.25 * spread.side / spread.count for spread in (left, right))
    size = max(*sides, max(wide, tall) / 2**20, 1e-6)
    while max(left.cells_per_box(size), right.cells_per_box(size)) > 12:
        size *= 2
    return _Grid(x, y, size, int(tall / size) + 2)


@dataclass(frozen=True, eq=False)
class _Cells:
    """Boxes in the cells they touch: box, key of the cell, and its place: 1 for the first column of the box, 2 for the
    first row, 3 for both."""

    box: Ints
    key: Ints
    corner: NDArray[np.int8]

    def sort(self) -> _Cells:
        """By cell, in each as they stand."""
        return self.take(sort_order(self.key))

    def take(self, rows: Ints) -> _Cells:
        """Some of them."""
        return _Cells(self.box[rows], self.key[rows], self.corner[rows])

    def pick(self, rows: slice, boxes: Boxes) -> _CellEdges:
        """Some of the cells with what their boxes span."""
        box = self.box[rows]
        west, south, east, north = (side[box] for side in boxes.edges)
        return _CellEdges(box, self.corner[rows], (west, south, east, north))


@dataclass(frozen=True, eq=False)
class _CellEdges:
    """Cells with the edges of their boxes: what stands in a cell lies together in memory."""

    box: Ints
    corner: NDArray[np.int8]
    edges: tuple[Floats, Floats, Floats, Floats]


def _cells(boxes: Boxes, grid: _Grid, *, columns: tuple[int, int] | None = None) -> _Cells:
    """All cells that the boxes touch, where it is given only those from a column to a last one."""
    (left, wide), (bottom, tall) = (_cell_span(boxes, axis, grid) for axis in (0, 1))
    begin = left
    if columns is not None:
        begin = np.maximum(left, columns[0])
        wide = np.minimum(left + wide - 1, columns[1]) - begin + 1
    box, number = expand_counts(wide * tall)
    column, row = np.divmod(number, tall[box])
    key = (begin * grid.columns + bottom)[box] + column * grid.columns + row
    corner = (column == 0 if begin is left else column == (left - begin)[box]) + 2 * (row == 0).astype(np.int8)
    return _Cells(box, key, corner)


def _cell_span(boxes: Boxes, axis: int, grid: _Grid) -> tuple[Ints, Ints]:
    """The first cell of each box along an axis, and how many it touches."""
    origin = (grid.x, grid.y)[axis]
    first = np.floor((boxes.edges[axis] - origin) / grid.size).astype(np.int64)
    last = np.floor((boxes.edges[axis + 2] - origin) / grid.size).astype(np.int64)
    return first, last - first + 1


def _chunks(counts: Ints) -> Iterator[slice]:
    ends = np.cumsum(counts)
    start = 0
    while start < len(counts):
        done = ends[start - 1] if start else 0
        stop = max(int(np.searchsorted(ends, done + CHUNK_PAIRS, side="right")), start + 1)
        yield slice(start, stop)
        start = stop


def _meeting(large: _CellEdges, one: Ints, small: _CellEdges, other: Ints) -> Iterator[tuple[Ints, Ints]]:
    """Pairs of rows of cells whose boxes share a point of which the cell holds the lower left corner.

    The corner stands in the cell if it is the first column of either box, and the first row of either.
    """
    rows = np.flatnonzero((large.corner[one] | small.corner[other]) == 3)
    for axis in (0, 1):
        one, other = one[rows], other[rows]
        meets = large.edges[axis][one] <= small.edges[axis + 2][other]
        meets &= small.edges[axis][other] <= large.edges[axis + 2][one]
        rows = np.flatnonzero(meets)  # by a mask without a pattern numpy picks several times slower
    if len(rows):
        yield large.box[one[rows]], small.box[other[rows]]

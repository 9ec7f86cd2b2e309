"""The straight segments of lines, each named by the vertex where it begins: the vertices themselves are the table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray

from urbanplan.network.bbox_join import Boxes, Spread, merge_spreads, segment_boxes
from urbanplan.network.intervals import Floats, Ints
from urbanplan.network.order import slices


def index_dtype(count: int) -> type[np.signedinteger]:
    """The smaller type of numbers that can name each of so many rows, and one more."""
    return np.int32 if count < np.iinfo(np.int32).max else np.int64


def segment_ends(coords: NDArray[np.float64], first: Ints) -> NDArray[np.float64]:
    """Ends ``(x0, y0, x1, y1)`` of the segments that begin at some vertices of ``coords``, shape (k, 2).

    Rows of two numbers are taken, not picked by brackets, which numpy does ten times slower.
    """
    vertices = np.empty((len(first), 2), dtype=np.int64)
    vertices[:, 0] = first
    np.add(first, 1, out=vertices[:, 1], casting="same_kind")
    return coords.take(vertices.ravel(), axis=0).reshape(-1, 4)


@dataclass(frozen=True, eq=False)
class LineSegments:
    """Segments of lines: row k runs from vertex k to the next; a line's last vertex begins none, and no pair names it.

    Attributes:
        coords: vertices of all lines, shape (k, 2). offsets: where each line begins in them.
        at: metres along its line of each vertex.
    """

    coords: NDArray[np.float64]
    offsets: Ints
    at: Floats

    @cached_property
    def ends(self) -> NDArray[np.float64]:
        """Ends of each row, ``(x0, y0, x1, y1)``: a view of the vertices, not a copy."""
        coords = np.ascontiguousarray(self.coords)
        return as_strided(coords, (max(len(coords) - 1, 0), 4), (16, 8), writeable=False)

    def take(self, rows: Ints) -> NDArray[np.float64]:
        """Ends of some rows."""
        return segment_ends(self.coords, rows)

    @cached_property
    def _line(self) -> NDArray[np.signedinteger]:
        number = np.arange(len(self.offsets) - 1, dtype=index_dtype(len(self.offsets)))
        return np.repeat(number, np.diff(self.offsets))

    def line(self, rows: Ints) -> Ints:
        """The line of some rows, and of vertices that begin none."""
        return self._line[rows].astype(np.int64)

    @cached_property
    def tip(self) -> NDArray[np.bool_]:
        """Whether a line begins or ends at each vertex."""
        tip = np.zeros(len(self.coords), dtype=bool)
        tip[self.offsets[:-1]] = tip[self.offsets[1:] - 1] = True
        return tip

    @cached_property
    def lengths(self) -> Floats:
        """Metres of each row, for those who ask of most rows and more than once."""
        metres = np.empty(len(self.ends))
        for piece in slices(len(metres)):
            metres[piece] = self.length(piece)
        return metres

    def length(self, rows: Ints | slice) -> Floats:
        """Metres of some rows."""
        ends = self.ends[rows] if isinstance(rows, slice) else self.take(rows)
        return np.hypot(ends[:, 2] - ends[:, 0], ends[:, 3] - ends[:, 1])


@dataclass(frozen=True, eq=False)
class SegmentBoxes:
    """Boxes of the segments, grown by a margin: made piece by piece, as :func:`~.bbox_join.crossing_chunks` asks."""

    segments: LineSegments
    margin: float

    def __len__(self) -> int:
        return len(self.segments.ends)

    def take(self, rows: Ints) -> Boxes:
        """The boxes of some rows."""
        return segment_boxes(self.segments.take(rows), self.margin)

    def pieces(self) -> Iterator[tuple[Ints, Boxes]]:
        """All rows that are segments, and their boxes."""
        begins = np.ones(len(self), dtype=bool)
        begins[self.segments.offsets[1:-1] - 1] = False
        for piece in slices(len(self)):
            rows = np.flatnonzero(begins[piece]) + piece.start
            if len(rows):
                yield rows, self.take(rows)

    @property
    def spread(self) -> Spread:
        """Where they lie and how large they are."""
        return self._spread

    @cached_property
    def _spread(self) -> Spread:
        return merge_spreads([boxes.spread for _, boxes in self.pieces()])

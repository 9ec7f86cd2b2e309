"""Nodes of lines that join at given positions: sure joins are one node, doubtful ones are pairs of nodes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from urbanplan.network.auto_noding import LineJoins
from urbanplan.network.clustering import cluster_labels, number_along_curve
from urbanplan.network.graph import interpolate
from urbanplan.network.intervals import Floats, Ints
from urbanplan.network.line_segments import index_dtype
from urbanplan.network.linear_split import Cuts, Pieces, split_lines
from urbanplan.network.order import slices, unique_rows

Whole = NDArray[np.signedinteger]


@dataclass(frozen=True, eq=False)
class JoinedLines:
    """Lines cut where they join, as a graph.

    Attributes:
        pieces: the lines after cutting. u, v: end nodes of each piece. place: of each node, shape (n, 2).
        doubtful: pairs of nodes at crossings that join perhaps, shape (k, 2), each pair once.
        copy_of: the piece that each piece repeats (drawn twice), itself where it repeats none.
    """

    pieces: Pieces
    u: Ints
    v: Ints
    place: NDArray[np.float64]
    doubtful: Ints
    copy_of: Ints


def join_lines(  # noqa: PLR0913 - the flat tables of one layer of lines
    coords: NDArray[np.float64],
    offsets: Ints,
    at: Floats,
    joins: LineJoins,
    *,
    end_nodes: Ints | None,
    levels: NDArray[np.float64],
    tolerance: float,
) -> JoinedLines:
    """Cut lines where they join and number their nodes.

    Args:
        coords, offsets, at: vertices of the lines, where each begins, metres along it of each vertex.
        joins: where lines join. end_nodes: numbers of known end nodes, shape (2, lines), -1 where unknown.
        levels: range of levels of each line. tolerance: metres within which pieces drawn twice are one.
    """
    length = at[offsets[1:] - 1]
    pieces = split_lines(coords, offsets, _cuts(joins, length), at=at)
    marks = _Marks(pieces, length)
    one, other, sure = marks.nearest(joins.line, joins.at), marks.nearest(joins.other, joins.other_at), joins.sure
    del joins  # of a large network they are a tenth of all that is held
    doubtful = one[~sure], other[~sure]
    if not sure.all():
        one, other = one[sure], other[sure]
    copy_of = find_copies(pieces, levels, tolerance)
    repeat = np.flatnonzero(copy_of != np.arange(len(copy_of)))
    links = [(one, other), *_copy_links(pieces, marks, repeat, copy_of[repeat])]
    del one, other
    count = marks.count
    if end_nodes is not None:
        for side, mark in ((0, marks.first), (1, marks.last)):
            known = np.flatnonzero(end_nodes[side] >= 0)
            links.append((mark[known], marks.count + end_nodes[side][known]))
        count += int(end_nodes.max()) + 1
    group = _groups(links, count)[: marks.count]
    number, place = _number_nodes(group, marks, pieces)
    u, v = (number[group[mark]] for mark in (marks.tail, marks.head))
    pairs = np.column_stack([number[group[mark]] for mark in doubtful])
    pairs = unique_rows(np.sort(pairs.compress(pairs[:, 0] != pairs[:, 1], axis=0), axis=1))
    return JoinedLines(pieces, u, v, place, pairs.astype(np.int64), copy_of)


def _cuts(joins: LineJoins, length: Floats) -> Cuts:
    """The positions of joins that are no end of their line."""
    line, metres = [], []
    for lines, at in ((joins.line, joins.at), (joins.other, joins.other_at)):
        inner = (at > 0) & (at < length[lines])
        line.append(lines[inner].astype(np.int64))
        metres.append(at[inner])
    return Cuts(np.concatenate(line), np.concatenate(metres))


class _Marks:
    """The ends of the pieces of each line in order: a line of k pieces has k + 1 marks.

    ``tail`` and ``head`` are the marks of each piece, ``first`` and ``last`` those of each line.
    """

    def __init__(self, pieces: Pieces, length: Floats) -> None:
        self.length, self.pieces = length, pieces
        self.count = len(pieces.line) + len(length)
        counts = np.bincount(pieces.line, minlength=len(length)) + 1
        self.last = (np.cumsum(counts) - 1).astype(index_dtype(self.count))
        self.first = self.last - (counts - 1).astype(self.last.dtype)

    @property
    def tail(self) -> Whole:
        """The mark that begins each piece."""
        return np.arange(len(self.pieces.line), dtype=self.last.dtype) + self.pieces.line.astype(self.last.dtype)

    @property
    def head(self) -> Whole:
        """The mark that ends each piece."""
        return self.tail + self.last.dtype.type(1)

    @cached_property
    def base(self) -> Floats:
        """Where each line begins on one axis for all: a metre between lines keeps their marks apart."""
        return np.cumsum(self.length + 1) - (self.length + 1)

    @cached_property
    def position(self) -> Floats:
        """Each mark on that axis."""
        position = np.empty(self.count)
        position[self.tail] = self.base[self.pieces.line] + self.pieces.low
        position[self.head] = self.base[self.pieces.line] + self.pieces.high
        return position

    def nearest(self, line: Whole, at: Floats) -> Whole:
        """The mark nearest to a position on a line."""
        found = np.where(at <= 0, self.first[line], self.last[line])  # most are at an end
        row = np.flatnonzero((at > 0) & (at < self.length[line]))
        if len(row) == 0:
            return found
        line = line[row]
        asked = self.base[line] + at[row]
        right = np.clip(np.searchsorted(self.position, asked), 1, self.count - 1)
        left = asked - self.position[right - 1] <= self.position[right] - asked
        found[row] = np.clip(right - left, self.first[line], self.last[line])
        return found


def _groups(links: list[tuple[Whole, Whole]], count: int) -> Whole:
    """The group of each of ``count`` marks, by links between them; the links are used up."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    one, other = (np.concatenate(side) for side in zip(*links, strict=True))
    links.clear()
    graph = coo_array((np.ones(len(one)), (one, other)), shape=(count, count))
    del one, other
    return connected_components(graph.tocsr(), directed=False)[1]


def _number_nodes(group: Whole, marks: _Marks, pieces: Pieces) -> tuple[Ints, NDArray[np.float64]]:
    """Node of each group of marks and the nodes' places, along a Hilbert curve; it stands at its least mark."""
    ends = (marks.tail, pieces.offsets[:-1]), (marks.head, pieces.offsets[1:] - 1)
    x, y = np.full((2, int(group.max()) + 1), np.inf)
    for mark, vertex in ends:
        for piece in slices(len(mark)):
            np.minimum.at(x, group[mark[piece]], pieces.coords[vertex[piece], 0])
    for mark, vertex in ends:
        for piece in slices(len(mark)):
            mine, place = group[mark[piece]], pieces.coords.take(vertex[piece], axis=0)
            np.minimum.at(y, mine, np.where(place[:, 0] == x[mine], place[:, 1], np.inf))
    return number_along_curve(np.column_stack([x, y]))


def find_copies(pieces: Pieces, levels: NDArray[np.float64], tolerance: float) -> Ints:
    """The first piece that each piece repeats on the same line, itself where it repeats none.

    Pieces are the same where their ends, their middles and their quarters lie within the tolerance (forward or
    backward) and their levels are not told to differ; a piece shorter than ten tolerances is nobody's copy.
    """
    count = len(pieces.line)
    number = np.arange(count, dtype=np.int64)
    at = pieces.at
    length = at[pieces.offsets[1:] - 1]
    middles = np.empty((count, 2))
    for piece in slices(count):
        middles[piece] = interpolate(pieces.coords, pieces.offsets, at, number[piece], length[piece] / 2)
    group = cluster_labels(middles, max(tolerance, 1e-9))
    del middles
    if group is None:
        return number
    leader = np.full(int(group.max()) + 1, count, dtype=np.int64)
    np.minimum.at(leader, group, number)
    first = leader[group]
    rows = np.flatnonzero(
        (first != number) & (length > 10 * tolerance) & (np.abs(length - length[first]) <= 2 * tolerance)
    )
    mine, other = (levels.take(pieces.line[some], axis=0) for some in (rows, first[rows]))
    rows = rows[(mine[:, 0] <= other[:, 1]) & (other[:, 0] <= mine[:, 1])]

    def at_share(piece: Ints, share: float) -> NDArray[np.float64]:
        return interpolate(pieces.coords, pieces.offsets, at, piece, share * length[piece])

    same = np.zeros((2, len(rows)), dtype=bool)
    for way in (0, 1):
        away = [
            np.hypot(*(at_share(rows, share) - at_share(first[rows], 1 - share if way else share)).T)
            for share in (0.0, 0.25, 0.75, 1.0)
        ]
        same[way] = np.max(away, axis=0) <= 2 * tolerance
    rows = rows[same.any(axis=0)]
    found = number.copy()
    found[rows] = first[rows]
    return found


def _copy_links(pieces: Pieces, marks: _Marks, rows: Ints, first: Ints) -> list[tuple[Ints, Ints]]:
    """Links that make the ends of a copy those of the piece it repeats."""
    coords, offsets = pieces.coords, pieces.offsets
    mine, begin = (coords.take(offsets[some], axis=0) for some in (rows, first))
    end = coords.take(offsets[first + 1] - 1, axis=0)
    forward = np.hypot(*(mine - begin).T) <= np.hypot(*(mine - end).T)
    tail, head = marks.tail[first], marks.head[first]
    return [
        (marks.tail[rows], np.where(forward, tail, head)),
        (marks.head[rows], np.where(forward, head, tail)),
    ]

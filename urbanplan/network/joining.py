"""Nodes of lines that join at given positions: sure joins are one node, doubtful ones are pairs of nodes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from urbanplan.network.auto_noding import LineJoins
from urbanplan.network.clustering import cluster_labels, number_along_curve
from urbanplan.network.graph import interpolate
from urbanplan.network.intervals import Floats, Ints
from urbanplan.network.linear_split import Cuts, Pieces, split_lines


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
    line, metres = np.concatenate([joins.line, joins.other]), np.concatenate([joins.at, joins.other_at])
    inner = (metres > 0) & (metres < length[line])
    pieces = split_lines(coords, offsets, Cuts(line[inner], metres[inner]), at=at)
    marks = _Marks(pieces, length)
    one, other = marks.nearest(joins.line, joins.at), marks.nearest(joins.other, joins.other_at)
    copy_of = find_copies(pieces, levels, tolerance)
    repeat = np.flatnonzero(copy_of != np.arange(len(copy_of)))
    links = [(one[joins.sure], other[joins.sure]), *_copy_links(pieces, marks, repeat, copy_of[repeat])]
    count = marks.count
    if end_nodes is not None:
        for side, mark in ((0, marks.first), (1, marks.last)):
            known = np.flatnonzero(end_nodes[side] >= 0)
            links.append((mark[known], marks.count + end_nodes[side][known]))
        count += int(end_nodes.max()) + 1
    group = _groups(links, count)[: marks.count]
    node, place = _number_nodes(group, marks.places(pieces))
    pairs = np.column_stack([node[one[~joins.sure]], node[other[~joins.sure]]])
    pairs = np.unique(np.sort(pairs[pairs[:, 0] != pairs[:, 1]], axis=1), axis=0)
    return JoinedLines(pieces, node[marks.tail], node[marks.head], place, pairs.astype(np.int64), copy_of)


class _Marks:
    """The ends of the pieces of each line in order: a line of k pieces has k + 1 marks.

    ``tail`` and ``head`` are the marks of each piece, ``first`` and ``last`` those of each line.
    """

    def __init__(self, pieces: Pieces, length: Floats) -> None:
        self.length = length
        number = np.arange(len(pieces.line), dtype=np.int64)
        self.tail, self.head = number + pieces.line, number + pieces.line + 1
        self.count = len(pieces.line) + len(length)
        counts = np.bincount(pieces.line, minlength=len(length)) + 1
        self.last = np.cumsum(counts) - 1
        self.first = self.last - counts + 1
        self.base = np.cumsum(length + 1) - (length + 1)  # a metre between lines keeps their marks apart
        self.position = np.empty(self.count)
        self.position[self.tail] = self.base[pieces.line] + pieces.low
        self.position[self.head] = self.base[pieces.line] + pieces.high

    def nearest(self, line: Ints, at: Floats) -> Ints:
        """The mark nearest to a position on a line."""
        found = np.where(at <= 0, self.first[line], self.last[line])  # most are at an end
        row = np.flatnonzero((at > 0) & (at < self.length[line]))
        line = line[row]
        asked = self.base[line] + at[row]
        right = np.clip(np.searchsorted(self.position, asked), 1, self.count - 1)
        left = asked - self.position[right - 1] <= self.position[right] - asked
        found[row] = np.clip(right - left, self.first[line], self.last[line])
        return found

    def places(self, pieces: Pieces) -> NDArray[np.float64]:
        """Coordinates of each mark."""
        place = np.empty((self.count, 2))
        place[self.tail] = pieces.coords[pieces.offsets[:-1]]
        place[self.head] = pieces.coords[pieces.offsets[1:] - 1]
        return place


def _groups(links: list[tuple[Ints, Ints]], count: int) -> Ints:
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    one, other = (np.concatenate(side) for side in zip(*links, strict=True))
    graph = coo_array((np.ones(len(one), np.int8), (one, other)), shape=(count, count))
    return connected_components(graph, directed=False)[1].astype(np.int64)


def _number_nodes(group: Ints, places: NDArray[np.float64]) -> tuple[Ints, NDArray[np.float64]]:
    """Node of each mark and the nodes' places, numbered along a Hilbert curve; a node stands at its least mark."""
    x, y = np.ascontiguousarray(places.T)
    least = np.full((2, int(group.max()) + 1), np.inf)
    np.minimum.at(least[0], group, x)
    np.minimum.at(least[1], group, np.where(x == least[0][group], y, np.inf))
    number, place = number_along_curve(np.ascontiguousarray(least.T))
    return number[group], place


def find_copies(pieces: Pieces, levels: NDArray[np.float64], tolerance: float) -> Ints:
    """The first piece that each piece repeats on the same line, itself where it repeats none.

    Pieces are the same where their ends, their middles and their quarters lie within the tolerance (forward or
    backward) and their levels are not told to differ; a piece shorter than ten tolerances is nobody's copy.
    """
    count = len(pieces.line)
    number = np.arange(count, dtype=np.int64)
    at = pieces.at
    length = at[pieces.offsets[1:] - 1]
    middles = interpolate(pieces.coords, pieces.offsets, at, number, length / 2)
    group = cluster_labels(middles, max(tolerance, 1e-9))
    if group is None:
        return number
    leader = np.full(int(group.max()) + 1, count, dtype=np.int64)
    np.minimum.at(leader, group, number)
    first = leader[group]
    rows = np.flatnonzero(
        (first != number) & (length > 10 * tolerance) & (np.abs(length - length[first]) <= 2 * tolerance)
    )
    mine, other = levels[pieces.line[rows]], levels[pieces.line[first[rows]]]
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
    begin = pieces.coords[pieces.offsets[:-1]]
    end = pieces.coords[pieces.offsets[1:] - 1]
    forward = np.hypot(*(begin[rows] - begin[first]).T) <= np.hypot(*(begin[rows] - end[first]).T)
    tail, head = marks.tail[first], marks.head[first]
    return [
        (marks.tail[rows], np.where(forward, tail, head)),
        (marks.head[rows], np.where(forward, head, tail)),
    ]

"""Cutting lines at given metres: every vertex stays, new ones are added where none stands."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from urbanplan.network.graph import distances_along, interpolate
from urbanplan.network.intervals import Floats, Ints

VERTEX_TOLERANCE = 1e-7
"""Metres: a cut this near to a vertex is made at the vertex."""


@dataclass(frozen=True, eq=False)
class Cuts:
    """Where to cut: line number and metres along it, in any order."""

    line: Ints
    at: Floats

    @classmethod
    def none(cls) -> Cuts:
        """No cut."""
        return cls(np.empty(0, np.int64), np.empty(0))


@dataclass(frozen=True, eq=False)
class Pieces:
    """Lines after cutting: vertices, where each piece begins in them, its line and its metres on it."""

    coords: NDArray[np.float64]
    offsets: Ints
    line: Ints
    low: Floats
    high: Floats


def split_lines(coords: NDArray[np.float64], offsets: Ints, cuts: Cuts, *, at: Floats | None = None) -> Pieces:
    """Cut lines (flat vertices, offsets) at the given metres; cuts at a line's ends make no piece.

    ``at`` are the metres along of each vertex, where they are known already.
    """
    at = distances_along(coords, offsets) if at is None else at
    if len(cuts.line) == 0:
        return Pieces(coords, offsets, np.arange(len(offsets) - 1), np.zeros(len(offsets) - 1), at[offsets[1:] - 1])
    owner = np.repeat(np.arange(len(offsets) - 1, dtype=np.int64), np.diff(offsets))
    where = np.clip(cuts.at, 0.0, at[offsets[1:] - 1][cuts.line])
    added = interpolate(coords, offsets, at, cuts.line, where)
    line = np.concatenate([owner, cuts.line])
    metres = np.concatenate([at, where])
    points = np.vstack([coords, added])
    drawn = np.concatenate([np.ones(len(owner), bool), np.zeros(len(cuts.line), bool)])
    end = np.zeros(len(line), dtype=bool)
    end[offsets[:-1]] = True
    end[offsets[1:] - 1] = True
    order = _sort_along_lines(line, metres, drawn, len(owner))
    return _split_at_cuts(line[order], metres[order], points[order], drawn[order], end[order])


def _sort_along_lines(line: Ints, metres: Floats, drawn: NDArray[np.bool_], vertices: int) -> Ints:
    """Order by line and metres; drawn vertices keep their order and end points stay at the ends."""
    number = np.where(drawn, np.arange(len(line)), vertices)
    order = np.lexsort((number, metres, line))
    return order.astype(np.int64)


def _split_at_cuts(
    line: Ints, metres: Floats, points: NDArray[np.float64], drawn: NDArray[np.bool_], end: NDArray[np.bool_]
) -> Pieces:
    near = np.append(False, (line[1:] == line[:-1]) & (metres[1:] - metres[:-1] <= VERTEX_TOLERANCE))
    anchor = ~near | drawn  # drawn vertices always stay; a cut near to the row before joins it
    cut = _mark_cut_rows(near, drawn)
    keep = anchor & (drawn | ~_has_drawn_vertex(near, drawn))
    line, metres, points, end, cut = line[keep], metres[keep], points[keep], end[keep], cut[keep] & ~end[keep]
    copies = np.where(cut, 2, 1)
    source = np.repeat(np.arange(len(line)), copies)
    second = np.append(False, source[1:] == source[:-1])
    begins = np.append(True, line[source][1:] != line[source][:-1]) | second
    heads = np.flatnonzero(begins)
    offsets = np.append(heads, len(source)).astype(np.int64)
    tails = offsets[1:] - 1
    return Pieces(points[source], offsets, line[source[heads]], metres[source[heads]], metres[source[tails]])


def _mark_cut_rows(near: NDArray[np.bool_], drawn: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Whether a row is, or stands for, a cut: each cluster of near rows with a cut in it is cut at its first keeper."""
    cluster = np.cumsum(~near) - 1
    has_cut = np.bincount(cluster, weights=~drawn) > 0
    has_drawn = np.bincount(cluster, weights=drawn) > 0
    first_drawn = np.full(len(has_cut), len(near))
    rows = np.arange(len(near))
    np.minimum.at(first_drawn, cluster, np.where(drawn, rows, len(near)))
    keeper = np.where(has_drawn[cluster], rows == first_drawn[cluster], ~near)
    return keeper & has_cut[cluster]


def _has_drawn_vertex(near: NDArray[np.bool_], drawn: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Whether a row's cluster holds a drawn vertex."""
    cluster = np.cumsum(~near) - 1
    return (np.bincount(cluster, weights=drawn) > 0)[cluster]

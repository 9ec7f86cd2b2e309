"""Cutting lines at given metres: every vertex stays, new ones are added where none stands."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from urbanplan.network.graph import distances_along, interpolate, segment_at
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

    @cached_property
    def at(self) -> Floats:
        """Metres along its piece of each vertex."""
        return distances_along(self.coords, self.offsets)


def split_lines(coords: NDArray[np.float64], offsets: Ints, cuts: Cuts, *, at: Floats | None = None) -> Pieces:
    """Cut lines (flat vertices, offsets) at the given metres; cuts at a line's ends make no piece.

    ``at`` are the metres along of each vertex, where they are known already.
    """
    at = distances_along(coords, offsets) if at is None else at
    length = at[offsets[1:] - 1]
    inner = np.flatnonzero((cuts.at > 0) & (cuts.at < length[cuts.line]))  # most lines join others at their ends
    if len(inner) == 0:
        whole = Pieces(coords, offsets, np.arange(len(offsets) - 1), np.zeros(len(offsets) - 1), length)
        whole.__dict__["at"] = at
        return whole
    rows = inner[np.lexsort((cuts.at[inner], cuts.line[inner]))]
    line, where = cuts.line[rows], cuts.at[rows]
    before = segment_at(offsets, at, line, where)  # each cut stands behind this vertex
    added = interpolate(coords, offsets, at, line, where)
    end = np.zeros(len(at), dtype=bool)
    end[offsets[:-1]] = end[offsets[1:] - 1] = True
    place = before + 1 + np.arange(len(rows))
    drawn = np.ones(len(at) + len(rows), dtype=bool)
    drawn[place] = False
    owner = np.repeat(np.arange(len(offsets) - 1, dtype=np.int64), np.diff(offsets))
    columns = ((owner, line), (at, where), (coords, added), (end, np.zeros(len(rows), dtype=bool)))
    return _split_at_cuts(drawn, *(_merge(drawn, *pair) for pair in columns))


def _merge(drawn: NDArray[np.bool_], vertices: NDArray[Any], cuts: NDArray[Any]) -> NDArray[Any]:
    """Values of vertices and cuts in one column, in order along the lines."""
    source = np.empty(len(drawn), dtype=np.int64)
    source[drawn], source[~drawn] = np.arange(len(vertices)), len(vertices) + np.arange(len(cuts))
    return np.concatenate([vertices, cuts]).take(source, axis=0)


def _split_at_cuts(
    drawn: NDArray[np.bool_], line: Ints, metres: Floats, points: NDArray[np.float64], end: NDArray[np.bool_]
) -> Pieces:
    near = np.append(False, (line[1:] == line[:-1]) & (metres[1:] - metres[:-1] <= VERTEX_TOLERANCE))
    cluster = np.cumsum(~near) - 1
    has_cut, has_drawn = np.zeros((2, int(cluster[-1]) + 1), dtype=bool)
    has_cut[cluster[~drawn]], has_drawn[cluster[drawn]] = True, True
    keep = drawn | ~near & ~has_drawn[cluster]  # drawn vertices always stay; a cut near to the row before joins it
    cut = _cut_rows(cluster, drawn, has_cut, has_drawn)
    line, metres, points, end = line[keep], metres[keep], points.compress(keep, axis=0), end[keep]
    cut = cut[keep] & ~end
    copies = np.where(cut, 2, 1)
    source = np.repeat(np.arange(len(line)), copies)
    second = np.append(False, source[1:] == source[:-1])
    begins = np.append(True, line[source][1:] != line[source][:-1]) | second
    heads = np.flatnonzero(begins)
    offsets = np.append(heads, len(source)).astype(np.int64)
    tails = offsets[1:] - 1
    return Pieces(
        points.take(source, axis=0), offsets, line[source[heads]], metres[source[heads]], metres[source[tails]]
    )


def _cut_rows(
    cluster: Ints, drawn: NDArray[np.bool_], has_cut: NDArray[np.bool_], has_drawn: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Whether a row is, or stands for, a cut: each cluster of near rows with a cut in it, at its first drawn one."""
    stands = drawn | ~has_drawn[cluster]
    rows = np.flatnonzero(stands & has_cut[cluster])
    first = np.append(True, cluster[rows[1:]] != cluster[rows[:-1]])[: len(rows)]
    cut = np.zeros(len(cluster), dtype=bool)
    cut[rows[first]] = True
    return cut

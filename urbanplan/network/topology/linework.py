"""The drawing as topology looks at it: lines, where they meet, which ends hang loose, the joined graph."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from urbanplan.network.build import extract_lines, feature_levels
from urbanplan.network.clustering import cluster_points
from urbanplan.network.graph import distances_along, interpolate
from urbanplan.network.intersections import Intersections, Mask, SharedStretches, intersect_lines
from urbanplan.network.intervals import Floats, Ints, join_keys
from urbanplan.network.levels import LEVEL_COLUMNS
from urbanplan.network.linear_split import Cuts, Pieces, split_lines

if TYPE_CHECKING:
    import geopandas as gpd


@dataclass(frozen=True, eq=False)
class Drawing:
    """Simple parts of the drawn lines and what they share.

    Attributes:
        coords, offsets: vertices of all lines, flat. row: source feature of each line.
        level: grade of each line. tolerance: metres within which ends join.
        alive: lines that are looked at; lines without length and later copies of a line are not.
        meetings, stretches: points and stretches that alive lines of one level share (an end joins any level).
    """

    coords: NDArray[np.float64]
    offsets: Ints
    row: Ints
    level: Ints
    tolerance: float
    alive: Mask
    meetings: Intersections
    stretches: SharedStretches

    @property
    def lines(self) -> int:
        """Number of lines."""
        return len(self.row)

    @cached_property
    def vertex_at(self) -> Floats:
        """Metres along its line of each vertex."""
        return distances_along(self.coords, self.offsets)

    @cached_property
    def length(self) -> Floats:
        """Metres of each line."""
        return self.vertex_at[self.offsets[1:] - 1]

    def points(self, line: Ints, at: Floats) -> NDArray[np.float64]:
        """Points ``at`` metres along lines, shape (n, 2)."""
        return interpolate(self.coords, self.offsets, self.vertex_at, line, at)

    def is_end(self, line: Ints, at: Floats) -> Mask:
        """Whether a place on a line is one of its ends, within the tolerance."""
        return (at <= self.tolerance) | (at >= self.length[line] - self.tolerance)

    def keep(self, alive: Mask) -> Drawing:
        """The drawing with fewer lines looked at."""
        meetings = self.meetings.pick(alive[self.meetings.line] & alive[self.meetings.other])
        stretches = self.stretches.pick(alive[self.stretches.line] & alive[self.stretches.other])
        return self.seen_as(alive=alive, meetings=meetings, stretches=stretches)

    def seen_as(self, **changed: Any) -> Drawing:
        """The same lines, looked at otherwise: what is known of the lines stays."""
        made = replace(self, **changed)
        made.__dict__.update(vertex_at=self.vertex_at, length=self.length)
        return made

    def overruns(self, near: float) -> Ints:
        """Pairs (``line * lines + other``, both ways) that run together for at most ``near`` metres at a loose end."""
        shared, ends = self.stretches, self.ends
        free = np.zeros((self.lines, 2), dtype=bool)
        free[ends.line, ends.last.astype(int)] = ends.degree == 1
        slack = 2 * self.tolerance + 1e-6
        first, last = shared.low <= slack, shared.high >= self.length[shared.line] - slack
        tail = (shared.length <= near) & ((first & free[shared.line, 0]) | (last & free[shared.line, 1]))
        line, other = shared.line[tail], shared.other[tail]
        return np.unique(np.concatenate([line * self.lines + other, other * self.lines + line]))

    def apart(self, near: float) -> Intersections:
        """Meetings seen from either line, without those on stretches that two lines share (overruns are kept)."""
        found, shared = self.meetings.both_ways, self.stretches
        pair = shared.line * self.lines + shared.other
        long = ~np.isin(pair, self.overruns(near))
        slack = 2 * self.tolerance + 1e-6
        row, stretch = join_keys(found.line * self.lines + found.other, pair[long])
        on = (found.at[row] >= shared.low[long][stretch] - slack) & (
            found.at[row] <= shared.high[long][stretch] + slack
        )
        keep = np.ones(len(found), dtype=bool)
        keep[row[on]] = False
        return found.pick(keep)

    @cached_property
    def ends(self) -> Ends:
        """Both ends of all alive lines."""
        return _ends(self)

    @cached_property
    def joined(self) -> JoinedGraph:
        """The graph in which lines join wherever they meet."""
        return _build_graph(self)


@dataclass(frozen=True, eq=False)
class Ends:
    """Ends of lines, one row each: the line, whether it is its last vertex, place, node, and how many ends share it."""

    line: Ints
    last: Mask
    at: Floats
    place: NDArray[np.float64]
    node: Ints
    degree: Ints


@dataclass(frozen=True, eq=False)
class JoinedGraph:
    """Pieces of lines between the points where they meet, as a graph; ``node_place`` is shape (n, 2)."""

    pieces: Pieces
    u: Ints
    v: Ints
    node_place: NDArray[np.float64]

    @property
    def nodes(self) -> int:
        """Number of nodes."""
        return len(self.node_place)

    @property
    def length(self) -> Floats:
        """Metres of each piece."""
        return self.pieces.high - self.pieces.low

    def piece_at(self, line: Ints, at: Floats) -> Ints:
        """The piece of each line that holds the place ``at`` metres along it."""
        low = self.pieces.low
        order = np.lexsort((low, self.pieces.line))
        keys = np.concatenate([self.pieces.line[order], line])
        values = np.concatenate([low[order], np.maximum(at, 0.0)])
        asked = np.arange(len(keys)) >= len(order)
        merged = np.lexsort((asked, values, keys))
        place = np.empty(len(keys), dtype=np.int64)
        place[merged] = np.cumsum(~asked[merged]) - 1
        return order[place[len(order) :]]


def read_drawing(
    frame: gpd.GeoDataFrame, *, tolerance: float = 0.01, level_columns: Sequence[str] = LEVEL_COLUMNS
) -> Drawing:
    """Look at a frame of lines in a projected CRS.

    Raises:
        NetworkError: no line can be used.
    """
    lines, _ = extract_lines(frame)
    level = feature_levels(frame, level_columns)[lines.row]
    meetings, stretches = intersect_lines(lines.coords, lines.offsets, lines.at, tolerance=tolerance)
    drawing = Drawing(
        lines.coords,
        lines.offsets,
        lines.row,
        level,
        tolerance,
        np.ones(lines.count, dtype=bool),
        meetings,
        stretches.pick(level[stretches.line] == level[stretches.other]),
    )
    drawing.__dict__["vertex_at"] = lines.at
    drawing = drawing.seen_as(meetings=_same_level_intersections(drawing))
    return drawing.keep(drawing.length > tolerance)


def _same_level_intersections(drawing: Drawing) -> Intersections:
    """Meetings of one level, or at an end; a line meets itself only after going on for a while."""
    found = drawing.meetings
    one_level = drawing.level[found.line] == drawing.level[found.other]
    tip = drawing.is_end(found.line, found.at) | drawing.is_end(found.other, found.other_at)
    itself = (found.line == found.other) & (found.other_at - found.at <= 4 * drawing.tolerance + 1e-6)
    return found.pick((one_level | tip) & ~itself)


def _ends(drawing: Drawing) -> Ends:
    line = np.repeat(np.flatnonzero(drawing.alive), 2).astype(np.int64)
    last = np.tile([False, True], len(line) // 2)
    vertex = np.where(last, drawing.offsets[line + 1] - 1, drawing.offsets[line])
    place = drawing.coords[vertex]
    node, _ = cluster_points(place, drawing.tolerance)
    return Ends(line, last, drawing.vertex_at[vertex], place, node, np.bincount(node)[node])


def _build_graph(drawing: Drawing) -> JoinedGraph:
    found = drawing.meetings.both_ways
    inner = ~drawing.is_end(found.line, found.at)
    pieces = split_lines(
        drawing.coords, drawing.offsets, Cuts(found.line[inner], found.at[inner]), at=drawing.vertex_at
    )
    keep = np.flatnonzero(drawing.alive[pieces.line])
    tails = np.concatenate([pieces.offsets[keep], pieces.offsets[keep + 1] - 1])
    node, place = cluster_points(pieces.coords[tails], 2 * drawing.tolerance)
    kept = Pieces(pieces.coords, pieces.offsets, pieces.line[keep], pieces.low[keep], pieces.high[keep])
    return JoinedGraph(kept, node[: len(keep)], node[len(keep) :], place)

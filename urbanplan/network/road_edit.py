"""Roads more on a network noded ``auto``: the edges that they cut, and the pieces to put in their place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from urbanplan.network.auto_noding import find_joins
from urbanplan.network.bbox_join import intersecting_pairs, segment_boxes
from urbanplan.network.build import Lines, extract_lines
from urbanplan.network.graph import Network, build_csr, distances_along
from urbanplan.network.intervals import Floats, Ints
from urbanplan.network.joining import JoinedLines, join_lines
from urbanplan.network.levels import level_ranges
from urbanplan.network.subnetwork import take_edges

if TYPE_CHECKING:
    import geopandas as gpd


@dataclass(frozen=True, eq=False)
class RoadEdit:
    """What an addition does to a network.

    Attributes:
        cut: edges that the new roads cut, ascending; they go. pieces: what comes, as a network of its own.
        node: the node of the network that each node of ``pieces`` is, numbers from its node count on are new.
        doubtful: pairs of nodes at new crossings of which no level tells. levels: of the new rows.
    """

    cut: Ints
    pieces: Network
    node: Ints
    doubtful: Ints
    levels: NDArray[np.float64]


def plan_roads(
    network: Network, frame: gpd.GeoDataFrame, first_row: int, *, among: Ints | None = None
) -> RoadEdit | None:
    """Join lines to a network by the rule of noding ``auto``; None where they would join nodes that stand apart.

    Args:
        network: noded ``auto``. frame: lines in its CRS. first_row: the source row of the first of them.
        among: the ascending edges that may lie at the lines, all unless given.
    """
    lines, _ = extract_lines(frame)
    levels = level_ranges(frame)
    edge = _edges_near(network, lines, among)
    made = _join(network, edge, lines, levels[lines.row])
    node = _standing_nodes(network, edge, made)
    if node is None:
        return None
    line, own = made.pieces.line, made.copy_of == np.arange(len(made.copy_of))
    cut = np.bincount(line, minlength=len(edge))[: len(edge)] > 1
    chosen = np.where(line < len(edge), cut[np.minimum(line, len(edge) - 1)] if len(edge) else False, own)
    pieces = _pieces(network, edge, lines, made, chosen, first_row)
    return RoadEdit(edge[cut], pieces, node, node[made.doubtful].reshape(-1, 2), levels)


def _edges_near(network: Network, lines: Lines, among: Ints | None) -> Ints:
    """Edges with a segment whose box meets that of a segment of the lines."""
    inner = np.ones(len(lines.coords), dtype=bool)
    inner[lines.offsets[1:] - 1] = False
    head = np.flatnonzero(inner)
    reach = max(network.tolerance, 1e-9)
    mine = segment_boxes(np.hstack([lines.coords[head], lines.coords[head + 1]]), reach)
    part = network if among is None else take_edges(network, among)
    ends, low, high = part.segments.ends, mine.low.min(axis=0) - reach, mine.high.max(axis=0) + reach
    near = np.ones(len(ends), dtype=bool)
    for axis in (0, 1):  # few of a network's segments are in the box of all lines
        one, other = ends[:, axis], ends[:, axis + 2]
        near &= (np.minimum(one, other) <= high[axis]) & (np.maximum(one, other) >= low[axis])
    rows = np.flatnonzero(near)
    _, segment = intersecting_pairs(mine, segment_boxes(ends[rows], reach))
    edge = np.unique(part.segments.edge[rows[segment]])
    return edge if among is None else among[edge]


def _join(network: Network, edge: Ints, lines: Lines, levels: NDArray[np.float64]) -> JoinedLines:
    """The edges and, behind them, the lines joined to each other; edges join each other by their nodes alone."""
    part = take_edges(network, edge)
    coords = np.vstack([part.coords, lines.coords])
    offsets = np.concatenate([part.offsets, lines.offsets[1:] + part.offsets[-1]])
    open_ = np.full((len(edge), 2), [-np.inf, np.inf]) if network.levels is None else network.levels[network.row[edge]]
    ranges = np.vstack([open_, levels])
    known = np.arange(len(offsets) - 1) < len(edge)
    at = np.concatenate([part.vertex_at, lines.at])
    joins = find_joins(coords, offsets, at, levels=ranges, known=known, tolerance=network.tolerance)
    ends = np.full((2, len(known)), -1, dtype=np.int64)
    ends[:, known] = np.unique([part.u, part.v], return_inverse=True)[1].reshape(2, -1)
    return join_lines(coords, offsets, at, joins, end_nodes=ends, levels=ranges, tolerance=network.tolerance)


def _standing_nodes(network: Network, edge: Ints, made: JoinedLines) -> Ints | None:
    """The network's node for each joined one, new numbers for the others; None where two of the network are one."""
    first = np.searchsorted(made.pieces.line, np.arange(len(edge)))
    last = np.searchsorted(made.pieces.line, np.arange(len(edge)), side="right") - 1
    mine = np.concatenate([made.u[first], made.v[last]])
    theirs = np.concatenate([network.u[edge], network.v[edge]])
    pairs = np.unique(np.column_stack([mine, theirs]), axis=0)
    if len(np.unique(pairs[:, 0])) < len(pairs) or len(np.unique(pairs[:, 1])) < len(pairs):
        return None
    node = np.full(len(made.place), -1, dtype=np.int64)
    node[pairs[:, 0]] = pairs[:, 1]
    fresh = node < 0
    node[fresh] = network.nodes + np.arange(int(fresh.sum()))
    return node


def _pieces(
    network: Network, edge: Ints, lines: Lines, made: JoinedLines, chosen: NDArray[np.bool_], first_row: int
) -> Network:
    """The chosen pieces as a network with the joined nodes."""
    pieces, count = made.pieces, np.diff(made.pieces.offsets)
    line = pieces.line[chosen]
    old = line < len(edge)
    row, before = np.empty(len(line), dtype=np.int64), np.empty(len(line))
    row[old], before[old] = network.row[edge[line[old]]], network.begin[edge[line[old]]]
    mine = line[~old] - len(edge)
    row[~old], before[~old] = first_row + lines.row[mine], lines.before[mine]
    offsets = np.append(0, np.cumsum(count[chosen])).astype(np.int64)
    coords = pieces.coords[np.repeat(chosen, count)]
    u, v = made.u[chosen], made.v[chosen]
    indptr, neighbour, arc_edge = build_csr(u, v, len(made.place))
    length: Floats = distances_along(coords, offsets)[offsets[1:] - 1] if len(line) else np.empty(0)
    return Network(
        x=made.place[:, 0], y=made.place[:, 1], u=u, v=v, length=length, coords=coords, offsets=offsets, row=row,
        begin=before + pieces.low[chosen], end=before + pieces.high[chosen],
        indptr=indptr, neighbour=neighbour, arc_edge=arc_edge, tolerance=network.tolerance,
    )  # fmt: skip

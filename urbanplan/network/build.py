"""A network from line layers: parts, joins within the tolerance, noding, arcs.

Joining moves no vertex: line ends within the tolerance share a node, the lines
stay as drawn.  Nothing loops over features.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np
import shapely
from numpy.typing import NDArray

from urbanplan.errors import NetworkError
from urbanplan.layer.crs import require_metric
from urbanplan.network.clustering import cluster_points
from urbanplan.network.graph import Network, build_csr, distances_along
from urbanplan.network.intervals import Floats, Ints
from urbanplan.network.joining import JoinedLines, find_copies, join_lines
from urbanplan.network.joining_findings import joining_findings
from urbanplan.network.levels import LEVEL_COLUMNS, level_ranges
from urbanplan.network.linear_split import Cuts, Pieces, split_lines
from urbanplan.network.order import are_finite
from urbanplan.network.osm_frame import END_NODES, source_findings
from urbanplan.network.segment_pairs import read_once

if TYPE_CHECKING:
    import geopandas as gpd

    from urbanplan.model.finding import Finding

Noding = Literal["auto", "endpoints", "crossings"]
NODINGS: tuple[Noding, ...] = get_args(Noding)


@dataclass(frozen=True, eq=False)
class Lines:
    """Simple parts of the input lines: vertices, metres along at each, where each part begins, its feature.

    ``before``: metres of the feature's parts before it.
    """

    coords: NDArray[np.float64]
    at: Floats
    offsets: Ints
    row: Ints
    before: Floats

    @property
    def count(self) -> int:
        """Number of parts."""
        return len(self.row)


def road_network(
    frame: gpd.GeoDataFrame,
    *,
    noding: Noding = "auto",
    tolerance: float = 0.01,
    level_columns: Sequence[str] = LEVEL_COLUMNS,
    copies: bool | None = None,
) -> Network:
    """Build a network from a frame of lines.

    Args:
        frame: LineString or MultiLineString features in a projected CRS in metres.
        noding: ``auto`` joins shared vertices, ends that lie on lines and crossings of one level, and keeps crossings
            of which no level tells as doubtful (see :mod:`urbanplan.network.auto_noding`); lines with known end nodes
            join each other by those alone.  ``endpoints`` joins line ends only; ``crossings`` also where lines of one
            level cross or touch, a level that nobody tells being the ground.
        tolerance: metres within which line ends are one node.
        level_columns: which of the columns level, layer, bridge and tunnel tell the grade.
        copies: whether streets that are drawn twice stay edges side by side; else the first stands, and a finding
            tells.  Unless said, noding ``auto`` leaves them out and the others keep them; where it is said, the network
            tells which edge each repeats.

    Raises:
        CrsError: the frame is not in a projected CRS in metres.
        NetworkError: no line can be used, or a setting is unknown.
    """
    if noding not in NODINGS:
        choices = ", ".join(NODINGS)
        raise NetworkError(
            "noding '{noding}' is unknown", fix="Choose one of: {choices}.", noding=noding, choices=choices
        )
    if not tolerance >= 0:
        raise NetworkError("the joining tolerance {metres} is not a length", fix="Give metres.", metres=tolerance)
    crs = frame.crs
    require_metric(crs, name="streets")
    told, copies = copies is not None, noding != "auto" if copies is None else copies
    lines, findings = extract_lines(frame)
    levels = read_once(frame, ("ranges", *level_columns), lambda: level_ranges(frame, level_columns))
    if noding == "auto":
        made = _join_auto(frame, lines, levels.take(lines.row, axis=0), tolerance)
    else:
        made = _join_ends(frame, lines, noding=noding, tolerance=tolerance, columns=level_columns)
        if told or not copies:
            copy_of = find_copies(made.pieces, levels.take(lines.row, axis=0), tolerance)
            made = replace(made, copy_of=copy_of)
    network = _assemble(lines, made, copies=copies)
    findings = (*findings, *source_findings(frame), *joining_findings(frame, lines.row, made))
    named = replace(network, crs=crs, noding=noding, tolerance=tolerance, findings=findings, levels=levels)
    named.__dict__["vertex_at"] = network.vertex_at
    return named


def _join_auto(frame: gpd.GeoDataFrame, lines: Lines, levels: NDArray[np.float64], tolerance: float) -> JoinedLines:
    from urbanplan.network.auto_noding import find_joins

    nodes = _end_nodes(frame, lines)
    known = np.zeros(lines.count, dtype=bool) if nodes is None else (nodes[0] >= 0) & (nodes[1] >= 0)
    table = lines.coords, lines.offsets, lines.at
    return join_lines(
        *table,
        find_joins(*table, levels=levels, known=known, tolerance=tolerance),  # nobody else holds them
        end_nodes=nodes,
        levels=levels,
        tolerance=tolerance,
    )


def _end_nodes(frame: gpd.GeoDataFrame, lines: Lines) -> Ints | None:
    """Known end nodes of each line, numbered from 0, shape (2, lines); -1 for rows that have none or several parts."""
    if not set(END_NODES) <= set(frame.columns):
        return None
    import pandas as pd

    alone = np.bincount(lines.row, minlength=len(frame))[lines.row] == 1
    ids = [frame[name].astype("Int64").iloc[lines.row] for name in END_NODES]
    number = pd.factorize(np.concatenate([one.fillna(-1).to_numpy(dtype=np.int64) for one in ids]))[0].reshape(2, -1)
    known = alone & ~(ids[0].isna() | ids[1].isna().to_numpy()).to_numpy(dtype=bool)
    return np.where(known, number, -1).astype(np.int64)


def _join_ends(
    frame: gpd.GeoDataFrame,
    lines: Lines,
    *,
    noding: Noding,
    tolerance: float,
    columns: Sequence[str],
) -> JoinedLines:
    """Join line ends by their place, and lines of one level where they cross if the noding says so."""
    if noding == "crossings":
        pieces = _cut_at_crossings(frame, lines, tolerance=tolerance, columns=columns)
    else:
        pieces = split_lines(lines.coords, lines.offsets, Cuts.none(), at=lines.at)
    ends = pieces.coords.take(np.concatenate([pieces.offsets[:-1], pieces.offsets[1:] - 1]), axis=0)
    node, place = cluster_points(ends, tolerance)
    u, v = node[: len(pieces.line)], node[len(pieces.line) :]
    return JoinedLines(pieces, u, v, place, np.empty((0, 2), np.int64), np.arange(len(pieces.line)))


def crossing_pieces(frame: gpd.GeoDataFrame) -> Pieces:
    """The edges of a network with noding ``crossings``, for those who ask of no node.

    Raises:
        NetworkError: no line can be used.
    """
    lines, _ = extract_lines(frame)
    return _cut_at_crossings(frame, lines)


def _cut_at_crossings(
    frame: gpd.GeoDataFrame, lines: Lines, *, tolerance: float = 0.01, columns: Sequence[str] = LEVEL_COLUMNS
) -> Pieces:
    from urbanplan.network.noding import find_noding_cuts

    level = feature_levels(frame, columns)[lines.row]
    cuts = find_noding_cuts(lines.coords, lines.offsets, lines.at, level=level, tolerance=tolerance)
    return split_lines(lines.coords, lines.offsets, cuts, at=lines.at)


def extract_lines(frame: gpd.GeoDataFrame) -> tuple[Lines, tuple[Finding, ...]]:
    """The usable parts of a frame's lines, and findings on rows that are none."""
    return read_once(frame, "lines", lambda: _read_lines(frame))


def _read_lines(frame: gpd.GeoDataFrame) -> tuple[Lines, tuple[Finding, ...]]:
    shapes = np.asarray(frame.geometry.array, dtype=object)
    parts, row = explode_parts(shapes)
    kind = shapely.get_type_id(parts)
    coords, owner = shapely.get_coordinates(parts, return_index=True)
    good = ((kind == 1) | (kind == 2)) & (np.bincount(owner, minlength=len(parts)) > 0)
    good[owner[~are_finite(coords)]] = False
    findings = _unused_findings(frame, shapes, row[good])
    if not good.any():
        raise NetworkError("the layer holds no line", fix="Give a layer of streets as lines.")
    if not good.all():
        kept = good[owner]
        coords, owner = coords.compress(kept, axis=0), (np.cumsum(good) - 1)[owner[kept]]
    return _to_lines(coords, owner, row[good]), findings


def rows_with_lines(shapes: NDArray[np.object_]) -> NDArray[np.bool_]:
    """Whether each row has a line that is not empty, shape (rows,)."""
    parts, row = explode_parts(shapes)
    kind = shapely.get_type_id(parts)
    good = ((kind == 1) | (kind == 2)) & ~shapely.is_empty(parts)
    return np.bincount(row[good], minlength=len(shapes)) > 0


def explode_parts(shapes: NDArray[np.object_]) -> tuple[NDArray[np.object_], Ints]:
    """Single geometries of multi-part ones and of collections, and the row of each."""
    row = np.arange(len(shapes), dtype=np.int64)
    if (shapely.get_type_id(shapes) == shapely.GeometryType.LINESTRING).all():
        return shapes, row
    parts, row = shapely.get_parts(shapes, return_index=True)
    parts, inner = shapely.get_parts(parts, return_index=True)  # collections of multi-part lines
    return parts, row[inner].astype(np.int64)


def _to_lines(coords: NDArray[np.float64], owner: Ints, row: Ints) -> Lines:
    offsets = np.zeros(len(row) + 1, dtype=np.int64)
    np.cumsum(np.bincount(owner, minlength=len(row)), out=offsets[1:])
    at = distances_along(coords, offsets)
    length = at[offsets[1:] - 1]
    total = np.cumsum(length) - length
    first = np.append(True, row[1:] != row[:-1])
    before = total - total[np.flatnonzero(first)][np.cumsum(first) - 1]
    return Lines(coords, at, offsets, row, np.where(first, 0.0, before))


def _unused_findings(frame: gpd.GeoDataFrame, shapes: NDArray[np.object_], used: Ints) -> tuple[Finding, ...]:
    taken = np.zeros(len(shapes), dtype=bool)
    taken[used] = True
    unused = np.flatnonzero(~taken)
    if len(unused) == 0:
        return ()
    from urbanplan.model.finding import build_finding

    ids = (frame["id"] if "id" in frame.columns else frame.index).to_numpy()
    kinds = ["-" if shape is None else str(getattr(shape, "geom_type", "-")) for shape in shapes[unused].tolist()]
    return tuple(
        build_finding("network-no-line", feature=ids[i], shape=kind) for i, kind in zip(unused, kinds, strict=True)
    )


def feature_levels(frame: gpd.GeoDataFrame, columns: Sequence[str]) -> Ints:
    """The level of each feature: level or layer if told, else +1 for bridges, -1 for tunnels, else 0."""
    return read_once(frame, ("levels", *columns), lambda: _read_levels(frame, columns))


def _read_levels(frame: gpd.GeoDataFrame, columns: Sequence[str]) -> Ints:
    import pandas as pd

    level = np.zeros(len(frame), dtype=np.int64)
    for column, lift in (("tunnel", -1), ("bridge", 1)):
        if column in columns and column in frame.columns:
            words = frame[column].astype("string").str.strip().str.lower()
            yes = words.notna() & ~words.isin(["", "no", "0", "0.0", "false", "f", "n", "否", "nan", "none"])
            level[yes.to_numpy(dtype=bool)] = lift
    for column in ("layer", "level"):
        if column in columns and column in frame.columns:
            told = pd.to_numeric(frame[column], errors="coerce").to_numpy(dtype=float)
            level = np.where(np.isfinite(told), np.nan_to_num(told), level).astype(np.int64)
    return level


def _assemble(lines: Lines, made: JoinedLines, *, copies: bool) -> Network:
    """The network of the pieces, without those that repeat another unless copies are kept."""
    pieces, u, v = made.pieces, made.u, made.v
    own = np.arange(len(pieces.line))
    if not copies and (made.copy_of != own).any():
        pieces, keep = _select_pieces(pieces, made.copy_of == own), made.copy_of == own
        u, v = u[keep], v[keep]
    indptr, neighbour, arc_edge = build_csr(u, v, len(made.place))
    before, at = lines.before[pieces.line], pieces.at
    network = Network(
        x=made.place[:, 0],
        y=made.place[:, 1],
        u=u,
        v=v,
        length=at[pieces.offsets[1:] - 1],
        coords=pieces.coords,
        offsets=pieces.offsets,
        row=lines.row[pieces.line],
        begin=before + pieces.low,
        end=before + pieces.high,
        indptr=indptr,
        neighbour=neighbour,
        arc_edge=arc_edge,
        doubtful=made.doubtful,
        copy_of=made.copy_of if copies else None,
    )
    network.__dict__["vertex_at"] = at
    return network


def _select_pieces(pieces: Pieces, keep: NDArray[np.bool_]) -> Pieces:
    count = np.diff(pieces.offsets)
    offsets = np.append(0, np.cumsum(count[keep])).astype(np.int64)
    coords = pieces.coords.compress(np.repeat(keep, count), axis=0)
    return Pieces(coords, offsets, pieces.line[keep], pieces.low[keep], pieces.high[keep])

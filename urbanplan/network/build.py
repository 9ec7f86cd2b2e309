"""A network from line layers: parts, joins within the tolerance, noding, arcs.

Joining moves no vertex: line ends within the tolerance share a node, the lines
stay as drawn.  Nothing loops over features.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import shapely
from numpy.typing import NDArray

from urbanplan.errors import NetworkError
from urbanplan.network.bbox_join import boxes_around, intersecting_pairs
from urbanplan.network.graph import Network, build_csr, distances_along
from urbanplan.network.intervals import Floats, Ints
from urbanplan.network.linear_split import Cuts, split_lines
from urbanplan.network.order import hilbert_order

if TYPE_CHECKING:
    import geopandas as gpd

    from urbanplan.model.finding import Finding

Noding = Literal["endpoints", "crossings"]
LEVEL_COLUMNS = ("level", "layer", "bridge", "tunnel")
"""Columns that tell the grade of a street; those that the frame has are used."""


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
    noding: Noding = "endpoints",
    tolerance: float = 0.01,
    level_columns: Sequence[str] = LEVEL_COLUMNS,
) -> Network:
    """Build a network from a frame of lines.

    Args:
        frame: LineString or MultiLineString features in a projected CRS in metres.
        noding: ``endpoints`` joins line ends; ``crossings`` also where lines of one level cross or touch.
        tolerance: metres within which line ends are one node.
        level_columns: which of the columns level, layer, bridge and tunnel tell the grade (``crossings`` only).

    Raises:
        NetworkError: no line can be used, or a setting is unknown.
    """
    if noding not in ("endpoints", "crossings"):
        choices = "endpoints, crossings"
        raise NetworkError(
            "noding '{noding}' is unknown", fix="Choose one of: {choices}.", noding=noding, choices=choices
        )
    if not tolerance >= 0:
        raise NetworkError("the joining tolerance {metres} is not a length", fix="Give metres.", metres=tolerance)
    lines, findings = extract_lines(frame)
    cuts = Cuts.none()
    if noding == "crossings":
        from urbanplan.network.noding import find_noding_cuts

        levels = feature_levels(frame, level_columns)[lines.row]
        cuts = find_noding_cuts(lines.coords, lines.offsets, level=levels, tolerance=tolerance)
    return _assemble(lines, cuts, noding=noding, tolerance=tolerance, crs=frame.crs, findings=findings)


def extract_lines(frame: gpd.GeoDataFrame) -> tuple[Lines, tuple[Finding, ...]]:
    """The usable parts of a frame's lines, and findings on rows that are none."""
    shapes = np.asarray(frame.geometry.array, dtype=object)
    parts, row = explode_parts(shapes)
    kind = shapely.get_type_id(parts)
    coords, owner = shapely.get_coordinates(parts, return_index=True)
    good = ((kind == 1) | (kind == 2)) & (np.bincount(owner, minlength=len(parts)) > 0)
    good[owner[~np.isfinite(coords).all(axis=1)]] = False
    findings = _unused_findings(frame, shapes, row[good])
    if not good.any():
        raise NetworkError("the layer holds no line", fix="Give a layer of streets as lines.")
    if not good.all():
        kept = good[owner]
        coords, owner = coords[kept], (np.cumsum(good) - 1)[owner[kept]]
    return _to_lines(coords, owner, row[good]), findings


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


def _assemble(
    lines: Lines, cuts: Cuts, *, noding: str, tolerance: float, crs: Any, findings: tuple[Finding, ...]
) -> Network:
    pieces = split_lines(lines.coords, lines.offsets, cuts, at=lines.at)
    ends = np.vstack([pieces.coords[pieces.offsets[:-1]], pieces.coords[pieces.offsets[1:] - 1]])
    node, place = cluster_points(ends, tolerance)
    count = len(pieces.line)
    u, v = node[:count], node[count:]
    indptr, neighbour, arc_edge = build_csr(u, v, len(place))
    before = lines.before[pieces.line]
    return Network(
        x=place[:, 0],
        y=place[:, 1],
        u=u,
        v=v,
        length=pieces.high
        if len(cuts.line) == 0
        else distances_along(pieces.coords, pieces.offsets)[pieces.offsets[1:] - 1],
        coords=pieces.coords,
        offsets=pieces.offsets,
        row=lines.row[pieces.line],
        begin=before + pieces.low,
        end=before + pieces.high,
        indptr=indptr,
        neighbour=neighbour,
        arc_edge=arc_edge,
        crs=crs,
        noding=noding,
        tolerance=tolerance,
        findings=findings,
    )


def cluster_points(points: NDArray[np.float64], tolerance: float) -> tuple[Ints, NDArray[np.float64]]:
    """Node number of each point, and the node's place: points within the tolerance, chained, are one node.

    Nodes are numbered along a Hilbert curve, so that neighbours in town are neighbours in memory.
    """
    order = np.lexsort((points[:, 1], points[:, 0]))
    ordered = points[order]
    fresh = np.append(True, (ordered[1:] != ordered[:-1]).any(axis=1))
    single = np.empty(len(points), dtype=np.int64)
    single[order] = np.cumsum(fresh) - 1
    distinct = ordered[fresh]
    group = _cluster_labels(distinct, tolerance)
    place = distinct if group is None else distinct[_first_members(group)]
    curve = np.argsort(hilbert_order(place), kind="stable")  # places stand by x, then y
    number = np.empty(len(place), dtype=np.int64)
    number[curve] = np.arange(len(place))
    return number[single if group is None else group[single]], place[curve]


def _first_members(group: Ints) -> Ints:
    """The first member of each group."""
    first = np.empty(int(group.max()) + 1, dtype=np.int64)
    first[group[::-1]] = np.arange(len(group) - 1, -1, -1)
    return first


def _cluster_labels(points: NDArray[np.float64], tolerance: float) -> Ints | None:
    """Group of each point, numbered from 0 by first member: points within the tolerance, chained; None: no two are."""
    close = _near_candidates(points, tolerance)
    if len(close) == 0:
        return None
    x, y = points[close].T
    boxes = boxes_around(x, y, tolerance / 2)
    one, other = intersecting_pairs(boxes, boxes)
    near = (one < other) & (np.hypot(x[one] - x[other], y[one] - y[other]) <= tolerance)
    if not near.any():
        return None
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    one, other = close[one[near]], close[other[near]]
    links = coo_array((np.ones(len(one), np.int8), (one, other)), shape=(len(points),) * 2)
    return connected_components(links, directed=False)[1].astype(np.int64)


def _near_candidates(points: NDArray[np.float64], tolerance: float) -> Ints:
    """Points with another in their cell of one of four grids, each shifted by half a cell: the rest have none near.

    Two points within the tolerance share a cell, 2.5 tolerances wide, in one of the two shifts of each axis.
    """
    if tolerance <= 0:
        return np.empty(0, np.int64)
    step = (points - points.min(axis=0)) / (2.5 * tolerance)
    if not step.max() < 2**30:  # cells that no number of 64 bits holds: look at all
        return np.arange(len(points), dtype=np.int64)
    shared = np.zeros(len(points), dtype=bool)
    for right, up in ((0.0, 0.0), (0.0, 0.5), (0.5, 0.0), (0.5, 0.5)):
        cell = (step[:, 0] + right).astype(np.int64) << 31 | (step[:, 1] + up).astype(np.int64)
        ordered = np.sort(cell)
        twice = ordered[1:][ordered[1:] == ordered[:-1]]
        if len(twice):
            shared |= np.isin(cell, twice)
    return np.flatnonzero(shared)

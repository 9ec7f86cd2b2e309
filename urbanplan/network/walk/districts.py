"""Streets by sub-district: edges cut where they cross a border, each piece in the first polygon that holds it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import shapely
from numpy.typing import NDArray

from urbanplan.network.graph import Network
from urbanplan.network.intervals import Floats, Ints, group_sums, union
from urbanplan.network.walk.leg_join import intervals_inside
from urbanplan.network.walk.source_rows import check_finite, row_names
from urbanplan.network.walk.sources import make_valid

if TYPE_CHECKING:
    import geopandas as gpd

    from urbanplan.model.finding import Finding

OVERLAP = 1.0
"""Square metres: sub-districts that share less only touch."""


@dataclass(frozen=True, eq=False)
class Districts:
    """Sub-districts: ids, polygons, and pieces of edges ``(edge, low, high)`` with their district (-1: outside all).

    ``findings``: sub-districts that overlap; what they share is the first one's.
    """

    ids: NDArray[np.object_]
    polygons: NDArray[np.object_]
    edge: Ints
    low: Floats
    high: Floats
    owner: Ints
    findings: tuple[Finding, ...] = ()
    _held: dict[int, tuple[object, Ints]] = field(default_factory=dict, repr=False)
    _shares: dict[int, tuple[object, tuple[Ints, Ints, Floats]]] = field(default_factory=dict, repr=False)

    def holding(self, points: NDArray[np.float64]) -> Ints:
        """The district of each point, shape (n, 2): the first polygon that holds it, else -1."""
        known = self._held.get(id(points))
        if known is None or known[0] is not points:
            known = self._held[id(points)] = (points, first_containing(self.polygons, points))
        return known[1]

    def shares(self, cells: NDArray[np.object_]) -> tuple[Ints, Ints, Floats]:
        """Rows of cell, district and the cell's share of land in it, one row more (-1) for what lies outside all."""
        known = self._shares.get(id(cells))
        if known is None or known[0] is not cells:
            known = self._shares[id(cells)] = (cells, _land_shares(cells, self.polygons))
        return known[1]


def _land_shares(cells: NDArray[np.object_], polygons: NDArray[np.object_]) -> tuple[Ints, Ints, Floats]:
    valid = make_valid(cells)
    district, cell = shapely.STRtree(valid).query(_apart(polygons)[0], predicate="intersects")
    land = shapely.area(shapely.intersection(valid[cell], _apart(polygons)[0][district]))
    whole = shapely.area(valid)
    share = np.divide(land, whole[cell], out=np.zeros(len(cell)), where=whole[cell] > 0)
    rest = np.maximum(1.0 - group_sums(cell, share, len(cells)), 0.0)
    rest[rest < 1e-9] = 0.0
    outside = np.flatnonzero(rest)
    rows = np.concatenate([cell, outside]), np.concatenate([district, np.full(len(outside), -1)])
    scale = group_sums(rows[0], np.concatenate([share, rest[outside]]), len(cells))
    shared = np.concatenate([share, rest[outside]]) / scale[rows[0]]
    return rows[0].astype(np.int64), rows[1].astype(np.int64), shared


def _apart(polygons: NDArray[np.object_]) -> tuple[NDArray[np.object_], list[tuple[int, int, float]]]:
    """The polygons without what they share with ones before them, and the pairs that overlap, with square metres."""
    known = np.isfinite(shapely.bounds(polygons)).all(axis=1)
    apart = polygons.copy()
    apart[~known] = shapely.Polygon()
    apart[known] = make_valid(polygons[known])
    first, second = shapely.STRtree(apart).query(apart, predicate="intersects")
    later = first < second
    first, second = first[later], second[later]
    shared = shapely.area(shapely.intersection(apart[first], apart[second]))
    real = shared > OVERLAP
    pairs = sorted(zip(first[real].tolist(), second[real].tolist(), shared[real].tolist(), strict=True))
    whole = apart.copy()
    for one, other, _ in pairs:  # a few
        apart[other] = shapely.difference(apart[other], whole[one])
    return apart, pairs


def _overlap_findings(ids: NDArray[np.object_], polygons: NDArray[np.object_]) -> tuple[Finding, ...]:
    """One finding on all sub-districts that overlap."""
    pairs = _apart(polygons)[1]
    if not pairs:
        return ()
    from urbanplan.model.finding import build_finding

    shown = ", ".join(f"{ids[one]} / {ids[other]}" for one, other, _ in pairs[:5]) + ("…" if len(pairs) > 5 else "")
    names = [str(name) for name in dict.fromkeys(ids[k] for pair in pairs for k in pair[:2])]
    area = sum(pair[2] for pair in pairs)
    return (build_finding("network-districts-overlap", pairs=shown, features=names, count=len(pairs), area_m2=area),)


def cut_by_districts(network: Network, frame: gpd.GeoDataFrame) -> Districts:
    """Cut the network's edges by the polygons of a frame in the same CRS; one without a shape holds nothing.

    Raises:
        NetworkError: a coordinate is no finite number.
    """
    polygons, ids = np.asarray(frame.geometry.array, dtype=object), row_names(frame)
    check_finite(polygons, ids, "sub-districts")
    edge, low, high = _district_pieces(network, polygons[np.isfinite(shapely.bounds(polygons)).all(axis=1)])
    spot = network.points(edge, (low + high) / 2)
    findings = _overlap_findings(ids, polygons)
    return Districts(ids, polygons, edge, low, high, first_containing(polygons, spot), findings)


def _district_pieces(network: Network, polygons: NDArray[np.object_]) -> tuple[Ints, Floats, Floats]:
    """Edges cut at every end of a part inside a polygon; equal cuts are one."""
    polygon, segment, begin, end = intervals_inside(network, polygons)
    segments, count = network.segments, network.edges
    start = segments.start[segment]
    within = union(polygon * count + segments.edge[segment], start + begin, start + end)
    held = within.line % count
    edge = np.concatenate([np.arange(count, dtype=np.int64), held, held])
    at = np.concatenate([np.zeros(count), within.low, within.high])
    order = np.lexsort((at, edge))
    edge, at = edge[order], np.minimum(at[order], network.length[edge[order]])
    last = np.append(edge[1:] != edge[:-1], True)
    high = np.where(last, network.length[edge], np.append(at[1:], 0.0))
    real = (high > at) | (network.length[edge] == 0)
    return edge[real], at[real], high[real]


def first_containing(polygons: NDArray[np.object_], points: NDArray[np.float64]) -> Ints:
    """The first polygon that holds each point (its border counts), else -1."""
    owner = np.full(len(points), -1, dtype=np.int64)
    spot, polygon = shapely.STRtree(polygons).query(shapely.points(points), predicate="intersects")
    order = np.lexsort((polygon, spot))[::-1]
    owner[spot[order]] = polygon[order]
    return owner

"""Streets by sub-district: edges cut where they cross a border, each piece in the first polygon that holds it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely
from numpy.typing import NDArray

from urbanplan.network.graph import Network
from urbanplan.network.intervals import Floats, Ints, union
from urbanplan.network.walk.leg_join import intervals_inside
from urbanplan.network.walk.sources import check_finite, row_ids

if TYPE_CHECKING:
    import geopandas as gpd


@dataclass(frozen=True, eq=False)
class Districts:
    """Sub-districts: ids, polygons, and pieces of edges ``(edge, low, high)`` with their district (-1: outside all)."""

    ids: NDArray[np.object_]
    polygons: NDArray[np.object_]
    edge: Ints
    low: Floats
    high: Floats
    owner: Ints

    def holding(self, points: NDArray[np.float64]) -> Ints:
        """The district of each point, shape (n, 2): the first polygon that holds it, else -1."""
        return first_containing(self.polygons, points)


def cut_by_districts(network: Network, frame: gpd.GeoDataFrame) -> Districts:
    """Cut the network's edges by the polygons of a frame in the same CRS; one without a shape holds nothing.

    Raises:
        NetworkError: a coordinate is no finite number.
    """
    polygons, ids = np.asarray(frame.geometry.array, dtype=object), row_ids(frame)
    check_finite(polygons, ids, "sub-districts")
    edge, low, high = _district_pieces(network, polygons[np.isfinite(shapely.bounds(polygons)).all(axis=1)])
    spot = network.points(edge, (low + high) / 2)
    return Districts(ids, polygons, edge, low, high, first_containing(polygons, spot))


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

"""Access: which parcels, sites and car parks a street reaches, and what each street serves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely
from numpy.typing import NDArray

from urbanplan.model.finding import Finding, build_finding
from urbanplan.network.graph import Network
from urbanplan.network.intervals import Floats, Ints
from urbanplan.network.walk.leg_join import join_legs
from urbanplan.network.walk.sources import sources_from_frame

if TYPE_CHECKING:
    import geopandas as gpd

LEG_LIMIT = 50.0
"""Metres within which a street reaches a place, in a straight line."""


@dataclass(frozen=True, eq=False)
class Access:
    """How streets reach places, one row each.

    Attributes:
        ids: of the places. shapes: as given. edge: the nearest street edge in sight, -1 where none is.
        distance: straight metres to it, infinity where none is. leg: how far was looked.
    """

    ids: NDArray[np.object_]
    shapes: NDArray[np.object_]
    edge: Ints
    distance: Floats
    leg: float

    @property
    def reached(self) -> NDArray[np.bool_]:
        """Whether a street reaches each place."""
        return self.edge >= 0

    def per_edge(self, edges: int, weight: Floats | None = None) -> Floats:
        """Number (or summed weight) of the places that each edge serves."""
        weight = np.ones(len(self.ids)) if weight is None else weight
        return np.bincount(self.edge[self.reached], weights=weight[self.reached], minlength=edges).astype(np.float64)

    def findings(self, layer: str | None, network: Network, part: Ints) -> list[Finding]:
        """Places without a street, and places that only streets apart from the longest part (0) reach."""
        lost = np.flatnonzero(~self.reached).tolist()
        found = [self._finding("network-not-served", layer, row) for row in lost]
        apart = np.zeros(len(self.ids), dtype=bool)
        apart[self.reached] = part[network.u[self.edge[self.reached]]] > 0
        return found + [self._finding("network-served-apart", layer, row) for row in np.flatnonzero(apart).tolist()]

    def _finding(self, code: str, layer: str | None, row: int) -> Finding:
        shape = shapely.geometry.mapping(self.shapes[row])
        return build_finding(code, layer=layer, feature=self.ids[row], geometry=shape, leg_m=self.leg)


def find_access(
    network: Network,
    frame: gpd.GeoDataFrame,
    *,
    leg: float = LEG_LIMIT,
    barriers: NDArray[np.float64] | None = None,
    part: Ints | None = None,
) -> Access:
    """Find the street that reaches each place.

    Args:
        network: streets. frame: points, lines or polygons in the network's CRS, one row per place.
        leg: metres. barriers: straight pieces ``(x0, y0, x1, y1)`` that no leg crosses.
        part: connected part of each node, 0 the longest: a street of it is taken before nearer ones of others.
    """
    known = ~(frame.geometry.isna() | frame.geometry.is_empty)
    put = sources_from_frame(frame[known.to_numpy()].reset_index(drop=True))
    seen = join_legs(network, put, leg=leg, barriers=barriers)
    near = np.minimum(seen.at_low, seen.at_high)
    foot = np.clip(seen.t0, seen.low, seen.high)
    near = np.minimum(near, seen.at(foot))
    rank = np.zeros(len(seen)) if part is None else (part[network.u[seen.edge]] > 0).astype(float)
    order = np.lexsort((seen.edge, near, rank, seen.place))
    first = order[np.append(True, np.diff(seen.place[order]) != 0)[: len(order)]]
    edge, distance = np.full(len(put), -1, dtype=np.int64), np.full(len(put), np.inf)
    edge[seen.place[first]], distance[seen.place[first]] = seen.edge[first], near[first]
    return Access(put.ids, put.shapes, edge, distance, leg)

"""Ends of roads that join nothing: 断头路."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from pydantic import Field

from urbanplan.measure.connected import (
    concatenate_roads,
    explain_open,
    explain_settling,
    explain_undrawn,
    no_roads_measurement,
    select_roads,
    to_list,
    undrawn_lines,
)
from urbanplan.measure.measured import Layers, MeasureContext, Measurement
from urbanplan.measure.parameters import NODING, Parameters
from urbanplan.measure.selection import SelectedFeatures, Selection, layers_of, select_features
from urbanplan.model.reading import Bound, Evidence, Reading
from urbanplan.model.translation import localize

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    from urbanplan.measure.connected import Roads
    from urbanplan.network.graph import Network


_NONE = Bound(comparator="<=", number=0, unit="count")


class DeadEnds(Parameters):
    """Number of ends of the roads `of` that join no other road and no street of `with`; implied bound: none."""

    of: str | Selection | list[str | Selection] = Field(description="Layer or selection of roads, or a list of them")
    with_: str | Selection | list[str | Selection] | None = Field(
        default=None, alias="with", description="Streets that they may join, or a list of them"
    )
    noding: Literal["auto", "endpoints", "crossings"] = Field(default="auto", description=NODING)
    tolerance: float = Field(default=0.01, ge=0, description="Metres within which lines join")
    beside: str | Selection | None = Field(
        default=None, description="Areas outside of which an end is no dead end, such as the boundary: the road goes on"
    )

    def layers(self, setting: MeasureContext) -> set[str]:
        """The layers of `of`, `with` and `beside`."""
        return set[str]().union(*(layers_of(part) for part in (*to_list(self.of), *to_list(self.with_), self.beside)))


def measure(layers: Layers, params: DeadEnds, setting: MeasureContext) -> Measurement:
    """Number of dead ends, ``dead_ends`` as a result layer of points with the road's id.

    Rows that may or may not count widen the reading: at least, all of them join and none is asked; at most (an
    upper bound), none of them joins and every end of theirs that meets no sure road is dead.
    """
    of, joining, titles = select_roads(params.of, params.with_, layers, setting)
    if not sum(len(part.frame) for part in of):
        return no_roads_measurement(titles)
    from urbanplan.network.build import road_network

    roads = concatenate_roads(of, joining)
    hidden = 2 * int((roads.asked & ~roads.drawn).sum())
    if not (roads.asked & roads.drawn).any():
        reading = Reading(low=0, high=hidden, unit="count")
        return Measurement(reading, implied=_NONE, reason=explain_undrawn(roads), settled_by=undrawn_lines())
    network = road_network(roads.frame, noding=params.noding, tolerance=params.tolerance, copies=True)
    inside, maybe_inside = _is_inside(network, params, layers, setting)
    asked, sure = roads.asked[network.row], roads.sure[network.row]
    certain = np.flatnonzero(_dead_end_nodes(network, asked & sure, np.ones(network.edges, bool)) & inside)
    possible = np.flatnonzero(_dead_end_nodes(network, asked, sure) & maybe_inside)
    if roads.undrawn:  # a road of which nobody knows where it runs may pass at any end
        certain, possible = certain[:0], np.union1d(certain, possible)
    ends = _build_end_frame(network, roads, possible, certain)
    reading = Reading(low=len(certain), high=len(possible) + hidden, unit="count")
    return Measurement(
        reading=reading,
        evidence=_evidence(ends, of),
        implied=_NONE,
        reason=_explain(titles, len(certain), roads, reading),
        settled_by="" if reading.exact else explain_settling(roads, network),
        results={"dead_ends": ends},
        findings=list(network.findings),
    )


def _evidence(ends: gpd.GeoDataFrame, of: list[SelectedFeatures]) -> Evidence:
    """Ids of the roads with ends that may be dead, by layer."""
    ids = {layer: list(dict.fromkeys(rows)) for layer, rows in ends.groupby("layer", sort=True)["id"]}
    return Evidence(layers={part.layer: ids.get(part.layer, []) for part in of}, results=["dead_ends"])


def _dead_end_nodes(network: Network, asked: NDArray[np.bool_], joins: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Nodes where one asked edge ends and none that joins; an asked road that does not join stands by itself.

    Edges drawn twice are one: an asked edge is there where a copy of it joins.
    """
    row, firm = np.flatnonzero(joins), asked & joins
    if network.copy_of is not None:
        firm = asked & np.isin(network.copy_of, network.copy_of[row])
        row = row[np.unique(network.copy_of[row], return_index=True)[1]]
    met = np.bincount(np.concatenate([network.u[row], network.v[row]]), minlength=network.nodes)
    held = np.zeros(network.nodes, dtype=bool)
    held[network.u[firm]] = held[network.v[firm]] = True
    return (held & (met == 1)) | (_feature_end_nodes(network, asked & ~joins) & (met == 0))


def _feature_end_nodes(network: Network, use: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Nodes at which the edges of some feature end once: the ends of each feature by itself."""
    row = np.concatenate([network.row[use]] * 2)
    node = np.concatenate([network.u[use], network.v[use]])
    key, count = np.unique(row * network.nodes + node, return_counts=True)
    found = np.zeros(network.nodes, dtype=bool)
    found[key[count == 1] % network.nodes] = True
    return found


def _is_inside(
    network: Network, params: DeadEnds, layers: Layers, setting: MeasureContext
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Whether each node surely and possibly lies in the areas of ``beside``; areas not drawn may be anywhere."""
    every = np.ones(network.nodes, dtype=bool)
    if params.beside is None:
        return every, every
    import shapely

    areas = select_features(params.beside, layers, setting)
    shapes = shapely.make_valid(areas.frame.geometry.to_numpy())
    held: list[NDArray[np.bool_]] = []
    for rows in (areas.sure, np.ones(len(shapes), dtype=bool)):
        land = shapely.union_all(shapes[rows]).buffer(-params.tolerance)
        shapely.prepare(land)
        held.append(np.asarray(shapely.contains_xy(land, network.x, network.y)))
    return held[0], held[1] if len(shapes) and areas.drawn.all() else every


def _build_end_frame(
    network: Network, roads: Roads, possible: NDArray[np.int64], certain: NDArray[np.int64]
) -> gpd.GeoDataFrame:
    """Points of all ends that may be dead: layer and id of the road, and whether it is certain."""
    import geopandas as gpd
    import shapely

    first = np.full(network.nodes, -1, dtype=np.int64)
    mine = np.flatnonzero(roads.asked[network.row])[::-1]
    first[network.u[mine]], first[network.v[mine]] = network.row[mine], network.row[mine]
    every = np.union1d(possible, certain)
    row = first[every]
    columns: dict[str, Any] = {
        "layer": roads.frame["__layer__"].to_numpy()[row],
        "id": roads.frame["__id__"].astype(str).to_numpy()[row],
        "certain": np.isin(every, certain),
    }
    points = np.asarray(shapely.points(network.x[every], network.y[every]), dtype=object)
    return gpd.GeoDataFrame(columns, geometry=points, crs=roads.frame.crs)


def _explain(titles: str, certain: int, roads: Roads, reading: Reading) -> str:
    """Why the reading is open; of an exact one, how many ends join nothing."""
    if not reading.exact and (unknown := explain_open(roads)):
        return unknown
    if not certain:
        return ""
    return localize("{count} ends of roads of {layer} join nothing", count=certain, layer=titles)

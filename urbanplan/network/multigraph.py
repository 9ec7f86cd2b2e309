"""A network from a networkx graph, by the conventions of OSMnx."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from urbanplan.errors import CrsError, NetworkError
from urbanplan.network.graph import Network, build_csr, distances_along
from urbanplan.network.intervals import Ints

if TYPE_CHECKING:
    import geopandas as gpd
    import networkx as nx

MAX_DISTANCE = 1.0
"""How far an edge's geometry may end from its node, metres."""


def from_networkx(graph: nx.Graph, *, crs: Any = None) -> Network:
    """Build a network from a graph.

    Nodes have ``x`` and ``y``; an edge has ``geometry`` or is straight; the graph attribute ``crs`` names the CRS.
    Coordinates go to a working CRS in metres, lengths are measured there.  Of a directed graph the two directions of
    one street are one edge.  Nodes without an edge are left out; the rest are numbered in the graph's order.

    Args:
        graph: a Graph, DiGraph, MultiGraph or MultiDiGraph. crs: the working CRS, else chosen by the edges.

    Raises:
        NetworkError: a node has no place, the graph has no edge, or a geometry does not end at its nodes.
        CrsError: the graph names no CRS, or lengths in the working CRS are no metres.
    """
    from urbanplan.layer.crs import check_scale, to_working_crs, working_crs

    edges, ends = _edge_frame(graph)
    working = working_crs(edges, given=crs, where="graph")
    edges = to_working_crs(edges, working, where="graph")
    check_scale(working, edges.total_bounds, where="graph")
    used, index = np.unique(ends, return_inverse=True)
    places = _node_frame(graph, edges, used).to_crs(working)
    xy = np.c_[places.x, places.y]
    u, v = index.reshape(ends.shape).T.astype(np.int64)
    shapes = _oriented(np.asarray(edges.geometry.array, dtype=object), xy[u], xy[v])
    return _network(shapes, xy, (u, v), working)


def _edge_frame(graph: nx.Graph) -> tuple[gpd.GeoDataFrame, Ints]:
    """Edges as lines in the graph's CRS, each street once, and the positions of their nodes, shape (m, 2)."""
    import geopandas as gpd

    named = graph.graph.get("crs")
    if named is None:
        raise CrsError("the graph names no coordinate system", fix='Set graph.graph["crs"], such as "EPSG:4326".')
    position = {node: i for i, node in enumerate(graph.nodes)}
    x, y = _node_places(graph)
    rows = list(graph.edges(data="geometry"))
    if not rows:
        raise NetworkError("the graph has no edge", fix="Give a graph of streets.")
    ends = np.array([(position[a], position[b]) for a, b, _ in rows], dtype=np.int64)
    straight: Any = shapely.linestrings(np.stack([np.c_[x[k], y[k]] for k in (ends[:, 0], ends[:, 1])], axis=1))
    given = np.array([None, *[shape for _, _, shape in rows]], dtype=object)[1:]
    shapes = np.where(shapely.is_geometry(given), given, straight)
    keep = np.arange(len(rows)) if not graph.is_directed() else _first_of_street(ends, shapes)
    return gpd.GeoDataFrame(geometry=shapes[keep], crs=named), ends[keep]


def _first_of_street(ends: Ints, shapes: np.ndarray[Any, Any]) -> Ints:
    """Positions of edges without those that run back along an earlier one."""
    key = shapely.to_wkb(shapely.normalize(shapes))
    low, high = ends.min(axis=1).tolist(), ends.max(axis=1).tolist()
    first: dict[tuple[int, int, bytes], int] = {}
    for i, street in enumerate(zip(low, high, key.tolist(), strict=True)):
        first.setdefault(street, i)
    return np.fromiter(first.values(), dtype=np.int64)


def _node_places(graph: nx.Graph) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    x, y = (np.array([graph.nodes[node].get(axis, np.nan) for node in graph.nodes], dtype=float) for axis in "xy")
    lost = np.flatnonzero(~(np.isfinite(x) & np.isfinite(y)))
    if len(lost):
        raise NetworkError(
            "node {node} of the graph has no x or y", fix="Give every node its place.", node=list(graph.nodes)[lost[0]]
        )
    return x, y


def _node_frame(graph: nx.Graph, edges: gpd.GeoDataFrame, used: Ints) -> gpd.GeoSeries:
    import geopandas as gpd

    x, y = _node_places(graph)
    return gpd.GeoSeries(gpd.points_from_xy(x[used], y[used]), crs=graph.graph["crs"])


def _oriented(shapes: np.ndarray[Any, Any], start: np.ndarray[Any, Any], end: np.ndarray[Any, Any]):
    """Lines turned to run from their first node to their second, their ends at the nodes."""
    first, last = (shapely.get_coordinates(shapely.get_point(shapes, k)) for k in (0, -1))
    if len(first) != len(shapes):
        raise NetworkError("a geometry of the graph is no line", fix="Give edges as LineStrings.")
    forth = np.hypot(*(first - start).T) + np.hypot(*(last - end).T)
    back = np.hypot(*(last - start).T) + np.hypot(*(first - end).T)
    far = np.flatnonzero(np.minimum(forth, back) > 2 * MAX_DISTANCE)
    if len(far):
        raise NetworkError(
            "the geometry of edge {edge} does not end at its nodes",
            fix="Mend the graph's geometries, or leave them out for straight edges.",
            edge=int(far[0]),
        )
    return np.where(back < forth, shapely.reverse(shapes), shapes)


def _network(shapes: np.ndarray[Any, Any], xy: np.ndarray[Any, Any], nodes: tuple[Ints, Ints], crs: Any) -> Network:
    u, v = nodes
    coords, owner = shapely.get_coordinates(shapes, return_index=True)
    offsets = np.append(0, np.cumsum(np.bincount(owner, minlength=len(shapes)))).astype(np.int64)
    coords[offsets[:-1]], coords[offsets[1:] - 1] = xy[u], xy[v]
    length = distances_along(coords, offsets)[offsets[1:] - 1]
    indptr, neighbour, arc_edge = build_csr(u, v, len(xy))
    return Network(
        x=xy[:, 0].copy(), y=xy[:, 1].copy(), u=u, v=v, length=length, coords=coords, offsets=offsets,
        row=np.arange(len(u), dtype=np.int64), begin=np.zeros(len(u)), end=length.copy(),
        indptr=indptr, neighbour=neighbour, arc_edge=arc_edge, crs=crs,
    )  # fmt: skip

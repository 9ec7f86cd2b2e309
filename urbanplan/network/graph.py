"""The network as arrays: nodes, edges with their polylines and sources, arcs in CSR."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from urbanplan.errors import NetworkError
from urbanplan.model.display import html_table, one_line
from urbanplan.network.bbox_join import Boxes, segment_boxes
from urbanplan.network.intervals import Floats, Ints
from urbanplan.network.line_segments import segment_ends
from urbanplan.network.order import sort_order

if TYPE_CHECKING:
    import geopandas as gpd
    import networkx as nx

    from urbanplan.model.finding import Finding


@dataclass(frozen=True, eq=False)
class Segments:
    """The straight segments of all edges, one row each.

    Attributes:
        edge: the edge it belongs to. start: metres along the edge where it begins.
        ends: ``(x0, y0, x1, y1)``. length: metres.
        dx, dy: unit direction, zero for a segment without length.
    """

    edge: Ints
    start: Floats
    ends: NDArray[np.float64]
    length: Floats
    dx: Floats
    dy: Floats

    def __len__(self) -> int:
        return len(self.edge)

    @cached_property
    def boxes(self) -> Boxes:
        """The box of each segment."""
        return segment_boxes(self.ends)


@dataclass(frozen=True, eq=False)
class Network:
    """A street network in a projected CRS, metres throughout.

    Attributes:
        x, y: place of each node, shape (n,). A node that joins several line ends stands at one of them.
        u, v: end nodes of each edge, shape (m,). length: its planar length.
        coords: vertices of all edges, shape (k, 2), from u to v; ``offsets`` (m + 1) cuts them into edges.
        row: position of the source feature in the input frame. begin, end: metres along that feature
            (multi-part features: their parts one after the other).
        indptr, neighbour, arc_edge: both arcs of each edge in compressed sparse rows.
        crs: the CRS as the input gave it. noding, tolerance: how it was made. findings: what was set aside.
        doubtful: pairs of nodes at crossings of which nothing tells whether they join, shape (k, 2); they are apart.
        levels: range of levels of each source feature, shape (rows, 2), infinite where nobody tells; None: not asked.
        copy_of: the edge that each edge repeats (drawn twice), itself where it repeats none; None: copies are left out.
    """

    x: Floats
    y: Floats
    u: Ints
    v: Ints
    length: Floats
    coords: NDArray[np.float64]
    offsets: Ints
    row: Ints
    begin: Floats
    end: Floats
    indptr: Ints
    neighbour: Ints
    arc_edge: Ints
    crs: Any = None
    noding: str = "endpoints"
    tolerance: float = 0.01
    findings: tuple[Finding, ...] = field(default=())
    doubtful: Ints = field(default_factory=lambda: np.empty((0, 2), np.int64))
    levels: NDArray[np.float64] | None = None
    copy_of: Ints | None = None

    def __repr__(self) -> str:
        counts = f"{self.nodes:,} nodes", f"{self.edges:,} edges", f"{self.total / 1000:,.2f} km"
        return one_line("Network", *counts, f"noding {self.noding}")

    def _repr_html_(self) -> str:
        row = {"nodes": self.nodes, "edges": self.edges, "metres": self.total, "noding": self.noding}
        return html_table("Network", [row])

    def check_crs(self, frame: object, name: str) -> None:
        """Check that a frame is in the network's CRS; what declares none is taken to be.

        Raises:
            NetworkError: it is in another.
        """
        crs = getattr(frame, "crs", None)
        if crs is not None and self.crs is not None and crs != self.crs:
            raise NetworkError(
                "{layer} and streets are in different coordinate systems",
                fix="Bring both to one working CRS.",
                layer=name,
            )

    def to_frame(self) -> gpd.GeoDataFrame:
        """Edges as lines; columns ``u``, ``v``, ``length`` (metres), ``street`` (row of the source), ``geometry``."""
        import geopandas as gpd

        columns = {"u": self.u, "v": self.v, "length": self.length, "street": self.row}
        return gpd.GeoDataFrame(columns, geometry=self.lines, crs=self.crs)

    @cached_property
    def lines(self) -> NDArray[np.object_]:
        """The edges as lines, from u to v, shape (m,)."""
        import shapely

        owner = np.repeat(np.arange(self.edges), np.diff(self.offsets))
        return np.asarray(shapely.linestrings(self.coords, indices=owner), dtype=object)

    def to_networkx(self) -> nx.MultiGraph[int]:
        """A MultiGraph by the conventions of OSMnx.

        Nodes are 0..n-1 with ``x`` and ``y``; edges have ``length`` in metres, ``geometry``,
        and ``street``, the row of the source feature; the graph attribute ``crs`` is the network's.
        """
        import networkx as nx

        graph = nx.MultiGraph(crs=self.crs)
        places = zip(self.x.tolist(), self.y.tolist(), strict=True)
        graph.add_nodes_from((i, {"x": x, "y": y}) for i, (x, y) in enumerate(places))
        columns = (self.u.tolist(), self.v.tolist(), self.length.tolist(), self.row.tolist(), self.to_frame().geometry)
        graph.add_edges_from(
            (u, v, {"length": metres, "street": row, "geometry": line})
            for u, v, metres, row, line in zip(*columns, strict=True)
        )
        return graph

    @property
    def nodes(self) -> int:
        """Number of nodes."""
        return len(self.x)

    @property
    def edges(self) -> int:
        """Number of edges."""
        return len(self.u)

    @property
    def total(self) -> float:
        """Length of all streets, metres."""
        return float(np.sum(self.length, dtype=np.longdouble))

    @cached_property
    def vertex_at(self) -> Floats:
        """Metres along its edge of each vertex of ``coords``."""
        return distances_along(self.coords, self.offsets)

    @cached_property
    def segments(self) -> Segments:
        """The straight segments of all edges."""
        first = np.ones(len(self.coords), dtype=bool)
        first[self.offsets[1:] - 1] = False
        head = np.flatnonzero(first)
        owner = np.repeat(np.arange(self.edges, dtype=np.int64), np.diff(self.offsets) - 1)
        ends = segment_ends(self.coords, head)
        step = ends[:, 2:] - ends[:, :2]
        length = np.hypot(step[:, 0], step[:, 1])
        scale = np.divide(1.0, length, out=np.zeros_like(length), where=length > 0)
        return Segments(owner, self.vertex_at[head], ends, length, step[:, 0] * scale, step[:, 1] * scale)

    @cached_property
    def joined(self) -> Network:
        """The same edges with every doubtful crossing joined; the network itself where none is doubtful."""
        if not len(self.doubtful):
            return self
        from scipy.sparse import coo_array
        from scipy.sparse.csgraph import connected_components

        one, other = self.doubtful.T
        links = coo_array((np.ones(len(one), np.int8), (one, other)), shape=(self.nodes, self.nodes))
        node = connected_components(links, directed=False)[1].astype(np.int64)
        first = np.unique(node, return_index=True)[1]
        u, v = node[self.u], node[self.v]
        indptr, neighbour, arc_edge = build_csr(u, v, len(first))
        whole = replace(
            self, x=self.x[first], y=self.y[first], u=u, v=v, indptr=indptr, neighbour=neighbour, arc_edge=arc_edge,
            doubtful=np.empty((0, 2), np.int64),
        )  # fmt: skip
        whole.__dict__.update(segments=self.segments, vertex_at=self.vertex_at)
        return whole

    def points(self, edge: Ints, at: Floats) -> NDArray[np.float64]:
        """Points ``at`` metres along edges, shape (n, 2)."""
        return interpolate(self.coords, self.offsets, self.vertex_at, edge, at)


def distances_along(coords: NDArray[np.float64], offsets: Ints) -> Floats:
    """Metres along its own line of each vertex; extended precision, so that far lines lose nothing."""
    metres = np.zeros(len(coords), dtype=np.longdouble)
    metres[1:] = np.hypot(np.diff(coords[:, 0]), np.diff(coords[:, 1]))
    starts = offsets[:-1]
    metres[starts] = 0
    np.cumsum(metres, out=metres)
    metres -= np.repeat(metres[starts], np.diff(offsets))
    return metres.astype(np.float64)


def interpolate(
    coords: NDArray[np.float64], offsets: Ints, vertex_at: Floats, line: Ints, at: Floats
) -> NDArray[np.float64]:
    """Points ``at`` metres along lines."""
    first = segment_at(offsets, vertex_at, line, at)
    span = vertex_at[first + 1] - vertex_at[first]
    share = np.divide(at - vertex_at[first], span, out=np.zeros(len(at)), where=span > 0)
    share = np.clip(share, 0.0, 1.0)[:, None]
    return coords.take(first, axis=0) * (1 - share) + coords.take(first + 1, axis=0) * share


def segment_at(offsets: Ints, vertex_at: Floats, line: Ints, at: Floats) -> Ints:
    """Index of the vertex that begins the segment holding the point ``at`` metres along the line."""
    low, high = offsets[line], offsets[line + 1] - 1  # the last vertex begins no segment
    while True:
        wide = high - low > 1
        if not wide.any():
            return low
        middle = (low + high) // 2
        right = vertex_at[middle] <= at
        low, high = np.where(wide & right, middle, low), np.where(wide & ~right, middle, high)


def build_csr(u: Ints, v: Ints, nodes: int) -> tuple[Ints, Ints, Ints]:
    """Both arcs of each edge in compressed sparse rows: ``indptr``, neighbour, edge of each arc."""
    tail = np.concatenate([u, v])
    indptr = np.zeros(nodes + 1, dtype=np.int64)
    np.cumsum(np.bincount(tail, minlength=nodes), out=indptr[1:])
    order = sort_order(tail)
    head = np.concatenate([v, u], out=tail)
    neighbour = head[order]
    order[order >= len(u)] -= len(u)
    return indptr, neighbour, order

"""Arrays of shapely geometries from coordinate arrays, with one type: object arrays."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

from urbanplan.network.graph import Network, interpolate
from urbanplan.network.intervals import Floats, Ints

Shapes = NDArray[np.object_]
ROWS_AT_ONCE = 250_000  # lines made in one piece: bounds the memory, not the answer


def to_points(points: NDArray[np.float64]) -> Shapes:
    """Points from coordinates, shape (n, 2)."""
    return np.asarray(shapely.points(np.asarray(points, dtype=float).reshape(-1, 2)), dtype=object)


def to_segments(segments: NDArray[np.float64]) -> Shapes:
    """Two-point lines from rows ``(x0, y0, x1, y1)``."""
    return np.asarray(shapely.linestrings(np.asarray(segments, dtype=float).reshape(-1, 2, 2)), dtype=object)


def to_polylines(coords: NDArray[np.float64], offsets: Ints) -> Shapes:
    """Lines from flat vertices cut by offsets."""
    count = len(offsets) - 1
    if count == 0:
        return np.empty(0, dtype=object)
    return np.asarray(shapely.from_ragged_array(shapely.GeometryType.LINESTRING, coords, (offsets,)), dtype=object)


def edge_sections(network: Network, edge: Ints, low: Floats, high: Floats) -> Shapes:
    """Polylines of edges between two metres each, with every vertex that stands between them; made piece by piece."""
    found = np.empty(len(edge), dtype=object)
    for start in range(0, len(edge), ROWS_AT_ONCE):
        piece = slice(start, start + ROWS_AT_ONCE)
        found[piece] = to_polylines(*section_coords(network, edge[piece], low[piece], high[piece]))
    return found


def section_coords(network: Network, edge: Ints, low: Floats, high: Floats) -> tuple[NDArray[np.float64], Ints]:
    """Vertices of the same polylines, shape (k, 2), and where each begins, k at last."""
    first, last = _vertices_between(network, edge, low, high)
    counts = np.maximum(last - first, 0) + 2
    offsets = np.zeros(len(edge) + 1, dtype=np.int64)
    np.cumsum(counts, out=offsets[1:])
    vertex = np.repeat(first - 1 - offsets[:-1], counts) + np.arange(offsets[-1])
    head, tail = network.offsets[edge], network.offsets[edge + 1] - 1
    vertex[offsets[:-1]], vertex[offsets[1:] - 1] = head, tail  # an end of the edge stands as drawn
    coords = network.coords.take(vertex, axis=0)
    cuts = (offsets[:-1], low, low > 0), (offsets[1:] - 1, high, high < network.vertex_at[tail])
    for tip, at, inside in cuts:
        row = np.flatnonzero(inside)
        coords[tip[row]] = interpolate(network.coords, network.offsets, network.vertex_at, edge[row], at[row])
    return coords, offsets


def _vertices_between(network: Network, edge: Ints, low: Floats, high: Floats) -> tuple[Ints, Ints]:
    """First vertex strictly behind ``low`` and first one at or behind ``high``, of each edge."""
    found = []
    for at, strictly in ((low, True), (high, False)):
        down, up = network.offsets[edge], network.offsets[edge + 1]
        wide = np.flatnonzero(down < up)
        while len(wide):
            middle = (down[wide] + up[wide]) // 2
            value = network.vertex_at[middle]
            before = (value <= at[wide]) if strictly else (value < at[wide])
            down[wide], up[wide] = np.where(before, middle + 1, down[wide]), np.where(before, up[wide], middle)
            wide = wide[down[wide] < up[wide]]
        found.append(down)
    return found[0], found[1]

"""Faces between lines that meet at their ends: a walk along half-edges, all at once.

Each line is two half-edges, there and back. Around a node they stand by their direction; who comes in on one goes out
on the next counter-clockwise, and so walks round the face on the right hand. Lines with one face on both sides bound
none and are left out; a walk that comes back to a node falls into rings there. Rings that cross themselves are none,
clockwise ones are faces, the others holes in the smallest face around them.

These are the faces of the polygonizer of JTS and GEOS, to the bit and in its order. It makes an object of every node,
line and ring, which takes several times as long, and does not tell which lines run along a face.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from urbanplan.network.intervals import Ints, expand_counts
from urbanplan.network.order import group_equal_points, sort_order

NO_FACE = -1
"""Beside a line that is on the rim of no face there."""
HOLES_AT_ONCE = 1_000
"""Holes whose shells are looked for at once: bounds the memory where rings lie in rings, not the answer."""
Mask = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Faces:
    """Faces between lines.

    Attributes:
        shapes: polygons, shape (n,).
        beside: the face whose rim each line is on to its right, and to its left, shape (lines, 2), else ``NO_FACE``.
    """

    shapes: NDArray[np.object_]
    beside: Ints


def build_faces(coords: NDArray[np.float64], offsets: Ints) -> Faces:
    """Faces between lines (flat vertices, offsets) that meet at equal ends alone."""
    graph = _half_edges(coords, offsets)
    label = _labels(graph.turns(np.ones(len(graph.node), dtype=bool)))
    live = np.repeat(label[::2] != label[1::2], 2)  # dangling lines and those that alone join others go
    turns = graph.turns(live)
    turns = _part_at_nodes(graph, turns, _labels(turns), live)
    rows, starts = _in_rings(turns, live)
    shapes, face = _to_polygons(graph, rows, starts)
    beside = np.full((len(offsets) - 1, 2), NO_FACE, dtype=np.int64)
    beside[graph.line[rows >> 1], rows & 1] = np.repeat(face, np.diff(starts))
    return Faces(shapes, beside)


@dataclass(frozen=True, eq=False)
class _HalfEdges:
    """Lines with a length: half-edges ``2 k`` and ``2 k + 1`` run along the k-th of them and back.

    Attributes:
        line: of each, its number in the input. coords, offsets: their vertices, none twice in a row.
        node: where each half-edge begins. around: half-edges by node, then by direction.
    """

    line: Ints
    coords: NDArray[np.float64]
    offsets: Ints
    node: Ints
    around: Ints

    def turns(self, live: Mask) -> Ints:
        """The half-edge that follows each: at its end the next one counter-clockwise; itself where it is not live."""
        around = self.around[live[self.around]]
        node = self.node[around]
        last = np.append(node[1:] != node[:-1], True)[: len(node)]
        following = np.append(around[1:], 0)[: len(around)]
        following[last] = around[np.append(0, np.flatnonzero(last)[:-1] + 1)[: last.sum()]]
        turns = np.arange(len(self.node), dtype=np.int64)
        turns[around ^ 1] = following
        return turns

    def ring_vertices(self, rows: Ints, starts: Ints) -> tuple[Ints, Ints]:
        """Vertices of closed walks, the first of each again at its end, and where each walk begins in them."""
        edge, back = rows >> 1, (rows & 1).astype(bool)
        steps = np.diff(self.offsets)[edge] - 1
        owner, number = expand_counts(steps)
        begin = np.where(back, self.offsets[edge + 1] - 1, self.offsets[edge])
        vertex = begin[owner] + np.where(back, -1, 1)[owner] * number
        ends = np.append(0, np.cumsum(steps))[starts]
        return np.insert(vertex, ends[1:], vertex[ends[:-1]]), ends + np.arange(len(ends))


def _half_edges(coords: NDArray[np.float64], offsets: Ints) -> _HalfEdges:
    fresh = np.append(True, (coords[1:, 0] != coords[:-1, 0]) | (coords[1:, 1] != coords[:-1, 1]))[: len(coords)]
    fresh[offsets[:-1]] = True
    counts = np.diff(np.append(0, np.cumsum(fresh))[offsets])
    line = np.flatnonzero(counts > 1)
    coords = coords[fresh & np.repeat(counts > 1, np.diff(offsets))]
    offsets = np.append(0, np.cumsum(counts[line])).astype(np.int64)
    first, last = offsets[:-1], offsets[1:] - 1
    tips = coords[np.column_stack([first, last]).ravel()]
    x, y = (coords[np.column_stack([first + 1, last - 1]).ravel()] - tips).T
    order, rising = group_equal_points(tips)
    node = np.empty(len(tips), dtype=np.int64)
    node[order] = rising
    turn = np.argsort(np.arctan2(y, x), kind="stable")
    return _HalfEdges(line, coords, offsets, node, turn[sort_order(node[turn])])


def _labels(turns: Ints) -> Ints:
    """The least half-edge of the walk that each belongs to."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    count = len(turns)
    links = csr_array((np.ones(count, np.int8), turns, np.arange(count + 1)), shape=(count, count))
    walks, walk = connected_components(links, directed=True, connection="strong")
    least = np.empty(walks, dtype=np.int64)
    least[walk[::-1]] = np.arange(count - 1, -1, -1)
    return least[walk]


def _in_rings(turns: Ints, live: Mask) -> tuple[Ints, Ints]:
    """Live half-edges ring by ring, as they follow each other from the least on, and where each ring begins."""
    label = _labels(turns)
    least = label == np.arange(len(turns))
    to_go, ahead = np.where(least, 0, 1), np.where(least, label, turns)
    while (ahead != label).any():
        to_go, ahead = to_go + to_go[ahead], ahead[ahead]
    longest = int(to_go.max(initial=0)) + 1
    to_go[least] = longest
    rows = np.flatnonzero(live)
    rows = rows[sort_order(label[rows] * (longest + 1) + longest - to_go[rows])]
    return rows, np.append(np.flatnonzero(least[rows]), len(rows))


def _part_at_nodes(graph: _HalfEdges, turns: Ints, label: Ints, live: Mask) -> Ints:
    """Turns by which a walk that comes to a node several times falls into rings: there it goes out clockwise."""
    around = graph.around[live[graph.around]]
    size = len(turns)
    out, into = (graph.node[around] * size + label[way] for way in (around, around ^ 1))
    keys = np.sort(out)
    several = np.unique(keys[1:][keys[1:] == keys[:-1]])
    if not len(several):
        return turns
    outs, ins = (np.flatnonzero(np.isin(key, several)) for key in (out, into))
    key, spot = np.concatenate([out[outs], into[ins]]), np.concatenate([outs, ins])
    leaves = np.arange(len(key)) < len(outs)
    way = np.concatenate([around[outs], around[ins] ^ 1])
    order = np.lexsort((leaves, -spot, key))
    key, leaves, way = key[order], leaves[order], way[order]
    last = np.append(key[1:] != key[:-1], True)
    first_out = way[leaves][np.searchsorted(key[leaves], key)]
    following = np.where(last, first_out, np.append(way[1:], 0))
    links = ~leaves & (last | np.append(leaves[1:], False))
    parted = turns.copy()
    parted[way[links]] = following[links]
    return parted


def _to_polygons(graph: _HalfEdges, rows: Ints, starts: Ints) -> tuple[NDArray[np.object_], Ints]:
    """Polygons of the rings, and the polygon inside each ring or around it; ``NO_FACE`` where there is none."""
    face = np.full(len(starts) - 1, NO_FACE, dtype=np.int64)
    vertex, begins = graph.ring_vertices(rows, starts)
    size = np.diff(begins)
    ring = np.flatnonzero(size > 3)
    coords = graph.coords[vertex[np.repeat(size > 3, size)]]
    shapes = np.asarray(shapely.linearrings(coords, indices=np.repeat(np.arange(len(ring)), size[ring])), dtype=object)
    valid = shapely.is_valid(shapes)
    ring, shapes = ring[valid], shapes[valid]
    hole = shapely.is_ccw(shapes)
    shells, holes = shapes[~hole], shapes[hole]
    around = _shells_around(holes, shells)
    face[ring[~hole]], face[ring[hole]] = np.arange(len(shells)), around
    own = np.concatenate([np.arange(len(shells)), around[around >= 0]])
    order = np.argsort(own, kind="stable")
    parts = np.concatenate([shells, holes[around >= 0]])[order]
    return np.asarray(shapely.polygons(parts, indices=own[order]), dtype=object), face


def _shells_around(holes: NDArray[np.object_], shells: NDArray[np.object_]) -> Ints:
    """The shell of the least box that each hole lies in, ``NO_FACE`` where it lies in none."""
    found = np.full(len(holes), NO_FACE, dtype=np.int64)
    tree, boxes = shapely.STRtree(shells), shapely.bounds(shells).reshape(-1, 4)
    for start in range(0, len(holes), HOLES_AT_ONCE):
        some = holes[start : start + HOLES_AT_ONCE]
        hole, shell = _boxes_around(some, tree, boxes)
        asked, number = np.unique(shell, return_inverse=True)
        areas = np.asarray(shapely.polygons(shells[asked]), dtype=object)
        row = np.flatnonzero(np.diff(hole, prepend=-1))
        while len(row):
            inside = _lie_inside(some[hole[row]], areas[number[row]])
            found[start + hole[row[inside]]] = shell[row[inside]]
            row = row[~inside]
            row = row[np.append(hole[1:] == hole[:-1], False)[row]] + 1  # on to the next larger box
    return found


def _boxes_around(holes: NDArray[np.object_], tree: shapely.STRtree, boxes: NDArray[np.float64]) -> tuple[Ints, Ints]:
    """Holes and the shells whose boxes hold theirs and are not the same, of each hole the least box first."""
    hole, shell = tree.query(holes)
    inner, outer = shapely.bounds(holes)[hole], boxes[shell]
    within = (inner[:, :2] >= outer[:, :2]).all(axis=1) & (inner[:, 2:] <= outer[:, 2:]).all(axis=1)
    rows = np.flatnonzero(within & (inner != outer).any(axis=1))
    size = (outer[rows, 2] - outer[rows, 0]) * (outer[rows, 3] - outer[rows, 1])
    rows = rows[np.lexsort((size, hole[rows]))]
    return hole[rows], shell[rows]


def _lie_inside(holes: NDArray[np.object_], shells: NDArray[np.object_]) -> Mask:
    """Whether each hole lies in its shell, by its first vertex that is not on the shell's rim."""
    inside, rows, number = np.zeros(len(holes), dtype=bool), np.arange(len(holes)), 0
    while len(rows):
        vertex = shapely.get_point(holes[rows], number)
        inside[rows] = shapely.intersects(shells[rows], vertex)
        rows, number = rows[shapely.touches(shells[rows], vertex)], number + 1
    return inside

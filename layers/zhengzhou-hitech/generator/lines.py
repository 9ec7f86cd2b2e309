"""Street lines of the drawing plane and their noding (cut wherever they meet on one level)."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np
import shapely

from .plane import Points

TOUCH = 0.08  # metres within which an end lies on another line


@dataclass(frozen=True)
class Line:
    """One drawn street line. ``road`` is the identity of the whole road it belongs to."""

    points: Points
    kind: str
    road: str
    name: str | None = None
    level: int = 0
    carriageway: str = "single"
    red_line: float | None = None
    walkable: bool | None = True
    marks: frozenset[str] = field(default_factory=frozenset)

    @property
    def geometry(self) -> shapely.LineString:
        """The line as drawn."""
        return shapely.LineString(self.points)

    @property
    def length(self) -> float:
        """Metres in the drawing plane."""
        return float(np.hypot(*np.diff(self.points, axis=0).T).sum())


def _along(line: Points, point: Points) -> float:
    """Distance along a line of the foot of a point."""
    start, run = line[:-1], np.diff(line, axis=0)
    length = np.hypot(*run.T)
    t = np.clip(((point - start) * run).sum(axis=1) / np.maximum(length**2, 1e-12), 0, 1)
    foot = start + t[:, None] * run
    best = int(np.argmin(np.hypot(*(foot - point).T)))
    return float(length[:best].sum() + t[best] * length[best])


def _meetings(lines: list[Line]) -> list[list[float]]:
    """For each line the distances along it at which others meet it."""
    shapes = np.array([line.geometry for line in lines])
    tree = shapely.STRtree(shapes)
    first, second = tree.query(shapes, predicate="dwithin", distance=TOUCH)
    stops: list[list[float]] = [[] for _ in lines]
    for i, j in zip(first.tolist(), second.tolist(), strict=True):
        if i == j:
            continue
        for end in (lines[j].points[0], lines[j].points[-1]):
            if shapely.dwithin(shapes[i], shapely.Point(end), TOUCH):
                stops[i].append(_along(lines[i].points, end))
        if lines[i].level == lines[j].level:
            crossing = shapely.intersection(shapes[i], shapes[j])
            for point in shapely.get_coordinates(crossing):
                stops[i].append(_along(lines[i].points, point))
    return stops


def _pieces(line: Line, stops: list[float]) -> list[Points]:
    """Cut one line at distances along it."""
    total = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(line.points, axis=0).T))])
    at = sorted(s for s in stops if TOUCH < s < total[-1] - TOUCH)
    cuts = [0.0]
    cuts += [s for s in at if s - cuts[-1] > TOUCH]
    cuts = [s for i, s in enumerate(cuts) if i == 0 or s - cuts[i - 1] > TOUCH] + [float(total[-1])]
    out = []
    for a, b in pairwise(cuts):
        inner = line.points[(total > a + 1e-6) & (total < b - 1e-6)]
        ends = [[np.interp(s, total, line.points[:, k]) for k in (0, 1)] for s in (a, b)]
        out.append(np.vstack([ends[:1], inner, ends[1:]]))
    return out


def _join_ends(pieces: list[Line]) -> list[Line]:
    """Give ends that lie within reach of each other the very same coordinates."""
    ends = np.vstack([p.points[[0, -1]] for p in pieces])
    spots = np.asarray(shapely.points(ends))
    tree = shapely.STRtree(spots)
    owner, other = tree.query(spots, predicate="dwithin", distance=2 * TOUCH)
    first = np.arange(len(ends))
    for i, j in zip(owner.tolist(), other.tolist(), strict=True):
        if j < first[i]:
            first[i] = j
    while not np.array_equal(first, first[first]):
        first = first[first]
    joined = np.round(ends[first], 4)
    out = []
    for k, piece in enumerate(pieces):
        points = piece.points.copy()
        points[0], points[-1] = joined[2 * k], joined[2 * k + 1]
        out.append(replace(piece, points=points))
    return out


def node(lines: list[Line]) -> list[Line]:
    """Cut all lines where they meet; the pieces keep the attributes of their line."""
    stops = _meetings(lines)
    pieces = [
        replace(line, points=points) for line, at in zip(lines, stops, strict=True) for points in _pieces(line, at)
    ]
    joined = _join_ends(pieces)
    return [p for p in joined if p.length > 3 * TOUCH]


def components(pieces: list[Line]) -> np.ndarray:
    """Number of the component of each piece; 0 is the largest by count."""
    names: dict[tuple[float, float], int] = {}
    ends = [
        [names.setdefault((round(float(x), 3), round(float(y), 3)), len(names)) for x, y in p.points[[0, -1]]]
        for p in pieces
    ]
    parent = list(range(len(names)))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    for a, b in ends:
        parent[max(root(a), root(b))] = min(root(a), root(b))
    roots = np.array([root(a) for a, _ in ends])
    kinds, counts = np.unique(roots, return_counts=True)
    order = {int(kinds[k]): rank for rank, k in enumerate(np.lexsort((kinds, -counts)))}
    return np.array([order[int(r)] for r in roots])

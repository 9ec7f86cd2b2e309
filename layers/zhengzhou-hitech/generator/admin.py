"""Boundary, sub-districts and communities: one set of warped edges, so that they tile exactly."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from .frame import CELLS, XS, YS
from .lines import Line, node
from .plane import Points, densify, random, warp

SIDE = 17.0  # metres that administrative lines run beside the middle of the main street
# Names of the five streets are not in the speech.
OFFICES = {"GX-01": "石佛", "GX-02": "枫杨", "GX-03": "梧桐", "GX-04": "沟赵", "GX-05": "双桥"}


def office_of(c: int, r: int) -> str:
    """The sub-district a super-block belongs to."""
    if (r >= 7 and c >= 4) or (r >= 8 and c == 3) or (r == 6 and c in (6, 7)):
        return "GX-05"
    if c <= 3 and r >= 3:
        return "GX-04"
    if c >= 8 or (c == 7 and r == 5):
        return "GX-01"
    return "GX-03" if r >= 3 else "GX-02"


@dataclass(frozen=True)
class Unit:
    """A community: its super-block and its polygon in EPSG:4547."""

    cell: tuple[int, int]
    shape: shapely.Polygon


def _node_at(c: int, r: int) -> Points:
    return np.array([XS[c] + SIDE, YS[r] - SIDE])


def _outer_pieces(generator: np.random.Generator) -> list[shapely.Polygon]:
    """Strips that push the boundary outwards in steps, as field and works boundaries do."""
    out = []
    for c, r in sorted(CELLS):
        corners = [_node_at(c, r), _node_at(c + 1, r), _node_at(c + 1, r + 1), _node_at(c, r + 1)]
        for k, (dc, dr) in enumerate(((0, -1), (1, 0), (0, 1), (-1, 0))):
            if (c + dc, r + dr) in CELLS:
                continue
            a, b = corners[k], corners[(k + 1) % 4]
            way, away = (b - a) / np.hypot(*(b - a)), np.array([dc, dr], dtype=float)
            length, n = np.hypot(*(b - a)) + 90, int(generator.integers(2, 5))
            stops = -45 + length * (np.arange(n + 1) + np.pad(generator.uniform(-0.3, 0.3, n - 1), 1)) / n
            skew = dict(zip(stops, generator.uniform(-25, 25, n + 1), strict=True))
            for s, t in pairwise(stops):
                d, e = generator.choice([42, 50, 58, 70, 95, 120]) + generator.uniform(-16, 16, 2)
                far = [
                    a + way * (t + 1 + skew[t] * e / 100) + away * e,
                    a + way * (s - 1 + skew[s] * d / 100) + away * d,
                ]
                out.append(shapely.Polygon(np.round([a + way * (s - 1), a + way * (t + 1), *far], 2)))
    return out


def _outline() -> shapely.Polygon:
    cells = [
        shapely.Polygon([_node_at(c, r), _node_at(c + 1, r), _node_at(c + 1, r + 1), _node_at(c, r + 1)])
        for c, r in sorted(CELLS)
    ]
    whole = shapely.union_all([*cells, *_outer_pieces(random("boundary"))])
    return shapely.Polygon(shapely.get_exterior_ring(shapely.simplify(whole, 0.5)))


def _to_boundary(start: Points, away: Points, outline: shapely.Polygon) -> Line:
    """A line from a node outwards to the boundary."""
    ray = shapely.LineString([start, start + away / np.hypot(*away) * 900])
    hits = shapely.get_coordinates(shapely.intersection(ray, outline.exterior))
    return Line(np.array([start, hits[np.argmin(np.hypot(*(hits - start).T))]]), "admin", "")


def _inner_edges(outline: shapely.Polygon) -> list[Line]:
    """Lines between super-blocks, drawn on to the boundary where they end at it."""
    edges: list[tuple[tuple[int, int], tuple[int, int]]] = []
    for c, r in sorted(CELLS):
        if (c + 1, r) in CELLS:
            edges.append(((c + 1, r), (c + 1, r + 1)))
        if (c, r + 1) in CELLS:
            edges.append(((c, r + 1), (c + 1, r + 1)))
    degree: dict[tuple[int, int], int] = {}
    for edge in edges:
        for end in edge:
            degree[end] = degree.get(end, 0) + 1
    out = [Line(np.array([_node_at(*a), _node_at(*b)]), "admin", "") for a, b in edges]
    for (c, r), count in sorted(degree.items()):
        around = [(c - 1, r - 1), (c, r - 1), (c - 1, r), (c, r)]
        away = [cell for cell in around if cell not in CELLS]
        if count < 3 and away:
            out.append(_to_boundary(_node_at(c, r), np.mean(away, axis=0) - [c - 0.5, r - 0.5], outline))
    return out


def units() -> list[Unit]:
    """Communities that tile the zone exactly, in EPSG:4547."""
    outline = _outline()
    ring = shapely.get_coordinates(outline.exterior)
    half = len(ring) // 2
    lines = [Line(ring[: half + 1], "admin", ""), Line(ring[half:], "admin", ""), *_inner_edges(outline)]
    edges = [shapely.LineString(warp(densify(piece.points, 90))) for piece in node(lines)]
    faces = shapely.get_parts(shapely.polygonize(edges))
    spots = {cell: shapely.Point(warp(np.array([[XS[cell[0]] + 300, YS[cell[1]] + 300]]))[0]) for cell in CELLS}
    out = []
    for cell in sorted(CELLS):
        found = [face for face in faces if shapely.contains(face, spots[cell])]
        out.append(Unit(cell, shapely.normalize(found[0])))
    return out


def offices(found: list[Unit]) -> dict[str, BaseGeometry]:
    """Sub-districts: the union of their communities."""
    return {
        key: shapely.normalize(shapely.union_all([u.shape for u in found if office_of(*u.cell) == key]))
        for key in OFFICES
    }

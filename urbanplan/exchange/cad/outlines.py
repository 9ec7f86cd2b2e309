"""Entities of a drawing as pieces of lines: straight runs, arcs, splines; and their chords."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from urbanplan.exchange.cad.splines import Spline, flatten, to_spline
from urbanplan.exchange.geometry.arcs import MAX_OFFSET_M, Arc, Conics, chords, polyline_pieces

Piece = np.ndarray | Arc | Spline
LINE_KINDS = ("LWPOLYLINE", "POLYLINE", "CIRCLE", "ARC", "ELLIPSE", "SPLINE", "LINE", "HELIX")
_SPLINE_OFFSET = MAX_OFFSET_M / 50
_FRAME_VERTEX, _SPLINE_FIT = 16, 4  # bits of flags of old polylines


@dataclass(frozen=True)
class Outline:
    """A line: its pieces, and whether it says that it is closed."""

    pieces: tuple[Piece, ...]
    closed: bool = False

    def transform(self, matrix: np.ndarray) -> Outline:
        """The line moved by an affine matrix, shape (4, 4), of row vectors."""
        return Outline(tuple(_move(piece, matrix) for piece in self.pieces), self.closed)


@dataclass
class Drafting:
    """The chords of a drawing: its circles, how many metres a unit is, and what is told of its curves.

    Attributes:
        conics: circles and ellipses so far. metres: of a drawing unit. arcs, splines: lines that have some.
        spline_area: the area in square units by which the chords of splines may err, all together.
        points: how many there are so far.
    """

    conics: Conics
    metres: float = 1.0
    arcs: int = 0
    splines: int = 0
    spline_area: float = 0.0
    points: int = 0

    def draw(self, outline: Outline) -> np.ndarray:
        """The vertices of a line, shape (n, 3); ends that meet stand once."""
        runs = [self._chords(piece) for piece in outline.pieces]
        self.arcs += any(isinstance(piece, Arc) for piece in outline.pieces)
        self.splines += any(isinstance(piece, Spline) for piece in outline.pieces)
        joined = [run if not at or not _meet(runs[at - 1], run) else run[1:] for at, run in enumerate(runs)]
        points = np.vstack(joined) if joined else np.zeros((0, 3))
        self.points += len(points)
        return points

    def _chords(self, piece: Piece) -> np.ndarray:
        if isinstance(piece, Arc):
            return chords(piece, self.conics, offset=MAX_OFFSET_M / self.metres)
        if isinstance(piece, Spline):
            points, area = flatten(piece, _SPLINE_OFFSET / self.metres)
            self.spline_area += area
            return points
        return piece


def _meet(before: np.ndarray, after: np.ndarray) -> bool:
    """Whether a run begins where the one before ends, to a billionth of the coordinates' size."""
    if not len(before) or not len(after):
        return False
    return bool(np.abs(before[-1] - after[0]).max() <= 1e-9 * max(1.0, float(np.abs(before[-1]).max())))


def _move(piece: Piece, matrix: np.ndarray) -> Piece:
    if isinstance(piece, np.ndarray):
        return piece @ matrix[:3, :3] + matrix[3, :3]
    return piece.transform(matrix)


def reverse_piece(piece: Piece) -> Piece:
    """A piece from its end to its start."""
    return piece[::-1] if isinstance(piece, np.ndarray) else piece.reverse()


def ocs_matrix(extrusion: Any, elevation: float = 0.0) -> np.ndarray | None:
    """The matrix of an entity's own plane, shape (4, 4); None where it is that of the drawing at height 0."""
    from ezdxf.math import OCS

    ocs = OCS(extrusion)
    if not ocs.transform and not elevation:
        return None
    matrix = np.eye(4)
    matrix[:3, :3] = [tuple(ocs.ux), tuple(ocs.uy), tuple(ocs.uz)]
    matrix[3, :3] = np.array(tuple(ocs.uz)) * elevation
    return matrix


def read_outline(entity: Any) -> Outline:
    """The line that an entity of :data:`LINE_KINDS` is.

    Raises:
        ValueError, TypeError: it is none; ezdxf raises more for damaged entities.
    """
    kind = entity.dxftype()
    if kind == "LINE":
        return Outline((np.array([tuple(entity.dxf.start), tuple(entity.dxf.end)], dtype=float),))
    if kind == "LWPOLYLINE":
        rows = np.array([tuple(row) for row in entity.get_points("xyb")], dtype=float).reshape(-1, 3)
        matrix = ocs_matrix(entity.dxf.extrusion, float(entity.dxf.elevation))
        return _bulged(rows, matrix, closed=bool(entity.closed))
    if kind == "POLYLINE":
        return _old_polyline(entity)
    if kind in ("SPLINE", "HELIX"):
        return Outline((to_spline(entity.construction_tool()),), bool(entity.closed))
    if kind == "ELLIPSE":
        return _ellipse(entity.dxf)
    return _circle(entity.dxf, whole=kind == "CIRCLE")


def _bulged(rows: np.ndarray, matrix: np.ndarray | None, *, closed: bool) -> Outline:
    """A polyline of rows x, y, bulge in its own plane; bulges of sides without length count for nothing."""
    points, bulges = np.column_stack([rows[:, :2], np.zeros(len(rows))]), rows[:, 2]
    if not np.isfinite(bulges).all():
        raise ValueError("a bulge that is no number")
    arcs = np.abs(bulges) > 1e-12
    again = closed and len(points) > 1 and bool(arcs[-1])
    if again:
        points = np.vstack([points, points[:1]])
    sides = np.where(arcs, bulges, 0.0)[: len(points) - 1]
    pieces = tuple(polyline_pieces(points, sides)) if sides.any() else (points,)
    made = Outline(pieces, closed)
    return made if matrix is None else made.transform(matrix)


def _old_polyline(entity: Any) -> Outline:
    if not (entity.is_2d_polyline or entity.is_3d_polyline):
        raise TypeError("a mesh")
    fitted = bool(entity.dxf.flags & _SPLINE_FIT)
    kept = [vertex.dxf for vertex in entity.vertices if not (fitted and vertex.dxf.flags & _FRAME_VERTEX)]
    places = np.array([tuple(vertex.location) for vertex in kept], dtype=float).reshape(-1, 3)
    if entity.is_3d_polyline:
        return Outline((places,), bool(entity.is_closed))
    bulges = np.array([vertex.get("bulge", 0.0) for vertex in kept], dtype=float)
    high = float(entity.dxf.elevation.z) if entity.dxf.hasattr("elevation") else 0.0
    if not high and len(places) and (places[:, 2] == places[0, 2]).all():
        high = float(places[0, 2])
    matrix = ocs_matrix(entity.dxf.extrusion, high)
    return _bulged(np.column_stack([places[:, :2], bulges]), matrix, closed=bool(entity.is_closed))


def _circle(dxf: Any, *, whole: bool) -> Outline:
    radius, centre = float(dxf.radius), np.array([*tuple(dxf.center)[:2], 0.0])
    if not radius > 0:
        raise ValueError("a circle without size")
    first, last = (0.0, 360.0) if whole else (float(dxf.start_angle), float(dxf.end_angle))
    arc = circle_arc(centre, radius, math.radians(first), math.radians(last))
    matrix = ocs_matrix(dxf.extrusion, float(dxf.center.z))
    return Outline((arc if matrix is None else arc.transform(matrix),), whole)


def circle_arc(centre: np.ndarray, radius: float, first: float, last: float) -> Arc:
    """The arc of a circle from an angle to the next one anticlockwise, in radians; the whole where they are equal."""
    return conic_arc(centre, np.array([radius, 0.0, 0.0]), np.array([0.0, radius, 0.0]), first, last)


def conic_arc(centre: np.ndarray, u: np.ndarray, v: np.ndarray, first: float, last: float) -> Arc:
    """The arc of an ellipse of half axes from a parameter to the next one; the whole where they are equal."""
    sweep = (last - first) % (2 * math.pi)
    sweep = 2 * math.pi if sweep < 1e-9 or 2 * math.pi - sweep < 1e-9 else sweep
    ends = [centre + math.cos(angle) * u + math.sin(angle) * v for angle in (first, first + sweep)]
    return Arc(ends[0], ends[0] if sweep == 2 * math.pi else ends[1], centre, u, v, sweep)


def _ellipse(dxf: Any) -> Outline:
    major = np.array(tuple(dxf.major_axis), dtype=float)
    normal = np.array(tuple(dxf.extrusion), dtype=float)
    minor = np.cross(normal / np.linalg.norm(normal), major) * float(dxf.ratio)
    centre = np.array(tuple(dxf.center), dtype=float)
    arc = conic_arc(centre, major, minor, float(dxf.start_param), float(dxf.end_param))
    return Outline((arc,), arc.sweep == 2 * math.pi)


def fill_rings(path: Any) -> Iterator[Outline]:
    """The rings of one boundary path of a HATCH or MPOLYGON, in its own plane.

    Edges stand one behind the other; one that ends where it should begin is turned about.
    """
    if hasattr(path, "vertices"):
        rows = np.array([tuple(row) for row in path.vertices], dtype=float).reshape(-1, 3)
        yield _bulged(rows, None, closed=True)
        return
    ring: list[Piece] = []
    for edge in path.edges:
        piece = _edge_piece(edge)
        if ring and not _follows(ring[-1], piece):
            turned = reverse_piece(piece)
            if _follows(ring[-1], turned):
                piece = turned
            elif len(ring) == 1 and _follows(reverse_piece(ring[0]), piece):
                ring = [reverse_piece(ring[0])]
            elif _follows(ring[-1], ring[0]):
                yield Outline(tuple(ring), True)
                ring = []
        ring.append(piece)
    if ring:
        yield Outline(tuple(ring), True)


def _edge_piece(edge: Any) -> Piece:
    kind = type(edge).__name__
    if kind == "LineEdge":
        return np.array([(*edge.start, 0.0), (*edge.end, 0.0)], dtype=float)
    if kind == "SplineEdge":
        return to_spline(edge.construction_tool())
    if kind == "ArcEdge":
        centre = np.array([*edge.center, 0.0], dtype=float)
        arc = circle_arc(centre, float(edge.radius), math.radians(edge.start_angle), math.radians(edge.end_angle))
    else:
        tool = edge.construction_tool()
        centre, major = np.array(tuple(tool.center)), np.array(tuple(tool.major_axis))
        minor = np.array([-major[1], major[0], 0.0]) * float(edge.ratio)
        arc = conic_arc(centre, major, minor, float(tool.start_param), float(tool.end_param))
    return arc if edge.ccw else arc.reverse()


def _ends(piece: Piece) -> tuple[np.ndarray, np.ndarray]:
    if isinstance(piece, Arc):
        return piece.start, piece.end
    points = piece.control if isinstance(piece, Spline) else piece
    return points[0], points[-1]


def _follows(before: Piece, after: Piece) -> bool:
    """Whether a piece begins where another ends, to a millionth of a unit or of the piece."""
    end, start = _ends(before)[1], _ends(after)[0]
    return bool(np.abs(end - start).max() <= 1e-6 * max(1.0, float(np.abs(_ends(after)[1] - start).max())))

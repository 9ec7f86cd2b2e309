"""Kinds of WKB that shapely has not: arcs become chords, triangles and surfaces of faces become polygons."""

from __future__ import annotations

import struct
from typing import Any

import numpy as np
import shapely

from urbanplan.exchange.gate.depth import MAX_DEPTH
from urbanplan.exchange.geometry.arcs import Arc, Conics, chords

CHORDS_PER_CIRCLE = 256  # of a whole circle, at least
CURVE_TYPES = frozenset(range(8, 13))  # circular string, compound curve, curve polygon, multicurve, multisurface
FACE_TYPES = frozenset((15, 16, 17))  # polyhedral surface, TIN, triangle
_POINT, _LINE, _POLYGON, _CIRCULAR, _COMPOUND, _CURVEPOLYGON = 1, 2, 3, 8, 9, 10
_TRIANGLE = 17
_MULTI_TYPES = {
    15: shapely.MultiPolygon, 16: shapely.MultiPolygon,
    4: shapely.MultiPoint, 5: shapely.MultiLineString, 6: shapely.MultiPolygon, 7: shapely.GeometryCollection,
    11: shapely.MultiLineString, 12: shapely.MultiPolygon,
}  # fmt: skip


def linearize(blob: bytes, conics: Conics | None = None) -> Any:
    """The shape of a WKB with its arcs as chords; measures are left out.

    Args:
        blob: the WKB. conics: the circles of the file so far, so that neighbours share the vertices of an arc.

    Raises:
        ValueError, IndexError, struct.error, shapely.errors.ShapelyError: it is no WKB, or nests too deep.
    """
    return _WkbReader(blob, Conics() if conics is None else conics).shape(MAX_DEPTH)


def faces_to_polygons(blob: bytes) -> Any:
    """The shape of a WKB with its triangles and faces as polygons, heights kept; None where it holds none.

    Raises:
        ValueError, IndexError, struct.error, shapely.errors.ShapelyError: it is no WKB, or nests too deep.
    """
    reader = _WkbReader(blob, Conics())
    shape = reader.shape(MAX_DEPTH)
    return shape if reader.kinds & FACE_TYPES else None


class _WkbReader:
    """A WKB read from its beginning on; ``kinds`` are those that it met."""

    def __init__(self, blob: bytes, conics: Conics) -> None:
        self.blob, self.at, self.conics = blob, 0, conics
        self.kinds: set[int] = set()

    def shape(self, levels: int) -> Any:
        order, kind, size, high = self._head()
        self.kinds.add(kind)
        if levels == 0:
            raise ValueError("nested too deep")
        if kind in (_POINT, _LINE, _CIRCULAR):
            points = self._points(order, 1 if kind == _POINT else self._count(order), size)[:, : 2 + high]
            if kind == _POINT:
                return shapely.Point(points[0])
            return shapely.LineString(_linearize_string(points, self.conics) if kind == _CIRCULAR else points)
        count = self._count(order)
        if kind in (_POLYGON, _TRIANGLE):
            rings = [self._points(order, self._count(order), size)[:, : 2 + high] for _ in range(count)]
            return shapely.Polygon(rings[0], rings[1:]) if rings else shapely.Polygon()
        parts = [self.shape(levels - 1) for _ in range(count)]
        if kind == _COMPOUND:
            return _join_lines(parts)
        if kind == _CURVEPOLYGON:
            return shapely.Polygon(parts[0], parts[1:]) if parts else shapely.Polygon()
        if kind not in _MULTI_TYPES:
            raise ValueError("a geometry of an unknown kind")
        return _MULTI_TYPES[kind](_flatten_faces(parts) if kind in FACE_TYPES else parts)

    def _head(self) -> tuple[str, int, int, bool]:
        """Byte order, kind, numbers of a point, and whether it has a height; ISO's and PostGIS's ways of saying so."""
        order = "<" if self.blob[self.at] else ">"
        (code,) = struct.unpack_from(f"{order}I", self.blob, self.at + 1)
        self.at += 9 if code & 0x20000000 else 5
        family, kind = divmod(code & 0x1FFFFFFF, 1000)
        high = bool(code & 0x80000000) or family in (1, 3)
        measured = bool(code & 0x40000000) or family in (2, 3)
        return order, kind, 2 + high + measured, high

    def _count(self, order: str) -> int:
        (count,) = struct.unpack_from(f"{order}I", self.blob, self.at)
        self.at += 4
        if count > len(self.blob):
            raise ValueError("more parts than bytes")
        return count

    def _points(self, order: str, count: int, size: int) -> np.ndarray:
        points = np.frombuffer(self.blob, dtype=f"{order}f8", count=count * size, offset=self.at).reshape(-1, size)
        self.at += points.nbytes
        return points.astype(float)


def _flatten_faces(parts: list[Any]) -> list[Any]:
    """The polygons of the patches of a surface."""
    return [face for part in parts for face in shapely.get_parts(part)]


def _linearize_string(points: np.ndarray, conics: Conics) -> np.ndarray:
    """A circular string's points with chords between each start, middle and end."""
    if len(points) < 3 or len(points) % 2 == 0:
        raise ValueError("an arc is a start, a middle and an end")
    runs = [_linearize_arc(points[at], points[at + 1], points[at + 2], conics) for at in range(0, len(points) - 2, 2)]
    return np.vstack([points[:1], *(run[1:] for run in runs)])


def _linearize_arc(start: np.ndarray, middle: np.ndarray, end: np.ndarray, conics: Conics) -> np.ndarray:
    """The arc through three points; a whole circle where the end is the start; a line where they lie in one."""
    a, b, c = (complex(*point[:2]) for point in (start, middle, end))
    turn = ((b - a).conjugate() * (c - a)).imag
    if a == c and a != b:
        centre, sweep = (a + b) / 2, 2 * np.pi
    elif abs(turn) <= 1e-12 * abs(c - a) ** 2:
        return np.array([start, middle, end])
    elif (c.real, c.imag) < (a.real, a.imag):  # the same numbers whichever end is the first
        return _linearize_arc(end, middle, start, conics)[::-1]
    else:
        u, v = b - a, c - a
        centre = a + 1j * (u * abs(v) ** 2 - v * abs(u) ** 2) / (2 * turn)
        sweep = float(np.angle((c - centre) / (a - centre)))
        if (turn > 0) != (sweep > 0):
            sweep += 2 * np.pi if turn > 0 else -2 * np.pi
    radius, high = abs(a - centre), len(start) - 2
    spot, first, last = np.array([centre.real, centre.imag, 0.0]), _with_height(start), _with_height(end)
    arc = Arc(first, last, spot, np.array([radius, 0.0, 0.0]), np.array([0.0, radius, 0.0]), sweep)
    made = chords(arc, conics, fewest=CHORDS_PER_CIRCLE)
    if a == c:  # the ends are the file's own
        made = _begin_at(made, first)
    return made[:, : 2 + high]


def _with_height(point: np.ndarray) -> np.ndarray:
    return np.append(point, [0.0])[:3]


def _begin_at(ring: np.ndarray, point: np.ndarray) -> np.ndarray:
    """A ring that begins and ends with the nearest of its vertices to a point, which takes the point's height."""
    at = int(np.argmin(np.hypot(*(ring[:-1, :2] - point[:2]).T)))
    turned = np.roll(ring[:-1], -at, axis=0)
    turned[:, 2] = point[2]
    return np.vstack([turned, turned[:1]])


def _join_lines(parts: list[Any]) -> Any:
    """The pieces of a compound curve, each beginning where the last one ends, as one line."""
    runs = [shapely.get_coordinates(part, include_z=part.has_z) for part in parts]
    return shapely.LineString(np.vstack([runs[0], *(run[1:] for run in runs[1:])]))

"""The objects of a VCT document: points, lines and polygons, the last from coordinates or from lines by number."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np
import shapely

from urbanplan.exchange.boundary.ring_nesting import nest_rings
from urbanplan.exchange.vct.document import VctDocument
from urbanplan.model.translation import localize

_POLYLINE, _BY_LINES, _INDIRECT = 11, 21, 100
_WHOLE = re.compile(r"-?[0-9]{1,9}")
_MAX_OBJECTS = 20_000_000
_MOST_USES, _FREE_POINTS = 50, 1_000_000  # a line bounds two polygons of a layer: beyond this a file is a trap


class MalformedObject(ValueError):  # noqa: N818 — a row that is set aside, never an error of the file
    """An object that cannot be read; its text says why."""


@dataclass
class VctObject:
    """One object: its number, its feature's code, coordinates of its parts, and why it cannot be read (or empty)."""

    number: str
    code: str
    parts: list[Any] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    problem: str = ""


class ObjectReader:
    """Reads the objects of one section, a line at a time; an object that is none ends at its 0."""

    def __init__(self, lines: list[str], document: VctDocument) -> None:
        self.lines, self.at = lines, 0
        self.separator, self.first_edition = document.separator, document.is_first_edition
        self.topology, self.dimensions = document.head.get("topo", "0").strip(), document.dimensions

    def objects(self, shape: str) -> list[VctObject]:
        """All objects of the section."""
        read = {"Point": self._point, "Line": self._line, "Polygon": self._polygon}[shape]
        found: list[VctObject] = []
        while self.at < len(self.lines) and len(found) < _MAX_OBJECTS:
            one = VctObject(self._next(), self._next() if self.at < len(self.lines) else "")
            try:
                self._next()  # how it is drawn, or the layer
                read(one)
                self._end()
            except MalformedObject as problem:
                one.problem = str(problem)
                self._skip()
            found.append(one)
        return found

    def _next(self) -> str:
        if self.at >= len(self.lines):
            raise MalformedObject(localize("the object breaks off"))
        self.at += 1
        return self.lines[self.at - 1]

    def _end(self) -> None:
        """The 0 that ends an object; of the first edition it may be missing."""
        if self.at < len(self.lines) and self.lines[self.at] == "0":
            self.at += 1
        elif not self.first_edition:
            raise MalformedObject(localize("the object does not end where its counts say"))

    def _skip(self) -> None:
        while self.at < len(self.lines) and self.lines[self.at - 1] != "0":
            self.at += 1

    def _whole(self) -> int:
        text = self._next()
        if not _WHOLE.fullmatch(text):
            raise MalformedObject(localize("a whole number is missing: {text}", text=text[:40]))
        return int(text)

    def _coordinates(self, count: int) -> Any:
        """So many positions, one on a line."""
        rows = self.lines[self.at : self.at + count]
        cells = [row.split(self.separator) for row in rows]
        try:
            width = self.dimensions if all(len(row) >= self.dimensions for row in cells) else 2
            points = np.array([[float(cell) for cell in row[:width]] for row in cells])
        except ValueError:
            points = np.empty((0, 0))
        if not 0 < count == len(points) or points.ndim != 2 or points.shape[1] < 2 or not np.isfinite(points).all():
            raise MalformedObject(localize("coordinates that cannot be read: {reason}", reason=(rows or ["—"])[0][:60]))
        self.at += count
        return points

    def _counted(self) -> Any:
        return self._coordinates(self._whole())

    def _numbers(self) -> list[str]:
        """A count and the numbers of other objects, several on a line; 0 stands between rings and may count or not."""
        count, found = self._whole(), list[str]()
        while len(found) < count:
            found += [cell.strip() for cell in self._next().split(self.separator) if cell.strip()]
        while sum(one != "0" for one in found) < count and self.at < len(self.lines) and self.lines[self.at] != "0":
            found += [cell.strip() for cell in self._next().split(self.separator) if cell.strip()]
        return found

    def _point(self, one: VctObject) -> None:
        self._whole()
        counted = self.separator not in self.lines[min(self.at, len(self.lines) - 1)]
        one.parts = [self._counted() if counted else self._coordinates(1)]

    def _line(self, one: VctObject) -> None:
        kind = self._whole()
        if kind == _INDIRECT:
            one.lines = self._numbers()
        elif self.first_edition:
            one.parts = [self._counted()]
        else:
            one.parts = [self._segment() for _ in range(self._whole())]

    def _segment(self) -> Any:
        kind = self._whole()
        if kind != _POLYLINE:
            raise MalformedObject(localize("a curve of the kind {kind} is not read", kind=kind))
        return self._counted()

    def _polygon(self, one: VctObject) -> None:
        direct = self.topology == "0" if self.first_edition else self._whole() != _INDIRECT
        self._coordinates(1)  # where its label stands
        if direct:
            one.parts = [self._counted()] if self.first_edition else [self._segment() for _ in range(self._whole())]
            return
        if not self.first_edition and (kind := self._whole()) != _BY_LINES:
            raise MalformedObject(localize("a polygon made of polygons is not read ({kind})", kind=kind))
        one.lines = self._numbers()


def build_shapes(objects: list[VctObject], shape: str, lines: dict[str, Any]) -> list[Any]:
    """The geometry of each object, None with its problem where it is none.

    Args:
        objects: of one section. shape: Point, Line or Polygon. lines: coordinates of the document's lines by number.
    """
    make = {"Point": _point_shape, "Line": _line_shape, "Polygon": _polygon_shape}[shape]
    found: list[Any] = []
    left = _MOST_USES * sum(map(len, lines.values())) + _FREE_POINTS
    for one in objects:
        made = None
        left -= sum(len(lines.get(number.lstrip("-"), ())) for number in one.lines)
        if left < 0:
            one.problem = one.problem or localize("the lines of the file are used too often")
        if not one.problem:
            try:
                made = make(one, lines)
            except (MalformedObject, ValueError, shapely.errors.ShapelyError) as problem:
                one.problem = str(problem)[:160]
        found.append(made)
    return found


def _point_shape(one: VctObject, lines: dict[str, Any]) -> Any:
    points = shapely.points(one.parts[0])
    return points[0] if len(points) == 1 else shapely.multipoints(points)


def _line_shape(one: VctObject, lines: dict[str, Any]) -> Any:
    parts = one.parts or [_signed(number, lines) for number in one.lines if number != "0"]
    return shapely.linestrings(_chain(parts))


def _polygon_shape(one: VctObject, lines: dict[str, Any]) -> Any:
    rings = [_closed(part) for part in one.parts] if one.parts else _rings(one.lines, lines)
    if not rings:
        raise MalformedObject(localize("the polygon has no ring"))
    made = np.empty(1, dtype=object)
    made[0] = shapely.polygons(rings[0])
    if len(rings) > 1:
        nest_rings(made, np.array([shapely.linearrings(ring) for ring in rings]), np.zeros(len(rings), dtype=np.int64))
    return made[0]


def _rings(numbers: list[str], lines: dict[str, Any]) -> list[Any]:
    """Rings of lines by number: a 0 stands between them, and a chain that closes is one."""
    rings: list[Any] = []
    open_chain: list[Any] = []
    for number in [*numbers, "0"]:
        if number != "0":
            open_chain.append(_signed(number, lines))
        if open_chain and (number == "0" or np.array_equal(open_chain[0][0], open_chain[-1][-1])):
            rings.append(_closed(_chain(open_chain)))
            open_chain = []
    return rings


def _signed(number: str, lines: dict[str, Any]) -> Any:
    """A line by its number, backwards where that is negative."""
    found = lines.get(number.lstrip("-"))
    if found is None:
        raise MalformedObject(localize("there is no line {number}", number=number[:40]))
    return found[::-1] if number.startswith("-") else found


def _chain(parts: list[Any]) -> Any:
    """Parts one after the other; each begins where the one before ends.

    Raises:
        MalformedObject: one does not.
    """
    for one, other in pairwise(parts):
        if not np.array_equal(one[-1], other[0]):
            raise MalformedObject(localize("lines of one ring do not meet"))
    return np.concatenate([parts[0], *(part[1:] for part in parts[1:])])


def _closed(ring: Any) -> Any:
    """A ring whose last position is its first.

    Raises:
        MalformedObject: it is not, or has fewer than three corners.
    """
    if not np.array_equal(ring[0], ring[-1]):
        raise MalformedObject(localize("a ring is not closed"))
    if len(ring) < 4:
        raise MalformedObject(localize("a ring has fewer than three corners"))
    return ring

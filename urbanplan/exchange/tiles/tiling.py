"""The two tilings of pages: Web Mercator and degrees of CGCS2000, 256 pixels a tile, level 0 the whole width.

A tile at a level, column and row covers ``span / 2**level`` on each side, columns from the west and rows from the
north: EPSG:3857 from the corner of its square world, EPSG:4490 from -180 and 90 (the sets ``w`` and ``c`` of Tianditu).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

TILE = 256  # pixels
_RADIUS = 6378137.0
_HALF = math.pi * _RADIUS
_LIMIT = 85.051128779806604  # degrees: where the square world of Web Mercator ends
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Tiling:
    """A pyramid of tiles.

    Attributes:
        name: as pages call it. crs: of its coordinates.
        west, north: of the first tile, in units of the CRS. span: of level 0, in the same.
    """

    name: str
    crs: str
    west: float
    north: float
    span: float

    def size(self, level: int) -> float:
        """The side of a tile, in units of the CRS."""
        return self.span / 2**level

    def rows(self, level: int) -> int:
        """How many rows of tiles the world has."""
        return 2**level if self.name == "mercator" else max(1, 2**level // 2)

    def box(self, level: int, column: int, row: int) -> Box:
        """West, south, east and north of a tile."""
        size = self.size(level)
        west, north = self.west + column * size, self.north - row * size
        return west, north - size, west + size, north

    def project(self, longitude: float, latitude: float) -> tuple[float, float]:
        """Coordinates in the CRS of a place in degrees; latitudes beyond the world's end stand at it."""
        if self.name == "degrees":
            return longitude, latitude
        latitude = max(-_LIMIT, min(_LIMIT, latitude))
        return math.radians(longitude) * _RADIUS, _RADIUS * math.asinh(math.tan(math.radians(latitude)))

    def unproject(self, x: float, y: float) -> tuple[float, float]:
        """Degrees of a place in the CRS."""
        if self.name == "degrees":
            return x, y
        return math.degrees(x / _RADIUS), math.degrees(math.atan(math.sinh(y / _RADIUS)))

    def project_box(self, degrees: Box) -> Box:
        """The box in the CRS of a box in degrees."""
        return (*self.project(degrees[0], degrees[1]), *self.project(degrees[2], degrees[3]))

    def cover(self, level: int, degrees: Box) -> tuple[int, int, int, int]:
        """First and last column, first and last row of the tiles that a box in degrees meets."""
        west, south, east, north = self.project_box(degrees)
        size, columns, rows = self.size(level), 2**level, self.rows(level)
        first, last = (math.floor((x - self.west) / size) for x in (west, east))
        top, bottom = (math.floor((self.north - y) / size) for y in (north, south))
        return _clip(first, columns), _clip(last, columns), _clip(top, rows), _clip(bottom, rows)

    def count(self, level: int, degrees: Box) -> int:
        """How many tiles of a level a box in degrees meets."""
        first, last, top, bottom = self.cover(level, degrees)
        return (last - first + 1) * (bottom - top + 1)


def _clip(number: int, count: int) -> int:
    return max(0, min(count - 1, number))


MERCATOR = Tiling("mercator", "EPSG:3857", -_HALF, _HALF, 2 * _HALF)
DEGREES = Tiling("degrees", "EPSG:4490", -180.0, 90.0, 360.0)
TILINGS = {"EPSG:3857": MERCATOR, "EPSG:4490": DEGREES}

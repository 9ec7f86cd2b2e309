"""A GeoTIFF as tiles: an orthophoto or a scanned plan in any CRS, warped to the tiling that is asked for."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from urbanplan.exchange.gdal.pictures import TileQuery, check_placed, describe, tiles
from urbanplan.exchange.gdal.raster import check_tiff
from urbanplan.exchange.tiles.source import TileFacts, TileOptions
from urbanplan.exchange.tiles.tiling import TILE, Box, Tiling

_EQUATOR = 40_075_016.686  # metres
_MAX_LEVEL = 22


@dataclass(frozen=True)
class GeoTiff:
    """A GeoTIFF that is cut into tiles; its facts say what it is worth."""

    path: Path
    tiling: Tiling
    described: dict[str, Any]

    @property
    def facts(self) -> TileFacts:
        """What it is; the highest level is the one whose pixels are as fine as the raster's."""
        box = self.described["degrees"]
        shrink = math.cos(math.radians((box[1] + box[3]) / 2)) if self.tiling.name == "mercator" else 1.0
        finest = math.log2(_EQUATOR * shrink / TILE / self.described["pixel_m"])
        widest = math.log2(360 / max(box[2] - box[0], 1e-9))
        highest = max(0, min(_MAX_LEVEL, math.ceil(finest - 0.3)))
        return TileFacts("geotiff", self.tiling, tuple(box), (min(highest, max(0, int(widest))), highest),
                         self.described)  # fmt: skip

    def tiles(self, level: int, degrees: Box) -> Iterator[tuple[int, int, bytes]]:
        """The tiles of a level that meet a box in degrees, warped now."""
        first, last, top, bottom = self.tiling.cover(level, _common(degrees, self.described["degrees"]))
        query = TileQuery(
            str(self.path), str(self.path), self.tiling.crs, self.tiling.west, self.tiling.north,
            self.tiling.size(level), (first, last), (top, bottom),
        )  # fmt: skip
        found = tiles(query)
        yield from zip(*(found[name].to_pylist() for name in ("column", "row", "data")), strict=True)


def open_source(path: Path, options: TileOptions) -> GeoTiff:
    """Open a GeoTIFF.

    Raises:
        GateError: it is none. RasterError: it has no CRS, or cannot be read.
    """
    found = check_tiff(path)
    described = describe(str(found), str(path))
    check_placed(described, str(path))
    return GeoTiff(found, options.tiling, described)


def _common(one: Box, other: Box) -> Box:
    return max(one[0], other[0]), max(one[1], other[1]), min(one[2], other[2]), min(one[3], other[3])

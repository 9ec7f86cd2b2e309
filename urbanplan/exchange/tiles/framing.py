"""One picture of a frame of ground from any source: a raster is warped, tiles of the right level are put together."""

from __future__ import annotations

import base64
import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from urbanplan.errors import GateError
from urbanplan.exchange.gdal.pictures import Picture, PictureQuery, picture
from urbanplan.exchange.gdal.raster import hold_tiff
from urbanplan.exchange.tiles.geotiff import GeoTiff

if TYPE_CHECKING:
    from urbanplan.exchange.tiles.source import TileSource
    from urbanplan.exchange.tiles.tiling import Box

_MOST_TILES = 1_000  # of one picture
_TILE = 256  # pixels


@dataclass(frozen=True)
class Framing:
    """Frames of a source of ground in one CRS.

    Attributes:
        source: of the ground. crs: of the frames, a CRS of pyproj.
    """

    source: TileSource
    crs: Any

    @cached_property
    def _wkt(self) -> str:
        return self.crs.to_wkt("WKT1_GDAL")

    @cached_property
    def _to_degrees(self) -> Any:
        from pyproj import Transformer

        return Transformer.from_crs(self.crs, "EPSG:4490", always_xy=True)

    @property
    def _where(self) -> str:
        return str(getattr(self.source, "path", self.source.facts.kind))

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep the source open while many frames are drawn of it."""
        if isinstance(self.source, GeoTiff):
            with hold_tiff(str(self.source.path), self._where):
                yield
        else:
            yield

    def picture(self, bounds: Box, size: tuple[int, int]) -> Picture:
        """A frame of ground, white where there is none.

        Args:
            bounds: west, south, east, north in the CRS. size: width and height in pixels, at most: it is never finer
                than the ground's own pixels.

        Raises:
            GateError, RasterError: the source cannot be read.
        """
        source, facts = self.source, self.source.facts
        degrees = self._to_degrees.transform_bounds(*bounds, densify_pts=21)
        size = _own_size(source, degrees, size)
        if isinstance(source, GeoTiff):
            return picture(PictureQuery(self._where, self._wkt, bounds, *size, path=str(source.path)))
        level = _level(source, degrees, size[1])
        found = [(column, row, base64.b64encode(data).decode("ascii"))
                 for column, row, data in source.tiles(level, degrees)]  # fmt: skip
        if len(found) > _MOST_TILES:
            raise GateError("the ground has no level that is coarse enough for the sheet", where=self._where,
                            fix="Make coarser tiles too.")  # fmt: skip
        tiling = (facts.tiling.crs, facts.tiling.west, facts.tiling.north, facts.tiling.size(level))
        return picture(PictureQuery(self._where, self._wkt, bounds, *size, tiles=tuple(found), tiling=tiling))


def _own_size(source: TileSource, degrees: Box, size: tuple[int, int]) -> tuple[int, int]:
    """A size with no more pixels than the ground itself has in the frame, at its finest level."""
    facts = source.facts
    own = _height(source, degrees) / facts.tiling.size(facts.levels[1]) * _TILE
    share = min(1.0, own / size[1])
    width, height = (max(1, math.ceil(side * share)) for side in size)
    return width, height


def _level(source: TileSource, degrees: Box, height: int) -> int:
    """The coarsest level whose pixels are as fine as the picture's, else the finest that there is."""
    facts = source.facts
    low, high = facts.levels
    wanted = _height(source, degrees) / height
    fitting = [level for level in range(low, high + 1) if facts.tiling.size(level) / _TILE <= wanted * 1.2]
    return min(fitting, default=high)


def _height(source: TileSource, degrees: Box) -> float:
    """From south to north in units of the source's tiling."""
    project = source.facts.tiling.project
    (_, south), (_, north) = project(degrees[0], degrees[1]), project(degrees[0], degrees[3])
    return north - south

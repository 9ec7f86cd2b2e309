"""One picture of a frame of ground from any source: a raster is warped, tiles of the right level are put together."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

from urbanplan.errors import GateError
from urbanplan.exchange.gdal.pictures import PictureQuery, picture
from urbanplan.exchange.tiles.geotiff import GeoTiff

if TYPE_CHECKING:
    from urbanplan.exchange.tiles.source import TileSource
    from urbanplan.exchange.tiles.tiling import Box

_MOST_TILES = 1_000  # of one picture


def frame_picture(source: TileSource, crs: Any, bounds: Box, size: tuple[int, int]) -> bytes:
    """A frame of ground as JPEG, white where there is none; b"" where there is none at all.

    Args:
        source: of the ground. crs: of the frame, a CRS of pyproj. bounds: west, south, east, north in it.
        size: width and height in pixels.

    Raises:
        GateError, RasterError: the source cannot be read.
    """
    from pyproj import Transformer

    facts = source.facts
    where = getattr(source, "path", facts.kind)
    wkt = crs.to_wkt("WKT1_GDAL")
    if isinstance(source, GeoTiff):
        return picture(PictureQuery(str(where), wkt, bounds, *size, path=str(source.path)))
    degrees = Transformer.from_crs(crs, "EPSG:4490", always_xy=True).transform_bounds(*bounds, densify_pts=21)
    level = _level(source, degrees, size[1])
    found = [(column, row, base64.b64encode(data).decode("ascii"))
             for column, row, data in source.tiles(level, degrees)]  # fmt: skip
    if len(found) > _MOST_TILES:
        raise GateError("the ground has no level that is coarse enough for the sheet", where=str(where),
                        fix="Make coarser tiles too.")  # fmt: skip
    tiling = (facts.tiling.crs, facts.tiling.west, facts.tiling.north, facts.tiling.size(level))
    return picture(PictureQuery(str(where), wkt, bounds, *size, tiles=tuple(found), tiling=tiling))


def _level(source: TileSource, degrees: Box, height: int) -> int:
    """The coarsest level whose pixels are as fine as the picture's, else the finest that there is."""
    facts = source.facts
    low, high = facts.levels
    (_, south), (_, north) = facts.tiling.project(degrees[0], degrees[1]), facts.tiling.project(degrees[0], degrees[3])
    wanted = (north - south) / height
    fitting = [level for level in range(low, high + 1) if facts.tiling.size(level) / 256 <= wanted * 1.2]
    return min(fitting, default=high)

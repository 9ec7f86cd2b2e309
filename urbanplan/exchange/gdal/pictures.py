"""Pictures from rasters and tiles: looked at, warped to a frame, cut into tiles, by a GDAL without other drivers."""

from __future__ import annotations

import base64
import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from urbanplan.errors import RasterError
from urbanplan.exchange.gdal import drivers
from urbanplan.exchange.gdal.pixels import (
    TILE,
    Frame,
    colour_name,
    decode,
    encode,
    find_stretch,
    own_frame,
    warp,
    warp_raster,
)
from urbanplan.exchange.gdal.raster import library_errors, open_tiff, require_rasterio

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

    Pixels = NDArray[np.uint8]

MAX_PIXELS = 40_000_000_000  # of a raster
MAX_PICTURE = 60_000_000  # pixels of one picture
OPAQUE = 255
_BLOCK = 8  # tiles on each side that are warped at once
_DEGREE = 111_320  # metres of a degree of latitude


@dataclass(frozen=True)
class TileQuery:
    """The tiles of one level of a GeoTIFF.

    Attributes:
        path: the file. where: its name in messages. crs: of the tiling.
        west, north: of the tiling's first tile, in units of the CRS. size: of a tile, in the same.
        columns, rows: first and last.
    """

    path: str
    where: str
    crs: str
    west: float
    north: float
    size: float
    columns: tuple[int, int]
    rows: tuple[int, int]


@dataclass(frozen=True)
class PictureQuery:
    """A frame of ground as one picture.

    Attributes:
        where: the source's name in messages. crs: of the frame, WKT or code. bounds: west, south, east, north in it.
        width, height: pixels. path: a GeoTIFF, or "" where there are tiles.
        tiles: rows of column, row and base64 of a tile. tiling: crs, west, north of the first tile, size of a tile.
    """

    where: str
    crs: str
    bounds: tuple[float, float, float, float]
    width: int
    height: int
    path: str = ""
    tiles: tuple[tuple[int, int, str], ...] = ()
    tiling: tuple[str, float, float, float] | None = None


@dataclass(frozen=True)
class Picture:
    """A picture of ground.

    Attributes:
        data: JPEG, b"" where there is no ground. bounds: what it shows, in the CRS of the frame that was asked for.
    """

    data: bytes
    bounds: tuple[float, float, float, float]


def describe(path: str, where: str) -> dict[str, Any]:
    """What a GeoTIFF is: size, bands, kind of colour, CRS as WKT, its box in degrees, and metres of a pixel.

    Raises:
        RasterError: it cannot be read, or has more pixels than are read. MissingExtraError: rasterio is not installed.
    """
    if not drivers.closed():
        from urbanplan.exchange.gdal import client

        return client.mapping("picture_facts", {"path": path, "where": where})
    with open_tiff(path, where) as source:
        _check_pixels(source, where)
        return _facts(source)


def check_placed(facts: dict[str, Any], where: str) -> None:
    """Refuse a raster that does not say where it lies, by what :func:`describe` gave.

    Raises:
        RasterError: it has no CRS, or no place in it.
    """
    if facts["crs"] is None:
        raise RasterError("the raster declares no coordinate system", where=where, fix="Georeference it with a GIS.")
    if facts["degrees"] is None:
        raise RasterError("the raster says nowhere where it lies", where=where, fix="Georeference it with a GIS.")


def tiles(query: TileQuery) -> pa.Table:
    """The tiles of a level as WebP: ``column``, ``row`` and ``data``; those without a pixel are left out.

    Raises:
        RasterError: it cannot be read.
    """
    import pyarrow as pa

    if not drivers.closed():
        from urbanplan.exchange.gdal import client

        return client.table("picture_tiles", dataclasses.asdict(query))[1]
    with open_tiff(query.path, query.where) as source:
        _check_pixels(source, query.where)
        rows = list(_cut_tiles(source, query))
    columns, lines, data = zip(*rows, strict=True) if rows else ((), (), ())
    kinds = {"column": pa.int64(), "row": pa.int64(), "data": pa.binary()}
    return pa.table({"column": columns, "row": lines, "data": data}, schema=pa.schema(kinds))


def picture(query: PictureQuery) -> Picture:
    """A frame of ground, white where there is none; it may show less than a pixel of a raster more than was asked for.

    Raises:
        RasterError: it cannot be read, or the frame has too many pixels.
    """
    if not drivers.closed():
        from urbanplan.exchange.gdal import client

        answer = client.mapping("picture", dataclasses.asdict(query))
        west, south, east, north = answer["bounds"]
        return Picture(base64.b64decode(answer["data"]), (west, south, east, north))
    if query.width * query.height > MAX_PICTURE:
        raise RasterError("a picture of {width} x {height} pixels is too large", where=query.where,
                          fix="Ask for fewer.", width=query.width, height=query.height)  # fmt: skip
    target = Frame(query.crs, query.bounds, query.width, query.height)
    if query.path:
        with open_tiff(query.path, query.where) as source:
            _check_pixels(source, query.where)
            target = own_frame(source, target)
            found = warp_raster(source, target, find_stretch(source), query.where)
    else:
        require_rasterio()
        found = _warp_tiles(query, target)
    if found is None or not found[3].any():
        return Picture(b"", target.bounds)
    return Picture(encode(_on_white(found), "JPEG"), target.bounds)


def _on_white(pixels: Pixels) -> Pixels:
    """Pixels with white behind what is not opaque."""
    if bool((pixels[3] == OPAQUE).all()):
        return pixels
    dark = (OPAQUE - pixels[:3]).astype(np.uint16) * pixels[3] + OPAQUE // 2
    return np.concatenate([OPAQUE - (dark // OPAQUE).astype(np.uint8), pixels[3:]])


def _check_pixels(source: Any, where: str) -> None:
    if source.width * source.height > MAX_PIXELS:
        raise RasterError("the raster declares {width} x {height} pixels, more than are read", where=where,
                          fix="Cut it to the district.", width=source.width, height=source.height)  # fmt: skip


def _facts(source: Any) -> dict[str, Any]:
    degrees = _degrees(source)
    pixel = None if degrees is None else (degrees[3] - degrees[1]) * _DEGREE / source.height
    return {
        "width": source.width, "height": source.height, "bands": source.count, "dtype": source.dtypes[0],
        "colour": colour_name(source), "crs": None if source.crs is None else source.crs.to_wkt(),
        "bounds": [float(v) for v in source.bounds],
        "degrees": degrees, "pixel_m": pixel, "overviews": source.overviews(1),
    }  # fmt: skip


def _degrees(source: Any) -> list[float] | None:
    """West, south, east and north of a raster; None where it does not say where it lies, or lies nowhere."""
    from rasterio.warp import transform_bounds

    if source.crs is None or source.transform.is_identity or source.transform.determinant == 0.0:
        return None
    try:
        box = [float(value) for value in transform_bounds(source.crs, "EPSG:4326", *source.bounds, densify_pts=21)]
    except library_errors():
        return None
    west, south, east, north = box
    return box if -180 <= west < east <= 180 and -90 < south < north < 90 else None


def _cut_tiles(source: Any, query: TileQuery) -> Iterator[tuple[int, int, bytes]]:
    stretch = find_stretch(source)
    (first, last), (top, bottom) = query.columns, query.rows
    for row in range(top, bottom + 1, _BLOCK):
        for column in range(first, last + 1, _BLOCK):
            wide, high = min(_BLOCK, last + 1 - column), min(_BLOCK, bottom + 1 - row)
            west, north = query.west + column * query.size, query.north - row * query.size
            box = (west, north - high * query.size, west + wide * query.size, north)
            pixels = warp_raster(source, Frame(query.crs, box, wide * TILE, high * TILE), stretch, query.where)
            if pixels is not None:
                yield from _split(pixels, column, row)


def _split(pixels: Pixels, column: int, row: int) -> Iterator[tuple[int, int, bytes]]:
    for k in range(pixels.shape[1] // TILE):
        for j in range(pixels.shape[2] // TILE):
            tile = pixels[:, k * TILE : (k + 1) * TILE, j * TILE : (j + 1) * TILE]
            if tile[3].any():
                yield column + j, row + k, encode(tile, "WEBP")


def _warp_tiles(query: PictureQuery, target: Frame) -> Pixels | None:
    """Tiles put together, in a frame."""
    from rasterio.transform import from_origin

    assert query.tiling is not None
    if not query.tiles:
        return None
    crs, west, north, size = query.tiling
    columns, rows = [tile[0] for tile in query.tiles], [tile[1] for tile in query.tiles]
    first, top = min(columns), min(rows)
    shape = (4, (max(rows) - top + 1) * TILE, (max(columns) - first + 1) * TILE)
    whole = np.zeros(shape, np.uint8)
    for column, row, text in query.tiles:
        y, x = (row - top) * TILE, (column - first) * TILE
        whole[:, y : y + TILE, x : x + TILE] = decode(base64.b64decode(text), query.where)
    step = size / TILE
    return warp(whole, from_origin(west + first * size, north - top * size, step, step), crs, target)

"""Small rasters and sets of tiles over the town of the map tests, whose colours say where they lie."""

from __future__ import annotations

import sqlite3
import warnings
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from urbanplan.exchange.gdal.drivers import load_rasterio
from urbanplan.exchange.tiles.tiling import MERCATOR, Tiling

TOWN = (457_800.0, 3_852_800.0, 460_200.0, 3_855_200.0)  # metres of EPSG:4547
MARK = (458_600.0, 3_854_300.0)  # the middle of a white square in the red north-west
SIDE = 120  # pixels


def _rasterio() -> Any:
    """rasterio with the drivers of the house."""
    pytest.importorskip("rasterio")
    return load_rasterio()


def town_pixels(side: int = SIDE, *, marked: bool = True) -> Any:
    """Four quarters: red, green, blue, yellow by rows; a white square of 60 m around the mark."""
    out = np.zeros((3, side, side), np.uint8)
    half = side // 2
    out[0, :half, :half] = out[1, :half, half:] = out[2, half:, :half] = 200
    out[:2, half:, half:] = 200
    if marked:
        step = (TOWN[2] - TOWN[0]) / side
        column, row = int((MARK[0] - TOWN[0]) / step), int((TOWN[3] - MARK[1]) / step)
        reach = max(1, round(60 / step / 2))
        out[:, row - reach : row + reach, column - reach : column + reach] = 255
    return out


def write_geotiff(path: Path, pixels: Any = None, *, crs: str | None = "EPSG:4547", **more: Any) -> Path:
    """The town as a GeoTIFF in a CRS; a box of that CRS that covers the town's middle line exactly enough."""
    rasterio = _rasterio()
    from rasterio.transform import from_bounds
    from rasterio.warp import transform_bounds

    pixels = town_pixels() if pixels is None else pixels
    bounds = TOWN if crs in (None, "EPSG:4547") else transform_bounds("EPSG:4547", crs, *TOWN)
    palette = more.pop("palette", None)
    with rasterio.open(
        path, "w", driver="GTiff", width=pixels.shape[2], height=pixels.shape[1], count=pixels.shape[0],
        dtype=pixels.dtype.name, crs=crs, transform=from_bounds(*bounds, pixels.shape[2], pixels.shape[1]), **more,
    ) as file:  # fmt: skip
        file.write(pixels)
        if palette is not None:
            file.write_colormap(1, palette)
    return path


def picture(colour: tuple[int, int, int], driver: str = "PNG", side: int = 256) -> bytes:
    """A tile of one colour."""
    _rasterio()
    from rasterio.io import MemoryFile

    with warnings.catch_warnings(), MemoryFile() as memory:
        warnings.simplefilter("ignore")
        with memory.open(driver=driver, width=side, height=side, count=3, dtype="uint8") as out:
            out.write(np.broadcast_to(np.array(colour, np.uint8)[:, None, None], (3, side, side)))
        return memory.read()


def town_tiles(tiling: Tiling = MERCATOR, levels: range = range(12, 16)) -> Iterator[tuple[int, int, int, bytes]]:
    """Level, column, row and picture of tiles over the town; colours by column and row."""
    from pyproj import Transformer

    to_degrees = Transformer.from_crs("EPSG:4547", "EPSG:4490", always_xy=True)
    west, south, east, north = to_degrees.transform_bounds(*TOWN)
    for level in levels:
        first, last, top, bottom = tiling.cover(level, (west, south, east, north))
        for column in range(first, last + 1):
            for row in range(top, bottom + 1):
                yield level, column, row, picture((80 + 90 * (column % 2), 80 + 90 * (row % 2), 120))


def write_mbtiles(path: Path, tiles: Any, metadata: dict[str, str] | None = None) -> Path:
    """A database of tiles, rows from the south as its specification says."""
    said = {"name": "town", "format": "png", "bounds": "113.53,34.79,113.58,34.84"} if metadata is None else metadata
    with closing(sqlite3.connect(path)) as base, base:
        base.execute("CREATE TABLE metadata (name TEXT, value TEXT)")
        base.execute("CREATE TABLE tiles (zoom_level INTEGER, tile_column INTEGER, tile_row INTEGER, tile_data BLOB)")
        base.executemany("INSERT INTO metadata VALUES (?, ?)", said.items())
        base.executemany("INSERT INTO tiles VALUES (?, ?, ?, ?)", [(z, x, 2**z - 1 - y, d) for z, x, y, d in tiles])
    return path


def write_folder(path: Path, tiles: Any, ending: str = "png") -> Path:
    """A folder of tiles."""
    for level, column, row, data in tiles:
        file = path / str(level) / str(column) / f"{row}.{ending}"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
    return path


def write_pmtiles(path: Path, tiles: Any, **head: Any) -> Path:
    """A PMTiles file, by the package of its authors."""
    pytest.importorskip("pmtiles")
    from pmtiles.tile import Compression, TileType, zxy_to_tileid
    from pmtiles.writer import write

    with write(str(path)) as out:
        for level, column, row, data in sorted(tiles, key=lambda t: zxy_to_tileid(*t[:3])):
            out.write_tile(zxy_to_tileid(level, column, row), data)
        usual = {
            "tile_type": TileType.PNG, "tile_compression": Compression.NONE,
            "min_lon_e7": 1_135_300_000, "min_lat_e7": 347_900_000, "max_lon_e7": 1_135_800_000,
            "max_lat_e7": 348_400_000, "center_zoom": 14, "center_lon_e7": 1_135_500_000, "center_lat_e7": 348_100_000,
        }  # fmt: skip
        out.finalize({**usual, **head}, {"name": "<script>alert(1)</script>"})
    return path

"""Processor time of parcel sheets, with and without a ground under them."""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from paired import table
from sheets_typst import many, odd

COUNT = 1_000
ALLOWED_MS = 60  # of processor time for a sheet
PIXEL_M = 0.5  # of the ground: an orthophoto


def sheets() -> str:
    """Milliseconds of processor time for each of 1,000 sheets: plain blocks, irregular lots, and blocks on a ground."""
    from urbanplan.exchange.gdal.drivers import disable_drivers
    from urbanplan.exchange.tiles.source import open_tiles
    from urbanplan.view.map.ground import Ground
    from urbanplan.view.sheets import parcel_sheets

    disable_drivers()  # as in the command's own process: the ground is read here and not beside
    rows: list[list[Any]] = []
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        ground = Ground(open_tiles(_orthophoto(home / "ground.tif", many(COUNT)[1]["parcels"].frame)), "orthophoto")
        asked = {
            "blocks of four corners": (many(COUNT), None),
            "irregular lots among named streets": (odd(COUNT), None),
            "blocks on a GeoTIFF of 0.5 m": (many(COUNT), ground),
        }
        for name, ((plan, layers), under) in asked.items():
            begin = time.process_time()
            made = parcel_sheets(plan, layers, out=home / "out", ground=under)
            each = (time.process_time() - begin) / len(made.files) * 1000
            size = sum(path.stat().st_size for path in made.files) / len(made.files) / 1000
            rows.append([name, len(made.files), each, ALLOWED_MS, size])
    return table(["sheets", "count", "CPU ms each", "at most", "kB each"], rows) + "\n\n" + _GIVES


_GIVES = (
    "One process makes them one after the other, each written, flushed and counted; reading the layers is not in it, the "
    "first sheet's fonts are. The ground is JPEG in a tiled GeoTIFF with overviews, drawn at most at 300 dots per inch."
)


def _orthophoto(path: Path, parcels: Any) -> Path:
    """A picture of grass and roofs over the parcels, as surveyors hand it over."""
    from urbanplan.exchange.gdal.drivers import load_rasterio

    rasterio: Any = load_rasterio()
    from rasterio.enums import Resampling
    from rasterio.transform import from_origin

    west, south, east, north = parcels.total_bounds
    west, north = west - 300, north + 300
    width, height = int((east + 300 - west) / PIXEL_M), int((north - south + 300) / PIXEL_M)
    rng = np.random.default_rng(1)
    with rasterio.open(
        path, "w", driver="GTiff", width=width, height=height, count=3, dtype="uint8", crs="EPSG:4547", tiled=True,
        compress="jpeg", photometric="ycbcr", transform=from_origin(west, north, PIXEL_M, PIXEL_M),
    ) as file:  # fmt: skip
        for top in range(0, height, 1024):
            rows = min(1024, height - top)
            coarse = rng.integers(60, 200, (3, rows // 8 + 1, width // 8 + 1), dtype=np.uint8)
            block = coarse.repeat(8, 1).repeat(8, 2)[:, :rows, :width]
            file.write(block, window=((top, top + rows), (0, width)))
        file.build_overviews([2, 4, 8, 16], Resampling.average)
    return path

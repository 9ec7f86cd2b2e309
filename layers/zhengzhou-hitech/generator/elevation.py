"""The ground, made up: a plain that falls to the north-east, low swells, water, an embankment, dips at named works."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import shapely

from .plane import random
from .record import Layers

CELL = 25.0
MARGIN = 250.0
STEP = 0.01  # metres of a stored number


def heights(layers: Layers) -> tuple[np.ndarray, tuple[float, float]]:
    """Heights in whole centimetres, rows from the north; and the corner (E, N) in EPSG:4547.

    The plain falls by 1 in 800 to the north-east, with swells of a metre; water lies 1.5 m lower, the railway
    3 m higher, the middle of each drainage work in a dip of 0.9 m.
    """
    west, south, east, north = layers["boundary"][0].shape.bounds
    corner = np.floor((west - MARGIN) / CELL) * CELL, np.ceil((north + MARGIN) / CELL) * CELL
    columns = int(np.ceil((east + MARGIN - corner[0]) / CELL))
    rows = int(np.ceil((corner[1] - south + MARGIN) / CELL))
    x = corner[0] + (np.arange(columns) + 0.5) * CELL
    y = corner[1] - (np.arange(rows) + 0.5) * CELL
    x, y = np.meshgrid(x, y)
    ground = 112.0 - ((x - corner[0]) + (y - y.min())) / 800 / np.sqrt(2) + _swells(x, y)
    for name, change in (("water", -1.5), ("rivers", -1.5), ("railways", 3.0)):
        shapes = shapely.union_all([record.shape for record in layers[name]])
        near = shapely.buffer(shapes, CELL * 0.75)
        shapely.prepare(near)
        ground = np.where(shapely.contains_xy(near, x, y), ground + change, ground)
    for middle in _middles(layers):
        ground -= 0.9 * np.exp(-((x - middle.x) ** 2 + (y - middle.y) ** 2) / 110.0**2)
    return np.round(ground / STEP).astype(np.int16), corner


def _swells(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Waves of several lengths in directions drawn by the seed."""
    draw = random("elevation")
    found = np.zeros_like(x)
    for length, height in ((4200.0, 0.9), (2100.0, 0.42), (1100.0, 0.2), (520.0, 0.1), (260.0, 0.05)):
        for _ in range(3):
            angle, phase = draw.uniform(0, 2 * np.pi, 2)
            along = x * np.cos(angle) + y * np.sin(angle)
            found += height * np.sin(2 * np.pi * along / length + phase)
    return found


def _middles(layers: Layers) -> list[shapely.Point]:
    """The middle of the first feature of each drainage work."""
    works: dict[object, shapely.Point] = {}
    for record in layers["drainage_works"]:
        works.setdefault(record.values["work"], record.shape.interpolate(0.5, normalized=True))
    return list(works.values())


def write(layers: Layers, path: Path) -> None:
    """Write the heights as a compressed GeoTIFF of whole centimetres."""
    import rasterio

    values, (west, north) = heights(layers)
    with rasterio.open(
        path, "w", driver="GTiff", height=values.shape[0], width=values.shape[1], count=1, dtype="int16",
        crs="EPSG:4547", transform=rasterio.Affine(CELL, 0, west, 0, -CELL, north), compress="deflate", predictor=2,
        zlevel=9, tiled=True, blockxsize=256, blockysize=256,
    ) as file:  # fmt: skip
        file.write(values, 1)
        file.scales = (STEP,)
        file.units = ("m",)
        file.update_tags(basis="illustrative: drawn by generate.py, not surveyed")

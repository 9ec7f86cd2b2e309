"""Pixels of a raster in a frame: read thin, in red, green, blue and opacity, warped, and as bytes of a picture."""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from urbanplan.errors import RasterError
from urbanplan.exchange.gdal.raster import library_errors

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Pixels = NDArray[np.uint8]

TILE = 256  # pixels
OPAQUE = 255
MAX_READ = 400_000_000  # pixels of a raster read for one block of tiles or one picture
_QUALITY = 82
_TRUE = 0.01  # of a pixel: so far from its place a picture may be drawn
_SAMPLE = 512  # pixels on each side that the stretch of values is found from


@dataclass(frozen=True)
class Frame:
    """A rectangle of pixels over a box of ground."""

    crs: str
    bounds: tuple[float, float, float, float]
    width: int
    height: int

    @property
    def transform(self) -> Any:
        """Of its pixels."""
        from rasterio.transform import from_bounds

        return from_bounds(*self.bounds, self.width, self.height)


def colour_name(source: Any) -> str:
    """``palette``, ``colour`` or ``grey``: how its bands are drawn."""
    names = [one.name for one in source.colorinterp]
    if names[0] == "palette":
        return "palette"
    return "colour" if len(_colour_bands(source)) == 3 else "grey"


def _colour_bands(source: Any) -> list[int]:
    names = [one.name for one in source.colorinterp]
    if {"red", "green", "blue"} <= set(names):
        return [names.index(name) + 1 for name in ("red", "green", "blue")]
    plain = [k + 1 for k, name in enumerate(names) if name != "alpha"]
    return plain[:3] if len(plain) >= 3 else plain[:1] or [1]


def find_stretch(source: Any) -> tuple[float, float] | None:
    """The values that are drawn black and white, of a raster of other numbers than 0 to 255; None keeps them."""
    if source.dtypes[0] == "uint8":
        return None
    shape = (min(source.height, _SAMPLE), min(source.width, _SAMPLE))
    values = source.read(_colour_bands(source), out_shape=(len(_colour_bands(source)), *shape), masked=True)
    known = np.ma.compressed(values).astype(np.float64)
    known = known[np.isfinite(known)]
    if not known.size:
        return 0.0, 1.0
    low, high = np.percentile(known, (2, 98))
    return float(low), float(max(high, low + 1e-9))


def warp_raster(source: Any, target: Frame, stretch: tuple[float, float] | None, where: str) -> Pixels | None:
    """Red, green, blue and opacity in a frame; None where the raster does not reach."""
    from rasterio.windows import Window

    straight = straight_window(source, target)
    if straight is not None:
        shape = (target.height, target.width)
        whole = [straight.col_off, straight.row_off] == [round(straight.col_off), round(straight.row_off)]
        between = not whole or shape != (straight.height, straight.width)
        return _read_pixels(source, straight, shape, stretch, between=between)
    found = _window(source, target)
    if found is None:
        return None
    column, row, wide, high = found
    shape = (min(high, 2 * target.height), min(wide, 2 * target.width))
    if wide * high > MAX_READ and not source.overviews(1):
        raise RasterError(
            "the raster has no overviews, and {count} pixels would be read for one part of the map",
            where=where, fix="Add overviews with a GIS (gdaladdo), or cut it to the district.", count=wide * high,
        )  # fmt: skip
    window = Window(column, row, wide, high)  # pyright: ignore[reportCallIssue]
    pixels = _read_pixels(source, window, shape, stretch)
    scale = type(source.transform).scale(wide / shape[1], high / shape[0])
    return warp(pixels, source.window_transform(window) * scale, source.crs, target)


def straight_window(source: Any, target: Frame) -> Any | None:
    """The raster's window of a frame that lies wholly on it, in its own CRS and the same way up; None elsewhere.

    Such a frame is read thin, and not warped.
    """
    from rasterio.enums import MaskFlags
    from rasterio.windows import Window

    if not _is_straight(source, target):
        return None
    grid = source.transform
    west, south, east, north = target.bounds
    left, top = (west - grid.c) / grid.a, (north - grid.f) / grid.e
    wide, high = (east - west) / grid.a, (south - north) / grid.e
    inside = min(left, top) >= -_TRUE and left + wide <= source.width + _TRUE and top + high <= source.height + _TRUE
    fine = target.width <= wide + 1 and target.height <= high + 1  # the raster has as many pixels as the frame
    whole = all(MaskFlags.all_valid in each for each in source.mask_flag_enums)
    plain = whole and source.colorinterp[0].name != "palette"
    if not (inside and fine and plain):
        return None
    return Window(*map(_to_whole, (left, top, wide, high)))  # pyright: ignore[reportCallIssue]


def _to_whole(pixels: float) -> float:
    """A number of pixels, a whole one where it is as good as one."""
    return round(pixels) if abs(pixels - round(pixels)) < _TRUE else pixels


def own_frame(source: Any, target: Frame) -> Frame:
    """A frame on whole pixels of the raster and with no more of them, where the raster lies in its CRS as it does.

    It reaches less than a pixel beyond the frame that is asked for: nothing between pixels has to be read.
    """
    if not _is_straight(source, target):
        return target
    grid = source.transform
    west, south, east, north = target.bounds
    left, right = math.floor((west - grid.c) / grid.a + _TRUE), math.ceil((east - grid.c) / grid.a - _TRUE)
    top, bottom = math.floor((north - grid.f) / grid.e + _TRUE), math.ceil((south - grid.f) / grid.e - _TRUE)
    right, bottom = max(right, left + 1), max(bottom, top + 1)
    bounds = grid.c + left * grid.a, grid.f + bottom * grid.e, grid.c + right * grid.a, grid.f + top * grid.e
    width, height = min(target.width, right - left), min(target.height, bottom - top)
    return replace(target, bounds=bounds, width=width, height=height)


def _is_straight(source: Any, target: Frame) -> bool:
    """Whether a raster is north up and a frame's coordinates are its own, to a hundredth of a pixel."""
    from rasterio.warp import transform

    grid = source.transform
    if grid.b or grid.d or grid.a <= 0 or grid.e >= 0:
        return False
    west, south, east, north = target.bounds
    xs = [west, west, east, east, (west + east) / 2]
    ys = [south, north, south, north, (south + north) / 2]
    moved = np.array(transform(target.crs, source.crs, xs, ys)) - (xs, ys)
    return bool(np.abs(moved).max() <= _TRUE * grid.a)  # of what is infinite or unknown, no


def _window(source: Any, target: Frame) -> tuple[int, int, int, int] | None:
    """Column, row, width and height of the raster's part under a frame."""
    from rasterio.warp import transform_bounds

    west, south, east, north = transform_bounds(target.crs, source.crs, *target.bounds, densify_pts=21)
    corners = [~source.transform * point for point in ((west, south), (west, north), (east, south), (east, north))]
    places = np.array(corners)
    if not np.isfinite(places).all():
        return None
    limit = np.array([source.width, source.height])
    low, high = places.min(axis=0), places.max(axis=0)
    spare = 2 + np.ceil(2 * (high - low) / (target.width, target.height))  # beyond the edge, so that blocks join
    first = np.clip(np.floor(low - spare).astype(np.int64), 0, limit)
    last = np.clip(np.ceil(high + spare).astype(np.int64), 0, limit)
    width, height = (int(value) for value in last - first)
    return None if width <= 0 or height <= 0 else (int(first[0]), int(first[1]), width, height)


def _read_pixels(
    source: Any, window: Any, shape: tuple[int, int], stretch: tuple[float, float] | None, *, between: bool = False
) -> Pixels:
    """A window as red, green, blue and opacity, thinned to a shape; ``between`` reads between the pixels' middles."""
    from rasterio.enums import Resampling

    palette = source.colorinterp[0].name == "palette"
    bands = [1] if palette else _colour_bands(source)
    how = Resampling.nearest if palette or shape == (window.height, window.width) else Resampling.average
    how = Resampling.bilinear if between else how
    values = source.read(bands, window=window, out_shape=(len(bands), *shape), resampling=how)
    mask = OPAQUE if between else source.dataset_mask(window=window, out_shape=shape)
    out = np.empty((4, *shape), np.uint8)
    if palette:
        table = np.zeros((256, 4), np.uint8)
        for index, colour in source.colormap(1).items():
            table[index % 256] = colour
        out[:] = np.moveaxis(table[np.clip(values[0], 0, 255).astype(np.intp)], 2, 0)
        out[3] = np.minimum(out[3], mask)
        return out
    if stretch is not None:
        low, high = stretch
        numbers = np.nan_to_num(values.astype(np.float64), nan=low, posinf=high, neginf=low)
        values = np.clip((numbers - low) * (255 / (high - low)), 0, 255)
    out[:3] = values.astype(np.uint8)
    out[3] = mask
    return out


def warp(pixels: Pixels, transform: Any, crs: Any, target: Frame) -> Pixels:
    """Pixels that lie by a transform of a CRS, in a frame."""
    from rasterio.enums import Resampling
    from rasterio.warp import reproject

    out = np.zeros((4, target.height, target.width), np.uint8)
    reproject(
        pixels, out, src_transform=transform, src_crs=crs, dst_transform=target.transform, dst_crs=target.crs,
        src_alpha=4, dst_alpha=4, resampling=Resampling.bilinear, init_dest_nodata=True,
    )  # fmt: skip
    return out


def encode(pixels: Pixels, driver: str) -> bytes:
    """Red, green, blue and opacity as WebP or JPEG; opacity is left out where all is opaque."""
    from rasterio.io import MemoryFile

    count = 3 if driver == "JPEG" or bool((pixels[3] == OPAQUE).all()) else 4
    with warnings.catch_warnings(), MemoryFile() as memory:
        warnings.simplefilter("ignore")  # a tile lies where its name says
        _, height, width = pixels.shape
        with memory.open(
            driver=driver, width=width, height=height, count=count, dtype="uint8", QUALITY=_QUALITY
        ) as out:
            out.write(pixels[:count])
        return memory.read()


def decode(data: bytes, where: str) -> Pixels:
    """A tile's picture as red, green, blue and opacity, 256 x 256.

    Raises:
        RasterError: it cannot be read.
    """
    from rasterio.io import MemoryFile
    from rasterio.windows import Window

    driver = "PNG" if data.startswith(b"\x89") else "JPEG" if data.startswith(b"\xff") else "WEBP"
    try:
        with warnings.catch_warnings(), MemoryFile(data) as memory:
            warnings.simplefilter("ignore")  # a tile lies where its name says
            with memory.open(driver=driver) as source:
                whole = Window(0, 0, source.width, source.height)  # pyright: ignore[reportCallIssue]
                return _read_pixels(source, whole, (TILE, TILE), None)
    except library_errors() as error:
        raise RasterError("a tile cannot be read: {reason}", where=where, fix="Make the tiles anew.",
                          reason=str(error)) from error  # fmt: skip

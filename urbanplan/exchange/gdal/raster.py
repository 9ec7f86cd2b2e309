"""A window of a GeoTIFF, read by a GDAL that has no driver but those of plain grids.

A driver can be forced for the file itself, not for the masks and overviews beside it: a host's process reads the window
in a worker process.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from urbanplan.errors import MissingExtraError, ResidentsError
from urbanplan.exchange.gdal import drivers

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True)
class Window:
    """What to read.

    Attributes:
        path: the file. where: its name in messages.
        bounds: west, south, east, north in ``crs``; None for the whole file. crs: WKT.
        band: from 1. most: cells read at most.
    """

    path: str
    where: str
    bounds: Sequence[float] | None
    crs: str
    band: int
    most: int


@dataclass(frozen=True)
class Cells:
    """The cells of a window that hold a number other than 0.

    Attributes:
        transform: six numbers of the window's affine transform. crs: the raster's, WKT.
        table: ``row``, ``column`` (from 0 in the window) and ``value``.
    """

    transform: Sequence[float]
    crs: str
    table: pa.Table


def read(window: Window) -> Cells:
    """Read the cells of a window.

    Raises:
        ResidentsError: the raster has no CRS, too many cells, or cannot be read.
        MissingExtraError: rasterio is not installed.
    """
    if not drivers.closed():
        from urbanplan.exchange.gdal import client

        meta, table, _ = client.table("raster", dataclasses.asdict(window))
        return Cells(meta["transform"], meta["crs"], table)
    try:
        rasterio = drivers.load_rasterio()
    except ImportError as error:
        raise MissingExtraError("reading rasters needs rasterio", fix="Install the extra 'raster'.") from error
    try:
        with rasterio.open(window.path, driver="GTiff") as source:
            return _cells(source, window)
    except (rasterio.errors.RasterioError, rasterio.errors.CRSError) as error:
        raise ResidentsError(
            "the raster cannot be read: {reason}",
            where=window.where, fix="Get it again from its source.", reason=str(error),
        ) from error  # fmt: skip


def _cells(source: Any, window: Window) -> Cells:
    import numpy as np
    import pyarrow as pa

    if source.crs is None:
        raise ResidentsError("the raster declares no coordinate system", where=window.where, fix="Give it one.")
    part = _part(source, window)
    if part.width * part.height > window.most:
        raise ResidentsError(
            "the raster has {cells} cells; {most} are read",
            where=window.where, fix="Give a coarser one, or the sub-districts that are asked for.",
            cells=part.width * part.height, most=window.most,
        )  # fmt: skip
    values = np.ma.filled(source.read(window.band, window=part, masked=True).astype(float), 0.0)
    row, column = np.nonzero(np.isfinite(values) & (values != 0))
    table = pa.table({"row": row, "column": column, "value": values[row, column]})
    return Cells(tuple(source.window_transform(part))[:6], source.crs.to_wkt(), table)


def _part(source: Any, window: Window) -> Any:
    import numpy as np
    from rasterio.warp import transform_bounds
    from rasterio.windows import Window as Part
    from rasterio.windows import from_bounds

    if window.bounds is None:
        return Part(0, 0, source.width, source.height)  # pyright: ignore[reportCallIssue]
    west, south, east, north = window.bounds
    part = from_bounds(*transform_bounds(window.crs, source.crs, west, south, east, north), transform=source.transform)
    first = np.floor([part.row_off, part.col_off]).astype(int)
    last = np.ceil([part.row_off + part.height, part.col_off + part.width]).astype(int)
    first = np.clip(first, 0, [source.height, source.width])
    last = np.clip(last, first, [source.height, source.width])
    width, height = int(last[1] - first[1]), int(last[0] - first[0])
    return Part(int(first[1]), int(first[0]), width, height)  # pyright: ignore[reportCallIssue]

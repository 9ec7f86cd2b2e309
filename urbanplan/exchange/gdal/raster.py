"""A window of a GeoTIFF, or a whole grid of heights, read by a GDAL that has no driver but those of plain grids.

A driver can be forced for the file itself, not for the masks and overviews beside it: a host's process reads the window
in a worker process.
"""

from __future__ import annotations

import dataclasses
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from urbanplan.errors import GateError, MissingExtraError, RasterError, ResidentsError
from urbanplan.exchange.gate.admission import resolve_path
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
        ResidentsError: the raster has no CRS, or too many cells. RasterError: it cannot be read.
        MissingExtraError: rasterio is not installed.
    """
    if not drivers.closed():
        from urbanplan.exchange.gdal import client

        meta, table, _ = client.table("raster", dataclasses.asdict(window))
        return Cells(meta["transform"], meta["crs"], table)
    with open_tiff(window.path, window.where) as source:
        return _cells(source, window)


@dataclass(frozen=True)
class GridQuery:
    """A grid to read whole.

    Attributes:
        path: the file. where: its name in messages. band: from 1. most: cells read at most.
    """

    path: str
    where: str
    band: int
    most: int


@dataclass(frozen=True)
class Grid:
    """A band of a raster.

    Attributes:
        facts: ``transform`` (six numbers), ``crs`` (WKT), ``width``, ``height``, ``dtype`` as stored, ``scale`` (of a
            stored step) and ``unit`` (of the values, as the file says it).
        table: ``value``, row by row, null where void.
    """

    facts: dict[str, Any]
    table: pa.Table


def read_grid(query: GridQuery) -> Grid:
    """Read a band, scaled as the file says.

    Raises:
        RasterError: the raster has no CRS, no such band, too many cells, or cannot be read.
        MissingExtraError: rasterio is not installed.
    """
    if not drivers.closed():
        from urbanplan.exchange.gdal import client

        facts, table, _ = client.table("grid", dataclasses.asdict(query))
        return Grid(facts, table)
    with open_tiff(query.path, query.where) as source:
        return _grid(source, query)


def check_tiff(path: Path | str, *, root: Path | None = None) -> Path:
    """The file, when its first bytes are a TIFF's.

    Args:
        path: the file. root: a plan's folder in which it must lie.

    Raises:
        GateError: they are not. ExchangeError: there is no such file.
    """
    found = resolve_path(path, root=root)
    with found.open("rb") as stream:
        head = stream.read(4)
    if head not in (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"):
        raise GateError("this is no GeoTIFF", where=str(path), fix="Give a raster as .tif.")
    return found


def require_rasterio() -> ModuleType:
    """rasterio with its drivers, in a process whose drivers are closed.

    Raises:
        MissingExtraError: it is not installed.
    """
    try:
        return drivers.load_rasterio()
    except ImportError as error:
        raise MissingExtraError("reading rasters needs rasterio", fix="Install the extra 'raster'.") from error


def library_errors() -> tuple[type[Exception], ...]:
    """What rasterio raises over a file that GDAL or PROJ cannot work with."""
    from rasterio._err import CPLE_BaseError
    from rasterio.errors import CRSError, RasterioError

    return RasterioError, CRSError, CPLE_BaseError


@contextmanager
def open_tiff(path: str, where: str) -> Iterator[Any]:
    """A GeoTIFF, opened; what GDAL cannot do is an error at the file."""
    rasterio = require_rasterio()
    held = _held.get()
    try:
        if held is not None and held[0] == path:
            yield held[1]
            return
        with warnings.catch_warnings():  # that it lies nowhere is said by who needs its place
            warnings.simplefilter("ignore", rasterio.errors.NotGeoreferencedWarning)
            opened = rasterio.open(path, driver="GTiff")
        with opened as source:
            yield source
    except library_errors() as error:
        raise RasterError(
            "the raster cannot be read: {reason}",
            where=where, fix="Get it again from its source.", reason=str(error),
        ) from error  # fmt: skip


_HELD_BYTES = 64_000_000  # of decoded pixels that a raster which is held open keeps
_held: ContextVar[tuple[str, Any] | None] = ContextVar("held_tiff", default=None)  # a dataset belongs to one thread


@contextmanager
def hold_tiff(path: str, where: str) -> Iterator[None]:
    """Keep a GeoTIFF open: who opens it meanwhile has the same one, and what of it is decoded."""
    if not drivers.closed():  # it is read elsewhere
        yield
        return
    require_rasterio()
    from rasterio.env import Env

    with Env(GDAL_CACHEMAX=_HELD_BYTES), open_tiff(path, where) as source:
        token = _held.set((path, source))
        try:
            yield
        finally:
            _held.reset(token)


def _grid(source: Any, query: GridQuery) -> Grid:
    import numpy as np
    import pyarrow as pa

    if source.crs is None:
        raise RasterError("the raster declares no coordinate system", where=query.where, fix="Give it one.")
    if query.band > source.count:
        raise RasterError("the raster has no band {band}", where=query.where, fix="Choose one of {count}.",
                          band=query.band, count=source.count)  # fmt: skip
    if source.width * source.height > query.most:
        raise RasterError(
            "the raster has {cells} cells; {most} are read",
            where=query.where, fix="Give a coarser one, or cut it to the district.",
            cells=source.width * source.height, most=query.most,
        )  # fmt: skip
    values = source.read(query.band, masked=True)
    scale, offset = source.scales[query.band - 1], source.offsets[query.band - 1]
    heights = np.ma.filled(values.astype(np.float64), np.nan).ravel() * scale + offset
    facts = {
        "transform": list(source.transform)[:6], "crs": source.crs.to_wkt(), "dtype": str(values.dtype),
        "scale": scale, "unit": source.units[query.band - 1] or "", "width": source.width, "height": source.height,
    }  # fmt: skip
    return Grid(facts, pa.table({"value": heights}))


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

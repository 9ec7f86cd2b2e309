"""Population rasters: the cells near the streets, each with its people, as polygons."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from urbanplan.errors import GateError, MissingExtraError, ResidentsError
from urbanplan.exchange.gate.admission import resolve_path
from urbanplan.exchange.gate.drivers import load_rasterio
from urbanplan.network.graph import Network

if TYPE_CHECKING:
    import geopandas as gpd

MAX_CELLS = 50_000_000
"""Cells read at most."""


def read_raster_cells(path: Path | str, network: Network, *, margin: float = 0.0, band: int = 1) -> gpd.GeoDataFrame:
    """Peopled cells of a GeoTIFF around a network, as polygons in the network's CRS with a column ``residents``.

    Only the window of the streets' extent (grown by ``margin`` metres) is read; the raster may be in any CRS and hold
    nodata, which is no people.  Values are people in the cell, not densities.

    Raises:
        GateError: the file is not what its name says. ResidentsError: no CRS, or negative people.
        MissingExtraError: rasterio is not installed.
    """
    admitted = _check_tiff(path)
    try:
        rasterio = load_rasterio()
    except ImportError as error:
        raise MissingExtraError("reading rasters needs rasterio", fix="Install the extra 'raster'.") from error
    try:
        with rasterio.open(admitted, driver="GTiff") as source:
            if source.crs is None:
                raise ResidentsError("the raster declares no coordinate system", where=str(path), fix="Give it one.")
            window = _window(source, network, margin)
            if window.width * window.height > MAX_CELLS:
                raise ResidentsError(
                    "the raster has {cells} cells around the streets; {most} are read",
                    where=str(path),
                    fix="Give a coarser one.",
                    cells=window.width * window.height,
                    most=MAX_CELLS,
                )
            values = source.read(band, window=window, masked=True)
            return _to_cell_frame(values, source.window_transform(window), source.crs, network, str(path))
    except (rasterio.errors.RasterioError, rasterio.errors.CRSError) as error:
        raise ResidentsError(
            "the raster cannot be read: {reason}", where=str(path), fix="Get it again from its source.", reason=error
        ) from error


def _corner_coordinates(transform: Any, column: Any, row: Any) -> tuple[Any, Any]:
    """Coordinates of cell corners by the six numbers of the raster's transform."""
    a, b, c, d, e, f = tuple(transform)[:6]
    return a * column + b * row + c, d * column + e * row + f


def _check_tiff(path: Path | str) -> Path:
    """The file, when its first bytes are a TIFF's."""
    found = resolve_path(path)
    with found.open("rb") as stream:
        head = stream.read(4)
    if head not in (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"):
        raise GateError("this is no GeoTIFF", where=str(path), fix="Give a population raster as .tif.")
    return found


def _window(source: Any, network: Network, margin: float) -> Any:
    from rasterio.warp import transform_bounds
    from rasterio.windows import Window, from_bounds

    low, high = network.coords.min(axis=0) - margin, network.coords.max(axis=0) + margin
    bounds = transform_bounds(network.crs.to_wkt(), source.crs, *low, *high)
    window = from_bounds(*bounds, transform=source.transform)
    first = np.floor([window.row_off, window.col_off]).astype(int)
    last = np.ceil([window.row_off + window.height, window.col_off + window.width]).astype(int)
    first = np.clip(first, 0, [source.height, source.width])
    last = np.clip(last, first, [source.height, source.width])
    return Window(first[1], first[0], last[1] - first[1], last[0] - first[0])  # pyright: ignore[reportCallIssue]


def _to_cell_frame(values: Any, transform: Any, crs: Any, network: Network, where: str) -> gpd.GeoDataFrame:
    import geopandas as gpd

    people = np.ma.filled(values.astype(float), 0.0)
    people = np.where(np.isfinite(people), people, 0.0)
    if (people < 0).any():
        raise ResidentsError("the raster holds negative people", where=where, fix="Declare their value as nodata.")
    row, column = np.nonzero(people > 0)
    corners = [(column + dx, row + dy) for dx, dy in ((0, 0), (1, 0), (1, 1), (0, 1), (0, 0))]
    ring = np.stack([np.column_stack(_corner_coordinates(transform, *corner)) for corner in corners], axis=1)
    frame = gpd.GeoDataFrame(
        {"id": [f"{r}-{c}" for r, c in zip(row, column, strict=True)], "residents": people[row, column]},
        geometry=shapely.polygons(ring) if len(ring) else [],
        crs=crs.to_wkt(),
    )
    return frame.to_crs(network.crs)

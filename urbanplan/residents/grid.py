"""Population rasters: the cells near the streets, each with its people, as polygons."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from urbanplan.errors import GateError, ResidentsError
from urbanplan.exchange.gate.admission import resolve_path
from urbanplan.exchange.gdal import raster
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
    low, high = network.coords.min(axis=0) - margin, network.coords.max(axis=0) + margin
    window = raster.Window(
        path=str(_check_tiff(path)), where=str(path), bounds=[*low.tolist(), *high.tolist()],
        crs=network.crs.to_wkt(), band=band, most=MAX_CELLS,
    )  # fmt: skip
    return _polygons(raster.read(window), network, str(path))


def _corner_coordinates(transform: Any, column: Any, row: Any) -> tuple[Any, Any]:
    """Coordinates of cell corners by the six numbers of the raster's transform."""
    a, b, c, d, e, f = transform
    return a * column + b * row + c, d * column + e * row + f


def _check_tiff(path: Path | str) -> Path:
    """The file, when its first bytes are a TIFF's."""
    found = resolve_path(path)
    with found.open("rb") as stream:
        head = stream.read(4)
    if head not in (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"):
        raise GateError("this is no GeoTIFF", where=str(path), fix="Give a population raster as .tif.")
    return found


def _polygons(cells: raster.Cells, network: Network, where: str) -> gpd.GeoDataFrame:
    import geopandas as gpd

    row, column, people = (cells.table[name].to_numpy() for name in ("row", "column", "value"))
    if (people < 0).any():
        raise ResidentsError("the raster holds negative people", where=where, fix="Declare their value as nodata.")
    corners = [(column + dx, row + dy) for dx, dy in ((0, 0), (1, 0), (1, 1), (0, 1), (0, 0))]
    ring = np.stack([np.column_stack(_corner_coordinates(cells.transform, *corner)) for corner in corners], axis=1)
    frame = gpd.GeoDataFrame(
        {"id": [f"{r}-{c}" for r, c in zip(row, column, strict=True)], "residents": people},
        geometry=shapely.polygons(ring) if len(ring) else [],
        crs=cells.crs,
    )
    return frame.to_crs(network.crs)

"""Population rasters: the cells near the streets, each with its people, as polygons."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from urbanplan.errors import ResidentsError
from urbanplan.exchange.gdal import raster
from urbanplan.layer.crs import to_working_crs
from urbanplan.network.graph import Network
from urbanplan.network.walk.sources import make_valid

if TYPE_CHECKING:
    import geopandas as gpd

MAX_CELLS = 50_000_000
"""Cells read at most."""


def read_raster_cells(
    path: Path | str, network: Network, *, district: gpd.GeoDataFrame | None = None, band: int = 1
) -> gpd.GeoDataFrame:
    """Peopled cells of a GeoTIFF, as polygons in the network's CRS with a column ``residents``.

    Who counts is whoever lives in the district, else in the file; no walk and no street decides it.  The raster may be
    in any CRS and hold nodata, which is no people.  Values are people in the cell, not densities.

    Args:
        path: the raster. network: gives the CRS. band: from 1.
        district: polygons in the network's CRS; a cell on their rim counts by the share of its land inside.

    Raises:
        GateError: the file is not what its name says. RasterError: it cannot be read.
        ResidentsError: no CRS, or negative people.
        MissingExtraError: rasterio is not installed.
    """
    bounds = None if district is None else [float(end) for end in district.total_bounds]
    window = raster.Window(
        path=str(raster.check_tiff(path)), where=str(path), bounds=bounds,
        crs=network.crs.to_wkt(), band=band, most=MAX_CELLS,
    )  # fmt: skip
    cells = _polygons(raster.read(window), network, str(path))
    return cells if district is None else _inside(cells, district)


def _inside(cells: gpd.GeoDataFrame, district: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Cells cut to a district, their people by the share of their land in it."""
    land = make_valid(np.array([district.union_all()], dtype=object))[0]
    shapely.prepare(land)
    shapes = np.asarray(cells.geometry.array, dtype=object)
    rim = ~shapely.covers(land, shapes)
    part = shapes.copy()
    part[rim] = shapely.intersection(shapes[rim], land)
    share = shapely.area(part) / np.maximum(shapely.area(shapes), 1e-9)
    cut = cells.assign(residents=cells["residents"].to_numpy() * np.where(rim, share, 1.0), geometry=part)
    return cut[np.where(rim, share, 1.0) > 0].reset_index(drop=True)


def _corner_coordinates(transform: Any, column: Any, row: Any) -> tuple[Any, Any]:
    """Coordinates of cell corners by the six numbers of the raster's transform."""
    a, b, c, d, e, f = transform
    return a * column + b * row + c, d * column + e * row + f


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
    return to_working_crs(frame, network.crs, where=where)

"""The ground that the cells of a raster cover, row by row, in any CRS."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from urbanplan.errors import RasterError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.floating[Any]]

_SPAN = 10.0
"""Cells over which the size of one is taken: degrees have 15 digits only."""


def cell_sizes(crs: Any, transform: tuple[float, ...], shape: tuple[int, ...]) -> tuple[Floats, Floats, Floats]:
    """Area, width and height on the ground of a cell of each row, in m² and metres, at the row's middle.

    Longitude and latitude become metres by the radii of the ellipsoid, so no scale of a projection swells a cell.

    Raises:
        RasterError: the CRS is neither geographic nor projected.
    """
    if not (crs.is_geographic or crs.is_projected):
        raise RasterError("the coordinate system {crs} has no place on the ground", fix="Reproject the raster.",
                          crs=crs.name)  # fmt: skip
    a, b, c, d, e, f = transform
    rows, middle = np.arange(shape[0]) + 0.5, shape[1] / 2
    x, y = a * middle + b * rows + c, d * middle + e * rows + f
    across_east, across_north = _on_ground(crs, x, y, a * _SPAN / 2, d * _SPAN / 2)
    down_east, down_north = _on_ground(crs, x, y, b * _SPAN / 2, e * _SPAN / 2)
    area = np.abs(across_east * down_north - across_north * down_east) / _SPAN**2
    if not np.all(np.isfinite(area) & (area > 0)):
        raise RasterError("the coordinate system {crs} has no place on the ground", fix="Reproject the raster.",
                          crs=crs.name)  # fmt: skip
    return area, np.hypot(across_east, across_north) / _SPAN, np.hypot(down_east, down_north) / _SPAN


def _on_ground(crs: Any, x: Floats, y: Floats, dx: float, dy: float) -> tuple[Floats, Floats]:
    """Metres to the east and north from ``(x - dx, y - dy)`` to ``(x + dx, y + dy)``."""
    if crs.is_geographic:
        unit = np.degrees(crs.axis_info[0].unit_conversion_factor)
        first, last = ((x - dx) * unit, (y - dy) * unit), ((x + dx) * unit, (y + dy) * unit)
    else:
        from pyproj import Transformer

        inverse = Transformer.from_crs(crs, crs.geodetic_crs, always_xy=True)
        first, last = inverse.transform(x - dx, y - dy), inverse.transform(x + dx, y + dy)
    long = crs.ellipsoid.semi_major_metre
    eccentric = 1.0 - (crs.ellipsoid.semi_minor_metre / long) ** 2
    latitude = np.radians((first[1] + last[1]) / 2)
    bend = 1.0 - eccentric * np.sin(latitude) ** 2
    east = np.radians(last[0] - first[0]) * long / np.sqrt(bend) * np.cos(latitude)
    return east, np.radians(last[1] - first[1]) * long * (1.0 - eccentric) / bend**1.5

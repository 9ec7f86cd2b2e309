"""Elevation: a grid of heights in metres, with the ground that each cell covers."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from urbanplan.errors import RasterError
from urbanplan.exchange.gdal import raster
from urbanplan.raster.cells import cell_sizes
from urbanplan.raster.kernels.compiled import HAS_COMPILER

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from pyproj import CRS

    from urbanplan.layer.layer import Layer

    Floats = NDArray[np.floating[Any]]

MAX_CELLS = 200_000_000
"""Cells read at most."""
MAX_PLAIN_CELLS = 1_000_000
"""Cells worked on at most where no compiler is installed."""
_METRES = {
    "": 1.0, "m": 1.0, "metre": 1.0, "metres": 1.0, "meter": 1.0, "meters": 1.0, "米": 1.0,
    "cm": 0.01, "mm": 0.001, "ft": 0.3048, "foot": 0.3048, "feet": 0.3048,
    "us-ft": 1200 / 3937, "ftus": 1200 / 3937, "us survey foot": 1200 / 3937,
}  # fmt: skip
_STEPS = (1.0, 0.5, 0.1, 0.05, 0.01)


@dataclass(frozen=True, eq=False)
class Elevation:
    """Heights of the ground.

    Attributes:
        heights: rows x columns, metres, NaN where void; the first row is the raster's first.
        transform: a, b, c, d, e, f: ``x = a column + b row + c``, ``y = d column + e row + f`` at a cell's corner.
        crs: of the raster. name: what it is called.
        step: metres between neighbouring values of the heights, 0 where they are finer than 0.01 m.
        facts: what the file says of itself.
    """

    heights: Floats
    transform: tuple[float, ...]
    crs: CRS
    name: str = "elevation"
    step: float = 0.0
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def voids(self) -> int:
        """Cells without a height."""
        return int(np.count_nonzero(np.isnan(self.heights)))

    @property
    def rounding(self) -> float:
        """Metres that a height may be off by its rounding alone: half a step."""
        return self.step / 2

    @cached_property
    def row_area(self) -> Floats:
        """Ground that a cell of each row covers, m²."""
        return self._sizes[0]

    @cached_property
    def steepness(self) -> Floats:
        """One over the metres from a cell of each row to its eight neighbours: rows x 8."""
        _, width, height = self._sizes
        across = np.hypot(width, height)
        return 1.0 / np.column_stack([across, height, across, width, width, across, height, across])

    @cached_property
    def _sizes(self) -> tuple[Floats, Floats, Floats]:
        return cell_sizes(self.crs, self.transform, self.heights.shape)

    def to_coordinates(self, column: Any, row: Any) -> tuple[Any, Any]:
        """Coordinates in the raster's CRS; a cell's centre is at half a column and row."""
        a, b, c, d, e, f = self.transform
        return a * column + b * row + c, d * column + e * row + f

    def to_cells(self, x: Any, y: Any) -> tuple[Any, Any]:
        """Columns and rows, with fractions, of coordinates in the raster's CRS."""
        a, b, c, d, e, f = self.transform
        whole = a * e - b * d
        return (e * (x - c) - b * (y - f)) / whole, (a * (y - f) - d * (x - c)) / whole

    def with_heights(self, heights: Floats) -> Elevation:
        """The same grid with other heights."""
        return Elevation(heights, self.transform, self.crs, self.name, self.step, self.facts)


def read_elevation(path: Path | str, *, band: int = 1, unit: str | None = None) -> Elevation:
    """Read the heights of a GeoTIFF in any CRS.

    Args:
        path: the file. band: from 1. unit: of the heights; what the file says unless given, else metres.

    Raises:
        GateError: the file is no GeoTIFF. MissingExtraError: rasterio is not installed.
        RasterError: it declares no CRS, has no such band or no height at all, or too many cells.
    """
    where = str(path)
    found = raster.check_tiff(path)
    grid = raster.read_grid(raster.GridQuery(str(found), where, band, MAX_CELLS))
    return _from_grid(grid, name=Path(path).stem, where=where, unit=unit)


def elevation_from_layer(layer: Layer) -> Elevation:
    """The heights of a plan's layer of type ``elevation``.

    Raises:
        RasterError: the layer bears no grid, or no height.
    """
    grid = layer.grid
    if grid is None:
        raise RasterError("layer {name} is no raster of heights", fix="Give a GeoTIFF.", name=layer.name)
    return _from_grid(grid, name=layer.name, where=layer.file, unit=None)


def _from_grid(grid: raster.Grid, *, name: str, where: str, unit: str | None) -> Elevation:
    facts = grid.facts
    factor = _factor(facts["unit"] if unit is None else unit, where)
    heights = grid.table["value"].to_numpy().reshape(facts["height"], facts["width"])
    heights = heights * factor if factor != 1.0 else np.array(heights)
    return elevation_from_array(
        heights, transform=facts["transform"], crs=facts["crs"], name=name, where=where,
        step=_step(heights, facts["dtype"], facts["scale"] * factor),
    )  # fmt: skip


def elevation_from_array(
    heights: Any, *, transform: Any, crs: Any, name: str = "elevation", step: float | None = None, where: str = ""
) -> Elevation:
    """Heights of an array.

    Args:
        heights: rows x columns, metres, NaN or masked where void.
        transform: the six numbers a, b, c, d, e, f, as an ``Affine`` begins. crs: anything that pyproj reads.
        name: what it is called. step: between neighbouring values, sought unless given. where: for messages.

    Raises:
        RasterError: there is no height, or a cell has no extent. CrsError: the CRS is unknown.
    """
    from urbanplan.layer.crs import parse_crs

    whole = np.ma.asarray(heights)
    kind, values = str(whole.dtype), np.ma.filled(whole.astype(np.float64), np.nan)
    values = np.where(np.isfinite(values), values, np.nan)
    if values.ndim != 2 or np.isnan(values).all():
        raise RasterError("the elevation holds no height", where=where or name, fix="Check its nodata value.")
    if not HAS_COMPILER and values.size > MAX_PLAIN_CELLS:
        raise RasterError("{cells} cells take too long without a compiler", where=where or name,
                          fix="Install the extra 'fast'.", cells=values.size)  # fmt: skip
    numbers = tuple(float(number) for number in tuple(transform)[:6])
    if abs(numbers[0] * numbers[4] - numbers[1] * numbers[3]) == 0.0:
        raise RasterError("the cells of the elevation have no extent", where=where or name, fix="Georeference it.")
    found = _step(values, kind, 1.0) if step is None else step
    return Elevation(np.ascontiguousarray(values), numbers, parse_crs(crs, where=where), name, found)


def _factor(unit: str, where: str) -> float:
    factor = _METRES.get(unit.strip().lower())
    if factor is None:
        raise RasterError("heights in {unit} are not understood", where=where, fix="Give them in metres or feet.",
                          unit=unit)  # fmt: skip
    return factor


def _step(heights: Any, dtype: str, scale: float) -> float:
    """Metres between neighbouring values: their scale, else the coarsest that all are multiples of."""
    if np.dtype(dtype).kind in "iu":
        return abs(scale)
    values = np.asarray(heights)
    values = values[np.isfinite(values)][:: max(1, values.size // 100_000)]
    precise = 1e-6 * np.maximum(np.abs(values), 1.0) if dtype == "float32" else 1e-9
    for step in _STEPS:
        if np.all(np.abs(values - np.round(values / step) * step) <= np.minimum(precise, step / 100)):
            return step
    return 0.0

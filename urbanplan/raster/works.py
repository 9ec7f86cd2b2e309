"""Works on a ground: what cuts it (culverts, underpasses, lowered outlets) and what takes water out of it (pipes)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from urbanplan.raster.elevation import Elevation
from urbanplan.raster.sampling import Samples, sample

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    from urbanplan.raster.basins import Basins

    Floats = NDArray[np.floating[Any]]


def cut(elevation: Elevation, lines: gpd.GeoDataFrame, *, level: Any = None) -> Elevation:
    """The ground with lines cut into it; nothing is raised.

    Args:
        elevation: the ground. lines: culverts, underpasses or outlets, in a projected CRS.
        level: height of the bottom of each line, metres, NaN where unknown: then the higher of the ground at its two
            ends.
    """
    cells = sample(lines, elevation)
    heights = elevation.heights.copy()
    flat = heights.ravel()
    given = np.full(len(lines), np.nan) if level is None else np.asarray(level, float)
    bottom = np.where(np.isnan(given), _higher_end(cells, flat, len(lines)), given)
    kept = (cells.cell >= 0) & ~np.isnan(bottom[cells.feature])
    np.fmin.at(flat, cells.cell[kept], bottom[cells.feature[kept]])
    flat[np.isnan(elevation.heights.ravel())] = np.nan
    return elevation.with_heights(heights)


def _higher_end(cells: Samples, heights: Floats, count: int) -> Floats:
    """The higher of the heights at the first and last cell of each line; NaN where one is beyond the grid."""
    found = np.full(count, np.nan)
    at = cells.values(heights)
    first = np.searchsorted(cells.feature, np.arange(count))
    last = np.searchsorted(cells.feature, np.arange(count), side="right") - 1
    some = last >= first
    found[some] = np.maximum(at[first[some]], at[last[some]])
    return found


def pipe_volumes(basins: Basins, lines: gpd.GeoDataFrame, volume_m3: Any) -> Floats:
    """What pipes take of each basin, m³ by label: each of the basin in which its line lies lowest.

    Args:
        basins: the ground. lines: where the pipes take water in. volume_m3: of each, in the whole rain; NaN for none.
    """
    cells = sample(lines, basins.elevation)
    height = cells.values(basins.elevation.heights)
    order = np.lexsort((height, cells.feature))
    feature, first = np.unique(cells.feature[order], return_index=True)
    cell = cells.cell[order][first]
    volume = np.nan_to_num(np.asarray(volume_m3, float))[feature]
    label = basins.label.ravel()[np.maximum(cell, 0)]
    taken = np.zeros(basins.labels)
    kept = (cell >= 0) & (label > 0)
    np.add.at(taken, label[kept], volume[kept])
    return taken

"""Routing over a grid: flow directions, also over filled flats, and the area that drains through each cell."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from urbanplan.raster.elevation import Elevation
from urbanplan.raster.fill import fill
from urbanplan.raster.kernels.directions import COLUMN_STEP, ROW_STEP, accumulate, cross_flats, descend

if TYPE_CHECKING:
    from numpy.typing import NDArray

ALL_OPEN = np.ones(4, np.bool_)


def flow_directions(elevation: Elevation, *, filled: bool = True) -> NDArray[np.uint8]:
    """Where the water of each cell goes.

    Args:
        elevation: the ground. filled: over the filled surface, from which all water leaves; else over the ground.

    Returns:
        rows x columns: 0..7 the neighbour to the north-west, north, north-east, west, east, south-west, south,
        south-east; 8 over the border or into a void; 10 a pit, where the ground is not filled; 255 void.
    """
    surface = fill(elevation.heights).levels if filled else elevation.heights
    code = descend(surface, elevation.steepness, ALL_OPEN, ROW_STEP, COLUMN_STEP)
    cross_flats(surface, code, ROW_STEP, COLUMN_STEP)
    return code


def contributing_area(elevation: Elevation) -> NDArray[np.float64]:
    """Ground that drains through each cell of the filled surface, itself included: rows x columns, m²; 0 where void."""
    return accumulate(flow_directions(elevation), elevation.row_area, ROW_STEP, COLUMN_STEP)

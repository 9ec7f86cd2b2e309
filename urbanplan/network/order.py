"""The order of nodes in memory: along a Hilbert curve."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

LEVEL = 7
SIDE = 2**LEVEL


def hilbert_order(points: NDArray[np.float64]) -> NDArray[np.int64]:
    """Place of each point: on a Hilbert curve of 2^7 x 2^7 square cells over the extent, within a cell on another.

    The curve is geopandas'. It takes geometries only, and to make them of a million points costs more than the curve:
    it is asked once for the cells.
    """
    low = points.min(axis=0)
    side = max(float((points.max(axis=0) - low).max()), 1e-9)
    fine = np.minimum((points - low) / side * SIDE**2, SIDE**2 - 1).astype(np.int64)
    (x, y), (inner_x, inner_y) = (fine >> LEVEL).T, (fine & (SIDE - 1)).T
    curve = _curve()
    return curve[x, y] * SIDE**2 + curve[inner_x, inner_y]


@cache
def _curve() -> NDArray[np.int64]:
    """Place of each cell on the curve."""
    from geopandas import GeoSeries

    x, y = np.indices((SIDE, SIDE)).reshape(2, -1)
    place = GeoSeries.from_xy(x, y).hilbert_distance(level=LEVEL)
    return np.asarray(place, dtype=np.int64).reshape(SIDE, SIDE)

"""Outlines of cells that belong together, as polygons in the grid's CRS."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from urbanplan.raster.elevation import Elevation

if TYPE_CHECKING:
    from numpy.typing import NDArray


def outline(elevation: Elevation, group: NDArray[Any]) -> tuple[NDArray[np.int64], NDArray[Any]]:
    """A polygon for each group of cells.

    Args:
        elevation: the grid. group: rows x columns, 0 where none.

    Returns:
        The groups, ascending, and their polygons, several parts where cells touch at a corner only.
    """
    flat = group.ravel()
    columns = group.shape[1]
    new = np.flatnonzero(np.diff(flat, prepend=0) != 0)
    starts = np.union1d(new, np.arange(0, flat.size, columns))  # no run goes over the end of a row
    ends = np.append(starts[1:], flat.size)
    kept = flat[starts] > 0
    starts, ends = starts[kept], ends[kept]
    row, left, right = starts // columns, starts % columns, (ends - 1) % columns + 1
    runs = shapely.box(left.astype(float), row.astype(float), right.astype(float), row + 1.0)
    order = np.argsort(flat[starts], kind="stable")
    groups, first = np.unique(flat[starts][order], return_index=True)
    parts = np.split(runs[order], first[1:]) if len(groups) else []
    joined = np.array([shapely.union_all(part) for part in parts], dtype=object)
    placed = shapely.transform(joined, lambda at: np.column_stack(elevation.to_coordinates(at[:, 0], at[:, 1])))
    return groups.astype(np.int64), placed

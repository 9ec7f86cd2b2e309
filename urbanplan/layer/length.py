"""Length of lines, stretches on the same line counted once."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely

_NODING_GRID_M = 1e-4  # m: lines nearer than this are the same line


def plane_length(geometries: Any) -> float:
    """Summed plane length in the CRS' unit; missing geometries count nothing."""
    return float(np.nansum(shapely.length(np.asarray(geometries, dtype=object))))


def dissolved_length(geometries: Any, *, grid: float = _NODING_GRID_M) -> float:
    """Length of the lines' union: parts that run on the same line count once.

    Args:
        geometries: array of lines in a projected CRS.
        grid: size of the noding grid in metres, so that lines drawn twice with rounding still fall together;
            it decides only which stretches are the same, lines that touch nothing keep their exact length.
    """
    lines = np.asarray(geometries, dtype=object)
    lines = lines[~shapely.is_missing(lines)]
    if not lines.size:
        return 0.0
    tree = shapely.STRtree(lines)
    left, right = tree.query(lines, predicate="dwithin", distance=grid)
    touching = np.zeros(len(lines), dtype=bool)
    forward = left < right
    left, right = left[forward], right[forward]
    along = shapely.length(shapely.intersection(lines[left], lines[right], grid_size=grid)) > grid
    touching[left[along]] = touching[right[along]] = True
    alone = float(shapely.length(lines[~touching]).sum())
    if not touching.any():
        return alone
    return alone + float(shapely.length(shapely.union_all(lines[touching], grid_size=grid)))

"""Length of lines, stretches on the same line counted once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from urbanplan.layer.rings import split_parts

if TYPE_CHECKING:
    from numpy.typing import NDArray

NODING_GRID_M = 1e-4  # m: lines nearer than this are the same line
_MAX_SINE = 0.01  # of the angle between segments that may run on one line for more than 2 cm
_BLOCK = 2_000  # pairs of lines intersected in one piece


def plane_length(geometries: Any) -> float:
    """Summed plane length in the CRS' unit; missing geometries count nothing."""
    return float(np.nansum(shapely.length(np.asarray(geometries, dtype=object))))


def dissolved_length(geometries: Any, *, grid: float = NODING_GRID_M) -> float:
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
    touching = _run_together(lines, grid)
    alone = float(shapely.length(lines[~touching]).sum())
    if not touching.any():
        return alone
    rounded = shapely.normalize(shapely.set_precision(lines[touching], grid, mode="pointwise"))
    each = shapely.from_wkb(np.unique(shapely.to_wkb(rounded)))  # a line drawn a thousand times is one
    return alone + float(shapely.length(shapely.union_all(each, grid_size=grid)))


def lines_together(geometries: Any, *, grid: float = NODING_GRID_M) -> NDArray[np.bool_]:
    """True for each line that runs on another for more than the grid, shape (n,); null geometries are none."""
    lines = np.asarray(geometries, dtype=object)
    found = np.zeros(len(lines), dtype=bool)
    drawn = np.flatnonzero(~shapely.is_missing(lines))
    if drawn.size:
        found[drawn] = _run_together(lines[drawn], grid)
    return found


def once_drawn(geometries: Any, *, grid: float = NODING_GRID_M) -> NDArray[np.object_]:
    """The lines, a stretch that one of them runs there and back or draws again only once; null geometries stay null.

    Args:
        geometries: array of lines in a projected CRS. grid: as in :func:`dissolved_length`.
    """
    lines = np.array(geometries, dtype=object)
    rounded = shapely.set_precision(lines, grid, mode="pointwise")
    winding = np.flatnonzero(~shapely.is_simple(rounded) & ~shapely.is_missing(lines))  # few
    once = shapely.union(lines[winding], lines[winding], grid_size=grid)
    repeats = shapely.length(lines[winding]) - shapely.length(once) > grid
    lines[winding[repeats]] = once[repeats]
    return lines


def _run_together(lines: NDArray[np.object_], grid: float) -> NDArray[np.bool_]:
    """True for each line that runs on the same line as another for more than the grid, shape (n,).

    Many lines through one place cross and do not run together: only pairs with nearly parallel segments beside each
    other are intersected, and of those that are known to run together no further pair.
    """
    found = np.zeros(len(lines), dtype=bool)
    left, right = _parallel_pairs(lines, grid)
    for start in range(0, len(left), _BLOCK):
        one, other = left[start : start + _BLOCK], right[start : start + _BLOCK]
        open_ = ~(found[one] & found[other])
        one, other = one[open_], other[open_]
        along = shapely.length(shapely.intersection(lines[one], lines[other], grid_size=grid)) > grid
        found[one[along]] = found[other[along]] = True
    return found


def lines_along_others(geometries: Any, group: NDArray[np.intp], *, grid: float = NODING_GRID_M) -> NDArray[np.bool_]:
    """True for each line of a group that runs on a line of no or another group for more than the grid, shape (n,).

    Args:
        geometries: array of lines, null ones among them. group: number of each line's group, -1 of none.
    """
    lines = np.asarray(geometries, dtype=object)
    drawn = np.flatnonzero(~shapely.is_missing(lines))
    left, right = (drawn[rows] for rows in _parallel_pairs(lines[drawn], grid))
    asked = (group[left] != group[right]) & ((group[left] >= 0) | (group[right] >= 0))
    left, right = left[asked], right[asked]
    along = shapely.length(shapely.intersection(lines[left], lines[right], grid_size=grid)) > grid
    found = np.zeros(len(lines), dtype=bool)
    found[np.union1d(left[along], right[along])] = True
    return found & (group >= 0)


def _parallel_pairs(lines: NDArray[np.object_], grid: float) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Pairs of lines, the first the lower row, with segments nearer than the grid that are nearly parallel."""
    parts, row = split_parts(lines)
    points, part = shapely.get_coordinates(parts, return_index=True)
    first = np.flatnonzero(part[1:] == part[:-1])
    ends = points.take(np.stack([first, first + 1], axis=1), axis=0)
    step, owner = ends[:, 1] - ends[:, 0], row[part[first]]
    long = np.hypot(*step.T)
    segments: Any = shapely.linestrings(ends)
    found = [np.empty((0, 2), dtype=np.intp)]
    tree = shapely.STRtree(segments)
    for start in range(0, len(segments), _BLOCK):
        one, other = tree.query(segments[start : start + _BLOCK], predicate="dwithin", distance=grid)
        one = one + start
        forward = owner[one] < owner[other]
        one, other = one[forward], other[forward]
        across = np.abs(step[one, 0] * step[other, 1] - step[one, 1] * step[other, 0])
        shorter = np.minimum(long[one], long[other])
        beside = across * shorter <= np.maximum(_MAX_SINE * shorter, 4 * grid) * long[one] * long[other]
        found.append(np.unique(np.column_stack([owner[one[beside]], owner[other[beside]]]), axis=0))
    pairs = np.unique(np.concatenate(found), axis=0)
    return pairs[:, 0], pairs[:, 1]

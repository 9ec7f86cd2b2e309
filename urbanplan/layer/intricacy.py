"""How often the lines of a layer meet, counted before any overlay: its work grows with that number.

A star of streets through one place, combs across one another or a thousand equal
parcels have as many meetings as the square of their lines; no algorithm that
gives them all can be fast.  Such a layer is refused with its limit.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from urbanplan.errors import LayerError
from urbanplan.layer.rings import split_parts, split_rings
from urbanplan.model.limits import CROSSINGS_VARIABLE, crossing_limit, knot_limit

if TYPE_CHECKING:
    from numpy.typing import NDArray

_MAX_CELLS = 12  # of a grid that a box takes on average
_SLOTS = 4  # that cells are counted in, for each box
_FIRST_BLOCK, _LARGEST_BLOCK = 64, 65_536  # rows asked at once: few until it is clear how many pairs they have


def check_intricacy(shapes: Any, ids: Any, *, where: str = "") -> None:
    """Refuse a layer whose segments meet too often for its size.

    Args:
        shapes: geometries, shape (n,). ids: names of them, for the message. where: the file or layer.

    Raises:
        LayerError: the boxes of its segments meet more often than :func:`urbanplan.model.limits.crossing_limit` lets,
            or those of one polygon that crosses itself than :func:`urbanplan.model.limits.knot_limit`.
    """
    _check_knots(shapes, ids, where)
    low, high, owner = _segment_boxes(shapes)
    limit = crossing_limit(len(low))
    if len(low) * (len(low) - 1) // 2 <= limit or _cell_bound(low, high) <= limit:
        return
    boxes: Any = shapely.box(*low.T, *high.T)
    total, most, busiest = 0, 0, 0
    for left, _ in box_pairs(boxes):
        total += len(left)
        here = np.bincount(left)
        if here.max(initial=0) > most:
            most, busiest = int(here.max()), int(here.argmax())
        if total > limit:
            raise _too_intricate(limit, ids, int(owner[busiest]), where)


def _check_knots(shapes: Any, ids: Any, where: str) -> None:
    """Refuse a polygon that crosses itself too often: what makes it valid takes the square of its crossings."""
    rows = np.asarray(shapes, dtype=object)
    many = np.flatnonzero(shapely.get_dimensions(rows) == 2)
    many = many[shapely.get_num_coordinates(rows[many]) ** 2 > 2 * knot_limit(0)]
    for row in many[~shapely.is_valid(rows[many])].tolist():
        low, high, _ = _segment_boxes(rows[row : row + 1])
        limit, total = knot_limit(len(low)), 0
        for left, right in box_pairs(shapely.box(*low.T, *high.T)):
            total += int((right - left > 1).sum())  # neighbours share a corner
            if total > limit:
                raise _too_intricate(limit, ids, row, where)


def _too_intricate(limit: int, ids: Any, row: int, where: str) -> LayerError:
    return LayerError(
        "its lines meet more than {limit} times, most often at feature {feature}",
        where=where,
        fix="Mend what is drawn many times over one place, or set {variable} to a larger number.",
        limit=limit,
        feature=str(np.asarray(ids, dtype=object)[row])[:60],
        variable=CROSSINGS_VARIABLE,
    )


def _segment_boxes(shapes: Any) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.intp]]:
    """Lower left and upper right corners of all segments, shape (m, 2), and the rows they belong to."""
    lines, owners = split_parts(shapes)
    line = shapely.get_dimensions(lines) == 1
    if not line.all():
        rings, ring_of = split_rings(lines)
        lines, owners = np.concatenate([rings, lines[line]]), np.concatenate([owners[ring_of], owners[line]])
    points, line = shapely.get_coordinates(lines, return_index=True)
    inner = np.flatnonzero(line[1:] == line[:-1])
    first, second = points.take(inner, axis=0), points.take(inner + 1, axis=0)
    if not np.isfinite(points).all():
        fine = np.isfinite(first).all(axis=1) & np.isfinite(second).all(axis=1)
        first, second, inner = first.compress(fine, axis=0), second.compress(fine, axis=0), inner[fine]
    return np.minimum(first, second), np.maximum(first, second), owners[line[inner]]


def _cell_bound(low: NDArray[np.float64], high: NDArray[np.float64]) -> int:
    """At least as many as there are pairs of boxes that meet: each pair is together in a cell of a grid."""
    (x, y), (to_x, to_y) = (np.ascontiguousarray(corner.T) for corner in (low, high))
    left, bottom = float(x.min()), float(y.min())
    extent = max(float(to_x.max()) - left, float(to_y.max()) - bottom)
    size = max(float(np.maximum(to_x - x, to_y - y).mean()) * 1.25, extent / 2**20, 1e-6)
    while float((((to_x - x) / size + 1) * ((to_y - y) / size + 1)).mean()) > _MAX_CELLS:
        size *= 2
    (column, last_column), (row, last_row) = (
        [((side - origin) / size).astype(np.int64) for side in sides]  # none is below the origin
        for origin, sides in ((left, (x, to_x)), (bottom, (y, to_y)))
    )
    tall = last_row - row + 1
    cells = (last_column - column + 1) * tall
    rows = int(last_row.max()) + 1
    slots = _SLOTS * len(low) + 1  # cells that fall together only raise the number
    first, small = column * rows + row, cells == 1
    held = np.bincount(first[small] % slots, minlength=slots)
    first, tall, cells = first[~small], tall[~small], cells[~small]
    high_of = np.repeat(tall, cells)
    number = np.arange(int(cells.sum())) - np.repeat(np.cumsum(cells) - cells, cells)  # of a cell in its box
    over = number // high_of  # columns right of the box's first
    keys = np.repeat(first, cells) + number + over * (rows - high_of)
    held += np.bincount(keys % slots, minlength=slots)
    return int((held * (held - 1) // 2).sum())


def box_pairs(shapes: Any, others: Any = None) -> Iterator[tuple[NDArray[np.intp], NDArray[np.intp]]]:
    """Pairs of rows whose boxes meet, block by block of the first row; shapes may be None.

    Args:
        shapes: shape (n,). others: those of the second row; else it is one of ``shapes``, the first row lower.
    """
    tree = shapely.STRtree(shapes if others is None else others)
    start, block = 0, _FIRST_BLOCK
    while start < len(shapes):
        left, right = tree.query(shapes[start : start + block])
        left = left + start
        if others is None:
            forward = left < right
            left, right = left[forward], right[forward]
        yield left, right
        start += block
        if len(left) < 16 * block:
            block = min(2 * block, _LARGEST_BLOCK)

"""Overlay of lines by polygons: each line cut at every border, every metre of it in one piece and no other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from urbanplan.layer.identity_overlay import OverlayPieces, disjoint_cells, number_sets, union_by_group

if TYPE_CHECKING:
    from numpy.typing import NDArray

_LINE = 1  # dimension


def line_overlay(lines: Any, others: Any, values: Any) -> OverlayPieces:
    """Cut lines by polygons; what runs along a border counts to the first of the values beside it.

    Args:
        lines: lines or None, shape (n,). others: valid polygons or None, shape (m,).
        values: what each of the others stands for, whole numbers, shape (m,); a line's metres under one value are one
            piece.

    Returns:
        Pieces whose ``areas`` are lengths in the unit of the coordinates; those under nothing have no value.

    Raises:
        LayerError: more pairs of polygons meet than are computed with.
    """
    shapes = np.asarray(lines, dtype=object)
    cells, sets = disjoint_cells(np.asarray(others, dtype=object), np.asarray(values, dtype=np.intp))
    kinds, code = number_sets(sets)
    parts, owner = _cut(shapes, cells)
    own = np.full(len(parts), len(kinds), dtype=np.intp)
    if len(cells) and len(parts):
        middle = shapely.line_interpolate_point(parts, 0.5, normalized=True)
        part, cell = shapely.STRtree(cells).query(middle, predicate="intersects")
        np.minimum.at(own, part, code[cell])
    pairs, group = np.unique(np.column_stack([owner, own]), axis=0, return_inverse=True)
    lengths = np.bincount(group.ravel(), shapely.length(parts), minlength=len(pairs)).astype(np.float64)
    joined = shapely.line_merge(union_by_group(parts, group.ravel(), len(pairs)))
    named = [*kinds, ()]
    return OverlayPieces(pairs[:, 0], [named[one] for one in pairs[:, 1]], joined, lengths)


def _cut(lines: NDArray[np.object_], cells: NDArray[np.object_]) -> tuple[NDArray[np.object_], NDArray[np.intp]]:
    """Parts of lines between borders and along them, and the row of each; their lengths sum to the lines'."""
    near, cell = shapely.STRtree(cells).query(lines, predicate="intersects")
    borders = union_by_group(shapely.boundary(cells[cell]), near, len(lines))
    between = np.where(shapely.is_missing(borders), lines, shapely.difference(lines, borders))
    along = shapely.intersection(lines, borders)
    parts, owner = shapely.get_parts(np.concatenate([between, along]), return_index=True)
    kept = (shapely.get_dimensions(parts) == _LINE) & (shapely.length(parts) > 0)
    return parts[kept], owner[kept] % max(len(lines), 1)

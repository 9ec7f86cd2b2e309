"""Land that polygons cover, counted once by inclusion and exclusion of what they share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from urbanplan.layer.polygons import polygon_parts

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from urbanplan.layer.overlaps import SharedPieces

    Ints = NDArray[np.intp]
    Shapes = NDArray[np.object_]

_MAX_GROWTH = 4  # groups of one more polygon that are looked at, for each pair


def surplus_area(shapes: Shapes, found: SharedPieces, *, tolerance: float) -> float | None:
    """The area that the sum of the areas of some polygons counts too often.

    What pairs share is taken off, what three share is added again, and so on.

    Args:
        shapes: valid, shape (n,). found: what their pairs share. tolerance: shared area of a pair that is none.

    Returns:
        None where pairs are not all known, or too many polygons lie over one another: a union is faster then.
    """
    if found.compared < len(shapes):
        return None
    area = shapely.area(found.pieces)
    kept = np.flatnonzero(area > tolerance)
    pairs = np.column_stack([found.left[kept], found.right[kept]])
    pairs, kept = pairs[order := np.lexsort(pairs.T[::-1])], kept[order]
    group, pieces, total, sign = pairs, found.pieces[kept], float(area[kept].sum()), -1.0
    while len(group):
        at, new = _extend(group, pairs, len(shapes))
        if len(at) > _MAX_GROWTH * len(pairs):
            return None
        pieces = np.asarray(shapely.intersection(_solid(pieces[at]), shapes[new]), dtype=object)
        area = shapely.area(pieces)
        shared = np.flatnonzero(area > 0)
        group, pieces = np.column_stack([group[at], new])[shared], pieces[shared]
        total, sign = total + sign * float(area[shared].sum()), -sign
    return total


def _extend(group: Ints, pairs: Ints, count: int) -> tuple[Ints, Ints]:
    """Groups with a further polygon, of a higher number, that pairs with each of theirs: number of group, polygon."""
    first, last = (np.searchsorted(pairs[:, 0], group[:, -1], side=side) for side in ("left", "right"))
    at = np.repeat(np.arange(len(group)), last - first)
    new = pairs[np.arange(len(at)) - np.repeat(np.cumsum(last - first) - last, last - first), 1]
    keys = pairs[:, 0] * count + pairs[:, 1]
    for member in group.T[:-1]:
        wanted = member[at] * count + new
        there = keys[np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)] == wanted
        at, new = at[there], new[there]
    return at, new


def _solid(pieces: Shapes) -> Shapes:
    """Pieces without the lines and points along which polygons touch beside what they share."""
    mixed = shapely.get_type_id(pieces) == shapely.GeometryType.GEOMETRYCOLLECTION
    if mixed.any():
        parts, owner = polygon_parts(pieces[mixed], np.arange(int(mixed.sum())))
        pieces = pieces.copy()
        pieces[mixed] = shapely.multipolygons(parts, indices=owner)
    return pieces

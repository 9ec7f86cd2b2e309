"""Identity overlay: polygons of one layer split by those of another, every square metre in one piece and no other.

Land under one value of the second layer, land under several (its polygons overlap) and land under none are pieces of
their own, so that the pieces of a polygon sum to it.  All is computed from a local origin, where a coordinate's last
bit is a picometre; the shift there and back is exact.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from urbanplan.errors import LayerError
from urbanplan.layer.overlaps import SharedPieces, shared_pieces
from urbanplan.layer.polygons import polygon_parts

if TYPE_CHECKING:
    from numpy.typing import NDArray

RESIDUE = 1e-10  # share of a polygon's area that is rounding, not a piece


@dataclass(frozen=True, eq=False)
class OverlayPieces:
    """The pieces of an identity overlay, of each polygon those under values first, then what is left.

    Attributes:
        left: row of the first layer. values: of the second layer, ascending numbers; empty where it covers nothing,
            several where its polygons overlap. shapes: polygons. areas: plane, in the square of the CRS' unit.
    """

    left: NDArray[np.intp]
    values: list[tuple[int, ...]]
    shapes: NDArray[np.object_]
    areas: NDArray[np.float64]


def identity_overlay(polygons: Any, others: Any, values: Any) -> OverlayPieces:
    """Split polygons by others.

    Args:
        polygons: valid polygons or None, shape (n,). others: valid polygons or None, shape (m,).
        values: what each of the others stands for, whole numbers, shape (m,); land of one value is one piece.

    Raises:
        LayerError: more pairs meet than are computed with.
    """
    origin = _origin(polygons)
    near, far = (_shift(shapes, -origin) for shapes in (polygons, others))
    cells, sets = disjoint_cells(far, np.asarray(values, dtype=np.intp))
    found = _all_shared_pieces(near, cells)
    parts, pair = polygon_parts(found.pieces, np.arange(len(found.left)))
    left, cell = found.left[pair], found.right[pair]
    kinds, code = number_sets(sets)
    shapes, left, code = _union_groups(parts, left, code[cell] if len(code) else np.empty(0, dtype=np.intp))
    rest, rest_left = _uncovered(near, shapes, left)
    shapes, left = np.concatenate([shapes, rest]), np.concatenate([left, rest_left])
    code = np.concatenate([code, np.full(len(rest), len(kinds), dtype=np.intp)])
    order = np.lexsort((code, left))
    pieces = shapes[order]
    named = [*kinds, ()]
    return OverlayPieces(left[order], [named[one] for one in code[order]], _shift(pieces, origin), shapely.area(pieces))


def _all_shared_pieces(shapes: Any, others: Any = None) -> SharedPieces:
    """What polygons share with each other, or with others, all of it.

    Raises:
        LayerError: more pairs meet than are computed with.
    """
    found = shared_pieces(shapes, others)
    if found.compared < len(shapes):
        raise LayerError("more than {limit} pairs of features share land", fix="Overlay parts of the layers.",
                         limit=found.limit)  # fmt: skip
    return found


def _origin(shapes: Any) -> NDArray[np.float64]:
    """A point of whole numbers amid the shapes."""
    drawn = np.asarray(shapes, dtype=object)
    drawn = drawn[~(shapely.is_missing(drawn) | shapely.is_empty(drawn))]
    if not len(drawn):
        return np.zeros(2)
    bounds = shapely.total_bounds(drawn)
    return np.round((bounds[:2] + bounds[2:]) / 2)


def _shift(shapes: Any, by: NDArray[np.float64]) -> NDArray[np.object_]:
    return np.asarray(shapely.transform(np.asarray(shapes, dtype=object), lambda points: points + by), dtype=object)


def disjoint_cells(shapes: NDArray[np.object_], values: NDArray[np.intp]) -> tuple[NDArray[np.object_], list[Any]]:
    """Polygons that do not overlap, and the values of each: those that share land are cut along all their borders.

    Raises:
        LayerError: more pairs meet than are computed with.
    """
    found = _all_shared_pieces(shapes)
    rows = found.rows(shapely.area(found.pieces) > 0, len(shapes))
    alone = np.ones(len(shapes), dtype=bool)
    alone[rows] = False
    alone &= ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    cells, sets = shapes[alone], [(int(value),) for value in values[alone]]
    if len(rows):
        lines = shapely.union_all(shapely.boundary(shapes[rows]))
        faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(lines)))
        inner = shapely.STRtree(shapes[rows]).query(shapely.point_on_surface(faces), predicate="intersects")
        held = [tuple(sorted(set(own.tolist()))) for own in _split(values[rows][inner[1]], inner[0], len(faces))]
        kept = [at for at, own in enumerate(held) if own]
        cells, sets = np.concatenate([cells, faces[kept]]), [*sets, *(held[at] for at in kept)]
    return cells, sets


def _split(values: NDArray[np.intp], owners: NDArray[np.intp], count: int) -> list[NDArray[np.intp]]:
    """Values by owner, of whom there are so many."""
    order = np.argsort(owners, kind="stable")
    return np.split(values[order], np.searchsorted(owners[order], np.arange(1, count)))


def number_sets(sets: list[tuple[int, ...]]) -> tuple[list[tuple[int, ...]], NDArray[np.intp]]:
    """The different sets, single values first, and the number of each cell's set."""
    kinds = sorted(set(sets), key=lambda one: (len(one), one))
    numbers = {one: at for at, one in enumerate(kinds)}
    return kinds, np.array([numbers[one] for one in sets], dtype=np.intp)


def _union_groups(
    parts: NDArray[np.object_], left: NDArray[np.intp], code: NDArray[np.intp]
) -> tuple[NDArray[np.object_], NDArray[np.intp], NDArray[np.intp]]:
    """One shape for each pair of row and code."""
    pairs, group = np.unique(np.column_stack([left, code]), axis=0, return_inverse=True)
    return union_by_group(parts, group.ravel(), len(pairs)), pairs[:, 0], pairs[:, 1]


def union_by_group(shapes: Any, group: NDArray[np.intp], count: int) -> NDArray[np.object_]:
    """Union of the shapes of each group, None where it has none; groups of like size are united at once.

    Args:
        shapes: polygons, shape (n,). group: of each, from 0 to ``count`` - 1.
    """
    made = np.full(count, None, dtype=object)
    sizes = np.bincount(group, minlength=count)
    order = np.argsort(group, kind="stable")
    starts = np.concatenate([[0], np.cumsum(sizes)])
    sorted_shapes = np.asarray(shapes, dtype=object)[order]
    made[sizes == 1] = sorted_shapes[starts[:-1][sizes == 1]]
    width = 2
    while width < 2 * sizes.max(initial=0):
        rows = np.flatnonzero((sizes > width // 2) & (sizes <= width))
        at = starts[rows][:, None] + np.arange(width)
        block = np.full(at.shape, None, dtype=object)
        filled = np.arange(width) < sizes[rows][:, None]
        block[filled] = sorted_shapes[at[filled]]
        made[rows] = shapely.union_all(block, axis=1)
        width *= 2
    return made


def _uncovered(
    polygons: NDArray[np.object_], pieces: NDArray[np.object_], left: NDArray[np.intp]
) -> tuple[NDArray[np.object_], NDArray[np.intp]]:
    """What is left of each polygon beside its pieces, and its row; residues of rounding are left out."""
    covered = union_by_group(pieces, left, len(polygons))
    rest = np.where(shapely.is_missing(covered), polygons, shapely.difference(polygons, covered))
    parts, owners = polygon_parts(rest, np.arange(len(polygons)))
    whole = union_by_group(parts, owners, len(polygons))
    kept = shapely.area(whole) > RESIDUE * shapely.area(polygons)
    return whole[kept], np.flatnonzero(kept)

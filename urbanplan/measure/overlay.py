"""Overlay of features with the land of other features: who lies where, and what is left of a shape that is cut."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# (shapely's functions say no type of what they return)

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from urbanplan.layer.validity import make_valid_copies

if TYPE_CHECKING:
    from numpy.typing import NDArray

KEPT_TOLERANCE = 1e-9  # a shape of which less is cut away is whole


@dataclass(frozen=True, eq=False)
class Land:
    """The land of a nested selection: of its sure rows, of all that are possible; whether some is not drawn."""

    sure: Any
    possible: Any
    undrawn: bool


def place_truth(name: str, shapes: Any, land: Land) -> tuple[Any, Any]:
    """Whether each shape surely and possibly lies as asked; land that is not drawn may be anywhere."""
    import shapely

    if name == "within":
        return shapely.covers(land.sure, shapes), shapely.covers(land.possible, shapes) | land.undrawn
    if name == "touching":
        return shapely.intersects(land.sure, shapes), shapely.intersects(land.possible, shapes) | land.undrawn
    return ~_has_overlap(shapes, land.possible) & (not land.undrawn), ~_has_overlap(shapes, land.sure)


def cut_shapes(shapes: Any, name: str, land: Land) -> tuple[Any, NDArray[np.bool_], NDArray[np.float64]]:
    """Shapes cut to the land (``clip``) or less it (``minus``), as large as they may be.

    Returns:
        The pieces, whether open land cannot change each, and the part of its area or length that is left.
    """
    import shapely

    if name == "clip":
        pieces = shapes if land.undrawn else shapely.intersection(make_valid_copies(shapes), land.possible)
        settled = shapely.covers(land.sure, shapes)
    else:
        pieces = shapely.difference(make_valid_copies(shapes), land.sure)
        settled = np.zeros(len(shapes), dtype=bool)
    if not land.undrawn:
        settled |= shapely.equals(land.sure, land.possible)
        settled |= shapely.disjoint(shapes, shapely.symmetric_difference(land.possible, land.sure))
    pieces = keep_dimension(pieces.copy(), shapes)
    settled &= ~shapely.is_missing(shapes)  # what is not drawn may lie on either side
    return pieces, settled, _kept_part(pieces, shapes)


def _kept_part(pieces: Any, shapes: Any) -> NDArray[np.float64]:
    """Part of each shape's area or length that a piece of it has; 1 of points and of what is not drawn."""
    import shapely

    solid = shapely.get_dimensions(shapes) == 2
    part, whole = (np.where(solid, shapely.area(some), shapely.length(some)) for some in (pieces, shapes))
    known = np.isfinite(whole) & (whole > 0)
    share = np.divide(part, whole, out=np.ones(len(whole)), where=known)
    return np.where(share > 1 - KEPT_TOLERANCE, 1.0, share)


def _has_overlap(shapes: Any, land: Any) -> Any:
    """Whether shapes share land, line or points with the land, each of its own kind.

    A border that areas share is no overlap, nor is the end of a line on it; a line that runs on it is, and a point.
    """
    import shapely

    found = np.asarray(shapely.intersects(land, shapes))
    border = np.flatnonzero(found & shapely.touches(land, shapes))
    shared = shapely.intersection(make_valid_copies(shapes[border]), land)
    found[border] = shapely.get_dimensions(shared) >= shapely.get_dimensions(shapes[border])
    return found


def keep_dimension(pieces: Any, shapes: Any) -> Any:
    """Parts of the source's dimension only: a polygon cut at its border leaves no line behind."""
    import shapely

    mixed = shapely.get_dimensions(pieces) != shapely.get_dimensions(shapes)
    collection = shapely.get_type_id(pieces) == shapely.GeometryType.GEOMETRYCOLLECTION
    for row in np.flatnonzero(mixed | collection):  # rare: borders that touch
        parts = shapely.get_parts(pieces[row])
        kept = parts[shapely.get_dimensions(parts) == shapely.get_dimensions(shapes[row])]
        pieces[row] = shapely.union_all(kept) if len(kept) else shapely.from_wkt("POLYGON EMPTY")
    return pieces

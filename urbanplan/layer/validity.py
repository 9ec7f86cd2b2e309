"""Geometries that can be measured: finite, valid, or null."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

if TYPE_CHECKING:
    from numpy.typing import NDArray


def has_finite_coordinates(shapes: Any) -> NDArray[np.bool_]:
    """Whether each geometry is there, not empty and has finite coordinates only."""
    fine: NDArray[np.bool_] = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    if not np.isfinite(shapely.get_coordinates(shapes)).all():
        coords, owner = shapely.get_coordinates(shapes, return_index=True)
        fine[owner[~np.isfinite(coords).all(axis=1)]] = False
    return fine


def null_unusable(shapes: Any) -> NDArray[np.object_]:
    """The geometries that :func:`has_finite_coordinates` holds for, None in the place of the others."""
    kept = np.array(shapes, dtype=object)
    kept[~has_finite_coordinates(kept)] = None
    return kept


def null_nonfinite(shapes: Any) -> NDArray[np.object_]:
    """The geometries, empty ones too, but None in the place of those whose coordinates are not finite."""
    kept = np.array(shapes, dtype=object)
    kept[~has_finite_coordinates(kept) & ~shapely.is_empty(kept)] = None
    return kept


def null_other_dimension(shapes: Any, dimension: int) -> NDArray[np.object_]:
    """The geometries, None in the place of those of another dimension, whose length (1) or area (2) nobody drew."""
    kept = np.array(shapes, dtype=object)
    kept[shapely.get_dimensions(kept) != dimension] = None
    return kept


def make_valid_copies(shapes: Any, *, broken: NDArray[np.bool_] | None = None) -> NDArray[np.object_]:
    """Valid twins of the geometries: those that are valid already stay as they are.

    ``broken`` tells which are not, shape (n,), where that is known.
    """
    mended = np.array(shapes, dtype=object)
    rows = find_broken(mended, known=broken)
    mended[rows] = shapely.make_valid(mended[rows])
    return mended


def find_broken(shapes: Any, *, known: NDArray[np.bool_] | None = None) -> NDArray[np.intp]:
    """Rows of the geometries that are there and not valid; ``known`` tells whether each is not valid, shape (n,)."""
    there = ~shapely.is_missing(shapes)
    return np.flatnonzero(there & ~shapely.is_valid(shapes) if known is None else there & known)

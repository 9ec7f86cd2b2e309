"""Shapes as well-known text that reads back to the bit."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import shapely

_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e[+-]?\d+)?")


def to_wkt(shapes: Any) -> np.ndarray:
    """Well-known text of shapes, shape (n,), None for None; reading it gives every coordinate to the bit.

    GEOS writes 16 digits, of which about one number in 300 comes back as its neighbour: those texts get their numbers
    as Python writes them, the shortest that is exact (D. Gay, 1990).
    """
    shapes = np.asarray(shapes, dtype=object)
    texts = np.array(shapely.to_wkt(shapes, rounding_precision=-1), dtype=object)
    for row in np.flatnonzero(~_is_exact(shapes, texts)).tolist():
        points = shapely.get_coordinates(shapes[row], include_z=bool(shapely.has_z(shapes[row])))
        numbers = iter(points.ravel().tolist())
        texts[row] = _NUMBER.sub(lambda _, numbers=numbers: repr(next(numbers)), texts[row])
    return texts


def _is_exact(shapes: np.ndarray, texts: np.ndarray) -> np.ndarray:
    """Whether a text reads back to its shape; True where its numbers are not all finite, which no digits mend."""
    points, row = shapely.get_coordinates(shapes, include_z=True, return_index=True)
    height = np.isfinite(points[:, 2]) | ~shapely.has_z(shapes)[row]
    odd = np.zeros(len(shapes), dtype=bool)
    odd[row[~(np.isfinite(points[:, :2]).all(axis=1) & height)]] = True
    read = texts.copy()
    read[odd] = None
    back = shapely.from_wkt(read)
    return odd | shapely.is_missing(shapes) | shapely.equals_identical(shapes, back)

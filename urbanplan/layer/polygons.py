"""Polygons out of geometries, and how wide they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

if TYPE_CHECKING:
    from numpy.typing import NDArray


def polygon_parts(shapes: Any, owners: Any) -> tuple[NDArray[np.object_], NDArray[np.intp]]:
    """The polygons in some geometries, points and lines left out, each with the owner of its geometry."""
    parts, index = shapely.get_parts(np.asarray(shapes, dtype=object), return_index=True)
    while (shapely.get_type_id(parts) > shapely.GeometryType.POLYGON).any():
        parts, back = shapely.get_parts(parts, return_index=True)
        index = index[back]
    kept = (shapely.get_dimensions(parts) == 2) & ~shapely.is_empty(parts)
    return parts[kept], np.asarray(owners)[index[kept]]


def mean_width(polygons: Any) -> NDArray[np.float64]:
    """Mean thickness in metres, 2·area / perimeter: of a strip, nearly its width."""
    around = shapely.length(polygons)
    return np.divide(2 * shapely.area(polygons), around, out=np.zeros(len(around)), where=around > 0)

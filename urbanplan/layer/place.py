"""The exact place of a finding, GeoJSON-shaped, and the layer's rows as arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from urbanplan.layer.layer import Layer

PRECISION_M = 0.01  # what GeoJSON's seven digits carry, and the joining tolerance of streets: finer pieces are rounding


def to_geojson(shape: Any) -> dict[str, Any] | None:
    """A geometry as plain dicts and lists in two dimensions; None where there is none or it is not finite."""
    if shape is None or shape.is_empty or not np.isfinite(shapely.get_coordinates(shape)).all():
        return None
    mapped = shapely.geometry.mapping(shapely.force_2d(shape))
    return _to_lists(mapped)


def _to_lists(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _to_lists(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [_to_lists(item) for item in value]
    return float(value) if isinstance(value, float) else value


def merge_points(points: Any) -> Any:
    """One point, or several as one MultiPoint, from coordinates of shape (n, 2); each place once."""
    spots = np.unique(np.round(np.asarray(points, dtype=float), 6), axis=0)
    return shapely.Point(spots[0]) if len(spots) == 1 else shapely.MultiPoint(spots)


def geometry_array(layer: Layer) -> NDArray[np.object_]:
    """Geometries of the rows, shape (rows,)."""
    return np.asarray(layer.frame.geometry.to_numpy(), dtype=object)


def id_array(layer: Layer) -> NDArray[np.object_]:
    """Ids of the rows as text, shape (rows,)."""
    return layer.frame[layer.type.id].astype(str).to_numpy(dtype=object)


def has_finite_coordinates(shapes: Any) -> NDArray[np.bool_]:
    """Whether each geometry is there, not empty and has finite coordinates only."""
    bounds = shapely.bounds(shapes)
    fine: NDArray[np.bool_] = np.array(np.isfinite(bounds).all(axis=1))
    coords, owner = shapely.get_coordinates(shapes, return_index=True)
    odd = ~np.isfinite(coords).all(axis=1)
    fine[owner[odd]] = False
    return fine


def null_unusable(shapes: Any) -> NDArray[np.object_]:
    """The geometries that :func:`finite` holds for, None in the place of the others."""
    kept = np.array(shapes, dtype=object)
    kept[~has_finite_coordinates(kept)] = None
    return kept


def null_nonfinite(shapes: Any) -> NDArray[np.object_]:
    """The geometries, empty ones too, but None in the place of those whose coordinates are not finite."""
    kept = np.array(shapes, dtype=object)
    kept[~has_finite_coordinates(kept) & ~shapely.is_empty(kept)] = None
    return kept


def make_valid_copies(shapes: Any) -> NDArray[np.object_]:
    """Valid twins of the geometries: those that are valid already stay as they are."""
    mended = np.array(shapes, dtype=object)
    broken = ~(shapely.is_valid(mended) | shapely.is_missing(mended))
    mended[broken] = shapely.make_valid(mended[broken])
    return mended


def polygon_parts(shapes: Any, owners: Any) -> tuple[NDArray[np.object_], NDArray[np.intp]]:
    """The polygons in some geometries, points and lines left out, each with the owner of its geometry."""
    parts, index = shapely.get_parts(np.asarray(shapes, dtype=object), return_index=True)
    nested = shapely.get_num_geometries(parts) > 1
    if nested.any():
        inner, back = shapely.get_parts(parts, return_index=True)
        parts, index = inner, index[back]
    kept = (shapely.get_dimensions(parts) == 2) & ~shapely.is_empty(parts)
    return parts[kept], np.asarray(owners)[index[kept]]


def mean_width(polygons: Any) -> NDArray[np.float64]:
    """Mean thickness in metres, 2·area / perimeter: of a strip, nearly its width."""
    around = shapely.length(polygons)
    return np.divide(2 * shapely.area(polygons), around, out=np.zeros(len(around)), where=around > 0)

"""Rows of frames of places: their ids, and whether their coordinates can be used."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from numpy.typing import NDArray

from urbanplan.errors import NetworkError

if TYPE_CHECKING:
    import geopandas as gpd

NAME_COLUMNS = frozenset({"name", "名称", "名字"})


def check_points(points: NDArray[np.float64]) -> None:
    """Points, shape (n, 2), must have finite coordinates.

    Raises:
        NetworkError: some have not.
    """
    odd = np.flatnonzero(~np.isfinite(points).all(axis=1))
    if len(odd):
        raise _not_finite_error("points", odd)


def check_finite(shapes: NDArray[np.object_], names: NDArray[np.object_], layer: str) -> None:
    """Shapes must have finite coordinates.

    Raises:
        NetworkError: some have not; it names them.
    """
    coords, row = shapely.get_coordinates(shapes, return_index=True)
    odd = np.unique(row[~np.isfinite(coords).all(axis=1)])
    if len(odd):
        raise _not_finite_error(layer, names[odd])


def _not_finite_error(layer: str, names: NDArray[Any]) -> NetworkError:
    return NetworkError(
        "{layer} have coordinates that are no finite numbers: {ids}",
        fix="Mend them where they were made.",
        layer=layer,
        ids=", ".join(str(name) for name in names[:5]),
    )


def row_ids(frame: gpd.GeoDataFrame, column: str | None = None) -> NDArray[np.object_]:
    """The ids of a frame's rows: the named column, else ``id``, else row numbers."""
    if column is not None and column not in frame.columns:
        raise NetworkError("there is no column '{column}'", fix="Name one of: {columns}.", **_columns(frame, column))
    name = column or ("id" if "id" in frame.columns else None)
    values = np.arange(len(frame)) if name is None else frame[name].to_numpy()
    return values.astype(object)


def row_names(frame: gpd.GeoDataFrame) -> NDArray[np.object_]:
    """What people call rows: their ``id``, else their names where each has one of its own, else row numbers."""
    named = [column for column in frame.columns if str(column).casefold() in NAME_COLUMNS]
    own = [column for column in named if frame[column].notna().all() and frame[column].is_unique]
    return row_ids(frame, None if "id" in frame.columns or not own else own[0])


def _columns(frame: gpd.GeoDataFrame, column: str) -> dict[str, str]:
    return {"column": column, "columns": ", ".join(str(c) for c in frame.columns if c != frame.geometry.name)}


def id_text(value: object) -> str:
    """An id as text; a whole number in a column of floats is that number."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def drawn_shapes(shapes: NDArray[np.object_]) -> NDArray[np.bool_]:
    """Whether each shape has a place: it is neither null nor empty, shape (n,)."""
    return np.asarray(np.isfinite(shapely.bounds(shapes)).all(axis=1), dtype=bool)

"""Entrances of places: which place each belongs to, and which places may have one that is not drawn."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from urbanplan.errors import NetworkError
from urbanplan.model.finding import Finding, build_finding
from urbanplan.network.intervals import Ints
from urbanplan.network.walk.source_rows import check_finite, drawn_shapes, id_text, row_ids

if TYPE_CHECKING:
    import geopandas as gpd

ENTRANCE_DISTANCE = 5.0
"""Metres: an entrance without a site's id belongs to the nearest polygon this near."""


def match_entrances(
    frame: gpd.GeoDataFrame | None, shapes: NDArray[np.object_], ids: NDArray[np.object_]
) -> tuple[NDArray[np.float64], Ints, tuple[Finding, ...]]:
    """Coordinates of entrances, the place of each, and a finding on entrances that belong to none."""
    if frame is None or len(frame) == 0:
        return np.empty((0, 2)), np.empty(0, np.int64), ()
    spots, row = _entrance_points(frame)
    if "site" in frame.columns:
        number = {id_text(name): i for i, name in enumerate(ids)}
        named = np.array([number.get(id_text(name), -1) for name in frame["site"]], dtype=np.int64)[row]
        absent = frame["site"].isna().to_numpy(dtype=bool)[row]
        owner = np.where(absent, _nearest_polygon(spots, shapes), named) if absent.any() else named
    else:
        owner = _nearest_polygon(spots, shapes)
    known = owner >= 0
    lost = np.unique(row[~known])
    return shapely.get_coordinates(spots[known]), owner[known], _unmatched_findings(row_ids(frame)[lost])


def hidden_entrances(
    frame: gpd.GeoDataFrame | None, shapes: NDArray[np.object_], ids: NDArray[np.object_]
) -> tuple[NDArray[np.bool_], tuple[Finding, ...]]:
    """Which places may have an entrance that is not drawn, and a finding on such entrances.

    One that names no place may be of any polygon.
    """
    hidden = np.zeros(len(ids), dtype=bool)
    if frame is None:
        return hidden, ()
    undrawn = np.flatnonzero(~drawn_shapes(np.asarray(frame.geometry.array, dtype=object)))
    if not len(undrawn):
        return hidden, ()
    names = frame["site"].to_numpy()[undrawn] if "site" in frame.columns else np.full(len(undrawn), None)
    named = {id_text(name) for name in names if not pd.isna(name)}
    hidden |= np.array([id_text(name) in named for name in ids], dtype=bool)
    if any(pd.isna(name) for name in names):
        hidden |= shapely.get_dimensions(shapes) == 2
    return hidden, (build_finding("network-entrance-undrawn", features=row_ids(frame)[undrawn].tolist()),)


def drop_entrances(entrances: gpd.GeoDataFrame | None, sites: Iterable[object]) -> gpd.GeoDataFrame | None:
    """The entrances without those of some sites, by their ids."""
    gone = {id_text(name) for name in sites}
    if entrances is None or not gone or "site" not in entrances.columns:
        return entrances
    keep = [id_text(name) not in gone for name in entrances["site"].tolist()]
    return entrances[keep].reset_index(drop=True)


def _unmatched_findings(ids: NDArray[np.object_]) -> tuple[Finding, ...]:
    if not len(ids):
        return ()
    return (build_finding("network-entrance-unmatched", features=ids.tolist()),)


def _entrance_points(frame: gpd.GeoDataFrame) -> tuple[NDArray[np.object_], Ints]:
    """Single points of entrances and the row of each."""
    shapes, names = np.asarray(frame.geometry.array, dtype=object), row_ids(frame)
    check_finite(shapes, names, "entrances")
    spots, row = shapely.get_parts(shapes, return_index=True)
    filled = ~shapely.is_empty(spots)
    spots, row = spots[filled], row[filled]
    other = np.unique(row[shapely.get_type_id(spots) != shapely.GeometryType.POINT])
    if len(other):
        ids = ", ".join(str(name) for name in names[other[:5]])
        raise NetworkError("entrances are no points: {ids}", fix="Give each entrance as a point.", ids=ids)
    return spots, row.astype(np.int64)


def _nearest_polygon(spots: NDArray[np.object_], shapes: NDArray[np.object_]) -> Ints:
    polygons = np.flatnonzero(shapely.get_dimensions(shapes) == 2)
    owner = np.full(len(spots), -1, dtype=np.int64)
    if len(polygons):
        (spot, polygon) = shapely.STRtree(shapes[polygons]).query_nearest(
            spots, max_distance=ENTRANCE_DISTANCE, all_matches=False
        )
        owner[spot] = polygons[polygon]
    return owner

"""Places: sites and homes as what a straight leg can start from.

A point is a point source; a line or a polygon is its boundary as walls, a polygon
also the land inside.  A polygon with entrances is its entrances only.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from numpy.typing import NDArray

from urbanplan.errors import NetworkError
from urbanplan.network.intervals import Floats, Ints

if TYPE_CHECKING:
    import geopandas as gpd

    from urbanplan.model.finding import Finding

ENTRANCE_DISTANCE = 5.0
"""Metres: an entrance without a site's id belongs to the nearest polygon this near."""


@dataclass(frozen=True, eq=False)
class Sources:
    """Places in the working CRS, metres.

    Attributes:
        ids: the id of each place, at the rim. shapes: its geometry as given.
        point_place, points: point sources, shape (n, 2), and the place of each.
        wall_place, walls: straight boundary pieces ``(x0, y0, x1, y1)`` and the place of each.
        solid_place, solids: polygons whose inside is at distance 0.
        radius: metres added on the low reading (largest inscribed circle of a polygon without entrances), per place.
        findings: entrances that belong to no place.
    """

    ids: NDArray[np.object_]
    shapes: NDArray[np.object_]
    point_place: Ints
    points: NDArray[np.float64]
    wall_place: Ints
    walls: NDArray[np.float64]
    solid_place: Ints
    solids: NDArray[np.object_]
    radius: Floats
    findings: tuple[Finding, ...] = ()

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def exact(self) -> bool:
        """Whether the low and the high reading are one."""
        return not (self.radius > 0).any()

    @property
    def undrawn(self) -> bool:
        """Whether some place has no shape, so that it may stand anywhere."""
        return not bool(np.isfinite(shapely.bounds(self.shapes)).all())

    def chosen(self, keep: NDArray[np.bool_]) -> Sources:
        """Some of the places, renumbered in order."""
        number = np.cumsum(keep) - 1
        parts = [keep[owner] for owner in (self.point_place, self.wall_place, self.solid_place)]
        return Sources(
            self.ids[keep],
            self.shapes[keep],
            number[self.point_place[parts[0]]],
            self.points[parts[0]],
            number[self.wall_place[parts[1]]],
            self.walls[parts[1]],
            number[self.solid_place[parts[2]]],
            self.solids[parts[2]],
            self.radius[keep],
        )


def sources_from_points(points: NDArray[np.float64], ids: NDArray[np.object_] | None = None) -> Sources:
    """Places from coordinates alone, shape (n, 2).

    Raises:
        NetworkError: a coordinate is no finite number.
    """
    count, points = len(points), np.asarray(points, dtype=float).reshape(-1, 2)
    check_points(points)
    names = np.arange(count).astype(object) if ids is None else ids
    none = np.empty(0, np.int64)
    return Sources(
        names,
        np.asarray(shapely.points(points), dtype=object).reshape(count),
        np.arange(count, dtype=np.int64),
        points,
        none,
        np.empty((0, 4)),
        none,
        np.empty(0, dtype=object),
        np.zeros(count),
    )


def sources_from_frame(
    frame: gpd.GeoDataFrame, *, id_column: str | None = None, entrances: gpd.GeoDataFrame | None = None
) -> Sources:
    """Places from a frame of points, lines or polygons in the network's CRS; one that is not drawn sees nothing.

    Args:
        frame: one row per place. id_column: its ids (default ``id``, else the row numbers).
        entrances: points; a column ``site`` names the place, else the nearest polygon within 5 m has them.

    Raises:
        NetworkError: a coordinate is no number, the id column is missing, or an entrance is no point.
    """
    ids = row_ids(frame, id_column)
    shapes = np.asarray(frame.geometry.array, dtype=object)
    check_finite(shapes, ids, "sites")
    undrawn = ~np.isfinite(shapely.bounds(shapes)).all(axis=1)
    gates, gate_place, findings = _entrances(entrances, shapes, ids)
    gated = np.isin(np.arange(len(ids)), gate_place)
    return replace(
        _build_sources(ids, shapes, gated, gates, gate_place), findings=(*_undrawn_findings(ids[undrawn]), *findings)
    )


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


def _columns(frame: gpd.GeoDataFrame, column: str) -> dict[str, str]:
    return {"column": column, "columns": ", ".join(str(c) for c in frame.columns if c != frame.geometry.name)}


def _build_sources(
    ids: NDArray[np.object_],
    shapes: NDArray[np.object_],
    gated: NDArray[np.bool_],
    gates: NDArray[np.float64],
    gate_place: Ints,
) -> Sources:
    open_ = np.flatnonzero(~gated)
    parts, owner = shapely.get_parts(shapes[open_], return_index=True)
    parts, inner = shapely.get_parts(parts, return_index=True)
    filled = ~shapely.is_empty(parts)  # a part without coordinates has none to be told apart by
    parts, owner = parts[filled], open_[owner[inner[filled]]].astype(np.int64)
    dimension = shapely.get_dimensions(parts)
    spots, solid = parts[dimension == 0], make_valid(parts[dimension == 2])
    edges = np.concatenate([parts[dimension == 1], shapely.boundary(solid)])
    walls, wall_of = line_segments(edges)
    wall_owner = np.concatenate([owner[dimension == 1], owner[dimension == 2]])
    radius = np.zeros(len(ids))
    np.maximum.at(radius, owner[dimension == 2], inscribed_radius(solid))
    return Sources(
        ids,
        shapes,
        np.concatenate([owner[dimension == 0], gate_place]),
        np.vstack([shapely.get_coordinates(spots), gates]),
        wall_owner[wall_of],
        walls,
        owner[dimension == 2],
        solid,
        radius,
    )


def line_segments(lines: NDArray[np.object_]) -> tuple[NDArray[np.float64], Ints]:
    """Straight pieces of lines and multi-lines, and the line of each."""
    parts, owner = shapely.get_parts(lines, return_index=True)
    coords, part = shapely.get_coordinates(parts, return_index=True)
    joined = part[1:] == part[:-1]
    walls = np.hstack([coords[:-1], coords[1:]])[joined]
    return walls, owner[part[:-1][joined]].astype(np.int64)


def boundary_segments(shapes: NDArray[np.object_]) -> NDArray[np.float64]:
    """Straight pieces of lines and of the boundaries of polygons, rows ``(x0, y0, x1, y1)``.

    Raises:
        NetworkError: a coordinate is no finite number.
    """
    check_finite(shapes, np.arange(len(shapes)).astype(object), "barriers")
    parts = shapely.get_parts(shapely.get_parts(shapes))
    solid = shapely.get_dimensions(parts) == 2
    lines = np.concatenate([parts[shapely.get_dimensions(parts) == 1], shapely.boundary(parts[solid])])
    return line_segments(lines)[0]


def make_valid(polygons: NDArray[np.object_]) -> NDArray[np.object_]:
    """Polygons whose rings cross themselves, made valid; flat ones stay as they are."""
    valid = shapely.make_valid(polygons, method="structure", keep_collapsed=False)
    return np.where(shapely.is_valid(polygons) | shapely.is_empty(valid), polygons, valid)


def inscribed_radius(polygons: NDArray[np.object_]) -> Floats:
    """Radius of the largest inscribed circle of each polygon, metres (to a thousandth of its size)."""
    if len(polygons) == 0:
        return np.empty(0)
    return np.asarray(shapely.length(shapely.maximum_inscribed_circle(polygons)), dtype=float)


def _entrances(
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
    lost = np.setdiff1d(np.arange(len(frame)), row[known])
    return shapely.get_coordinates(spots[known]), owner[known], _unmatched_findings(row_ids(frame)[lost])


def drop_entrances(entrances: gpd.GeoDataFrame | None, sites: Iterable[object]) -> gpd.GeoDataFrame | None:
    """The entrances without those of some sites, by their ids."""
    gone = {id_text(name) for name in sites}
    if entrances is None or not gone or "site" not in entrances.columns:
        return entrances
    keep = [id_text(name) not in gone for name in entrances["site"].tolist()]
    return entrances[keep].reset_index(drop=True)


def id_text(value: object) -> str:
    """An id as text; a whole number in a column of floats is that number."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _undrawn_findings(ids: NDArray[np.object_]) -> tuple[Finding, ...]:
    if not len(ids):
        return ()
    from urbanplan.model.finding import build_finding

    return (build_finding("network-site-undrawn", features=ids.tolist()),)


def _unmatched_findings(ids: NDArray[np.object_]) -> tuple[Finding, ...]:
    if not len(ids):
        return ()
    from urbanplan.model.finding import build_finding

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

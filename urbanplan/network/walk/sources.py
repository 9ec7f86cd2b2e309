"""Places: sites and homes as what a straight leg can start from.

A point is a point source; a line or a polygon is its boundary as walls, a polygon
also the land inside.  A polygon with entrances is its entrances only; where one
of them is not drawn, the whole polygon counts too, in the high reading alone.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import shapely
from numpy.typing import NDArray

from urbanplan.network.intervals import Floats, Ints
from urbanplan.network.walk.entrances import hidden_entrances, match_entrances
from urbanplan.network.walk.source_rows import check_finite, check_points, drawn_shapes, row_ids

if TYPE_CHECKING:
    import geopandas as gpd

    from urbanplan.model.finding import Finding


@dataclass(frozen=True, eq=False)
class Sources:
    """Places in the working CRS, metres.

    Attributes:
        ids: the id of each place, at the rim. shapes: its geometry as given.
        point_place, points: point sources, shape (n, 2), and the place of each.
        wall_place, walls: straight boundary pieces ``(x0, y0, x1, y1)`` and the place of each.
        solid_place, solids: polygons whose inside is at distance 0.
        radius: metres added on the low reading (largest inscribed circle of a polygon without entrances), per place.
        findings: entrances that belong to no place or are not drawn.
        certain: the same places by their drawn entrances alone, where some entrance is not drawn.
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
    certain: Sources | None = None

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def exact(self) -> bool:
        """Whether the low and the high reading are one."""
        return self.certain is None and not (self.radius > 0).any()

    def read(self, *, low: bool) -> Sources:
        """The places as the low or the high reading has them."""
        return self.certain if low and self.certain is not None else self

    @property
    def undrawn(self) -> bool:
        """Whether some place has no shape, so that it may stand anywhere."""
        return not bool(drawn_shapes(self.shapes).all())

    @property
    def margin(self) -> Floats:
        """Metres that the low reading adds to each straight way; without end where an entrance is not drawn."""
        if self.certain is None:
            return self.radius
        return np.where(self._parts() == self.certain._parts(), self.radius, np.inf)

    def _parts(self) -> Ints:
        """Number of sources of each place."""
        return np.bincount(np.concatenate([self.point_place, self.wall_place, self.solid_place]), minlength=len(self))

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
            certain=None if self.certain is None else self.certain.chosen(keep),
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
    undrawn = ~drawn_shapes(shapes)
    gates, gate_place, findings = match_entrances(entrances, shapes, ids)
    gated = np.isin(np.arange(len(ids)), gate_place)
    hidden, more = hidden_entrances(entrances, shapes, ids)
    found = _build_sources(ids, shapes, gated & ~hidden, gates, gate_place)
    if hidden.any():
        found = replace(found, certain=_build_sources(ids, shapes, gated | hidden, gates, gate_place))
    return replace(found, findings=(*_undrawn_findings(ids[undrawn]), *findings, *more))


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


def _undrawn_findings(ids: NDArray[np.object_]) -> tuple[Finding, ...]:
    if not len(ids):
        return ()
    from urbanplan.model.finding import build_finding

    return (build_finding("network-site-undrawn", features=ids.tolist()),)

"""Areas of population: people shared over the streets that serve them, by two stated methods.

``by length``: evenly over the metres of street inside the area.  ``by nearness``: evenly over the land, each piece
of land to its nearest street.  An area without a street inside shares over what of the streets lies within the leg
limit of it; without any, its people are lost to the streets, and counted as not covered.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import shapely
from numpy.typing import NDArray

from urbanplan.network.graph import Network
from urbanplan.network.intervals import Floats, Intervals, Ints, expand_counts, group_sums, union
from urbanplan.network.shapes import to_points, to_segments
from urbanplan.network.walk.leg_join import intervals_inside, join_legs, perpendicular_foot
from urbanplan.network.walk.people import People
from urbanplan.network.walk.source_rows import row_ids
from urbanplan.network.walk.sources import sources_from_frame
from urbanplan.residents.counts import CountingAssumptions, count_people, unknown_rows

if TYPE_CHECKING:
    import geopandas as gpd

LATTICE_POINTS = 8
"""Points across an area each way at least, for the method by nearness."""
LATTICE_STEP = 25.0
"""Metres between the points of a larger area."""
MAX_LATTICE = 1024
"""Points of an area at most (beside its least number each way)."""


def residents_from_areas(
    network: Network,
    frame: gpd.GeoDataFrame,
    *,
    column: str | None = None,
    leg: float = 50.0,
    custom: CountingAssumptions | None = None,
) -> list[People]:
    """People of population polygons by both methods; their sums are those of the areas.

    Raises:
        ResidentsError: no column tells people. NetworkError: the frame is in another CRS than the network.
    """
    network.check_crs(frame, "residents")
    count = next(iter(count_people(frame, column, custom).values()))
    unknown = tuple(row_ids(frame)[unknown_rows(frame, column)])
    peopled = count > 0
    shapes = np.asarray(frame.geometry.array, dtype=object)[peopled]
    ids, count = row_ids(frame)[peopled], count[peopled]
    served = _serving_streets(network, frame[peopled], shapes, leg)
    people = [_by_length(served, count, ids), _by_nearness(network, shapes, served, count, ids)]
    lost = np.where(served.bare, count, 0.0)
    return [replace(one, cells=shapes, cell_lost=lost, unknown_ids=unknown) for one in people]


def _serving_streets(
    network: Network, frame: gpd.GeoDataFrame, shapes: NDArray[np.object_], leg: float
) -> _ServingStreets:
    """Parts of edges that serve each area: inside it, else within the leg limit of it."""
    area, segment, low, high = intervals_inside(network, shapes)
    start = network.segments.start[segment]
    long = group_sums(area, high - low, len(shapes))
    bare = np.flatnonzero(long <= 0)
    seen = join_legs(network, sources_from_frame(frame.iloc[bare].reset_index(drop=True)), leg=leg)
    owner = np.concatenate([area, bare[seen.place]]).astype(np.int64)
    edge = np.concatenate([network.segments.edge[segment], seen.edge])
    begin = np.concatenate([start + low, seen.low])
    parts = union(owner * network.edges + edge, begin, np.concatenate([start + high, seen.high]))
    parts = parts.pick(parts.high > parts.low)
    whole = Intervals(parts.line % network.edges, parts.low, parts.high)
    return _ServingStreets(parts.line // network.edges, whole, len(shapes))


class _ServingStreets:
    """The parts of streets that serve areas."""

    def __init__(self, area: Ints, parts: Intervals, count: int) -> None:
        self.area, self.parts = area, parts
        self.long = group_sums(area, parts.length, count)

    @property
    def bare(self) -> NDArray[np.bool_]:
        """Areas that no street serves."""
        return self.long <= 0


def _by_length(served: _ServingStreets, count: Floats, ids: NDArray[np.object_]) -> People:
    share = served.parts.length / served.long[served.area]
    return People(
        "by length",
        edge=served.parts.line,
        low=served.parts.low,
        high=served.parts.high,
        living=count[served.area] * share,
        cell=served.area,
        lost=float(count[served.bare].sum()),
        lost_ids=tuple(ids[served.bare]),
    )


def _by_nearness(
    network: Network, shapes: NDArray[np.object_], served: _ServingStreets, count: Floats, ids: NDArray[np.object_]
) -> People:
    area, points = lattice_points(shapes)
    keep = ~served.bare[area]
    area, points = area[keep], points[keep]
    feet = nearest_street(network, points)
    pieces = np.bincount(area, minlength=len(shapes))
    return People(
        "by nearness",
        points=feet,
        count=count[area] / pieces[area],
        ids=ids[area],
        on_street=True,
        cell=area,
        lost=float(count[served.bare].sum()),
        lost_ids=tuple(ids[served.bare]),
    )


def lattice_points(shapes: NDArray[np.object_]) -> tuple[Ints, NDArray[np.float64]]:
    """Even points inside polygons: polygon number and coordinates; at least one for each polygon."""
    box = shapely.bounds(shapes).reshape(-1, 4)
    side = box[:, 2:] - box[:, :2]
    each = np.maximum(np.ceil(side / LATTICE_STEP), 1.0)
    coarser = np.sqrt(np.maximum(each.prod(axis=1) / MAX_LATTICE, 1.0))
    each = np.maximum(np.ceil(each / coarser[:, None]), LATTICE_POINTS).astype(np.int64)
    area, number = expand_counts(each.prod(axis=1))
    spot = np.column_stack(np.divmod(number, each[area, 1])) + 0.5
    points = box[area, :2] + spot / each[area] * side[area]
    shapely.prepare(shapes)
    within = shapely.contains_xy(shapes[area], points[:, 0], points[:, 1])
    alone = np.setdiff1d(np.arange(len(shapes)), area[within])
    centres = shapely.get_coordinates(shapely.point_on_surface(shapes[alone])).reshape(-1, 2)
    return np.concatenate([area[within], alone]), np.vstack([points[within], centres])


def nearest_street(network: Network, points: NDArray[np.float64]) -> NDArray[np.float64]:
    """The street point nearest to each point, of equals on the first segment."""
    if len(points) == 0:
        return points
    segments = network.segments
    tree = shapely.STRtree(to_segments(segments.ends))
    point, segment = tree.query_nearest(to_points(points), all_matches=True)
    order = np.lexsort((segment, point))
    point, segment = point[order], segment[order]
    first = np.append(True, point[1:] != point[:-1])
    segment = segment[first]
    foot, _ = perpendicular_foot(segments, segment, points)
    along = np.clip(foot, 0.0, segments.length[segment])
    way = np.column_stack([segments.dx[segment], segments.dy[segment]])
    return segments.ends[segment, :2] + way * along[:, None]

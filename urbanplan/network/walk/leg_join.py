"""The leg rule: which street points each place sees within its leg limit, exactly.

Circle against segment for points, slab against segment for walls, inside for
polygons; barriers cut what they shade.  Nothing loops over places or streets.
The circles are left to the compiled engine where it pays.
"""

from __future__ import annotations

from functools import partial

import numpy as np
import shapely
from numpy.typing import NDArray

from urbanplan.network.bbox_join import Boxes, boxes_around, intersecting_chunks, intersecting_pairs, segment_boxes
from urbanplan.network.graph import Network, Segments
from urbanplan.network.intervals import Floats, Ints
from urbanplan.network.walk.barriers import visible_from_points, visible_from_walls
from urbanplan.network.walk.engine import Engine, is_numba_chosen
from urbanplan.network.walk.leg_intervals import LEG_SLACK, LegIntervals, empty_legs, stack_legs
from urbanplan.network.walk.sources import Sources, line_segments

MIN_COMPILED_POINTS = 200_000
"""Points from which starting the compiled engine pays within one question."""
SNAPPING = "urbanplan.network.walk.snapping", "fill_legs"
SHADING = "urbanplan.network.walk.shading", "_cut_rows"


def join_legs(
    network: Network,
    places: Sources,
    *,
    leg: Floats | float,
    barriers: NDArray[np.float64] | None = None,
    plus: Floats | None = None,
    engine: Engine = "auto",
) -> LegIntervals:
    """All seen parts.

    Args:
        network, places: in one projected CRS.
        leg: leg limit in metres, one for all or one per place; a place with a negative limit sees nothing.
        barriers: straight pieces ``(x0, y0, x1, y1)`` that no leg crosses.
        plus: metres added to each place's distances (the low reading of polygon sites).
        engine: ``scipy`` (plain arrays), ``numba``, or ``auto``: numba where it is compiled or the points are many.
    """
    limit = np.broadcast_to(np.asarray(leg, dtype=float), (len(places),))
    circles = partial(_point_legs, network, limit=limit, barriers=barriers, engine=engine)
    parts = [circles(places.points, places.point_place)]
    if len(places.walls):
        corners, owner = _wall_corners(places)
        parts.append(circles(corners, owner))
        parts.append(_wall_legs(network, places, limit, barriers))
        parts.append(_inside_legs(network, places, limit))
    seen = stack_legs(parts) if len(parts) > 1 else parts[0]
    if plus is None:
        return seen
    return seen.shaped(plus=seen.plus + plus[seen.place])


def _wall_corners(places: Sources) -> tuple[NDArray[np.float64], Ints]:
    """Distinct ends of the walls of each place."""
    ends = np.vstack([places.walls[:, :2], places.walls[:, 2:]])
    owner = np.tile(places.wall_place, 2)
    order = np.lexsort((ends[:, 1], ends[:, 0], owner))
    ends, owner = ends[order], owner[order]
    fresh = np.append(True, (ends[1:] != ends[:-1]).any(axis=1) | (owner[1:] != owner[:-1]))[: len(owner)]
    return ends[fresh], owner[fresh]


def _point_legs(
    network: Network,
    points: NDArray[np.float64],
    place: Ints,
    *,
    limit: Floats,
    barriers: NDArray[np.float64] | None,
    engine: Engine,
) -> LegIntervals:
    kernel = SNAPPING if barriers is None or len(barriers) == 0 else SHADING
    if len(points) and is_numba_chosen(engine, size=len(points), least=MIN_COMPILED_POINTS, kernel=kernel):
        from urbanplan.network.walk.gridindex import join_point_legs

        if barriers is None or len(barriers) == 0:
            return join_point_legs(network, points, limit[place], place=place)
        return _shade_legs(network, join_point_legs(network, points, limit[place]), points, place, barriers)
    live = limit[place] >= 0
    points, place = points[live], place[live]
    segments = network.segments
    reach = boxes_around(points[:, 0], points[:, 1], limit[place] + LEG_SLACK)
    parts = []
    for source, segment in intersecting_chunks(reach, segments.boxes):
        seen = _circle_interval(segments, segment, points[source], place[source], limit)
        row = np.flatnonzero(seen[0])
        found = _to_legs(segments, segment[row], place[source[row]], *(column[row] for column in seen[1:]), one=1.0)
        if barriers is not None and len(barriers) and len(found):
            found = visible_from_points(found, points[source[row]], segments, barriers)
        parts.append(found)
    return stack_legs(parts)


def _shade_legs(
    network: Network, seen: LegIntervals, points: NDArray[np.float64], place: Ints, barriers: NDArray[np.float64]
) -> LegIntervals:
    """Sorted rows, each of the point ``seen.place``, cut to what barriers leave, with the place of each point."""
    from urbanplan.network.walk.shading import index_barriers, leave_visible

    left = leave_visible(seen, points, network.segments, index_barriers(barriers))
    if np.array_equal(place, np.arange(len(points))):
        return left
    return stack_legs([left.placed(place[left.place])])


def _circle_interval(
    segments: Segments, segment: Ints, points: NDArray[np.float64], place: Ints, limit: Floats
) -> tuple[NDArray[np.bool_], Floats, Floats, Floats, Floats]:
    """Whether a circle of the limit meets the segment, and low, high, foot (along the segment) and offset."""
    foot, offset = perpendicular_foot(segments, segment, points)
    reach = limit[place]
    square = reach**2 - offset**2
    half = np.sqrt(np.maximum(square, 0.0))
    low = np.maximum(foot - half, 0.0)
    high = np.minimum(foot + half, segments.length[segment])
    meets = (offset <= reach + LEG_SLACK) & (low <= high + LEG_SLACK)
    slip = low > high  # a touch of the end, split by rounding
    end = np.clip(foot, 0.0, segments.length[segment])
    low, high = np.where(slip, end, low), np.where(slip, end, high)
    return meets, low, high, foot, offset


def perpendicular_foot(segments: Segments, segment: Ints, points: NDArray[np.float64]) -> tuple[Floats, Floats]:
    """Foot of the perpendicular along the segment's line (may lie outside), and the offset from that line."""
    wx = points[:, 0] - segments.ends[segment, 0]
    wy = points[:, 1] - segments.ends[segment, 1]
    dx, dy = segments.dx[segment], segments.dy[segment]
    foot = wx * dx + wy * dy
    across = np.abs(wx * dy - wy * dx)
    still = segments.length[segment] == 0
    return foot, np.where(still, np.hypot(wx, wy), across)


def _to_legs(  # noqa: PLR0913 - one argument per column
    segments: Segments,
    segment: Ints,
    place: Ints,
    low: Floats,
    high: Floats,
    foot: Floats,
    offset: Floats,
    *,
    one: float,
) -> LegIntervals:
    start = segments.start[segment]
    return LegIntervals(
        place,
        segments.edge[segment],
        segment,
        start + low,
        start + high,
        start + foot,
        offset,
        np.full(len(segment), one),
        np.zeros(len(segment)),
    )


def _wall_legs(network: Network, places: Sources, limit: Floats, barriers: NDArray[np.float64] | None) -> LegIntervals:
    """Street points whose foot lies on a wall: the distance is linear along the street, on each side of the wall."""
    segments = network.segments
    long = np.hypot(*(places.walls[:, 2:] - places.walls[:, :2]).T) > 0
    walls, place = places.walls[long], places.wall_place[long]
    live = limit[place] >= 0
    walls, place = walls[live], place[live]
    boxes = segment_boxes(walls)
    reach = (limit[place] + LEG_SLACK)[:, None]
    grown = Boxes(boxes.low - reach, boxes.high + reach)
    parts = []
    for wall, segment in intersecting_chunks(grown, segments.boxes):
        for side in (1.0, -1.0):
            found, rows = _slab_legs(segments, segment, walls[wall], place[wall], limit, side)
            if barriers is not None and len(barriers) and len(found):
                found = visible_from_walls(found, walls[wall[rows]], side, segments, barriers)
            parts.append(found)
    return stack_legs(parts)


def _slab_legs(
    segments: Segments, segment: Ints, walls: NDArray[np.float64], place: Ints, limit: Floats, side: float
) -> tuple[LegIntervals, Ints]:
    (x, xs), (y, ys), length = wall_frame(segments, segment, walls)
    y, ys = side * y, side * ys
    low, high = np.zeros(len(segment)), segments.length[segment].copy()
    room = limit[place] - y
    along = (np.abs(ys) < 1e-12) & (room > -LEG_SLACK)  # the limit itself, turned by rounding: it cuts nothing off
    room, turn = np.where(along, np.maximum(room, 0.0), room), np.where(along, 0.0, -ys)
    bounds = ((x, xs), (length - x, -xs), (y, ys), (room, turn))
    for value, slope in bounds:
        low, high = clip_interval(value, slope, low, high)
    rows = np.flatnonzero(low <= high)
    y, ys, segment, place = y[rows], ys[rows], segment[rows], place[rows]
    flat = np.abs(ys) < 1e-12
    foot = np.divide(-y, ys, out=np.zeros(len(rows)), where=~flat)
    middle = (low[rows] + high[rows]) / 2
    offset = np.where(flat, np.abs(y + ys * middle), 0.0)
    found = _to_legs(segments, segment, place, low[rows], high[rows], foot, offset, one=0.0)
    return found.shaped(m=np.where(flat, 0.0, np.abs(ys))), rows


def wall_frame(
    segments: Segments, segment: Ints, walls: NDArray[np.float64]
) -> tuple[tuple[Floats, Floats], tuple[Floats, Floats], Floats]:
    """Street segments in the frame of their wall: (along, its slope), (across, its slope), the wall's length."""
    step = walls[:, 2:] - walls[:, :2]
    length = np.hypot(step[:, 0], step[:, 1])
    ex, ey = step[:, 0] / length, step[:, 1] / length
    wx = segments.ends[segment, 0] - walls[:, 0]
    wy = segments.ends[segment, 1] - walls[:, 1]
    dx, dy = segments.dx[segment], segments.dy[segment]
    return (wx * ex + wy * ey, dx * ex + dy * ey), (wy * ex - wx * ey, dy * ex - dx * ey), length


def clip_interval(value: Floats, slope: Floats, low: Floats, high: Floats) -> tuple[Floats, Floats]:
    """``low..high`` cut to where ``value + slope·t >= 0``; an empty rest has low above high."""
    root = np.divide(-value, slope, out=np.zeros(len(value)), where=slope != 0)
    low = np.where(slope > 0, np.maximum(low, root), low)
    high = np.where(slope < 0, np.minimum(high, root), high)
    return low, np.where((slope == 0) & (value < 0), -np.inf, high)


def _inside_legs(network: Network, places: Sources, limit: Floats) -> LegIntervals:
    """Street parts inside polygons, at distance 0."""
    live = limit[places.solid_place] >= 0
    solid, part, low, high = intervals_inside(network, places.solids[live])
    if len(solid) == 0:
        return empty_legs()
    segments = network.segments
    zero = np.zeros(len(part))
    return _to_legs(segments, part, places.solid_place[live][solid], low, high, zero, zero, one=0.0)


def intervals_inside(network: Network, polygons: NDArray[np.object_]) -> tuple[Ints, Ints, Floats, Floats]:
    """Parts of street segments inside polygons: polygon, segment, low and high metres along the segment."""
    segments = network.segments
    box = shapely.bounds(polygons).reshape(-1, 4)
    polygon, segment = intersecting_pairs(Boxes(box[:, :2], box[:, 2:]), segments.boxes)
    pair, share = _boundary_fractions(segments, polygons, polygon * len(segments) + segment)
    low, high, pair = _pieces_between(pair, share, len(polygon))
    middle = (low + high) / 2
    ends = segments.ends.take(segment[pair], axis=0)
    spot = ends[:, :2] * (1 - middle)[:, None] + ends[:, 2:] * middle[:, None]
    shapely.prepare(polygons)
    within = shapely.intersects_xy(polygons[polygon[pair]], spot[:, 0], spot[:, 1])
    pair, low, high = pair[within], low[within], high[within]
    length = segments.length[segment[pair]]
    return polygon[pair], segment[pair], low * length, high * length


def _boundary_fractions(segments: Segments, polygons: NDArray[np.object_], keys: Ints) -> tuple[Ints, Floats]:
    """Where segments meet the boundary of their polygon: number of the pair (its sorted key) and share along."""
    pieces, owner = line_segments(np.asarray(shapely.boundary(polygons), dtype=object))
    found = [(np.empty(0, np.int64), np.empty(0))]
    for piece, segment in intersecting_chunks(segment_boxes(pieces), segments.boxes):
        s, t, across = _intersection_fractions(segments.ends[segment], pieces[piece])
        real = across & (s > 0) & (s < 1) & (t >= -1e-9) & (t <= 1 + 1e-9)
        key = owner[piece[real]] * len(segments) + segment[real]
        found.append((np.searchsorted(keys, key).astype(np.int64), s[real]))
    return np.concatenate([pair for pair, _ in found]), np.concatenate([share for _, share in found])


def _intersection_fractions(a: NDArray[np.float64], b: NDArray[np.float64]) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    r, w, way = a[:, 2:] - a[:, :2], b[:, 2:] - b[:, :2], b[:, :2] - a[:, :2]
    across = r[:, 0] * w[:, 1] - r[:, 1] * w[:, 0]
    live = across != 0
    s = np.divide(way[:, 0] * w[:, 1] - way[:, 1] * w[:, 0], across, out=np.zeros(len(a)), where=live)
    t = np.divide(way[:, 0] * r[:, 1] - way[:, 1] * r[:, 0], across, out=np.zeros(len(a)), where=live)
    return s, t, live


def _pieces_between(pair: Ints, share: Floats, count: int) -> tuple[Floats, Floats, Ints]:
    """Pieces of 0..1 of each pair between its shares."""
    every = np.arange(count, dtype=np.int64)
    row = np.concatenate([every, pair])
    value = np.concatenate([np.zeros(count), share])
    order = np.lexsort((value, row))
    row, value = row[order], value[order]
    last = np.append(row[1:] != row[:-1], True)[: len(row)]
    following = np.append(value[1:], 1.0)[: len(value)]
    return value, np.where(last, 1.0, following), row

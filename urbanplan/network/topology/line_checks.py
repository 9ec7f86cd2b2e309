"""Flaws of single lines and of the whole: no length, kinks, self-crossings, crossings without a node, islands."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, cast

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from urbanplan.network.clustering import cluster_points
from urbanplan.network.intersections import Intersections, Mask
from urbanplan.network.intervals import Floats, Ints
from urbanplan.network.order import dot_rows
from urbanplan.network.shapes import to_polylines
from urbanplan.network.topology.defect import Defect, Edit
from urbanplan.network.topology.duplicates import line_substring
from urbanplan.network.topology.linework import Drawing

KINK_ANGLE = 30.0
"""Degrees: a line that turns back into a narrower angle has a kink."""
SPIKE_QUOTIENT = 0.05
"""Isoperimetric quotient below which a loop is a spike, told as a kink, not a self-crossing."""


def find_zero_length(drawing: Drawing) -> list[Defect]:
    """Lines shorter than the tolerance."""
    rows = np.flatnonzero(drawing.length <= drawing.tolerance)
    places = drawing.coords[drawing.offsets[rows]]
    return [
        Defect("zero-length", line, shapely.Point(place), (), (Edit("drop", line),), {"length_m": length})
        for line, place, length in zip(rows.tolist(), places, drawing.length[rows].tolist(), strict=True)
    ]


def find_kinks(drawing: Drawing, *, near: float) -> list[Defect]:
    """Vertices at which a line turns back into less than ``KINK`` degrees; short spikes can be cut off."""
    line, vertex, angle, leg = _vertex_angles(drawing)
    sharp = (angle < KINK_ANGLE) & drawing.alive[line]
    made = []
    for owner, at, degrees, short in zip(line[sharp], vertex[sharp], angle[sharp], leg[sharp], strict=True):
        low = float(drawing.vertex_at[at])
        edits = (Edit("straighten", int(owner), low),) if short <= near else ()
        values = {"angle_deg": float(degrees), "leg_m": float(short)}
        made.append(Defect("kink", int(owner), shapely.Point(drawing.coords[at]), (), edits, values))
    return made


def _vertex_angles(drawing: Drawing) -> tuple[Ints, Ints, Floats, Floats]:
    """Line, vertex, inner angle (degrees) and shorter leg of every inner vertex; repeated vertices are skipped."""
    owner = np.repeat(np.arange(drawing.lines, dtype=np.int64), np.diff(drawing.offsets))
    fresh = np.append(True, (np.diff(drawing.vertex_at) > drawing.tolerance) | (owner[1:] != owner[:-1]))
    at = np.flatnonzero(fresh)
    points, own = drawing.coords[at], owner[at]
    step = np.diff(points, axis=0)
    size = np.hypot(step[:, 0], step[:, 1])
    same = own[1:] == own[:-1]
    inner = np.flatnonzero(same[:-1] & same[1:])
    product = size[inner] * size[inner + 1]
    cosine = np.divide(
        -dot_rows(step[inner], step[inner + 1]), product, out=np.full(len(inner), -1.0), where=product > 0
    )
    angle = np.degrees(np.arccos(np.clip(cosine, -1, 1)))
    return own[inner + 1], at[inner + 1], angle, np.minimum(size[inner], size[inner + 1])


def find_self_crossings(drawing: Drawing) -> list[Defect]:
    """Points at which a line crosses or touches itself."""
    own = drawing.meetings.pick(drawing.meetings.line == drawing.meetings.other)
    closed = drawing.is_end(own.line, own.at) & drawing.is_end(own.line, own.other_at)
    own = own.pick(~closed)
    places = drawing.points(own.line, own.at)
    made = []
    for row in _one_per_location(own, places, drawing.tolerance):
        line, low, high = int(own.line[row]), float(own.at[row]), float(own.other_at[row])
        loop = shapely.Polygon(
            np.vstack([shapely.get_coordinates(line_substring(drawing, line, low, high)), places[row]])
        )
        if 4 * np.pi * loop.area < SPIKE_QUOTIENT * loop.length**2:
            continue
        spot = (float(places[row][0]), float(places[row][1]))
        edits = (Edit("cut", line, low, 0.0, spot), Edit("cut", line, high, 0.0, spot))
        values = {"loop_m": high - low}
        made.append(Defect("self-crossing", line, shapely.Point(places[row]), (), edits, values))
    return made


def _one_per_location(found: Intersections, places: NDArray[np.float64], tolerance: float) -> list[int]:
    if not len(found):
        return []
    spot, _ = cluster_points(places, max(4 * tolerance, 1e-6))
    _, first = np.unique(np.stack([found.line, spot]), axis=1, return_index=True)
    return first.tolist()


def find_crossings(drawing: Drawing, meetings: Intersections, *, over: Sequence[Defect]) -> list[Defect]:
    """Points at which lines cross or touch although not all of them end there.

    Args:
        drawing: without later copies. meetings: as for overshoots.
        over: the overshoots, whose meetings are told already.
    """
    ends = drawing.is_end(meetings.line, meetings.at) & drawing.is_end(meetings.other, meetings.other_at)
    found = meetings.pick((meetings.line != meetings.other) & ~ends)
    found = found.pick(~_lie_on_tails(drawing, found, over))
    if not len(found):
        return []
    places = drawing.points(found.line, found.at)
    told = np.array([defect.values["at"] for defect in over], dtype=float).reshape(-1, 2)
    spot, _ = cluster_points(np.vstack([places, told]), max(2 * drawing.tolerance, 1e-6))
    fresh = ~np.isin(spot[: len(found)], spot[len(found) :])
    found, places, spot = found.pick(fresh), places[fresh], spot[: len(fresh)][fresh]
    return _crossing_defects(drawing, found, places, spot) if len(found) else []


def _lie_on_tails(drawing: Drawing, found: Intersections, over: Sequence[Defect]) -> Mask:
    """Meetings on the tails that overshoots cut off."""
    low, high = np.full(drawing.lines, -np.inf), np.full(drawing.lines, np.inf)
    for edit in (edit for defect in over for edit in defect.edits):
        if edit.deed == "keep":
            low[edit.line], high[edit.line] = max(low[edit.line], edit.low), min(high[edit.line], edit.high)
        elif edit.deed == "drop":
            low[edit.line], high[edit.line] = np.inf, -np.inf
    slack = 2 * drawing.tolerance
    sides = ((found.line, found.at), (found.other, found.other_at))
    off = [(at < low[line] - slack) | (at > high[line] + slack) for line, at in sides]
    return off[0] | off[1]


def _crossing_defects(drawing: Drawing, found: Intersections, places: NDArray[np.float64], spot: Ints) -> list[Defect]:
    """One defect for each spot; of a line that meets there more than once, the first place."""
    order = np.lexsort((found.at, found.line, spot))
    line, at, group = found.line[order], found.at[order], spot[order]
    fresh = np.append(True, group[1:] != group[:-1])
    points = np.asarray(shapely.points(places[order[fresh]]), dtype=object)
    once = fresh | np.append(True, line[1:] != line[:-1])
    line, at, group = line[once], at[once], np.cumsum(fresh)[once] - 1
    ends = drawing.is_end(line, at)
    meet = places[order[fresh]]
    tips, first = np.unique(group[ends], return_index=True)
    meet[tips] = drawing.points(line[ends][first], at[ends][first])
    bounds = np.flatnonzero(fresh[once]).tolist()
    table = line.tolist(), at.tolist(), ends.tolist()
    spots = zip(bounds, [*bounds[1:], len(line)], meet.tolist(), points, strict=True)
    return [
        _crossing_defect([column[low:high] for column in table], (x, y), point) for low, high, (x, y), point in spots
    ]


def _crossing_defect(table: list[list[Any]], spot: tuple[float, float], point: BaseGeometry) -> Defect:
    """The defect of a spot, by its lines, the metres along each, and whether it ends there."""
    lines, metres, ends = table
    through = [(line, at) for line, at, end in zip(lines, metres, ends, strict=True) if not end]
    edits = tuple(Edit("cut", line, at, 0.0, spot) for line, at in through)
    main = through[0][0] if through else lines[0]
    others = tuple(line for line in lines if line != main)
    return Defect("crossing", main, point, others, edits, {"kind": "touch" if any(ends) else "cross"})


def find_islands(drawing: Drawing, links: NDArray[np.int64]) -> tuple[list[Defect], Mask]:
    """Parts that stay apart even where lines that meet, and missed ends (``links``, pairs of lines), are joined.

    Returns:
        A defect for every part but the longest, and the mask of lines that lie on such parts.
    """
    label, length = _connected_parts(drawing, links)
    alive = np.flatnonzero(drawing.alive)
    main = int(np.argmax(length))
    away = np.zeros(drawing.lines, dtype=bool)
    away[alive] = label[alive] != main
    small = np.flatnonzero(away)
    if not len(small):
        return [], away
    lines, rest = _line_shapes(drawing), alive[~away[alive]]
    (_, nearest), distance = shapely.STRtree(lines[rest]).query_nearest(
        lines[small], all_matches=False, return_distance=True
    )
    to = rest[nearest]
    order = np.lexsort((small, label[small]))
    starts = np.flatnonzero(np.append(True, np.diff(label[small][order]) != 0))
    return _island_defects(lines, small[order], distance[order], to[order], starts), away


def _line_shapes(drawing: Drawing) -> NDArray[np.object_]:
    return to_polylines(drawing.coords, drawing.offsets)


def _connected_parts(drawing: Drawing, links: NDArray[np.int64]) -> tuple[Ints, Floats]:
    """Connected part of each line, and the length of each part."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    ends = drawing.ends
    first = np.full(int(ends.node.max()) + 1, -1, dtype=np.int64)
    first[ends.node[::-1]] = ends.line[::-1]
    a = np.concatenate([ends.line, drawing.meetings.line, links[:, 0]])
    b = np.concatenate([first[ends.node], drawing.meetings.other, links[:, 1]])
    graph = coo_array((np.ones(len(a), np.int8), (a, b)), shape=(drawing.lines,) * 2)
    label = connected_components(graph, directed=False)[1].astype(np.int64)
    alive = drawing.alive
    length = np.bincount(label[alive], weights=drawing.length[alive], minlength=int(label.max()) + 1)
    return label, length.astype(np.float64)


def _island_defects(lines: NDArray[np.object_], rows: Ints, distance: Floats, to: Ints, starts: Ints) -> list[Defect]:
    """One defect for each part; parts one after another in the rows, with the nearest line of the rest of each row."""
    bounds = [*starts.tolist(), len(rows)]
    length, drawn = shapely.length(lines[rows]), lines[rows].tolist()
    nearest = [low + int(np.argmin(distance[low:high])) for low, high in pairwise(bounds)]
    links = shapely.get_coordinates(shapely.shortest_line(lines[rows[nearest]], lines[to[nearest]]))
    made = []
    for (low, high), near, link in zip(pairwise(bounds), nearest, links.reshape(-1, 2, 2).tolist(), strict=True):
        shape = cast(BaseGeometry, shapely.MultiLineString(drawn[low:high]) if high - low > 1 else drawn[low])
        values = {
            "length_m": float(length[low:high].sum()),
            "lines": high - low,
            "distance_m": float(distance[near]),
            "link": link,
        }
        made.append(Defect("isolated", int(rows[low]), shape, (int(to[near]),), (), values))
    return made

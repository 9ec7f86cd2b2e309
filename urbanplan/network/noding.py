"""Where lines of one level meet: proper crossings, and vertices that touch another line.

An end of a line joins whatever it touches, at any level (a bridge ends on the
ground); inner points join only lines of their own level.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from urbanplan.network.bbox_join import Boxes, boxes_around, crossing_chunks, intersecting_chunks, segment_boxes
from urbanplan.network.graph import distances_along
from urbanplan.network.intersections import project_to_segments
from urbanplan.network.intervals import Floats, Ints
from urbanplan.network.linear_split import Cuts


@dataclass(frozen=True, eq=False)
class _LineSegments:
    """Segments of all lines: their line, metres before them, ends, and the vertex that begins them."""

    line: Ints
    start: Floats
    ends: NDArray[np.float64]
    length: Floats


def find_noding_cuts(coords: NDArray[np.float64], offsets: Ints, *, level: Ints, tolerance: float) -> Cuts:
    """All places where lines are to be cut, as line number and metres.

    Args:
        coords: vertices of all lines, shape (k, 2); ``offsets`` cuts them into lines.
        level: level of each line. tolerance: metres within which a vertex touches a line.
    """
    at = distances_along(coords, offsets)
    inner = np.ones(len(coords), dtype=bool)
    inner[offsets[1:] - 1] = False
    head = np.flatnonzero(inner)
    owner = np.repeat(np.arange(len(offsets) - 1, dtype=np.int64), np.diff(offsets))
    ends = np.hstack([coords[head], coords[head + 1]])
    pieces = _LineSegments(owner[head], at[head], ends, np.hypot(*(ends[:, 2:] - ends[:, :2]).T))
    found = [
        *_touch_cuts(coords, offsets, owner, at, pieces, level, tolerance),
        *_crossing_cuts(pieces, level, tolerance),
    ]
    if not found:
        return Cuts.none()
    return Cuts(np.concatenate([cut.line for cut in found]), np.concatenate([cut.at for cut in found]))


def _touch_cuts(  # noqa: PLR0913 - the flat tables of one layer of lines
    coords: NDArray[np.float64],
    offsets: Ints,
    owner: Ints,
    at: Floats,
    pieces: _LineSegments,
    level: Ints,
    tolerance: float,
) -> list[Cuts]:
    """Cuts of lines at vertices of others (or their own, farther along) within the tolerance."""
    tip = np.zeros(len(coords), dtype=bool)
    tip[offsets[:-1]] = True
    tip[offsets[1:] - 1] = True
    reach = max(tolerance, 1e-9)
    boxes = segment_boxes(pieces.ends)
    cuts = []
    for vertex, piece in intersecting_chunks(boxes_around(coords[:, 0], coords[:, 1], reach), boxes):
        share, away = project_to_segments(coords[vertex], pieces.ends[piece])
        metres = pieces.start[piece] + share * pieces.length[piece]
        same = owner[vertex] == pieces.line[piece]
        apart = ~same | (np.abs(metres - at[vertex]) > 2 * reach + 1e-6)
        one_level = level[owner[vertex]] == level[pieces.line[piece]]
        meets = (away <= reach) & apart & (one_level | tip[vertex])
        cuts.append(Cuts(pieces.line[piece[meets]], metres[meets]))
        bent = meets & ~tip[vertex]
        cuts.append(Cuts(owner[vertex[bent]], at[vertex[bent]]))
    return cuts


def _crossing_cuts(pieces: _LineSegments, level: Ints, tolerance: float) -> list[Cuts]:
    """Cuts of both lines where two segments cross away from their ends."""
    boxes: Boxes = segment_boxes(pieces.ends)
    cuts = []
    for i, j in crossing_chunks(boxes):
        keep = level[pieces.line[i]] == level[pieces.line[j]]
        i, j = i[keep], j[keep]
        s, t, real = _intersection_fractions(pieces.ends[i], pieces.ends[j])
        for mine, share in ((i, s), (j, t)):
            near = np.minimum(share, 1 - share) * pieces.length[mine]
            real &= near > tolerance
        cuts.append(Cuts(pieces.line[i[real]], (pieces.start[i] + s * pieces.length[i])[real]))
        cuts.append(Cuts(pieces.line[j[real]], (pieces.start[j] + t * pieces.length[j])[real]))
    return cuts


def _intersection_fractions(a: NDArray[np.float64], b: NDArray[np.float64]) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    """Shares along two segments of the point where their lines meet, and whether they do inside both."""
    p, r = a[:, :2], a[:, 2:] - a[:, :2]
    q, w = b[:, :2], b[:, 2:] - b[:, :2]
    across = r[:, 0] * w[:, 1] - r[:, 1] * w[:, 0]
    way = q - p
    live = across != 0
    s = np.divide(way[:, 0] * w[:, 1] - way[:, 1] * w[:, 0], across, out=np.full(len(a), -1.0), where=live)
    t = np.divide(way[:, 0] * r[:, 1] - way[:, 1] * r[:, 0], across, out=np.full(len(a), -1.0), where=live)
    return s, t, live & (s > 0) & (s < 1) & (t > 0) & (t < 1)

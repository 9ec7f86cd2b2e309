"""Where lines of one level meet: proper crossings, and vertices that touch another line.

An end of a line joins whatever it touches, at any level (a bridge ends on the
ground); inner points join only lines of their own level.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from urbanplan.network.intervals import Floats, Ints
from urbanplan.network.linear_split import Cuts
from urbanplan.network.segment_pairs import segment_pairs
from urbanplan.network.segment_sides import PairSides, intersection_fractions, pair_sides


@dataclass(frozen=True, eq=False)
class _LineSegments:
    """Segments of all lines: their line and its level, metres to their ends, ends, and which end a line's ends are."""

    line: Ints
    level: Ints
    start: Floats
    stop: Floats
    ends: NDArray[np.float64]
    length: Floats
    first: NDArray[np.bool_]
    last: NDArray[np.bool_]


def find_noding_cuts(coords: NDArray[np.float64], offsets: Ints, at: Floats, *, level: Ints, tolerance: float) -> Cuts:
    """All places where lines are to be cut, as line number and metres.

    Args:
        coords: vertices of all lines, shape (k, 2); ``offsets`` cuts them into lines; ``at``: metres along of each.
        level: level of each line. tolerance: metres within which a vertex touches a line.
    """
    inner = np.ones(len(coords), dtype=bool)
    inner[offsets[1:] - 1] = False
    head = np.flatnonzero(inner)
    line = np.repeat(np.arange(len(offsets) - 1, dtype=np.int64), np.diff(offsets))[head]
    ends = np.hstack([coords[head], coords[head + 1]])
    first, last = head == offsets[line], head + 2 == offsets[line + 1]
    length = np.hypot(*(ends[:, 2:] - ends[:, :2]).T)
    pieces = _LineSegments(line, level[line], at[head], at[head + 1], ends, length, first, last)
    found: list[Cuts] = []
    reach = max(tolerance, 1e-9)
    for i, j in segment_pairs(ends, reach):
        sides = pair_sides(ends, length, i, j, reach)
        found += [*_crossing_cuts(pieces, sides, tolerance), *_touch_cuts(pieces, sides)]
    if not found:
        return Cuts.none()
    return Cuts(np.concatenate([cut.line for cut in found]), np.concatenate([cut.at for cut in found]))


def _touch_cuts(pieces: _LineSegments, sides: PairSides) -> list[Cuts]:
    """Cuts at vertices of segments on others within the tolerance: their first ones, and last ones of lines."""
    cuts = []
    for end, one, two, share in sides.touches():
        tip = pieces.last[one] if end else pieces.first[one]
        at = pieces.stop[one] if end else pieces.start[one]
        one_level = pieces.level[one] == pieces.level[two]
        metres = pieces.start[two] + share * pieces.length[two]
        apart = (pieces.line[one] != pieces.line[two]) | (np.abs(metres - at) > 2 * sides.reach + 1e-6)
        meets = apart & (tip if end else one_level | tip)
        cuts.append(Cuts(pieces.line[two[meets]], metres[meets]))
        bent = meets & ~tip
        cuts.append(Cuts(pieces.line[one[bent]], at[bent]))
    return cuts


def _crossing_cuts(pieces: _LineSegments, sides: PairSides, tolerance: float) -> list[Cuts]:
    """Cuts of both lines where two segments cross away from their ends."""
    keep = sides.crossing & (pieces.level[sides.a] == pieces.level[sides.b])
    i, j = sides.a[keep], sides.b[keep]
    s, t, real = intersection_fractions(pieces.ends[i], pieces.ends[j])
    real &= (s > 0) & (s < 1) & (t > 0) & (t < 1)
    for mine, share in ((i, s), (j, t)):
        near = np.minimum(share, 1 - share) * pieces.length[mine]
        real &= near > tolerance
    return [
        Cuts(pieces.line[i[real]], (pieces.start[i] + s * pieces.length[i])[real]),
        Cuts(pieces.line[j[real]], (pieces.start[j] + t * pieces.length[j])[real]),
    ]

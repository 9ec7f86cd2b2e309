"""Where lines of one level meet: proper crossings, and vertices that touch another line.

An end of a line joins whatever it touches, at any level (a bridge ends on the
ground); inner points join only lines of their own level.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from urbanplan.network.intervals import Floats, Ints
from urbanplan.network.line_segments import LineSegments
from urbanplan.network.linear_split import Cuts
from urbanplan.network.segment_pairs import segment_pairs
from urbanplan.network.segment_sides import PairSides, intersection_fractions, pair_sides


def find_noding_cuts(coords: NDArray[np.float64], offsets: Ints, at: Floats, *, level: Ints, tolerance: float) -> Cuts:
    """All places where lines are to be cut, as line number and metres.

    Args:
        coords: vertices of all lines, shape (k, 2); ``offsets`` cuts them into lines; ``at``: metres along of each.
        level: level of each line. tolerance: metres within which a vertex touches a line.
    """
    segments = LineSegments(coords, offsets, at)
    found: list[Cuts] = []
    reach = max(tolerance, 1e-9)
    for i, j in segment_pairs(segments, reach):
        sides = pair_sides(segments.ends, i, j, reach)
        found += [*_crossing_cuts(segments, sides, level, tolerance), *_touch_cuts(segments, sides, level)]
    if not found:
        return Cuts.none()
    return Cuts(np.concatenate([cut.line for cut in found]), np.concatenate([cut.at for cut in found]))


def _touch_cuts(segments: LineSegments, sides: PairSides, level: Ints) -> list[Cuts]:
    """Cuts at vertices of segments on others within the tolerance: their first ones, and last ones of lines."""
    cuts = []
    for end, one, two, share in sides.touches():
        line, other, at = segments.line(one), segments.line(two), segments.at[one + end]
        tip = segments.tip[one + end]
        metres = segments.at[two] + share * segments.lengths[two]
        apart = (line != other) | (np.abs(metres - at) > 2 * sides.reach + 1e-6)
        meets = apart & (tip if end else (level[line] == level[other]) | tip)
        cuts.append(Cuts(other[meets], metres[meets]))
        bent = meets & ~tip
        cuts.append(Cuts(line[bent], at[bent]))
    return cuts


def _crossing_cuts(segments: LineSegments, sides: PairSides, level: Ints, tolerance: float) -> list[Cuts]:
    """Cuts of both lines where two segments cross away from their ends."""
    keep = sides.crossing & (level[segments.line(sides.a)] == level[segments.line(sides.b)])
    i, j = sides.a[keep], sides.b[keep]
    s, t, real = intersection_fractions(segments.take(i), segments.take(j))
    real &= (s > 0) & (s < 1) & (t > 0) & (t < 1)
    lengths = segments.lengths[i], segments.lengths[j]
    for length, share in zip(lengths, (s, t), strict=True):
        real &= np.minimum(share, 1 - share) * length > tolerance
    return [
        Cuts(segments.line(mine[real]), (segments.at[mine] + share * length)[real])
        for mine, share, length in zip((i, j), (s, t), lengths, strict=True)
    ]

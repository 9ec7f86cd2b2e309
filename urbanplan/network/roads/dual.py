"""Dual carriageways of which nobody told: lines of one road that run side by side."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

from urbanplan.network.intersections import Mask
from urbanplan.network.intervals import Ints, group_min

BESIDE = 40.0
"""Metres between the two carriageways of one road at most."""
PARALLEL = 5.0
"""Metres by which the distance between them may vary."""
SHARES = (0.1, 0.3, 0.5, 0.7, 0.9)
"""Places along a line where the other one is looked for."""


def _near_on_own_road(shapes: NDArray[np.object_], road: Ints) -> tuple[Ints, Ints]:
    """Pairs of lines of one road that come within ``BESIDE``, both ways; few near ones are of one road: asked first."""
    x, y, to_x, to_y = shapely.bounds(shapes).T
    boxes = shapely.box(x - BESIDE, y - BESIDE, to_x + BESIDE, to_y + BESIDE)
    mine, other = shapely.STRtree(shapes).query(np.asarray(boxes, dtype=object))
    pair = (mine != other) & (road[mine] == road[other])
    mine, other = mine[pair], other[pair]
    near = shapely.dwithin(shapes[mine], shapes[other], BESIDE)
    return mine[near], other[near]


def runs_beside_own_road(shapes: NDArray[np.object_], road: Ints, *, tolerance: float) -> Mask:
    """Lines that another line of the same road accompanies at an even distance over most of their length.

    Args:
        shapes: lines. road: number of the road of each, negative where it has none.
        tolerance: metres within which lines are one line.
    """
    beside = np.zeros(len(shapes), dtype=bool)
    drawn = np.flatnonzero((road >= 0) & (shapely.length(shapes) > 2 * BESIDE))
    drawn = drawn[np.bincount(road[drawn])[road[drawn]] > 1]  # a road of one line has no other
    mine, other = _near_on_own_road(shapes[drawn], road[drawn])
    mine, other = drawn[mine], drawn[other]
    if not len(mine):
        return beside
    spots = np.array([shapely.line_interpolate_point(shapes[mine], share, normalized=True) for share in SHARES])
    away = shapely.distance(spots, shapes[other][None, :])
    near = (away <= BESIDE) & (away > tolerance)
    spread = np.where(near, away, -np.inf).max(axis=0) - np.where(near, away, np.inf).min(axis=0)
    hit = (near.sum(axis=0) * 2 > len(SHARES)) & (spread <= PARALLEL)
    found = group_min(mine, np.where(hit, 0.0, 1.0), len(shapes))
    return found == 0.0

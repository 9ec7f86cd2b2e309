"""Which pairs of segments can touch, cross or run together: the sides of each other's line that their ends lie on.

Most segments whose boxes meet share an end and nothing else. A few products of a pair tell so, with a margin for
rounding, and only the others are computed with in full.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from urbanplan.network.intervals import Floats, Ints
from urbanplan.network.order import dot_rows

Mask = NDArray[np.bool_]
Masks = tuple[Mask, Mask]


@dataclass(frozen=True, eq=False)
class PairSides:
    """What the sides tell of pairs of segments ``a``, ``b``, one row each.

    Attributes:
        near: whether each end of ``a`` may lie on ``b``, and each end of ``b`` on ``a``.
        same: whether each end of ``a`` stands where each end of ``b`` does, to the bit.
        apart: whether both ends of one lie clearly on one side of the other's line.
    """

    ends: NDArray[np.float64]
    reach: float
    a: Ints
    b: Ints
    near: tuple[Masks, Masks]
    same: tuple[Masks, Masks]
    apart: Mask

    @property
    def shared(self) -> Mask:
        """Whether the two have an end in common."""
        return self.same[0][0] | self.same[0][1] | self.same[1][0] | self.same[1][1]

    @property
    def crossing(self) -> Mask:
        """Whether the two may be found to cross inside both: of common ends only two last ones are ever computed so."""
        return ~(self.apart | self.same[0][0] | self.same[0][1] | self.same[1][0])

    @property
    def along(self) -> Mask:
        """Whether the two may run together for a stretch: ends at two places lie on the other's line."""
        places = np.zeros(len(self.a), dtype=np.int8)
        for mask in (*self.near[0], *self.near[1]):
            places += mask
        for mask in (*self.same[0], *self.same[1]):
            places -= mask
        return places >= 2

    def touches(self) -> Iterator[tuple[int, Ints, Ints, Floats]]:
        """Which end (0 or 1) of which segments lies on which others, and its share along them.

        An end lies on another segment within ``reach``; where it stands at an end of it nothing is computed.
        """
        there = (self.a, self.b, self.near[0], self.same)
        back = (self.b, self.a, self.near[1], tuple(zip(*self.same, strict=True)))
        for mine, other, near, same in (there, back):
            for end in (0, 1):
                first, last = same[end]
                begins, stops = np.flatnonzero(first), np.flatnonzero(last & ~first)
                rows = np.flatnonzero(near[end] & ~first & ~last)
                vertex = self.ends[mine[rows], 2 * end : 2 * end + 2]
                share, away = project_to_segments(vertex, self.ends[other[rows]])
                hit = away <= self.reach
                found = np.concatenate([begins, stops, rows[hit]])
                shares = np.concatenate([np.zeros(len(begins)), np.ones(len(stops)), share[hit]])
                yield end, mine[found], other[found], shares


def pair_sides(ends: NDArray[np.float64], a: Ints, b: Ints, reach: float) -> PairSides:
    """Look at pairs ``a``, ``b`` of segments.

    Args:
        ends: all segments, rows x0, y0, x1, y1.
        reach: metres from a segment within which an end lies on it.
    """
    ax, ay, au, av = (side[a] for side in ends.T)
    bx, by, bu, bv = (side[b] for side in ends.T)
    rx, ry, wx, wy = au - ax, av - ay, bu - bx, bv - by
    dx, dy = bx - ax, by - ay
    off_a, off_b = (2 * reach * np.sqrt(x * x + y * y) + 1e-9 for x, y in ((rx, ry), (wx, wy)))
    of_a = wy * dx - wx * dy, wx * (ry - dy) - wy * (rx - dx)  # of the ends of a, of the line of b
    of_b = rx * dy - ry * dx, rx * (dy + wy) - ry * (dx + wx)
    near_a, near_b = (
        (np.abs(sides[0]) <= off, np.abs(sides[1]) <= off) for sides, off in ((of_a, off_b), (of_b, off_a))
    )
    same_first, same_last = (((x == bx) & (y == by), (x == bu) & (y == bv)) for x, y in ((ax, ay), (au, av)))
    apart = np.zeros(len(a), dtype=bool)
    for (one, other), off in ((of_a, off_b), (of_b, off_a)):
        apart |= (np.minimum(one, other) > off) | (np.maximum(one, other) < -off)
    return PairSides(ends, reach, a, b, (near_a, near_b), (same_first, same_last), apart)


def intersection_fractions(a: NDArray[np.float64], b: NDArray[np.float64]) -> tuple[Floats, Floats, Mask]:
    """Shares along two segments (rows x0, y0, x1, y1) of the point where their lines meet; False for parallels."""
    p, r = a[:, :2], a[:, 2:] - a[:, :2]
    q, w = b[:, :2], b[:, 2:] - b[:, :2]
    across = r[:, 0] * w[:, 1] - r[:, 1] * w[:, 0]
    way = q - p
    live = across != 0
    s = np.divide(way[:, 0] * w[:, 1] - way[:, 1] * w[:, 0], across, out=np.full(len(a), -1.0), where=live)
    t = np.divide(way[:, 0] * r[:, 1] - way[:, 1] * r[:, 0], across, out=np.full(len(a), -1.0), where=live)
    return s, t, live


def project_to_segments(points: NDArray[np.float64], ends: NDArray[np.float64]) -> tuple[Floats, Floats]:
    """Share along each segment of the point nearest to each point, and its distance."""
    step = ends[:, 2:] - ends[:, :2]
    way = points - ends[:, :2]
    square = dot_rows(step, step)
    share = np.divide(dot_rows(way, step), square, out=np.zeros(len(ends)), where=square > 0)
    share = np.clip(share, 0.0, 1.0)
    rest = way - step * share[:, None]
    return share, np.hypot(rest[:, 0], rest[:, 1])

"""Seen parts: what of a straight street segment a place sees within its leg limit, and how far that is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from urbanplan.network.array_edit import insert_values, key_ranges
from urbanplan.network.intervals import Floats, Ints, expand_counts

LEG_SLACK = 1e-6
"""Metres: a leg longer than its limit by less counts as the limit (a tangent touch survives rounding)."""


@dataclass(frozen=True, eq=False)
class LegIntervals:
    """One row per place, source and straight street segment.

    The straight distance at ``t`` metres along the edge is ``plus + sqrt(g² + (m·(t − t0))²)``: m is 1 and g the
    offset for a point source; for a wall the distance is linear or constant; inside a polygon it is 0.

    Attributes:
        place, edge, segment: whose, on which edge and straight segment.
        low, high: metres along the edge, low <= high.
        t0, g, m, plus: the distance's shape.
    """

    place: Ints
    edge: Ints
    segment: Ints
    low: Floats
    high: Floats
    t0: Floats
    g: Floats
    m: Floats
    plus: Floats

    def __len__(self) -> int:
        return len(self.place)

    def at(self, t: Floats) -> Floats:
        """Straight distance at ``t`` metres along each row's edge."""
        return self.plus + np.hypot(self.g, self.m * (t - self.t0))

    def at_rows(self, rows: Ints, t: Floats) -> Floats:
        """The same of some rows, at ``t`` metres along the edge of each."""
        return self.plus[rows] + np.hypot(self.g[rows], self.m[rows] * (t - self.t0[rows]))

    @property
    def at_low(self) -> Floats:
        """Straight distance where each row begins."""
        return self.at(self.low)

    @property
    def at_high(self) -> Floats:
        """Straight distance where each row ends."""
        return self.at(self.high)

    def pick(self, rows: NDArray[np.bool_] | Ints | slice) -> LegIntervals:
        """Some of the rows."""
        return LegIntervals(*(column[rows] for column in self.columns))

    def within(self, low: Floats, high: Floats, rows: Ints) -> LegIntervals:
        """The given rows cut to ``low..high``."""
        part = self.pick(rows)
        return LegIntervals(part.place, part.edge, part.segment, low, high, part.t0, part.g, part.m, part.plus)

    def shaped(self, *, m: Floats | None = None, plus: Floats | None = None) -> LegIntervals:
        """The same rows with another slope or addition."""
        m, plus = self.m if m is None else m, self.plus if plus is None else plus
        return LegIntervals(self.place, self.edge, self.segment, self.low, self.high, self.t0, self.g, m, plus)

    def placed(self, place: Ints) -> LegIntervals:
        """The same rows of other places."""
        return LegIntervals(place, *self.columns[1:])

    @property
    def columns(self) -> tuple[NDArray, ...]:
        """The columns in the order of the constructor."""
        return (self.place, self.edge, self.segment, self.low, self.high, self.t0, self.g, self.m, self.plus)


def empty_legs() -> LegIntervals:
    """No row."""
    number, metre = np.empty(0, np.int64), np.empty(0)
    return LegIntervals(number, number, number, metre, metre, metre, metre, metre, metre)


def stack_legs(parts: list[LegIntervals]) -> LegIntervals:
    """Rows of several tables, sorted by edge, low and place (where these tie by all else that they hold)."""
    if not parts:
        return empty_legs()
    whole = LegIntervals(*(np.concatenate(column) for column in zip(*(part.columns for part in parts), strict=True)))
    return whole.pick(sort_order(whole))


def insert_legs(rows: LegIntervals, more: LegIntervals) -> LegIntervals:
    """What :func:`stack_legs` gives of sorted rows and a few more, whose places are behind all of theirs."""
    more = more.pick(sort_order(more))
    begin, end = key_ranges(rows.edge, more.edge)
    owner, number = expand_counts(end - begin)
    before = rows.low[begin[owner] + number] <= more.low[owner]
    at = begin + np.bincount(owner[before], minlength=len(more))
    columns = zip(rows.columns, more.columns, strict=True)
    return LegIntervals(*(insert_values(column, at, values) for column, values in columns))


def sort_order(rows: LegIntervals) -> Ints:
    """The order by edge, low and place; rows that tie, column by column by what is left."""
    order = np.lexsort((rows.place, rows.low, rows.edge))
    same = np.ones(max(len(order) - 1, 0), dtype=bool)
    for column in (rows.edge, rows.low, rows.place):
        same &= column[order[1:]] == column[order[:-1]]
    for column in (rows.t0, rows.segment, rows.g, rows.high, rows.m, rows.plus):
        if not same.any():
            break
        tied = np.flatnonzero(np.append(same, False) | np.append(False, same))
        group, row = np.cumsum(~np.append(False, same))[tied], order[tied]
        order[tied] = row[np.lexsort((column[row], group))]
        same &= column[order[1:]] == column[order[:-1]]
    return order

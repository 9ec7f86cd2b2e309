"""Intervals on many lines at once: union, gaps, overlap; arrays in, arrays out.

An interval is a row ``(line, low, high)``; lines are numbered from 0.  All
functions are sorts and running maxima, without a loop over lines.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

TOUCH_TOLERANCE = 1e-9
"""Metres: intervals nearer than this are one (rounding of labels, not a gap that exists)."""


@dataclass(frozen=True, eq=False)
class Intervals:
    """Rows ``(line, low, high)``, sorted by line and low, disjoint when made by :func:`union`."""

    line: Ints
    low: Floats
    high: Floats

    def __len__(self) -> int:
        return len(self.line)

    @property
    def length(self) -> Floats:
        """The length of each row."""
        return self.high - self.low

    def pick(self, rows: NDArray[np.bool_] | Ints | slice) -> Intervals:
        """Some of the rows."""
        return Intervals(self.line[rows], self.low[rows], self.high[rows])

    def per_line(self, count: int) -> Floats:
        """Total length on each of ``count`` lines."""
        return group_sums(self.line, self.length, count)


def concatenate_intervals(parts: Sequence[Intervals]) -> Intervals:
    """The rows of one after another."""
    return Intervals(*(np.concatenate([getattr(one, name) for one in parts]) for name in ("line", "low", "high")))


def union(line: Ints, low: Floats, high: Floats, *, touch: float = TOUCH_TOLERANCE) -> Intervals:
    """The union of intervals on each line; rows with high below low are no intervals."""
    real = high >= low
    line, low, high = line[real], low[real], high[real]
    order = np.lexsort((low, line))
    line, low, high = line[order], low[order], high[order]
    if len(line) == 0:
        return Intervals(line.astype(np.int64), low, high)
    reach = running_max(line, high)
    first = np.ones(len(line), dtype=bool)
    first[1:] = (line[1:] != line[:-1]) | (low[1:] > reach[:-1] + touch)
    last = np.append(first[1:], True)
    return Intervals(line[first], low[first], reach[last])


def running_max(line: Ints, value: Floats) -> Floats:
    """The greatest value so far on each line; rows must be sorted by line."""
    falls = np.flatnonzero((line[1:] == line[:-1]) & (value[1:] < value[:-1]))
    if len(falls) == 0:
        return value
    found = value.copy()
    asked = np.zeros(int(line[-1]) + 1, dtype=bool)
    asked[line[falls]] = True
    rows = np.flatnonzero(asked[line])
    by_value = rows[np.lexsort((value[rows], line[rows]))]
    rank = np.empty(len(value), dtype=np.int64)
    rank[by_value] = np.arange(len(rows))
    found[rows] = value[by_value[np.maximum.accumulate(rank[rows])]]
    return found


def complement(covered: Intervals, length: Floats, *, touch: float = TOUCH_TOLERANCE) -> Intervals:
    """What ``covered`` (a union) leaves of lines ``0..length``; no gap is shorter than ``touch``."""
    count = len(length)
    every = np.arange(count, dtype=np.int64)
    line = np.concatenate([every, covered.line])
    low = np.concatenate([np.zeros(count), covered.high])
    order = np.lexsort((low, line))
    line, low = line[order], low[order]
    last = np.append(line[1:] != line[:-1], True)[: len(line)]
    high = np.empty(len(low))
    high[last] = length[line[last]]
    high[~last] = covered.low
    real = high - low > touch
    return Intervals(line[real], low[real], high[real])


def length_before(covered: Intervals, line: Ints, at: Floats) -> Floats:
    """Covered length of ``0..at`` on each asked line; ``covered`` is a union."""
    if len(covered) == 0:
        return np.zeros(len(line))
    sums = np.concatenate([[0.0], np.cumsum(covered.length.astype(np.longdouble)).astype(float)])
    start = np.searchsorted(covered.line, line, side="left")
    place = last_at_or_before(covered.line, covered.low, line, at)
    before = np.maximum(place, start)
    whole = sums[before] - sums[start]
    inside = np.clip(place, 0, len(covered) - 1)
    live = place >= start
    part = np.where(live, np.clip(at - covered.low[inside], 0.0, covered.length[inside]), 0.0)
    return np.where(live, whole, 0.0) + part


def last_at_or_before(line: Ints, low: Floats, asked: Ints, at: Floats) -> Ints:
    """Index of the last sorted row ``(line, low)`` with ``low <= at`` on the asked line or before it, else -1."""
    keys = np.concatenate([line, asked])
    values = np.concatenate([low, at])
    kind = np.concatenate([np.zeros(len(line), dtype=np.int8), np.ones(len(asked), dtype=np.int8)])
    order = np.lexsort((kind, values, keys))
    seen = np.cumsum(kind[order] == 0)
    found = np.empty(len(keys), dtype=np.int64)
    found[order] = seen - 1
    return found[len(line) :]


def overlap_length(covered: Intervals, line: Ints, low: Floats, high: Floats) -> Floats:
    """Covered length inside each asked interval; ``covered`` is a union."""
    return length_before(covered, line, high) - length_before(covered, line, low)


def expand_counts(counts: Ints) -> tuple[Ints, Ints]:
    """Owner and running number of ``counts[i]`` items for each i: ``[2, 0, 1] → ([0, 0, 2], [0, 1, 0])``."""
    owner = np.repeat(np.arange(len(counts), dtype=np.int64), counts)
    ends = np.cumsum(counts)
    number = np.arange(len(owner), dtype=np.int64) - np.repeat(ends - counts, counts)
    return owner, number


def join_keys(left: Ints, right: Ints) -> tuple[Ints, Ints]:
    """All pairs of rows with equal keys: indices into ``left`` and into ``right``, sorted by left."""
    order = np.argsort(right, kind="stable")
    start, counts = ranges_of_keys(right[order], left)
    owner, number = expand_counts(counts.astype(np.int64))
    return owner, order[start[owner] + number].astype(np.int64)


def ranges_of_keys(keys: Ints, asked: Ints) -> tuple[Ints, Ints]:
    """Where the rows of each asked key begin in a sorted column, and how many they are; dense keys by a table."""
    least, most = (int(keys[0]), int(keys[-1])) if len(keys) else (0, 0)
    if most - least > 4 * (len(keys) + len(asked)):
        start = np.searchsorted(keys, asked, side="left")
        return start, np.searchsorted(keys, asked, side="right") - start
    held = np.bincount(keys - least, minlength=most - least + 2)  # one more, of no key
    place = np.where((asked >= least) & (asked <= most), asked - least, most - least + 1)
    return (np.cumsum(held) - held)[place], held[place]


def group_sums(group: Ints, value: Floats, count: int) -> Floats:
    """The sum of each group ``0..count-1``."""
    return np.bincount(group, weights=value, minlength=count).astype(np.float64)


def group_min(group: Ints, value: Floats, count: int) -> Floats:
    """The least value of each group ``0..count-1``, infinity where it has none."""
    found = np.full(count, np.inf)
    np.minimum.at(found, group, value)
    return found

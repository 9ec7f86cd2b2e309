"""Two threads on a large network: each searches its own half of the nodes, one search mends what crosses the cut.

Nodes are numbered along a curve, so that a cut in the middle crosses few arcs.  These stand last in their rows, where
a search of one half does not come to them.  No thread reads or writes the other's labels, and labels do not depend on
the order of scans: they are the same to the bit as one thread's.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple, TypeVar

import numpy as np

from urbanplan.layer.compiled import cached_njit
from urbanplan.network.intervals import Floats
from urbanplan.network.kernels.windowed_search import Rows, search_seeds

T = TypeVar("T")

MIN_NODES = 200_000
"""Nodes from which a network is cut in halves."""
MIN_REACHED_NODES = 100_000
"""Nodes that a walk is expected to reach from which a second thread pays."""


class Partition(NamedTuple):
    """Rows of a network cut in halves: the first node behind the cut, where the own half's arcs end in each row, and
    the nodes whose rows go on."""

    middle: int
    stop: Rows
    beside: Rows


def partition_rows(indptr: Rows, head: Rows, weight: Floats) -> Partition:
    """Put arcs across the middle last in their rows (in place)."""
    middle = (len(indptr) - 1) // 2
    stop = _sort_crossing_last(indptr, head, weight, middle)
    return Partition(middle, stop, np.flatnonzero(stop < indptr[1:]).astype(np.int32))


def is_worthwhile(seeds: int, steps: float) -> bool:
    """Whether so many seeds and steps are expected to reach enough nodes."""
    return seeds * (2 * min(steps, 1e6) ** 2 + 1) >= MIN_REACHED_NODES


def search_partitions(
    rows, cut: Partition, label: Floats, start: Rows, limit: float, width: float, block: int, rooms
) -> None:
    """What :func:`search_seeds` does, on two threads with a room each."""
    indptr, head, weight = rows
    sides = start[start < cut.middle], start[start >= cut.middle]

    def half(side: int) -> None:
        search_seeds(indptr, cut.stop, head, weight, label, sides[side], limit, width, block, *rooms[side])

    run_on_two_threads(half)
    fallen = _propagate_across(indptr, cut.stop, head, weight, label, cut.beside, limit)
    search_seeds(indptr, indptr[1:], head, weight, label, fallen, limit, width, len(fallen) + 1, *rooms[0])


def run_on_two_threads(work: Callable[[int], T], *, threads: int = 2) -> tuple[T, T]:
    """``work`` on side 0 and side 1, at the same time on two threads."""
    if threads < 2:
        return work(0), work(1)
    with ThreadPoolExecutor(1) as pool:
        other = pool.submit(work, 1)
        return work(0), other.result()


@cached_njit
def _sort_crossing_last(indptr, head, weight, middle):
    """Sort each row: arcs within the half first; returns where these end."""
    stop = np.empty(len(indptr) - 1, np.int32)
    for node in range(len(stop)):
        end = indptr[node + 1]
        arc = indptr[node]
        while arc < end:
            if (head[arc] < middle) == (node < middle):
                arc += 1
                continue
            end -= 1
            head[arc], head[end] = head[end], head[arc]
            weight[arc], weight[end] = weight[end], weight[arc]
        stop[node] = end
    return stop


@cached_njit
def _propagate_across(indptr, stop, head, weight, label, beside, limit):
    """Pass labels across the cut once; returns the nodes whose label fell."""
    most = 0
    for node in beside:
        most += indptr[node + 1] - stop[node]
    fallen, count = np.empty(most, np.int32), 0
    for node in beside:
        for arc in range(stop[node], indptr[node + 1]):
            way = label[node] + weight[arc]
            if way <= limit and way < label[head[arc]]:
                label[head[arc]], fallen[count] = way, head[arc]
                count += 1
    return fallen[:count]

"""The compiled search: first in, first out within a window of metres, window after window.

A node whose label falls is put at the end of a ring and scanned again; in one window that is faster than any
heap as long as few nodes are scanned twice.  Nodes beyond the window wait in a pile for the next one.  The guard
counts second scans: when they rise the window is halved, so that the queue becomes one of ever narrower buckets
and neither a long walk nor an odd network makes it rescan without bound.

Where the network is far larger than the processor's own memory, seeds are searched neighbourhood by neighbourhood,
as long as their walks hardly meet.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from urbanplan.network.intervals import Floats
from urbanplan.network.kernels.compiled import compiled

Rows = NDArray[np.int32]

WINDOW = 8.0
"""Width of the first window in mean edge lengths."""
TWICE = 6
"""The guard narrows the window when more than one scan in this many is a second one."""
HELD = 20_000
"""Nodes that one neighbourhood of seeds is meant to reach."""
WAITING, PILED, SCANNED = 1, 2, 3


Room = tuple[Rows, Rows, NDArray[np.uint8]]
"""What a search writes into beside labels: ring, pile and the state of each node."""


def room_for(nodes: int) -> Room:
    """Room for the search of a network; its contents do not matter."""
    return np.empty(nodes + 1, np.int32), np.empty(nodes + 1, np.int32), np.empty(nodes, np.uint8)


def relabel_rows(  # noqa: PLR0913
    indptr: Rows, head: Rows, weight: Floats, label: Floats, *, limit: float, mean: float, room: Room | None = None
) -> None:
    """Lower ``label`` (seeds, infinity elsewhere) to the least ways along the rows, none above ``limit``.

    Args:
        indptr, head, weight: arcs in compressed rows. mean: mean length of an edge, metres.
        room: kept between searches, for pages of memory that are new cost more than a short search.
    """
    start = np.flatnonzero(label <= limit).astype(np.int32)
    block = neighbourhood(len(label), len(start), limit / mean if mean > 0 else np.inf)
    room = room or room_for(len(label))
    search_seeds(indptr, head, weight, label, start, limit, WINDOW * mean, block, *room)


def neighbourhood(nodes: int, seeds: int, steps: float) -> int:
    """How many seeds are searched at once: all, unless the network is large and their walks hardly meet."""
    reached = 2 * min(steps, 1e6) ** 2 + 1
    if nodes < 10 * HELD or seeds * reached > nodes:
        return max(seeds, 1)
    return max(int(HELD / reached), 16)


@compiled
def search_seeds(indptr, head, weight, label, start, limit, width, block, ring, far, state):  # noqa: PLR0913
    """Search from seeds, ``block`` at a time; returns scans and second scans."""
    state[:] = 0
    scans, again, begin = 0, 0, 0
    while begin < len(start):
        end = min(begin + block, len(start))
        counts = _windows(indptr, head, weight, label, start[begin:end], limit, width, ring, far, state)
        scans, again, begin = scans + counts[0], again + counts[1], end
        if TWICE * again > scans:
            block = len(start)
    return scans, again


@compiled
def _windows(indptr, head, weight, label, start, limit, width, ring, far, state):  # noqa: PLR0913
    """Search from all of ``start`` in windows ``width`` wide or narrower."""
    piled = len(start)
    for i in range(piled):
        far[i] = start[i]
        state[start[i]] = PILED
    scans, again, first = 0, 0, 0
    while True:
        last, piled, top = _fill(label, width, ring, far, state, first, piled)
        if first == last:
            return scans, again
        while first != last:
            first, last, piled, done, twice = _scan(
                indptr, head, weight, label, limit, top, ring, far, state, first, last, piled
            )
            scans, again = scans + done, again + twice
            if first != last:  # the guard: too many second scans
                last, piled, width, top = _narrow(label, width, ring, far, state, first, last, piled)


@compiled
def _scan(indptr, head, weight, label, limit, top, ring, far, state, first, last, piled):  # noqa: PLR0913
    """Scan the ring until it is empty or the guard stops it."""
    count, done, twice = len(label), 0, 0
    while first != last and (twice < 512 or TWICE * twice < done):
        node = ring[first]
        first = first + 1 if first < count else 0
        state[node] = SCANNED
        done += 1
        here = label[node]
        for arc in range(indptr[node], indptr[node + 1]):
            way, other = here + weight[arc], head[arc]
            if way >= label[other] or way > limit:
                continue
            label[other] = way
            if way > top:
                if state[other] != PILED:
                    state[other] = PILED
                    far[piled] = other
                    piled += 1
            elif state[other] != WAITING:
                twice += state[other] == SCANNED
                state[other] = WAITING
                ring[last] = other
                last = last + 1 if last < count else 0
    return first, last, piled, done, twice


@compiled
def _fill(label, width, ring, far, state, first, piled):  # noqa: PLR0913
    """Open the next window: what lies in it goes from the pile to the ring."""
    least = np.inf
    for i in range(piled):
        if state[far[i]] == PILED:
            least = min(least, label[far[i]])
    top, last, kept = least + width, first, 0
    for i in range(piled):
        node = far[i]
        if state[node] != PILED:
            continue
        if label[node] <= top:
            state[node] = WAITING
            ring[last] = node
            last = last + 1 if last < len(label) else 0
        else:
            far[kept] = node
            kept += 1
    return last, kept, top


@compiled
def _narrow(label, width, ring, far, state, first, last, piled):  # noqa: PLR0913
    """Halve the window: what lies beyond it goes from the ring to the pile."""
    kept = 0
    for i in range(piled):
        if state[far[i]] == PILED:
            far[kept] = far[i]
            kept += 1
    least, place = np.inf, first
    while place != last:
        least = min(least, label[ring[place]])
        place = place + 1 if place < len(label) else 0
    width = width / 2
    top, place, stop, last = least + width, first, last, first
    while place != stop:
        node = ring[place]
        place = place + 1 if place < len(label) else 0
        if label[node] <= top:
            ring[last] = node
            last = last + 1 if last < len(label) else 0
        else:
            state[node] = PILED
            far[kept] = node
            kept += 1
    return last, kept, width, top

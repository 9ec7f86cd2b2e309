"""The compiled search: first in, first out within a window of metres, window after window.

A node whose label falls is put at the end of the ring and scanned again; in one window that is faster than any
heap as long as few nodes are scanned twice.  Nodes beyond the window wait in a pile for the next one.  The guard
counts second scans: when they rise the window is halved, so that the queue becomes one of ever narrower buckets
and neither a long walk nor an odd network makes it rescan without bound.  Where they fall again, or the pile is looked
through for few nodes, the window is doubled up to its first width: one odd corner does not slow the rest.

Whether an arc lowers a label is a throw of dice to the processor, and each wrong guess costs it what some ten arcs
do: the innermost loop therefore writes either way and moves on by nought or one, without a branch.  Labels are compared
and chosen as the whole numbers that their bits spell (of numbers from 0 on the order is the same, IEEE 754), for of
floating-point numbers the compiler makes a branch again.  What the next turns read is fetched some turns ahead.

Where the network is far larger than the processor's own memory, seeds are searched neighbourhood by neighbourhood,
as long as their walks hardly meet.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from urbanplan.layer.compiled import cached_njit, inner_njit
from urbanplan.network.intervals import Floats, Ints
from urbanplan.network.kernels.prefetch import prefetch

Rows = NDArray[np.int32]

WINDOW_WIDTH = 8.0
"""Width of the first window in mean edge lengths."""
RESCAN_LIMIT = 4
"""The guard narrows the window when more than one scan in this many is a second one."""
WIDEN_RESCAN_RATIO, WIDEN_PILE_RATIO = 16, 8
"""The window widens again when at most one scan in ``CALM`` is a second one, or the pile holds more than ``PILE`` nodes
for each scan."""
NEIGHBOURHOOD_NODES = 20_000
"""Nodes that one neighbourhood of seeds is meant to reach."""
MIN_SEEDS_SORTED = 200
"""Seeds from which their order matters."""
BUCKET_BITS = 12
"""Leading bits of their numbers by which seeds are ordered: as many counts as the processor holds nearest to it."""
UNSIGNED_ONE = np.uint32(1)
"""Unsigned, as places are in these loops: no place is counted from the end, so none need be asked for."""
QUEUED, SCANNED, PILED = 1, 2, 4
"""States of a node: in the ring; scanned before; in the pile."""
ROWS_AHEAD, LABELS_AHEAD, FETCHED_LABELS = 16, 6, 3
"""Turns ahead of which a node's row, and the labels of its first neighbours, are fetched."""


class Workspace(NamedTuple):
    """What a search writes into beside labels.

    Kept between searches, for pages of memory that are new cost more than a short search.

    Attributes:
        ring: nodes in the order of their turns; it holds the nodes of this round and room for all of the next. After
            a search that took no more turns than there are nodes it begins with those, first to last. Behind the last
            turn stand nodes of any turn, for the reading ahead.
        far: nodes waiting for a later window. state: of each node.
    """

    ring: Rows
    far: Rows
    state: NDArray[np.uint8]


def allocate_workspace(nodes: int) -> Workspace:
    """Room for the searches of a network, one at a time."""
    ring = np.zeros(2 * nodes + 2 + ROWS_AHEAD, np.int32)
    return Workspace(ring, np.empty(nodes + 1, np.int32), np.empty(nodes, np.uint8))


def neighbourhood_size(nodes: int, seeds: int, steps: float) -> int:
    """How many seeds are searched at once: all, unless the network is large and their walks hardly meet."""
    reached = 2 * min(steps, 1e6) ** 2 + 1
    if nodes < 10 * NEIGHBOURHOOD_NODES or seeds * reached > nodes:
        return max(seeds, 1)
    return max(int(NEIGHBOURHOOD_NODES / reached), 16)


def sort_seeds(node: Ints, label: Floats, nodes: int) -> tuple[Ints, Floats]:
    """Seeds in the order of their places (nodes are numbered along a curve), as far as it costs next to nothing."""
    if len(node) < MIN_SEEDS_SORTED:
        return node, label
    return _sort_in_buckets(node, label, max(nodes.bit_length() - BUCKET_BITS, 0))


@cached_njit
def _sort_in_buckets(node, label, shift):
    """Seeds by the leading bits of their numbers, in each bucket as they stand."""
    behind = np.zeros((1 << BUCKET_BITS) + 1, np.int32)
    for i in range(len(node)):
        behind[np.uint32(node[i] >> shift) + UNSIGNED_ONE] += 1
    total = 0
    for bucket in range(len(behind)):
        total += behind[bucket]
        behind[bucket] = total
    nodes, labels = np.empty_like(node), np.empty_like(label)
    for i in range(len(node)):
        bucket = np.uint32(node[i] >> shift)
        place = np.uint32(behind[bucket])
        behind[bucket] += 1
        nodes[place], labels[place] = node[i], label[i]
    return nodes, labels


@cached_njit
def search_seeds(begin, stop, head, weight, label, start, limit, width, block, ring, far, state):
    """Lower ``label`` to the least ways along the rows from ``start``, none above the limit.

    Args:
        begin, stop, head, weight: arcs in rows, from where to where each goes. label: metres walked already at the
            seeds, infinity elsewhere.
        start: seeds, any number of times each. width: of the first window, metres.
        block: seeds searched at once. ring, far, state: scratch memory.

    Returns turns and second scans.
    """
    state[:] = 0
    first, turns, again, seated = 0, 0, 0, 0
    while seated < len(start):
        some = start[seated : seated + block]
        first, done, twice = _search_windows(
            begin, stop, head, weight, label, some, limit, width, ring, far, state, first
        )
        turns, again, seated = turns + done, again + twice, seated + len(some)
        if RESCAN_LIMIT * again > turns:
            block = len(start)
    return turns, again


@cached_njit
def _search_windows(begin, stop, head, weight, label, start, limit, width, ring, far, state, first):
    """Search from all of ``start`` in windows ``width`` wide or narrower."""
    turns, again, widest = 0, 0, width
    first, last, piled, top = _seat_seeds(label, width, start, ring, far, state, first)
    while first != last:
        done, twice, narrowed = 0, 0, False
        while first != last:
            waiting = last - first
            first, last, piled, more = _scan_round(begin, stop, head, weight, label, limit, top, ring, far, state,
                                              first, last, piled)  # fmt: skip
            done, twice = done + waiting, twice + more
            if twice > 512 and twice * RESCAN_LIMIT > done and first != last:  # the guard: too many second scans
                last, piled, width, top = _narrow_window(label, width, ring, far, state, first, last, piled)
                turns, again, done, twice, narrowed = turns + done, again + twice, 0, 0, True
        turns, again = turns + done, again + twice
        if not narrowed and (twice * WIDEN_RESCAN_RATIO <= done or piled > WIDEN_PILE_RATIO * done):
            width = min(2 * width, widest)
        first, last, piled, top = _open_window(label, width, ring, far, state, first, piled)
    return first, turns, again


@cached_njit
def _seat_seeds(label, width, start, ring, far, state, first):
    """Open the first window: the seeds in it go to the ring, the others to the pile."""
    least = np.inf
    for seed in start:
        least = min(least, label[np.uint32(seed)])
    first, _ = _reserve_ring(ring, len(label), first, first)
    top, last, piled = least + width, first, 0
    for seed in start:
        node = np.uint32(seed)
        known = state[node]
        if label[node] <= top:
            ring[np.uint32(last)] = node
            last += (known & QUEUED) == 0
            state[node] = (known & SCANNED) | QUEUED
        else:
            far[np.uint32(piled)] = node
            piled += (known & PILED) == 0
            state[node] = known | PILED
    return first, last, piled, top


@cached_njit
def _scan_round(begin, stop, head, weight, label, limit, top, ring, far, state, first, last, piled):
    """Give all who wait in the ring their turn; returns where the next round stands, the pile and second scans."""
    first, last = _reserve_ring(ring, len(label), first, last)
    end, twice, beyond, bits = last, 0, as_bits(np.nextafter(limit, np.inf)), label.view(np.int64)
    for turn in range(first, end):
        _fetch_ahead(begin, head, weight, label, ring, turn)
        node = np.uint32(ring[turn])  # unsigned: no place counted from the end, so none is asked for
        here, known = label[node], state[node]
        if here > top:
            far[piled] = node
            piled += (known & PILED) == 0
            state[node] = (known & SCANNED) | PILED
            continue
        twice += (known & SCANNED) // SCANNED
        state[node] = SCANNED
        for arc in range(np.uint32(begin[node]), np.uint32(stop[node])):
            way, other = as_bits(here + weight[arc]), np.uint32(head[arc])
            held, known = bits[other], np.int64(state[other])
            better = ((way - held) & (way - beyond)) >> 63  # all bits or none
            bits[other] = held + ((way - held) & better)
            state[other] = known | (better & QUEUED)
            ring[np.uint32(last)] = other
            last += better & ~known & QUEUED
    return end, last, piled, twice


@inner_njit
def as_bits(metres):
    """The whole number that the bits of a number spell."""
    return np.float64(metres).view(np.int64)


@inner_njit
def _fetch_ahead(begin, head, weight, label, ring, turn):
    """Fetch what later turns read: a row, and the labels that a row fetched before leads to."""
    turn = np.uint64(turn)
    row = np.uint64(begin[np.uint32(ring[turn + np.uint64(ROWS_AHEAD)])])
    prefetch(head, row)
    prefetch(weight, row)
    row = np.uint64(begin[np.uint32(ring[turn + np.uint64(LABELS_AHEAD)])])
    if row + np.uint64(FETCHED_LABELS) <= np.uint64(len(head)):
        for arc in range(FETCHED_LABELS):
            prefetch(label, np.uint64(np.uint32(head[row + np.uint64(arc)])))


@inner_njit
def _reserve_ring(ring, count, first, last):
    """The next round may hold every node: where there is no room for it behind, this one moves to the front."""
    if last <= count:
        return first, last
    for turn in range(last - first):
        ring[turn] = ring[first + turn]
    return 0, last - first


@cached_njit
def _open_window(label, width, ring, far, state, first, piled):
    """Open the next window: what lies in it goes from the pile to the ring."""
    least = np.inf
    for i in range(piled):
        if state[far[i]] & PILED:
            least = min(least, label[far[i]])
    first, _ = _reserve_ring(ring, len(label), first, first)
    top, last, kept = least + width, first, 0
    for i in range(piled):
        node = far[i]
        if not state[node] & PILED:
            continue
        if label[node] <= top:
            state[node] = (state[node] & SCANNED) | QUEUED
            ring[last] = node
            last += 1
        else:
            far[kept] = node
            kept += 1
    return first, last, kept, top


@cached_njit
def _narrow_window(label, width, ring, far, state, first, last, piled):
    """Halve the window: what lies beyond it goes from the ring to the pile."""
    kept, least = 0, np.inf
    for i in range(piled):
        far[kept] = far[i]
        kept += (state[far[i]] & PILED) != 0
    for turn in range(first, last):
        least = min(least, label[ring[turn]])
    width = width / 2
    top, stop, last = least + width, last, first
    for turn in range(first, stop):
        node = ring[turn]
        if label[node] <= top:
            ring[last] = node
            last += 1
            continue
        far[kept] = node
        kept += (state[node] & PILED) == 0
        state[node] = (state[node] & SCANNED) | PILED
    return last, kept, width, top

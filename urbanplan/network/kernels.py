"""Compiled kernels: first-in-first-out relabelling on compressed rows, and buckets when it rescans too much."""

from __future__ import annotations

import numpy as np
from numba import njit

from urbanplan.network.graph import Network
from urbanplan.network.intervals import Floats

RESCANS = 6
"""Scans per labelled node from which the queue gives way to buckets."""


def relabel(network: Network, seeds: Floats, limit: float) -> Floats:
    """Least labels from seeds (infinity where none), none above the limit; the same to the bit as Dijkstra's."""
    label = seeds.copy()
    weight = _weights(network)
    indptr, neighbour = _narrow(network)
    start = np.flatnonzero(np.isfinite(seeds)).astype(np.int32)
    if not _queue(indptr, neighbour, weight, label, start, limit):
        width = max(float(np.mean(weight)) if len(weight) else 1.0, 1e-3)
        _buckets(indptr, neighbour, weight, label, limit, width)
    return label


def _weights(network: Network) -> Floats:
    kept = network.__dict__.get("_arc_weight")
    if kept is None:
        kept = network.length[network.arc_edge]
        network.__dict__["_arc_weight"] = kept
    return kept


def _narrow(network: Network) -> tuple[np.ndarray, np.ndarray]:
    kept = network.__dict__.get("_narrow_rows")
    if kept is None:
        kept = network.indptr.astype(np.int64), network.neighbour.astype(np.int32)
        network.__dict__["_narrow_rows"] = kept
    return kept


@njit(cache=True, nogil=True)
def _queue(indptr, neighbour, weight, label, start, limit):
    """Relabel by a ring queue; False when nodes are scanned too often (labels stay upper bounds)."""
    count = len(label)
    ring = np.empty(count + 1, dtype=np.int32)
    queued = np.zeros(count, dtype=np.uint8)
    head, tail = 0, 0
    for node in start:
        ring[tail] = node
        queued[node] = 1
        tail += 1
    found, scans = len(start), 0
    while head != tail:
        node = ring[head]
        head += 1
        if head == count + 1:
            head = 0
        queued[node] = 0
        scans += 1
        if scans > 4096 and scans > RESCANS * found:
            return False
        here = label[node]
        for arc in range(indptr[node], indptr[node + 1]):
            way = here + weight[arc]
            other = neighbour[arc]
            if way <= limit and way < label[other]:
                if label[other] == np.inf:
                    found += 1
                label[other] = way
                if queued[other] == 0:
                    queued[other] = 1
                    ring[tail] = other
                    tail += 1
                    if tail == count + 1:
                        tail = 0
    return True


@njit(cache=True, nogil=True)
def _buckets(indptr, neighbour, weight, label, limit, width):
    """Relabel in buckets of ``width`` metres from the upper bounds that stand in ``label``."""
    count = len(label)
    top = 0.0
    for node in range(count):
        if label[node] < np.inf and label[node] > top:
            top = label[node]
    longest = 0.0
    for arc in range(len(weight)):
        longest = max(longest, weight[arc])
    slots = int(max(top, longest) / width) + 3
    first = np.full(slots, -1, dtype=np.int32)
    following = np.full(count, -1, dtype=np.int32)
    before = np.full(count, -1, dtype=np.int32)
    slot_of = np.full(count, -1, dtype=np.int64)
    waiting = 0
    for node in range(count):
        if label[node] < np.inf:
            waiting += _put(first, following, before, slot_of, node, int(label[node] / width), slots)
    current = 0
    while waiting > 0:
        slot = current % slots
        node = first[slot]
        if node < 0:
            current += 1
            continue
        waiting -= _take(first, following, before, slot_of, node)
        here = label[node]
        for arc in range(indptr[node], indptr[node + 1]):
            way = here + weight[arc]
            other = neighbour[arc]
            if way <= limit and way < label[other]:
                if slot_of[other] >= 0:
                    waiting -= _take(first, following, before, slot_of, other)
                label[other] = way
                waiting += _put(first, following, before, slot_of, other, int(way / width), slots)


@njit(cache=True, nogil=True)
def _put(first, following, before, slot_of, node, number, slots):  # noqa: PLR0913
    slot = number % slots
    slot_of[node] = slot
    before[node] = -1
    following[node] = first[slot]
    if first[slot] >= 0:
        before[first[slot]] = node
    first[slot] = node
    return 1


@njit(cache=True, nogil=True)
def _take(first, following, before, slot_of, node):
    if before[node] >= 0:
        following[before[node]] = following[node]
    else:
        first[slot_of[node]] = following[node]
    if following[node] >= 0:
        before[following[node]] = before[node]
    slot_of[node] = -1
    return 1

"""Compiled repair of labels after an edit: only nodes whose distance changes are written.

When labels may fall, the fall is passed on from where it begins.  When they may rise, nodes are taken in the order of
their old labels; one that no seed and no unharmed neighbour holds up any more is cleared, and what it held up is asked
in turn; then the cleared nodes are labelled anew from around them.  Labels are the same to the bit as a fresh run's:
both are the least sums over ways, added in the order walked.
"""

from __future__ import annotations

import numpy as np

from urbanplan.layer.compiled import cached_njit, inner_njit


@cached_njit
def decrease_labels(indptr, head, weight, label, node, way, within):
    """Offer ``way`` to each ``node`` and pass improvements on; returns the nodes whose label fell."""
    ring, changed = np.empty(len(label) + 1, np.int32), np.empty(len(label), np.int32)
    state = np.zeros(len(label), np.uint8)  # 1 waits, 2 changed before
    last, count = 0, 0
    for i in range(len(node)):
        if way[i] <= within and way[i] < label[node[i]]:
            label[node[i]] = way[i]
            if state[node[i]] == 0:
                state[node[i]] = 1
                ring[last], changed[count] = node[i], node[i]
                last, count = last + 1, count + 1
    count = _propagate(indptr, head, weight, label, within, ring, last, state, changed, count)
    return changed[:count].copy()


@inner_njit
def _propagate(indptr, head, weight, label, within, ring, last, state, changed, count):
    first = 0
    while first != last:
        node = ring[first]
        first = first + 1 if first < len(label) else 0
        state[node] = 2
        for arc in range(indptr[node], indptr[node + 1]):
            way, other = label[node] + weight[arc], head[arc]
            if way > within or way >= label[other]:
                continue
            label[other] = way
            if state[other] == 1:
                continue
            if state[other] == 0:
                changed[count] = other
                count += 1
            state[other] = 1
            ring[last] = other
            last = last + 1 if last < len(label) else 0
    return count


@cached_njit
def increase_labels(indptr, head, weight, label, seed, suspect, within):
    """Clear what nothing holds up any more, beginning at suspects, and label it anew.

    ``seed`` are the seeds that stand.  Returns the nodes cleared and the number of nodes looked at.
    """
    cleared = np.zeros(len(label), np.bool_)
    asked = np.zeros(len(label), np.bool_)
    room = 1024
    heap, held, gone, count, looked = np.empty(room, np.int32), 0, np.empty(len(label), np.int32), 0, 0
    group = np.empty(len(label), np.int32)
    for node in suspect:
        if label[node] < np.inf and not asked[node]:
            asked[node] = True
            heap, held = _heap_push(heap, held, label, node)
    while held > 0:
        node = heap[0]
        held = _heap_pop(heap, held, label)
        looked += 1
        if cleared[node]:
            continue
        size = _equal_label_group(indptr, head, weight, label, node, group)
        if _has_support(indptr, head, weight, label, seed, cleared, group[:size]):
            continue
        for member in group[:size]:
            cleared[member] = True
            gone[count] = member
            count += 1
        for member in group[:size]:
            for arc in range(indptr[member], indptr[member + 1]):
                other = head[arc]
                if not asked[other] and not cleared[other] and label[member] + weight[arc] == label[other]:
                    asked[other] = True
                    heap, held = _heap_push(heap, held, label, other)
    _relabel(indptr, head, weight, label, seed, cleared, gone[:count], within)
    return gone[:count].copy(), looked


@inner_njit
def _equal_label_group(indptr, head, weight, label, node, group):
    """Nodes of one label joined by steps that add nothing: they hold up each other, and no one else."""
    group[0], size, at = node, 1, 0
    while at < size:
        here = group[at]
        at += 1
        for arc in range(indptr[here], indptr[here + 1]):
            other = head[arc]
            if label[other] == label[here] and label[here] + weight[arc] == label[here]:
                known = False
                for member in group[:size]:
                    known = known or member == other
                if not known:
                    group[size] = other
                    size += 1
    return size


@inner_njit
def _has_support(indptr, head, weight, label, seed, cleared, group):
    for node in group:
        if seed[node] == label[node]:
            return True
        for arc in range(indptr[node], indptr[node + 1]):
            other = head[arc]
            if not cleared[other] and label[other] < label[node] and label[other] + weight[arc] == label[node]:
                return True
    return False


@inner_njit
def _relabel(indptr, head, weight, label, seed, cleared, gone, within):
    """Label cleared nodes from their seeds and from around them."""
    ring, changed = np.empty(len(label) + 1, np.int32), np.empty(len(label), np.int32)
    state, last = np.empty(len(label), np.uint8), 0
    state[:] = 2
    for node in gone:
        label[node] = np.inf
    for node in gone:
        best = seed[node] if seed[node] <= within else np.inf
        for arc in range(indptr[node], indptr[node + 1]):
            way = label[head[arc]] + weight[arc]
            if not cleared[head[arc]] and way <= within:
                best = min(best, way)
        if best < np.inf:
            label[node] = best
            ring[last] = node
            state[node] = 1
            last += 1
    _propagate(indptr, head, weight, label, within, ring, last, state, changed, 0)


@inner_njit
def _heap_push(heap, held, label, node):
    if held == len(heap):
        wider = np.empty(2 * held, np.int32)
        for place in range(held):
            wider[place] = heap[place]
        heap = wider
    hole = held
    while hole > 0 and label[heap[(hole - 1) // 2]] > label[node]:
        heap[hole] = heap[(hole - 1) // 2]
        hole = (hole - 1) // 2
    heap[hole] = node
    return heap, held + 1


@inner_njit
def _heap_pop(heap, held, label):
    held -= 1
    node, hole = heap[held], 0
    while True:
        child = 2 * hole + 1
        if child >= held:
            break
        if child + 1 < held and label[heap[child + 1]] < label[heap[child]]:
            child += 1
        if label[heap[child]] >= label[node]:
            break
        heap[hole] = heap[child]
        hole = child
    heap[hole] = node
    return held

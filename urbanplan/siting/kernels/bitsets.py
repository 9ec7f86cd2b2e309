"""Sets as bits, 64 to a word: which lie within another, every pair compared."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from urbanplan.layer.compiled import cached_njit, linked_njit
from urbanplan.network.intervals import Floats, Ints

Words = NDArray[np.uint64]
Flags = NDArray[np.bool_]


@cached_njit
def pack_rows(indptr: Ints, indices: Ints, columns: int) -> Words:
    """Bits of each row's columns, shape (rows, words)."""
    words = np.zeros((len(indptr) - 1, (columns + 63) // 64), np.uint64)
    for row in range(len(indptr) - 1):
        for place in range(indptr[row], indptr[row + 1]):
            words[row, indices[place] >> 6] |= np.uint64(1) << np.uint64(indices[place] & 63)
    return words


@linked_njit
def is_within(small: Words, large: Words) -> bool:
    """Whether all bits of the first are bits of the second."""
    for word in range(len(small)):  # noqa: SIM110 - compiled
        if small[word] & ~large[word]:
            return False
    return True


@cached_njit
def covered_sets(words: Words, order: Ints, cost: Floats) -> Flags:
    """Sets within an earlier one of the order that costs no more."""
    gone = np.zeros(len(words), np.bool_)
    for place in range(len(order)):
        one = order[place]
        for before in range(place):
            other = order[before]
            if not gone[other] and cost[other] <= cost[one] and is_within(words[one], words[other]):
                gone[one] = True
                break
    return gone


@cached_njit
def covering_sets(words: Words, order: Ints) -> Flags:
    """Sets that hold an earlier one of the order."""
    gone = np.zeros(len(words), np.bool_)
    for place in range(len(order)):
        one = order[place]
        for before in range(place):
            other = order[before]
            if not gone[other] and is_within(words[other], words[one]):
                gone[one] = True
                break
    return gone

"""Arrays without some ranges, or with some values more: block by block, since blocks are copied faster than picked."""

from __future__ import annotations

from itertools import pairwise
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from urbanplan.network.intervals import Ints, expand_counts

Kind = TypeVar("Kind", bound=np.generic)


def drop_ranges(values: NDArray[Kind], begin: Ints, end: Ints, *, less: Ints | None = None) -> NDArray[Kind]:
    """Values without ascending ranges that do not overlap.

    Args:
        values: shape (n, …). begin, end: of each range.
        less: taken off the values behind each range, up to the next one.
    """
    blocks = [values[low:high] for low, high in zip([0, *end.tolist()], [*begin.tolist(), len(values)], strict=True)]
    if less is not None:
        blocks = [blocks[0], *(block - off for block, off in zip(blocks[1:], less.tolist(), strict=True))]
    return np.concatenate(blocks)


def insert_values(values: NDArray[Kind], at: Ints, more: NDArray[Kind]) -> NDArray[Kind]:
    """Values with one more before each of the ascending positions ``at``, as ``numpy.insert`` has them."""
    bounds = [0, *at.tolist(), len(values)]
    blocks = [values[low:high] for low, high in pairwise(bounds)]
    parts = [part for block, one in zip(blocks, range(len(at)), strict=False) for part in (block, more[one : one + 1])]
    return np.concatenate([*parts, blocks[-1]])


def key_ranges(sorted_keys: Ints, key: Ints) -> tuple[Ints, Ints]:
    """Where the rows of each of a few keys begin and end in a sorted column."""
    return np.searchsorted(sorted_keys, key), np.searchsorted(sorted_keys, key, side="right")


def rows_of_keys(sorted_keys: Ints, key: Ints) -> Ints:
    """Rows of a sorted column that hold one of the ascending keys, ascending."""
    begin, end = key_ranges(sorted_keys, key)
    owner, number = expand_counts(end - begin)
    return begin[owner] + number

"""Pairs of straight segments whose boxes meet, found once for all that look at the same lines."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from urbanplan.network.bbox_join import crossing_chunks, segment_boxes
from urbanplan.network.intervals import Ints

MAX_KEPT = 8_000_000
"""Pairs that are kept for the next who asks; more are sought again."""


@dataclass(frozen=True, eq=False)
class _Kept:
    ends: NDArray[np.float64]
    margin: float
    chunks: list[tuple[Ints, Ints]]


@dataclass(eq=False)
class _Memory:
    last: _Kept | None = None


_memory: ContextVar[_Memory | None] = ContextVar("segment_pairs", default=None)


@contextmanager
def shared_segment_pairs() -> Iterator[None]:
    """Keeps the pairs that were found last for those that ask for the same ones inside the block."""
    token = _memory.set(_Memory())
    try:
        yield
    finally:
        _memory.reset(token)


def segment_pairs(ends: NDArray[np.float64], margin: float) -> Iterator[tuple[Ints, Ints]]:
    """Pairs of segments (rows x0, y0, x1, y1) whose boxes, grown by a margin, share a point, the lower row first."""
    memory = _memory.get()
    held = None if memory is None else memory.last
    if held is not None and held.margin == margin and np.array_equal(held.ends, ends):
        yield from held.chunks
        return
    chunks: list[tuple[Ints, Ints]] = []
    total = 0
    for left, right in crossing_chunks(segment_boxes(ends, margin)) if len(ends) else ():
        total += len(left)
        if memory is not None and total <= MAX_KEPT:
            chunks.append((left, right))
        yield left, right
    if memory is not None and total <= MAX_KEPT:
        memory.last = _Kept(ends, margin, chunks)

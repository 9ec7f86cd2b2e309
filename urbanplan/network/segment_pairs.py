"""Pairs of straight segments whose boxes meet, found once for all that look at the same lines."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np

from urbanplan.network.bbox_join import crossing_chunks
from urbanplan.network.intervals import Ints
from urbanplan.network.line_segments import LineSegments, SegmentBoxes

T = TypeVar("T")
MAX_KEPT = 8_000_000
"""Pairs that are kept for the next who asks; more are sought again."""


@dataclass(frozen=True, eq=False)
class _Kept:
    segments: LineSegments
    margin: float
    chunks: list[tuple[Ints, Ints]]

    def answers(self, segments: LineSegments, margin: float) -> bool:
        """Whether they are the pairs of the same segments within the same margin."""
        same = self.margin == margin and np.array_equal(self.segments.offsets, segments.offsets)
        return same and np.array_equal(self.segments.coords, segments.coords)


@dataclass(eq=False)
class _Memory:
    last: _Kept | None = None
    frame: object = None
    read: dict[Hashable, Any] = field(default_factory=dict)


_memory: ContextVar[_Memory | None] = ContextVar("segment_pairs", default=None)


@contextmanager
def shared_segment_pairs() -> Iterator[None]:
    """Keeps the pairs that were found last, and what was read of the last frame, for those that ask inside the block.

    Nobody changes the frame or what was read of it there.
    """
    token = _memory.set(_Memory())
    try:
        yield
    finally:
        _memory.reset(token)


def read_once(frame: object, what: Hashable, read: Callable[[], T]) -> T:
    """What is read of a frame; inside the block of :func:`shared_segment_pairs` it is read the first time only."""
    memory = _memory.get()
    if memory is None:
        return read()
    if memory.frame is not frame:
        memory.frame, memory.read = frame, {}
    if what not in memory.read:
        memory.read[what] = read()
    return memory.read[what]


def segment_pairs(segments: LineSegments, margin: float) -> Iterator[tuple[Ints, Ints]]:
    """Pairs of segments whose boxes, grown by a margin, share a point, the lower row first."""
    memory = _memory.get()
    held = None if memory is None else memory.last
    if held is not None and held.answers(segments, margin):
        yield from held.chunks
        return
    chunks: list[tuple[Ints, Ints]] = []
    total = 0
    for left, right in crossing_chunks(SegmentBoxes(segments, margin)):
        total += len(left)
        if memory is not None and total <= MAX_KEPT:
            chunks.append((left, right))
        yield left, right
    if memory is not None and total <= MAX_KEPT:
        memory.last = _Kept(segments, margin, chunks)

"""Phases of a long piece of work: their times, and a word to whoever watches."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import perf_counter


class PhaseTimer:
    """Times by phase, in seconds; a phase entered twice adds up."""

    def __init__(self, watch: Callable[[str], None] | None = None) -> None:
        """``watch`` is told the name of each phase as it begins."""
        self.seconds: dict[str, float] = {}
        self._watch = watch

    @contextmanager
    def __call__(self, name: str) -> Iterator[None]:
        """Time the block as phase ``name``."""
        if self._watch is not None:
            self._watch(name)
        began = perf_counter()
        try:
            yield
        finally:
            self.seconds[name] = self.seconds.get(name, 0.0) + perf_counter() - began

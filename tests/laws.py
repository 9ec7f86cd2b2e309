"""How often a law is tried: some times in every run, many times more by `make laws`."""

from __future__ import annotations

import os

TIMES = int(os.environ.get("URBANPLAN_LAWS_TIMES", "0"))
LEAST = 20  # of a law whose examples are drawn the same in every run


def examples(count: int) -> int:
    """A third of so many examples in every run; as many times ``count`` as `make laws` asks for."""
    return count * TIMES if TIMES else max(min(count, LEAST), count // 3)

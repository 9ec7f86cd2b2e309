"""How often a law is tried: a few times in every run, many times more by `make laws`."""

from __future__ import annotations

import os

TIMES = int(os.environ.get("URBANPLAN_LAWS_TIMES", "1"))


def examples(count: int) -> int:
    """So many examples in every run, as many times more as `make laws` asks for."""
    return count * TIMES

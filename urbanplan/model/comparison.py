"""Comparing measured numbers with limits: the one place where that is done.

Closed limits hold within a relative 1e-9, which is far above what floating point
adds up to and far below what anybody measures; open limits exclude it.  Whole
counts are compared exactly.
"""

from __future__ import annotations

import math
from typing import Any

from urbanplan.model.units import parse_unit

EPSILON = 1e-9
_WHOLE = 1e-4  # a count this near to a whole number, and within EPSILON of it, is that number


def at_most(value: Any, limit: Any) -> Any:
    """Whether numbers (or arrays of them) are at most a limit, within the tolerance of floating point."""
    return value <= limit + EPSILON * abs(limit)


def at_least(value: Any, limit: Any) -> Any:
    """Whether numbers (or arrays of them) are at least a limit, within the tolerance of floating point."""
    return value >= limit - EPSILON * abs(limit)


def is_below(value: Any, limit: Any) -> Any:
    """Whether numbers (or arrays of them) are clearly below a limit."""
    return value < limit - EPSILON * abs(limit)


def is_above(value: Any, limit: Any) -> Any:
    """Whether numbers (or arrays of them) are clearly above a limit."""
    return value > limit + EPSILON * abs(limit)


def order(left: float, right: float) -> int:
    """-1, 0 or 1: left is below, equal to or above right; whole numbers exactly."""
    if isinstance(left, int) and isinstance(right, int):
        return (left > right) - (left < right)
    if left == right:
        return 0
    if math.isinf(right):
        return -1 if right > 0 else 1
    return int(is_above(left, right)) - int(is_below(left, right))


def in_base(value: float, unit: str) -> float:
    """A value in the base unit of its dimension; a whole count is an int."""
    found = parse_unit(unit)
    if found is None:
        return value
    base = value * found.factor if found.factor >= 1 else value / (1 / found.factor)
    if found.dimension not in ("count", "people") or base in (float("inf"), float("-inf")):
        return base
    whole = round(base)
    return whole if abs(base - whole) <= min(EPSILON * max(abs(whole), 1), _WHOLE) else base

"""Readings, bounds and numbers as people read them: rounded, with their unit."""

from __future__ import annotations

from urbanplan.model.reading import Bound, Reading

_SIGNS = {">=": "≥", "<=": "≤", "about": "≈"}


def format_reading(reading: Reading) -> str:
    """A reading, rounded: ``21..23 宗``."""
    low, high = (_format_end(end, reading.unit) for end in (reading.low, reading.high))
    if reading.low is None:
        low = "-∞"
    return f"{low if reading.exact or low == high else f'{low}..{high}'}{_unit_suffix(reading.unit)}"


def format_bound(bound: Bound) -> str:
    """A bound as it is printed in a plan: ``= 1719 ± 0.5 亩``, ``≥ 12 %``."""
    margin = f" ± {_format_end(bound.tolerance, bound.unit)}" if bound.tolerance else ""
    sign = _SIGNS.get(bound.comparator, bound.comparator)
    return f"{sign} {_format_end(bound.number, bound.unit)}{margin}{_unit_suffix(bound.unit)}"


def format_number(value: float | None) -> str:
    """A number with at most three decimals and thousands separated; ``∞`` for an unbounded end."""
    if value is None:
        return "∞"
    if abs(value) >= 1e7:
        return f"{value:,.0f}"
    text = f"{value:,.3f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def _format_end(value: float | None, unit: str) -> str:
    return f"{value * 100:.4g}" if unit == "share" and value is not None else format_number(value)


def _unit_suffix(unit: str) -> str:
    match unit:
        case "share":
            return " %"
        case "count" | "":
            return ""
        case _:
            return f" {unit}"

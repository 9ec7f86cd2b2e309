"""Readings, bounds and numbers as people write them: rounded, with sign and unit; files keep every digit.

Shares have one decimal, lengths and areas one, in kilometres, hectares and larger two; what is counted, paid or else
has up to three.  A number is never rounded across a bound, nor to nothing, nor a share to the whole: digits are added
until its side shows (0.4996 beside 0.5 is 49.96 %).
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import TYPE_CHECKING

from urbanplan.model.comparison import order
from urbanplan.model.translation import localize
from urbanplan.model.units import convert_unit, is_convertible, parse_unit

if TYPE_CHECKING:
    from urbanplan.model.reading import Bound, Reading

_SIGNS = {">=": "≥", "<=": "≤", "about": "≈"}
_MOST_DIGITS = 12
_FREE_DIGITS = 3  # of what has no digits of its own


def format_reading(reading: Reading, *bounds: Bound | None) -> str:
    """A reading: ``47.3 %–79.8 %``, ``11.27 km``, ``21–23 宗``; each end on its side of the bounds."""
    unit = reading.unit
    edges = sorted(_edges(unit, bounds))
    low = "-∞" if reading.low is None else _format_value(reading.low, unit, edges)
    high = "∞" if reading.high is None else _format_value(reading.high, unit, edges)
    suffix = _unit_suffix(unit)
    if reading.exact or low == high:
        return low + suffix
    dash = " – " if low.startswith("-") else "–"
    return f"{low}{suffix if suffix in _SIGN_SUFFIXES and reading.low is not None else ''}{dash}{high}{suffix}"


def format_bound(bound: Bound) -> str:
    """A bound as it is printed in a plan, with every digit: ``= 1,719 ± 0.5 亩``, ``≥ 12 %``."""
    margin = f" ± {_format_exact(bound.tolerance, bound.unit)}" if bound.tolerance else ""
    sign = _SIGNS.get(bound.comparator, bound.comparator)
    return f"{sign} {_format_exact(bound.number, bound.unit)}{margin}{_unit_suffix(bound.unit)}"


def unit_word(unit: str) -> str:
    """How a unit is written in the current language; plain counts bear no word."""
    words = {
        "share": "%",
        "mu": localize("mu"),
        "m2": "m²",
        "km2": "km²",
        "m3": "m³",
        "count": "",
        "个": "",
        "min": localize("min"),
        "year": localize("years"),
        "people": localize("people"),
        "10k CNY/mu": localize("10k CNY/mu"),
    }
    return words.get(unit, unit)


def unit_digits(unit: str) -> int | None:
    """Decimals that a unit's numbers have, None where as many as they need, up to three."""
    found = parse_unit(unit)
    if found is None or found.dimension not in ("share", "length", "area"):
        return None
    if found.dimension == "share":
        return 2 if unit == "‰" else 1
    return 2 if found.factor >= 1000 else 1


_SIGN_SUFFIXES = (" %", " ‰")


def _unit_suffix(unit: str) -> str:
    word = unit_word(unit)
    return f" {word}" if word else ""


def _edges(unit: str, bounds: Iterable[Bound | None]) -> set[float]:
    """The numbers that a rounded one must not cross, in the unit."""
    found = {0.0, 1.0} if unit == "share" else {0.0, 100.0} if unit == "%" else {0.0}
    for bound in bounds:
        if bound is not None and is_convertible(bound.unit, unit):
            margin = bound.tolerance or 0.0
            ends = {bound.number - margin, bound.number + margin}
            found |= {convert_unit(end, bound.unit, unit) for end in ends}
    return found


def _format_value(value: float, unit: str, edges: list[float]) -> str:
    """A number in as few digits as its unit has and its side of each edge needs."""
    scale = 100.0 if unit == "share" else 1.0
    own = unit_digits(unit)
    digits = own if own is not None else 0 if abs(value) >= 1e7 else _FREE_DIGITS
    shown = value * scale
    while digits < _MOST_DIGITS and not _keeps_sides(round(shown, digits) / scale, value, edges):
        digits += 1
    text = f"{round(shown, digits):,.{digits}f}"
    if own is None and "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.removeprefix("-") if not float(text.replace(",", "")) else text


def _keeps_sides(rounded: float, value: float, edges: list[float]) -> bool:
    return all(order(float(rounded), edge) == order(float(value), edge) for edge in edges)


def _format_exact(value: float, unit: str) -> str:
    """A declared number with the digits that it was declared with."""
    number = Decimal(repr(float(value)))
    text = f"{number * 100 if unit == 'share' else number:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text

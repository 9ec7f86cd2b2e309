"""The range of every number that a command takes, declared once and checked before any work is done."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from urbanplan.errors import UsageError


@dataclass(frozen=True)
class Range:
    """Finite numbers from ``low`` to ``high``, both allowed; zero is not where ``positive`` says so."""

    low: float
    high: float
    positive: bool = False

    def holds(self, value: float) -> bool:
        """Whether a number is in it."""
        return math.isfinite(value) and self.low <= value <= self.high and not (self.positive and value == 0)


WALK = Range(0, 100_000, positive=True)  # metres
LEG = Range(0, 5_000)  # metres
ROW = Range(1, 1_000)  # of a table's names
DIGITS = Range(0, 15)  # after the point of degrees
RANGES: dict[tuple[str, str], Range] = {
    ("add", "tolerance"): Range(0, 1_000_000),  # square metres
    ("add", "head"): ROW,
    ("convert", "head"): ROW,
    **{(command, "close"): Range(0, 100) for command in ("add", "convert", "inspect")},  # metres
    ("convert", "digits"): DIGITS,
    ("export", "digits"): DIGITS,
    ("inspect", "head"): ROW,
    ("map", "embed"): Range(0, 2_000, positive=True),  # megabytes
    ("coverage", "within"): WALK,
    ("coverage", "snap"): LEG,
    ("network", "within"): WALK,
    ("network", "snap"): LEG,
    ("network", "near"): Range(0, 100),  # metres
    ("network", "tolerance"): Range(0, 10),  # metres: ends farther apart than that are a gap in the drawing
    ("draft", "year"): Range(1949, 2100),
    ("serve", "port"): Range(1, 65_535),
    ("intake", "year"): Range(1949, 2100),
    **{("rain", name): Range(0, 10_000) for name in ("loss", "drainage")},  # millimetres
    ("rain", "least_depth"): Range(0, 1_000),  # metres
    ("rain", "least_area"): Range(0, 1e12),  # square metres
    ("site", "within"): WALK,
    ("site", "snap"): LEG,
    ("site", "best"): Range(1, 1_000_000),
    ("site", "fairest"): Range(1, 1_000_000),
    ("site", "median"): Range(1, 1_000_000),
    ("site", "min_per"): Range(0, 1_000_000),
    ("site", "max_per"): Range(0, 1_000_000),
    ("site", "least_area"): Range(0, 1e12),  # square metres
    ("site", "budget"): Range(0, 1e15),
    ("site", "alternatives"): Range(1, 1_000),
    ("site", "time_limit"): Range(0, 1_000_000),  # seconds
}
# options whose text holds several depths of rain: the range of each
LISTS: dict[tuple[str, str], Range] = {("rain", "rain"): Range(0, 10_000)}  # millimetres
# options whose text is a length with its unit
LENGTHS = frozenset({("export", "datum_error"), ("convert", "datum_error")})
AREAS = frozenset({("reconcile", "total")})  # an area with its unit


def check_ranges(command: str, values: dict[str, Any]) -> None:
    """Refuse a number that is out of its range.

    Args:
        command: its name. values: its parameters as they were read from the line.

    Raises:
        UsageError: one is not finite or out of its range.
    """
    for name, value in values.items():
        if value is None:
            continue
        if (command, name) in RANGES:
            _check(name, value, RANGES[command, name])
        if (command, name) in LISTS:
            from urbanplan.analysis.rain import parse_rains

            for one in parse_rains(value):
                _check(name, one, LISTS[command, name])
        if (command, name) in LENGTHS:
            from urbanplan.analysis.files import accepted_error

            accepted_error(value)
        if (command, name) in AREAS:
            from urbanplan.analysis.stated_areas import total_interval

            total_interval(value)


def _check(name: str, value: float, allowed: Range) -> None:
    if not allowed.holds(value):
        closed, open_ = "Give a number from {low} to {high}.", "Give a number above {low} and at most {high}."
        fix = open_ if allowed.positive else closed
        raise UsageError("{value} is out of range", where=f"--{name.replace('_', '-')}", fix=fix, value=value,
                         low=f"{allowed.low:,.15g}", high=f"{allowed.high:,.15g}")  # fmt: skip

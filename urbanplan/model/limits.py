"""How large a number and how far a date of a declared file may be, so that nothing overflows later.

Files of plans, types, styles and maps are TOML; their values are looked through
once when they are read, before any model sees them.
"""

from __future__ import annotations

import datetime
import math
import os
from collections.abc import Iterator
from typing import Annotated, Any, cast

from pydantic import AfterValidator, BeforeValidator

from urbanplan.model.translation import localize

MAX_AMOUNT = 1e18
FIRST_YEAR, LAST_YEAR = 1700, 2200
MAX_DEPTH = 40  # tables and lists inside each other
MAX_TEXT = 20_000  # characters of one text, which pages, sheets and documents typeset
PAIRS_VARIABLE, CROSSINGS_VARIABLE = "URBANPLAN_PAIRS", "URBANPLAN_CROSSINGS"
POINTS_VARIABLE, STRIPS_VARIABLE = "URBANPLAN_POINTS", "URBANPLAN_STRIPS"
Path = tuple[str | int, ...]


def pair_limit(count: int) -> int:
    """How many pairs of ``count`` features may share land or line; the environment variable raises it."""
    return _from_environment(PAIRS_VARIABLE) or max(50_000, 16 * count)


def crossing_limit(segments: int) -> int:
    """How often ``segments`` of lines may meet in one layer; the environment variable raises it."""
    return _from_environment(CROSSINGS_VARIABLE) or max(1_000_000, 30 * segments)


def knot_limit(segments: int) -> int:
    """How often ``segments`` of one polygon that crosses itself may meet; the environment variable raises it."""
    return _from_environment(CROSSINGS_VARIABLE) or max(3_000, segments)


def point_limit() -> int:
    """How many points the outline of one sheet may have; the environment variable raises it."""
    return _from_environment(POINTS_VARIABLE) or 5_000


def strip_limit() -> int:
    """How many plan strips one road's sheet may have; the environment variable raises it."""
    return _from_environment(STRIPS_VARIABLE) or 500


def _from_environment(name: str) -> int:
    text = os.environ.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 18 else 0


def check_amount(value: Any) -> Any:
    """A number as it is; ValueError where it is not finite or absurdly large."""
    if isinstance(value, int | float) and not isinstance(value, bool) and not abs(value) <= MAX_AMOUNT:
        raise ValueError(localize("this is no number that can be measured: at most {most:g}", most=MAX_AMOUNT))
    return value


def check_day(value: datetime.date) -> datetime.date:
    """A date as it is; ValueError where its year is not one of a plan."""
    if not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise ValueError(localize("the year lies outside {first} to {last}", first=FIRST_YEAR, last=LAST_YEAR))
    return value


def _check_number(value: Any) -> Any:
    """An amount as it is; ValueError where it is true or false, which would be 1 or 0."""
    if isinstance(value, bool):
        raise ValueError(localize("true and false are no value of it"))
    return check_amount(value)


def _check_finite(value: float) -> float:
    if not math.isfinite(value):
        raise ValueError(localize("this is no number that can be measured: at most {most:g}", most=MAX_AMOUNT))
    return value


Amount = Annotated[float, BeforeValidator(_check_number), AfterValidator(_check_finite)]
Day = Annotated[datetime.date, AfterValidator(check_day)]


def unusable_values(data: Any) -> Iterator[tuple[Path, str]]:
    """Path and reason of each number, date, text or nesting of parsed TOML that cannot be used."""
    stack: list[tuple[Path, Any]] = [((), data)]
    while stack:
        path, value = stack.pop()
        if len(path) > MAX_DEPTH:
            yield path[:2], localize("it is nested too deeply")
        elif isinstance(value, dict):
            table = cast("dict[str, Any]", value)
            stack.extend(((*path, key), item) for key, item in reversed(table.items()))
        elif isinstance(value, list):
            rows = cast("list[Any]", value)
            stack.extend(((*path, index), item) for index, item in reversed(list(enumerate(rows))))
        elif isinstance(value, str):
            if len(value) > MAX_TEXT:
                yield path, localize("the text has more than {most} characters", most=MAX_TEXT)
        else:
            try:
                check_day(value) if isinstance(value, datetime.date) else check_amount(value)
            except ValueError as error:
                yield path, str(error)

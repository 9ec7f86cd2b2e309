"""The words of a target, from a form or a command line, as the values that a plan file holds."""

from __future__ import annotations

import datetime
import re
import tomllib
from collections.abc import Mapping
from typing import Any

from urbanplan.errors import PlanError, UsageError

_BOUND = re.compile(r"(?P<comparator>>=|<=|=|>|<|about|)\s*(?P<number>[^\s>=<]*)\s*(?P<unit>.*)")


def read_target_words(words: Mapping[str, str]) -> dict[str, Any]:
    """Keys of a target of its words: texts as they are, ``due`` as a date, ``measure`` as a table.

    A measure stands as lines of TOML, or in braces as the plan file has it.

    Raises:
        UsageError: the date is none. PlanError: the measure is no TOML.
    """
    values: dict[str, Any] = dict(words)
    if "due" in words:
        values["due"] = _read_date(words["due"])
    if "measure" in words:
        values["measure"] = _read_measure(words["measure"])
    return values


def parse_bound(text: str, *, tolerance: str | None = None) -> dict[str, Any]:
    """``>= 12 km`` as the table of a bound.

    Raises:
        UsageError: the number or the tolerance is none.
    """
    found = _BOUND.fullmatch(text.strip())
    said = found.groupdict() if found else {"comparator": "", "number": text, "unit": ""}
    bound: dict[str, Any] = {"comparator": said["comparator"], "number": _read_number(said["number"], "number")}
    bound |= {"unit": said["unit"].strip()} if said["unit"].strip() else {}
    return bound | ({} if tolerance is None else {"tolerance": _read_number(tolerance, "tolerance")})


def _read_number(text: str, name: str) -> float | int:
    try:
        value = float(text)
    except ValueError as error:
        raise UsageError("{text} is no number", where=name, fix="Write digits, such as 12.5.", text=text) from error
    whole = value.is_integer() and abs(value) < 2**53
    return int(value) if whole else value


def _read_date(text: str) -> datetime.date | str:
    try:
        return datetime.date.fromisoformat(text) if text else ""
    except ValueError as error:
        raise UsageError("{text} is no date", where="due", fix="Write it as 2025-12-31.", text=text) from error


def _read_measure(text: str) -> dict[str, Any]:
    braces = text.strip().startswith("{")
    try:
        found = tomllib.loads(f"measure = {text.strip()}" if braces else text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        what, fix = "the measure is no TOML: {problem}", 'Write a line for each, such as kind = "count".'
        raise PlanError(what, fix=fix, problem=str(error)) from error
    return found["measure"] if braces else found

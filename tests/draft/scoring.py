"""How well a draft agrees with labelled numbers: which are found, and which of what is drafted is right."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from urbanplan.model.units import convert_unit, is_convertible, parse_unit
from urbanplan.plan.draft import Promise
from urbanplan.plan.quote import normalize_text


@dataclass(frozen=True)
class Answer:
    """A labelled number: quote (parts joined by …), number (``upper`` of a range), unit, comparator."""

    quote: str
    number: float
    unit: str
    comparator: str
    object: str = ""
    upper: float | None = None


_COMPARATORS = {"~": "about", "range": ">="}  # a range is its lower end, its upper one is compared by itself


def answer(row: Mapping[str, str]) -> Answer:
    """A row of a table with the columns quote, number, unit, comparator and optionally number2 and object."""
    number, upper = float(row["number"].replace(",", "")), (row.get("number2") or "").strip()
    unit, comparator = row["unit"].strip(), row["comparator"].strip()
    if unit == "番":  # doubled so many times: a growth of 100 % is once
        number, unit = 100.0 * (2.0**number - 1), "%"
    elif unit == "成":
        number, unit = 10.0 * number, "%"
    elif parse_unit(unit) is None:  # a counting word that only its writer knows
        unit = ""
    comparator = _COMPARATORS.get(comparator, comparator)
    return Answer(row["quote"], number, unit, comparator, row.get("object") or "", float(upper) if upper else None)


def is_same_number(one: Promise, label: Answer) -> bool:
    """The same number in any unit of one dimension, in a quote that holds a part of the other."""
    if not is_convertible(one.unit, label.unit):
        return False
    value = convert_unit(one.number, one.unit, label.unit)
    return abs(value - label.number) <= 1e-9 * max(1.0, abs(label.number)) and _share_words(one.quote, label.quote)


def _share_words(one: str, two: str) -> bool:
    first = normalize_text(one)
    parts = [part for part in re.split(r"…+", normalize_text(two)) if part]
    return any(part in first or first in part for part in parts)


def is_right(one: Promise, label: Answer) -> bool:
    """The same number with the same comparator."""
    return is_same_number(one, label) and one.comparator == label.comparator and one.upper == label.upper


def missed(found: Iterable[Promise], labels: Iterable[Answer]) -> list[Answer]:
    """Labelled numbers that are not found with number, unit and comparator."""
    rows = list(found)
    return [label for label in labels if not any(is_right(one, label) for one in rows)]


def wrong(found: Iterable[Promise], labels: Iterable[Answer]) -> list[Promise]:
    """Drafted promises that no labelled promise stands behind."""
    known = list(labels)
    return [one for one in found if one.promise and not any(is_right(one, label) for label in known)]

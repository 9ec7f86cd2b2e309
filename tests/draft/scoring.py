"""How well a draft agrees with labelled numbers: which are found, and which of what is drafted is right."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from urbanplan.model.units import convert_unit, is_convertible
from urbanplan.plan.draft import Promise
from urbanplan.plan.quote import normalize_text


@dataclass(frozen=True)
class Answer:
    """A labelled number: quote (parts joined by …), number, unit, comparator; ``promise`` False for background."""

    quote: str
    number: float
    unit: str
    comparator: str
    promise: bool = True
    object: str = ""


def answer(row: Mapping[str, str]) -> Answer:
    """A row of a table with the columns quote, number, unit, comparator and optionally object and kind."""
    promise = (row.get("kind") or "promise").strip() != "background"
    number = float(row["number"].replace(",", ""))
    return Answer(
        row["quote"], number, row["unit"].strip(), row["comparator"].strip(), promise, row.get("object") or ""
    )


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
    return is_same_number(one, label) and one.comparator == label.comparator


def missed(found: Iterable[Promise], labels: Iterable[Answer]) -> list[Answer]:
    """Labelled numbers that are not found with number, unit and comparator."""
    rows = list(found)
    return [label for label in labels if not any(is_right(one, label) for one in rows)]


def wrong(found: Iterable[Promise], labels: Iterable[Answer]) -> list[Promise]:
    """Drafted promises that no labelled promise stands behind."""
    known = [label for label in labels if label.promise]
    return [one for one in found if one.promise and not any(is_right(one, label) for label in known)]

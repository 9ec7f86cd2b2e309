"""Measure and layer for what a promise is about, from the table of objects."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from urbanplan.plan.draft.numerals import Numeral
from urbanplan.plan.draft.rules import DraftRules, ObjectRule

_MEASURED = ("count", "area", "length", "share", "time")


@dataclass(frozen=True)
class Proposal:
    """A measure as the plan declares it, and the layer with its type; None where the object is not known.

    ``beside`` is a measure of another dimension that would show the same, for a target that people write themselves.
    """

    measure: dict[str, Any]
    layer: str | None = None
    type: str | None = None
    beside: dict[str, Any] | None = None


def propose_measure(noun: str, number: Numeral, rules: DraftRules, *, flow: str, year: int | None) -> Proposal:
    """The measure of an object in a unit's dimension; a reported value where the table has none."""
    rule = find_object(noun, rules)
    own = None if rule is None or number.dimension not in _MEASURED else getattr(rule, number.dimension)
    if rule is None or own is None or number.role in ("rank", "doubled"):
        return Proposal({"kind": "reported"})
    if own["kind"] == "coverage":  # its reading is a share of people, the promise a time
        return Proposal({"kind": "reported"}, beside=dict(own))
    table = {"kind": own["kind"], "of": rule.layer, **{key: value for key, value in own.items() if key != "kind"}}
    if flow == "flow" and rule.flow:
        table["where"] = rule.flow.format(year=year) if year else rule.flow
    return Proposal(table, rule.layer, rule.type or rule.layer)


def find_object(noun: str, rules: DraftRules) -> ObjectRule | None:
    """The row whose longest word ends the noun, or stands in it; Chinese nouns have their head at the end."""
    found: tuple[bool, int, ObjectRule] | None = None
    for row in rules.object:
        for word in row.words:
            if word in noun:
                rank = (noun.endswith(word), len(word), row)
                found = rank if found is None or rank[:2] > found[:2] else found
    return None if found is None else found[2]

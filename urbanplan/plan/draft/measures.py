"""Measure and layer for what a promise is about, from the table of objects."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from urbanplan.model.units import convert_unit
from urbanplan.plan.draft.numerals import Numeral
from urbanplan.plan.draft.rules import DraftRules, ObjectRule

_MEASURED = ("count", "area", "length", "share", "time")


@dataclass(frozen=True)
class Proposal:
    """A measure as the plan declares it, and the layer with its type; None where the object is not known.

    ``beside`` is a measure that would show the same, for a target that people write themselves; ``share`` is the share
    that it must reach, 100 % where the promise is a time.
    """

    measure: dict[str, Any]
    layer: str | None = None
    type: str | None = None
    beside: dict[str, Any] | None = None
    share: float = 100.0


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


def propose_reach(noun: str, reach: Numeral, rules: DraftRules, *, share: float = 100.0) -> Proposal:
    """A reported value, and beside it the coverage of homes around what the noun names; nothing where it is unknown."""
    rule = find_object(noun, rules)
    measure: dict[str, Any] | None = None
    if rule is not None and rule.time is not None and reach.dimension == "time":
        measure = dict(rule.time)
    elif rule is not None and rule.count == {"kind": "count"}:
        measure = {"kind": "coverage", "streets": "streets", "sites": rule.layer, "residents": "homes"}
        if reach.dimension == "length":
            measure["within"] = [float(f"{convert_unit(reach.value, reach.unit, 'm'):.6g}")]
    return Proposal({"kind": "reported"}, beside=measure, share=share)


def find_object(noun: str, rules: DraftRules) -> ObjectRule | None:
    """The row whose longest word the noun is of: a Chinese noun by its end, which is its head, a Latin one by any word.

    Words that leave the noun what it is (``generic``: 道路改造工程, 公园总面积) may stand behind it; another head
    (水库移民) makes it another thing.
    """
    heads = [noun, *_without_generic(noun, rules)]
    latin = f" {noun} {noun}s "  # whole words, also of a single one: a park, no parking
    if not noun.isascii() and not any(head.endswith(rules.object_words) for head in heads):
        return None
    found: tuple[bool, int, ObjectRule] | None = None
    for row in rules.object:
        for word in row.words:
            if f" {word} " in latin if word.isascii() else any(head.endswith(word) for head in heads):
                rank = (noun.endswith((word, word.removesuffix("s"))), len(word), row)
                found = rank if found is None or rank[:2] > found[:2] else found
    return None if found is None else found[2]


def _without_generic(noun: str, rules: DraftRules) -> Iterator[str]:
    """The noun without one, two … of the generic words at its end."""
    words = rules.generic_words
    while noun.endswith(words) and (word := next(word for word in words if noun.endswith(word))) != noun:
        noun = noun[: -len(word)]
        yield noun

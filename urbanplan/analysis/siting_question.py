"""A question of siting in the words of its sub-districts, and the words of the command as numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from urbanplan.errors import SitingError
from urbanplan.siting.question import SitingQuestion


def with_districts(
    question: SitingQuestion, known: Sequence[str], at_least: Mapping[str, int], at_most: Mapping[str, int]
) -> SitingQuestion:
    """The question with bounds by sub-district; the id ``*`` means each that is not named.

    Raises:
        SitingError: there is no sub-district, or none of a name.
    """
    least, most = (_by_number(bounds, known) for bounds in (at_least, at_most))
    return replace(question, at_least={**question.at_least, **least}, at_most={**question.at_most, **most})


def _by_number(bounds: Mapping[str, int], known: Sequence[str]) -> dict[int, int]:
    for name in bounds:
        if name not in known and (name != EVERY or not known):
            raise SitingError(
                "no sub-district has the id {id}", fix="Name one of: {known}.", id=name, known=", ".join(known) or "—"
            )
    each = dict.fromkeys(known, bounds[EVERY]) if EVERY in bounds else {}
    named = {name: number for name, number in bounds.items() if name != EVERY}
    return {known.index(name): number for name, number in (each | named).items()}


EVERY = "*"
"""The id that means each sub-district."""


def parse_share(text: str) -> float:
    """``95%`` or ``0.95`` as a number from 0 to 1.

    Raises:
        SitingError: it is no share.
    """
    try:
        value = float(text.strip().removesuffix("%"))
    except ValueError:
        value = float("nan")
    value = value / 100 if text.strip().endswith("%") else value
    if not 0 <= value <= 1:
        raise SitingError("{text} is no share", where="--share", fix="Write 95% or 0.95.", text=text)
    return value


def parse_district_counts(words: Sequence[str], *, where: str, each: int | None = None) -> dict[str, int]:
    """``ID=NUMBER`` words as numbers by id; ``each``: of every sub-district that is not named.

    Raises:
        SitingError: a word is not of that kind.
    """
    found: dict[str, int] = {} if each is None else {EVERY: each}
    for word in words:
        name, equals, number = word.rpartition("=")
        if not equals or not number.isdigit():
            raise SitingError("{word} is not ID=NUMBER", where=where, fix="Write for example D1=2.", word=word)
        found[name] = int(number)
    return found

"""What a reviewer says of the numbers of a document: each taken, left out or corrected."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, cast, get_args

from urbanplan.errors import UsageError
from urbanplan.model.reading import Comparator

if TYPE_CHECKING:
    from urbanplan.plan.draft import Promise, Reading

FIELDS = ("title", "comparator", "number", "unit", "due")


@dataclass(frozen=True)
class Choice:
    """What a reviewer says of one number.

    Attributes:
        take: whether it is a target; None as it was read.
        words: of :data:`FIELDS`, those that are corrected; an empty ``due`` means none.
    """

    take: bool | None = None
    words: Mapping[str, str] = field(default_factory=dict[str, str])


def parse_choices(accept: Iterable[str], reject: Iterable[str], change: Iterable[str]) -> dict[str, Choice]:
    """Choices of words.

    Args:
        accept, reject: ids of numbers. change: words ``ID.FIELD=VALUE``.

    Raises:
        UsageError: a word has another form, a field is unknown or said twice, or a number is taken and left out.
    """
    found = {name: Choice(True) for name in accept}
    for name in reject:
        if name in found:
            raise UsageError("{id} is accepted and rejected", fix="Say one of them.", id=name)
        found[name] = Choice(False)
    for word in change:
        head, equals, value = word.partition("=")
        name, point, key = head.rpartition(".")
        if not (equals and point and key in FIELDS):
            fix = "Write ID.FIELD=VALUE with one of {known}, for example D-003.number=1500."
            raise UsageError("{word} is no change", fix=fix, word=word, known=", ".join(FIELDS))
        before = found.get(name, Choice())
        if key in before.words:
            raise UsageError("{id} is changed twice", fix="Say it once.", id=head)
        found[name] = replace(before, words={**before.words, key: value})
    return found


def apply_choices(reading: Reading, choices: Mapping[str, Choice]) -> Reading:
    """The numbers of a document as a reviewer wants them; those of no choice stay as they were read.

    Raises:
        UsageError: there is no such number, a word cannot be used, or nothing is taken.
    """
    known = {one.id for one in reading.promises}
    for name in choices:
        if name not in known:
            raise UsageError("the document has no number {id}", fix="Look at it again.", id=name)
    rows = [_chosen(one, choices[one.id]) if one.id in choices else one for one in reading.promises]
    if not any(one.promise for one in rows):
        raise UsageError("no target is taken", fix="Take one or more.")
    return replace(reading, promises=rows)


def digits(one: Promise) -> str:
    """The number as a reviewer sees it."""
    return f"{one.number:.15g}"


def _chosen(one: Promise, choice: Choice) -> Promise:
    """A number as the reviewer wants it; what was read stays where nothing else is said."""
    if choice.take is False:
        return replace(one, promise=False)
    if choice.take is None and not one.promise:
        raise UsageError("{id} is background and no target", fix="Accept it, too.", id=one.id)
    words = choice.words
    sign = words.get("comparator", one.comparator)
    if sign not in get_args(Comparator):
        raise UsageError("{text} is no comparator", where=one.id, fix="Choose one of: {known}.", text=sign,
                        known=", ".join(get_args(Comparator)))  # fmt: skip
    return replace(
        one,
        promise=True,
        title=words.get("title", "").strip(),
        comparator=cast("Comparator", sign),
        number=one.number if words.get("number", "") == digits(one) else _number(words, one),
        unit=words.get("unit", one.unit).strip(),
        due=_due(words, one),
    )


def _number(words: Mapping[str, str], one: Promise) -> float:
    if "number" not in words:
        return one.number
    try:
        value = float(words["number"].strip().replace(",", ""))
    except ValueError:
        value = float("nan")
    if not abs(value) < 1e15:
        text = words["number"].strip()
        raise UsageError("{text} is no number", where=one.id, fix="Write digits, such as 12.5.", text=text)
    return value


def _due(words: Mapping[str, str], one: Promise) -> datetime.date | None:
    if "due" not in words:
        return one.due
    text = words["due"].strip()
    try:
        return datetime.date.fromisoformat(text) if text else None
    except ValueError as error:
        raise UsageError("{text} is no date", where=one.id, fix="Write it as 2025-12-31.", text=text) from error

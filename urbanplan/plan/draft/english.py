"""Numbers of English prose: digits and small words with a unit, a scale, or the noun that they count."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from urbanplan.model.units import dimension, parse_unit
from urbanplan.plan.draft.numerals import Numeral
from urbanplan.plan.draft.rules import DraftRules

_SMALL = (
    "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen "
    "nineteen twenty"
)
_WORDS = {word: float(at) for at, word in enumerate(_SMALL.split(), 2)}
_SCALES = {"dozen": 12.0, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}
_NUMBER = re.compile(
    rf"(?<![\w.,])(?:(\d{{1,3}}(?:,\d{{3}})+|\d{{1,15}})(\.\d{{1,9}})?|\b({'|'.join(_WORDS)})\b)"
    rf"(?:\s?({'|'.join(_SCALES)})\b)?"
)
_SHARE = re.compile(r"\s?(?:%|percentage points?\b|per ?cent(?:age points?)?\b)")
_WORD = re.compile(r"[a-z][a-z0-9²³/]*")
_PART = re.compile(
    rf"\b(\d{{1,2}}|{'|'.join(_WORDS)}) (?:in|out of)(?: every)? (ten|five|four|three|twenty|10|5|4|3|20|100)\b"
)
_RANGE = re.compile(r"\s?(?:-|–|—|to)\s?")
_LONGEST_UNIT = 3  # words


def english_numerals(text: str, rules: DraftRules) -> list[Numeral]:
    """The numbers of a sentence in lower case; one without a unit counts what its noun names."""
    masked = rules.mask_pattern.sub(lambda match: "□" * len(match[0]), text)
    done: list[Numeral] = []
    for one in sorted(_numbers(masked), key=lambda one: one.start):
        before = done[-1] if done else None
        if before is not None and _is_start(masked, before, one):
            done.pop()  # from 47 % to 60 %: where the change starts
            before = None
        if before is not None and _RANGE.fullmatch(masked[before.end : one.start]) and before.value < one.value:
            done[-1] = replace(before, unit=one.unit, role="low")
            one = replace(one, role="high")
        done.append(one)
    return [one for one in done if one.unit]


def _is_start(text: str, before: Numeral, one: Numeral) -> bool:
    """Whether a number stands between "from" and "to", and another behind it."""
    return text[: before.start].rstrip().endswith("from") and text[before.end : one.start].strip() == "to"


def _numbers(text: str) -> Iterator[Numeral]:
    for match in _PART.finditer(text):
        of = _WORDS.get(match[2]) or float(match[2])
        yield Numeral(match.start(), match.end(), 100.0 * (_WORDS.get(match[1]) or float(match[1])) / of, "%")
    parts = [match.span() for match in _PART.finditer(text)]
    for match in _NUMBER.finditer(text):
        if any(start <= match.start() < end for start, end in parts):
            continue
        value = _WORDS[match[3]] if match[3] else float(match[1].replace(",", "") + (match[2] or ""))
        share = _SHARE.match(text, match.end())
        if share:
            yield Numeral(match.start(), share.end(), value, "%")
            continue
        unit, end = _unit(text, match.end())
        scale = match[4] or ""
        if dimension(unit) in ("money", "US dollars") and scale:
            yield Numeral(match.start(), end, value, f"{scale} {unit}")
        else:
            yield Numeral(match.start(), end, float(f"{value * _SCALES.get(scale, 1.0):.12g}"), unit)


def _unit(text: str, at: int) -> tuple[str, int]:
    """The longest unit behind a number; a count where another word follows, nothing where none does."""
    words = list(_WORD.finditer(text, at, at + 60))[:_LONGEST_UNIT]
    if not words or text[at : words[0].start()].strip() or words[0].start() - at > 1:
        return "", at
    for count in range(len(words), 0, -1):
        name = text[words[0].start() : words[count - 1].end()]
        if parse_unit(name) is not None:
            return name, words[count - 1].end()
    return "count", at

"""Numbers of English prose: digits and small words with a unit, a scale, or the noun that they count."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from urbanplan.model.units import CURRENCIES, dimension, parse_unit
from urbanplan.plan.draft.numerals import Numeral
from urbanplan.plan.draft.rules import DraftRules

_SMALL = (
    "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen "
    "nineteen twenty"
)
_TENS = {
    word: 10.0 * at
    for at, word in enumerate(("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"), 2)
}
_UNITS = dict(zip(["one", "two", "three", "four", "five", "six", "seven", "eight", "nine"], range(1, 10), strict=True))
_WORDS = {
    **{f"{ten}-{unit}": _TENS[ten] + _UNITS[unit] for ten in _TENS for unit in _UNITS},
    **{word: float(at) for at, word in enumerate(_SMALL.split(), 2)},
    **_TENS,
}
_ONE = {"one": 1.0, "a": 1.0}
_SCALES = {"dozen": 12.0, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}
_NUMBER = re.compile(
    rf"(?<![\w.,])(?:(\d{{1,3}}(?:,\d{{3}})+|\d{{1,15}})(\.\d{{1,9}})?|\b({'|'.join(_WORDS)})\b)"
    rf"(?:\s?({'|'.join(_SCALES)})\b)?"
)
_WALK = re.compile(
    rf"(?<![\w.,-])(\d{{1,3}}|{'|'.join(_WORDS)})[ -]min(?:ute)?s?'?[ -]"
    r"(?:(?:walk|drive|ride|cycle|cycling|bike|bus|tram|train|journey|trip)(?:ing)?"
    r"(?: (?:distance|ride|journey|trip))?\b"
    r"|(?=city\b|neighbou?rhood\b|district\b|community\b))"
)
_DENOMINATOR = re.compile(r"\b(?:per|for every|for each|out of every) $")
_SHARE = re.compile(r"\s?(?:%|percentage points?\b|per ?cent(?:age points?)?\b)")
_WORD = re.compile(r"[a-z][a-z0-9²³/]*")
_PART = re.compile(
    rf"\b(\d{{1,2}}|one|{'|'.join(_WORDS)}) (?:in|out of)(?: every)? (ten|five|four|three|twenty|10|5|4|3|20|100)\b"
)
_FRACTION = re.compile(
    r"\b(?:(?:(?<=by )(?=[ao])|(?=\w+ \w+ of\b))(one|a) (third|quarter|fifth|tenth)"
    r"|(two|three|four|\d) (thirds|quarters|fifths|tenths))\b"
)
_PARTS = {"third": 3.0, "quarter": 4.0, "fifth": 5.0, "tenth": 10.0}
_HALF = re.compile(
    r"(?<!first )(?<!second )\bhalf(?= (?:of|the|all|our|its|their)\b)|\b(?:in|by) half\b|\bhalv(?:e|es|ed|ing)\b"
)
_TIMES = re.compile(
    r"\b(?:will|to|must|shall|should) (?:doubl|tripl)e\b"
    r"|\b(?:doubl|tripl)(?:e|es|ing)(?= (?:the|our|its|their|in|by)\b|[.,;]|$)"
)
_RANGE = re.compile(r"\s?(?:-|–|—|to)\s?")
_SIGNS = {"£": "GBP", "€": "EUR", "us$": "USD", "$": "USD", "¥": "yuan", "rmb": "yuan", "cny": "yuan", "gbp": "GBP"}
_SIGN = re.compile(r"(us\$|[£€$¥]|\b(?:rmb|cny|gbp)) ?$")
_SHORT_SCALE = re.compile(r" ?(k|m|mn|bn)\b")
_SHORT_SCALES = {"k": "thousand", "m": "million", "mn": "million", "bn": "billion"}
_ONWARD = re.compile(r"(?:\s?[a-z/%]{1,12})?\s?to(?: (?:at least|over|more than|above|up to|around|about|some))?\s?")
_LONGEST_UNIT = 3  # words


def english_numerals(text: str, rules: DraftRules) -> list[Numeral]:
    """The numbers of a sentence in lower case; one without a unit counts what its noun names."""
    masked = rules.mask_pattern.sub(lambda match: "□" * len(match[0]), text)
    done: list[Numeral] = []
    for one in sorted(_numbers(masked), key=lambda one: one.start):
        before = done[-1] if done else None
        if before is not None and _is_start(masked, before, one):
            done.pop()  # from 47 % to 60 %: where the change starts
            counted = not one.unit and "number of" in masked[: before.start]
            one, before = replace(one, unit="count") if counted else one, None
        if before is not None and _is_range(masked, before, one):
            done[-1] = replace(before, unit=one.unit, role="low")
            one = replace(one, role="high")
        done.append(one)
    return [one for one in done if one.unit]


def _is_start(text: str, before: Numeral, one: Numeral) -> bool:
    """Whether a number stands between "from" and "to" (at least, over …), and another behind it."""
    return text[: before.start].rstrip().endswith("from") and bool(_ONWARD.fullmatch(text[before.end : one.start]))


def _is_range(text: str, before: Numeral, one: Numeral) -> bool:
    """5 to 8, between 5 and 8."""
    between = text[before.end : one.start]
    pair = between.strip() == "and" and text[: before.start].rstrip().endswith("between")
    return (pair or bool(_RANGE.fullmatch(between))) and before.value < one.value


def _numbers(text: str) -> Iterator[Numeral]:
    parts = [*_parts(text), *_walks(text)]
    yield from parts
    for match in _NUMBER.finditer(text):
        if any(one.start <= match.start() < one.end for one in parts) or _DENOMINATOR.search(text[: match.start()]):
            continue
        value = _WORDS[match[3]] if match[3] else float(match[1].replace(",", "") + (match[2] or ""))
        share, sign = _SHARE.match(text, match.end()), _SIGN.search(text[: match.start()])
        if share:
            yield Numeral(match.start(), share.end(), value, "%")
        elif sign:
            yield _money(match, sign, text, value)
        else:
            yield _counted(match, text, value)


def _parts(text: str) -> Iterator[Numeral]:
    """Parts of a whole in words, as percent; a doubling is a growth of 100 %."""
    for match in _PART.finditer(text):
        of = _WORDS.get(match[2]) or float(match[2])
        yield Numeral(match.start(), match.end(), 100.0 * _small(match[1]) / of, "%")
    for match in _FRACTION.finditer(text):
        part, whole = (match[1], match[2]) if match[1] else (match[3], match[4])
        share = 100.0 * _small(part) / _PARTS[whole.removesuffix("s")]
        yield Numeral(match.start(), match.end(), float(f"{share:.12g}"), "%")
    for match in _HALF.finditer(text):
        yield Numeral(match.start(), match.end(), 50.0, "%")
    for match in _TIMES.finditer(text):
        yield Numeral(match.start(), match.end(), 200.0 if "tripl" in match[0] else 100.0, "%", role="doubled")


def _walks(text: str) -> Iterator[Numeral]:
    """A 10-minute walk, a fifteen-minute city."""
    for match in _WALK.finditer(text):
        value = _WORDS[match[1]] if match[1] in _WORDS else float(match[1])
        yield Numeral(match.start(), match.end(), value, "minutes", role="reach")


def _small(word: str) -> float:
    return _ONE.get(word) or _WORDS.get(word) or float(word)


def _money(match: re.Match[str], sign: re.Match[str], text: str, value: float) -> Numeral:
    """£2.5 million, $3bn: the scale stays in the unit."""
    scale, end = match[4] or "", match.end()
    short = None if scale else _SHORT_SCALE.match(text, end)
    if short:
        scale, end = _SHORT_SCALES[short[1]], short.end()
    unit = _SIGNS[sign[1]]
    return Numeral(sign.start(), end, value, f"{scale} {unit}" if scale else unit)


def _counted(match: re.Match[str], text: str, value: float) -> Numeral:
    unit, end = _unit(text, match.end())
    scale = match[4] or ""
    if dimension(unit) in CURRENCIES and scale:
        return Numeral(match.start(), end, value, f"{scale} {unit}")
    return Numeral(match.start(), end, float(f"{value * _SCALES.get(scale, 1.0):.12g}"), unit)


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

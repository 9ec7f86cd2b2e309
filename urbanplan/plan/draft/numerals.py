"""Numbers of a sentence: value, unit and place; dates, names and ordinals are no numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache, partial

from urbanplan.model.units import CURRENCIES, dimension
from urbanplan.plan.draft.rules import DraftRules
from urbanplan.plan.precision import parse_han_number, unit_at_start

_DIGITS = r"(?:\d{1,3}(?:,\d{3})+|\d{1,15})(?:\.\d{1,9})?"
_SCALES = {"十": 1e1, "百": 1e2, "千": 1e3, "万": 1e4, "亿": 1e8}
_SCALE = r"(?:[十百千]?万亿|[十百千万]?亿|[十百千]?万|千(?![米克瓦卡伏])|百(?!分))"
_ARABIC = re.compile(rf"(?<![\d.,A-Za-z])({_DIGITS})\s?(余|多)?({_SCALE})?(余|多)?")
_HAN = re.compile(r"([一二两三四五六七八九十百千]{1,9})(?:([余多])?([万亿]))?")
_PERCENT_OF_HAN = re.compile(
    r"百分之(?:([零〇一二两三四五六七八九十百]{1,6})(?:点([零〇一二三四五六七八九]{1,4}))?|(\d{1,3}(?:\.\d{1,4})?))"
)
_FRACTION = re.compile(
    r"([一二两三四五六七八九十]{1,3}|\d{1,2})分之([一二两三四五六七八九十]{1,3}|\d{1,3})|([千万])分之([一二两三四五六七八九十]{1,3}|\d{1,3})"
)
_HALF = re.compile(r"(?<!另)一半|半数(?=以上)|减半")
_TENTHS = re.compile(r"((?<=[长高加升降少])一|[二两三四五六七八九])成(?=以上|左右|以内|[，。；、,;]|$)")
_DOUBLED = re.compile(r"翻([一两二三]|\d)番")
_LARGE_HAN = re.compile(r"(?<=[超破逾达近过到])([一十百千]{0,2}[百千万]?[万亿])(?=元|[，。；、,;！]|大关|以上|$)")
_RANGE = re.compile(r"\s?[—–\-~～至到]{1,2}\s?")
_RANK = re.compile(rf"前({_DIGITS}|[一二三四五六七八九十]{{1,3}})(强|位|名)?(?!季|半|期|年|[个项])")
_REACH = re.compile(
    r"(?:(?<=步行)|(?<=骑行)|(?<=车行)|(?<=出行)|(?<=车程)|(?<=通勤))(\d{1,3})分钟"
    r"|(\d{1,3})分钟(?=(?:之内|以内|内)?(?:步行|骑行|车程|可达|可到|到达|可及|直达|通达|见绿|见园|入园|进园|就医|上学))"
)
_MINUTES_CIRCLE = re.compile(r"(\d{1,2})分钟(?=[^，。；]{0,8}圈)")


@dataclass(frozen=True)
class Numeral:
    """A number in a sentence.

    Attributes:
        start, end: place of number and unit together. value: in ``unit``. unit: as the table of units knows it.
        more: 余 or 多 stands with it. role: ``""``, ``low`` or ``high`` of a range, ``rank``, ``circle``, ``reach``,
            ``doubled``.
        implied: the unit is not written (亿 is 亿元).
        factor: what 万 and 亿 have multiplied the value by.
    """

    start: int
    end: int
    value: float
    unit: str
    more: bool = False
    role: str = ""
    implied: bool = False
    factor: float = 1.0

    @property
    def dimension(self) -> str:
        """What the unit measures."""
        return dimension(self.unit)


def mask(text: str, rules: DraftRules) -> str:
    """The text with dates, names and ordinals blotted out, sign for sign."""
    circles = {match.start() for match in _MINUTES_CIRCLE.finditer(text)}

    def blot(match: re.Match[str]) -> str:
        inside = any(match.start() <= at < match.end() for at in circles)
        return match[0] if inside else "□" * len(match[0])

    return rules.mask_pattern.sub(blot, text)


def numerals(text: str, rules: DraftRules) -> list[Numeral]:
    """The numbers of a sentence in order; those that overlap an earlier kind are left out."""
    masked = mask(text, rules)
    found: list[Numeral] = []
    for make in (_special, _arabic, partial(_han, rules=rules)):
        for one in make(masked):
            if all(one.end <= other.start or one.start >= other.end for other in found):
                found.append(one)
    return _mark_ranges(sorted(found, key=lambda one: one.start), masked)


def _special(text: str) -> Iterator[Numeral]:
    """Ranks, shares in words, doublings and circles of minutes."""
    for match in _MINUTES_CIRCLE.finditer(text):
        yield Numeral(match.start(), match.end(), float(match[1]), "分钟", role="circle")
    for match in _REACH.finditer(text):
        yield Numeral(match.start(), match.end(), float(match[1] or match[2]), "分钟", role="reach")
    for match in _RANK.finditer(text):
        if match[2] or match[1].isdigit():
            yield Numeral(match.start(), match.end(), _value(match[1]), "位", role="rank")
    for match in _PERCENT_OF_HAN.finditer(text):
        yield Numeral(match.start(), match.end(), _percent(match), "%")
    for match in _FRACTION.finditer(text):
        part, whole = (match[2], match[1]) if match[1] else (match[4], match[3])
        yield Numeral(match.start(), match.end(), _round(100.0 * _value(part) / _value(whole)), "%")
    for match in _HALF.finditer(text):
        yield Numeral(match.start(), match.end(), 50.0, "%")
    for match in _TENTHS.finditer(text):
        yield Numeral(match.start(), match.end(), 10.0 * parse_han_number(match[1]), "%")
    for match in _DOUBLED.finditer(text):
        times = 2.0 ** _value(match[1])
        yield Numeral(match.start(), match.end(), 100.0 * (times - 1), "%", role="doubled")
    for match in _LARGE_HAN.finditer(text):
        yield _large(match, text)


def _percent(match: re.Match[str]) -> float:
    """百分之六点二 is 6.2, 百分之 8 is 8."""
    if match[3]:
        return float(match[3])
    decimals = "".join(str(parse_han_number(sign)) for sign in match[2] or "")
    return float(f"{parse_han_number(match[1])}.{decimals or 0}")


def _large(match: re.Match[str], text: str) -> Numeral:
    """超千亿 is more than 1000亿元: money is meant where no unit stands."""
    head, scale = match[1][:-1], match[1][-1]
    value = float(parse_han_number(head)) if head and "万" not in head else 1e4 if head else 1.0
    written = text.startswith("元", match.end())
    return Numeral(match.start(), match.end() + written, value, f"{scale}元", implied=not written)


def _arabic(text: str) -> Iterator[Numeral]:
    for match in _ARABIC.finditer(text):
        if text[match.start() - 1 : match.start()] == "每" and match.start():  # 每1000人: what a rate is of
            continue
        value, scale, end = float(match[1].replace(",", "")), match[3] or "", match.end()
        unit = unit_at_start(text[end:])
        implied = not unit and scale.endswith("亿") and _ends_here(text, end)  # 320亿 is money
        behind = end + len(unit)
        more = bool(unit) and text.startswith(("余", "多"), behind)
        one = _scaled(match.start(), behind + more, value, scale, "元" if implied else unit)
        yield replace(one, more=more or bool(match[2] or match[4]), implied=implied)


def _ends_here(text: str, at: int) -> bool:
    return not text[at : at + 1] or text[at] in "，。；、,;！以左大的"


def _scaled(start: int, end: int, value: float, scale: str, unit: str) -> Numeral:
    """Money keeps its scale in the unit (亿元, 万元/亩), everything else takes it into the value."""
    factor = _factor(scale)
    if unit and dimension(unit).partition("/")[0] in CURRENCIES and scale[-1:] in ("万", "亿"):
        return Numeral(start, end, _round(value * factor / _SCALES[scale[-1]]), scale[-1] + unit)
    return Numeral(start, end, _round(value * factor), unit, factor=factor)


def _factor(scale: str) -> float:
    factor = 1.0
    for sign in scale:
        factor *= _SCALES[sign]
    return factor


def _round(value: float) -> float:
    """3.2万 is 32000, not 32000.000000000004."""
    return float(f"{value:.12g}")


def _han(text: str, *, rules: DraftRules) -> Iterator[Numeral]:
    """Chinese numerals before a counting word that lets them count."""
    for match in _HAN.finditer(text):
        at, end, digits, scale = match.start(), match.end(), match[1], match[3] or ""
        if text[at - 1 : at] in rules.numerals.not_before and at:
            continue
        more = text.startswith(("余", "多"), end)
        end += more
        unit = unit_at_start(text[end:])
        if not scale:
            counter = _counter(text, end, rules)
            measured = len(digits) > 1 and dimension(unit) in ("area", "length")  # 两百公顷
            if not (counter or measured) or (digits == "一" and counter not in rules.numerals.one):
                continue
            unit = max(counter, unit, key=len)
        elif not unit or digits[0] in "百千":  # 千万元以上企业: a class, no number
            continue
        one = _scaled(at, end + len(unit), float(parse_han_number(digits)), scale, unit)
        yield replace(one, more=more or bool(match[2]))


@cache
def _counters(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, sorted(words, reverse=True))))


def _counter(text: str, at: int, rules: DraftRules) -> str:
    match = _counters(tuple(rules.numerals.counters)).match(text, at)
    return match[0] if match else ""


def _mark_ranges(found: list[Numeral], text: str) -> list[Numeral]:
    """5—8个, 3%至5%: the first number takes the unit of the second."""
    done: list[Numeral] = []
    for one in found:
        low = _low_end(done[-1], one, text) if done else None
        if low is not None:
            done[-1] = low
        done.append(one if low is None else replace(one, role="high"))
    return done


def _low_end(before: Numeral, one: Numeral, text: str) -> Numeral | None:
    """The number before as the lower end of a range to this one; None where they are no range."""
    if not _RANGE.fullmatch(text[before.end : one.start]) or before.unit not in ("", one.unit, one.unit[1:]):
        return None
    value = before.value if before.unit else _round(before.value * one.factor)
    return replace(before, unit=one.unit, value=value, role="low") if value < one.value else None


def _value(text: str) -> float:
    if text in _SCALES:
        return _SCALES[text]
    return float(text.replace(",", "")) if text[0].isdigit() else float(parse_han_number(text))

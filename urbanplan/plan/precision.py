"""The precision that a quote gives: half of the last digit of the number that it names."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from urbanplan.model.comparison import order
from urbanplan.model.units import convert_unit, dimension, is_convertible, parse_unit

_DIGITS = r"\d[\d,]{0,20}(?:\.\d{1,20})?"
_HAN_DIGITS = {
    "零": 0,
    "〇": 0,
    "一": 1,
    "二": 2,
    "两": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
}
_HAN_TENS = {"十": 10, "百": 100, "千": 1000}
_NUMBER = re.compile(rf"({_DIGITS})|([零〇一二两三四五六七八九十百千]{{1,12}})")
_SCALE = {"万": 1e4, "亿": 1e8}
_LONGEST_UNIT = 20


@dataclass(frozen=True)
class QuotedNumber:
    """A number of a quote: its value, half of its last digit, its unit (empty where none is known), where it starts.

    ``scale`` is what 万 or 亿 behind it has multiplied it by.
    """

    value: float
    half: float
    unit: str
    start: int = 0
    scale: float = 1.0


def default_tolerance(number: float, unit: str, quote: str) -> float:
    """Tolerance of ``=`` in the bound's unit: 0 for counts, else half of the last digit that the quote gives.

    1719 亩 gives 0.5; 76万平方米 gives 5000 m²; "达到30%" gives 0.005 for 0.3 share.  The number of the quote is the
    one that equals the bound in its own unit, else one without a unit; else the bound's own digits count.
    """
    if dimension(unit) in ("count", "people"):
        return 0.0
    quoted = quoted_numbers(quote)
    for one in quoted:
        if one.unit and is_convertible(one.unit, unit) and _is_same(convert_unit(one.value, one.unit, unit), number):
            return convert_unit(one.half, one.unit, unit)
    for one in quoted:
        if not one.unit and _is_same(one.value, number):
            return one.half
    return 0.5 * 10.0 ** -_count_decimals(f"{number:.12g}")


def quoted_numbers(quote: str) -> list[QuotedNumber]:
    """The numbers of a quote in order, with the longest unit that stands behind each."""
    text = unicodedata.normalize("NFKC", quote)
    return [_quoted(match, text) for match in _NUMBER.finditer(text)]


def _quoted(match: re.Match[str], text: str) -> QuotedNumber:
    digits = match[1].replace(",", "") if match[1] else None
    value = float(digits) if digits else float(parse_han_number(match[2]))
    half = 0.5 * 10.0 ** -_count_decimals(digits) if digits else 0.5
    at = match.end()
    scale = _SCALE.get(text[at : at + 1], 1.0)
    rest = text[at + (scale != 1.0) :].lstrip(" 余多")
    return QuotedNumber(value * scale, half * scale, unit_at_start(rest), match.start(), scale)


def unit_at_start(text: str) -> str:
    """The longest known unit that a text begins with; a Latin one ends where its word does."""
    return _find_unit(text[: _LONGEST_UNIT + 1])


@lru_cache(maxsize=4096)
def _find_unit(text: str) -> str:
    for end in range(min(len(text), _LONGEST_UNIT), 0, -1):
        head = text[:end]
        cut = (
            head[-1].isascii()
            and head[-1].isalnum()
            and text[end : end + 1].isascii()
            and text[end : end + 1].isalnum()
        )
        if not cut and head.strip() == head and parse_unit(head) is not None:
            return head
    return ""


def parse_han_number(text: str) -> int:
    """The value of a Chinese numeral below ten thousand: 三百二十 is 320, 十 is 10, 二〇二五 is 2025."""
    if not any(sign in _HAN_TENS for sign in text):
        return int("".join(str(_HAN_DIGITS[sign]) for sign in text))
    total, digit = 0, 0
    for sign in text:
        if sign in _HAN_TENS:
            total += (digit or 1) * _HAN_TENS[sign]
            digit = 0
        else:
            digit = _HAN_DIGITS[sign]
    return total + digit


def _count_decimals(digits: str) -> int:
    return len(digits.partition("e")[0].partition(".")[2])


def _is_same(one: float, two: float) -> bool:
    return order(one, two) == 0

"""Numbers in English words, every word of them: values, scales, parts, currencies, walks."""

from __future__ import annotations

import pytest

from urbanplan.plan.draft import read_promises, read_rules
from urbanplan.plan.draft.english import english_numerals
from urbanplan.plan.draft.numerals import numerals

RULES = read_rules()
WORDS = [
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
    "twenty",
]
TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]


def values(text: str) -> list[tuple[float, str]]:
    return [(one.value, one.unit) for one in english_numerals(text, RULES)]


@pytest.mark.parametrize(
    ("word", "value"),
    [*((word, at) for at, word in enumerate(WORDS[1:], 2)), *((word, 10 * at) for at, word in enumerate(TENS, 2)),
     *((f"{ten}-{one}", 10 * at + digit) for at, ten in enumerate(TENS, 2) for digit, one in enumerate(WORDS[:9], 1))],
)  # fmt: skip
def test_a_number_in_words(word: str, value: int) -> None:
    assert values(f"open {word} parks") == [(value, "count")]


SCALES = [("dozen", 12), ("thousand", 1e3), ("million", 1e6), ("billion", 1e9), ("trillion", 1e12)]


@pytest.mark.parametrize(("word", "scale"), SCALES)
def test_a_scale_multiplies_what_is_counted(word: str, scale: float) -> None:
    assert values(f"plant two {word} trees") == [(2 * scale, "count")]
    assert values(f"plant 2.5 {word} trees") == [(2.5 * scale, "count")]


@pytest.mark.parametrize(
    ("text", "unit"),
    [("£3 million", "million GBP"), ("€3 million", "million EUR"), ("us$3 million", "million USD"), ("$3 million", "million USD"),
     ("¥3 million", "million yuan"), ("rmb 3 million", "million yuan"), ("cny 3 million", "million yuan"),
     ("gbp 3 million", "million GBP"), ("£3k", "thousand GBP"), ("£3m", "million GBP"), ("£3mn", "million GBP"),
     ("£3bn", "billion GBP"), ("£3", "GBP"), ("3 million yuan", "million yuan"), ("3 yuan", "yuan")],
)  # fmt: skip
def test_money_keeps_its_scale_in_its_unit(text: str, unit: str) -> None:
    assert values(f"invest {text} here") == [(3, unit)]


@pytest.mark.parametrize(
    ("text", "share"),
    [("a third", 100 / 3), ("two thirds", 200 / 3), ("a quarter", 25), ("three quarters", 75), ("one fifth", 20), ("four fifths", 80),
     ("a tenth", 10), ("three tenths", 30), ("half", 50), ("nine in ten", 90), ("9 in 10", 90), ("three out of four", 75)],
)  # fmt: skip
def test_a_part_of_a_whole_is_a_share(text: str, share: float) -> None:
    assert values(f"serve {text} of residents") == [(pytest.approx(share), "%")]


@pytest.mark.parametrize(("text", "growth"), [("double", 100), ("triple", 200)])
def test_a_multiple_is_a_growth(text: str, growth: float) -> None:
    assert values(f"output will {text} this year") == [(growth, "%")]


@pytest.mark.parametrize(("text", "minutes"), [("a 10-minute walk", 10), ("a fifteen-minute city", 15)])
def test_a_walk_is_a_reach(text: str, minutes: float) -> None:
    (found,) = english_numerals(f"within {text} of a park", RULES)
    assert (found.value, found.unit, found.role) == (minutes, "minutes", "reach")


@pytest.mark.parametrize(
    ("text", "roles"),
    [("5 to 8 parks", ["low", "high"]), ("between 5 and 8 parks", ["low", "high"]), ("5-8 parks", ["low", "high"]),
     ("8 to 5 parks", ["", ""])],
)  # fmt: skip
def test_a_range_has_two_ends_of_one_unit(text: str, roles: list[str]) -> None:
    found = english_numerals(f"open {text} here", RULES)
    assert [one.role for one in found if one.unit] == roles[: len(found)]
    assert {one.unit for one in found} == {"count"}


@pytest.mark.parametrize(("scale", "factor"), [("百", 100), ("千", 1_000), ("万", 10_000), ("亿", 100_000_000)])
def test_a_chinese_scale_multiplies(scale: str, factor: float) -> None:
    assert [(one.value, one.unit) for one in numerals(f"新增3{scale}个车位", RULES)] == [(3 * factor, "个")]


@pytest.mark.parametrize("word", ["和", "及", "与", "以", "并", "或"])
def test_no_noun_stands_behind_a_word_that_joins(word: str) -> None:
    found = [
        one for one in read_promises(f"2025年工作安排\n\n新建停车场5个{word}绿道3条。", RULES).promises if one.promise
    ]
    assert (found[0].number, found[0].object) == (5, "停车场")

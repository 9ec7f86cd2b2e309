"""Numbers as people write them: hand-known texts, and the law that rounding never moves a value across a bound."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from urbanplan.model.comparison import order
from urbanplan.model.formatting import format_bound, format_reading, unit_digits, unit_word
from urbanplan.model.reading import Bound, Reading, exact_reading
from urbanplan.model.translation import use_language


def bound(comparator: str, number: float, unit: str = "", tolerance: float | None = None) -> Bound:
    return Bound.model_validate({"comparator": comparator, "number": number, "unit": unit, "tolerance": tolerance})


@pytest.mark.parametrize(
    ("low", "high", "unit", "against", "text"),
    [
        (0.47336, 0.79811, "share", None, "47.3 %–79.8 %"),
        (11.2749, 11.2749, "km", bound(">=", 11, "km"), "11.27 km"),
        (1719.02, 1719.02, "亩", bound("=", 1719, "亩", 0.5), "1,719.0 亩"),
        (1719.49, 1719.51, "亩", bound("=", 1719, "亩", 0.5), "1,719.49–1,719.51 亩"),
        (21, 23, "宗", None, "21–23 宗"),
        (0.4996, 0.4996, "share", bound("<", 0.5, "share"), "49.96 %"),
        (0.4996, 0.4996, "share", bound("<", 50, "%"), "49.96 %"),
        (99.97, 99.97, "%", None, "99.97 %"),
        (None, 2, "km", None, "-∞ – 2.00 km"),
        (-3, 5, "万元", None, "-3 – 5 万元"),
        (1999.9999999999, 1999.9999999999, "m", bound(">=", 2000, "m"), "2,000.0 m"),
        (1e-5, 0.5, "share", None, "0.001 %–50.0 %"),
        (0.99996, 1.0, "share", None, "99.996 %–100.0 %"),
        (3, 3, "count", None, "3"),
    ],
)
def test_readings(low: float | None, high: float | None, unit: str, against: Bound | None, text: str) -> None:
    assert format_reading(Reading(low=low, high=high, unit=unit), against) == text


def test_a_bound_keeps_every_digit_that_was_declared() -> None:
    assert format_bound(bound("=", 1719.3, "亩", 0.05)) == "= 1,719.3 ± 0.05 亩"
    assert format_bound(bound("<", 0.5, "share")) == "< 50 %"
    assert format_bound(bound(">=", 0.12345)) == "≥ 0.12345"


def test_units_are_words_of_the_language() -> None:
    with use_language("zh"):
        assert format_reading(exact_reading(12.5, "mu")) == "12.5 亩"
    with use_language("en"):
        assert format_reading(exact_reading(12.5, "m2")) == "12.5 m²"


@settings(max_examples=30, deadline=None)
@given(
    value=st.floats(0.001, 1e5),
    number=st.floats(0.001, 1e5).map(lambda x: float(f"{x:.4g}")),
    unit=st.sampled_from(["share", "%", "km", "亩", "宗"]),
    nearness=st.sampled_from([1.0, 1e-2, 1e-5]),
)
def test_rounding_never_crosses_the_bound(value: float, number: float, unit: str, nearness: float) -> None:
    near = number + (value - number) * nearness
    text = format_reading(exact_reading(near, unit), bound(">=", number, unit))
    figures = re.match(r"[\d,.]+", text)
    assert figures is not None
    shown = float(figures[0].replace(",", "")) / (100 if unit == "share" else 1)
    assert order(shown, number) == order(near, number)
    assert shown > 0


UNIT_WORDS = [
    ("share", "%", "%", 1), ("%", "%", "%", 1), ("‰", "‰", "‰", 2), ("mu", "mu", "亩", 1), ("亩", "亩", "亩", 1),
    ("m2", "m²", "m²", 1), ("km2", "km²", "km²", 2), ("m3", "m³", "m³", None), ("count", "", "", None), ("", "", "", None),
    ("个", "", "", None), ("宗", "宗", "宗", None), ("min", "min", "分钟", None), ("year", "years", "年", None),
    ("people", "people", "人", None), ("10k CNY/mu", "10k CNY/mu", "万元/亩", None), ("万元", "万元", "万元", None),
    ("m", "m", "m", 1), ("km", "km", "km", 2), ("mm", "mm", "mm", 1), ("ha", "ha", "ha", 2), ("ft", "ft", "ft", 1),
    ("万㎡", "万㎡", "万㎡", 2), ("h", "h", "h", None), ("furlong", "furlong", "furlong", None),
]  # fmt: skip


@pytest.mark.parametrize(("unit", "english", "chinese", "digits"), UNIT_WORDS)
def test_how_a_unit_is_written_and_how_many_decimals_it_has(unit: str, english: str, chinese: str, digits: int) -> None:
    told = []
    for language in ("en", "zh"):
        with use_language(language):
            told.append(unit_word(unit))
    assert told == [english, chinese]
    assert unit_digits(unit) == digits

"""Where the digits of a shown number change: ten million, three free decimals, twelve at most."""

from __future__ import annotations

import pytest

from urbanplan.model.formatting import format_reading
from urbanplan.model.reading import Bound, Reading, exact_reading


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (9_999_999.4567, "万元", "9,999,999.457 万元"),
        (10_000_000.4567, "万元", "10,000,000 万元"),
        (12_345_678.6, "万元", "12,345,679 万元"),
        (-10_000_000.4567, "万元", "-10,000,000 万元"),
        (12_345_678.64, "m2", "12,345,678.6 m²"),
        (0.12345, "万元", "0.123 万元"),
        (2.5, "万元", "2.5 万元"),
        (2.0004, "万元", "2 万元"),
        (0.0004, "万元", "0.0004 万元"),
        (-0.0004, "万元", "-0.0004 万元"),
        (0.0, "万元", "0 万元"),
        (-0.0, "m2", "0.0 m²"),
        (100.04, "%", "100.04 %"),
        (1.0004, "share", "100.04 %"),
        (5.04, "%", "5.0 %"),
    ],
)
def test_how_many_digits_a_number_has(value: float, unit: str, text: str) -> None:
    assert format_reading(exact_reading(value, unit)) == text


def test_digits_end_where_twelve_do_not_show_the_side() -> None:
    bound = Bound(comparator=">=", number=0.3, unit="万元")
    assert format_reading(exact_reading(0.3 - 2e-10, "万元"), bound) == "0.3 万元"  # within the tolerance of a bound
    assert format_reading(exact_reading(0.3 - 4e-8, "万元"), bound) == "0.29999996 万元"


@pytest.mark.parametrize(
    ("low", "high", "unit", "text"),
    [
        (None, None, "m2", "-∞ – ∞ m²"), (None, 3, "宗", "-∞ – 3 宗"), (3, None, "宗", "3–∞ 宗"), (-2, 3, "宗", "-2 – 3 宗"),
        (0.2, None, "share", "20.0 %–∞ %"), (None, 0.2, "share", "-∞ – 20.0 %"), (2, 3, "‰", "2.00 ‰–3.00 ‰"),
        (5.001, 5.004, "km", "5.00 km"), (2, 3, "count", "2–3"),
    ],
)  # fmt: skip
def test_a_span_bears_its_unit_once_but_a_sign_twice(
    low: float | None, high: float | None, unit: str, text: str
) -> None:
    assert format_reading(Reading(low=low, high=high, unit=unit)) == text

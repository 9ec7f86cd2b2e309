"""Comparing with limits: where exactly the tolerance of floating point ends, and what is whole."""

from __future__ import annotations

import math

import pytest

from urbanplan.model.comparison import at_least, at_most, in_base, is_above, is_below, order
from urbanplan.model.reading import Bound, Reading

NEAR, FAR = 0.9e-9, 1.1e-9  # beside 1e-9 of the limit


@pytest.mark.parametrize("limit", [1.0, -1.0, 250.0, -250.0, 0.01])
def test_the_tolerance_is_a_billionth_of_the_limit(limit):
    near, far = NEAR * abs(limit), FAR * abs(limit)
    assert (at_most(limit + near, limit), at_most(limit + far, limit), at_most(limit - far, limit)) == (
        True,
        False,
        True,
    )
    assert (at_least(limit - near, limit), at_least(limit - far, limit), at_least(limit + far, limit)) == (
        True,
        False,
        True,
    )
    assert (is_above(limit + near, limit), is_above(limit + far, limit), is_above(limit, limit)) == (False, True, False)
    assert (is_below(limit - near, limit), is_below(limit - far, limit), is_below(limit, limit)) == (False, True, False)
    assert [order(limit + step, limit) for step in (-far, -near, 0.0, near, far)] == [-1, 0, 0, 0, 1]


@pytest.mark.parametrize(
    ("left", "right", "sign"),
    [
        (2**60 + 1, 2**60, 1), (2**60, 2**60 + 1, -1), (7, 7, 0), (1.0, math.inf, -1), (1.0, -math.inf, 1),
        (math.inf, math.inf, 0), (-math.inf, -math.inf, 0), (math.inf, 1.0, 1), (-math.inf, 1.0, -1), (0.0, 0.0, 0),
        (1e-12, 0.0, 1), (-1e-12, 0.0, -1), (2.0**60 + 256, 2**60, 0),
    ],
)  # fmt: skip
def test_whole_numbers_are_ordered_exactly_others_within_the_tolerance(left, right, sign):
    assert order(left, right) == sign


@pytest.mark.parametrize(
    ("value", "unit", "base"),
    [
        (3, "万个", 30_000), (0.1 + 0.2, "", 0.1 + 0.2), (2e5 + 0.00009, "个", 200_000), (2e5 + 0.00011, "个", 2e5 + 0.00011),
        (1000 + NEAR * 1000, "人", 1000), (1000 + FAR * 1000, "人", 1000 + FAR * 1000), (NEAR, "", 0), (FAR, "", FAR),
        (1.2, "万人", 12_000), (5, "furlong", 5), (84, "‰", 0.084), (5, "km", 5000.0), (math.inf, "个", math.inf),
        (-math.inf, "人", -math.inf), (2e5 + 0.00009, "m", 2e5 + 0.00009),
    ],
)  # fmt: skip
def test_a_value_in_the_base_unit(value, unit, base):
    found = in_base(value, unit)
    assert found == base
    assert type(found) is type(base)


@pytest.mark.parametrize(
    ("comparator", "number", "low", "high", "status"),
    [
        (">=", 10, 10 - NEAR * 10, None, "met"), (">=", 10, 10 - FAR * 10, None, "undecidable"), (">", 10, 10, 10, "not_met"),
        (">", 10, 10 + NEAR * 10, 11, "undecidable"), (">", 10, 10 + FAR * 10, 11, "met"), (">", 10, 9, 10 + NEAR * 10, "not_met"),
        ("<", 10, None, 10 - FAR * 10, "met"), ("<", 10, 10 - NEAR * 10, 11, "not_met"), ("<", 10, 9, 10, "undecidable"),
        ("<=", 10, None, 10 + NEAR * 10, "met"), ("<=", 10, 10 + FAR * 10, 11, "not_met"), ("<=", 10, None, None, "undecidable"),
    ],
)  # fmt: skip
def test_the_ends_of_a_reading_beside_a_bound(comparator, number, low, high, status):
    assert (
        Bound(comparator=comparator, number=number, unit="m").compare(Reading(low=low, high=high, unit="m")) == status
    )


@pytest.mark.parametrize(
    ("comparator", "low", "surplus"),
    [(">=", 84e4, 8.0), (">", 84e4, 8.0), (">=", 76e4, None), (">=", 75e4, None), ("<=", 84e4, None), ("=", 84e4, None), (">=", None, None)],
)  # fmt: skip
def test_the_surplus_is_in_the_unit_of_the_bound(comparator, low, surplus):
    bound = Bound(comparator=comparator, number=76, unit="万㎡")
    found = bound.surplus(Reading(low=low, high=1e6, unit="m2"))
    assert found == (None if surplus is None else pytest.approx(surplus))

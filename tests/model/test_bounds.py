"""Readings against bounds: closed within 1e-9, open exactly, counts as whole numbers, and the surplus of a floor."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from urbanplan.model.comparison import at_least, at_most, in_base, is_above, is_below, order
from urbanplan.model.reading import Bound, Reading, exact_reading

MU = 10000 / 15


def status(value, unit, comparator, number, bound_unit, tolerance=None):
    bound = Bound(comparator=comparator, number=number, unit=bound_unit, tolerance=tolerance)
    return bound.compare(exact_reading(value, unit))


@pytest.mark.parametrize("part", range(1, 101))
def test_a_share_of_a_hundred_meets_its_own_percent(part):
    """29 of 100 is 28.999999999999996 % in floating point."""
    for comparator in ("=", ">=", "<="):
        assert status(part / 100, "share", comparator, part, "%", 0) == "met"
    for comparator in (">", "<"):
        assert status(part / 100, "share", comparator, part, "%") == "not_met"


@pytest.mark.parametrize(
    ("value", "unit", "comparator", "number", "bound_unit"),
    [
        (0.1 + 0.2 + 0.3, "km", "<=", 0.6, "km"),
        (600.0000000000001, "m", "<=", 0.6, "km"),
        (55 * MU, "m2", "<=", 55, "亩"),
        (55 * MU, "m2", ">=", 55, "亩"),
        (1719 * MU, "m2", "=", 1719, "mu"),
        (76 * 1e4, "㎡", ">=", 76, "万㎡"),
        (11_000, "个", "=", 1.1, "万个"),
    ],
)
def test_noise_of_floating_point_decides_nothing(value, unit, comparator, number, bound_unit):
    assert status(value, unit, comparator, number, bound_unit, 0) == "met"


def test_what_can_be_measured_is_still_told_apart():
    assert status(599.999, "m", ">=", 0.6, "km") == "not_met"
    assert status(0.2899999, "share", ">=", 29, "%") == "not_met"
    assert status(600.001, "m", "<=", 600, "m") == "not_met"


@pytest.mark.parametrize("count", [10_000_000_001, 2**53 - 1])
def test_large_counts_are_compared_as_whole_numbers(count):
    assert status(count, "count", ">=", count, "个") == "met"
    assert status(count - 1, "count", ">=", count, "个") == "not_met"
    assert status(count + 1, "count", "=", count, "个", 0) == "not_met"
    assert status(count, "count", ">", count, "") == "not_met"


@given(st.integers(-(10**9), 10**9), st.integers(-(10**9), 10**9))
def test_order_of_whole_numbers_is_exact(left, right):
    assert order(in_base(left, "count"), in_base(right, "个")) == (left > right) - (left < right)


@given(
    st.floats(allow_nan=False, allow_infinity=False, width=32),
    st.floats(allow_nan=False, allow_infinity=False, width=32),
)
def test_closed_and_open_comparisons_are_each_others_opposite(value, limit):
    assert at_most(value, limit) != is_above(value, limit)
    assert at_least(value, limit) != is_below(value, limit)
    assert order(value, limit) == -order(limit, value) or value == pytest.approx(limit, rel=2e-9)


def test_units_of_another_dimension_are_no_comparison():
    with pytest.raises(ValueError, match="no measure of"):
        Bound(comparator=">=", number=11).compare(exact_reading(1000, "m"))


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf"), 10**1000, 1e300])
@pytest.mark.parametrize("key", ["number", "tolerance"])
def test_numbers_that_cannot_be_measured_are_refused(key, value):
    with pytest.raises(ValidationError, match=r"no number that can be measured|greater than or equal"):
        Bound(**{"comparator": "=", "number": 1, key: value})


def test_unknown_unit_is_refused_with_the_nearest():
    with pytest.raises(ValidationError, match="公里"):
        Bound(comparator=">=", number=11, unit="公理")


def test_surplus_of_a_floor():
    floor = Bound(comparator=">=", number=76, unit="万㎡")
    assert floor.surplus(exact_reading(840_000, "m2")) == pytest.approx(8)
    assert floor.surplus(exact_reading(760_000, "m2")) is None
    assert floor.surplus(Reading(low=None, high=1e6, unit="m2")) is None
    assert Bound(comparator="=", number=76, unit="万㎡").surplus(exact_reading(840_000, "m2")) is None

"""Limits of what a file may declare, each at its own edge."""

from __future__ import annotations

import datetime
import math
from typing import Any

import pytest

from urbanplan.model.limits import (
    FIRST_YEAR,
    LAST_YEAR,
    MAX_AMOUNT,
    MAX_DEPTH,
    check_amount,
    check_day,
    crossing_limit,
    knot_limit,
    pair_limit,
    point_limit,
    strip_limit,
    unusable_values,
)


@pytest.mark.parametrize(
    ("limit", "small", "large", "variable"),
    [
        (pair_limit, (3_125, 50_000), (3_126, 50_016), "URBANPLAN_PAIRS"),
        (crossing_limit, (33_333, 1_000_000), (33_334, 1_000_020), "URBANPLAN_CROSSINGS"),
        (knot_limit, (3_000, 3_000), (3_001, 3_001), "URBANPLAN_CROSSINGS"),
        (lambda _: point_limit(), (1, 5_000), (2, 5_000), "URBANPLAN_POINTS"),
        (lambda _: strip_limit(), (1, 500), (2, 500), "URBANPLAN_STRIPS"),
    ],
)
def test_how_much_may_meet_grows_with_the_layer_and_is_raised_from_outside(
    limit: Any, small: Any, large: Any, variable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(variable, raising=False)
    assert [limit(small[0]), limit(large[0])] == [small[1], large[1]]
    for text, told in (("7", 7), ("9" * 17, int("9" * 17)), ("9" * 18, small[1]), ("-7", small[1]), ("x", small[1])):
        monkeypatch.setenv(variable, text)
        assert limit(small[0]) == told


@pytest.mark.parametrize("value", [1e18, -1e18, 0, "text", None, True, [1e30]])
def test_an_amount_stays_as_it_is(value: Any) -> None:
    assert check_amount(value) is value
    assert MAX_AMOUNT == 1e18


@pytest.mark.parametrize("value", [1.0001e18, -1.0001e18, math.nan, math.inf, 10**19])
def test_an_absurd_amount_is_refused(value: Any) -> None:
    with pytest.raises(ValueError, match=r"at most 1e\+18"):
        check_amount(value)


def test_years_of_a_plan() -> None:
    first, last = datetime.date(1700, 1, 1), datetime.date(2200, 12, 31)
    assert (check_day(first), check_day(last), FIRST_YEAR, LAST_YEAR) == (first, last, 1700, 2200)
    for day in (datetime.date(1699, 12, 31), datetime.date(2201, 1, 1)):
        with pytest.raises(ValueError, match="the year lies outside 1700 to 2200"):
            check_day(day)


def nested(depth: int) -> Any:
    value: Any = 1
    for _ in range(depth):
        value = [value]
    return {"a": value}


def test_nesting_and_places_of_what_cannot_be_used() -> None:
    assert MAX_DEPTH == 40
    assert list(unusable_values(nested(39))) == []
    assert list(unusable_values(nested(40))) == [(("a", 0), "it is nested too deeply")]
    found = unusable_values({"a": [1, 1e30], "b": {"c": datetime.date(1600, 1, 1)}, "d": "text", "e": math.nan})
    assert [path for path, _ in found] == [("a", 1), ("b", "c"), ("e",)]

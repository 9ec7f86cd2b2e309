"""Judging by the rules of readings and bounds, target by target."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from urbanplan.measure.measured import Measurement
from urbanplan.model.plan import MissingInput, Target, WarningBound
from urbanplan.model.reading import Bound, Reading
from urbanplan.model.report import VERDICT_COLUMNS, LayerEntry, Verdict, weakest_basis
from urbanplan.verdict.judge import judge_target

AS_OF = datetime.date(2025, 12, 31)


def judge_reading(low, high, comparator, number, *, unit="count", tolerance=None, **target):
    bound = Bound(comparator=comparator, number=number, unit=unit, tolerance=tolerance)
    reading = Reading(low=low, high=high, unit=unit)
    return judge_target(Target(id="T", bound=bound, **target), Measurement(reading), as_of=AS_OF)


@pytest.mark.parametrize(
    ("low", "high", "comparator", "number", "tolerance", "status"),
    [
        (22, 22, "=", 22, 0, "met"),
        (21, 22, "=", 22, 0, "undecidable"),
        (23, 24, "=", 22, 0, "not_met"),
        (1718.5, 1719.5, "=", 1719, 0.5, "met"),
        (1719.6, 1719.6, "=", 1719, 0.5, "not_met"),
        (22, 30, ">=", 22, None, "met"),
        (21, 30, ">=", 22, None, "undecidable"),
        (20, 21, ">=", 22, None, "not_met"),
        (22, 22, ">", 22, None, "not_met"),
        (22, 23, ">", 22, None, "undecidable"),
        (22, 22, "<", 22, None, "not_met"),
        (21, 22, "<=", 22, None, "met"),
        (22, None, ">=", 22, None, "met"),
        (None, None, ">=", 22, None, "undecidable"),
        (None, 21, ">=", 22, None, "not_met"),
        (22, 22, "about", 22, None, "undecidable"),
        (22, 22, "about", 20, 2, "met"),
        (22, 22, "about", 20, 1, "not_met"),
    ],
)
def test_inside_outside_across(low, high, comparator, number, tolerance, status):
    answer = judge_reading(low, high, comparator, number, tolerance=tolerance)
    assert answer.status == status
    assert answer.reading is not None
    assert (answer.reading.low, answer.reading.high) == (low, high), "the measured value is always shown"


@given(
    st.sampled_from(["=", ">=", "<=", ">", "<", "about"]),
    st.integers(-5, 5),
    st.integers(0, 2),
    st.integers(-8, 8),
    st.integers(0, 4),
)
def test_status_follows_every_value_of_the_reading(comparator, number, tolerance, low, width):
    """Met: every value inside; not met: none; else some are and some are not."""
    high = low + width
    answer = judge_reading(low, high, comparator, number, tolerance=tolerance).status
    inside = {
        "=": lambda v: abs(v - number) <= tolerance,
        "about": lambda v: abs(v - number) <= tolerance,
        ">=": lambda v: v >= number,
        "<=": lambda v: v <= number,
        ">": lambda v: v > number,
        "<": lambda v: v < number,
    }[comparator]
    values = [inside(low + step * width / 64) for step in range(65)] if width else [inside(low)]
    if all(values):
        assert answer == "met"
    elif answer != "undecidable":
        assert answer == "not_met"
        assert not any(values)


def test_units_are_brought_to_the_bounds():
    bound = Bound(comparator="=", number=15, unit="亩", tolerance=0)
    answer = judge_target(Target(id="T", bound=bound), Measurement(Reading(low=1e4, high=1e4, unit="m2")), as_of=AS_OF)
    assert answer.status == "met"
    assert answer.reading == Reading(low=15, high=15, unit="亩")


@pytest.mark.parametrize(
    ("due", "status", "code"),
    [
        (datetime.date(2026, 1, 1), "undecidable", "not-yet"),
        (datetime.date(2025, 12, 31), "not_met", "outside"),
        (None, "not_met", "outside"),
    ],
)
def test_shortfall_before_its_due_date_is_not_yet(due, status, code):
    answer = judge_reading(11, 11, ">=", 22, due=due)
    assert (answer.status, answer.code, answer.progress) == (status, code, 0.5)


def test_excess_before_its_due_date_is_not_met():
    later = datetime.date(2026, 6, 30)
    assert judge_reading(30, 30, "<=", 22, due=later).status == "not_met"
    assert judge_reading(30, 30, "=", 22, tolerance=0, due=later).status == "not_met"
    assert judge_reading(30, None, "=", 22, tolerance=0, due=later).status == "not_met"


def test_shortfall_of_a_strict_bound_is_not_yet_too():
    assert judge_reading(22, 22, ">", 22, due=datetime.date(2026, 6, 30)).code == "not-yet"


def test_a_report_is_as_weak_as_its_weakest_layer_and_names_its_columns():
    assert weakest_basis(["surveyed", "illustrative", "reported"]) == "illustrative"
    assert weakest_basis(["surveyed", "reported"]) == "reported"
    assert weakest_basis([]) is None
    assert VERDICT_COLUMNS == ("target", "title", "status", "low", "high", "unit", "basis", "reason")
    plain = Verdict(target="T", status="met")
    assert (plain.warn, plain.role, plain.kind, plain.reading, plain.basis) == (False, "promise", "spatial", None, None)
    assert (LayerEntry(name="a").features, LayerEntry(name="a").refused) == (0, 0)


def test_warn_band_lies_before_not_met():
    band = WarningBound(comparator=">=", number=25)
    assert [judge_reading(n, n, ">=", 22, warn=band).warn for n in (21, 22, 24, 25)] == [False, True, True, False]


def test_without_threshold_or_reading_it_is_said_who_would_have_it():
    open_one = judge_target(Target(id="T"), Measurement(Reading(low=1, high=1, unit="count")), as_of=AS_OF)
    assert (open_one.status, open_one.code) == ("undecidable", "no-threshold")
    assert open_one.settled_by
    missing = MissingInput(what="the number", owner="the bureau", kind="value")
    silent = judge_target(Target(id="T", missing=missing), Measurement(None), as_of=AS_OF)
    assert (silent.status, silent.code, silent.settled_by) == ("undecidable", "missing", "the bureau would have it")


def test_units_that_measure_different_things_are_refused():
    bound = Bound(comparator="=", number=1, unit="km")
    with pytest.raises(ValueError, match="no measure of"):
        judge_target(Target(id="T", bound=bound), Measurement(Reading(low=1, high=1, unit="m2")), as_of=AS_OF)


def test_scaled_counts_beside_a_plain_number_are_brought_to_it():
    bound = Bound(comparator="=", number=20_000, unit="", tolerance=0)
    later = datetime.date(2026, 6, 1)
    more, less = (
        judge_target(
            Target(id="T", bound=bound, due=later),
            Measurement(Reading(low=heads, high=heads, unit="万人")),
            as_of=AS_OF,
        )
        for heads in (3, 0.9)
    )
    assert (more.status, more.code, more.reading.low, more.progress) == ("not_met", "outside", 30_000, 1.0)
    assert (less.status, less.code, less.progress) == ("undecidable", "not-yet", 0.45)
    plain = judge_target(Target(id="T", bound=bound), Measurement(Reading(low=3, high=3, unit="家")), as_of=AS_OF)
    assert plain.reading.unit == "家"

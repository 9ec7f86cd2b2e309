"""Filters: three-valued, whole numbers whole, moments in their zones, and what cannot be evaluated refused."""

from __future__ import annotations

import datetime
import itertools
import time
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from urbanplan.errors import FilterError
from urbanplan.layer.filter import evaluate_filter
from urbanplan.model.cql2 import parse_filter

T, F, U = True, False, None
CODES = [410100202500000001, 410100202500000002, 410100202500000003]


@pytest.fixture(scope="module")
def frame():
    return pd.DataFrame(
        {
            "code": CODES,
            "big": [10**20, 10**20 + 1, None],
            "dec": [Decimal(CODES[0]), Decimal("2.5"), None],
            "name": ["Park", "aparkb", None],
            "n": [1.5, None, 3.0],
            "whole": pd.array([1, None, 3], dtype="Int64"),
            "b": [True, None, False],
            "d": ["2025", "2025-07-01", "01/12/2024"],
            "day": pd.to_datetime(["2024-12-31", "2025-01-01", None]),
            "t": pd.to_datetime(["2024-12-31T16:00:00Z", "2025-01-01T00:00:00Z", None], utc=True).tz_convert(
                "Asia/Shanghai"
            ),
            "nothing": [None, None, None],
            "城市": ["郑州", "开封", None],
        }
    )


def truths(frame, text):
    return [None if pd.isna(value) else bool(value) for value in evaluate_filter(frame, text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("code = 410100202500000001", [T, F, F]),
        ("code <> 410100202500000001", [F, T, T]),
        ("code > 410100202500000001", [F, T, T]),
        ("code >= 410100202500000001.5", [T, T, T]),  # that number is no double; the nearest is below
        ("code IN (410100202500000002, 7)", [F, T, F]),
        ("code BETWEEN 410100202500000002 AND 410100202500000002", [F, T, F]),
        ("code = 100000000000000000000000", [F, F, F]),
        ("code < 100000000000000000000000", [T, T, T]),
        ("code - 410100202500000000 = 2", [F, T, F]),
        ("big = 100000000000000000001", [F, T, U]),
        ("dec = 410100202500000001", [T, F, U]),
        ("dec < 3", [F, T, U]),
        ("whole = 3", [F, U, T]),
        ("whole > 2.5", [F, U, T]),
        ("whole = n", [F, U, T]),
        ("n = 1.5", [T, U, F]),
    ],
)
def test_numbers_are_compared_by_their_exact_value(frame, text, expected):
    assert truths(frame, text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("t >= TIMESTAMP('2025-01-01T00:00:00Z')", [F, T, U]),
        ("t >= TIMESTAMP('2025-01-01T08:00:00+08:00')", [F, T, U]),
        ("t < TIMESTAMP('2024-12-31T20:00:00Z')", [T, F, U]),
        ("t = '2025-01-01T08:00:00+08:00'", [F, T, U]),
        ("t >= DATE('2025-01-01')", [T, T, U]),  # midnight in Shanghai is of that day
        ("t > DATE('2025-01-01')", [F, F, U]),
        ("day >= DATE('2025-01-01')", [F, T, U]),
        ("day >= '2025-01-01'", [F, T, U]),
        ("DATE('2025-01-01') <= day", [F, T, U]),
        ("day BETWEEN DATE('2024-01-01') AND DATE('2024-12-31')", [T, F, U]),
        ("t = t", [T, T, U]),
        ("day <= t", [T, T, U]),
    ],
)
def test_dates_and_moments(frame, text, expected):
    assert truths(frame, text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("d >= DATE('2025-07-01')", [U, T, U]),
        ("d >= DATE('2025-01-01')", [T, T, U]),
        ("d < DATE('2026-01-01')", [T, T, U]),
        ("d > DATE('2025-12-31')", [F, F, U]),
        ("d = DATE('2025-07-01')", [U, T, U]),
        ("d <> DATE('2024-07-01')", [T, T, U]),
        ("NOT d >= DATE('2025-07-01')", [U, F, U]),
    ],
)
def test_a_year_alone_is_an_interval_and_no_date_is_unknown(frame, text, expected):
    assert truths(frame, text) == expected


NOON = "TIMESTAMP('2025-06-15T12:00:00')"


@pytest.mark.parametrize(
    ("text", "expected"),  # of a day before, that day, the month of it and a moment of that morning (a text alone)
    [
        (f"d < {NOON}", [T, U, U]),
        (f"d <= {NOON}", [T, U, U]),
        (f"d >= {NOON}", [F, U, U]),
        (f"d = {NOON}", [F, U, U]),
        (f"d <> {NOON}", [T, U, U]),
        ("d < TIMESTAMP('2025-06-16T00:00:00')", [T, T, U]),
        ("d >= TIMESTAMP('2025-06-15T00:00:00')", [F, T, U]),
        ("d <= TIMESTAMP('2025-06-30T23:00:00')", [T, T, U]),
        ("d < TIMESTAMP('2025-07-01T00:00:00')", [T, T, T]),
        (f"d BETWEEN TIMESTAMP('2025-06-15T00:00:00') AND {NOON}", [F, U, U]),
        ("d <= DATE('2025-06-15')", [T, T, U]),
        ("d <= clock", [T, U, U]),
        ("clock > d", [T, U, U]),
    ],
)
@pytest.mark.parametrize("kind", ["declared", "text", "objects"])
def test_a_day_holds_all_of_its_moments(kind, text, expected):
    """A moment inside a day is neither before nor after it: no day is its midnight."""
    texts = ["2025-06-14", "2025-06-15", "2025-06"]
    days = [datetime.date(2025, 6, 14), datetime.date(2025, 6, 15)] if kind == "objects" else texts
    frame = pd.DataFrame({"d": pd.Series(days, dtype=object), "clock": pd.Timestamp("2025-06-15T12:00:00")})
    dates = frozenset({"d"} if kind == "declared" else ())
    found = [None if one is pd.NA else bool(one) for one in evaluate_filter(frame, text, dates=dates)]
    assert found == expected[: len(days)]


def test_a_text_with_a_clock_is_a_moment_and_on_a_day_asked_its_day():
    frame = pd.DataFrame({"d": ["2025-06-15T10:00:00", "2025-06-15 13:00:00+00:00", "2025-06-15"]})
    for text, expected in ((f"d < {NOON}", [T, F, U]), ("d <= DATE('2025-06-15')", [T, T, T])):
        assert [None if one is pd.NA else bool(one) for one in evaluate_filter(frame, text)] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("NULL = NULL", [U, U, U]),
        ("NULL <> NULL", [U, U, U]),
        ("name = NULL", [U, U, U]),
        ("NOT (name = NULL)", [U, U, U]),
        ("name = NULL OR code > 0", [T, T, T]),
        ("name = NULL AND code < 0", [F, F, F]),
        ("nothing = 1", [U, U, U]),
        ("nothing = 'x'", [U, U, U]),
        ("nothing LIKE 'x'", [U, U, U]),
        ("NOT (n > 2)", [T, U, F]),
        ("n IS NULL", [F, T, F]),
        ("n IS NOT NULL", [T, F, T]),
        ("NULL IS NULL", [T, T, T]),
        ("name IN ('Park', NULL)", [T, U, U]),
        ("name NOT IN ('Park')", [F, T, U]),
        ("n > 0 AND name IN ('Park')", [T, F, U]),
        ("name = 'Park' OR n > 2", [T, U, T]),
        ("n NOT BETWEEN 2 AND 4", [T, U, F]),
        ("b = TRUE", [T, U, F]),
        ("n / (code - code) > 1", [U, U, U]),  # nobody knows what a number divided by nothing is
        ("1 = 1", [T, T, T]),
        ("TRUE", [T, T, T]),
        ("NOT FALSE AND n > 0", [T, U, T]),
        ("-n < -2", [F, U, T]),
        ("n + 1.5 * 2 = 4.5", [T, U, F]),
    ],
)
def test_null_is_unknown(frame, text, expected):
    assert truths(frame, text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("CASEI(name) LIKE CASEI('park%')", [T, F, U]),
        ("casei(name) = casei('PARK')", [T, F, U]),
        ("upper(name) LIKE '%PARK%'", [T, T, U]),
        ("name LIKE 'Park'", [T, F, U]),
        ("name LIKE '%park_'", [F, T, U]),
        ("name LIKE 'P\\%'", [F, F, U]),
        ("name NOT LIKE 'P%'", [F, T, U]),
        ("\"城市\" = '郑州'", [T, F, U]),
        ("城市 LIKE '郑_'", [T, F, U]),
    ],
)
def test_texts(frame, text, expected):
    assert truths(frame, text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "name",
        "b",
        "1",
        "'x'",
        "NULL",
        "name AND n > 1",
        "NOT n",
        "n + 1",
        "name LIKE NULL",
        "name LIKE name",
        "n LIKE '1%'",
        "code = '1'",
        "name > 1",
        "b > TRUE",
        "name + 1 = 2",
        "n = 1/0",
        "n = 1/(2-2)",
        "(n = 1) = (n = 2)",
        "day > 'soon'",
        "day > 3",
        "name = DATE('2025-02-30')",
        "day < DATE('9999-12-31')",
        "day < DATE('0001-01-01')",
        "n = 1e999",
        "n == 1",
        "n = ",
        "",
        "n，1",
        "n = 1)",
        "(n = 1",
        "n IN ()",
        "n % 2 = 0",
        "S_INTERSECTS(n, n)",
        "nmae = 'x'",
        "NOT " * 2000 + "n = 1",
        "n = " + "-" * 5000 + "(5000)1",
        "n = " + "1+" * 4000 + "1",
        "(" * 4000 + "n = 1" + ")" * 4000,
        "n = " + "9" * 5000,
        "'" + "a" * 20000,
    ],
)
def test_what_cannot_be_evaluated_is_refused(frame, text):
    with pytest.raises(FilterError) as caught:
        evaluate_filter(frame, text, place="plan.toml:7")
    assert str(caught.value).startswith("plan.toml:7: ")
    assert len(str(caught.value)) < 1500


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("name", "the column name alone is no condition"),
        ("1", "1 alone is no condition"),
        ("'x'", "'x' alone is no condition"),
        ("NULL", "NULL alone is no condition"),
        ("n + 1", "+ alone is no condition"),
        ("DATE('2025-01-01')", "date alone is no condition"),
        ("name LIKE NULL", "LIKE needs a pattern in 'quotes', not NULL"),
        ("name LIKE LOWER(name)", "LIKE needs a pattern in 'quotes', not the column name"),
        ("n LIKE '1%'", "LIKE needs text, not the column n"),
        ("LOWER(n) = 'x'", "lower needs text, not the column n"),
        ("UPPER(name) = 1", "text is compared with number"),
        ("code = '1'", "number is compared with text"),
        ("code IN (1, '1')", "number is compared with text"),
        ("n BETWEEN 1 AND 'x'", "number is compared with text"),
        ("b BETWEEN TRUE AND FALSE", "true and false have no order"),
        ("b > TRUE", "true and false have no order"),
        ("b = 1", "boolean is compared with number"),
        ("day > 3", "date is compared with number"),
        ("LOWER(name) = DATE('2025-01-01')", "text is compared with date"),
        ("name + 1 = 2", "+ needs number, not the column name"),
        ("TRUE + 1 = 2", "+ needs number, not TRUE"),
        ("n = 1/0", "it divides by zero"),
        ("n = 1/(3-1-2)", "it divides by zero"),
        ("n = 2/(2*0)", "it divides by zero"),
        ("(n = 1) = (n = 2)", "a condition is compared like a value"),
        ("(n = 1) IS NULL", "a condition is compared like a value"),
        ("day > 'soon'", "'soon' is no date"),
        ("day = '2025-02-30'", "'2025-02-30' is no date"),
        ("day < DATE('9999-12-31')", "lies outside 1700 to 2200"),
        ("n = 1e999", "the number at column 5 is too large"),
        ("n == 1", "'=' at column 4"),
        ("n IN ()", "')' at column 7"),
        ("nmae = 'x'", "Did you mean name?"),
    ],
)
def test_a_refusal_says_what_is_wrong(frame, text, words):
    with pytest.raises(FilterError) as caught:
        evaluate_filter(frame, text)
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("n / 2 = 0.75", [T, U, F]),
        ("3 / n = 1", [F, U, T]),
        ("n / (whole - 1) > 0", [U, U, T]),  # the divisor of the first row is 0
        ("n - 1 = 0.5", [T, U, F]),
        ("1 - n = -0.5", [T, U, F]),
        ("n * n = 9", [F, U, T]),
        ("whole + n = 6", [F, U, T]),
        ("whole * 2 = 2", [T, U, F]),
        ("whole = whole", [T, U, T]),
        ("2 < n", [F, U, T]),
        ("1.5 >= n", [T, U, F]),
        ("3 <= whole", [F, U, T]),
        ("n <> 1.5", [F, U, T]),
        ("n BETWEEN 1.5 AND 2", [T, U, F]),
        ("dec = 2.5", [F, T, U]),
        ("dec > 2.5", [T, F, U]),
        ("name = 'Park'", [T, F, U]),
        ("nothing = 1", [U, U, U]),
        ("DATE('2025-01-01') <= day", [F, T, U]),
        ("1 + 1 = 2", [T, T, T]),
        ("2 * 3 - 4 / 2 = 4", [T, T, T]),
    ],
)
def test_arithmetic_and_both_sides_of_a_comparison(frame, text, expected):
    assert truths(frame, text) == expected


@pytest.mark.parametrize(
    ("values", "text", "expected"),
    [
        ([1, 2.5], "v = 2.5", [F, T]),  # whole numbers and others in one column
        ([True, 2], "v = 2", [F, T]),
        ([2**63, 1], "v > 9223372036854775807", [T, F]),
        ([2, 3], "v < 2.5", [T, F]),
        ([2, 3], "v <= 9223372036854775808", [T, T]),
        ([-(2**62), 1], "v * 3 < 0", [T, F]),
        ([-(2**62), 1], "v + v + v < 0", [T, F]),
    ],
)
def test_numbers_of_mixed_kinds_and_sizes_stay_exact(values, text, expected):
    column = pd.Series(values, dtype=object)
    assert evaluate_filter(pd.DataFrame({"v": column}), text).tolist() == expected


def test_a_column_of_floats_is_compared_with_whole_ones_exactly():
    frame = pd.DataFrame(
        {"a": pd.array([2**53 + 1, 2], dtype="Int64"), "b": pd.array([float(2**53), 2.0], dtype="Float64")}
    )
    assert evaluate_filter(frame, "a = b").tolist() == [F, T]
    assert evaluate_filter(frame, "a > b").tolist() == [T, F]


def test_kinds_of_the_type_are_checked_without_data():
    kinds = {"name": "text", "n": "number"}
    assert parse_filter("name = 'x' AND other = 1", kinds=kinds)
    with pytest.raises(FilterError, match="number is compared with text"):
        parse_filter("n = 'x'", kinds=kinds)


def test_many_alternatives_are_no_nesting(frame):
    text = " OR ".join(f"n = {value}" for value in range(800))
    assert truths(frame, text) == [F, U, T]


def like(text, pattern):
    """What LIKE means, by the book: every way to cut the text is tried."""
    if not pattern:
        return not text
    head, rest = pattern[0], pattern[1:]
    if head == "%":
        return any(like(text[cut:], rest) for cut in range(len(text) + 1))
    return bool(text) and (head in ("_", text[0])) and like(text[1:], rest)


@given(st.text("ab", max_size=7), st.text("ab_%", max_size=6))
def test_like_is_as_every_way_to_cut_the_text(text, pattern):
    found = evaluate_filter(pd.DataFrame({"x": [text]}), f"x LIKE '{pattern}'")
    assert bool(found[0]) == like(text, pattern)


def test_like_with_many_wildcards_ends():
    frame = pd.DataFrame({"x": ["a" * 100_000]})
    began = time.process_time()
    assert truths(frame, "x LIKE '" + "%a" * 3000 + "%b'") == [F]
    assert time.process_time() - began < 20  # years, where every way is tried


VALUES = {"T": True, "F": False, "U": None}
AND = {True: {True: T, False: F, None: U}, False: {True: F, False: F, None: F}, None: {True: U, False: F, None: U}}


@pytest.mark.parametrize(("left", "right"), list(itertools.product("TFU", repeat=2)))
def test_tables_of_kleene(left, right):
    frame = pd.DataFrame({"p": [VALUES[left]], "q": [VALUES[right]]}, dtype="boolean")
    one, two = VALUES[left], VALUES[right]
    flip = {True: F, False: T, None: U}
    assert truths(frame, "p = TRUE AND q = TRUE") == [AND[one][two]]
    assert truths(frame, "p = TRUE OR q = TRUE") == [flip[AND[flip[one]][flip[two]]]]
    assert truths(frame, "NOT (p = TRUE)") == [flip[one]]


@given(st.integers(-(2**62), 2**62), st.sampled_from(["=", "<>", "<", "<=", ">", ">="]), st.integers(-(2**62), 2**62))
def test_whole_numbers_compare_as_python_does(value, sign, limit):
    expected = eval(f"{value} {sign.replace('<>', '!=') if sign != '=' else '=='} {limit}")  # noqa: S307
    for column in (
        pd.array([value], dtype="Int64"),
        np.array([value], dtype=np.int64),
        pd.array([value], dtype=object),
    ):
        assert truths(pd.DataFrame({"x": column}), f"x {sign} {limit}") == [expected]


TREES = st.recursive(
    st.sampled_from(
        ["a = 1", "b <> 'x'", "c IS NULL", "d IN (1, 2)", "e BETWEEN 1 AND 2", "f LIKE 'x%'", "g > -h * 2 + 1"]
    ),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(" AND ".join).map("({})".format),
        st.tuples(inner, inner).map(" OR ".join).map("({})".format),
        inner.map("NOT ({})".format),
    ),
    max_leaves=8,
)


@given(TREES)
def test_parses_as_an_independent_parser_does(text):
    """The OGC's own parser, which makes floats of whole numbers, gives the same tree."""
    cql2 = pytest.importorskip("cql2")
    assert parse_filter(text) == cql2.parse_text(text).to_json()


@pytest.mark.parametrize(
    ("where", "truths"),
    [
        ("d >= DATE('2025-07-01')", [U, T, F, U]), ("d >= '2025-07-01'", [U, T, F, U]),
        ("d < DATE('2025-01-01')", [F, F, T, U]), ("d <= DATE('2025-12-31')", [T, T, T, U]),
        ("d = DATE('2025-07-01')", [U, T, F, U]), ("d IN (DATE('2025-07-01'))", [U, T, F, U]),
        ("d BETWEEN DATE('2025-01-01') AND DATE('2025-12-31')", [T, T, F, U]), ("d IS NULL", [F, F, F, T]),
    ],
)  # fmt: skip
def test_a_year_in_a_declared_column_of_dates_is_all_of_its_days(where, truths):
    rows = pd.DataFrame({"d": pd.Series(["2025", "2025-07", "2024", None], dtype="string")})
    rows.loc[1, "d"] = "2025-07-01"
    found = evaluate_filter(rows, where, dates=frozenset({"d"}))
    assert [None if one is pd.NA else bool(one) for one in found] == truths


@pytest.mark.parametrize("dtype", ["string", "datetime64[s]"])
def test_dates_that_stand_for_none_tell_nothing(dtype):
    days = ["1970-01-01", "9999-12-31", "0001-01-01", "1899-12-30", "2025-07-01", "1850-05-01"]
    rows = pd.DataFrame({"d": pd.Series(days, dtype="string").astype(dtype)})
    found = evaluate_filter(rows, "d >= DATE('2025-01-01')", dates=frozenset({"d"}))
    assert found.tolist() == [pd.NA] * 4 + [True, False]


def test_week_is_no_day_and_what_stands_beside_the_rows_is_no_column():
    with pytest.raises(FilterError, match="no date"):
        parse_filter("d >= DATE('2025-W27')")
    with pytest.raises(FilterError, match="Did you mean a, b"):
        evaluate_filter(pd.DataFrame({"a": [1], "b": [1], "__id__": ["x"], "geometry": [None]}), "zz9 = 1")

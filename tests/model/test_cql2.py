"""The text of filters as a whole: which operators there are, how long one may be, and what it reads."""

from __future__ import annotations

import pandas as pd
import pytest

from urbanplan.errors import FilterError
from urbanplan.layer.filter import evaluate_filter
from urbanplan.model.cql2 import OPERATORS, columns_of, parse_filter

EACH = {
    "and": "a > 1 AND a < 3", "or": "a > 1 OR a < 0", "not": "NOT a > 3", "=": "a = 2", "<>": "a <> 1", "<": "a < 3",
    "<=": "a <= 2", ">": "a > 1", ">=": "a >= 2", "between": "a BETWEEN 2 AND 2", "in": "a IN (1, 2)", "like": "t LIKE 'x%'",
    "isNull": "NOT a IS NULL", "+": "a + 1 = 3", "-": "a - 1 = 1", "*": "a * 2 = 4", "/": "a / 2 = 1",
    "casei": "CASEI(t) = CASEI('XY')", "lower": "LOWER(t) = 'xy'", "upper": "UPPER(t) = 'XY'",
}  # fmt: skip


def test_every_operator_that_is_told_is_evaluated():
    assert set(EACH) == OPERATORS
    frame = pd.DataFrame({"a": [2], "t": ["xy"]})
    assert [text for text in EACH.values() if not evaluate_filter(frame, text).all()] == []


@pytest.mark.parametrize("text", ["a % 2 = 0", "a ^ 2 = 4", "POWER(a) = 4", "S_INTERSECTS(a, 1)"])
def test_an_operator_that_there_is_not_is_told_with_those_that_there_are(text):
    with pytest.raises(FilterError) as caught:
        parse_filter(text, where="plan.toml:3")
    assert ", ".join(sorted(OPERATORS)) in str(caught.value)
    assert caught.value.where == "plan.toml:3"


@pytest.mark.parametrize(
    ("text", "shown"), [("a >" + " " * 197, "a >" + " " * 197), ("a >" + " " * 198, "a >" + " " * 196 + "…")]
)
def test_a_long_filter_is_shown_in_part(text, shown):
    with pytest.raises(FilterError) as caught:
        parse_filter(text)
    assert repr(shown) in str(caught.value)


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("a > 1", ["a"]), ('"b c" = d AND e IN (f, 1)', ["b c", "d", "e", "f"]), ("1 = 1", []), ("NOT a IS NULL", ["a"]),
        ("CASEI(t) LIKE CASEI('%x')", ["t"]), ("a BETWEEN b AND c + d", ["a", "b", "c", "d"]), ("b > 1 OR a < b", ["b", "a"]),
    ],
)  # fmt: skip
def test_the_columns_that_a_filter_reads(text, columns):
    assert columns_of(parse_filter(text)) == columns


DEEP = {
    "brackets": lambda n: "(" * n + "a = 1" + ")" * n, "not": lambda n: "NOT " * n + "a = 1",
    "signs": lambda n: "a = " + "-" * n + "1", "sums": lambda n: "a = 1" + " + 1" * n, "products": lambda n: "a = 1" + " * 2" * n,
}  # fmt: skip


@pytest.mark.parametrize("kind", DEEP)
def test_fifty_levels_are_read_and_one_more_is_not(kind):
    parse_filter(DEEP[kind](50))
    with pytest.raises(FilterError, match="too long or nested too deeply"):
        parse_filter(DEEP[kind](51))


def test_ten_thousand_signs_are_read_and_one_more_is_not():
    parse_filter("a = 1" + " " * 9_995)
    with pytest.raises(FilterError, match="too long or nested too deeply"):
        parse_filter("a = 1" + " " * 9_996)


@pytest.mark.parametrize(
    ("digits", "said"), [("9" * 40, ""), ("9" * 41, "at column 5 is too large"), ("1e999", "at column 5 is too large")]
)
def test_a_number_has_forty_signs_at_most(digits, said):
    if not said:
        assert parse_filter(f"a = {digits}")["args"][1] == int(digits)
        return
    with pytest.raises(FilterError, match=said):
        parse_filter(f"a = {digits}")


@pytest.mark.parametrize("word", ["and", "or", "not", "is", "like", "between", "in", "true", "false"])
def test_a_reserved_word_is_no_column_unless_it_is_quoted(word):
    assert columns_of(parse_filter(f'"{word}" = 1')) == [word]
    with pytest.raises(FilterError):
        parse_filter(f"{word} = 'x'")

"""Which filters can be evaluated, and what is said of one that cannot."""

from __future__ import annotations

from typing import Any

import pytest

from urbanplan.errors import FilterError
from urbanplan.model.cql2 import parse_filter
from urbanplan.model.cql2_types import constant

KINDS: Any = {"n": "number", "t": "text", "d": "date", "b": "boolean"}


@pytest.mark.parametrize(
    "text",
    [
        "n > 1", "1 < n", "n = 1.5", "n <> 2", "n + 1 > 2 * n", "n / 2 = 1", "n / (1 - 2) = 1", "t = 'x'", "t < 'x'",
        "d > DATE('2025-01-01')", "d = '2025-01-01'", "d >= '2025-01-01T08:00:00Z'", "t > DATE('2025-01-01')",
        "b = TRUE", "b <> FALSE", "b IS NULL", "n IS NOT NULL", "n BETWEEN 1 AND 2", "t IN ('a', 'b')", "n IN (1, 2)",
        "t LIKE 'a%'", "CASEI(t) LIKE CASEI('A%')", "other = 1", "other = 'x'", "other LIKE 'x'", "n = NULL",
        "TRUE", "NOT n > 1", "n > 1 AND (t = 'a' OR b = TRUE)", "d BETWEEN '2025-01-01' AND '2025-12-31'",
    ],
)  # fmt: skip
def test_conditions_that_fit(text: str) -> None:
    parse_filter(text, kinds=KINDS)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("n", "the column n alone is no condition"),
        ("1", "1 alone is no condition"),
        ("'x'", "'x' alone is no condition"),
        ("NULL", "NULL alone is no condition"),
        ("n + 1", r"\+ alone is no condition"),
        ("n > 1 AND t", "the column t alone is no condition"),
        ("NOT t", "the column t alone is no condition"),
        ("n = 'x'", "number is compared with text"),
        ("t = 1", "text is compared with number"),
        ("b = 1", "boolean is compared with number"),
        ("n = DATE('2025-01-01')", "number is compared with date"),
        ("b < TRUE", "true and false have no order"),
        ("b BETWEEN FALSE AND TRUE", "true and false have no order"),
        ("n BETWEEN 1 AND 'x'", "number is compared with text"),
        ("n BETWEEN 'x' AND 1", "number is compared with text"),
        ("t IN ('a', 1)", "text is compared with number"),
        ("d = 'x'", "'x' is no date"),
        ("d = CASEI('2025-01-01')", "date|text"),
        ("n LIKE 'x'", "LIKE needs text, not the column n"),
        ("t LIKE n", "LIKE needs a pattern in 'quotes', not the column n"),
        ("t LIKE CASEI(n)", "LIKE needs a pattern in 'quotes', not the column n"),
        ("t LIKE NULL", "LIKE needs a pattern in 'quotes', not NULL"),
        ("CASEI(n) = 'x'", "casei needs text, not the column n"),
        ("t + 1 = 2", r"\+ needs number, not the column t"),
        ("n * 't' = 2", r"\* needs number, not 't'"),
        ("n / 0 = 1", "it divides by zero"),
        ("n / (1 - 1) = 1", "it divides by zero"),
        ("n / (2 * 3 - 6) = 1", "it divides by zero"),
        ("(n > 1) = TRUE", "a condition is compared like a value"),
        ("(n > 1) IS NULL", "a condition is compared like a value"),
    ],
)
def test_conditions_that_do_not_fit(text: str, told: str) -> None:
    with pytest.raises(FilterError, match=told):
        parse_filter(text, kinds=KINDS)


@pytest.mark.parametrize(
    ("tree", "value"),
    [
        (2, 2), (True, None), ("x", None), ({"property": "n"}, None), ({"op": "+", "args": [2, 3]}, 5),
        ({"op": "-", "args": [2, 3]}, -1), ({"op": "*", "args": [2, 3]}, 6), ({"op": "/", "args": [3, 2]}, 1.5),
        ({"op": "/", "args": [3, 0]}, None), ({"op": "+", "args": [2, {"property": "n"}]}, None),
        ({"op": "*", "args": [1e308, 10**400]}, None), ({"op": "like", "args": [1, 2]}, None),
    ],
)  # fmt: skip
def test_the_value_of_what_reads_no_column(tree: Any, value: Any) -> None:
    assert constant(tree) == value

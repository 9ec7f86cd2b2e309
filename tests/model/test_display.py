"""Objects at a prompt: one line, and a table whose texts stay texts."""

from __future__ import annotations

import pytest
from hostile_texts import payloads

from urbanplan.model.display import format_cell, html_table, one_line
from urbanplan.plan import read_plan


def test_one_line_is_one_line():
    assert one_line("Plan", "a\nb", None, "", 3) == "<Plan: a b, 3>"
    assert len(one_line("Plan", "x" * 10_000)) < 220


@pytest.mark.parametrize("text", payloads("/tmp/canary"))
def test_texts_of_a_table_stay_texts(text):
    page = html_table(text, [{text: text}])
    assert "<script" not in page.lower()
    assert "{" not in page
    assert "<img" not in page.lower()


def test_a_long_table_says_how_much_is_left():
    page = html_table("t", [{"a": i} for i in range(1000)])
    assert page.count("<tr>") == 21
    assert "980" in page


def test_what_is_unknown_is_a_dash_of_every_kind():
    import numpy as np
    import pandas as pd

    assert {format_cell(value) for value in (None, float("nan"), np.nan, pd.NA, pd.NaT)} == {"–"}


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (True, "yes"), (False, "no"), (1234567, "1,234,567"), (1234.5678, "1,234.568"), (2.0, "2"), (0.0001, "0"), (-3, "-3"),
        ("x" * 80, "x" * 80), ("x" * 81, "x" * 79 + "…"), ("", ""), (["a"], "['a']"),
    ],
)  # fmt: skip
def test_a_value_of_a_table(value, text):
    assert format_cell(value) == text


def test_a_table_of_few_rows_is_told_whole():
    rows = [{"a": 1, "b": "<"}, {"a": None}]
    assert html_table("c {", rows) == (
        '<div class="tex2jax_ignore mathjax_ignore"><table><caption>c &#123;</caption><thead><tr><th>a</th><th>b</th></tr>'
        "</thead><tbody><tr><td>1</td><td>&lt;</td></tr><tr><td>–</td><td>–</td></tr></tbody></table></div>"
    )
    assert "<p>… 1</p>" in html_table("c", rows, limit=1)
    assert html_table("c", []).count("<tr>") == 1
    assert (one_line("N", "x" * 200), one_line("N", "x" * 201)) == (f"<N: {'x' * 200}>", f"<N: {'x' * 199}…>")
    assert one_line("N") == "<N>"


def test_a_plan_shows_on_one_line(district):
    plan = read_plan(district)
    assert repr(plan) == str(plan)
    assert len(repr(plan)) < 200
    assert "\n" not in repr(plan)
    assert plan._repr_html_().startswith("<div")

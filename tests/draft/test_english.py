"""Promises in English: the same rules in other words."""

from __future__ import annotations

import datetime

import pytest

from urbanplan.plan.draft import read_promises, read_rules

RULES = read_rules()


def promises(text):
    return [one for one in read_promises(f"City Work Plan 2026\n\n{text}", RULES).promises if one.promise]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The city will build at least 500 new parking spaces and 12 km of cycle lanes.",
         [(">=", 500, "count", "parking spaces"), (">=", 12, "km", "cycle lanes")]),
        ("GDP will grow by 5 percent or more.", [(">=", 5, "%", "gdp")]),
        ("Water loss is to be kept below 9%.", [("<", 9, "%", "water loss")]),
        ("Energy use will fall by about 3.5 percent.", [("about", 3.5, "%", "energy use")]),
        ("Total output is to exceed 80 billion yuan.", [(">", 80, "billion yuan", "total output")]),
        ("Train three thousand\npeople.", [(">=", 3000, "people", "")]),
        ("No more than 20 sites will be closed.", [("<=", 20, "sites", "")]),
        ("Three new schools will open.", [(">=", 3, "count", "schools")]),
        ("Plant 1,200 mu of trees along Route 107 in phase 2.", [(">=", 1200, "mu", "trees")]),
    ],
)  # fmt: skip
def test_bounds_and_objects(text, expected):
    found = [(one.comparator, one.number, one.unit, one.object) for one in promises(text)]
    assert [row[:3] for row in found] == [row[:3] for row in expected]
    assert all(row[3] == wanted[3] for row, wanted in zip(found, expected, strict=True) if wanted[3])


def test_a_range_and_a_due_date():
    one = promises("Renovate 15-20 clinics by the end of 2028.")[0]
    assert (one.number, one.upper, one.due) == (15, 20, datetime.date(2028, 12, 31))


def test_what_was_built_is_background():
    assert promises("In 2025, 300 spaces were built.") == []


def test_the_layer_of_a_known_object():
    assert promises("The city will add 500 parking spaces.")[0].proposal.layer == "parking"


def test_a_month_is_a_day_by_which_it_is_due():
    assert [one.due for one in promises("By March 2028 we will deliver 1,250 homes.")] == [datetime.date(2028, 3, 31)]


@pytest.mark.parametrize(("text", "expected"), [
    ("Household recycling will rise from 47% to 60%.", [(">=", 60, "%")]),
    ("We will create two dozen play areas.", [(">=", 24, "count")]),
    ("No fewer than nine in ten residents will live near a park.", [(">=", 90, "%")]),
    ("Acquire more than 40 acres of parkland.", [(">", 40, "acres")]),
    ("Reduce traffic fatalities by 50 percent by 2030.", [(">=", 50, "%")]),
])  # fmt: skip
def test_changes_dozens_parts_and_imperatives(text, expected):
    found = promises(text)
    assert [(one.comparator, one.number, one.unit) for one in found] == expected
    assert not any(one.object.startswith("e ") for one in found), "a verb is cut off whole"

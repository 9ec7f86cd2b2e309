"""Monotone in knowledge: making any input unknown gives a reading that contains the old one."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from laws import examples
from measure.closed_form_layers import X, Y, layer, measure_declared
from shapely.geometry import Polygon, box

COLUMNS = {
    "name": st.sampled_from(["a", "b"]),
    "kind": st.sampled_from(["x", "y"]),
    "stage": st.sampled_from(["planned", "open"]),
    "spaces": st.integers(0, 50),
    "free": st.integers(50, 100),
}
MEASURES = [
    {"kind": "count", "of": "sites", "where": "kind = 'x'"},
    {"kind": "count", "of": {"layer": "sites", "within": "land"}, "stage_at_least": "open"},
    {"kind": "count", "of": {"layer": "sites", "outside": "land"}, "distinct": "name"},
    {"kind": "area", "of": {"layer": "sites", "where": "spaces > 20"}},
    {"kind": "area", "of": {"layer": "sites", "clip": "land"}},
    {"kind": "area", "of": {"layer": "sites", "minus": "land"}},
    {"kind": "sum", "of": {"layer": "sites", "touching": "land"}, "field": "spaces"},
    {"kind": "share", "of": "sites", "where": "stage = 'open'", "that": "kind = 'x'"},
    {"kind": "share", "of": "sites", "that": "kind = 'x'", "weight": "area"},
    {"kind": "share", "of": "sites", "that": "kind = 'x'", "weight": "spaces"},
    {"kind": "ratio", "of": "sites", "where": "kind = 'x'", "part": "spaces", "whole": "free"},
    {"kind": "exists", "of": "sites", "name": "a", "stage_at_least": "open"},
    {"kind": "exists", "of": "sites", "name": ["a", "b"]},
    {"kind": "within", "of": "sites", "inside": "land"},
    {"kind": "near", "of": "sites", "to": {"layer": "land", "where": "kind = 'x'"}, "metres": 5, "weight": "spaces"},
    {"kind": "disjoint", "of": "sites", "from": "land"},
    {"kind": "disjoint", "of": "sites"},
]


@st.composite
def rows(draw, most):
    """Rectangles on a small grid, some null or empty, duplicates among them, with their attributes."""
    count = draw(st.integers(1, most))
    shapes, values = [], {name: [] for name in COLUMNS}
    for _ in range(count):
        x, y, wide, tall = (draw(st.integers(low, high)) * 10 for low, high in ((0, 3), (0, 1), (1, 2), (1, 2)))
        shape = box(X + x, Y + y, X + x + wide, Y + y + tall)
        shapes.append(draw(st.sampled_from([shape] * 8 + [None, Polygon()])))
        for name, value in COLUMNS.items():
            values[name].append(draw(value | st.none() if draw(st.booleans()) else value))
    return shapes, values


def made(name, table):
    return layer(table[0], called=name, **table[1])


def forget(table, row, what):
    shapes, values = list(table[0]), {name: list(column) for name, column in table[1].items()}
    row %= len(shapes)
    if what == "geometry":
        shapes[row] = None
    else:
        values[what][row] = None
    return shapes, values


def ends(reading):
    if reading is None:
        return float("-inf"), float("inf")
    return (
        float("-inf") if reading.low is None else reading.low,
        float("inf") if reading.high is None else reading.high,
    )


@pytest.mark.parametrize("declared", MEASURES, ids=lambda one: one["kind"])
@settings(max_examples=examples(12))
@given(
    sites=rows(5),
    land=rows(2),
    side=st.sampled_from(["sites", "land"]),
    row=st.integers(0, 4),
    what=st.sampled_from([*COLUMNS, "geometry"]),
)
def test_less_knowledge_gives_a_reading_that_contains_the_old_one(declared, sites, land, side, row, what):
    tables = {"sites": sites, "land": land}
    before = measure_declared(declared, *(made(*item) for item in tables.items())).reading
    tables[side] = forget(tables[side], row, what)
    after = measure_declared(declared, *(made(*item) for item in tables.items())).reading
    if before is None:
        assert after is None or ends(after) == (0, 1)
        return
    low, high = ends(after)
    slack = 1e-9 * max(1.0, *(abs(end) for end in ends(before) if abs(end) != float("inf")), 1.0)
    assert low <= ends(before)[0] + slack
    assert high >= ends(before)[1] - slack

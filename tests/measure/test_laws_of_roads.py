"""Roads, monotone in knowledge: what becomes unknown of a road gives a reading that contains the old one."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from laws import examples
from measure.closed_form_layers import X, Y, layer, measure_declared
from measure.test_laws_of_unknown import ends, forget
from shapely.geometry import LineString, Polygon, box

COLUMNS = {"kind": st.sampled_from(["x", "y"]), "stage": st.sampled_from(["planned", "open"])}
MEASURES = [
    {"kind": "length", "of": "roads"},
    {"kind": "length", "of": {"layer": "roads", "clip": "land"}, "where": "kind = 'x'"},
    {"kind": "length", "of": "roads", "baseline": {"layer": "roads", "where": "kind = 'x'"}},
    {"kind": "share", "of": "roads", "that": "kind = 'x'", "weight": "length"},
    {"kind": "connected", "of": "roads"},
    {"kind": "connected", "of": {"layer": "roads", "where": "kind = 'x'"}, "with": "streets"},
    {"kind": "connected", "of": {"layer": "roads", "stage_at_least": "open"}, "noding": "crossings"},
    {"kind": "dead_ends", "of": "roads"},
    {"kind": "dead_ends", "of": {"layer": "roads", "where": "kind = 'x'"}, "with": "streets"},
    {"kind": "dead_ends", "of": "roads", "beside": {"layer": "land", "where": "kind = 'x'"}},
    {"kind": "disjoint", "of": "roads", "from": "streets"},
]


@st.composite
def lines(draw, most):
    """Streets between crossings of a small grid, some crossing one another, some null or empty or drawn twice."""
    shapes, values = [], {name: [] for name in COLUMNS}
    for _ in range(draw(st.integers(1, most))):
        x, y, u, v = (draw(st.integers(0, 3)) * 100 for _ in range(4))
        shape = LineString([(X + x, Y + y), (X + u + 100 * ((x, y) == (u, v)), Y + v)])
        shapes.append(draw(st.sampled_from([shape] * 8 + [None, LineString()])))
        for name, value in COLUMNS.items():
            values[name].append(draw(value | st.none()))
    return shapes, values


@st.composite
def lands(draw):
    """One or two squares over the grid, perhaps null or empty."""
    count = draw(st.integers(0, 2))
    squares = [box(X - 50 + 100 * n, Y - 50, X + 150 + 100 * n, Y + 350) for n in range(2)]
    shapes = [draw(st.sampled_from([squares[n]] * 5 + [None, Polygon()])) for n in range(count)]
    return shapes, {name: [draw(value | st.none()) for _ in shapes] for name, value in COLUMNS.items()}


@pytest.mark.parametrize("declared", MEASURES, ids=lambda one: one["kind"])
@settings(max_examples=examples(6))
@given(
    tables=st.fixed_dictionaries({"roads": lines(4), "streets": lines(2), "land": lands()}),
    side=st.sampled_from(["roads", "streets", "land"]),
    row=st.integers(0, 3),
    what=st.sampled_from([*COLUMNS, "geometry", "geometry"]),
)
def test_less_knowledge_of_roads_gives_a_reading_that_contains_the_old_one(declared, tables, side, row, what):
    def reading():
        return measure_declared(declared, *(layer(shapes, called=n, **v) for n, (shapes, v) in tables.items())).reading

    if not tables[side][0]:
        return
    before = reading()
    tables = {**tables, side: forget(tables[side], row, what)}
    after = reading()
    if before is None:
        return
    low, high = ends(after)
    assert low <= ends(before)[0] + 1e-6
    assert high >= ends(before)[1] - 1e-6

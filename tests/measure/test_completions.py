"""The law of readings: whatever the unknown attributes turn out to be, the answer lies in the interval."""

from __future__ import annotations

import itertools
import math

from hypothesis import example, given, settings
from hypothesis import strategies as st
from laws import examples
from measure.closed_form_layers import layer, measure_declared, reading_ends, road, square

KINDS = ("x", "y")
SPACES = (0.0, 7.0, 100.0)  # the type's least and most among them
STAGES = ("planned", "open")
DOMAINS = {"kind": KINDS, "spaces": SPACES, "stage": STAGES, "carriageway": ("single", "right")}

MEASURES = [
    {"kind": "count", "of": "sites", "where": "kind = 'x' AND spaces > 5"},
    {"kind": "count", "of": "sites", "where": "kind = 'x' OR NOT (spaces > 5)"},
    {"kind": "count", "of": "sites", "stage_at_least": "open", "where": "kind IN ('x')"},
    {"kind": "count", "of": "sites", "distinct": "kind"},
    {"kind": "area", "of": "sites", "where": "kind = 'x'"},
    {"kind": "sum", "of": "sites", "field": "spaces", "where": "kind <> 'y'"},
    {"kind": "share", "of": "sites", "that": "kind = 'x'"},
    {"kind": "share", "of": {"layer": "sites", "where": "stage = 'open'"}, "that": "kind = 'x'", "weight": "spaces"},
    {"kind": "share", "of": "sites", "that": "spaces BETWEEN 5 AND 50", "weight": "area"},
    {"kind": "exists", "of": "sites", "where": "kind = 'x' AND stage = 'open'"},
    {"kind": "within", "of": "sites", "inside": {"layer": "sites", "where": "kind = 'x'"}},
    {"kind": "disjoint", "of": "sites", "from": {"layer": "sites", "where": "kind = 'x'"}},
    {"kind": "count", "of": {"layer": "sites", "within": {"layer": "sites", "where": "kind = 'x'"}}},
    {"kind": "count", "of": {"layer": "sites", "outside": {"layer": "sites", "where": "spaces > 5"}}},
    {"kind": "area", "of": {"layer": "sites", "minus": {"layer": "sites", "where": "kind = 'x'"}}},
    {"kind": "count", "of": "sites", "where": "kind = 'x'", "baseline": {"layer": "sites", "where": "spaces > 5"}},
]

row = st.fixed_dictionaries(
    {
        "kind": st.sampled_from([*KINDS, None]),
        "spaces": st.sampled_from([*SPACES, None]),
        "stage": st.sampled_from([*STAGES, None]),
    }
)


def few(rows):
    """Few enough unknowns to try every completion."""
    return sum(value is None for one in rows for value in one.values()) <= 4


def completions(rows):
    """Every way to fill the nulls."""
    holes = [(number, field) for number, one in enumerate(rows) for field, value in one.items() if value is None]
    for values in itertools.product(*(DOMAINS[field] for _, field in holes)):
        filled = [dict(one) for one in rows]
        for (number, field), value in zip(holes, values, strict=True):
            filled[number][field] = value
        yield filled


def table(rows, shapes):
    return layer(shapes, **{field: [one[field] for one in rows] for field in (rows[0] if rows else ())})


def holds(declared, rows, shapes):
    answer = measure_declared(declared, table(rows, shapes)).reading
    for filled in completions(rows):
        exact = measure_declared(declared, table(filled, shapes)).reading
        if answer is None:
            continue  # nothing surely belongs to the whole: no share is told
        if exact is None:
            continue  # in this completion there is no whole to have a share of
        low = -math.inf if answer.low is None else answer.low
        high = math.inf if answer.high is None else answer.high
        assert exact.low is not None
        assert exact.high is not None
        assert low - 1e-9 <= exact.low, (declared, rows, filled)
        assert exact.high <= high + 1e-9, (declared, rows, filled)


NO_SURE_AREA = [{"kind": kind, "spaces": 0.0, "stage": "planned"} for kind in ("y", "y", "y", None)]


@settings(max_examples=examples(60))
@given(st.lists(row, min_size=1, max_size=4).filter(few), st.sampled_from(MEASURES))
@example(NO_SURE_AREA, {"kind": "within", "of": "sites", "inside": {"layer": "sites", "where": "kind = 'x'"}})
def test_interval_contains_every_completion(rows, declared):
    holds(declared, rows, [square(number, 25.0) for number in range(len(rows))])


@settings(max_examples=examples(40))
@given(st.lists(st.sampled_from(["single", "right", None]), min_size=1, max_size=4), st.booleans())
def test_length_contains_every_completion_that_leaves_half(sides, same):
    """Carriageways that are not told: at least half of what they add counts, at most all."""
    shapes = [road(0 if same else number) for number in range(len(sides))]
    rows = [{"carriageway": side} for side in sides]
    declared = {"kind": "length", "of": "sites", "carriageway": "carriageway"}
    low, high = reading_ends(declared, table(rows, shapes))
    told = [{"carriageway": side or "single"} for side in sides]
    most = reading_ends(declared, table(told, shapes))[0]
    least = reading_ends(declared, table([{"carriageway": side or "right"} for side in sides], shapes))[0]
    assert high == most
    assert math.isclose(low, (least + most) / 2, abs_tol=1e-9)


@settings(max_examples=examples(40))
@given(st.lists(row, min_size=1, max_size=5), st.sampled_from(MEASURES[:6]))
def test_what_is_told_is_exact(rows, declared):
    told = next(completions(rows))
    low, high = reading_ends(declared, table(told, [square(number) for number in range(len(rows))]))
    assert low == high


@settings(max_examples=examples(30))
@given(st.lists(row, min_size=2, max_size=5), st.randoms(), st.sampled_from(MEASURES))
def test_order_of_rows_is_of_no_account(rows, random, declared):
    shapes = [square(number, 25.0) for number in range(len(rows))]
    mixed = list(zip(rows, shapes, strict=True))
    random.shuffle(mixed)
    one = measure_declared(declared, table(rows, shapes)).reading
    two = measure_declared(declared, table([r for r, _ in mixed], [s for _, s in mixed])).reading
    assert (one is None) == (two is None)
    if one is not None and two is not None:
        for a, b in ((one.low, two.low), (one.high, two.high)):
            assert (a is None and b is None) or math.isclose(a, b, rel_tol=1e-12, abs_tol=1e-9)

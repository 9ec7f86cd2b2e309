"""Shares by distance and by columns: near and ratio, against answers that can be worked out by hand."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from measure.closed_form_layers import layer, measure_declared, square
from measure.closed_form_layers import reading_ends as read

from urbanplan.errors import MeasureError

FOUR = [square(n) for n in range(4)]


def sites(**columns):
    return layer(FOUR, **columns)


def two(**columns):
    return layer(FOUR[:2], **columns)


# --- near: the service radius


def test_near_is_the_share_within_the_radius_and_names_who_is_too_far():
    """Squares of 10 m stand 20 m apart: from square 0 the others are 10, 30 and 50 m away."""
    parks = layer([square(0)], called="parks", ids=["P"])
    by = {"kind": "near", "of": "sites", "to": "parks", "metres": 30}
    answer = measure_declared(by, sites(), parks)
    assert (answer.reading.low, answer.reading.high) == (0.75, 0.75)
    assert answer.evidence.layers == {"sites": ["S-3"]}
    assert answer.results["too_far"]["distance_m"].tolist() == pytest.approx([50])
    assert answer.implied.compare(answer.reading) == "not_met"
    assert read({**by, "metres": 29.99}, sites(), parks) == (0.5, 0.5)
    assert read({**by, "weight": "spaces"}, sites(spaces=[10, 10, 10, 70]), parks) == (0.3, 0.3)


def test_near_what_may_count_or_is_not_drawn_is_open():
    parks = layer([square(0), square(3)], called="parks", kind=["x", None])
    by = {"kind": "near", "of": "sites", "to": {"layer": "parks", "where": "kind = 'x'"}, "metres": 10}
    assert read(by, sites(), parks) == (0.5, 1.0)
    undrawn = layer([square(0), None], called="parks")
    assert read({"kind": "near", "of": "sites", "to": "parks", "metres": 10}, sites(), undrawn) == (0.5, 1.0)
    assert read({"kind": "near", "of": "sites", "to": "parks", "metres": 10}, layer([square(0), None]), parks) == (
        0.5,
        1,
    )


def test_near_nothing_is_none_and_of_nothing_is_not_measured():
    nowhere = {"kind": "near", "of": "sites", "to": {"layer": "parks", "where": "kind = 'z'"}, "metres": 10}
    parks = layer([square(0)], called="parks", kind=["x"])
    assert read(nowhere, sites(), parks) == (0, 0)
    nobody = {"kind": "near", "of": "sites", "where": "kind = 'z'", "to": "parks", "metres": 10}
    assert measure_declared(nobody, sites(kind=["x"] * 4), parks).reading is None


# --- ratio


RATIO = {"kind": "ratio", "of": "sites", "part": "free", "whole": "spaces"}


def test_ratio_is_of_the_sums():
    assert read(RATIO, sites(free=[10, 0, 30, 20], spaces=[10, 40, 30, 20])) == (0.6, 0.6)


def test_ratio_with_an_unknown_part_or_whole_is_measured_jointly():
    """Whole 100: the unknown part of 20 is 0 .. 20; an unknown whole (at most 100) with a part of 30 is 30 .. 100."""
    assert read(RATIO, two(free=[50, None], spaces=[80, 20])) == (0.5, 0.7)
    assert read(RATIO, two(free=[50, 30], spaces=[100, None])) == (0.4, pytest.approx(80 / 130))
    answer = measure_declared(RATIO, two(free=[50, 30], spaces=[40, 60]))  # 50 of 40 is no part of it
    assert (answer.reading.low, answer.reading.high) == (0.3, 0.7)
    assert answer.settled_by


def test_ratio_takes_in_what_may_count_only_where_that_moves_it():
    some = sites(free=[5, 9, 1, 0], spaces=[10, 10, 10, 10], kind=["x", None, None, None])
    low, high = read({**RATIO, "where": "kind = 'x'"}, some)
    assert (low, high) == (pytest.approx(6 / 30), pytest.approx(14 / 20))


@given(
    st.lists(st.tuples(st.integers(0, 9), st.integers(1, 9), st.booleans()), min_size=1, max_size=6).filter(
        lambda rows: any(sure for *_, sure in rows)
    )
)
def test_ratio_is_the_least_and_the_greatest_over_all_choices(rows):
    from urbanplan.measure.ratio import ratio_reading

    part, whole = (np.array([float(min(row[0], row[1])) for row in rows]), np.array([float(row[1]) for row in rows]))
    sure = np.array([row[2] for row in rows])
    choices = [sure | (np.arange(len(rows))[:, None] == list(some)).any(axis=1) for n in range(len(rows) + 1)
               for some in itertools.combinations(range(len(rows)), n)]  # fmt: skip
    every = [part[chosen].sum() / whole[chosen].sum() for chosen in choices]
    found = ratio_reading(part, whole, sure)
    assert (found.low, found.high) == (pytest.approx(min(every)), pytest.approx(max(every)))


def test_ratio_of_a_text_column_is_refused_and_of_nothing_not_measured():
    with pytest.raises(MeasureError, match="no numeric column 'name'"):
        measure_declared({**RATIO, "part": "name"}, sites())
    assert measure_declared({**RATIO, "where": "kind = 'z'"}, sites(kind=["x"] * 4)).reading is None

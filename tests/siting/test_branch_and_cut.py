"""Branch and cut: cuts hold for every cover, the search of a part tries all, and the answer is the cheapest cover."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from laws import examples
from scipy.optimize import linprog
from scipy.sparse import csr_array

from urbanplan.siting import branch_and_cut as search
from urbanplan.siting import cover
from urbanplan.siting.kernels.local_cuts import all_bits, cut_point, least_cover, make_part
from urbanplan.siting.kernels.table import cover_table


@st.composite
def instances(draw):
    """Rows of two or three columns each, as odd rings are made of, and costs."""
    columns = draw(st.integers(3, 9))
    row = st.sets(st.integers(0, columns - 1), min_size=2, max_size=3)
    matrix = np.zeros((draw(st.integers(3, 12)), columns), dtype=bool)
    for place in range(len(matrix)):
        matrix[place, list(draw(row))] = True
    price = draw(st.sampled_from([1.0, 0.7]))
    cost = np.array(draw(st.lists(st.integers(1, 4), min_size=columns, max_size=columns))) * price
    return matrix, cost


def covers(matrix):
    """All covers, as flags of columns."""
    every = (np.array(flags, dtype=bool) for flags in itertools.product([False, True], repeat=matrix.shape[1]))
    return [flags for flags in every if matrix[:, flags].any(axis=1).all()]


def cuts_of(matrix, cost, point):
    sparse = csr_array(matrix.astype(np.int8))
    start, column, value = cut_point(cover_table(sparse, cost), point, np.ones(len(matrix), bool), 14, 28)
    return csr_array((value, column, start), shape=(len(start) - 1, len(cost)))


@settings(max_examples=examples(40), deadline=None)
@given(instances())
def test_every_cover_holds_every_cut_and_the_point_breaks_it(instance):
    matrix, cost = instance
    point = linprog(cost, A_ub=-matrix.astype(float), b_ub=-np.ones(len(matrix)), bounds=(0, None)).x
    cuts = cuts_of(matrix, cost, point)
    assert (cuts @ point < 1).all()
    for flags in covers(matrix):
        assert (cuts @ flags.astype(float) >= 1).all()


def test_an_odd_ring_is_cut_to_its_whole_number():
    """Five rows, each of two neighbours of a ring: halves cover them with 2.5, whole columns need 3."""
    matrix = np.array([[place in (row, (row + 1) % 5) for place in range(5)] for row in range(5)])
    cuts = cuts_of(matrix, np.ones(5), np.full(5, 0.5)).toarray()
    assert cuts == pytest.approx(np.full(cuts.shape, 1 / 3), rel=1e-6)
    assert len(cuts)


@settings(max_examples=examples(40), deadline=None)
@given(instances())
def test_the_least_cover_of_a_part_is_that_of_all(instance):
    matrix, cost = instance
    rows, columns = (np.arange(size, dtype=np.int32) for size in matrix.shape)
    part = make_part(cover_table(csr_array(matrix.astype(np.int8)), cost), rows, columns)
    least, chosen = least_cover(part, cost, all_bits(len(rows)))
    flags = np.array([bool(int(chosen) >> place & 1) for place in range(len(cost))])
    assert least == pytest.approx(min(cost[one].sum() for one in covers(matrix)))
    assert cost[flags].sum() == pytest.approx(least)
    assert matrix[:, flags].any(axis=1).all()


@settings(max_examples=examples(40), deadline=None)
@given(instances(), st.booleans())
def test_it_finds_and_proves_the_cheapest_cover(instance, cut):
    """From all columns taken, with cuts and without; whole costs, and others."""
    matrix, cost = instance
    best, start = min(cost[one].sum() for one in covers(matrix)), np.arange(len(cost))
    slack = cover._slack(start, cost)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(search, "WORTH_IT", -1.0)
        if not cut:
            patch.setattr(search, "ROOT", search.Effort(0, 0, 14, 28))
            patch.setattr(search, "INNER", search.Effort(0, 0, 14, 28))
        found, bound, done = search.branch_and_cut(
            csr_array(matrix.astype(np.int8)), cost, start, slack=slack, end=float("inf")
        )
    assert done
    assert matrix[:, found].any(axis=1).all()
    assert (cost[found].sum(), bound) == pytest.approx((best, best))


def test_without_time_the_bound_holds():
    random = np.random.default_rng(4)
    matrix = random.random((60, 40)) < 0.08
    matrix[np.arange(60), random.integers(0, 40, 60)] = True
    sparse, cost = csr_array(matrix.astype(np.int8)), np.ones(40)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(search, "WORTH_IT", -1.0)
        found, bound, done = search.branch_and_cut(sparse, cost, np.arange(40), slack=1 - 1e-6, end=-np.inf)
        best, _, sure = search.branch_and_cut(sparse, cost, np.arange(40), slack=1 - 1e-6, end=np.inf)
    assert sure
    assert bound <= len(best) <= len(found)
    assert done == (bound == len(found))

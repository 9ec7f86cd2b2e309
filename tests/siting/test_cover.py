"""The cheapest cover is that of all subsets tried, whether the relaxation or the reduction comes first."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from urbanplan.siting import cover, reduction
from urbanplan.siting.kernels.branching import search_tree
from urbanplan.siting.kernels.table import cover_table
from urbanplan.siting.relaxation import complete_cover, drop_idle, dual_cover, possible_columns, relax_cover, seek_cover


@st.composite
def instances(draw):
    """Rows by columns, each row in a column, and costs: whole, or not."""
    rows, columns = draw(st.integers(1, 8)), draw(st.integers(1, 8))
    matrix = np.array(draw(st.lists(st.lists(st.booleans(), min_size=columns, max_size=columns), min_size=rows,
                                    max_size=rows)))  # fmt: skip
    matrix[np.arange(rows), draw(st.lists(st.integers(0, columns - 1), min_size=rows, max_size=rows))] = True
    price = draw(st.sampled_from([1.0, 0.7]))
    cost = np.array(draw(st.lists(st.integers(1, 6), min_size=columns, max_size=columns))) * price
    return matrix, cost


def cheapest(matrix, cost):
    return min(
        float(cost[list(some)].sum())
        for size in range(1, len(cost) + 1)
        for some in itertools.combinations(range(len(cost)), size)
        if matrix[:, list(some)].any(axis=1).all()
    )


@pytest.mark.parametrize(
    ("dense", "bits", "small"),
    [(0.0, 0, 0), (1e9, 0, 0), (1e9, 10**6, 0), (1e9, 10**6, 10**6)],
    ids=["relaxation first", "reduction by pairs first", "reduction by bits first", "solver at once"],
)
@settings(max_examples=30, deadline=None)
@given(instances())
def test_it_is_the_cheapest_of_all(dense, bits, small, instance):
    matrix, cost = instance
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cover, "DENSE", dense)
        patch.setattr(cover, "SMALL", small)
        patch.setattr(reduction, "BIT_PAIRS", bits)
        found = cover.solve_cover(csr_array(matrix.astype(np.int8)), cost, seconds=60)
    best = cheapest(matrix, cost)
    assert matrix[:, found.chosen].any(axis=1).all()
    assert cost[found.chosen].sum() == pytest.approx(best)
    assert found.proved
    assert found.bound == pytest.approx(best)


@settings(max_examples=30)
@given(instances())
def test_no_cheapest_cover_is_ruled_out(instance):
    matrix, cost = instance
    sparse = csr_array(matrix.astype(np.int8))
    relaxed = relax_cover(sparse, cost, seconds=60)
    assert relaxed is not None
    best = cheapest(matrix, cost)
    assert relaxed.bound <= best + 1e-9
    possible = np.flatnonzero(possible_columns(relaxed, best))
    assert matrix[:, possible].any(axis=1).all()
    assert cheapest(matrix[:, possible], cost[possible]) == pytest.approx(best)
    every = np.arange(len(cost))
    for sought in (dual_cover(sparse, cost, every, relaxed), seek_cover(sparse, cost, every, enough=0.0)):
        assert matrix[:, sought].any(axis=1).all()
        assert cost[sought].sum() >= best - 1e-9


@settings(max_examples=30, deadline=None)
@given(instances(), st.integers(0, 2**32 - 1))
def test_the_tree_proves_the_cheapest_from_any_multipliers(instance, seed):
    """From every column taken and multipliers drawn by chance; whole costs, and others."""
    matrix, cost = instance
    sparse, whole = csr_array(matrix.astype(np.int8)), bool((cost == np.rint(cost)).all())
    price = np.random.default_rng(seed).random(len(matrix)) * 3
    slack = 1 - 1e-6 if whole else 1e-9
    found, done = search_tree(cover_table(sparse, cost), price, np.ones(len(cost), bool), slack, 10_000)
    assert done
    assert matrix[:, found].any(axis=1).all()
    assert cost[found].sum() == pytest.approx(cheapest(matrix, cost))


@settings(max_examples=30, deadline=None)
@given(instances())
def test_sets_compared_as_bits_are_those_compared_by_pairs(instance):
    matrix, cost = instance
    sparse = reduction.merge_rows(csr_array(matrix.astype(np.int8)))[0]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reduction, "BIT_PAIRS", 0)
        pairs = reduction.dominated_columns(sparse, cost)
    assert reduction.dominated_columns(sparse, cost).tolist() == pairs.tolist()


def test_a_chain_by_hand():
    """Rows 0-1, 1-2, 2-3, 3-4: columns 1 and 3 cover all; what they cover leaves 0, 2 and 4 idle."""
    across = csr_array(np.array([[1, 0, 0, 0], [1, 1, 0, 0], [0, 1, 1, 0], [0, 0, 1, 1], [0, 0, 0, 1]], np.int8))
    cost = np.array([1.0, 1.0, 1.5, 1.0, 1.0])
    assert drop_idle(across, cost, np.arange(5)).tolist() in ([1, 3], [0, 1, 3], [1, 3, 4])
    assert sorted(complete_cover(across, cost, np.array([1]), np.ones(4)).tolist()) == [1, 3]

"""Siting from arrays: brute force agrees on small instances, with every constraint and its infeasible side."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from urbanplan.errors import SitingError
from urbanplan.siting import SitingQuestion, instance_from_sets, rank_alternatives, solve_siting


@st.composite
def questions(draw):
    count, rows = draw(st.integers(1, 6)), draw(st.integers(1, 8))
    sets = [draw(st.sets(st.integers(0, rows - 1), max_size=5)) for _ in range(count)]
    weight = draw(st.lists(st.integers(0, 5), min_size=rows, max_size=rows))
    cost = draw(st.lists(st.integers(0, 4), min_size=count, max_size=count))
    group = draw(st.lists(st.integers(-1, 1), min_size=count, max_size=count))
    fates = draw(st.lists(st.sampled_from("ffffrx"), min_size=count, max_size=count))
    instance = instance_from_sets(
        sets,
        weight=weight,
        cost=cost,
        group=group,
        rows=rows,
        forbidden=[i for i, fate in enumerate(fates) if fate == "x"],
        required=[i for i, fate in enumerate(fates) if fate == "r"],
    )
    few = st.dictionaries(st.integers(0, 1), st.integers(0, 3), max_size=2)
    question = SitingQuestion(
        draw(st.sampled_from(["fewest", "cheapest", "most"])),
        share=draw(st.none() | st.sampled_from([0.0, 0.5, 0.75, 1.0])),
        count=draw(st.none() | st.integers(0, 4)),
        budget=draw(st.none() | st.integers(0, 8)),
        at_least=draw(st.just({}) | few),
        at_most=draw(st.just({}) | few),
    )
    return instance, question


def every_set(instance, question, *, cover=True):
    """All sets that hold, by trying each; without the cover where it is not asked."""
    every = range(instance.candidates)
    reach = instance.without_unreachable()
    need = 0.0 if question.share is None else question.share * instance.total
    need = reach.total - reach.unreachable if question.covers_all else need
    for size in range(instance.candidates + 1):
        for some in itertools.combinations(every, size):
            chosen = np.array(some, dtype=int)
            flags = np.isin(every, chosen)
            groups = np.bincount(instance.group[chosen] + 1, minlength=3)[1:]
            if (
                not (flags & ~instance.allowed).any()
                and not (instance.required & ~flags).any()
                and (question.count is None or size <= question.count)
                and (question.budget is None or instance.cost[chosen].sum() <= question.budget)
                and all(groups[g] >= n for g, n in question.at_least.items())
                and all(groups[g] <= n for g, n in question.at_most.items())
                and (not cover or instance.covered_weight(chosen) >= need - 1e-9)
            ):
                yield chosen


def value(instance, question, chosen):
    if question.goal == "fewest":
        return len(chosen)
    if question.goal == "cheapest":
        return instance.total_cost(chosen)
    return -instance.covered_weight(chosen)


@settings(max_examples=120, deadline=None)
@given(questions())
def test_brute_force_agrees(case):
    instance, question = case
    best = min((value(instance, question, chosen) for chosen in every_set(instance, question)), default=None)
    found = solve_siting(instance, question)
    assert found.proved
    if best is not None:
        assert found.shortage is None
        assert found.value == pytest.approx(abs(best))
        assert found.bound == pytest.approx(abs(best))
        assert any(np.array_equal(found.chosen, one) for one in every_set(instance, question))
        return
    assert found.chosen is None
    sites = list(every_set(instance, question, cover=False))
    if found.shortage.constraint == "share":
        most = max(instance.covered_weight(chosen) for chosen in sites)
        assert found.shortage.possible == pytest.approx(most)
        assert found.shortage.missing > 0
    else:
        assert sites == [], "a constraint on sites is named only where no set of sites holds"
        assert found.shortage.missing > 0


@settings(max_examples=25, deadline=None)
@given(questions())
def test_alternatives_are_the_best_in_order(case):
    instance, question = case
    first = solve_siting(instance, question)
    if first.chosen is None:
        return
    ranked = rank_alternatives(instance, question, first=first, count=4)
    values = sorted(value(instance, question, chosen) for chosen in every_set(instance, question))
    assert [abs(v) for v in values[:4]] == pytest.approx([one.value for one in ranked])
    assert len({tuple(one.chosen) for one in ranked}) == len(ranked)


@pytest.mark.parametrize(
    ("question", "constraint", "missing"),
    [
        (SitingQuestion(at_least={0: 3}), "at_least", 1),
        (SitingQuestion(at_least={0: 1}, at_most={0: 0}), "at_most", 1),
        (SitingQuestion(at_least={0: 2}, count=1), "count", 1),
        (SitingQuestion("cheapest", at_least={0: 2}, budget=5.0), "budget", 2),
        (SitingQuestion(count=1), "share", 2),
        (SitingQuestion(share=1.0), "share", 1),
    ],
)
def test_each_shortage_says_how_much(question, constraint, missing):
    instance = instance_from_sets([[0, 1], [2], [2, 3]], cost=[3, 4, 5], group=[0, 0, 1], rows=5)
    found = solve_siting(instance, question)
    assert (found.shortage.constraint, found.shortage.missing) == (constraint, missing)


def test_no_time_gives_a_cover_and_its_bound():
    random = np.random.default_rng(3)
    sets = [np.flatnonzero(random.random(60) < 0.1) for _ in range(80)]
    instance = instance_from_sets(sets, rows=60)
    found = solve_siting(instance, SitingQuestion(), time_limit=0.0)
    best = solve_siting(instance, SitingQuestion())
    assert instance.covers(found.chosen).sum() == instance.covers(best.chosen).sum()
    assert found.bound <= best.value <= found.value
    assert best.proved
    assert best.gap == 0.0


@pytest.mark.parametrize(
    "slip",
    [
        lambda: instance_from_sets([[-1]]),
        lambda: instance_from_sets([[0]], weight=[-1.0]),
        lambda: instance_from_sets([[0]], cost=[float("nan")]),
        lambda: instance_from_sets([[0]], forbidden=[3]),
        lambda: SitingQuestion(share=95),
        lambda: SitingQuestion("nearest"),
        lambda: SitingQuestion(count=-1),
        lambda: solve_siting(instance_from_sets([[0]], forbidden=[0], required=[0]), SitingQuestion()),
    ],
)
def test_slips_are_told(slip):
    with pytest.raises(SitingError):
        slip()

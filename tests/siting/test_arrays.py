"""Siting from arrays: brute force agrees on small instances, with every constraint and its infeasible side."""

from __future__ import annotations

# pyright: reportOptionalMemberAccess=false, reportOptionalSubscript=false, reportOptionalOperand=false
# pyright: reportArgumentType=false
# (where an answer is missing the test fails)
import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from laws import examples
from scipy.optimize import linprog

from urbanplan.errors import SitingError
from urbanplan.siting import SitingQuestion, instance_from_sets, rank_alternatives, solve, solve_siting
from urbanplan.siting.question import GOALS


@st.composite
def questions(draw):
    count, rows = draw(st.integers(1, 6)), draw(st.integers(1, 8))
    sets = [draw(st.sets(st.integers(0, rows - 1), max_size=5)) for _ in range(count)]
    weight = draw(st.lists(st.integers(0, 5), min_size=rows, max_size=rows))
    cost = draw(st.lists(st.integers(0, 4), min_size=count, max_size=count))
    group = draw(st.lists(st.integers(-1, 1), min_size=count, max_size=count))
    fates = draw(st.lists(st.sampled_from("ffffrx"), min_size=count, max_size=count))
    limited = draw(st.booleans())
    zone = draw(st.lists(st.integers(-1, 1), min_size=rows, max_size=rows))
    standing = draw(st.lists(st.sets(st.integers(0, rows - 1), max_size=4), max_size=2)) if limited else []
    instance = instance_from_sets(
        sets,
        capacity=draw(st.lists(st.integers(0, 9), min_size=count, max_size=count)) if limited else None,
        standing=standing,
        standing_capacity=[draw(st.integers(0, 6)) for _ in standing],
        zone=zone if any(w and z >= 0 for w, z in zip(weight, zone, strict=True)) else None,
        weight=weight,
        cost=cost,
        group=group,
        rows=rows,
        forbidden=[i for i, fate in enumerate(fates) if fate == "x"],
        required=[i for i, fate in enumerate(fates) if fate == "r"],
    )
    few = st.dictionaries(st.integers(0, 1), st.integers(0, 3), max_size=2)
    question = SitingQuestion(
        draw(st.sampled_from(GOALS[:4] if instance.zones is not None else GOALS[:3])),
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
                and (not cover or served(instance, chosen) >= need - 1e-6)
            ):
                yield chosen


def served(instance, chosen):
    """The most weight that the chosen can serve, by Hall's condition: the least cut over all sets of them.

    The greatest flow is the least, over sets S of sites, of the capacity of S and the weight that others reach.
    """
    matrix, room = every_site(instance)
    sites, least = [*chosen.tolist(), *range(instance.candidates, len(room))], np.inf
    for size in range(len(sites) + 1):
        for full in itertools.combinations(sites, size):
            others = [i for i in sites if i not in full]
            least = min(least, room[list(full)].sum() + instance.weight[matrix[:, others].any(axis=1)].sum())
    return least + instance.served


def every_site(instance):
    """Which rows candidates, and behind them those that stand already, reach, and what each can serve."""
    matrix = instance.matrix.toarray()
    room = np.full(instance.candidates, np.inf) if instance.capacity is None else instance.capacity
    if instance.standing is None:
        return matrix, room
    return np.hstack([matrix, instance.standing.matrix.toarray()]), np.append(room, instance.standing.capacity)


def value(instance, question, chosen):
    if question.goal == "fewest":
        return len(chosen)
    if question.goal == "cheapest":
        return instance.total_cost(chosen)
    if question.goal == "most":
        return -served(instance, chosen)
    return -worst_share(instance, chosen)


def worst_share(instance, chosen):
    """The greatest least share of a sub-district: a small linear program of its own, over pairs of row and site."""
    zones = instance.zones
    matrix, room = every_site(instance)
    sites = [*chosen, *range(instance.candidates, len(room))]
    pairs = [(i, j) for i in range(instance.rows) for j in sites if matrix[i, j]]
    worst = [np.append(np.zeros(len(pairs)), 1.0)]
    limits, least = [], []
    for zone, total in enumerate(zones.total):
        if total > 0:
            inside = [zones.weight.toarray()[i, zone] > 0 for i, _ in pairs]
            limits.append(np.append(-np.array(inside, dtype=float) / total, 1.0))
            least.append(zones.served[zone] / total)
    for i in range(instance.rows):
        limits.append(np.append([float(a == i) for a, _ in pairs], 0.0))
        least.append(instance.weight[i])
    for j in sites if instance.capacity is not None else ():
        limits.append(np.append([float(b == j) for _, b in pairs], 0.0))
        least.append(room[j])
    return -linprog(-worst[0], A_ub=np.array(limits), b_ub=least).fun


@pytest.mark.parametrize("small", [solve.SMALL, -1], ids=["program at once", "share by bound and search"])
@settings(max_examples=examples(60), deadline=None)
@given(questions())
def test_brute_force_agrees(small, case):
    instance, question = case
    if small < 0:
        share = 0.5 if question.share is None else question.share
        question = replace(question, share=share, count=None, budget=None, at_least={}, at_most={})
        instance = replace(instance, capacity=None, standing=None)
    best = min((value(instance, question, chosen) for chosen in every_set(instance, question)), default=None)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(solve, "SMALL", small)
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
    if found.shortage.constraint in ("share", "capacity"):
        most = max(served(instance, chosen) for chosen in sites)
        assert found.shortage.possible == pytest.approx(most)
        assert found.shortage.missing > 0
    else:
        assert sites == [], "a constraint on sites is named only where no set of sites holds"
        assert found.shortage.missing > 0


@settings(max_examples=examples(30), deadline=None)
@given(
    st.lists(st.sets(st.integers(0, 7), min_size=1, max_size=4), min_size=2, max_size=6),
    st.lists(st.integers(0, 3), min_size=8, max_size=8),
    st.lists(st.integers(1, 5), min_size=8, max_size=8),
    st.integers(1, 3),
)
def test_the_fairest_is_the_lexicographic_maximum_of_shares(sets, zone, weight, count):
    instance = instance_from_sets(sets, rows=8, weight=weight, zone=zone)

    def shares(chosen):
        found = instance.zones.shares(instance.covers(chosen).astype(float))
        return [round(share, 9) for share in np.sort(found[~np.isnan(found)])]

    every = (np.array(some, dtype=int) for some in itertools.combinations(range(len(sets)), min(count, len(sets))))
    best = max((shares(chosen), instance.covered_weight(chosen)) for chosen in every)
    found = solve_siting(instance, SitingQuestion("fairest", count=count))
    assert found.proved
    assert (shares(found.chosen), found.covered) == best
    assert found.value == pytest.approx(best[0][0])


def test_people_are_split_among_sites_in_reach_and_no_site_holds_more_than_it_can():
    """Ten, ten and ten people; the middle ones reach both sites, which hold 15 each."""
    instance = instance_from_sets([[0, 1], [1, 2]], weight=[10, 10, 10], capacity=[15, 15])
    found = solve_siting(instance, SitingQuestion())
    assert (found.sites, found.covered, found.load.tolist()) == (2, 30, [15, 15])
    tight = instance_from_sets([[0, 1], [1, 2]], weight=[10, 10, 10], capacity=[15, 12])
    short = solve_siting(tight, SitingQuestion())
    assert (short.shortage.constraint, short.shortage.asked, short.shortage.missing) == ("capacity", 30, 3)
    one = solve_siting(tight, SitingQuestion("most", count=1))
    assert (one.chosen.tolist(), one.value) == ([0], 15)
    beside = instance_from_sets(  # a site that stands already serves 5 of the ten on the left, no more
        [[0, 1], [1, 2]], weight=[10, 10, 10], capacity=[15, 12], standing=[[0]], standing_capacity=[5]
    )
    held = solve_siting(beside, SitingQuestion())
    assert (held.sites, held.covered, held.load.sum()) == (2, 30, pytest.approx(25))
    fair = instance_from_sets([[0, 1]], weight=[10, 10], capacity=[10], zone=[0, 1])
    assert solve_siting(fair, SitingQuestion("fairest", count=1)).shares.tolist() == pytest.approx([0.5, 0.5])


@settings(max_examples=examples(25), deadline=None)
@given(questions())
def test_ten_alternatives_are_the_best_in_order(case):
    instance, question = case
    first = solve_siting(instance, question)
    if first.chosen is None:
        return
    ranked = rank_alternatives(instance, question, first=first, count=10)
    values = sorted(value(instance, question, chosen) for chosen in every_set(instance, question))
    assert [abs(v) for v in values[:10]] == pytest.approx([one.value for one in ranked])
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
    "question",
    [
        SitingQuestion(share=0.8),
        SitingQuestion("cheapest", share=0.8),
        SitingQuestion("most", count=5),
        SitingQuestion("most", budget=9.0),
    ],
)
def test_no_time_gives_a_greedy_answer_that_holds(question):
    random = np.random.default_rng(5)
    sets = [np.flatnonzero(random.random(90) < 0.07) for _ in range(60)]
    instance = instance_from_sets(sets, rows=90, cost=random.integers(1, 5, 60), required=[3], forbidden=[4])
    found, best = solve_siting(instance, question, time_limit=0.0), solve_siting(instance, question)
    assert {3} <= set(found.chosen.tolist()) <= set(range(60)) - {4}
    assert question.share is None or found.covered >= question.share * instance.total
    assert question.count is None or found.sites <= question.count
    assert question.budget is None or found.cost <= question.budget
    low, high = sorted([found.value, best.value])
    assert (low, high) == ((found.value, best.value) if question.goal == "most" else (best.value, found.value))


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
        lambda: solve_siting(instance_from_sets([[0]]), SitingQuestion("fairest")),
        lambda: solve_siting(instance_from_sets([[0]], forbidden=[0], required=[0]), SitingQuestion()),
    ],
)
def test_slips_are_told(slip):
    with pytest.raises(SitingError):
        slip()

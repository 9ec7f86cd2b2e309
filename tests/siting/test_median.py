"""The p-median: brute force agrees with every constraint, by the exact program and by the bounds that come before it."""

from __future__ import annotations

# pyright: reportOptionalMemberAccess=false, reportOptionalSubscript=false, reportOptionalOperand=false
# pyright: reportArgumentType=false
# (where an answer is missing the test fails)
import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from laws import examples

from urbanplan.errors import SitingError
from urbanplan.siting import SitingQuestion, instance_from_distances, median, rank_alternatives, solve_siting

INF = float("inf")


@st.composite
def questions(draw):
    homes, count = draw(st.integers(1, 6)), draw(st.integers(1, 6))
    metres = st.sampled_from([0, 1, 2, 3, 5, 8, INF]) if draw(st.booleans()) else st.integers(0, 9)
    rows = st.lists(metres, min_size=count, max_size=count)
    fates = draw(st.lists(st.sampled_from("ffffrx"), min_size=count, max_size=count))
    instance = instance_from_distances(
        np.array(draw(st.lists(rows, min_size=homes, max_size=homes)), dtype=float),
        weight=draw(st.lists(st.integers(0, 5), min_size=homes, max_size=homes)),
        base=draw(st.none() | st.lists(st.sampled_from([1, 4, INF]), min_size=homes, max_size=homes)),
        cost=draw(st.lists(st.integers(0, 4), min_size=count, max_size=count)),
        group=draw(st.lists(st.integers(-1, 1), min_size=count, max_size=count)),
        forbidden=[i for i, fate in enumerate(fates) if fate == "x"],
        required=[i for i, fate in enumerate(fates) if fate == "r"],
    )
    plain = draw(st.booleans())
    few = st.dictionaries(st.integers(0, 1), st.integers(0, 3), max_size=2)
    question = SitingQuestion(
        "median",
        count=draw(st.integers(0, 4) | st.none()),
        budget=None if plain else draw(st.none() | st.integers(0, 8)),
        at_least={} if plain else draw(few),
        at_most={} if plain else draw(few),
    )
    return instance, question


def every_set(instance, question):
    """All sets of candidates that hold the constraints on sites, by trying each, with the sum of walks of each."""
    walks = instance.walks.of_reachable(instance.allowed)
    every = np.arange(instance.candidates)
    for size in range(instance.candidates + 1):
        for some in itertools.combinations(every.tolist(), size):
            chosen = np.array(some, dtype=int)
            flags, groups = np.isin(every, chosen), np.bincount(instance.group[chosen] + 1, minlength=3)[1:]
            if (
                not (flags & ~instance.allowed).any()
                and not (instance.required & ~flags).any()
                and (question.count is None or size <= question.count)
                and (question.budget is None or instance.cost[chosen].sum() <= question.budget)
                and all(groups[g] >= n for g, n in question.at_least.items())
                and all(groups[g] <= n for g, n in question.at_most.items())
            ):
                ways = [min([base, *row[chosen]]) for row, base in zip(walks.distance, walks.base, strict=True)]
                yield chosen, sum(w * way for w, way in zip(walks.weight, ways, strict=True)), ways


@pytest.mark.parametrize("small", [0, 10**6], ids=["bounds first", "program at once"])
@settings(max_examples=examples(60), deadline=None)
@given(questions())
def test_brute_force_agrees(small, case):
    instance, question = case
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(median, "SMALL", small)
        found = solve_siting(instance, question)
    sums = [total for _, total, _ in every_set(instance, question)]
    assert found.proved
    if sums and min(sums) < INF:
        assert found.value == pytest.approx(min(sums))
        assert found.bound == pytest.approx(min(sums))
        assert any(np.array_equal(found.chosen, one) for one, *_ in every_set(instance, question))
        return
    assert found.chosen is None
    assert found.shortage.missing > 0
    if sums:  # sites can be had, but none of their sets reaches all that some candidate reaches
        walks = instance.walks.of_reachable(instance.allowed)
        reached = [walks.weight[np.isfinite(ways)].sum() for *_, ways in every_set(instance, question)]
        assert (found.shortage.constraint, found.shortage.possible) == ("share", pytest.approx(max(reached)))


@pytest.mark.parametrize("small", [0, 10**6], ids=["bounds first", "program at once"])
@settings(max_examples=examples(25), deadline=None)
@given(questions())
def test_ten_alternatives_are_the_best_in_order(small, case):
    instance, question = case
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(median, "SMALL", small)
        first = solve_siting(instance, question)
        if first.chosen is None:
            return
        ranked = rank_alternatives(instance, question, first=first, count=10)
    sums = sorted(total for _, total, _ in every_set(instance, question) if total < INF)
    assert [one.value for one in ranked] == pytest.approx(sums[:10])
    assert len({tuple(one.chosen) for one in ranked}) == len(ranked)


def test_the_tree_proves_what_the_program_proves():
    """Forty places of a square, six of them sites: multipliers leave a gap that branching closes."""
    random = np.random.default_rng(4)
    for _ in range(3):
        homes, sites = random.random((120, 2)), random.random((40, 2))
        instance = instance_from_distances(np.hypot(*(homes[:, None] - sites[None]).transpose(2, 0, 1)))
        found = []
        for small in (0, 10**6):
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(median, "SMALL", small)
                found.append(solve_siting(instance, SitingQuestion("median", count=6)))
        assert [one.proved for one in found] == [True, True]
        assert found[0].value == pytest.approx(found[1].value)
        assert found[0].bound == pytest.approx(found[0].value)


def test_published_medians(shared):
    """OR-Library: pmed1 (p 5) 5819, pmed2 (p 10) 4093, pmed3 (p 10) 4250, pmed12 (p 10) 6634, pmed13 (p 30) 4374."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import shortest_path

    for number, best in ((1, 5819), (2, 4093), (3, 4250), (12, 6634), (13, 4374)):
        path = shared / "data" / "orlib" / f"pmed{number}.txt"
        if not path.is_file():
            pytest.skip("the published instances are not here")
        nodes, edges, p, *rest = (int(word) for word in path.read_text(encoding="utf-8").split())
        length = np.zeros((nodes, nodes))
        for a, b, metres in np.reshape(rest[: 3 * edges], (-1, 3)):  # of repeated edges the last counts
            length[a - 1, b - 1] = length[b - 1, a - 1] = metres
        way = shortest_path(csr_array(length), directed=False)
        found = solve_siting(instance_from_distances(way), SitingQuestion("median", count=p))
        assert (found.value, found.proved) == (best, True)


def test_by_hand():
    """Homes of 1, 1 and 8 people at 0, 10 and 20 m of a line; sites at 0, 10, 20."""
    way = np.abs(np.subtract.outer([0.0, 10, 20], [0, 10, 20]))
    instance = instance_from_distances(way, weight=[1, 1, 8])
    one, two = (solve_siting(instance, SitingQuestion("median", count=count)) for count in (1, 2))
    assert (one.chosen.tolist(), one.value, one.load.tolist()) == ([2], 30, [10])
    assert (two.value, two.proved) == (10, True)
    near = instance_from_distances(way, weight=[1, 1, 8], base=[0, 10, 20])
    beside = solve_siting(near, SitingQuestion("median", count=1))
    assert (beside.chosen.tolist(), beside.value, beside.load.tolist()) == ([2], 10, [8])
    apart = instance_from_distances([[0, INF], [INF, 0]], weight=[3, 4])
    short = solve_siting(apart, SitingQuestion("median", count=1)).shortage
    assert (short.constraint, short.asked, short.possible, short.missing) == ("share", 7, 4, 3)


@pytest.mark.parametrize(
    "slip",
    [
        lambda: SitingQuestion("median", share=0.5),
        lambda: instance_from_distances([1.0, 2.0]),
        lambda: instance_from_distances([[-1.0]]),
        lambda: instance_from_distances([[float("nan")]]),
        lambda: instance_from_distances([[1.0]], base=[1.0, 2.0]),
    ],
)
def test_slips_are_told(slip):
    with pytest.raises(SitingError):
        slip()

"""A question of siting answered exactly: the sites, a bound, and the gap between them."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import csr_array

from urbanplan.errors import SitingError
from urbanplan.model.display import one_line
from urbanplan.network.intervals import Floats, Ints
from urbanplan.siting.allotment import Allotment
from urbanplan.siting.cover import greedy_cover, round_bound, solve_cover
from urbanplan.siting.infeasible import Shortage, find_site_shortage
from urbanplan.siting.instance import CoveringInstance
from urbanplan.siting.median import solve_median
from urbanplan.siting.mip import MipResult
from urbanplan.siting.partial import PartialCover, solve_partial
from urbanplan.siting.program import Cuts, site_rows, solve_program
from urbanplan.siting.question import SitingQuestion

ROUNDING = 1e-9
"""Relative: a cover or cost nearer to its bound than this holds it."""
ALLOT_ROUNDING = 1e-7
"""The same where people are split among sites by a linear program."""
SMALL = 2_000
"""Entries of the matrix up to which a share is asked of the exact solver at once."""


@dataclass(frozen=True, eq=False)
class SitingSolution:
    """Chosen candidates and what is known of them.

    Attributes:
        chosen: numbers of candidates in order, None where none was found in time or there is no answer.
        value: of the goal: sites, cost, covered weight with what is served already, the share of the worst-off
            sub-district, or the sum of walks (metres of one resident). bound: no answer is better.
        proved: whether the answer is the best. shortage: why there is none. seconds: the solver's.
        sites, cost, covered, total: counts, cost and weights of the answer.
        load: weight that goes to each chosen candidate, to the nearest for the median; None where neither is asked.
        shares: covered share of each sub-district, None where none are known; not a number where nothing is.
    """

    chosen: Ints | None
    value: float
    bound: float
    proved: bool
    sites: int
    cost: float
    covered: float
    total: float
    seconds: float
    shortage: Shortage | None = None
    load: Floats | None = None
    shares: Floats | None = None

    @property
    def gap(self) -> float:
        """How far the answer may be from the best, relative to itself; 0 where it is proved."""
        if self.chosen is None:
            return float("inf")
        return 0.0 if self.proved else abs(self.value - self.bound) / max(abs(self.value), 1e-12)

    def __repr__(self) -> str:
        if self.chosen is None:
            return one_line("SitingSolution", self.shortage and f"{self.shortage.constraint} cannot hold", "no sites")
        return one_line("SitingSolution", f"{self.sites} sites", f"value {self.value:g}", f"gap {self.gap:.2%}")


def solve_siting(
    instance: CoveringInstance, question: SitingQuestion, *, time_limit: float = 60.0, cuts: Cuts | None = None
) -> SitingSolution:
    """Answer a question exactly, or as well as the time allows.

    Args:
        instance: candidates and demand. question: goal and constraints.
        time_limit: seconds; then the best found is given with its bound.
        cuts: sets that are no answers, for alternatives.

    Raises:
        SitingError: a candidate is required and forbidden, or the solver fails.
    """
    if (instance.required & ~instance.allowed).any():
        raise SitingError("a candidate is required and forbidden", fix="Decide for one.")
    start = time.monotonic()
    instance = instance.without_unreachable()
    shortage = find_site_shortage(instance, question)
    if shortage is not None:
        return _no_answer(instance, start, shortage)
    if question.goal == "median":
        return _solve_median(instance, question, start, time_limit, cuts or Cuts())
    if question.covers_all and question.is_plain and cuts is None and instance.capacity is None:
        return _solve_plain(instance, question, start, time_limit)
    if _is_partial(instance, question) and cuts is None:
        return _solve_share(instance, question, start, time_limit)
    return _solve_general(instance, question, start, time_limit, cuts or Cuts())


def _is_partial(instance: CoveringInstance, question: SitingQuestion) -> bool:
    """Whether only a share must be covered, nothing else binds, and the matrix is large."""
    asked = question.share is not None and not question.gains_cover and question.is_plain
    return asked and instance.capacity is None and instance.matrix.nnz > SMALL


def _solve_share(instance: CoveringInstance, question: SitingQuestion, start: float, seconds: float) -> SitingSolution:
    """Cover a share at least cost, beside what the required candidates cover."""
    need = (question.share or 0.0) * instance.total
    reach, must = instance.total - instance.unreachable, np.flatnonzero(instance.required)
    if reach < need - ROUNDING * instance.total:
        return _no_answer(instance, start, Shortage("share", need, reach))
    price = np.ones(instance.candidates) if question.goal == "fewest" else instance.cost
    covered = instance.covers(must)
    need = min(need, reach) - instance.served - float(instance.weight[covered].sum()) - ROUNDING * instance.total
    if need <= 0:
        return _answer(instance, question, must, float(price[must].sum()), True, start)
    rows, rest = np.flatnonzero(~covered), np.flatnonzero(instance.allowed & ~instance.required)
    matrix = csr_array(instance.matrix[rows][:, rest])
    cover = solve_partial(PartialCover(matrix, instance.weight[rows], price[rest], need), seconds=seconds)
    chosen = np.sort(np.concatenate([must, rest[cover.chosen]]))
    return _answer(instance, question, chosen, cover.bound + float(price[must].sum()), cover.proved, start)


def _solve_plain(instance: CoveringInstance, question: SitingQuestion, start: float, seconds: float) -> SitingSolution:
    """Cover all at least cost, without what the required candidates cover."""
    price = np.ones(instance.candidates) if question.goal == "fewest" else instance.cost
    must = np.flatnonzero(instance.required)
    rest = np.flatnonzero(instance.allowed & ~instance.required)
    open_rows = np.flatnonzero(~instance.covers(must))
    cover = solve_cover(instance.matrix[open_rows][:, rest], price[rest], seconds=seconds)
    chosen = np.sort(np.concatenate([must, rest[cover.chosen]]))
    bound = round_bound(cover.bound + float(price[must].sum()), price)
    return _answer(instance, question, chosen, bound, cover.proved, start)


def _solve_median(
    instance: CoveringInstance, question: SitingQuestion, start: float, seconds: float, cuts: Cuts
) -> SitingSolution:
    """The least sum of walks, again where rounding let in a set that is too dear."""
    if instance.walks is None:
        raise SitingError("the median needs the walks of homes", fix="Give residents as homes, or distances.")
    cuts = Cuts(list(cuts.seen), list(cuts.lacking), list(cuts.dear))
    while True:
        rows = site_rows(instance, replace(question, count=None), replace(cuts, seen=[]))
        left = seconds - (time.monotonic() - start)
        fates = instance.allowed, instance.required
        done = solve_median(instance.walks, rows, fates, count=question.count, seconds=left, seen=cuts.seen)
        if not done.feasible:
            return _no_answer(instance, start, _cover_shortage(instance, question, cuts, seconds))
        if done.chosen is None:
            return replace(_no_answer(instance, start, None), bound=done.bound)
        if question.budget is None or instance.total_cost(done.chosen) <= question.budget * (1 + ROUNDING):
            break
        cuts.dear.append(done.chosen)
    chosen = done.chosen
    if not cuts.seen and not question.at_least:  # of candidates that are nobody's nearest the sum does not need any
        chosen = chosen[(instance.walks.loads(chosen) > 0) | instance.required[chosen]]
    return _answer(instance, question, chosen, done.bound, done.proved, start)


def _solve_general(
    instance: CoveringInstance, question: SitingQuestion, start: float, seconds: float, cuts: Cuts
) -> SitingSolution:
    """The whole program, again where rounding let in a set that does not hold."""
    cuts = Cuts(list(cuts.seen), list(cuts.lacking), list(cuts.dear))
    while True:
        left = seconds - (time.monotonic() - start)
        answer = solve_program(instance, question, seconds=left, cuts=cuts)
        done = answer.done
        if not done.feasible:
            return _no_answer(instance, start, _cover_shortage(instance, question, cuts, seconds))
        bound = _to_bound(instance, question, done, answer.factor)
        if done.x is None:
            return _fallback(instance, question, start, bound, cuts)
        chosen = answer.chosen
        if not _falls_short(instance, question, chosen, cuts):
            break
    if question.goal == "most" and not question.at_least and not cuts.seen:
        chosen = _without_idle(instance, chosen)
    found = _answer(instance, question, chosen, bound, done.proved, start)
    fair = answer.allotment(instance) if question.goal == "fairest" else None
    return found if fair is None else _with_allotment(instance, found, fair)


def _with_allotment(instance: CoveringInstance, found: SitingSolution, fair: Allotment) -> SitingSolution:
    """The fairest answer with its own allotment: the one that serves most may be less fair."""
    zones, chosen = instance.zones, found.chosen
    if zones is None or chosen is None:
        return found
    shares = zones.shares(fair.parts(instance.weight))
    value, covered = float(np.nanmin(shares)), fair.total + instance.served
    bound = value if found.proved else found.bound
    return replace(found, value=value, bound=bound, covered=covered, load=fair.loads(chosen), shares=shares)


def _falls_short(instance: CoveringInstance, question: SitingQuestion, chosen: Ints, cuts: Cuts) -> bool:
    """Whether the rounded answer breaks a constraint; it is cut off then."""
    if question.budget is not None and instance.total_cost(chosen) > question.budget * (1 + ROUNDING):
        cuts.dear.append(chosen)
        return True
    need = 0.0 if question.share is None else question.share * instance.total
    if question.covers_all:
        need = instance.total - instance.unreachable
    rounding = ROUNDING if instance.capacity is None else ALLOT_ROUNDING
    if instance.covered_weight(chosen) < need - rounding * max(need, instance.total):
        cuts.lacking.append(chosen)
        return True
    return False


def _to_bound(instance: CoveringInstance, question: SitingQuestion, done: MipResult, factor: float) -> float:
    """The solver's bound in the units of the goal."""
    if question.goal == "fairest":
        return done.bound
    if question.goal == "most":
        reach = instance.total - instance.unreachable
        return min(done.bound / factor + instance.served, reach) if np.isfinite(done.bound) else reach
    return round_bound(done.bound, np.ones(1) if question.goal == "fewest" else instance.cost)


def _without_idle(instance: CoveringInstance, chosen: Ints) -> Ints:
    """The chosen without those that add nothing, the last first; required ones stay."""
    for one in chosen[::-1]:
        fewer = chosen[chosen != one]
        if not instance.required[one] and instance.covered_weight(fewer) >= instance.covered_weight(chosen):
            chosen = fewer
    return chosen


def _fallback(
    instance: CoveringInstance, question: SitingQuestion, start: float, bound: float, cuts: Cuts
) -> SitingSolution:
    """What the time allows where the solver found nothing: a greedy cover, where it breaks no constraint."""
    must = np.flatnonzero(instance.required)
    plain = question.is_plain and instance.capacity is None
    if not question.gains_cover and plain and not cuts.seen:
        usable = np.flatnonzero(instance.allowed)
        chosen = usable[greedy_cover(instance.matrix[:, usable], instance.cost[usable])]
        return _answer(instance, question, np.union1d(must, chosen), bound, False, start)
    greedy = None if cuts.seen or question.covers_all else _greedy_gain(instance, question)
    if greedy is not None:
        return _answer(instance, question, greedy, bound, False, start)
    if question.share is None and not question.at_least and not cuts.seen and question.gains_cover:
        return _answer(instance, question, must, bound, False, start)
    none = _no_answer(instance, start, None)
    return replace(none, bound=bound)


def _greedy_gain(instance: CoveringInstance, question: SitingQuestion) -> Ints | None:
    """Candidates by what each adds for its cost, until the share, the count or the budget is reached.

    None where other constraints bind, or what is reached does not hold the share.
    """
    if question.at_least or question.at_most or instance.capacity is not None:
        return None
    across, left = csr_array(instance.matrix.T.tocsr()), instance.weight.copy()
    chosen = np.flatnonzero(instance.required).tolist()
    left[instance.covers(np.asarray(chosen, dtype=np.int64))] = 0.0
    need = np.inf if question.share is None else question.share * instance.total
    free = instance.allowed & ~instance.required
    price = np.ones(instance.candidates) if question.goal == "fewest" else np.maximum(instance.cost, 1e-9)
    while question.gains_cover or instance.total - instance.unreachable - left.sum() < need:
        room = np.inf if question.budget is None else question.budget - instance.cost[chosen].sum()
        gain = np.where(free & (instance.cost <= room), across @ left, 0.0)
        if not gain.any() or (question.count is not None and len(chosen) >= question.count):
            break
        best = int(np.argmax(gain / price))
        chosen.append(best)
        free[best] = False
        left[across.indices[across.indptr[best] : across.indptr[best + 1]]] = 0.0
    found = np.sort(np.asarray(chosen, dtype=np.int64))
    share = 0.0 if question.share is None else question.share * instance.total
    return found if instance.covered_weight(found) >= share * (1 - ROUNDING) else None


def _cover_shortage(instance: CoveringInstance, question: SitingQuestion, cuts: Cuts, seconds: float) -> Shortage:
    """How much the best cover under the other constraints lacks."""
    if cuts.seen:
        return Shortage("alternatives", len(cuts.seen) + 1.0, float(len(cuts.seen)))
    need = instance.total - instance.unreachable if question.share is None else question.share * instance.total
    asked = replace(question, goal="most", share=None)
    best = solve_siting(instance, asked, time_limit=seconds)
    if instance.capacity is not None:
        roomy = solve_siting(instance.without_capacity(), asked, time_limit=seconds)
        if roomy.covered >= need - ROUNDING * max(need, instance.total):
            return Shortage("capacity", need, best.covered, proved=best.proved)
    return Shortage("share", need, best.covered, proved=best.proved)


def _answer(
    instance: CoveringInstance, question: SitingQuestion, chosen: Ints, bound: float, proved: bool, start: float
) -> SitingSolution:
    covered, cost = instance.covered_weight(chosen), instance.total_cost(chosen)
    shares = None if instance.zones is None else instance.zones.shares(instance.covered_part(chosen))
    worst = float("nan") if shares is None or np.isnan(shares).all() else float(np.nanmin(shares))
    load = None if instance.capacity is None else instance.allot(chosen).loads(chosen)
    if instance.walks is not None:
        load = instance.walks.loads(chosen)
    values = {"fewest": float(len(chosen)), "cheapest": cost, "most": covered, "fairest": worst}
    values["median"] = np.nan if instance.walks is None else instance.walks.total(chosen)
    value = values[question.goal]
    reached = bound <= value * (1 + ROUNDING) if question.gains_cover else bound >= value * (1 - ROUNDING)
    sure = proved or (reached and question.goal != "fairest")
    return SitingSolution(
        chosen,
        value,
        value if sure else bound,
        sure,
        len(chosen),
        cost,
        covered,
        instance.total,
        time.monotonic() - start,
        load=load,
        shares=shares,
    )


def _no_answer(instance: CoveringInstance, start: float, shortage: Shortage | None) -> SitingSolution:
    nan, seconds = float("nan"), time.monotonic() - start
    return SitingSolution(None, nan, nan, shortage is not None, 0, 0.0, 0.0, instance.total, seconds, shortage)

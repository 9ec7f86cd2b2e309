"""Why a question has no answer: the first constraint that cannot hold, and how much is missing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from urbanplan.siting.instance import CoveringInstance
from urbanplan.siting.question import SitingQuestion

Constraint = Literal["at_least", "at_most", "count", "budget", "capacity", "share", "alternatives"]


@dataclass(frozen=True)
class Shortage:
    """A constraint that cannot hold with those before it.

    Attributes:
        constraint: ``at_least``, ``at_most``, ``count``, ``budget``, ``capacity`` or ``share`` (asked in this
            order; capacity: without its limits the cover would do); ``alternatives``: all answers are given already.
        asked, possible: what the question says and the best that there is (sites, cost or weight). group: sub-district.
        proved: whether ``possible`` is proved to be the best.
    """

    constraint: Constraint
    asked: float
    possible: float
    group: int | None = None
    proved: bool = True

    @property
    def missing(self) -> float:
        """How far the two are apart."""
        return abs(self.asked - self.possible)


def find_site_shortage(instance: CoveringInstance, question: SitingQuestion) -> Shortage | None:
    """The first constraint on sites alone that cannot hold, None where all can."""
    needed, cost = int(instance.required.sum()), float(instance.cost[instance.required].sum())
    for number in sorted({*question.at_least, *question.at_most}):
        inside = (instance.group == number) & instance.allowed
        fixed = inside & instance.required
        least, most = question.at_least.get(number, 0), question.at_most.get(number, instance.candidates)
        if least > inside.sum():
            return Shortage("at_least", least, float(inside.sum()), number)
        if most < max(least, int(fixed.sum())):
            return Shortage("at_most", most, float(max(least, int(fixed.sum()))), number)
        more = max(least - int(fixed.sum()), 0)
        needed += more
        cost += float(np.sort(instance.cost[inside & ~fixed])[:more].sum())
    if question.count is not None and question.count < needed:
        return Shortage("count", question.count, float(needed))
    if question.budget is not None and cost > question.budget * (1 + 1e-9):
        return Shortage("budget", question.budget, cost)
    return None

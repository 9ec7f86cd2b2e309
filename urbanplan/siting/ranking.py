"""Ranked alternatives: the best answer, the best of all others, and so on; none better is left out."""

from __future__ import annotations

import time

from urbanplan.siting.instance import CoveringInstance
from urbanplan.siting.program import Cuts
from urbanplan.siting.question import SitingQuestion
from urbanplan.siting.solve import SitingSolution, solve_siting


def rank_alternatives(
    instance: CoveringInstance,
    question: SitingQuestion,
    *,
    first: SitingSolution,
    count: int = 10,
    time_limit: float = 60.0,
) -> list[SitingSolution]:
    """The answer and the next best ones, best first; each differs from every better one by a site at least.

    Args:
        instance, question: as they were asked. first: their answer. count: at most so many.
        time_limit: seconds for all; the list ends where an answer is not proved in time.
    """
    found, cuts, end = [first], Cuts(), time.monotonic() + time_limit
    while len(found) < count and found[-1].chosen is not None and found[-1].proved:
        cuts.seen.append(found[-1].chosen)
        following = solve_siting(instance, question, time_limit=end - time.monotonic(), cuts=cuts)
        if following.chosen is None or not following.proved:
            break
        found.append(following)
    return found

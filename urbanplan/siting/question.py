"""What is asked of new sites: the goal and the constraints."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import inf
from numbers import Integral, Real
from typing import Literal

from urbanplan.errors import SitingError

Goal = Literal["fewest", "cheapest", "most", "fairest", "median"]
GOALS: tuple[Goal, ...] = ("fewest", "cheapest", "most", "fairest", "median")


@dataclass(frozen=True)
class SitingQuestion:
    """A goal and its constraints; new sites only, existing ones are free.

    Attributes:
        goal: ``fewest`` sites, ``cheapest`` sites, ``most`` weight covered, or ``fairest``: the least covered share of
            a sub-district as great as can be, then the next least, and so on (lexicographic); ``median``: the sum of
            residents' walks to the nearest site as small as can be, all reached (p-median).
        share: of all weight that must be covered, 0 to 1; None: all that candidates reach (``most`` and ``fairest``:
            no floor).
        count: at most so many sites. budget: at most so much cost.
        at_least, at_most: sites for each sub-district, by its number.
    """

    goal: Goal = "fewest"
    share: float | None = None
    count: int | None = None
    budget: float | None = None
    at_least: dict[int, int] = field(default_factory=dict)
    at_most: dict[int, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.goal not in GOALS:
            raise SitingError(
                "the goal {goal} is unknown", fix="Ask for one of: {known}.", goal=self.goal, known=", ".join(GOALS)
            )
        if self.share is not None and not (_is_amount(self.share) and self.share <= 1):
            raise SitingError("the share {share} is not between 0 and 1", fix="Write 95% or 0.95.", share=self.share)
        if self.goal == "median" and self.share is not None:
            raise SitingError("the least sum of walks is that of all residents", fix="Leave the share out.")
        if not (self.count is None or _is_count(self.count)):
            raise SitingError(
                "the count {count} is no whole number of 0 or more", fix="Give 0 or more.", count=self.count
            )
        if not (self.budget is None or _is_amount(self.budget)):
            raise SitingError(
                "the budget {budget} is no number of 0 or more", fix="Give 0 or more.", budget=self.budget
            )

    @property
    def is_plain(self) -> bool:
        """Whether nothing but the cover and the cost counts."""
        return self.count is None and self.budget is None and not self.at_least and not self.at_most

    @property
    def covers_all(self) -> bool:
        """Whether every row must be covered."""
        return not self.gains_cover and self.share is None

    @property
    def gains_cover(self) -> bool:
        """Whether more cover is better, instead of fewer or cheaper sites."""
        return self.goal in ("most", "fairest")


def _is_count(value: object) -> bool:
    """Whether a value is a whole number of 0 or more."""
    return isinstance(value, Integral) and not isinstance(value, bool) and int(value) >= 0


def _is_amount(value: object) -> bool:
    """Whether a value is a finite number of 0 or more."""
    return isinstance(value, Real) and not isinstance(value, bool) and 0 <= float(value) < inf

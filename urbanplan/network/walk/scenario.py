"""A question of reach and its answer: what other readings, tiers and what-ifs ask again with one thing changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from urbanplan.network.graph import Network
from urbanplan.network.walk.covered_intervals import leg_limits, reach_of_legs
from urbanplan.network.walk.leg_intervals import LegIntervals
from urbanplan.network.walk.leg_join import join_legs
from urbanplan.network.walk.people import People, ServedPeople, join_home_legs, serve_people
from urbanplan.network.walk.sources import Sources
from urbanplan.network.walk.verify_legs import LegProofs
from urbanplan.network.walk.walk import Reach, Walk


@dataclass(frozen=True, eq=False)
class Scenario:
    """Who and what lies within a walk of places.

    Attributes:
        network, put, walk: the streets, the places, how far. walls: barriers ``(x0, y0, x1, y1)`` or None.
        people: residents by method. sights: what each method's homes see (looked up once).
        proofs: what the certificate found of legs, shared by the same question of other walks.
    """

    network: Network
    put: Sources
    walk: Walk
    walls: NDArray[np.float64] | None = None
    people: tuple[People, ...] = ()
    sights: tuple[LegIntervals, ...] | None = None
    proofs: LegProofs = field(default_factory=LegProofs, repr=False)
    _legs: dict[tuple[object, ...], tuple[LegIntervals, tuple[object, ...]]] = field(default_factory=dict, repr=False)

    def legs(self, *, low: bool) -> LegIntervals:
        """What the places see, low or high; walks of one leg limit share it, and so do scenarios made of this one.

        Where both readings have one limit and one set of entrances they differ in what the low one adds, no more.
        """
        put, walk = self.put.read(low=low), replace(self.walk, low=low)
        limit, segments = leg_limits(put, walk), self.network.segments
        seen = self._kept(
            lambda: join_legs(self.network, put, leg=limit, barriers=self.walls, engine=walk.engine),
            (segments, put, self.walls), walk.engine, limit.tobytes(),
        )  # fmt: skip
        if not low or not put.radius.any():
            return seen
        return self._kept(lambda: seen.shaped(plus=seen.plus + put.radius[seen.place]), (seen, put))

    def _kept(self, make: Callable[[], LegIntervals], parts: tuple[object, ...], *values: object) -> LegIntervals:
        """What was made of the same objects (held, so that no other thing takes their ids) and values."""
        key = (*map(id, parts), *values)
        if key not in self._legs:
            self._legs[key] = (make(), parts)
        return self._legs[key][0]

    def looked(self) -> Scenario:
        """The same question with what the homes see."""
        if self.sights is not None:
            return self
        leg, engine = min(self.walk.leg, self.walk.within), self.walk.engine
        seen = (join_home_legs(self.network, one, leg=leg, barriers=self.walls, engine=engine) for one in self.people)
        return replace(self, sights=tuple(seen))

    def of(self, put: Sources) -> Scenario:
        """The same question of other places."""
        return replace(self, put=put, _legs={})

    def within(self, metres: float) -> Scenario:
        """The same question for another walk; homes look again where their legs change."""
        same = min(self.walk.leg, metres) == min(self.walk.leg, self.walk.within)
        return replace(self, walk=replace(self.walk, within=metres), sights=self.sights if same else None)


@dataclass(frozen=True, eq=False)
class ScenarioResult:
    """The low and the high reach (one and the same where all is certain), and who is served by each.

    The low reach keeps doubtful crossings apart, the high one joins them (``network.joined``).
    """

    low: Reach
    high: Reach
    served: tuple[tuple[ServedPeople, ServedPeople], ...]


def compute_reaches(question: Scenario) -> tuple[Reach, Reach]:
    """The low and the high reach."""
    low = reach_of_legs(question.network, question.legs(low=True), question.walk)
    if question.put.exact and question.network.joined is question.network:
        return low, low
    return low, reach_of_legs(question.network.joined, question.legs(low=False), question.walk)


def serve_all(question: Scenario, low: Reach, high: Reach) -> tuple[tuple[ServedPeople, ServedPeople], ...]:
    """Who is served, by method, low and high."""
    looked = question.looked()
    served = []
    for people, sight in zip(looked.people, looked.sights or (), strict=True):
        serve = partial(serve_people, people=people, sight=sight, engine=looked.walk.engine)
        first = serve(looked.network, reached=low)
        served.append((first, first if high is low else serve(looked.network.joined, reached=high)))
    return tuple(served)


def run_scenario(question: Scenario) -> ScenarioResult:
    """Search, cover, serve."""
    low, high = compute_reaches(question)
    return ScenarioResult(low, high, serve_all(question, low, high))

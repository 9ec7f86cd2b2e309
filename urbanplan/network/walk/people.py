"""People on streets: homes with their own legs, and people spread over stretches of street."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import shapely
from numpy.typing import NDArray

from urbanplan.network.graph import Network
from urbanplan.network.intervals import Floats, Intervals, Ints, group_min, group_sums, join_keys, overlap_length
from urbanplan.network.walk.engine import Engine, is_numba_chosen
from urbanplan.network.walk.leg_intervals import LegIntervals
from urbanplan.network.walk.leg_join import join_legs
from urbanplan.network.walk.sources import sources_from_points
from urbanplan.network.walk.walk import Reach, precise_sum

MIN_COMPILED_ROWS = 2_000_000
"""Seen parts from which starting the compiled engine pays within one question."""
KERNEL = "urbanplan.network.walk.home_distances", "_shorten_ways"


@dataclass(frozen=True, eq=False)
class People:
    """Residents placed by one method.

    Attributes:
        method: how they were placed, in a word.
        points, count: homes, shape (n, 2), and their people. ids: the ids of the homes.
        on_street: the points stand on streets and their people start there, without a leg.
        edge, low, high, living: stretches of edges and the people spread evenly over each.
        lost: people for whom no street was found (areas only; homes out of sight are found on asking).
        lost_ids: ids of the areas of those. unknown_ids: ids of homes or areas whose number of people is null.
        cells: the areas that people live in, by whose land they are shared among sub-districts; empty for homes.
        cell: the area of each point, then of each stretch. cell_lost: people of each area without a street.
    """

    method: str
    points: NDArray[np.float64] = field(default_factory=lambda: np.empty((0, 2)))
    count: Floats = field(default_factory=lambda: np.empty(0))
    ids: NDArray[np.object_] = field(default_factory=lambda: np.empty(0, dtype=object))
    edge: Ints = field(default_factory=lambda: np.empty(0, np.int64))
    low: Floats = field(default_factory=lambda: np.empty(0))
    high: Floats = field(default_factory=lambda: np.empty(0))
    living: Floats = field(default_factory=lambda: np.empty(0))
    on_street: bool = False
    lost: float = 0.0
    lost_ids: tuple[object, ...] = ()
    unknown_ids: tuple[object, ...] = ()
    cells: NDArray[np.object_] = field(default_factory=lambda: np.empty(0, dtype=object))
    cell: Ints = field(default_factory=lambda: np.empty(0, np.int64))
    cell_lost: Floats = field(default_factory=lambda: np.empty(0))

    @property
    def placeless(self) -> float:
        """People of homes that are not drawn: whether they reach a place nobody knows."""
        return 0.0 if len(self.cells) else self.lost

    def unit_points(self) -> NDArray[np.float64]:
        """A point in each area, and the homes as they are, shape (n, 2)."""
        return shapely.get_coordinates(shapely.point_on_surface(self.cells)) if len(self.cells) else self.points

    def by_unit(self, values: Floats) -> Floats:
        """Sums of values of the points, then of the stretches, for each area, and as they are for homes."""
        return group_sums(self.cell, values, len(self.cells)) if len(self.cells) else values

    @property
    def total(self) -> float:
        """All people."""
        return precise_sum(np.concatenate([self.count, self.living, [self.lost]]))


@dataclass(frozen=True, eq=False)
class ServedPeople:
    """Who of :class:`People` reaches a place within the walk.

    Attributes:
        people: whose. home: least way of each home, infinity beyond the walk. sight: what homes see.
        covered: people covered of each stretch. reach_covered: covered intervals of the streets. within: the walk.
    """

    people: People
    home: Floats
    sight: LegIntervals
    covered: Floats
    reach_covered: Intervals
    within: float

    @property
    def reached(self) -> NDArray[np.bool_]:
        """Whether each home reaches a place within the walk."""
        return self.home <= self.within

    @property
    def total(self) -> float:
        """People covered."""
        return precise_sum(np.concatenate([self.people.count[self.reached], self.covered]))

    @property
    def blind(self) -> NDArray[np.bool_]:
        """Homes that see no street."""
        blind = np.ones(len(self.people.count), dtype=bool)
        blind[self.sight.place] = False
        return blind


def join_home_legs(
    network: Network,
    people: People,
    *,
    leg: float,
    barriers: NDArray[np.float64] | None = None,
    engine: Engine = "auto",
) -> LegIntervals:
    """What the homes of ``people`` see."""
    limit = 0.0 if people.on_street else leg
    return join_legs(network, sources_from_points(people.points), leg=limit, barriers=barriers, engine=engine)


def serve_people(
    network: Network, people: People, reached: Reach, sight: LegIntervals, *, engine: Engine = "auto"
) -> ServedPeople:
    """Who is covered: homes by the least of leg + way over what they see, stretches by their covered metres."""
    home = home_distance(network, sight, len(people.count), reached, engine=engine)
    long = people.high - people.low
    part = overlap_length(reached.covered, people.edge, people.low, people.high)
    share = np.divide(part, long, out=np.zeros(len(long)), where=long > 0)
    return ServedPeople(people, home, sight, people.living * np.clip(share, 0.0, 1.0), reached.covered, reached.within)


def home_distance(
    network: Network, sight: LegIntervals, homes: int, reached: Reach, *, engine: Engine = "auto"
) -> Floats:
    """Least way of each home: over the ends of what it sees, and over every meeting of two legs on one edge.

    ``engine``: ``scipy`` (plain arrays), ``numba``, or ``auto``: numba where it is compiled or much is seen; both to
    the bit the same.
    """
    if is_numba_chosen(engine, size=len(sight), least=MIN_COMPILED_ROWS, kernel=KERNEL):
        from urbanplan.network.walk.home_distances import least_ways

        return least_ways(network, sight, homes, reached)
    du = reached.label[network.u[sight.edge]] + sight.low + sight.at_low
    dv = reached.label[network.v[sight.edge]] + (network.length[sight.edge] - sight.high) + sight.at_high
    best = np.minimum(du, dv)
    row, other = join_keys(sight.edge, reached.seen.edge)
    mine, site = sight.pick(row), reached.seen.pick(other)
    met = meeting_distance(mine, site)
    best = np.minimum(best, group_min(row, met, len(best)))
    way = group_min(sight.place, best, homes)
    return np.where(way <= reached.within, way, np.inf)


def meeting_distance(mine: LegIntervals, site: LegIntervals) -> Floats:
    """Least way from homes to sites along an edge that both see, row by row; infinity where there is none."""
    before = np.where(mine.high <= site.low, mine.at_high + site.at_low + (site.low - mine.high), np.inf)
    behind = np.where(mine.low >= site.high, mine.at_low + site.at_high + (mine.low - site.high), np.inf)
    return np.minimum(np.minimum(before, behind), _least_leg_sum(mine, site))


def _least_leg_sum(mine: LegIntervals, site: LegIntervals) -> Floats:
    """Least sum of both legs where a home and a site see one part of a street.

    The sum is convex along the street; its least value is at an end, at a foot, or where both legs make equal angles.
    """
    low, high = np.maximum(mine.low, site.low), np.minimum(mine.high, site.high)
    both = low <= high
    legs = mine.g + site.g
    mirror = np.divide(mine.t0 * site.g + site.t0 * mine.g, legs, out=mine.t0.copy(), where=legs > 0)
    steep = np.minimum(site.m, 1 - 1e-12)
    slide = steep * mine.g / np.sqrt(1 - steep**2)
    best = np.full(len(low), np.inf)
    for t in (low, high, mirror, mine.t0, site.t0, mine.t0 - slide, mine.t0 + slide):
        t = np.clip(t, low, np.maximum(low, high))
        best = np.minimum(best, mine.at(t) + site.at(t))
    return np.where(both, best, np.inf)


def people_in_gaps(served: ServedPeople, gaps: Intervals) -> Floats:
    """Uncovered people of each gap: those spread over it, and homes whose nearest street in sight it is.

    A home that sees covered streets only, over a leg too long, belongs to no gap.
    """
    people = served.people
    row, gap = join_keys(people.edge, gaps.line)
    part = np.minimum(people.high[row], gaps.high[gap]) - np.maximum(people.low[row], gaps.low[gap])
    long = people.high[row] - people.low[row]
    spread = np.divide(people.living[row] * part, long, out=np.zeros(len(row)), where=(part > 0) & (long > 0))
    found = group_sums(gap, spread, len(gaps))
    home, its_gap = _home_gaps(served, gaps)
    return found + group_sums(its_gap, people.count[home], len(gaps))


def _home_gaps(served: ServedPeople, gaps: Intervals) -> tuple[Ints, Ints]:
    """Uncovered homes and the gap each belongs to."""
    outside = ~served.reached[served.sight.place]
    sight = served.sight.pick(outside)
    row, gap = join_keys(sight.edge, gaps.line)
    part = sight.pick(row)
    low, high = np.maximum(part.low, gaps.low[gap]), np.minimum(part.high, gaps.high[gap])
    touch = low <= high
    leg = part.at(np.clip(part.t0, low, np.maximum(low, high)))[touch]
    home, gap = part.place[touch], gap[touch]
    order = np.lexsort((gap, leg, home))
    home, gap = home[order], gap[order]
    first = np.append(True, home[1:] != home[:-1])[: len(home)]
    return home[first], gap[first]

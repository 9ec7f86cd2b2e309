"""Gaps: uncovered parts of streets as split lines, with the nearest site and how far the farthest point is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from urbanplan.network.graph import Network
from urbanplan.network.intervals import Floats, Intervals, Ints, join_keys
from urbanplan.network.order import stable_order
from urbanplan.network.shapes import ROWS_AT_ONCE
from urbanplan.network.walk.covered_intervals import find_seeds
from urbanplan.network.walk.search import nearest_source
from urbanplan.network.walk.sections import Sections
from urbanplan.network.walk.walk import Reach


@dataclass(frozen=True, eq=False)
class Gaps(Sections):
    """Gaps as arrays, those with most residents first, then the longest.

    Columns: ``length_m``, ``residents`` (null where none are given), ``nearest`` (id of the site nearest to the gap's
    farthest point), ``distance_m`` from there (both null where no way leads), ``street`` (row of the source feature),
    ``street_id`` where told, ``begin_m`` and ``end_m`` along it.

    Attributes:
        residents: of each, None where unknown.
        nearest: place of the site nearest to each one's farthest point, -1 where no way leads; ids: of the places.
        distance: metres from there, infinite where no way leads. street_ids: of the rows of streets, where told.
    """

    mixed = ("nearest",)
    residents: Floats | None
    nearest: Ints
    distance: Floats
    ids: NDArray[np.object_]
    street_ids: NDArray[np.object_] | None = None

    def pick(self, rows: slice) -> Gaps:
        """Some of them."""
        residents = None if self.residents is None else self.residents[rows]
        return replace(
            self,
            parts=self.parts.pick(rows),
            residents=residents,
            nearest=self.nearest[rows],
            distance=self.distance[rows],
        )

    def with_text_ids(self) -> Gaps:
        """The same with the ids of places as texts, which a column of any file holds."""
        return replace(self, ids=np.array([str(name) for name in self.ids.tolist()], dtype=object))

    def columns(self) -> dict[str, Any]:
        """What is told of them."""
        gaps, base = self.parts, self.network.begin[self.parts.line]
        name = np.full(len(gaps), None, dtype=object)
        name[self.nearest >= 0] = self.ids[self.nearest[self.nearest >= 0]]
        street = self.network.row[gaps.line]
        return {
            "length_m": gaps.length,
            "residents": np.full(len(gaps), np.nan) if self.residents is None else self.residents,
            "nearest": name,
            "distance_m": np.where(np.isfinite(self.distance), self.distance, np.nan),
            "street": street,
            **({} if self.street_ids is None else {"street_id": self.street_ids[street]}),
            "begin_m": base + gaps.low,
            "end_m": base + gaps.high,
        }


def find_gaps(
    network: Network, reached: Reach, gaps: Intervals, *, ids: NDArray[np.object_], residents: Floats | None
) -> Gaps:
    """The gaps in the order that :class:`Gaps` tells, with the site nearest to each one's farthest point.

    Args:
        network, reached: streets, and what the walk reaches. gaps: what it leaves. ids: of the places.
        residents: on each gap, None where none are given.
    """
    order = stable_order(-gaps.length)  # they stand by street and metre
    if residents is not None:
        order = order[np.argsort(-residents[order], kind="stable")]
    gaps = gaps.pick(order)
    distance, place = _farthest_in_gaps(network, reached, gaps)
    return Gaps(network, gaps, None if residents is None else residents[order], place, distance, ids)


def _farthest_in_gaps(network: Network, reached: Reach, gaps: Intervals) -> tuple[Floats, Ints]:
    """Farthest of the pieces of each gap: a touch at the walk itself covers no metre, yet no way leads past it."""
    seen = reached.seen
    ways = nearest_source(network, *find_seeds(network, seen))
    distance, place = _farthest_points(network, reached, ways, gaps)
    row, part = join_keys(gaps.line, seen.edge)
    inside = (seen.low[part] > gaps.low[row]) & (seen.high[part] < gaps.high[row])
    if inside.any():
        some = np.unique(row[inside])
        owner = np.concatenate([some, row[inside]])
        low = np.concatenate([gaps.low[some], seen.low[part[inside]]])
        order = np.lexsort((low, owner))
        owner, low = owner[order], low[order]
        last = np.append(owner[1:] != owner[:-1], True)
        high = np.where(last, gaps.high[owner], np.append(low[1:], 0.0))
        away, end = _farthest_points(network, reached, ways, Intervals(gaps.line[owner], low, high))
        order = np.lexsort((-end, away, owner))[last]  # the last of each gap: as many rows in the same order of gaps
        distance[some], place[some] = away[order], end[order]
    return distance, place


def _farthest_points(
    network: Network, reached: Reach, ways: tuple[Floats, Ints], gaps: Intervals
) -> tuple[Floats, Ints]:
    """Distance of each gap's farthest point from the places and the nearest place, -1 where no way leads.

    ``ways``: the distance of each node, and the place that it leads to.
    """
    distance, nearest = np.empty(len(gaps)), np.empty(len(gaps), dtype=np.int64)
    for start in range(0, len(gaps), ROWS_AT_ONCE):
        piece = slice(start, start + ROWS_AT_ONCE)
        distance[piece], nearest[piece] = _farthest_on(network, reached, *ways, gaps.pick(piece))
    return distance, nearest


def _farthest_on(
    network: Network, reached: Reach, labels: Floats, origin: Ints, gaps: Intervals
) -> tuple[Floats, Ints]:
    """The same of some gaps at once."""
    a, from_a = _nearest_source_at(network, reached, labels, origin, gaps.line, gaps.low)
    b, from_b = _nearest_source_at(network, reached, labels, origin, gaps.line, gaps.high)
    with np.errstate(invalid="ignore"):
        spot = (gaps.low + gaps.high + b - a) / 2
    spot = np.where(np.isfinite(a) & np.isfinite(b), spot, np.where(np.isfinite(b), gaps.low, gaps.high))
    spot = np.clip(spot, gaps.low, gaps.high)
    way_a, way_b = a + (spot - gaps.low), b + (gaps.high - spot)
    tie = np.where(from_a < 0, from_b, np.where(from_b < 0, from_a, np.minimum(from_a, from_b)))
    with np.errstate(invalid="ignore"):
        equal = np.abs(way_a - way_b) <= 1e-9
    return np.minimum(way_a, way_b), np.where(equal, tie, np.where(way_a < way_b, from_a, from_b))


def _nearest_source_at(
    network: Network, reached: Reach, labels: Floats, origin: Ints, edge: Ints, at: Floats
) -> tuple[Floats, Ints]:
    """Distance and place of points on edges, of equal ways the lowest place."""
    u, v = network.u[edge], network.v[edge]
    from_u, from_v = labels[u] + at, labels[v] + network.length[edge] - at
    way, place = np.minimum(from_u, from_v), np.where(from_u < from_v, origin[u], origin[v])
    tie = from_u == from_v
    place[tie] = np.minimum(origin[u], origin[v])[tie]
    row, other = join_keys(edge, reached.seen.edge)  # few: edges that a place sees
    part, t = reached.seen.pick(other), at[row]
    touch = np.clip(t, part.low, part.high)
    leg = part.at(touch) + np.abs(t - touch)
    order = np.lexsort((part.place, leg, row))
    first = order[np.append(True, np.diff(row[order]) > 0)[: len(row)]]
    asked, leg, seer = row[first], leg[first], part.place[first]
    better = (leg < way[asked]) | ((leg == way[asked]) & (seer < place[asked]))
    way[asked[better]], place[asked[better]] = leg[better], seer[better]
    return way, np.where(np.isfinite(way), place, -1)

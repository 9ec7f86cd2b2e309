"""What nobody knows of a coverage: homes without a count or a place, sites without a place, streets that may not count.

An unknown count may be any number of people, so it draws a share towards what of that home or area is covered; a home
without a place may be covered or not; a site without a place may stand anywhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import geopandas as gpd

    from urbanplan.network.walk.coverage import Coverage as Covered
    from urbanplan.network.walk.people import People
    from urbanplan.network.walk.walk import Reach

Mask = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class UnknownResidents:
    """Homes and areas of which something is unknown.

    Attributes:
        uncounted: drawn ones without a count, each as one person. placeless: known people of undrawn ones.
        blank: number of rows with neither place nor count. undrawn: number of rows without a place.
        rows: number of rows that would settle the reading.
    """

    uncounted: tuple[People, ...] = ()
    placeless: float = 0.0
    blank: int = 0
    undrawn: int = 0
    rows: int = 0


def drawn_rows(frame: gpd.GeoDataFrame) -> Mask:
    """Rows that have a place: a geometry that is neither null nor empty."""
    return np.asarray(~(frame.geometry.isna() | frame.geometry.is_empty), dtype=bool)


def covered_fractions(run: Covered, unknown: UnknownResidents, *, low: bool) -> NDArray[np.float64]:
    """What of each uncounted home (0 or 1) or area (a share) a run covers, by its low or its high reading."""
    from urbanplan.network.walk.people import join_home_legs, serve_people

    question, reached = run.question, _reach_of(run, low=low)
    network = question.network if low else question.network.joined
    leg = min(question.walk.leg, question.walk.within)
    parts = [np.empty(0)]
    for people in unknown.uncounted:
        legs = join_home_legs(network, people, leg=leg, barriers=question.walls, engine=question.walk.engine)
        served = serve_people(network, people, reached, legs)
        parts.append(people.by_unit(np.concatenate([people.count * served.reached, served.covered])))
    return np.concatenate(parts)


def _reach_of(run: Covered, *, low: bool) -> Reach:
    return run.low if low else run.high


def share_range(
    strict: tuple[float, float], loose: tuple[float, float], unknown: UnknownResidents, fractions: NDArray[np.float64]
) -> tuple[float, float] | None:
    """Least and greatest share of people over all that is unknown; None where nobody lives.

    Args:
        strict, loose: people covered and all people, by the strict and the loose run.
        unknown: what is unknown. fractions: what of each uncounted row is covered, strict rows then loose ones.
    """
    if unknown.blank:
        return 0.0, 1.0
    low, high = fractions.tolist(), fractions.tolist()
    for ends, (covered, total), placed in ((low, strict, 0.0), (high, loose, unknown.placeless)):
        if total + unknown.placeless > 0:
            ends.append((covered + placed) / (total + unknown.placeless))
    return None if not low or not high else (min(low), max(min(low), *high))

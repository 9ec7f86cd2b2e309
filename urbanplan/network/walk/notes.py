"""Findings of coverage: sites and homes that see no street."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from numpy.typing import NDArray

from urbanplan.network.shapes import spots
from urbanplan.network.walk.leg_intervals import Seen
from urbanplan.network.walk.people import Served
from urbanplan.network.walk.sources import Places

if TYPE_CHECKING:
    from urbanplan.model.finding import Finding

MOST = 1000
"""Findings on single homes; beyond it the count of the others is one finding."""


def unreached_sites(put: Places, seen: Seen) -> tuple[Finding, ...]:
    """One finding for each site that sees no street."""
    blind = np.ones(len(put), dtype=bool)
    blind[seen.place] = False
    rows = np.flatnonzero(blind)
    if len(rows) == 0:
        return ()
    from urbanplan.model.finding import finding

    return tuple(finding("network-site-unreached", feature=put.ids[i], geometry=_outline(put.shapes[i])) for i in rows)


def unreached_homes(served: Sequence[tuple[Served, Served]]) -> tuple[Finding, ...]:
    """One finding for each home that sees no street (the first thousand), and for each area without one."""
    notes: list[Finding] = []
    if not served:
        return ()
    from urbanplan.model.finding import finding

    for low, _ in served:
        people = low.people
        rows = np.flatnonzero(low.blind & (people.count > 0))
        shapes = spots(people.points[rows[:MOST]])
        for i, shape in zip(rows[:MOST], shapes, strict=True):
            notes.append(_home(people.ids, i, float(people.count[i]), shape))
        if len(rows) > MOST:
            rest = float(people.count[rows[MOST:]].sum())
            notes.append(finding("residents-more-unreached", homes=len(rows) - MOST, people=rest))
        notes.extend(finding("residents-area-unreached", feature=name) for name in people.lost_ids[:MOST])
    return tuple(notes)


def _home(ids: NDArray[np.object_], i: int, people: float, shape: Any) -> Finding:
    from urbanplan.model.finding import finding

    name = ids[i] if len(ids) else i
    return finding("residents-home-unreached", feature=name, geometry=_outline(shape), people=people)


def _outline(shape: Any) -> dict[str, Any]:
    return shapely.geometry.mapping(shape)

"""Findings of coverage: sites and homes that see no street."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from numpy.typing import NDArray

from urbanplan.network.shapes import to_points
from urbanplan.network.walk.leg_intervals import LegIntervals
from urbanplan.network.walk.people import ServedPeople
from urbanplan.network.walk.sources import Sources

if TYPE_CHECKING:
    from urbanplan.model.finding import Finding

MAX_HOME_FINDINGS = 1000
"""Findings on single homes; beyond it the count of the others is one finding."""


def unreached_site_findings(put: Sources, seen: LegIntervals) -> tuple[Finding, ...]:
    """One finding for each site that sees no street."""
    blind = np.ones(len(put), dtype=bool)
    blind[seen.place] = False
    rows = np.flatnonzero(blind & np.isfinite(shapely.bounds(put.shapes)).all(axis=1))
    if len(rows) == 0:
        return ()
    from urbanplan.model.finding import build_finding

    return tuple(
        build_finding("network-site-unreached", feature=put.ids[i], geometry=_to_geojson(put.shapes[i])) for i in rows
    )


def unreached_home_findings(served: Sequence[tuple[ServedPeople, ServedPeople]]) -> tuple[Finding, ...]:
    """One finding for each home that sees no street (the first thousand), and one for all areas without one."""
    notes: list[Finding] = []
    if not served:
        return ()
    from urbanplan.model.finding import build_finding

    for low, _ in served:
        people = low.people
        rows = np.flatnonzero(low.blind & (people.count > 0))
        shapes = to_points(people.points[rows[:MAX_HOME_FINDINGS]])
        for i, shape in zip(rows[:MAX_HOME_FINDINGS], shapes, strict=True):
            notes.append(_home_finding(people.ids, i, float(people.count[i]), shape))
        if len(rows) > MAX_HOME_FINDINGS:
            rest = float(people.count[rows[MAX_HOME_FINDINGS:]].sum())
            notes.append(build_finding("residents-more-unreached", homes=len(rows) - MAX_HOME_FINDINGS, people=rest))
    unknown = {low.people.unknown_ids for low, _ in served if low.people.unknown_ids}  # once for all methods
    notes += [build_finding("residents-count-unknown", features=names) for names in sorted(unknown, key=str)]
    lost = {low.people.lost_ids: low.people for low, _ in served if low.people.lost_ids}  # once for all methods
    for names, people in lost.items():
        if len(people.cells):
            notes.append(build_finding("residents-area-unreached", features=names, people=people.lost))
        else:
            notes.append(build_finding("residents-undrawn", features=names))
    return tuple(notes)


def _home_finding(ids: NDArray[np.object_], i: int, people: float, shape: Any) -> Finding:
    from urbanplan.model.finding import build_finding

    name = ids[i] if len(ids) else i
    return build_finding("residents-home-unreached", feature=name, geometry=_to_geojson(shape), people=people)


def _to_geojson(shape: Any) -> dict[str, Any]:
    return shapely.geometry.mapping(shape)

"""The interval of a coverage: shares of people and of metres, sub-districts served, over all that is unknown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from urbanplan.measure.coverage_unknown import greatest_share, least_share
from urbanplan.model.comparison import at_least
from urbanplan.model.reading import Reading

if TYPE_CHECKING:
    from urbanplan.measure.coverage_parameters import Coverage
    from urbanplan.measure.coverage_scenario import CoverageScenario
    from urbanplan.network.walk.coverage import Coverage as Covered
    from urbanplan.network.walk.coverage import ResidentCoverage


def coverage_reading(params: Coverage, town: CoverageScenario, strict: Covered, loose: Covered) -> Reading | None:
    """The interval that a target asks for; None where it cannot be told."""
    if params.reading == "subdistricts":
        return _served_reading(town, strict, loose)
    if params.reading == "streets":
        ends = street_share(town, strict.covered_m, strict.total_m, loose.covered_high_m, loose.total_m)
    elif strict.residents is None or loose.residents is None:
        return None
    else:
        ends = _resident_share(town, strict.residents, loose.residents, (strict, loose))
    if ends is None:
        return None
    low = 0.0 if town.undrawn_barriers else ends[0]
    return Reading(low=low, high=1.0 if town.undrawn_sites or town.undrawn_streets else ends[1], unit="share")


def _resident_share(
    town: CoverageScenario, least: ResidentCoverage, most: ResidentCoverage, runs: tuple[Covered, Covered]
) -> tuple[float, float] | None:
    """Least and greatest share of people over all that is open of them; None where nobody lives."""
    covered = 0.0 if town.no_street else least.covered
    low = least_share(covered, least.total, town.open, town.open_fractions(runs[0], low=True))
    high = greatest_share(most.covered_high, most.total, town.open, town.open_fractions(runs[1], low=False))
    return None if low is None or high is None else (low, max(low, high))


def district_share(
    town: CoverageScenario, name: object, rows: tuple[dict[str, Any], dict[str, Any]], runs: tuple[Covered, Covered]
) -> tuple[float, float] | None:
    """Least and greatest share of a sub-district's people; an open home that is not drawn may stand in it.

    Args:
        rows: what the strict and the loose run tell of the people there, with ``covered``, ``covered_high``, ``total``.
    """
    here, whole = town.open_in(name, runs[0])
    part = town.open.only(here, whole)
    fractions = [town.open_fractions(run, low=low)[here] for run, low in zip(runs, (True, False), strict=True)]
    low = least_share(rows[0]["covered"], rows[0]["total"], part, np.where(whole[here], fractions[0], 0.0))
    high = greatest_share(rows[1]["covered_high"], rows[1]["total"], part, np.where(whole[here], fractions[1], 1.0))
    if low is None or high is None:
        return None
    if town.no_street or town.undrawn_barriers:
        low = 0.0
    return low, 1.0 if town.undrawn_sites or town.undrawn_streets else max(low, high)


def street_share(
    town: CoverageScenario, covered: float, sure_m: float, covered_high: float, total: float
) -> tuple[float, float] | None:
    """Share of street metres: streets that may not count are uncovered at the low end, and only covered at the high."""
    if total <= 0:
        return None
    if town.undrawn_streets:
        return 0.0, 1.0
    low = 0.0 if town.no_street or town.undrawn_barriers else covered / total
    if town.undrawn_sites:
        return low, 1.0
    if town.certain_streets:
        return low, max(covered, covered_high) / total
    return low, max(low, covered_high / max(sure_m, covered_high, 1e-9))


def _served_reading(town: CoverageScenario, strict: Covered, loose: Covered) -> Reading | None:
    """Sub-districts served: at least those where all that may live there reach a site, a home anywhere but one less."""
    if town.districts is None:
        return None
    low = 0
    if not town.no_street and not town.undrawn_barriers:
        low = max(_count_served(strict, town.unserved_open(strict), "covered", least=1e-9) - town.open.undrawn, 0)
    served = _count_served(loose, set(), "covered_high")
    anywhere = town.undrawn_sites or town.undrawn_streets
    high = len(town.districts) if anywhere else max(low, served, town.administrative(town.districts))
    return Reading(low=low, high=high, unit="count")


def _count_served(run: Covered, without: set[Any], end: str, least: float = 0.0) -> int:
    """Sub-districts in which everyone reaches a site, of ``least`` people or more, those of ``without`` left out."""
    known = {None, *without}
    rows = [row["residents"] for row in run.breakdown if row["keys"]["sub_district"] not in known]
    return sum(row is not None and row["total"] >= least and at_least(row[end], row["total"]) for row in rows)


def share_of(part: float, whole: float) -> float | None:
    """A share, None where there is nothing to share."""
    return part / whole if whole > 0 else None

"""The interval of a coverage: shares of people and of metres, sub-districts served, over all that is unknown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from urbanplan.measure.coverage_unknown import covered_fractions, share_range
from urbanplan.model.comparison import at_least
from urbanplan.model.reading import Reading

if TYPE_CHECKING:
    from urbanplan.measure.coverage_parameters import Coverage
    from urbanplan.measure.coverage_scenario import CoverageScenario
    from urbanplan.network.walk.coverage import Coverage as Covered


def coverage_reading(params: Coverage, town: CoverageScenario, strict: Covered, loose: Covered) -> Reading | None:
    """The interval that a target asks for; None where it cannot be told."""
    if params.reading == "subdistricts":
        return _served_reading(town, strict, loose)
    if params.reading == "streets":
        ends = street_share(town, strict.covered_m, strict.total_m, loose.covered_high_m, loose.total_m)
    elif strict.residents is None or loose.residents is None:
        return None
    else:
        least, most = strict.residents, loose.residents
        fractions = [
            covered_fractions(strict, town.unknown, low=True),
            covered_fractions(loose, town.unknown, low=False),
        ]
        ends = share_range(
            (0.0 if town.no_street else least.covered, least.total),
            (most.covered_high, most.total),
            town.unknown,
            np.concatenate(fractions),
        )
    if ends is None:
        return None
    return Reading(low=ends[0], high=1.0 if town.undrawn_sites else ends[1], unit="share")


def street_share(
    town: CoverageScenario, covered: float, sure_m: float, covered_high: float, total: float
) -> tuple[float, float] | None:
    """Share of street metres: streets that may not count are uncovered at the low end, and only covered at the high."""
    if total <= 0:
        return None
    if town.certain_streets:
        return covered / total, max(covered, covered_high) / total
    low = 0.0 if town.no_street else covered / total
    return low, max(low, covered_high / max(sure_m, covered_high, 1e-9))


def _served_reading(town: CoverageScenario, strict: Covered, loose: Covered) -> Reading | None:
    """Sub-districts served: at least those where all that may live there reach a site, a home anywhere but one less."""
    if town.districts is None:
        return None
    open_homes = town.unserved_unknown(strict)
    low = 0 if town.no_street else max(_count_served(strict, open_homes) - town.unknown.undrawn, 0)
    served = _count_served(loose, set(), "covered_high")
    high = len(town.districts) if town.undrawn_sites else max(low, served, town.administrative(town.districts))
    return Reading(low=low, high=high, unit="count")


def _count_served(run: Covered, without: set[Any], end: str = "covered") -> int:
    """Sub-districts in which everyone reaches a site, those of ``without`` left out."""
    known = {None, *without}
    rows = [row for row in run.breakdown if row["keys"]["sub_district"] not in known]
    return sum(
        row["residents"] is not None and at_least(row["residents"][end], row["residents"]["total"]) for row in rows
    )


def share_of(part: float, whole: float) -> float | None:
    """A share, None where there is nothing to share."""
    return part / whole if whole > 0 else None

"""The band of readings of one walk: on the network, in a straight line, administrative and by catchment.

No text found fixes metres for minutes, so no reading is hidden: each says whether everyone is covered under it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import shapely

from urbanplan.model.comparison import at_least
from urbanplan.network.intervals import TOUCH_TOLERANCE, overlap_length
from urbanplan.network.shapes import edge_sections
from urbanplan.network.walk.breakdown import by_district, share_of
from urbanplan.network.walk.coverage import Coverage
from urbanplan.network.walk.districts import Districts
from urbanplan.network.walk.people import People, ServedPeople
from urbanplan.network.walk.scenario import Scenario, compute_reaches, run_scenario
from urbanplan.network.walk.sources import Sources
from urbanplan.network.walk.straight import SegmentMiddles, measure_middles, people_near, straight_intervals
from urbanplan.network.walk.tiers import minutes_spanning, read_circles
from urbanplan.network.walk.walk import Reach, precise_sum

if TYPE_CHECKING:
    import geopandas as gpd


@dataclass(frozen=True)
class BandReading:
    """One reading of the circle.

    Attributes:
        reading: ``network``, ``straight``, ``administrative`` or ``catchment``. within_m: the walk, or None.
        share, share_high: of street metres (of sub-districts for the last two).
        residents_share, residents_share_high: of people, None where none were given.
        holds: whether all are covered: True, False, or None where the low and the high reading differ in it.
    """

    reading: str
    within_m: float | None
    share: float | None
    share_high: float | None
    residents_share: float | None
    residents_share_high: float | None
    holds: bool | None


def band_around(within: float) -> list[float]:
    """Walks that stand for the same minutes: those of the declared circle that spans the walk, and the walk itself.

    A walk that no circle spans stands alone.
    """
    minutes = minutes_spanning(within, within)
    return [within] if minutes is None else sorted({*read_circles()[minutes], within})


def compute_readings(run: Coverage, question: Scenario, *, band: Sequence[float] | None = None) -> list[BandReading]:
    """All readings of a coverage run, those on the network first.

    Args:
        run: the run whose streets, sites and people are read. question: what it asked
            (:attr:`urbanplan.network.walk.coverage.Coverage.question`).
        band: metres; those around the question's walk unless given (:func:`band_around`).
    """
    walks = band_around(question.walk.within) if band is None else sorted(band)
    found, catchment = [], []
    looked = question.looked()
    for metres in walks:
        told = run_scenario(looked.within(metres))
        found.append(_reach_reading("network", metres, run, (told.low, told.high), told.served))
        if run.districts is not None:
            catchment.append(_catchment_reading(metres, run, run.districts, told.low, told.high, told.served))
    known = measure_middles(run.network, looked.put)
    straight = [_straight_reading(run, looked, metres, known) for metres in walks]
    offices = [] if run.districts is None else [_administrative_reading(run.places, run.districts)]
    return [*found, *straight, *offices, *catchment]


def _reach_reading(
    name: str,
    metres: float,
    run: Coverage,
    reached: tuple[Reach, Reach],
    served: Sequence[tuple[ServedPeople, ServedPeople]],
) -> BandReading:
    people = [tuple(one.total for one in pair) for pair in served]
    return _band_reading(
        name, metres, run, (reached[0].length, reached[1].length), people, [pair[0].people for pair in served]
    )


def _band_reading(
    name: str,
    metres: float,
    run: Coverage,
    metres_covered: tuple[float, float],
    people_covered: Sequence[tuple[float, ...]],
    people: Sequence[People],
) -> BandReading:
    share = share_of(metres_covered[0], run.total_m)
    high = share_of(max(metres_covered), run.total_m)
    if not people:
        return BandReading(name, metres, share, high, None, None, _is_covered(share, high))
    total = people[0].total
    low_people = share_of(min(pair[0] for pair in people_covered), total)
    high_people = share_of(max(pair[1] for pair in people_covered), total)
    return BandReading(name, metres, share, high, low_people, high_people, _is_covered(low_people, high_people))


def _is_covered(low: float | None, high: float | None) -> bool | None:
    """Whether everything is covered; what floating point adds is nothing."""
    if low is None or high is None:
        return None
    full_low, full_high = bool(at_least(low, 1.0)), bool(at_least(high, 1.0))
    return full_low if full_low == full_high else None


def _straight_reading(run: Coverage, question: Scenario, metres: float, known: SegmentMiddles | None) -> BandReading:
    """Everything within straight metres of a site, through walls and over rivers."""
    covered, people = [], []
    for low in (True, False):
        plus = question.put.margin if low else np.zeros(len(question.put))
        area = straight_intervals(question, metres - plus, known)
        covered.append(precise_sum(area.length))
        people.append([people_near(question.put, one, area, metres - plus) for one in question.people])
    pairs = [tuple(side[i] for side in people) for i in range(len(question.people))]
    return _band_reading("straight", metres, run, (covered[0], covered[1]), pairs, question.people)


def streets_by_walk(question: Scenario, band: Sequence[float]) -> gpd.GeoDataFrame:
    """Street parts with ``within``, the least walk of the band that reaches them (null: none does; low reading).

    Columns: ``street`` (row of the source feature), ``begin_m``, ``end_m``, ``covered``, ``within``, ``length_m``.
    """
    import geopandas as gpd

    network, walks = question.network, sorted(set(band))
    bare = replace(question, people=(), sights=None)
    covers = [compute_reaches(bare.within(metres))[0].covered for metres in walks]
    every = np.arange(network.edges, dtype=np.int64)
    edge = np.concatenate([every, *(np.tile(cover.line, 2) for cover in covers)])
    at = np.concatenate([np.zeros(network.edges), *(end for cover in covers for end in (cover.low, cover.high))])
    order = np.lexsort((at, edge))
    edge, low = edge[order], at[order]
    last = np.append(edge[1:] != edge[:-1], True)[: len(edge)]
    high = np.where(last, network.length[edge], np.append(low[1:], 0.0)[: len(edge)])
    real = high - low > TOUCH_TOLERANCE
    edge, low, high = edge[real], low[real], high[real]
    within = np.full(len(edge), np.nan)
    for metres, cover in zip(reversed(walks), reversed(covers), strict=True):
        within[overlap_length(cover, edge, low, high) > (high - low) / 2] = metres
    base = network.begin[edge]
    columns = {"street": network.row[edge], "begin_m": base + low, "end_m": base + high}
    columns |= {"covered": ~np.isnan(within), "within": within, "length_m": high - low}
    return gpd.GeoDataFrame(columns, geometry=edge_sections(network, edge, low, high), crs=network.crs)


def _administrative_reading(put: Sources, districts: Districts) -> BandReading:
    """Each sub-district has a site in it."""
    tree = shapely.STRtree(put.shapes)
    hit = np.unique(tree.query(districts.polygons, predicate="intersects")[0])
    share = share_of(len(hit), len(districts.ids))
    return BandReading("administrative", None, share, share, None, None, _is_covered(share, share))


def _catchment_reading(
    metres: float,
    run: Coverage,
    districts: Districts,
    low: Reach,
    high: Reach,
    served: tuple[tuple[ServedPeople, ServedPeople], ...],
) -> BandReading:
    """Everyone in a sub-district reaches a site: the share of sub-districts where that is so."""
    every = by_district(run.network, districts, low, high, served)
    rows = [row for row in every if row["keys"]["sub_district"] is not None]
    full = [_is_row_covered(row) for row in rows]
    count = max(len(rows), 1)
    sure, perhaps = sum(first for first, _ in full) / count, sum(second for _, second in full) / count
    return BandReading("catchment", metres, sure, perhaps, None, None, _is_covered(sure, perhaps))


def _is_row_covered(row: dict) -> tuple[bool, bool]:
    metres = {"total": row["total_m"], "covered": row["covered_m"], "covered_high": row["covered_high_m"]}
    part = row["residents"] or metres
    return bool(at_least(part["covered"], part["total"])), bool(at_least(part["covered_high"], part["total"]))

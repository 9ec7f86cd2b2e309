"""Coverage broken down by sub-district, and streets split into covered and uncovered parts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from urbanplan.network.graph import Network
from urbanplan.network.intervals import Floats, Ints, concatenate_intervals, group_sums, overlap_length
from urbanplan.network.shapes import edge_sections
from urbanplan.network.walk.people import ServedPeople
from urbanplan.network.walk.walk import Reach

if TYPE_CHECKING:
    import geopandas as gpd

    from urbanplan.network.walk.districts import Districts


def share_of(part: float, whole: float) -> float | None:
    """A share, None where there is nothing to share."""
    return None if whole <= 0 else part / whole


def by_district(
    network: Network,
    districts: Districts,
    low: Reach,
    high: Reach,
    served: tuple[tuple[ServedPeople, ServedPeople], ...],
) -> list[dict[str, Any]]:
    """One row per sub-district, and one (key None) for streets outside all; the sums are those of the whole."""
    count = len(districts.ids) + 1
    owner = np.where(districts.owner < 0, count - 1, districts.owner)
    long = group_sums(owner, districts.high - districts.low, count)
    parts = [_covered_lengths(districts, owner, reached, count) for reached in (low, high)]
    people = [tuple(_people_by_district(districts, one, count) for one in pair) for pair in served]
    rows = []
    for i in range(count):
        if i == count - 1 and long[i] == 0 and not any(pair[0][0][i] for pair in people):
            continue
        rows.append(
            {
                "keys": {"sub_district": districts.ids[i] if i < count - 1 else None},
                "total_m": float(long[i]),
                "covered_m": float(parts[0][i]),
                "covered_high_m": float(max(parts[0][i], parts[1][i])),
                "share": share_of(float(parts[0][i]), float(long[i])),
                "residents": _residents_row(people, i),
            }
        )
    return rows


def _covered_lengths(districts: Districts, owner: Ints, reached: Reach, count: int) -> Floats:
    part = overlap_length(reached.covered, districts.edge, districts.low, districts.high)
    return group_sums(owner, np.maximum(part, 0.0), count)


def _people_by_district(districts: Districts, served: ServedPeople, count: int) -> tuple[Floats, Floats]:
    """People and covered people of each district: homes by where they stand, those of an area by its land."""
    people = served.people
    if len(people.cells):
        return _cells_by_district(districts, served, count)
    home = districts.holding(people.points)
    home = np.where(home < 0, count - 1, home)
    total = group_sums(home, people.count, count)
    total[-1] += people.lost
    return total, group_sums(home, people.count * served.reached, count)


def _cells_by_district(districts: Districts, served: ServedPeople, count: int) -> tuple[Floats, Floats]:
    """People of areas by district: each area's people, and its covered people, shared by its land."""
    people, cells = served.people, len(served.people.cells)
    whole = group_sums(people.cell, np.concatenate([people.count, people.living]), cells) + people.cell_lost
    reached = group_sums(people.cell, np.concatenate([people.count * served.reached, served.covered]), cells)
    cell, owner, share = districts.shares(people.cells)
    owner = np.where(owner < 0, count - 1, owner)
    return group_sums(owner, whole[cell] * share, count), group_sums(owner, reached[cell] * share, count)


def _residents_row(people: list[tuple[tuple[Floats, Floats], ...]], i: int) -> dict[str, float | None] | None:
    if not people:
        return None
    low = min(float(pair[0][1][i]) for pair in people)
    high = max(float(pair[-1][1][i]) for pair in people)
    total = float(people[0][0][0][i])
    return {"total": total, "covered": low, "covered_high": max(low, high), "share": share_of(low, total)}


def split_streets(network: Network, reached: Reach) -> gpd.GeoDataFrame:
    """Covered and uncovered parts as lines, in the order of the streets."""
    import geopandas as gpd

    left, done = reached.left(network), reached.covered
    parts = concatenate_intervals([done, left])
    covered = np.arange(len(parts)) < len(done)
    order = np.lexsort((parts.low, network.begin[parts.line], network.row[parts.line]))
    parts, covered = parts.pick(order), covered[order]
    base = network.begin[parts.line]
    return gpd.GeoDataFrame(
        {
            "covered": covered,
            "length_m": parts.length,
            "street": network.row[parts.line],
            "begin_m": base + parts.low,
            "end_m": base + parts.high,
        },
        geometry=edge_sections(network, parts.line, parts.low, parts.high),
        crs=network.crs,
    )

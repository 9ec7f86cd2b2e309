"""Gaps: uncovered parts of streets as split lines, with the nearest site and how far the farthest point is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from urbanplan.network.graph import Network
from urbanplan.network.intervals import Floats, Intervals, Ints, join_keys
from urbanplan.network.shapes import edge_sections
from urbanplan.network.walk.covered_intervals import find_seeds
from urbanplan.network.walk.search import nearest_source
from urbanplan.network.walk.walk import Reach

if TYPE_CHECKING:
    import geopandas as gpd


def gap_frame(
    network: Network, reached: Reach, gaps: Intervals, *, ids: NDArray[np.object_], residents: Floats | None
) -> gpd.GeoDataFrame:
    """The gaps as a frame, those with most residents first, then the longest.

    Columns: ``length_m``, ``residents`` (null where none are given), ``nearest`` (id of the site nearest to the
    gap's farthest point), ``distance_m`` from there (both null where no way leads), ``street`` (row of the source
    feature), ``begin_m`` and ``end_m`` along it, geometry in the network's CRS.
    """
    import geopandas as gpd
    import pandas as pd

    people = np.zeros(len(gaps)) if residents is None else residents
    order = np.lexsort((gaps.low, gaps.line, -gaps.length, -people))
    gaps = gaps.pick(order)
    distance, place = _farthest_in_gaps(network, reached, gaps)
    name = np.full(len(gaps), None, dtype=object)
    name[place >= 0] = ids[place[place >= 0]]
    base = network.begin[gaps.line]
    return gpd.GeoDataFrame(
        {
            "length_m": gaps.length,
            "residents": np.full(len(gaps), np.nan) if residents is None else residents[order],
            "nearest": pd.Series(name, dtype=object),
            "distance_m": np.where(np.isfinite(distance), distance, np.nan),
            "street": network.row[gaps.line],
            "begin_m": base + gaps.low,
            "end_m": base + gaps.high,
        },
        geometry=edge_sections(network, gaps.line, gaps.low, gaps.high),
        crs=network.crs,
    )


def _farthest_in_gaps(network: Network, reached: Reach, gaps: Intervals) -> tuple[Floats, Ints]:
    """Farthest of the pieces of each gap: a touch at the walk itself covers no metre, yet no way leads past it."""
    seen = reached.seen
    row, part = join_keys(gaps.line, seen.edge)
    inside = (seen.low[part] > gaps.low[row]) & (seen.high[part] < gaps.high[row])
    if not inside.any():
        return farthest_points(network, reached, gaps)
    owner = np.concatenate([np.arange(len(gaps)), row[inside]])
    low = np.concatenate([gaps.low, seen.low[part[inside]]])
    order = np.lexsort((low, owner))
    owner, low = owner[order], low[order]
    last = np.append(owner[1:] != owner[:-1], True)
    high = np.where(last, gaps.high[owner], np.append(low[1:], 0.0))
    distance, place = farthest_points(network, reached, Intervals(gaps.line[owner], low, high))
    order = np.lexsort((-place, distance, owner))[last]  # the last of each gap: as many rows in the same order of gaps
    return distance[order], place[order]


def farthest_points(network: Network, reached: Reach, gaps: Intervals) -> tuple[Floats, Ints]:
    """Distance of each gap's farthest point from the places and the nearest place, -1 where no way leads."""
    node, label, place = find_seeds(network, reached.seen)
    labels, origin = nearest_source(network, node, label, place)
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

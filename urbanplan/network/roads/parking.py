"""Car parks on the street network: the year's new spaces, the linked stock, who is too far, what counts twice.

New spaces are a flow, against the lots that the baseline had; linked lots are a stock.  What an attribute does not
tell widens the figure.
"""

from __future__ import annotations

import datetime
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from numpy.typing import NDArray

from urbanplan.layer.dates import opened_between
from urbanplan.layer.repeated_ids import certain_groups, drop_equal_rows, least_of_groups
from urbanplan.model.finding import Finding, build_finding
from urbanplan.network.graph import Network
from urbanplan.network.intersections import Mask
from urbanplan.network.intervals import Floats
from urbanplan.network.walk.covered_intervals import compute_reach
from urbanplan.network.walk.leg_join import join_legs
from urbanplan.network.walk.people import home_distance
from urbanplan.network.walk.sources import sources_from_frame
from urbanplan.network.walk.walk import Walk

if TYPE_CHECKING:
    import geopandas as gpd

Range = tuple[float, float | None]
SERVICE_RADIUS = 300.0
"""Metres of the service radius outside a centre (200 in one); an older rule, read in a copy only: unverified."""
DUPLICATE_DISTANCE = 5.0
"""Metres within which two car parks of the same size may be one."""


@dataclass(frozen=True)
class ParkingRules:
    """Which lots count: opened in ``since..until`` and not in the baseline; ``kind`` and in use for the stock."""

    since: datetime.date | None = None
    until: datetime.date | None = None
    in_use: str = "投用"
    kind: str = "经营性"
    radius: float = SERVICE_RADIUS
    leg: float = 50.0


@dataclass(frozen=True, eq=False)
class Parking:
    """The answer: pairs are (low, high), None for no end.

    Attributes:
        new_spaces: opened in the time asked and not there at the baseline. baseline_spaces: there before.
        linked_lots: operating lots that are linked. by_district: rows of sub-district, new and all spaces.
        beyond: of the buildings, how many are farther than the radius from a lot in use: ``straight`` and ``walked``.
        twice: pairs of lots that may be one. walked: way of each building, infinity beyond the radius.
    """

    new_spaces: Range
    baseline_spaces: Range
    linked_lots: tuple[int, int]
    by_district: tuple[dict[str, Any], ...]
    beyond: dict[str, Any] | None
    twice: tuple[tuple[str, str], ...]
    findings: tuple[Finding, ...]
    walked: Floats

    def document(self) -> dict[str, Any]:
        """The answer as plain data."""
        told = asdict(self)
        return {
            key: told[key] for key in ("new_spaces", "baseline_spaces", "linked_lots", "by_district", "beyond", "twice")
        }


def analyse_parking(
    lots: gpd.GeoDataFrame,
    *,
    network: Network | None = None,
    buildings: gpd.GeoDataFrame | None = None,
    districts: gpd.GeoDataFrame | None = None,
    rules: ParkingRules | None = None,
) -> Parking:
    """Look at car parks.

    Args:
        lots: points or polygons with ``id``, ``spaces``; ``stage``, ``kind``, ``linked``, ``baseline`` and
            ``opened`` are used.
        network, buildings: for the service radius, in the same projected CRS. districts: areas with a column ``id``.
    """
    rules = rules or ParkingRules()
    lots, copies = drop_equal_rows(lots, "id") if "id" in lots.columns else (lots, np.ones(len(lots), dtype=np.intp))
    spaces = _numbers(lots, "spaces")
    held = _Lots(spaces, lots["id"].astype(str).to_numpy() if "id" in lots.columns else np.arange(len(lots)), copies)
    in_use = _equals(lots, "stage", rules.in_use)
    old = _read_flag(lots, "baseline")
    new = _three_valued_and(in_use, _three_valued_and(1 - old, _is_opened_in_time(lots, rules)))
    stock = _three_valued_and(in_use, _three_valued_and(_equals(lots, "kind", rules.kind), _read_flag(lots, "linked")))
    twice, found = _likely_duplicates(lots, spaces)
    beyond, walked = _buildings_beyond_radius(lots, in_use, network, buildings, rules)
    return Parking(
        held.sum_range(new),
        held.sum_range(_three_valued_and(in_use, old)),
        (int((stock == 1).sum()), int((stock != 0).sum())),
        tuple(_spaces_by_district(lots, held, new, in_use, districts)),
        beyond,
        twice,
        found,
        walked,
    )


def _equals(frame: gpd.GeoDataFrame, column: str, value: str) -> Floats:
    """1 where the column is the value, 0 where it is another, NaN where nobody tells."""
    if column not in frame.columns:
        return np.full(len(frame), np.nan)
    text = frame[column].astype("string")
    return np.where(text.isna(), np.nan, (text == value).fillna(False).astype(float))


def _read_flag(frame: gpd.GeoDataFrame, column: str) -> Floats:
    if column not in frame.columns:
        return np.full(len(frame), np.nan)
    text = frame[column].astype("string").str.lower()
    return np.where(text.isna(), np.nan, text.isin(["true", "1", "1.0", "yes", "是"]).fillna(False).astype(float))


def _three_valued_and(a: Floats, b: Floats) -> Floats:
    """Three-valued: a certain no wins over what nobody tells."""
    return np.where((a == 0) | (b == 0), 0.0, a * b)


def _is_opened_in_time(frame: gpd.GeoDataFrame, rules: ParkingRules) -> Floats:
    if "opened" not in frame.columns:
        return np.full(len(frame), np.nan)
    return opened_between(frame["opened"], rules.since, rules.until)


def _numbers(frame: gpd.GeoDataFrame, column: str) -> Floats:
    import pandas as pd

    found = pd.to_numeric(frame[column], errors="coerce").to_numpy(dtype=float, na_value=np.nan)
    return np.where(found >= 0, found, np.nan)


@dataclass(frozen=True, eq=False)
class _Lots:
    """Spaces of each lot, NaN where nobody tells; its id, and how many rows bear it: one lot or several."""

    spaces: Floats
    ids: NDArray[Any]
    copies: NDArray[np.intp]

    def only(self, mask: NDArray[np.bool_]) -> _Lots:
        return _Lots(self.spaces[mask], self.ids[mask], self.copies[mask])

    def sum_range(self, truth: Floats) -> Range:
        """Spaces of the lots that surely count .. of all that may; no end where the spaces of one are not told."""
        surely, least = truth == 1, np.nan_to_num(self.spaces)
        low = least[surely & (self.copies == 1)].sum() + least_of_groups(
            certain_groups(self.ids.astype(object), self.copies, surely), least
        )
        high = self.spaces[truth != 0].sum()
        return float(low), None if np.isnan(high) else float(high)


def _spaces_by_district(
    lots: gpd.GeoDataFrame, held: _Lots, new: Floats, in_use: Floats, districts: gpd.GeoDataFrame | None
) -> list[dict[str, Any]]:
    if districts is None or not len(districts):
        return []
    points = shapely.point_on_surface(np.asarray(lots.geometry.array, dtype=object))
    lot, area = shapely.STRtree(districts.geometry.to_numpy()).query(points, predicate="intersects")
    home = np.full(len(lots), -1, dtype=np.int64)
    home[lot[::-1]] = area[::-1]  # a lot on a border belongs to the first
    names = [*districts["id"].astype(str), "—"]
    rows = []
    for k, name in enumerate(names):
        mine = home == (k if k < len(districts) else -1)
        if mine.any():
            pairs = {
                "new_spaces": held.only(mine).sum_range(new[mine]),
                "spaces": held.only(mine).sum_range(in_use[mine]),
            }
            rows.append({"subdistrict": name, "lots": int(mine.sum()), **pairs})
    return rows


def _likely_duplicates(
    lots: gpd.GeoDataFrame, spaces: Floats
) -> tuple[tuple[tuple[str, str], ...], tuple[Finding, ...]]:
    """Pairs of lots within a few metres with the same number of spaces, or with one name and number of spaces."""
    shapes = np.asarray(lots.geometry.array, dtype=object)
    one, two = shapely.STRtree(shapes).query(shapes, predicate="dwithin", distance=DUPLICATE_DISTANCE)
    keep = (one < two) & (spaces[one] == spaces[two]) & (spaces[one] > 0)
    ids = lots["id"].astype(str).to_numpy() if "id" in lots.columns else np.arange(len(lots)).astype(str)
    pairs = tuple((str(ids[a]), str(ids[b])) for a, b in zip(one[keep], two[keep], strict=True))
    found = tuple(
        build_finding("network-parking-twice", feature=ids[b], geometry=to_geojson(shapes[b]), other=ids[a])
        for a, b in zip(one[keep], two[keep], strict=True)
    )
    return pairs, found


def to_geojson(shape: Any) -> dict[str, Any]:
    """A shape as plain data."""
    return shapely.geometry.mapping(shape)


def _buildings_beyond_radius(
    lots: gpd.GeoDataFrame,
    in_use: Floats,
    network: Network | None,
    buildings: gpd.GeoDataFrame | None,
    rules: ParkingRules,
) -> tuple[dict[str, Any] | None, Floats]:
    """Buildings farther than the radius from a lot in use, in a straight line and along the streets."""
    open_: Mask = in_use == 1
    if buildings is None or not len(buildings) or not open_.any():
        return None, np.empty(0)
    served = lots[open_].reset_index(drop=True)
    shapes: NDArray[np.object_] = np.asarray(buildings.geometry.array, dtype=object)
    near, _ = shapely.STRtree(served.geometry.to_numpy()).query(shapes, predicate="dwithin", distance=rules.radius)
    straight = len(buildings) - len(np.unique(near))
    told: dict[str, Any] = {"buildings": len(buildings), "radius_m": rules.radius, "straight": straight, "walked": None}
    if network is None:
        return told, np.empty(0)
    reached = compute_reach(network, sources_from_frame(served), Walk(rules.radius, rules.leg, engine="scipy"))
    sight = join_legs(network, sources_from_frame(buildings.reset_index(drop=True)), leg=rules.leg)
    way = home_distance(network, sight, len(buildings), reached)
    told["walked"] = int((~np.isfinite(way)).sum())
    return told, way

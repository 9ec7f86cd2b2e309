"""Car parks: flow and stock, three-valued, by sub-district, beyond the radius, twice."""

from __future__ import annotations

import datetime
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from urbanplan.network.build import road_network
from urbanplan.network.roads.parking import ParkingRules, analyse_parking

CRS = "EPSG:4547"
YEAR = ParkingRules(since=datetime.date(2025, 1, 1), until=datetime.date(2025, 12, 31))
ROWS: list[tuple[Any, ...]] = [
    ("A", 0, 0, 100, "投用", "经营性", True, True, "2020-01-01"),
    ("B", 500, 0, 60, "投用", "经营性", True, False, "2025-06-01"),
    ("C", 900, 0, 40, "投用", "公共", True, False, None),  # nobody knows when it opened
    ("D", 1300, 0, 30, "在建", "经营性", None, False, "2025-06-01"),  # not in use
    ("E", 1301, 0, 30, "投用", "经营性", None, False, "2024-06-01"),  # linked? opened the year before
]


def lots() -> gpd.GeoDataFrame:
    names = ("id", "x", "y", "spaces", "stage", "kind", "linked", "baseline", "opened")
    data = {name: [row[k] for row in ROWS] for k, name in enumerate(names)}
    return gpd.GeoDataFrame(data, geometry=gpd.points_from_xy(data["x"], data["y"]), crs=CRS)


def test_flow_stock_and_what_nobody_tells() -> None:
    found = analyse_parking(lots(), rules=YEAR)
    assert found.new_spaces == (60, 100)
    assert found.baseline_spaces == (100, 100)
    assert found.linked_lots == (2, 3)
    assert found.beyond is None


def test_two_lots_at_one_place() -> None:
    found = analyse_parking(lots(), rules=YEAR)
    assert found.twice == (("D", "E"),)
    assert [hit.code for hit in found.findings] == ["network-parking-twice"]


def test_spaces_by_district() -> None:
    areas = gpd.GeoDataFrame({"id": ["W"]}, geometry=[shapely.box(-10, -10, 600, 10)], crs=CRS)
    rows = {row["subdistrict"]: row for row in analyse_parking(lots(), districts=areas, rules=YEAR).by_district}
    assert rows["W"]["new_spaces"] == (60, 60)
    assert rows["W"]["spaces"] == (160, 160)
    assert rows["—"]["lots"] == 3


def test_the_radius_straight_and_along_the_streets() -> None:
    bends = [shapely.LineString([(0, 0), (0, 400), (250, 400), (250, 0)])]
    network = road_network(gpd.GeoDataFrame(geometry=bends, crs=CRS))
    houses = gpd.GeoDataFrame(geometry=[shapely.Point(250, 0), shapely.Point(0, 200), shapely.Point(0, 700)], crs=CRS)
    found = analyse_parking(lots().iloc[:1], network=network, buildings=houses, rules=YEAR)
    assert found.beyond == {"buildings": 3, "radius_m": 300, "straight": 1, "walked": 2}
    assert found.walked[1] == pytest.approx(200)


def test_spaces_that_nobody_tells_have_no_upper_end_and_a_row_given_twice_counts_once() -> None:
    rows = lots()
    rows["spaces"] = rows["spaces"].astype("Float64")
    rows.loc[1, "spaces"] = None
    found = analyse_parking(rows, rules=YEAR)
    assert found.new_spaces == (0, None)
    assert found.baseline_spaces == (100, 100)
    twice = gpd.GeoDataFrame(pd.concat([lots(), lots()], ignore_index=True), crs=CRS)
    assert analyse_parking(twice, rules=YEAR).new_spaces == (60, 100)
    other = lots().iloc[[1]].assign(spaces=80)
    both = gpd.GeoDataFrame(pd.concat([lots(), other], ignore_index=True), crs=CRS)
    assert analyse_parking(both, rules=YEAR).new_spaces == (60, 180)

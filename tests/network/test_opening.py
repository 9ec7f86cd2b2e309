"""Opening dates, stages, dual carriageways and stretches opened twice: what nobody tells widens the mileage."""

from __future__ import annotations

import datetime
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from urbanplan.layer.dates import day_ends, opened_between
from urbanplan.network.roads.mileage import measure_mileage
from urbanplan.network.roads.mileage_findings import mileage_findings
from urbanplan.network.roads.mileage_rules import MileageRules

YEAR = MileageRules(since=datetime.date(2025, 1, 1), until=datetime.date(2025, 12, 31))
HALF = MileageRules(since=datetime.date(2025, 7, 1), until=datetime.date(2025, 12, 31))


def roads(*lines: tuple[float, float, float], **columns: list[Any]) -> gpd.GeoDataFrame:
    shapes = [shapely.LineString([(x0, y), (x1, y)]) for x0, x1, y in lines]
    return gpd.GeoDataFrame({"id": range(len(lines)), **columns}, geometry=shapes, crs=4547)


def opened(frame: gpd.GeoDataFrame, rules: MileageRules = YEAR) -> tuple[float, float]:
    found = measure_mileage(frame, rules=rules)
    return found.opened_low_m, found.opened_high_m


@pytest.mark.parametrize(
    ("value", "first", "last"),
    [
        ("2025-03-01", "2025-03-01", "2025-03-01"),
        ("2025-03-01T08:00:00+08:00", "2025-03-01", "2025-03-01"),
        ("2025/3/1", "2025-03-01", "2025-03-01"),
        ("2025年3月1日", "2025-03-01", "2025-03-01"),
        ("20250301", "2025-03-01", "2025-03-01"),
        ("2025", "2025-01-01", "2025-12-31"),
        ("2025年", "2025-01-01", "2025-12-31"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2024年2月", "2024-02-01", "2024-02-29"),
        (" 2025-12 ", "2025-12-01", "2025-12-31"),
        ("01/12/2024", "NaT", "NaT"),
        ("2025-02-30", "NaT", "NaT"),
        ("2025-13", "NaT", "NaT"),
        ("soon", "NaT", "NaT"),
        (None, "NaT", "NaT"),
    ],
)
def test_dates_as_intervals(value: Any, first: str, last: str) -> None:
    assert [str(end[0])[:10] for end in day_ends(pd.Series([value], dtype=object))] == [first, last]


def test_dates_of_columns_with_a_type_and_a_zone() -> None:
    for values in (
        pd.to_datetime(pd.Series(["2025-03-01", None])),
        pd.to_datetime(pd.Series(["2025-03-01T00:00:00Z", None])).dt.tz_convert("Asia/Shanghai"),
    ):
        told = opened_between(values, datetime.date(2025, 1, 1), None)
        assert told[0] == 1
        assert np.isnan(told[1])
    assert opened_between(pd.Series([2025, 2024]), datetime.date(2025, 1, 1), None).tolist() == [1, 0]


def test_a_year_alone_and_an_ambiguous_day_widen() -> None:
    frame = roads((0, 1000, 0), stage=["通车"], opened=["2025"])
    assert opened(frame) == (1000, 1000)
    assert opened(frame, HALF) == (0, 1000)
    assert opened(roads((0, 1000, 0), stage=["通车"], opened=["01/12/2024"])) == (0, 1000)


@pytest.mark.parametrize(
    ("stage", "reading"),
    [(" 通车 ", (1000, 1000)), ("已通车", (0, 1000)), ("", (0, 1000)), (None, (0, 1000)), ("在建", (0, 0))],
)
def test_stages_outside_the_list_tell_nothing(stage: Any, reading: Any) -> None:
    frame = roads((0, 1000, 0), stage=[stage], opened=["2025-03-01"])
    assert opened(frame) == reading
    codes = [note.code for note in mileage_findings(frame, measure_mileage(frame, rules=YEAR), rules=YEAR)]
    assert codes == ["network-stage-unknown"] * (stage in ("已通车", ""))


def test_two_parallel_lines_of_one_road_read_half_to_all() -> None:
    pair = [(0, 1000, 0), (0, 1000, 12)]
    told = {"stage": ["通车"] * 2, "opened": ["2025-03-01"] * 2}
    assert opened(roads(*pair, road=["R", "R"], **told)) == (1000, 2000)
    assert opened(roads(*pair, road=["R", "S"], **told)) == (2000, 2000)
    assert opened(roads(*pair, road=["R", "R"], carriageway=["left", "right"], **told)) == (1000, 1000)
    along = [(0, 1000, 0), (1000, 2000, 0)]
    assert opened(roads(*along, road=["R", "R"], **told)) == (2000, 2000)


def test_a_stretch_that_was_open_is_not_new() -> None:
    frame = roads((0, 1000, 0), (500, 1500, 0), stage=["通车"] * 2, opened=["2023-05-01", "2025-05-01"])
    assert opened(frame) == (500, 1000)
    found = measure_mileage(frame, rules=YEAR)
    assert (found.total_low_m, found.total_high_m, found.opened_again_m) == (1500, 1500, 500)
    assert [n.code for n in mileage_findings(frame, found, rules=YEAR)] == ["network-opened-twice"]


def test_the_rim_of_a_polygon_is_no_mileage() -> None:
    frame = roads((0, 1000, 0))
    frame = pd.concat([frame, frame.assign(id=1, geometry=[shapely.box(0, 0, 10, 10)])], ignore_index=True)
    found = measure_mileage(frame, rules=YEAR)
    assert (found.drawn_m, found.inside_m, found.total_high_m) == (1000, 1000, 1000)
    (note,) = mileage_findings(frame, found, rules=YEAR)
    assert (note.code, note.features) == ("network-rim", ["1"])

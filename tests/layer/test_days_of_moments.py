"""The day of a moment is that of the clock where it was written; where only UTC is told it is not known."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import geopandas as gpd
import pandas as pd
import pytest
from shapely import Point

import urbanplan
from urbanplan.layer.conform import coerce_values
from urbanplan.layer.dates import coerce_days, day_ends
from urbanplan.model.layertype import FieldSpec

DAY = FieldSpec(type="date")


def days(*values):
    return [None if pd.isna(one) else str(one)[:10] for one in coerce_days(pd.Series(list(values)))]


@pytest.mark.parametrize(
    ("moment", "first", "last"),
    [
        ("2025-12-31T16:00Z", "2025-12-31", "2026-01-01"),
        ("2026-01-01T00:00Z", "2026-01-01", "2026-01-01"),
        ("2025-12-31T10:00Z", "2025-12-30", "2026-01-01"),
        ("2025-12-31T09:59Z", "2025-12-30", "2025-12-31"),
        ("2025-12-31T12:00Z", "2025-12-31", "2026-01-01"),
        ("2026-01-01T00:30+08:00", "2026-01-01", "2026-01-01"),
        ("2025-12-31T23:30", "2025-12-31", "2025-12-31"),
        ("2025-03-01 09:30:00.5+00", "2025-02-28", "2025-03-01"),
    ],
)
def test_days_that_a_clock_on_earth_may_show(moment, first, last):
    for column in (pd.Series(pd.to_datetime([moment])), pd.Series([moment])):
        assert [str(end[0])[:10] for end in day_ends(column)] == [first, last]


def test_a_day_that_is_not_told_is_null_and_a_month_stays_one():
    assert days("2025-12-31T16:00:00Z", "2026-01-01T00:00:00Z", "2026-01-01T00:30:00+08:00") == [
        None, "2026-01-01", "2026-01-01",
    ]  # fmt: skip
    assert days("2025-12-31T10:00:00Z", "2025-12", "2025") == [None, "2025-12", "2025"]
    values, bad = coerce_values(pd.Series(pd.to_datetime(["2025-12-31T16:00Z", "2026-01-01T00:00Z"])), DAY)
    assert (values.isna().tolist(), bad.tolist()) == ([True, False], [True, False])


@pytest.mark.parametrize(
    ("clock", "day"), [("2026-01-01T00:00:00+08:00", "2026-01-01"), ("2025-12-31T16:00:00.000Z", None)]
)
def test_a_geopackage_gives_the_day_as_written_or_none(tmp_path, clock, day):
    frame = gpd.GeoDataFrame(
        {"id": ["A"], "opened": pd.to_datetime(["2025-01-01T00:00Z"])}, geometry=[Point(0, 0)], crs=4547
    )
    path = tmp_path / "sites.gpkg"
    urbanplan.write(frame, path)
    with closing(sqlite3.connect(path)) as store, store:
        for (name,) in store.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            store.execute(f'DROP TRIGGER "{name}"')  # they ask functions that only GDAL has
        store.execute("UPDATE sites SET opened = ?", (clock,))
        store.execute("UPDATE gpkg_contents SET last_change = '2026-01-02T00:00:00.000Z'")  # as an editor does
    read = urbanplan.read(path).frame
    assert days(*read["opened"]) == [day]

"""Moments keep their zones through every format that holds them, so that a filter finds the same rows."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
import shapely

import urbanplan
from urbanplan.layer.filter import evaluate_filter

CODES = [410100202500000001, 410100202500000002, 410100202500000003]
MOMENTS = ["2024-12-31T16:00:00Z", "2025-01-01T00:00:00Z", "2025-01-01T01:00:00Z"]


@pytest.mark.parametrize("ending", ["parquet", "gpkg", "fgb", "geojson"])
@pytest.mark.parametrize(
    ("where", "count"),
    [
        ("t >= TIMESTAMP('2025-01-01T00:00:00Z')", 2),
        ("t >= TIMESTAMP('2025-01-01T08:00:00+08:00')", 2),
        ("t < TIMESTAMP('2024-12-31T20:00:00Z')", 1),
        ("code = 410100202500000001", 1),
        ("code > 410100202500000001", 2),
    ],
)
def test_filters_find_the_same_rows_in_every_format(tmp_path, ending, where, count):
    moments = pd.to_datetime(MOMENTS, utc=True).tz_convert("Asia/Shanghai")
    points = shapely.points([(113.5, 34.8), (113.6, 34.8), (113.7, 34.8)])
    frame = gpd.GeoDataFrame({"id": ["a", "b", "c"], "code": CODES, "t": moments}, geometry=points, crs=4326)
    path = tmp_path / f"x.{ending}"
    if ending == "geojson":  # GDAL's driver of it is closed in this process
        path.write_text(frame.assign(t=[moment.isoformat() for moment in moments]).to_json(), encoding="utf-8")
    elif ending == "parquet":
        frame.to_parquet(path)
    else:
        frame.to_file(path)
    found = evaluate_filter(urbanplan.read(path).frame, where)
    assert int(found.fillna(False).sum()) == count


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "America/St_Johns", "UTC", None])
def test_flatgeobuf_gives_back_the_moments(tmp_path, zone):
    moments = pd.to_datetime(["2024-12-31T16:00:00", None, "2025-01-31T01:00:00"])
    moments = moments if zone is None else moments.tz_localize(zone)
    points = shapely.points([(113.5, 34.8), (113.6, 34.8), (113.7, 34.8)])
    gpd.GeoDataFrame({"t": moments}, geometry=points, crs=4326).to_file(tmp_path / "x.fgb")
    read = urbanplan.read(tmp_path / "x.fgb").frame["t"]
    if zone is None:
        assert read.dt.tz is None
        assert sorted(read.dropna()) == sorted(moments.dropna())
    else:
        assert sorted(read.dropna().dt.tz_convert("UTC")) == sorted(moments.dropna().tz_convert("UTC"))

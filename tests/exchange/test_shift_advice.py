"""Advice to undo a web map's shift: inside China only, one winner, never for data that fit, right when obeyed."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from shapely import box

from urbanplan.exchange import inspect
from urbanplan.exchange.crs.georeference import reproject
from urbanplan.layer.datum import wgs84_to_bd09, wgs84_to_gcj02

SHIFTS = {"gcj02": wgs84_to_gcj02, "bd09": wgs84_to_bd09}
ZHENGZHOU, HELSINKI = (113.45, 34.75), (24.9, 60.15)


def tiles(place, size=0.01):
    x, y = place
    shapes = [
        box(x + i * size, y + j * size, x + (i + 1) * size, y + (j + 1) * size) for i in range(5) for j in range(5)
    ]
    return gpd.GeoDataFrame({"name": [f"amap {k}" for k in range(25)]}, geometry=shapes, crs=4326)


def advice(folder, frame, reference):
    frame.to_file(folder / "a.gpkg")
    (layer,) = inspect(folder / "a.gpkg", reference=reference).layers
    return [row for row in layer.suspicions if row["code"] in SHIFTS]


@pytest.mark.parametrize("datum", SHIFTS)
def test_advice_is_right_when_obeyed(tmp_path, datum):
    true = tiles(ZHENGZHOU)
    shifted = true.set_geometry(
        shapely.transform(true.geometry.to_numpy(), lambda p: np.column_stack(SHIFTS[datum](p[:, 0], p[:, 1])))
    ).set_crs(4326)
    (row,) = advice(tmp_path, shifted, true)
    assert f"--datum {row['code']}" in row["repair"]
    back = reproject(shifted, datum=row["code"])
    assert back.to_crs(4547).distance(true.to_crs(4547), align=False).max() < 0.01
    assert back.to_crs(4547).centroid.distance(true.to_crs(4547).centroid).max() < 0.01


@pytest.mark.parametrize("place", [ZHENGZHOU, HELSINKI])
def test_data_that_fit_get_no_advice(tmp_path, place):
    assert advice(tmp_path, tiles(place), tiles(place)) == []


@pytest.mark.parametrize("east", [0.005, 0.0138])
def test_outside_china_there_is_no_advice(tmp_path, east):
    x, y = HELSINKI
    assert advice(tmp_path, tiles((x + east, y + 0.003)), tiles(HELSINKI)) == []
    assert advice(tmp_path, tiles(HELSINKI), None) == []

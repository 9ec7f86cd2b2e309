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
from urbanplan.layer.layer import Layer
from urbanplan.layer.validate import validate_layer
from urbanplan.model.layertype import FieldSpec, LayerType

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


def helsinki_layers(east, north):
    """A hand-made Helsinki layer: 25 blocks in EPSG:3879, moved by metres, and its district as it is."""
    blocks = tiles(HELSINKI).to_crs(3879)
    kind = LayerType(name="blocks", title={}, geometry="any", fields={"id": FieldSpec(unique=True)})
    names = [f"B-{n}" for n in range(len(blocks))]
    frame = gpd.GeoDataFrame({"id": names}, geometry=blocks.translate(east, north).to_numpy(), crs=3879)
    land = gpd.GeoDataFrame({"id": ["land"]}, geometry=[blocks.union_all()], crs=3879)
    return Layer("blocks", frame, kind), Layer("boundary", land, kind)


def test_helsinki_data_that_lie_762_m_off_are_not_told_to_undo_a_web_maps_shift(tmp_path):
    """Undoing BD-09 moves a place in Helsinki by about 762 m, which would bring this layer home: by chance, and wrongly."""
    x, y = HELSINKI
    lon, lat = wgs84_to_bd09(np.array([x]), np.array([y]))
    ends = gpd.GeoSeries(gpd.points_from_xy([x, lon[0]], [y, lat[0]]), crs=4326).to_crs(3879)
    east, north = ends.x.diff()[1], ends.y.diff()[1]
    assert np.hypot(east, north) == pytest.approx(762, abs=5)
    for by in ((0, 0), (east, north)):  # data that fit, and data that stick out by just that much
        layer, district = helsinki_layers(*by)
        assert [hit for hit in validate_layer(layer, boundary=district) if hit.code == "layer-datum-shift"] == []
        assert advice(tmp_path, layer.frame, district.frame) == []

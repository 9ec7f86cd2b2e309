"""Rain on a made place whose depths are known by hand, by files, frames, the command and a plan."""

from __future__ import annotations

import json

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from raster.place import CRS, at, heights, homes, line, parcels, streets, works, write_ground, write_plan

import urbanplan
from urbanplan.analysis.rain import parse_rains
from urbanplan.analysis.rain_result import screening_limits
from urbanplan.cli.app import run
from urbanplan.errors import UsageError
from urbanplan.exchange.gdal import drivers
from urbanplan.raster.elevation import elevation_from_array

FULL = 5000.0  # mm: the hole is full whatever drains to it


def ground(values=None):
    return elevation_from_array(
        heights() if values is None else values, transform=(10, 0, *at(0, 0)[:1], 0, -10, at(0, 0)[1]), crs=CRS
    )


@pytest.fixture(scope="module")
def full():
    return urbanplan.rain(ground(), rain=FULL, streets=streets(), parcels=parcels(), homes=homes())


def test_streets_are_wet_by_the_metre_and_a_bridge_is_unknown(full):
    table = full.table("streets").set_index("id")
    assert table.loc["S1", ["depth_m", "size", "0.15", "0.27", "0.40", "unknown"]].tolist() == pytest.approx(
        [1.0, 400, 100, 100, 100, 0]
    )
    assert table.loc["S2", ["depth_m", "0.15"]].tolist() == [0.0, 0.0]
    assert table.loc["S3", ["0.15", "unknown"]].tolist() == pytest.approx([0.0, 400])
    assert np.isnan(table.loc["S3", "depth_m"])
    assert full.table("streets")["id"].tolist()[0] == "S1"


def test_a_street_without_a_name_or_an_id_is_wet_too():
    lines = streets().assign(name=pd.array(["A", None, None], "string"), id=pd.array(["S1", None, "S3"], "string"))
    table = urbanplan.rain(ground(), rain=FULL, streets=lines).table("streets")
    assert sorted(zip(table["id"], table["name"], strict=True)) == [("", ""), ("S1", "A"), ("S3", "")]


def test_parcels_are_wet_by_their_cells_and_a_small_one_by_a_point(full):
    table = full.table("parcels").set_index("id")
    assert table["0.15"].tolist() == pytest.approx([10_000, 5_000, 4], rel=1e-4)
    assert table["size"].tolist() == pytest.approx([10_000, 10_000, 4], rel=1e-4)


def test_people_are_those_whose_home_lies_in_water(full):
    found = full.people()
    assert (found["total"], found["over"]["0.40"], found["uncounted"]) == (30.0, 10.0, 1)


def test_depressions_have_their_closed_form(full):
    row = full.document()["depressions"][0]
    assert (row["depth_m"], row["area_m2"], row["volume_m3"]) == pytest.approx((1.0, 10_000, 10_000), rel=1e-3)
    shape = full.layers()["depressions"].geometry.iloc[0]
    assert shape.area == pytest.approx(10_000)


def test_the_balance_is_told(full):
    water = full.document()["rains"][0]
    assert water["rain_m3"] == pytest.approx(water["stored_m3"] + water["out_m3"])
    assert abs(water["balance"]) <= 1e-9
    assert len(full.document()["limits"]) == len(screening_limits()) == 4


def test_works_by_a_pipe_or_a_lowered_outlet_take_the_water_away():
    for columns in ({"pipe_m3": [1e6]}, {"outlet_m": [9.0]}):
        found = urbanplan.rain(ground(), rain=FULL, works=works(**columns)).sections()
        assert found["before"].tolist() == pytest.approx([45])
        assert found["after"].tolist() == [0]
    bare = urbanplan.rain(ground(), rain=FULL, works=works())
    assert bare.sections()["after"].isna().all()
    assert any("pipe_m3" in str(one) for one in bare.notes)


def test_a_culvert_cuts_an_embankment():
    bank = heights()
    bank[24, :] = 12.0  # south of the hole's last row a bank
    bank[25:, :] = 5.0
    closed, culvert = ground(bank), gpd.GeoDataFrame({"id": ["C"]}, geometry=[line((205, 235), (205, 255))], crs=CRS)
    assert urbanplan.rain(closed, rain=FULL).ponding[0].stored_m3 > 8_000
    assert urbanplan.rain(closed, rain=FULL, culverts=culvert).ponding[0].stored_m3 == pytest.approx(0, abs=1e-6)


def test_an_underpass_cuts_down_to_the_level_that_it_says():
    bank = heights()
    bank[24, :] = 12.0
    bank[25:, :] = 5.0
    underpass = gpd.GeoDataFrame({"id": ["U"], "outlet_m": [9.5]}, geometry=[line((205, 235), (205, 255))], crs=CRS)
    found = urbanplan.rain(ground(bank), rain=FULL, culverts=underpass).ponding[0]
    assert found.stored_m3 == pytest.approx(9_000 * (9.5 - 9.0037), rel=1e-3)  # the hole's 90 cells, no deeper


def test_depth_classes_name_their_sources_unverified(full):
    rows = full.document()["depths"]
    assert [(row["metres"], row["status"]) for row in rows] == [(one, "unverified") for one in (0.15, 0.27, 0.40)]
    assert all(row["source"] and row["meaning"] for row in rows)


def test_whole_metres_are_warned_of():
    notes = urbanplan.rain(ground(np.round(heights())), rain=FULL).notes
    assert any(one.level == "warning" and "off by up to 0.5 m" in str(one) for one in notes)


def test_rains_are_parsed_and_checked():
    assert parse_rains("50, 100，200") == (50.0, 100.0, 200.0)
    with pytest.raises(UsageError, match="no depth of rain"):
        parse_rains("much")
    with pytest.raises(UsageError, match="-1 mm"):
        urbanplan.rain(ground(), rain=-1)
    with pytest.raises(UsageError, match="no streets"):
        urbanplan.rain(ground(), rain=1).table("streets")


def test_the_command_writes_json_layers_and_depths(tmp_path, capsys):
    dem, lines = write_ground(tmp_path / "dem.tif"), tmp_path / "streets.geojson"
    urbanplan.write(streets(), lines)
    out, grid, told = tmp_path / "rain.gpkg", tmp_path / "depth.tif", tmp_path / "rain.json"
    words = ["rain", "--elevation", dem, "--streets", lines, "--rain", "50,5000", "-o", out, "--grid", grid]
    assert run([*map(str, words), "--output", f"json:{told}"]) == 0
    document = json.loads(told.read_text(encoding="utf-8"))
    assert [row["rain_mm"] for row in document["rains"]] == [50, 5000]
    wet = [row for row in document["streets"] if row["rain_mm"] == 5000]
    assert wet[0]["over"]["0.15"] == pytest.approx(100, abs=0.01)
    assert set(gpd.list_layers(out)["name"]) == {"depressions", "ponding", "streets"}
    with drivers.load_rasterio().open(grid) as file:
        assert file.read(1)[20, 20] == pytest.approx(1.0)
        assert file.tags(ns="IMAGE_STRUCTURE")["LAYOUT"] == "COG"
        assert file.tags()["rain_mm"] == "5000"
    assert "streets under water" in capsys.readouterr().out


@pytest.fixture
def plan(tmp_path):
    return write_plan(tmp_path)


def test_a_plan_answers_with_its_own_layers(plan):
    found = urbanplan.rain_of_plan(plan, rain=FULL)
    assert found.table("streets")["0.15"].max() == pytest.approx(100, abs=0.01)
    assert found.document()["basis"] == "illustrative"


def test_a_plan_without_an_elevation_says_what_to_add(plan):
    text = plan.read_text(encoding="utf-8")
    plan.write_text(text.replace('type = "elevation"', 'type = "boundary"').replace("dem.tif", "x.geojson"))
    with pytest.raises(UsageError, match="no elevation"):
        urbanplan.rain_of_plan(plan)

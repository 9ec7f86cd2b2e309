"""The only door for frames: whatever the CRS, metres come out, or a refusal that says what to do."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import CRS, Proj
from shapely import LineString, Point
from towns import frame, line, spot

from urbanplan.analysis.frames import load_frames
from urbanplan.errors import CrsError, UrbanplanError, UsageError
from urbanplan.layer.crs import MAX_SCALE_ERROR, check_scale, scale_error

ROAD = gpd.GeoDataFrame({"id": ["r"]}, geometry=[LineString([(113.5, 34.8), (113.6, 34.8)])], crs=4326)
ROAD_M = 9157.7
"""Length of the road on the ellipsoid, metres."""
FEET = "+proj=tmerc +lon_0=114 +datum=WGS84 +units=us-ft"


@pytest.mark.parametrize("crs", [4326, 4490, 3857, FEET, 4547, 32649, 4526], ids=str)
def test_one_road_has_one_length_from_every_crs(crs: Any) -> None:
    loaded = load_frames({"streets": ROAD.to_crs(crs)})
    assert loaded.crs.is_projected
    assert {axis.unit_name for axis in loaded.crs.axis_info} == {"metre"}
    assert loaded["streets"].length.sum() == pytest.approx(ROAD_M, rel=1e-3)


def test_inputs_in_different_crs_come_out_in_one() -> None:
    sites = gpd.GeoDataFrame(geometry=[Point(113.55, 34.8)], crs=4326).to_crs(3857)
    loaded = load_frames({"streets": ROAD, "sites": sites, "barriers": None})
    assert loaded["streets"].crs == loaded["sites"].crs == CRS.from_epsg(4547)
    assert loaded["sites"].distance(loaded["streets"].geometry[0]).max() < 5
    assert loaded.get("barriers") is None


def test_the_working_crs_of_metres_is_kept_to_the_bit() -> None:
    streets = frame([line((0, 0), (100, 0))])
    assert shapely.equals_exact(load_frames({"streets": streets})["streets"].geometry[0], streets.geometry[0])


@pytest.mark.parametrize(
    ("crs", "says"),
    [
        ("EPSG:4326", "not a projected"),
        ("EPSG:3857", "not a projected"),
        ("EPSG:2263", "not a projected"),
        ("EPSG:999999", "unknown"),
        ("EPSG:4549", "EPSG:4547"),
    ],
)
def test_a_working_crs_that_is_no_metres_is_refused(crs: str, says: str) -> None:
    with pytest.raises(CrsError, match=says):
        load_frames({"streets": ROAD}, crs=crs)


def test_a_frame_in_the_wrong_zone_is_refused_with_the_right_one() -> None:
    with pytest.raises(CrsError, match="EPSG:4547"):
        load_frames({"streets": ROAD.to_crs(4549)})


@pytest.mark.parametrize("name", ["streets", "sites"])
def test_a_frame_without_crs_is_refused_by_name(name: str) -> None:
    inputs = {"streets": ROAD, "sites": ROAD.copy()}
    inputs[name] = gpd.GeoDataFrame(geometry=[Point(458_000, 3_853_000)])
    with pytest.raises(CrsError, match=f"^{name}: .*no coordinate system"):
        load_frames(inputs)


def test_a_given_crs_is_taken_for_frames_that_declare_none() -> None:
    bare = gpd.GeoDataFrame(geometry=[line((0, 0), (100, 0))])
    assert load_frames({"streets": bare}, crs="EPSG:4547")["streets"].crs == CRS.from_epsg(4547)


@pytest.mark.parametrize("value", [3, [1], "nowhere.gpkg", {"a": 1}])
def test_what_is_no_frame_is_an_error_of_the_house(value: object) -> None:
    with pytest.raises(UrbanplanError):
        load_frames({"streets": value})


def test_a_table_without_shapes_and_an_empty_layer_are_refused() -> None:
    with pytest.raises(UsageError, match="not a frame of shapes"):
        load_frames({"streets": ROAD.drop(columns="geometry")})
    with pytest.raises(UsageError, match="empty"):
        load_frames({"streets": ROAD.iloc[:0]})


def test_coordinates_outside_the_world_are_refused() -> None:
    metres = gpd.GeoDataFrame(geometry=[LineString([(458_000, 3_853_000), (459_000, 3_853_000)])], crs=4326)
    with pytest.raises(CrsError, match="outside the world"):
        load_frames({"streets": metres})


def test_rows_without_shape_are_left_out_with_a_note() -> None:
    some = gpd.GeoDataFrame(geometry=gpd.GeoSeries(np.array([spot(0, 0), None, Point()], dtype=object)), crs=4547)
    loaded = load_frames({"streets": frame([line((0, 0), (9, 0))]), "sites": some, "barriers": some})
    assert len(loaded["sites"]) == 3  # where they are is unknown, not whether they are: the run tells them
    assert len(loaded["barriers"]) == 1
    assert loaded.notes == ["barriers: 2 features without a shape are left out"]


def test_files_and_series_are_inputs_too(tmp_path: Path) -> None:
    path = tmp_path / "roads.gpkg"
    ROAD.to_crs(3857).rename_geometry("line").to_file(path)
    loaded = load_frames({"streets": path, "sites": gpd.GeoSeries([Point(113.55, 34.8)], crs=4326)})
    assert loaded["streets"].length.sum() == pytest.approx(ROAD_M, rel=1e-3)
    assert loaded.names == {"streets": "roads", "sites": "sites"}
    assert loaded.facts["files"] == {"streets": str(path)}


@given(st.floats(-2.5, 2.5), st.floats(-60, 60))
def test_the_scale_error_is_that_of_the_projection(off: float, latitude: float) -> None:
    crs = CRS.from_epsg(4547)
    proj = Proj(crs)
    x, y = proj(114 + off, latitude)
    factor = proj.get_factors(114 + off, latitude).meridional_scale
    assert scale_error(crs, (x, y, x, y)) == pytest.approx(abs(factor - 1), abs=1e-8)


def test_the_scale_error_is_the_worst_of_the_bounds() -> None:
    crs = CRS.from_epsg(4547)
    x, y = Proj(crs)([113.0, 116.5], [34.8, 34.8])
    narrow, wide = scale_error(crs, (x[0], y[0], x[0] + 1, y[0] + 1)), scale_error(crs, (x[0], y[0], x[1], y[1]))
    assert narrow < wide
    assert check_scale(crs, (x[0], y[0], x[0] + 1, y[0] + 1)) == narrow
    assert np.isinf(scale_error(crs, (1e30, 1e30, 1e30, 1e30)))


def test_an_extent_too_wide_for_any_zone_says_so() -> None:
    x, y = Proj(CRS.from_epsg(4547))([100.0, 128.0], [20.0, 45.0])
    with pytest.raises(CrsError, match="no zone holds it"):
        check_scale(CRS.from_epsg(4547), (x[0], y[0], x[1], y[1]))
    assert MAX_SCALE_ERROR == 1e-3

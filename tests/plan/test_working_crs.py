"""The working CRS of a plan: projected, in metres, true over the district, or an error with the right zone."""

from __future__ import annotations

import geopandas as gpd
import pytest
from pyproj import Geod
from shapely import LineString, box

from urbanplan.errors import CrsError
from urbanplan.layer.crs import scale_error
from urbanplan.plan import read_plan
from urbanplan.store.district_zone import scale_findings
from urbanplan.store.folder import read_plan_layers

PLAN = """id = "p"
title = "p"
as_of = 2025-12-31
[district]
name = "p"
crs = '{crs}'
boundary = "boundary"
[[layer]]
name = "boundary"
file = "boundary.gpkg"
type = "boundary"
basis = "surveyed"
"""
FEET = "+proj=tmerc +lon_0=114 +ellps=GRS80 +units=us-ft"


def plan(folder, crs, shape=None):
    shape = box(113.4, 34.7, 113.6, 34.9) if shape is None else shape
    frame = gpd.GeoDataFrame({"id": ["b"], "name": ["b"]}, geometry=[shape], crs=4490)
    frame.to_file(folder / "boundary.gpkg")
    (folder / "plan.toml").write_text(PLAN.format(crs=crs), encoding="utf-8")
    return folder / "plan.toml"


@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:4490", "EPSG:3857", "EPSG:2263", "EPSG:454", FEET, "+proj=webmerc"])
def test_a_crs_without_metres_is_an_error_at_its_line_with_the_right_zone(tmp_path, crs):
    with pytest.raises(CrsError, match=r"plan.toml:6.*EPSG:4547"):
        read_plan(plan(tmp_path, crs))


@pytest.mark.parametrize("crs", ["EPSG:4513", "EPSG:32651", "+proj=tmerc +lon_0=114 +k=1.002 +x_0=500000 +ellps=GRS80"])
def test_a_crs_of_another_zone_is_an_error_with_the_right_one(tmp_path, crs):
    with pytest.raises(CrsError, match=r"plan.toml:6.*EPSG:4547"):
        read_plan_layers(read_plan(plan(tmp_path, crs)))


def test_outside_china_the_zone_is_utm(tmp_path):
    with pytest.raises(CrsError, match="EPSG:32635"):
        read_plan(plan(tmp_path, "EPSG:4326", box(24.8, 60.1, 25.0, 60.3)))


def test_the_figure_is_told_beyond_the_limit_of_survey(tmp_path):
    """At 113.4 E, 55 km from the meridian, lengths are 3.8 cm/km too long."""
    made = read_plan(plan(tmp_path, "EPSG:4547"))
    (found,) = scale_findings(made, read_plan_layers(made)[0])
    assert (found.code, found.level) == ("plan-scale", "info")
    at_edge = gpd.GeoSeries([LineString([(113.4, 34.7), (113.4, 34.71)])], crs=4490)
    true = Geod(ellps="GRS80").geometry_length(at_edge[0])
    off = at_edge.to_crs(4547).length[0] / true - 1
    assert found.values["cm_per_km"] == pytest.approx(100_000 * off, rel=0.01)
    assert found.values["cm_per_km"] == pytest.approx(3.8, abs=0.2)


def test_near_the_meridian_nothing_is_told(tmp_path):
    made = read_plan(plan(tmp_path, "EPSG:4547", box(113.9, 34.7, 114.1, 34.9)))
    assert scale_findings(made, read_plan_layers(made)[0]) == []


def test_a_district_across_two_zones_is_no_error(tmp_path):
    made = read_plan(plan(tmp_path, "EPSG:4547", box(112.3, 34.7, 112.7, 34.9)))
    layers, _ = read_plan_layers(made)
    assert "boundary" in layers
    assert scale_error(layers["boundary"].frame.crs, layers["boundary"].frame.total_bounds) < 1e-3

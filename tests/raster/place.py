"""A made place: a plane at 10 m with one square hole, 1 m deep, in cells of 10 m, and what stands on it."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
from shapely import LineString, Point, box

import urbanplan
from urbanplan.exchange.gdal import drivers

CRS = "EPSG:4547"
EAST, NORTH = 490_000.0, 3_850_000.0
CELL = 10.0
PLAN = """schema_version = 1
id = "rain"
title = "rain"
as_of = 2025-12-31
[district]
name = "made"
crs = "EPSG:4547"
[[layer]]
name = "ground"
file = "dem.tif"
type = "elevation"
basis = "illustrative"
[[layer]]
name = "streets"
file = "streets.geojson"
type = "streets"
basis = "surveyed"
"""


def heights():
    ground = np.full((40, 40), 10.0037)  # no step of rounding can be seen
    ground[15:25, 15:25] = 9.0037
    return ground


def at(x, y):
    """Coordinates of metres east and south of the corner."""
    return EAST + x, NORTH - y


def line(*points):
    return LineString([at(*point) for point in points])


def write_ground(path, ground=None, crs=CRS):
    pytest.importorskip("rasterio")
    rasterio = drivers.load_rasterio()
    ground = heights() if ground is None else ground
    with rasterio.open(
        path, "w", driver="GTiff", height=ground.shape[0], width=ground.shape[1], count=1, dtype="float64", crs=crs,
        transform=rasterio.Affine(CELL, 0, EAST, 0, -CELL, NORTH),
    ) as file:  # fmt: skip
        file.write(ground, 1)
    return path


def streets():
    """One street through the hole, one beside it, one over it on a bridge."""
    rows = {"id": ["S1", "S2", "S3"], "name": ["through", "beside", "over"], "bridge": [False, False, True]}
    shapes = [line((0, 205), (400, 205)), line((0, 55), (400, 55)), line((205, 0), (205, 400))]
    return gpd.GeoDataFrame(rows, geometry=shapes, crs=CRS)


def write_plan(home, more=""):
    """The file of a plan of the place in a folder: its ground and streets, ``more`` at the end."""
    write_ground(home / "dem.tif")
    urbanplan.write(streets().assign(**{"class": "支路", "walkable": True}), home / "streets.geojson")
    (home / "plan.toml").write_text(PLAN + more, encoding="utf-8")
    return home / "plan.toml"


def homes():
    rows = {"id": ["H1", "H2", "H3"], "residents": [10.0, 20.0, np.nan]}
    return gpd.GeoDataFrame(rows, geometry=[Point(at(200, 200)), Point(at(50, 50)), Point(at(210, 210))], crs=CRS)


def parcels():
    shapes = [box(*at(150, 250), *at(250, 150)), box(*at(100, 250), *at(200, 150)), box(*at(203, 203), *at(201, 201))]
    return gpd.GeoDataFrame({"id": ["P1", "P2", "P3"]}, geometry=shapes, crs=CRS)


def works(**columns):
    rows = {"id": ["W1"], "name": ["through"], **columns}
    return gpd.GeoDataFrame(rows, geometry=[line((205, 205), (205, 400))], crs=CRS)

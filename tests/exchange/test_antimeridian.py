"""What passes the 180th meridian is cut there, as RFC 7946 asks; the other shapes are not touched."""

from __future__ import annotations

import json

import geopandas as gpd
import numpy as np
import pytest
import shapely
from exchange.rfc7946 import check

from urbanplan.errors import ExchangeError
from urbanplan.exchange import read, write
from urbanplan.exchange.geometry import antimeridian

PACIFIC = "EPSG:3832"  # Mercator around 150 degrees east: the meridian lies inside


def frame(*shapes, crs="EPSG:4326"):
    return gpd.GeoDataFrame({"id": [f"P{at}" for at in range(len(shapes))]}, geometry=list(shapes), crs=crs)


def write_geojson(made, folder):
    path = folder / "made.geojson"
    write(made, path)
    check(path)
    geometries = [feature["geometry"] for feature in json.loads(path.read_bytes())["features"]]
    return [shapely.geometry.shape(geometry) for geometry in geometries]


BOTH = shapely.MultiPolygon([shapely.box(179, 10, 180, 12), shapely.box(-180, 10, -179, 12)])


@pytest.mark.parametrize("ending", [".geojson", ".kml"])
def test_a_polygon_beyond_the_meridian_becomes_two(tmp_path, ending):
    write(frame(shapely.box(179, 10, 181, 12), shapely.box(113, 34, 114, 35)), tmp_path / f"made{ending}")
    shapes = read(tmp_path / f"made{ending}").frame.geometry
    assert shapes[0].equals(BOTH)
    assert shapes[1].equals(shapely.box(113, 34, 114, 35))


def test_a_projected_polygon_across_the_meridian_does_not_go_around_the_world(tmp_path):
    made = frame(shapely.box(179, 10, 181, 12)).to_crs(PACIFIC)
    (shape,) = write_geojson(made, tmp_path)
    assert shape.symmetric_difference(BOTH).area < 1e-6


def test_a_line_a_hole_and_points(tmp_path):
    line = shapely.LineString([(170, 0), (190, 20)])
    ring = shapely.box(178, 0, 182, 4) - shapely.box(180.5, 1, 181, 2)
    line_cut, ring_cut, points = write_geojson(frame(line, ring, shapely.MultiPoint([(190, 1), (10, 1)])), tmp_path)
    assert line_cut.equals(shapely.MultiLineString([[(170, 0), (180, 10)], [(-180, 10), (-170, 20)]]))
    assert ring_cut.area == pytest.approx(16 - 0.5)
    assert ring_cut.bounds == (-180, 0, 180, 4)
    assert points.equals(shapely.MultiPoint([(-170, 1), (10, 1)]))


def test_heights_stay(tmp_path):
    (shape,) = write_geojson(frame(shapely.LineString([(170, 0, 5), (190, 20, 15)])), tmp_path)
    assert shape.has_z
    assert sorted(shapely.get_coordinates(shape, include_z=True)[:, 2]) == [5, 10, 10, 15]


def test_a_long_edge_that_does_not_pass_is_left(tmp_path):
    world = shapely.box(-20037508, -5e6, 20037508, 5e6)
    (shape,) = write_geojson(frame(world, crs="EPSG:3857"), tmp_path)
    assert shape.geom_type == "Polygon"
    assert shape.bounds[0] < -179.9
    assert shape.bounds[2] > 179.9


def test_each_part_of_a_many_is_cut_for_itself(tmp_path):
    many = shapely.MultiPolygon([shapely.box(-175, 0, -174, 1), shapely.box(179, 0, 181, 1)])
    (shape,) = write_geojson(
        gpd.GeoDataFrame({"id": ["a"]}, geometry=[many], crs="EPSG:4326").to_crs(PACIFIC), tmp_path
    )
    assert shape.area == pytest.approx(3, abs=1e-6)
    assert len(shape.geoms) == 3


@pytest.mark.parametrize(
    ("shape", "crs", "told"),
    [
        (shapely.box(100, 89, 101, 95), "EPSG:4326", "feature 2 has a latitude beyond 90"),
        (shapely.Point(0, 0).buffer(1e6), "EPSG:3413", "feature 2 goes around a pole"),
        (shapely.Polygon([(179, 0), (181, 2), (181, 0), (179, 2)]), "EPSG:4326", "feature 2 passes"),
    ],
)
def test_what_degrees_cannot_say_is_refused_with_its_row(tmp_path, shape, crs, told):
    sound = frame(shapely.box(113, 34, 114, 35)).to_crs(crs).geometry[0]
    with pytest.raises(ExchangeError, match=told):
        write(frame(sound, shape, crs=crs), tmp_path / "made.geojson")
    assert list(tmp_path.iterdir()) == []


def test_only_what_comes_near_is_looked_at():
    assert not antimeridian.may_cross(frame(shapely.box(-180, -90, 180, 90)))
    assert not antimeridian.may_cross(frame(shapely.box(500000, 3.8e6, 510000, 3.9e6), crs="EPSG:4547"))
    assert antimeridian.may_cross(frame(shapely.box(179, 10, 181, 12)).to_crs(PACIFIC))
    assert np.array_equal(antimeridian.cut(frame(shapely.Point(180, 0)))[0].coords, [(180, 0)])

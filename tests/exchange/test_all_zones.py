"""Every zone of CGCS2000 in the registry, 3 and 6 degrees, with its digits and without: found and brought home."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pyproj
import pytest
import shapely
from pyproj.aoi import AreaOfInterest
from pyproj.database import query_crs_info

from urbanplan.exchange.crs.georeference import reproject
from urbanplan.exchange.crs.guess import guess_crs
from urbanplan.layer.crs import working_crs, zone_code


def registry():
    """Code, central meridian and whether the easting bears the zone's digits, by the names of the EPSG registry."""
    china = AreaOfInterest(73, 3, 136, 54)
    for info in query_crs_info("EPSG", pj_types="PROJECTED_CRS", area_of_interest=china):
        if info.name.startswith("CGCS2000 / ") and "Gauss-Kruger" in info.name:
            steps = {one.name: one.value for one in pyproj.CRS.from_epsg(info.code).coordinate_operation.params}
            yield int(info.code), info.name, steps["Longitude of natural origin"], steps["False easting"]


ZONES = sorted(set(registry()))


def test_the_registry_has_all_64_zones():
    kinds = [("3-degree" in name, "zone" in name) for _, name, _, _ in ZONES]
    assert [kinds.count(kind) for kind in ((True, True), (True, False), (False, True), (False, False))] == [
        21,
        21,
        11,
        11,
    ]
    assert [code for code, *_ in ZONES] == list(range(4491, 4555))


def at_home(meridian, false_east):
    """Degrees of a place in a zone, and its coordinates there by the zone's definition alone."""
    line = pyproj.Proj(f"+proj=tmerc +lon_0={meridian} +x_0={false_east} +ellps=GRS80")
    lon, lat = float(np.clip(meridian + 0.7, 73.6, 135.0)), 34.8
    return (lon, lat), line(lon, lat)


def test_every_zone_leads_home_and_back():
    for code, _, meridian, false_east in ZONES:
        degrees, metres = at_home(meridian, false_east)
        frame = gpd.GeoDataFrame(geometry=shapely.points([metres]), crs=f"EPSG:{code}")
        home = reproject(frame, to_crs="EPSG:4490")
        assert shapely.get_coordinates(home.geometry.to_numpy())[0] == pytest.approx(degrees, abs=1e-9)
        there = reproject(home, to_crs=f"EPSG:{code}").geometry.to_numpy()
        assert shapely.get_coordinates(there)[0] == pytest.approx(metres, abs=1e-4)


def guessed(code, meridian, false_east):
    """Whether the zone is guessed from coordinates alone, the axes in either order."""
    degrees, (east, north) = at_home(meridian, false_east)
    best = guess_crs(shapely.points(east + np.array([0.0, 100.0]), north), near=degrees)[0]
    turned = guess_crs(shapely.points(north, east + np.array([0.0, 100.0])), near=degrees)[0]
    theirs, own = (pyproj.CRS.from_user_input(one).coordinate_operation for one in (best.crs, code))
    same = theirs.to_proj4() == own.to_proj4()  # a 6-degree zone without digits is the 3-degree one of its meridian
    return same and not best.swapped and turned.swapped and turned.crs == best.crs


@pytest.mark.parametrize("zone", ZONES[::13], ids=lambda zone: str(zone[0]))
def test_a_zone_is_guessed(zone):
    assert guessed(zone[0], *zone[2:])


@pytest.mark.corpus
def test_every_zone_is_guessed():
    assert [zone[0] for zone in ZONES if not guessed(zone[0], *zone[2:])] == []


def test_the_own_zone_of_every_degree_of_china_is_the_nearest_three_degree_one():
    for lon in np.arange(76.0, 134.0, 1.7):
        code = zone_code(float(lon), 34.8, chinese=True)
        steps = {one.name: one.value for one in pyproj.CRS.from_epsg(code).coordinate_operation.params}
        assert abs(steps["Longitude of natural origin"] - lon) <= 1.5
        assert steps["False easting"] == 500_000
    frame = gpd.GeoDataFrame(geometry=shapely.points([[113.55, 34.81]]), crs="EPSG:4490")
    assert working_crs(frame).to_epsg() == 4547

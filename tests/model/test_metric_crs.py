"""Working CRS: projected, in metres, no Web Mercator; what is wrong is said with the zone that would do."""

from __future__ import annotations

import pytest
from pyproj import CRS

from urbanplan.errors import CrsError
from urbanplan.model.metric_crs import check_metric_crs, crs_label, is_metric_crs


@pytest.mark.parametrize("code", [4547, 32650, 3067, 3879, 2154])
def test_metric_systems(code: int) -> None:
    assert is_metric_crs(CRS.from_epsg(code))
    check_metric_crs(code, where="p:1", find_zone=pytest.fail)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("EPSG:4326", r"it is in degrees\. Work in EPSG:4547, the zone"),
        ("EPSG:4490", r"it is in degrees\. Work in EPSG:4547, the zone"),
        ("EPSG:2263", "its unit is the US survey foot"),
        ("EPSG:3857", "Web Mercator grows towards the poles"),
        ("EPSG:4978", "is not a projected coordinate system in metres\\. Work"),
        ("EPSG:5773", "is not a projected coordinate system in metres\\. Work"),
        ("EPSG:99999", "the coordinate system 'EPSG:99999' is unknown"),
        ("EPSG:" + "9" * 200, "the coordinate system 'EPSG:9{74} is unknown"),
    ],
)
def test_what_is_wrong_is_said(given: str, told: str) -> None:
    with pytest.raises(CrsError, match=told):
        check_metric_crs(given, where="p:1", find_zone=lambda: "EPSG:4547")
    with pytest.raises(CrsError, match=r"EPSG:4509 \+ longitude / 3"):
        check_metric_crs(given, where="p:1", find_zone=lambda: None)


def test_a_system_is_called_by_code_and_name() -> None:
    assert crs_label(CRS.from_epsg(4547)) == "EPSG:4547 (CGCS2000 / 3-degree Gauss-Kruger CM 114E)"
    nameless = CRS.from_proj4("+proj=tmerc +lon_0=10.123 +ellps=bessel")
    assert crs_label(nameless) == "Transverse Mercator 10.123°, Unknown based on Bessel 1841 ellipsoid"

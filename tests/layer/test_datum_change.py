"""Change of datum: moved by what is known, told where it is not, and never shown parameters."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
from pyproj import CRS
from shapely import Point

from urbanplan.errors import CrsError
from urbanplan.layer.crs import estimate_zone_crs, to_working_crs
from urbanplan.layer.datum_change import DatumOptions, find_datum_change, relative_error, transform_frame
from urbanplan.layer.datum_parameters import read_datum_parameters

PARAMETERS = """dx_m = 15.8
dy_m = -154.4
dz_m = -82.3
rx_arcsec = 0.0
ry_arcsec = 0.0
rz_arcsec = 0.0
scale_ppm = 0.0
convention = "position_vector"
error = "0.5 m"
"""


def points(crs, x=113.5, y=34.8):
    return gpd.GeoDataFrame(geometry=[Point(x, y)], crs=crs)


@pytest.mark.parametrize(
    ("source", "target", "kind", "error"),
    [
        (4326, 4547, "aligned", 1.0),
        (9000, 4490, "aligned", 1.0),
        (4490, 4547, "none", 0.0),
        (4214, 4490, "unknown", None),
        (4610, 4490, "unknown", None),
        (4214, 4326, "unknown", None),  # PROJ knows one for the Ordos basin only
    ],
)
def test_what_is_known_of_a_change(source, target, kind, error):
    moved, change = transform_frame(points(source), target)
    assert (change.kind, change.error_m) == (kind, error)
    assert np.isfinite(moved.total_bounds).all()


def test_a_transformation_of_proj_is_taken_where_its_area_holds_the_layer():
    change, _ = find_datum_change(CRS(4214), CRS(4326), bounds=(108.4, 36.9, 108.6, 37.1))
    assert (change.kind, change.error_m) == ("proj", 1.0)
    assert find_datum_change(CRS(3879), CRS(4326), bounds=(25496000, 6672000, 25497000, 6673000))[0].error_m == 1.0


def test_layers_that_move_together_are_not_widened():
    one, two = (transform_frame(points(4214, x), 4547)[1] for x in (113.5, 113.6))
    assert relative_error(one, two) == 0
    assert relative_error(one, transform_frame(points(4490), 4547)[1]) is None
    aligned = [transform_frame(points(crs), 4547)[1] for crs in (4326, 9000, 4490)]
    assert max(relative_error(a, b) for a in aligned for b in aligned) == 1.0


def test_an_accepted_error_is_the_error():
    _, change = transform_frame(points(4214), 4547, options=DatumOptions(5.0))
    assert (change.kind, change.error_m) == ("accepted", 5.0)
    assert relative_error(change, transform_frame(points(4490), 4547)[1]) == 5.0


def test_parameters_move_points_as_by_hand(tmp_path):
    """Geocentric coordinates on Krassovsky's ellipsoid, plus the shift, back on that of CGCS2000."""
    (tmp_path / "p.toml").write_text(PARAMETERS, encoding="utf-8")
    given = DatumOptions(parameters=read_datum_parameters(tmp_path / "p.toml"))
    moved, change = transform_frame(points(4214), 4490, options=given)
    assert (change.kind, change.error_m) == ("parameters", 0.5)
    lon, lat = np.radians([113.5, 34.8])
    a, e2 = 6378245.0, 1 - (1 - 1 / 298.3) ** 2
    n = a / np.sqrt(1 - e2 * np.sin(lat) ** 2)
    x = n * np.cos(lat) * np.cos(lon) + 15.8
    y = n * np.cos(lat) * np.sin(lon) - 154.4
    z = n * (1 - e2) * np.sin(lat) - 82.3
    a, e2 = 6378137.0, 1 - (1 - 1 / 298.257222101) ** 2
    found = np.arctan2(z, np.hypot(x, y) * (1 - e2))
    for _ in range(20):
        n = a / np.sqrt(1 - e2 * np.sin(found) ** 2)
        found = np.arctan2(z + e2 * n * np.sin(found), np.hypot(x, y))
    assert moved.geometry[0].x == pytest.approx(np.degrees(np.arctan2(y, x)), abs=1e-9)
    assert moved.geometry[0].y == pytest.approx(np.degrees(found), abs=1e-9)


@pytest.mark.parametrize("change", [("scale_ppm", "scale"), ('"0.5 m"', "50"), ("15.8", '"15.8"'), ("15.8", "15.8 8")])
def test_a_bad_file_of_parameters_is_told_without_its_values(tmp_path, change):
    (tmp_path / "p.toml").write_text(PARAMETERS.replace(*change), encoding="utf-8")
    with pytest.raises(CrsError) as caught:
        read_datum_parameters(tmp_path / "p.toml", where="plan.toml parcels")
    assert not any(value in str(caught.value) for value in ("15.8", "154.4", "82.3"))


def test_parameters_are_in_no_representation(tmp_path):
    (tmp_path / "p.toml").write_text(PARAMETERS, encoding="utf-8")
    assert "154" not in repr(read_datum_parameters(tmp_path / "p.toml"))


def test_a_frame_is_not_moved_by_a_guess():
    with pytest.raises(CrsError, match="Beijing 1954"):
        to_working_crs(points(4214), CRS(4547))


@pytest.mark.parametrize(("crs", "zone"), [(4214, 2435), (4610, 2383), (4490, 4547), (4326, 4547)])
def test_the_own_zone_keeps_the_datum(crs, zone):
    assert estimate_zone_crs(points(crs)).to_epsg() == zone

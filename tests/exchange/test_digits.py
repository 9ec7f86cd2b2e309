"""Digits of degrees: what rounding does to areas is told in square metres, against an independent area."""

import geopandas as gpd
import numpy as np
import pytest
import shapely

from urbanplan.errors import ExchangeError
from urbanplan.exchange.reading import read
from urbanplan.exchange.writing import write


def parcels(count=1):
    """Parcels of 50 m by 81.5 m, one of them with a hole."""
    shapes = [shapely.box(459000.3 + 60 * at, 3853000.7, 459050.3 + 60 * at, 3853082.2) for at in range(count)]
    shapes[-1] = shapes[-1] if count == 1 else shapes[-1].difference(shapes[-1].centroid.buffer(9))
    return gpd.GeoDataFrame({"id": [f"P{at}" for at in range(count)]}, geometry=shapes, crs="EPSG:4547")


@pytest.mark.parametrize("ending", ["geojson", "kml"])
@pytest.mark.parametrize("digits", [None, 4, 5, 6, 9, 12])
@pytest.mark.parametrize("count", [1, 20])
def test_the_change_of_area_is_told(tmp_path, ending, digits, count):
    """The told change is that of the areas in the plane zone, within the zone's scale and half a square decimetre."""
    frame = parcels(count)
    written = write(frame, tmp_path / f"a.{ending}", digits=digits)
    found = read(written.path).frame.to_crs(4547)
    change = (found.area - frame.area).to_numpy()
    told = [loss.values for loss in written.losses if loss.template.startswith("rounding to")]
    assert all(loss.ruled for loss in written.losses if loss.template.startswith("rounding to"))
    if digits in (9, 12):
        assert all(float(one["largest"]) <= 0.01 for one in told)
        assert np.abs(change).max() < 0.01
        return
    assert float(told[0]["largest"]) == pytest.approx(np.abs(change).max(), rel=1e-3, abs=0.006)
    assert float(told[0]["total"]) == pytest.approx(change.sum(), rel=1e-3, abs=0.01 + 0.001 * np.abs(change).sum())
    assert told[0]["digits"] == (digits or 7)


def test_digits_are_of_formats_that_round(tmp_path):
    with pytest.raises(ExchangeError, match="GeoPackage keeps coordinates as they are"):
        write(parcels(), tmp_path / "a.gpkg", digits=5)
    with pytest.raises(ExchangeError, match="there are no 16 digits"):
        write(parcels(), tmp_path / "a.kml", digits=16)


def test_points_and_lines_have_no_area(tmp_path):
    frame = gpd.GeoDataFrame({"id": ["A"]}, geometry=[shapely.Point(459000.3, 3853000.7)], crs="EPSG:4547")
    assert not any("rounding" in loss.template for loss in write(frame, tmp_path / "a.geojson").losses)


@pytest.mark.parametrize("ending", ["geojson", "kml"])
@pytest.mark.parametrize(("place", "digits", "lost"), [
    ((113.1234567, 34.7654321), None, None), ((113.1234567, 34.7654321), 3, 3),
    ((113.123456789, 34.7), None, 7), ((113.123456789, 34.7), 9, None),
])  # fmt: skip
def test_degrees_are_lost_where_the_digits_do_not_hold_them(tmp_path, ending, place, digits, lost):
    frame = gpd.GeoDataFrame({"id": ["A"]}, geometry=[shapely.Point(place)], crs="EPSG:4326")
    written = write(frame, tmp_path / f"a.{ending}", digits=digits)
    told = [loss.values["digits"] for loss in written.losses if loss.template.startswith("coordinates become degrees")]
    assert told == ([] if lost is None else [lost])

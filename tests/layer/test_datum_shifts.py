"""GCJ-02 and BD-09 both ways: the inverse to 0.1 mm everywhere in China, the public formulas letter by letter."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from urbanplan.layer import datum

WAYS = {
    "gcj02": (datum.wgs84_to_gcj02, datum.gcj02_to_wgs84),
    "bd09": (datum.wgs84_to_bd09, datum.bd09_to_wgs84),
    "gcj02 to bd09": (datum.gcj02_to_bd09, datum.bd09_to_gcj02),
}
MM = 1e-3 / 111_000  # degrees


def public_gcj02(lon, lat):
    """The formula as it is published, one point at a time."""
    x, y, pi = lon - 105.0, lat - 35.0, math.pi
    common = (20 * math.sin(6 * x * pi) + 20 * math.sin(2 * x * pi)) * 2 / 3
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * math.sqrt(abs(x)) + common
    north += (20 * math.sin(y * pi) + 40 * math.sin(y / 3 * pi)) * 2 / 3
    north += (160 * math.sin(y / 12 * pi) + 320 * math.sin(y * pi / 30)) * 2 / 3
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * math.sqrt(abs(x)) + common
    east += (20 * math.sin(x * pi) + 40 * math.sin(x / 3 * pi)) * 2 / 3
    east += (150 * math.sin(x / 12 * pi) + 300 * math.sin(x / 30 * pi)) * 2 / 3
    a, ee, phi = 6378245.0, 0.00669342162296594323, lat / 180 * pi
    magic = 1 - ee * math.sin(phi) ** 2
    return lon + east * 180 / (a / math.sqrt(magic) * math.cos(phi) * pi), lat + north * 180 / (
        a * (1 - ee) / (magic * math.sqrt(magic)) * pi
    )


def public_bd09(lon, lat):
    """The same of BD-09, from GCJ-02."""
    f = math.pi * 3000 / 180
    z = math.sqrt(lon * lon + lat * lat) + 0.00002 * math.sin(lat * f)
    theta = math.atan2(lat, lon) + 0.000003 * math.cos(lon * f)
    return z * math.cos(theta) + 0.0065, z * math.sin(theta) + 0.006


@pytest.mark.parametrize("name", WAYS)
def test_the_inverse_leaves_less_than_a_tenth_of_a_millimetre_everywhere_in_china(name):
    forward, back = WAYS[name]
    lon, lat = (part.ravel() for part in np.meshgrid(np.arange(73.5, 135.1, 0.31), np.arange(3.8, 53.6, 0.37)))
    lon, lat = np.append(lon, 105.0 + np.array([0, 1e-12, -1e-12, 1e-9])), np.append(lat, [35.0] * 4)
    found = back(*forward(lon, lat))
    assert max(np.abs(found[0] - lon).max(), np.abs(found[1] - lat).max()) < 0.001 * MM
    again = forward(*back(lon, lat))
    assert max(np.abs(again[0] - lon).max(), np.abs(again[1] - lat).max()) < 0.1 * MM


@settings(max_examples=30, deadline=None)
@given(lon=st.floats(73.5, 135.1), lat=st.floats(3.8, 53.6))
def test_there_and_back_and_the_published_formulas(lon, lat):
    gcj = tuple(float(part) for part in datum.wgs84_to_gcj02(lon, lat))
    assert gcj == pytest.approx(public_gcj02(lon, lat), abs=1e-12)
    bd = tuple(float(part) for part in datum.gcj02_to_bd09(*gcj))
    assert bd == pytest.approx(public_bd09(*gcj), abs=1e-12)
    assert tuple(map(float, datum.bd09_to_wgs84(*bd))) == pytest.approx((lon, lat), abs=0.1 * MM)
    assert 50 < math.hypot((gcj[0] - lon) * 111_000 * math.cos(math.radians(lat)), (gcj[1] - lat) * 111_000) < 1_300


def test_shapes_blocks_and_what_is_no_number():
    lon, lat = np.linspace(74, 134, 20_001).reshape(3, -1), np.full((3, 6667), 34.8)
    east, north = datum.wgs84_to_gcj02(lon, lat)
    assert east.shape == north.shape == (3, 6667)
    alone = datum.wgs84_to_gcj02(lon[2, -1], lat[2, -1])
    assert (east[2, -1], north[2, -1]) == tuple(map(float, alone))
    odd = np.array([np.nan, 113.5, -30.0]), np.array([34.8, np.nan, 50.0])
    found = datum.gcj02_to_wgs84(*odd)
    assert np.isnan(found[0][0])
    assert np.isnan(found[1][1])
    assert (found[0][2], found[1][2]) == (-30.0, 50.0)  # nothing moves abroad
    assert datum.bd09_to_wgs84(np.empty(0), np.empty(0))[0].size == 0

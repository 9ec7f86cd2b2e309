"""GCJ-02 and BD-09, the shifted degrees of Chinese web maps, to WGS 84 and back.

The forward formulas are the publicly known ones; the inverses are fixed points
of them, to a micrometre.  A shifted layer is neither true in area nor in
length: measure only in a survey zone.  All arrays are degrees, shape (n,).

Points are taken in blocks that stay in the processor's cache, and the ten waves
of the shift come from one sine and one cosine of each axis by the formulas of
multiple angles: a million points take about a second there and back.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

_SEMI_MAJOR_M, _ECCENTRICITY_SQUARED = 6378245.0, 0.00669342162296594323  # Krassovsky's ellipsoid
_BD09_FREQUENCY = np.pi * 3000.0 / 180.0
_MAX_ITERATIONS = 30
_LAST_STEP_DEG = 3e-10  # the step after it is a three-hundredth of it: less than a micrometre
_BLOCK = 8192  # points
_TURN = np.radians(105.0)

Degrees = np.ndarray
DatumShift = Callable[[Degrees, Degrees], tuple[Degrees, Degrees]]


def is_in_shift_box(lon: Degrees, lat: Degrees) -> np.ndarray:
    """True where the shift is applied: the box of the public formula."""
    return (lon > 72.004) & (lon < 137.8347) & (lat > 0.8293) & (lat < 55.8271)


def wgs84_to_gcj02(lon: Degrees, lat: Degrees) -> tuple[Degrees, Degrees]:
    """WGS 84 to GCJ-02; outside China nothing moves."""
    return _in_blocks(_to_gcj02, lon, lat)


def gcj02_to_wgs84(lon: Degrees, lat: Degrees) -> tuple[Degrees, Degrees]:
    """GCJ-02 to WGS 84, the inverse of :func:`wgs84_to_gcj02`."""
    return _in_blocks(_from_gcj02, lon, lat)


def gcj02_to_bd09(lon: Degrees, lat: Degrees) -> tuple[Degrees, Degrees]:
    """GCJ-02 to BD-09."""
    return _in_blocks(_to_bd09, lon, lat)


def bd09_to_gcj02(lon: Degrees, lat: Degrees) -> tuple[Degrees, Degrees]:
    """BD-09 to GCJ-02, the inverse of :func:`gcj02_to_bd09`."""
    return _in_blocks(_from_bd09, lon, lat)


def wgs84_to_bd09(lon: Degrees, lat: Degrees) -> tuple[Degrees, Degrees]:
    """WGS 84 to BD-09."""
    return _in_blocks(lambda east, north: _to_bd09(*_to_gcj02(east, north)), lon, lat)


def bd09_to_wgs84(lon: Degrees, lat: Degrees) -> tuple[Degrees, Degrees]:
    """BD-09 to WGS 84."""
    return _in_blocks(lambda east, north: _from_gcj02(*_from_bd09(east, north)), lon, lat)


TO_WGS84: dict[str, DatumShift] = {"gcj02": gcj02_to_wgs84, "bd09": bd09_to_wgs84}


def _in_blocks(change: DatumShift, lon: Degrees, lat: Degrees) -> tuple[Degrees, Degrees]:
    """A change of degrees of any shape, block by block."""
    lon, lat = np.broadcast_arrays(np.asarray(lon, dtype=float), np.asarray(lat, dtype=float))
    flat = lon.ravel(), lat.ravel()
    moved = np.empty(lon.size), np.empty(lon.size)
    for start in range(0, lon.size, _BLOCK):
        part = slice(start, start + _BLOCK)
        moved[0][part], moved[1][part] = change(flat[0][part], flat[1][part])
    return moved[0].reshape(lon.shape), moved[1].reshape(lon.shape)


def _invert(forward: DatumShift, lon: Degrees, lat: Degrees) -> tuple[Degrees, Degrees]:
    east, north = lon, lat
    for _ in range(_MAX_ITERATIONS):
        there = forward(east, north)
        d_east, d_north = lon - there[0], lat - there[1]
        east, north = east + d_east, north + d_north
        if not (np.maximum(np.abs(d_east), np.abs(d_north)) > _LAST_STEP_DEG).any():  # NaN stays what it is
            break
    return east, north


def _to_gcj02(lon: Degrees, lat: Degrees) -> tuple[Degrees, Degrees]:
    phi = np.radians(lat)
    sine, cosine = np.sin(phi), np.cos(phi)
    east, north = _shift_m(lon - 105.0, lat - 35.0, sine, cosine)
    w = 1 - _ECCENTRICITY_SQUARED * sine * sine
    root = np.sqrt(w)
    inside = is_in_shift_box(lon, lat)
    east = np.degrees(east * root / (_SEMI_MAJOR_M * cosine))
    north = np.degrees(north * w * root / (_SEMI_MAJOR_M * (1 - _ECCENTRICITY_SQUARED)))
    return lon + np.where(inside, east, 0.0), lat + np.where(inside, north, 0.0)


def _from_gcj02(lon: Degrees, lat: Degrees) -> tuple[Degrees, Degrees]:
    return _invert(_to_gcj02, lon, lat)


def _to_bd09(lon: Degrees, lat: Degrees) -> tuple[Degrees, Degrees]:
    """A stretch from the origin of degrees and a turn about it; the turn is so small that its sine is itself."""
    stretch = 1 + 2e-5 * np.sin(lat * _BD09_FREQUENCY) / np.hypot(lon, lat)
    turn = 3e-6 * np.cos(lon * _BD09_FREQUENCY)
    along = stretch * (1 - turn * turn / 2)
    across = stretch * turn
    return along * lon - across * lat + 0.0065, along * lat + across * lon + 0.006


def _from_bd09(lon: Degrees, lat: Degrees) -> tuple[Degrees, Degrees]:
    return _invert(_to_bd09, lon, lat)


def _shift_m(x: Degrees, y: Degrees, sine: Degrees, cosine: Degrees) -> tuple[Degrees, Degrees]:
    """Metres eastwards and northwards at ``x``, ``y`` degrees from 105 E 35 N; sine and cosine are of the latitude."""
    across = x * (np.pi / 60)
    short, east_long, east_slow = _waves(np.sin(across), np.cos(across))
    tripled = sine * (3 - 4 * sine * sine), cosine * (4 * cosine * cosine - 3)  # of 3 latitude = π (y + 35) / 60
    north_sine = tripled[0] * np.cos(_TURN) - tripled[1] * np.sin(_TURN)
    north_cosine = tripled[1] * np.cos(_TURN) + tripled[0] * np.sin(_TURN)
    _, north_long, north_slow = _waves(north_sine, north_cosine)
    root, product = np.sqrt(np.abs(x)), 0.1 * x * y
    east = 300 + x + 2 * y + 0.1 * x * x + product + 0.1 * root + short + east_long
    east += 100 * east_slow[0] + 200 * east_slow[1]
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + product + 0.2 * root + short + north_long
    north += (320 / 3) * north_slow[0] + (640 / 3) * north_slow[1]
    return east, north


def _waves(sine: Degrees, cosine: Degrees) -> tuple[Degrees, Degrees, tuple[Degrees, Degrees]]:
    """Short and long waves of one axis, and the sines of π v / 12 and π v / 30, from those of π v / 60."""
    slowest = 2 * sine * cosine  # π v / 30
    squared = sine * sine
    slow = sine * (5 - 20 * squared + 16 * squared * squared)  # π v / 12
    slow_cosine = cosine * (1 - 12 * squared + 16 * squared * squared)
    half = 2 * slow * slow_cosine, 1 - 2 * slow * slow  # π v / 6
    third = 2 * half[0] * half[1], 1 - 2 * half[0] * half[0]  # π v / 3
    once = third[0] * (3 - 4 * third[0] * third[0]), third[1] * (4 * third[1] * third[1] - 3)  # π v
    twice = 2 * once[0] * once[1]  # 2 π v
    short = (2 / 3) * (20 * twice * (3 - 4 * twice * twice) + 20 * twice)
    return short, (2 / 3) * (20 * once[0] + 40 * third[0]), (slow, slowest)

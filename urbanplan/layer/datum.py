"""GCJ-02 and BD-09, the shifted degrees of Chinese web maps, to WGS 84 and back.

The forward formulas are the publicly known ones; the inverses are fixed points
of them, to 1e-12 degrees.  A shifted layer is neither true in area nor in
length: measure only in a survey zone.  All arrays are degrees, shape (n,).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

_SEMI_MAJOR_M, _ECCENTRICITY_SQUARED = 6378245.0, 0.00669342162296594323  # Krassovsky's ellipsoid
_BD09_FREQUENCY = np.pi * 3000.0 / 180.0
_MAX_ITERATIONS, _CONVERGENCE_DEG = 30, 1e-12

Degrees = np.ndarray
DatumShift = Callable[[Degrees, Degrees], tuple[Degrees, Degrees]]


def is_in_shift_box(lon: Degrees, lat: Degrees) -> np.ndarray:
    """True where the shift is applied: the box of the public formula."""
    return (lon > 72.004) & (lon < 137.8347) & (lat > 0.8293) & (lat < 55.8271)


def wgs84_to_gcj02(lon: Degrees, lat: Degrees) -> tuple[Degrees, Degrees]:
    """WGS 84 to GCJ-02; outside China nothing moves."""
    lon, lat = np.asarray(lon, dtype=float), np.asarray(lat, dtype=float)
    x, y = lon - 105.0, lat - 35.0
    phi = np.radians(lat)
    w = 1 - _ECCENTRICITY_SQUARED * np.sin(phi) ** 2
    east = np.degrees(_east_shift_m(x, y) / (_SEMI_MAJOR_M / np.sqrt(w) * np.cos(phi)))
    north = np.degrees(_north_shift_m(x, y) / (_SEMI_MAJOR_M * (1 - _ECCENTRICITY_SQUARED) / (w * np.sqrt(w))))
    inside = is_in_shift_box(lon, lat)
    return lon + np.where(inside, east, 0.0), lat + np.where(inside, north, 0.0)


def gcj02_to_wgs84(lon: Degrees, lat: Degrees) -> tuple[Degrees, Degrees]:
    """GCJ-02 to WGS 84, the inverse of :func:`wgs84_to_gcj02`."""
    return _invert(wgs84_to_gcj02, lon, lat)


def gcj02_to_bd09(lon: Degrees, lat: Degrees) -> tuple[Degrees, Degrees]:
    """GCJ-02 to BD-09."""
    lon, lat = np.asarray(lon, dtype=float), np.asarray(lat, dtype=float)
    z = np.hypot(lon, lat) + 2e-5 * np.sin(lat * _BD09_FREQUENCY)
    theta = np.arctan2(lat, lon) + 3e-6 * np.cos(lon * _BD09_FREQUENCY)
    return z * np.cos(theta) + 0.0065, z * np.sin(theta) + 0.006


def bd09_to_gcj02(lon: Degrees, lat: Degrees) -> tuple[Degrees, Degrees]:
    """BD-09 to GCJ-02, the inverse of :func:`gcj02_to_bd09`."""
    return _invert(gcj02_to_bd09, lon, lat)


def wgs84_to_bd09(lon: Degrees, lat: Degrees) -> tuple[Degrees, Degrees]:
    """WGS 84 to BD-09."""
    return gcj02_to_bd09(*wgs84_to_gcj02(lon, lat))


def bd09_to_wgs84(lon: Degrees, lat: Degrees) -> tuple[Degrees, Degrees]:
    """BD-09 to WGS 84."""
    return gcj02_to_wgs84(*bd09_to_gcj02(lon, lat))


TO_WGS84: dict[str, DatumShift] = {"gcj02": gcj02_to_wgs84, "bd09": bd09_to_wgs84}


def _invert(forward: DatumShift, lon: Degrees, lat: Degrees) -> tuple[Degrees, Degrees]:
    lon, lat = np.asarray(lon, dtype=float), np.asarray(lat, dtype=float)
    east, north = lon.copy(), lat.copy()
    for _ in range(_MAX_ITERATIONS):
        there = forward(east, north)
        d_east, d_north = lon - there[0], lat - there[1]
        east, north = east + d_east, north + d_north
        if not east.size or max(np.nanmax(np.abs(d_east)), np.nanmax(np.abs(d_north))) < _CONVERGENCE_DEG:
            break
    return east, north


def _long_waves(v: np.ndarray) -> np.ndarray:
    return (20 * np.sin(np.pi * v) + 40 * np.sin(np.pi * v / 3)) * 2 / 3


def _short_waves(x: np.ndarray) -> np.ndarray:
    return (20 * np.sin(6 * np.pi * x) + 20 * np.sin(2 * np.pi * x)) * 2 / 3


def _north_shift_m(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Metres northwards at ``x``, ``y`` degrees from 105 E 35 N."""
    base = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * np.sqrt(np.abs(x))
    long = (160 * np.sin(np.pi * y / 12) + 320 * np.sin(np.pi * y / 30)) * 2 / 3
    return base + _short_waves(x) + _long_waves(y) + long


def _east_shift_m(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Metres eastwards at ``x``, ``y`` degrees from 105 E 35 N."""
    base = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * np.sqrt(np.abs(x))
    long = (150 * np.sin(np.pi * x / 12) + 300 * np.sin(np.pi * x / 30)) * 2 / 3
    return base + _short_waves(x) + _long_waves(x) + long

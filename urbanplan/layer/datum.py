"""GCJ-02 and BD-09, the shifted degrees of Chinese web maps, to WGS 84 and back.

The forward formulas are the publicly known ones; the inverses are solved for to
a micrometre, GCJ-02 by two steps of Newton's and BD-09 by fixed points.  A
shifted layer is neither true in area nor in
length: measure only in a survey zone.  All arrays are degrees, shape (n,).

Points are taken in blocks that stay in the processor's cache, and the ten waves
of the shift come from one sine and one cosine of each axis by the formulas of
multiple angles: a million points take about a second there and back.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

_SEMI_MAJOR_M, _ECCENTRICITY_SQUARED = 6378245.0, 0.00669342162296594323  # Krassovsky's ellipsoid
_BD09_FREQUENCY = np.pi * 3000.0 / 180.0
_MAX_ITERATIONS = 30
_LAST_STEP_DEG = 3e-10  # the step after it is a three-hundredth of it: less than a micrometre
_BLOCK = 8192  # points
_TURN = np.radians(105.0)
_DEGREE = np.pi / 180
_BOX = (72.004, 137.8347, 0.8293, 55.8271)  # west, east, south, north
_KINK_DEG = 0.03  # farther than any shift: beside 105 E and the box's border the shift has no smooth slope
_BD09_STEP_DEG = 3e-9  # the step after it is a thousandth of it

Degrees = np.ndarray
DatumShift = Callable[[Degrees, Degrees], tuple[Degrees, Degrees]]


def is_in_shift_box(lon: Degrees, lat: Degrees) -> np.ndarray:
    """True where the shift is applied: the box of the public formula."""
    west, east, south, north = _BOX
    return (lon > west) & (lon < east) & (lat > south) & (lat < north)


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


def _invert(
    forward: DatumShift, lon: Degrees, lat: Degrees, start: tuple[Degrees, Degrees], last: float = _LAST_STEP_DEG
) -> tuple[Degrees, Degrees]:
    east, north = start
    for _ in range(_MAX_ITERATIONS):
        there = forward(east, north)
        d_east, d_north = lon - there[0], lat - there[1]
        east, north = east + d_east, north + d_north
        if not (np.maximum(np.abs(d_east), np.abs(d_north)) > last).any():  # NaN stays what it is
            break
    return east, north


def _to_gcj02(lon: Degrees, lat: Degrees) -> tuple[Degrees, Degrees]:
    shift = _shift_at(lon, lat)
    return lon + shift.east, lat + shift.north


def _from_gcj02(lon: Degrees, lat: Degrees) -> tuple[Degrees, Degrees]:
    """Two of Newton's steps, which leave the square of the square of the shift; fixed points beside the kinks."""
    east, north = lon, lat
    for _ in range(2):
        shift = _shift_at(east, north)
        d_east, d_north = _newton_step(shift, lon - east - shift.east, lat - north - shift.north)
        east, north = east + d_east, north + d_north
    kinks = _is_near_kink(lon, lat)
    if kinks.any():
        exact = _invert(_to_gcj02, lon[kinks], lat[kinks], (lon[kinks], lat[kinks]))
        east[kinks], north[kinks] = exact
    return east, north


def _is_near_kink(lon: Degrees, lat: Degrees) -> np.ndarray:
    west, east, south, north = _BOX
    near = np.abs(lon - 105.0) < _KINK_DEG
    for value, border in ((lon, west), (lon, east), (lat, south), (lat, north)):
        near |= np.abs(value - border) < _KINK_DEG
    return near


def _to_bd09(lon: Degrees, lat: Degrees) -> tuple[Degrees, Degrees]:
    """A stretch from the origin of degrees and a turn about it; the turn is so small that its sine is itself."""
    stretch = 1 + 2e-5 * np.sin(lat * _BD09_FREQUENCY) / np.sqrt(lon * lon + lat * lat)
    turn = 3e-6 * np.cos(lon * _BD09_FREQUENCY)
    along = stretch * (1 - turn * turn / 2)
    across = stretch * turn
    return along * lon - across * lat + 0.0065, along * lat + across * lon + 0.006


def _from_bd09(lon: Degrees, lat: Degrees) -> tuple[Degrees, Degrees]:
    return _invert(_to_bd09, lon, lat, (lon - 0.0065, lat - 0.006), _BD09_STEP_DEG)


class _Waves(NamedTuple):
    """The waves of one axis: of π v / 60 and multiples of it, sine and cosine where both are needed."""

    slowest: Degrees  # π v / 30
    slowest_cosine: Degrees
    slow: Degrees  # π v / 12
    slow_cosine: Degrees
    third: tuple[Degrees, Degrees]  # π v / 3
    once: tuple[Degrees, Degrees]  # π v


class _Shift(NamedTuple):
    """A shift in degrees, and what its slopes are made of."""

    east: Degrees
    north: Degrees
    x: Degrees
    y: Degrees
    across: _Waves
    along: _Waves
    root: Degrees
    scales: tuple[Degrees, Degrees]  # degrees of a metre eastwards and northwards
    bend: tuple[Degrees, Degrees]  # what a degree northwards makes of the scales, as a share


def _shift_at(lon: Degrees, lat: Degrees) -> _Shift:
    phi = lat * _DEGREE
    sine, cosine = np.sin(phi), np.cos(phi)
    x, y, angle = lon - 105.0, lat - 35.0, (lon - 105.0) * (np.pi / 60)
    across = _waves(np.sin(angle), np.cos(angle))
    tripled = sine * (3 - 4 * sine * sine), cosine * (4 * cosine * cosine - 3)  # of 3 latitude = π (y + 35) / 60
    along = _waves(
        tripled[0] * np.cos(_TURN) - tripled[1] * np.sin(_TURN),
        tripled[1] * np.cos(_TURN) + tripled[0] * np.sin(_TURN),
    )
    root, product, short = np.sqrt(np.abs(x)), 0.1 * x * y, _short(across)
    east = 300 + x + 2 * y + 0.1 * x * x + product + 0.1 * root + short + _long(across)
    east += 100 * across.slow + 200 * across.slowest
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + product + 0.2 * root + short + _long(along)
    north += (320 / 3) * along.slow + (640 / 3) * along.slowest
    w = 1 - _ECCENTRICITY_SQUARED * sine * sine
    curve = np.where(is_in_shift_box(lon, lat), np.sqrt(w) / (_SEMI_MAJOR_M * _DEGREE), 0.0)
    scales = curve / cosine, curve * w * (1 / (1 - _ECCENTRICITY_SQUARED))
    flat = _ECCENTRICITY_SQUARED * _DEGREE * sine * cosine
    bend = _DEGREE * sine / cosine - flat, -3 * flat
    return _Shift(east * scales[0], north * scales[1], x, y, across, along, root, scales, bend)


def _newton_step(shift: _Shift, d_east: Degrees, d_north: Degrees) -> tuple[Degrees, Degrees]:
    """What to go so that the shift brings the rest ``d_east``, ``d_north``."""
    x, y, across, along = shift.x, shift.y, shift.across, shift.along
    short, kink = _short_slope(across), np.sign(x) / np.maximum(shift.root, 0.1)
    common = short + 0.1 * y
    east_x = 1 + 0.2 * x + common + 0.05 * kink + _long_slope(across)
    east_x += (100 * np.pi / 12) * across.slow_cosine + (200 * np.pi / 30) * across.slowest_cosine
    north_x = 2 + common + 0.1 * kink
    north_y = 3 + 0.4 * y + 0.1 * x + _long_slope(along)
    north_y += (320 * np.pi / 36) * along.slow_cosine + (640 * np.pi / 90) * along.slowest_cosine
    a = 1 + shift.scales[0] * east_x
    b = shift.scales[0] * (2 + 0.1 * x) + shift.east * shift.bend[0]
    c = shift.scales[1] * north_x
    d = 1 + shift.scales[1] * north_y + shift.north * shift.bend[1]
    whole = a * d - b * c
    return (d * d_east - b * d_north) / whole, (a * d_north - c * d_east) / whole


def _waves(sine: Degrees, cosine: Degrees) -> _Waves:
    """The waves of one axis from the sine and cosine of π v / 60."""
    squared = sine * sine
    slow = sine * (5 - 20 * squared + 16 * squared * squared)
    slow_cosine = cosine * (1 - 12 * squared + 16 * squared * squared)
    half = 2 * slow * slow_cosine, 1 - 2 * slow * slow  # π v / 6
    third = 2 * half[0] * half[1], 1 - 2 * half[0] * half[0]
    once = third[0] * (3 - 4 * third[0] * third[0]), third[1] * (4 * third[1] * third[1] - 3)
    return _Waves(2 * sine * cosine, 1 - 2 * squared, slow, slow_cosine, third, once)


def _short(waves: _Waves) -> Degrees:
    """Metres of the waves 2 π v and 6 π v."""
    twice = 2 * waves.once[0] * waves.once[1]
    return (2 / 3) * (20 * twice * (3 - 4 * twice * twice) + 20 * twice)


def _short_slope(waves: _Waves) -> Degrees:
    cosine = 1 - 2 * waves.once[0] * waves.once[0]
    return (80 * np.pi / 3) * cosine * (12 * cosine * cosine - 8)


def _long(waves: _Waves) -> Degrees:
    """Metres of the waves π v and π v / 3."""
    return (2 / 3) * (20 * waves.once[0] + 40 * waves.third[0])


def _long_slope(waves: _Waves) -> Degrees:
    return (40 * np.pi / 3) * waves.once[1] + (80 * np.pi / 9) * waves.third[1]

"""Which CRS coordinates are in when nothing says so: by their size, their zone digits, and where they would lie."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pyproj
import shapely

from urbanplan.model.translation import localize

_NEAR_METRES = 60_000.0  # metres from the place that is known
_FAMILIES = (  # of 3-degree zones: EPSG code less zone, with the zone's digits and without; how common
    ("CGCS2000", 4488, 4509, 1.0),
    ("Xian 1980", 2324, 2345, 0.12),
    ("Beijing 1954", 2376, 2397, 0.06),
)


@dataclass(frozen=True)
class CrsGuess:
    """One CRS: ``EPSG:code``, its name, confidence 0 to 1, why, and whether the axes stand swapped in the file."""

    crs: str
    name: str
    confidence: float
    why: str
    swapped: bool = False


def guess_crs(shapes: np.ndarray, *, near: tuple[float, float] | None = None, most: int = 6) -> list[CrsGuess]:
    """The CRSs that the coordinates may be in, the likeliest first; confidences sum to 1.

    Args:
        shapes: geometries, shape (n,).
        near: longitude and latitude of a place that the data should be at, for example the plan's district.
        most: how many are listed.
    """
    points = shapely.get_coordinates(shapes)
    points = points[np.isfinite(points).all(axis=1)]
    if not len(points):
        return []
    x, y = np.median(points, axis=0)
    weighed = [(_location_weight(found, x, y, near), found) for found in candidates(float(x), float(y), near)]
    weighed = sorted(((weight, found) for weight, found in weighed if weight > 0), key=lambda row: -row[0])
    total = sum(weight for weight, _ in weighed)
    certain = 0.98 if near else 0.9
    return [
        CrsGuess(found.crs, pyproj.CRS(found.crs).name, round(certain * weight / total, 3), found.why, found.swapped)
        for weight, found in weighed[:most]
    ]


def candidates(x: float, y: float, near: tuple[float, float] | None) -> Iterator[CrsGuess]:
    """Every CRS that the sizes allow; ``confidence`` is the weight before the place is looked at."""
    for east, north, swapped in ((x, y, False), (y, x, True)):
        share = 0.35 if swapped else 1.0
        if abs(east) <= 180 and abs(north) <= 90:
            yield from _geographic(east, north, swapped, near)
        if 1.5e6 < north < 6.2e6:
            yield from _with_zone_digits(east, share, swapped)
            if 1e5 < east < 9e5:
                yield from _without_zone_digits(share, swapped, near)
        if not swapped and 8.0e6 < east < 15.1e6 and 3e5 < north < 7.2e6:
            yield CrsGuess("EPSG:3857", "", 0.4, localize("the size of Web Mercator metres"))


def _geographic(east: float, north: float, swapped: bool, near: tuple[float, float] | None) -> Iterator[CrsGuess]:
    chinese = 73 < east < 136 and 3 < north < 54
    if swapped and not chinese:
        return
    why = localize("degrees; latitude stands first") if swapped else localize("degrees")
    for crs, weight in (("EPSG:4326", 0.6), ("EPSG:4490", 0.5 if chinese else 0.02)):
        yield CrsGuess(crs, "", weight * (0.9 if swapped else 1.0), why, swapped)


def _with_zone_digits(east: float, share: float, swapped: bool) -> Iterator[CrsGuess]:
    zone = int(east // 1e6)
    if not 1e5 < east - zone * 1e6 < 9e5:
        return
    if 25 <= zone <= 45:
        for _, base, _, common in _FAMILIES:
            why = localize("the easting begins with zone {zone}", zone=zone)
            yield CrsGuess(f"EPSG:{base + zone}", "", common * share, why, swapped)
    if 13 <= zone <= 23:
        why = localize("the easting begins with 6-degree zone {zone}", zone=zone)
        yield CrsGuess(f"EPSG:{4478 + zone}", "", 0.8 * share, why, swapped)


def _without_zone_digits(share: float, swapped: bool, near: tuple[float, float] | None) -> Iterator[CrsGuess]:
    why, utm = localize("six digits east, seven north, no zone"), localize("six digits east, seven north, no zone: UTM")
    zones = range(25, 46) if near is None else [round(near[0] / 3) + step for step in (0, -1, 1)]
    for zone in zones:
        lived_in = np.exp(-(((3 * zone - 114) / 12) ** 2)) if near is None else 1.0  # more people, more maps
        for _, _, base, common in _FAMILIES:
            if 25 <= zone <= 45:
                yield CrsGuess(f"EPSG:{base + zone}", "", common * share * lived_in, why, swapped)
    for zone in range(43, 54) if near is None else [int((near[0] + 180) // 6) + 1]:
        yield CrsGuess(f"EPSG:{32600 + zone}", "", 0.3 * share, utm, swapped)


@lru_cache(maxsize=128)
def _to_degrees(crs: str) -> pyproj.Transformer:
    return pyproj.Transformer.from_crs(crs, "EPSG:4326", always_xy=True)


def _location_weight(found: CrsGuess, x: float, y: float, near: tuple[float, float] | None) -> float:
    """The weight after looking where the middle point would lie."""
    if near is None:
        return found.confidence
    east, north = (y, x) if found.swapped else (x, y)
    lon, lat = _to_degrees(found.crs).transform(east, north)
    if not (np.isfinite(lon) and np.isfinite(lat)):
        return 0.0
    _, _, distance = pyproj.Geod(ellps="GRS80").inv(lon, lat, *near)
    return found.confidence * (1.0 if distance < _NEAR_METRES else 0.02 * _NEAR_METRES / distance)

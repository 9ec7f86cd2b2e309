"""The working CRS: projected, in metres, of the data's own zone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from urbanplan.errors import CrsError
from urbanplan.layer.datum_change import aligned_error, datum_name, require_known, transform_frame
from urbanplan.model.metric_crs import check_metric_crs, crs_label, is_metric_crs

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray
    from pyproj import CRS

    Bounds = Sequence[float] | NDArray[Any]

# A coarse outline of China (longitude, latitude): it chooses a projection, it is no boundary.
_CHINA_OUTLINE = (
    (73.4, 39.5), (75.0, 36.9), (78.0, 34.8), (78.8, 31.5), (81.2, 30.0), (85.0, 28.1), (88.9, 27.2), (91.8, 27.6),
    (95.5, 28.8), (97.4, 28.0), (98.6, 25.8), (97.5, 23.8), (99.1, 22.0), (101.7, 21.1), (103.9, 22.5), (106.6, 21.9),
    (108.0, 21.4), (108.4, 17.9), (111.5, 17.9), (114.6, 21.6), (119.0, 22.8), (120.8, 21.6), (122.4, 25.3),
    (123.4, 30.8), (122.9, 36.8), (121.5, 38.4), (124.3, 39.8), (126.9, 41.6), (128.2, 41.9), (130.7, 42.2),
    (131.4, 44.8), (133.3, 45.0), (135.2, 48.4), (131.0, 47.8), (127.6, 50.0), (125.9, 53.2), (121.0, 53.6),
    (117.6, 49.7), (115.8, 47.9), (119.8, 46.8), (111.8, 43.8), (105.0, 41.6), (96.4, 42.8), (91.0, 45.3),
    (87.8, 49.2), (82.4, 47.2), (80.1, 42.2),
)  # fmt: skip
_CGCS2000_DATUM = "China 2000"
_CHINESE_ZONES = {_CGCS2000_DATUM: 4509, "Xian 1980": 2345, "Beijing 1954": 2397}  # EPSG code less 3-degree zone
MAX_SCALE_ERROR = 1e-3
"""Relative error of lengths from which a working CRS is not that of the district."""


def parse_crs(given: Any, *, where: str = "") -> CRS:
    """The CRS of a code or a definition.

    Raises:
        CrsError: it is unknown.
    """
    from pyproj import CRS
    from pyproj.exceptions import CRSError

    try:
        return CRS.from_user_input(given)
    except CRSError as error:
        shown = str(given) if len(str(given)) <= 100 else str(given)[:99] + "…"
        raise CrsError(
            "the coordinate system {crs} is unknown", where=where, fix="Give a code such as EPSG:4547.", crs=shown
        ) from error


def working_crs(frame: gpd.GeoDataFrame, *, given: Any = None, where: str = "") -> CRS:
    """The projected CRS in metres that a frame is measured in.

    Args:
        frame: its CRS is kept where lengths are true in it; geographic coordinates, Web Mercator and units other
            than metres go to their own zone: CGCS2000 3-degree Gauss-Krueger in China, else UTM.
        given: a CRS that overrides (``--crs``). where: the file, for messages.

    Raises:
        CrsError: the frame has no CRS and none is given, or the given one is not projected in metres.
    """
    from pyproj import CRS

    if given is not None:
        check_metric_crs(given, where=where, find_zone=lambda: zone_label(frame))
        return CRS.from_user_input(given)
    if frame.crs is None:
        raise no_crs_error(where)
    if is_metric_crs(frame.crs):
        return frame.crs
    return estimate_zone_crs(frame)


def no_crs_error(where: str) -> CrsError:
    """The error of a layer that declares no coordinate system, with what to do at either door."""
    fix = "Name it, such as EPSG:4547: with --crs on the command line, with set_crs in Python."
    return CrsError("the layer declares no coordinate system", where=where, fix=fix)


def require_metric(crs: CRS | None, *, name: str) -> None:
    """Check that lengths in a frame's CRS are metres.

    Raises:
        CrsError: there is no CRS, or it is not projected in metres.
    """
    if crs is None:
        raise CrsError("{name} declare no coordinate system", fix="Set the frame's CRS.", name=name)
    if not is_metric_crs(crs):
        raise CrsError(
            "{name} are in {crs}, which is not projected in metres",
            fix="Bring them to one of the district's zone, or use urbanplan.coverage and urbanplan.road_network.",
            name=name,
            crs=crs.name,
        )


def scale_error(crs: CRS, bounds: Bounds) -> float:
    """The largest relative error of a short length in a projected CRS over its bounds; infinity where undefined.

    Lengths of 200 m east and north at 25 places are compared with those on the ellipsoid (Karney's geodesics).

    Args:
        crs: projected, in metres. bounds: west, south, east, north in it, metres.
    """
    import numpy as np
    from pyproj import Transformer

    west, south, east, north = bounds
    x, y = (part.ravel() for part in np.meshgrid(np.linspace(west, east, 5), np.linspace(south, north, 5)))
    geod = crs.get_geod()
    if geod is None or crs.geodetic_crs is None:
        return np.inf
    to_degrees = Transformer.from_crs(crs, crs.geodetic_crs, always_xy=True).transform
    half, worst = 100.0, 0.0
    for dx, dy in ((half, 0.0), (0.0, half)):
        lengths = np.asarray(geod.inv(*to_degrees(x - dx, y - dy), *to_degrees(x + dx, y + dy))[2])
        with np.errstate(divide="ignore", invalid="ignore"):
            errors = np.abs(2 * half / lengths - 1)
        worst = max(worst, float(np.where(np.isfinite(errors), errors, np.inf).max()))
    return worst


def check_scale(crs: CRS, bounds: Bounds, *, where: str = "") -> float:
    """The scale error of a working CRS over a district, at most 1/1000.

    Args:
        crs, bounds: as in :func:`scale_error`. where: the file, input or line of a plan, for messages.

    Raises:
        CrsError: lengths are further off; the zone of the district is proposed.
    """
    error = scale_error(crs, bounds)
    if error <= MAX_SCALE_ERROR:
        return error
    zone = _zone_of_bounds(crs, bounds)
    if zone is None:
        raise CrsError(
            "lengths in {crs} are {error:.2%} off over the extent of the data, and no zone holds it",
            where=where,
            fix="Check the coordinate system, or cut the data into parts.",
            crs=_short_name(crs),
            error=error,
        )
    raise CrsError(
        "lengths in {crs} are {error:.2%} off over the extent of the data",
        where=where,
        fix="Work in {zone}.",
        crs=_short_name(crs),
        error=error,
        zone=crs_label(zone),
    )


def _zone_of_bounds(crs: CRS, bounds: Bounds) -> CRS | None:
    """The zone in which lengths over the bounds are true, None where there is none."""
    from pyproj import Transformer

    try:
        zone = _zone_at(crs, bounds)
    except CrsError:
        return None
    west, south, east, north = map(float, bounds)
    projected = Transformer.from_crs(crs, zone, always_xy=True).transform_bounds(west, south, east, north)
    return zone if scale_error(zone, projected) <= MAX_SCALE_ERROR else None


def _short_name(crs: CRS) -> str:
    authority = crs.to_authority()
    return ":".join(authority) if authority else crs.name


def estimate_zone_crs(frame: gpd.GeoDataFrame) -> CRS:
    """The zone of the middle of a frame's extent."""
    return _zone_at(frame.crs, frame.total_bounds)


def _zone_at(crs: Any, bounds: Bounds) -> CRS:
    """The zone of the middle of bounds."""
    from pyproj import CRS, Transformer

    west, south, east, north = (float(edge) for edge in bounds)
    to_degrees = Transformer.from_crs(crs, 4326, always_xy=True)
    longitude, latitude = to_degrees.transform((west + east) / 2, (south + north) / 2)
    if not (-180 <= longitude <= 180 and -90 <= latitude <= 90):
        raise CrsError(
            "coordinates lie outside the world: longitude {x}, latitude {y}",
            fix="Check the coordinate system, and whether the axes are swapped.",
            x=longitude,
            y=latitude,
        )
    name = datum_name(CRS.from_user_input(crs))
    aligned = aligned_error(name, _CGCS2000_DATUM) is not None
    zone = round(longitude / 3)
    if 25 <= zone <= 45 and (name in _CHINESE_ZONES or (aligned and is_in_china(longitude, latitude))):
        return CRS.from_epsg(_CHINESE_ZONES.get(name, _CHINESE_ZONES[_CGCS2000_DATUM]) + zone)
    return CRS.from_epsg(zone_code(longitude, latitude))


def zone_label(frame: gpd.GeoDataFrame) -> str | None:
    """Code and name of the zone that a frame lies in, None where its extent does not say."""
    import numpy as np

    if frame.crs is None or not len(frame) or not np.isfinite(frame.total_bounds).all():
        return None
    try:
        return crs_label(estimate_zone_crs(frame))
    except CrsError:
        return None


def crs_name(crs: Any) -> str | None:
    """``EPSG:4547`` where the CRS has such a name, else its WKT; None without CRS."""
    if crs is None:
        return None
    authority = crs.to_authority()
    return ":".join(authority) if authority else crs.to_wkt()


def zone_code(longitude: float, latitude: float, *, chinese: bool = False) -> int:
    """EPSG code of the zone: CGCS2000 3-degree by central meridian in China, else UTM on WGS 84."""
    zone = round(longitude / 3)
    if 25 <= zone <= 45 and (chinese or is_in_china(longitude, latitude)):
        return 4509 + zone
    return (32600 if latitude >= 0 else 32700) + min(int((longitude + 180) // 6) + 1, 60)


def is_in_china(longitude: float, latitude: float) -> bool:
    """Whether a place lies in the coarse outline by which the projection is chosen."""
    inside = False
    for (x1, y1), (x2, y2) in zip(_CHINA_OUTLINE, (*_CHINA_OUTLINE[1:], _CHINA_OUTLINE[0]), strict=True):
        if (y1 > latitude) != (y2 > latitude) and longitude < x1 + (latitude - y1) / (y2 - y1) * (x2 - x1):
            inside = not inside
    return inside


def to_working_crs(frame: gpd.GeoDataFrame, crs: CRS, *, where: str = "") -> gpd.GeoDataFrame:
    """The frame in the working CRS, with a RangeIndex; a frame already in it keeps its coordinates to the bit.

    Raises:
        CrsError: the frame has no CRS, or it is not known how its datum lies to that of the working CRS.
    """
    if frame.crs is None:
        raise no_crs_error(where)
    moved, change = transform_frame(frame, crs)
    require_known(change, where=where)
    return moved.reset_index(drop=True)

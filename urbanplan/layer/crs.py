"""The working CRS: projected, in metres, of the data's own zone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from urbanplan.errors import CrsError

if TYPE_CHECKING:
    import geopandas as gpd
    from pyproj import CRS

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
_CGCS2000_DATUM = "China Geodetic Coordinate System 2000"


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
    from pyproj.exceptions import CRSError

    if given is not None:
        try:
            chosen = CRS.from_user_input(given)
        except CRSError as error:
            raise CrsError(
                "the coordinate system {crs} is unknown", where=where, fix="Give a code such as EPSG:4547.", crs=given
            ) from error
        if not is_metric_crs(chosen):
            raise CrsError(
                "{crs} is not a projected coordinate system in metres",
                where=where,
                fix="Give one of the district's zone, such as EPSG:4547.",
                crs=given,
            )
        return chosen
    if frame.crs is None:
        raise CrsError(
            "the layer declares no coordinate system", where=where, fix="Name it with --crs, such as EPSG:4547."
        )
    if is_metric_crs(frame.crs):
        return frame.crs
    return estimate_zone_crs(frame)


def is_metric_crs(crs: CRS) -> bool:
    """Whether lengths in it are metres on the ground: projected, in metres, no Web Mercator."""
    flat = crs.is_projected and not crs.is_geocentric
    metres = all(abs(axis.unit_conversion_factor - 1) < 1e-12 for axis in crs.axis_info[:2])
    operation = crs.coordinate_operation
    mercator = (
        operation is not None
        and "mercator" in operation.method_name.lower()
        and "pseudo" in (operation.method_name.lower())
    )
    return bool(flat and metres and not mercator)


def estimate_zone_crs(frame: gpd.GeoDataFrame) -> CRS:
    """The zone of the middle of a frame's extent."""
    from pyproj import CRS, Transformer

    west, south, east, north = (float(edge) for edge in frame.total_bounds)
    turn = Transformer.from_crs(frame.crs, 4326, always_xy=True)
    longitude, latitude = turn.transform((west + east) / 2, (south + north) / 2)
    if not (-180 <= longitude <= 180 and -90 <= latitude <= 90):
        raise CrsError(
            "coordinates lie outside the world: longitude {x}, latitude {y}",
            fix="Check the coordinate system, and whether the axes are swapped.",
            x=longitude,
            y=latitude,
        )
    chinese = frame.crs is not None and _CGCS2000_DATUM in str(frame.crs.datum)
    return CRS.from_epsg(zone_code(longitude, latitude, chinese=chinese))


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
        CrsError: the frame has no CRS.
    """
    if frame.crs is None:
        raise CrsError(
            "the layer declares no coordinate system", where=where, fix="Name it with --crs, such as EPSG:4547."
        )
    turned = frame if frame.crs == crs else frame.to_crs(crs)
    return turned.reset_index(drop=True)

"""Whether lengths in a coordinate system are metres on the ground, asked of its definition alone."""

# pyproj's constructors say their types in part only
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from urbanplan.errors import CrsError

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyproj import CRS


def is_metric_crs(crs: CRS) -> bool:
    """Whether lengths in it are metres on the ground: projected, in metres, no Web Mercator."""
    flat = crs.is_projected and not crs.is_geocentric
    return bool(flat and _has_metre_axes(crs) and not _is_web_mercator(crs))


def check_metric_crs(given: Any, *, where: str, find_zone: Callable[[], str | None]) -> None:
    """Check that a working CRS is known, projected and in metres.

    Args:
        given: code, WKT, PROJ string or CRS. where: its place in a plan, for messages.
        find_zone: the zone that the district lies in, asked only where there is an error to explain.

    Raises:
        CrsError: it is not; the district's zone is proposed where it can be found.
    """
    from pyproj import CRS
    from pyproj.exceptions import CRSError

    try:
        crs = CRS.from_user_input(given)
    except CRSError:
        crs = None
    if crs is None or not is_metric_crs(crs):
        raise _metric_error(crs, str(given), where=where, zone=find_zone())


_NO_NAMES = ("", "unnamed", "unknown", "unnamed crs")
_MERIDIANS = ("Longitude of natural origin", "Longitude of false origin")


def crs_label(crs: CRS) -> str:
    """The code of a CRS with its name, such as ``EPSG:4547 (CGCS2000 / …)``; its name alone where it has no code."""
    authority = crs.to_authority()
    return f"{':'.join(authority)} ({crs.name})" if authority else crs_name(crs)


def crs_name(crs: CRS) -> str:
    """The name of a CRS; of one without a name, as MapInfo has it, projection, meridian and datum."""
    if crs.name.lower() not in _NO_NAMES:
        return crs.name
    base = crs.geodetic_crs
    datum = "" if base is None or base.datum is None else base.datum.name
    way = crs.coordinate_operation
    meridian = "" if way is None else next((f" {one.value:g}°" for one in way.params if one.name in _MERIDIANS), "")
    words = [f"{way.method_name}{meridian}" if way is not None else "", datum]
    return ", ".join(word for word in words if word) or crs.name


def _metric_error(crs: CRS | None, given: str, *, where: str, zone: str | None) -> CrsError:
    """What is wrong with a working CRS, None where it is unknown, and the zone that would do."""
    fix = (
        "Work in {zone}, the zone that the district lies in."
        if zone
        else "Work in the district's zone: in China CGCS2000 3-degree, EPSG:4509 + longitude / 3, such as EPSG:4547."
    )
    if crs is None:
        what = "the coordinate system {crs} is unknown"
    elif crs.is_geographic:
        what = "{crs} is not a projected coordinate system in metres: it is in degrees"
    elif crs.is_projected and not _has_metre_axes(crs):
        what = "{crs} is not a projected coordinate system in metres: its unit is the {unit}"
    elif crs.is_projected:
        what = "{crs} is not a projected coordinate system in metres: Web Mercator grows towards the poles"
    else:
        what = "{crs} is not a projected coordinate system in metres"
    label = repr(given)[:80] if crs is None else crs_label(crs)
    unit = "" if crs is None or not crs.axis_info else crs.axis_info[0].unit_name
    return CrsError(what, where=where, fix=fix, crs=label, unit=unit, zone=zone or "")


def _has_metre_axes(crs: CRS) -> bool:
    axes = crs.axis_info[:2]
    return bool(axes) and all(abs(axis.unit_conversion_factor - 1) < 1e-12 for axis in axes)


def _is_web_mercator(crs: CRS) -> bool:
    operation = crs.source_crs.coordinate_operation if crs.is_bound and crs.source_crs else crs.coordinate_operation
    method = "" if operation is None else operation.method_name.lower()
    return "mercator" in method and "pseudo" in method

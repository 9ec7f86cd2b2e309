"""Units of a drawing: how many metres one is, and whether that can be."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pyproj

from urbanplan.errors import ExchangeError, UsageError
from urbanplan.exchange.crs.guess import candidates
from urbanplan.exchange.frames import parse_crs
from urbanplan.model.translation import localize

_FOOT, _SURVEY_FOOT = 0.3048, 1200 / 3937
UNITS = {  # code of $INSUNITS: name, metres
    1: ("in", _FOOT / 12), 2: ("ft", _FOOT), 3: ("mi", 1609.344),
    4: ("mm", 1e-3), 5: ("cm", 1e-2), 6: ("m", 1.0),
    7: ("km", 1e3), 8: ("uin", _FOOT / 12e6), 9: ("mil", _FOOT / 12e3),
    10: ("yd", 0.9144), 11: ("angstrom", 1e-10), 12: ("nm", 1e-9),
    13: ("um", 1e-6), 14: ("dm", 0.1), 15: ("dam", 10.0),
    16: ("hm", 100.0), 17: ("Gm", 1e9),
    18: ("au", 149_597_870_700.0),
    19: ("ly", 9.4607304725808e15), 20: ("pc", 3.0856775814913673e16),
    21: ("us-ft", _SURVEY_FOOT), 22: ("us-in", _SURVEY_FOOT / 12),
    23: ("us-yd", 3 * _SURVEY_FOOT), 24: ("us-mi", 5280 * _SURVEY_FOOT),
}  # fmt: skip
_BY_NAME = dict(UNITS.values())
_CHINESE = {"毫米": "mm", "厘米": "cm", "分米": "dm", "米": "m", "公里": "km", "千米": "km", "英寸": "in", "英尺": "ft"}
_GEOGRAPHIC = ("EPSG:4326", "EPSG:4490")
_LARGEST = 5e7  # metres: more than the way around the earth
_SAMPLE = 5_000  # entities whose places say how large the coordinates are


def unit_metres(name: str) -> float:
    """Metres of a unit by its name.

    Raises:
        UsageError: there is none of that name.
    """
    found = _BY_NAME.get(_CHINESE.get(name, name))
    if found is None:
        raise UsageError("there is no drawing unit {name}", fix="Use one of {names}.", name=name,
                         names=", ".join(_BY_NAME))  # fmt: skip
    return found


def choose_scale(drawing: Any, space: Iterable[Any], source: Any) -> tuple[float, tuple[str, ...]]:
    """How many units of the CRS (metres where none is pinned) a unit of the drawing is, and what is to be told.

    The header's unit counts where the coordinates then have a place and else have none; it is refused where it is
    the other way round. Drawings without a place stay as they are unless a unit is asked for.

    Raises:
        ExchangeError: the unit cannot be. UsageError: there is no such unit.
    """
    code = int(drawing.header.get("$INSUNITS", 0) or 0)
    place, crs = _middle(space), None if source.crs is None else parse_crs(source.crs, where=str(source.path))
    if crs is not None and crs.is_geographic:
        return 1.0, ()
    axis = float(crs.axis_info[0].unit_conversion_factor) if crs is not None and crs.axis_info else 1.0
    if source.cad.unit:
        return _asked_scale(source, place, axis, crs)
    if code not in UNITS or UNITS[code][1] == axis or place is None:
        return 1.0, ()
    name, metres = UNITS[code]
    scale = metres / axis
    if _has_place(place * scale, crs):
        return scale, (localize("the drawing says its unit is {name}: it was scaled by {scale:g}", name=name,
                                scale=scale),)  # fmt: skip
    if not _has_place(place, crs):
        what = "the drawing says its unit is {name}; its coordinates stay as they are: --unit {name} would scale them"
        return 1.0, (localize(what, name=name),)
    what = "the drawing says its unit is {name}, but its coordinates are of the size of metres"
    if source.cad.inspecting:
        return 1.0, (localize(what, name=name),)
    fix = "Say which it is: --unit m takes the coordinates as they are, --unit {name} scales them."
    raise ExchangeError(what, where=str(source.path), fix=fix, name=name)


def _asked_scale(
    source: Any, place: np.ndarray | None, axis: float, crs: pyproj.CRS | None
) -> tuple[float, tuple[str, ...]]:
    """The scale of the unit that was asked for.

    Raises:
        ExchangeError: with it the coordinates have no place, without it they have one.
    """
    name = source.cad.unit
    scale = unit_metres(name) / axis
    if place is not None and scale != 1.0:
        absurd = float(np.abs(place).max()) * scale * axis > _LARGEST
        if absurd or (_has_place(place, crs) and not _has_place(place * scale, crs)):
            fix = "Leave --unit away, or give the unit that the drawing was made in."
            what = "the drawing cannot be in {name}: its middle would lie at {x:.3f}, {y:.3f}"
            x, y = (place * scale).tolist()
            raise ExchangeError(what, where=str(source.path), fix=fix, name=name, x=x, y=y)
    return scale, (localize("the drawing was scaled by {scale:g}", scale=scale),) if scale != 1.0 else ()


def _has_place(place: np.ndarray, crs: pyproj.CRS | None) -> bool:
    """Whether a point lies where the CRS is in use, or has the size of coordinates of some projected CRS."""
    if crs is None or crs.area_of_use is None:
        return any(found.crs not in _GEOGRAPHIC for found in candidates(float(place[0]), float(place[1]), None))
    moved = pyproj.Transformer.from_crs(crs, "EPSG:4326", always_xy=True)
    lon, lat = moved.transform(*place.tolist())
    west, south, east, north = crs.area_of_use.bounds
    return bool(west - 5 <= lon <= east + 5 and south - 5 <= lat <= north + 5)


def _middle(space: Iterable[Any]) -> np.ndarray | None:
    """The middling place of a drawing's entities, shape (2,); None where none has one."""
    found = []
    for entity in space:
        if len(found) >= _SAMPLE:
            break
        place = _place(entity)
        if place is not None and np.isfinite(place).all():
            found.append(place)
    return np.median(np.array(found), axis=0) if found else None


def _place(entity: Any) -> np.ndarray | None:
    kind = entity.dxftype()
    if kind == "LWPOLYLINE":
        return np.array(entity[0][:2], dtype=float) if len(entity) else None
    if kind == "POLYLINE":
        return np.array(tuple(entity.vertices[0].dxf.location)[:2], dtype=float) if len(entity.vertices) else None
    if kind in ("HATCH", "MPOLYGON"):
        first = next((path for path in entity.paths), None)
        corner = None if first is None else _first_corner(first)
        return None if corner is None else np.array(tuple(corner)[:2], dtype=float)
    if kind == "SPLINE":
        points = [*entity.control_points[:1], *entity.fit_points[:1]]
        return np.array(tuple(points[0])[:2], dtype=float) if points else None
    for name in ("insert", "start", "center", "location", "vtx0"):
        if entity.dxf.hasattr(name):
            return np.array(tuple(entity.dxf.get(name))[:2], dtype=float)
    return None


def _first_corner(path: Any) -> Any:
    if hasattr(path, "vertices"):
        return path.vertices[0] if path.vertices else None
    return path.edges[0].start_point if path.edges else None

"""Which columns of a table say where its rows are: by their names and by what they hold."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from urbanplan.errors import ExchangeError
from urbanplan.exchange.rows.parse_coordinates import normalize_name
from urbanplan.exchange.table import Source

_WKT_NAMES = ("geometry", "wkt", "geom", "the_geom", "wkt_geom", "shape", "几何", "图形")
_HEX_NAMES = (*_WKT_NAMES, "wkb", "wkb_geometry", "ewkb")
_WKT_PATTERN = re.compile(
    r"\s*(SRID=\d+;)?\s*(POINT|LINESTRING|POLYGON|MULTI\w+|GEOMETRYCOLLECTION|C\w+CURVE|C\w+STRING|CURVEPOLYGON|TRIANGLE|TIN)"
    r"\s*(Z|M|ZM)?\s*(\(|EMPTY)",
    re.IGNORECASE,
)
_HEX_PATTERN = re.compile(r"0[01][0-9A-Fa-f]{16,}")
_PAIR_NAMES = (
    ("lon", "lat"), ("lng", "lat"), ("long", "lat"), ("longitude", "latitude"), ("经度", "纬度"), ("东经", "北纬"),
    ("x", "y"), ("east", "north"), ("easting", "northing"), ("e", "n"), ("东坐标", "北坐标"), ("横坐标", "纵坐标"),
    ("x坐标", "y坐标"), ("坐标x", "坐标y"), ("横坐标y", "纵坐标x"), ("y_east", "x_north"), ("point_x", "point_y"),
    ("xcoord", "ycoord"), ("x_coord", "y_coord"), ("coord_x", "coord_y"),
)  # fmt: skip
_PAIR_SUFFIXES = (("longitude", "latitude"), ("经度", "纬度"), ("lon", "lat"), ("lng", "lat"))  # gcj_lng, gcj_lat
_JOINT_NAMES = ("坐标", "经纬度", "location", "lonlat", "lnglat", "lon_lat", "lng_lat", "中心点坐标", "经纬度坐标")
_JOINT_PATTERN = re.compile(r"[\s(\[（【]*[-+]?\d{1,8}(\.\d+)?\s*[,，;；\s]\s*[-+]?\d{1,8}(\.\d+)?\s*")
_JSON_PATTERN = re.compile(r"\s*\{(?=.*\"(coordinates|geometries)\"\s*:\s*\[)", re.DOTALL)
_JSON_NAMES = (*_WKT_NAMES, "geojson", "st_asgeojson", "geom_json", "geojson_geometry")
_SAMPLE_ROWS = 100  # rows looked at


@dataclass(frozen=True)
class GeometryColumns:
    """Where the place stands: ``wkt``, ``hex`` (WKB), ``json`` or ``joint`` (two numbers) in one column, or a ``pair``.

    ``degrees``: the names say that it is longitude and latitude.
    """

    kind: Literal["wkt", "hex", "json", "joint", "pair"]
    columns: tuple[str, ...]
    degrees: bool = False


def find_geometry_columns(columns: dict[str, pd.Series], source: Source) -> GeometryColumns | None:
    """The place's columns, pinned or found; None where nothing says where the rows are.

    Raises:
        ExchangeError: a pinned column is not there.
    """
    if source.place:
        return _requested_columns(columns, source)
    held = _find_by_content(columns)
    if held is not None:
        return held
    pair = _find_pair(columns)
    if pair is not None:
        return pair
    joint = next(
        (
            name
            for name in columns
            if normalize_name(name) in _JOINT_NAMES and _mostly_matches(columns[name], _JOINT_PATTERN)
        ),
        None,
    )
    if joint is not None:
        return GeometryColumns("joint", (joint,), degrees=True)
    empty = [name for name in columns if name.lower() in ("geometry", "wkt", "几何") and columns[name].isna().all()]
    return GeometryColumns("wkt", (empty[0],)) if empty else None


def _requested_columns(columns: dict[str, pd.Series], source: Source) -> GeometryColumns:
    for name in source.place:
        if name not in columns:
            fix = "Choose of: {names}."
            listed = ", ".join(list(columns)[:40])
            raise ExchangeError("there is no column {name}", where=str(source.path), fix=fix, name=name, names=listed)
    if len(source.place) == 2:
        return GeometryColumns("pair", source.place, degrees=True)
    values = columns[source.place[0]]
    kind = next(
        (
            kind
            for kind, pattern in (("hex", _HEX_PATTERN), ("json", _JSON_PATTERN), ("joint", _JOINT_PATTERN))
            if _mostly_matches(values, pattern)
        ),
        "wkt",
    )
    return GeometryColumns(kind, source.place, degrees=True)  # pyright: ignore[reportArgumentType]


def _find_by_content(columns: dict[str, pd.Series]) -> GeometryColumns | None:
    """A column of WKT, those of the usual names first; or one of a usual name that holds WKB or GeoJSON."""
    rank = {name: at for at, name in enumerate((*_HEX_NAMES, *_JSON_NAMES[len(_WKT_NAMES) :]))}
    ordered = sorted(columns, key=lambda name: rank.get(name.lower(), len(rank)))
    for name in ordered:
        if _mostly_matches(columns[name], _WKT_PATTERN, least=0.0 if name.lower() in _WKT_NAMES else 0.5):
            return GeometryColumns("wkt", (name,))
        if name.lower() in _HEX_NAMES and _mostly_matches(columns[name], _HEX_PATTERN, least=0.0):
            return GeometryColumns("hex", (name,))
        if name.lower() in _JSON_NAMES and _mostly_matches(columns[name], _JSON_PATTERN, least=0.0):
            return GeometryColumns("json", (name,), degrees=True)
    return None


def _mostly_matches(values: pd.Series, pattern: re.Pattern[str], *, least: float = 0.5) -> bool:
    """Whether more than ``least`` of the first values that are there match."""
    if not (isinstance(values.dtype, pd.StringDtype) or values.dtype == object):
        return False
    given = values.dropna().head(_SAMPLE_ROWS).tolist()
    matching = sum(isinstance(value, str) and pattern.match(value) is not None for value in given)
    return matching > least * len(given)


def _find_pair(columns: dict[str, pd.Series]) -> GeometryColumns | None:
    known = {normalize_name(name): name for name in reversed(list(columns))}
    for at, (east, north) in enumerate(_PAIR_NAMES):
        if east in known and north in known:
            return GeometryColumns("pair", (known[east], known[north]), degrees=at < 6)
    for east, north in _PAIR_SUFFIXES:
        for name in reversed(list(known)):
            other = name.replace(east, north)
            if east in name and other in known:
                return GeometryColumns("pair", (known[name], known[other]), degrees=True)
    return None

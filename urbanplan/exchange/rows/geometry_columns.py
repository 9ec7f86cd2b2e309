"""Tables with a place: WKT or coordinate columns to geometries, and back to WKT."""

from __future__ import annotations

import re
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

import geopandas as gpd
import numpy as np
import orjson
import pandas as pd
import pyarrow as pa
import shapely

from urbanplan.exchange.frames import build_frame, degree_outliers
from urbanplan.exchange.gate.depth import MAX_DEPTH, is_wkt_too_deep
from urbanplan.exchange.geometry.arrow import from_wkb, non_finite_rows, unique_name
from urbanplan.exchange.geometry.coordinates import to_geometries
from urbanplan.exchange.ogr import separate_refused
from urbanplan.exchange.rows.detect_columns import GeometryColumns, find_geometry_columns
from urbanplan.exchange.rows.parse_coordinates import is_blank, is_packed, parse_numbers, unpack_degrees
from urbanplan.exchange.table import Source, Table
from urbanplan.exchange.wkt import to_wkt
from urbanplan.model.formula_text import escape_formula, unescape_formula
from urbanplan.model.translation import localize

_CURVE_PATTERN = re.compile(r"CIRCULARSTRING|COMPOUNDCURVE|CURVEPOLYGON|MULTICURVE|MULTISURFACE", re.IGNORECASE)
_BRACKETS = " \t()[]（）【】"  # around two numbers in one cell
CONTINUATION_COLUMN = "geometry+"  # a WKT longer than a cell goes on in geometry+1, geometry+2 …


@dataclass(frozen=True)
class RowContext:
    """What a reader of tables knows of its rows.

    Attributes:
        encoding: of the texts, or None. notes: what is to be told. layer: name of the sheet, or None.
        refused: reasons of rows that are refused already, by position. numbers: each row's number in the file, from 1,
            where rows were left out; else None.
    """

    encoding: str | None = None
    notes: tuple[str, ...] = ()
    layer: str | None = None
    refused: dict[int, str] = field(default_factory=dict)
    numbers: np.ndarray | None = None


def build_table(columns: dict[str, pd.Series], source: Source, rows: RowContext) -> Table:
    """A table from columns: with geometries where WKT, WKB or coordinates are found, else plain rows.

    Raises:
        ExchangeError: a pinned column is not there.
    """
    columns = {unescape_formula(str(name)): _unescape_formulas(values) for name, values in columns.items()}
    place = find_geometry_columns(columns, source)
    if place is None:
        frame = pd.DataFrame(columns)
        chosen = [name for name in (frame.columns if source.columns is None else source.columns) if name in frame]
        return _separate_rows(frame[chosen], rows.refused, source, localize("plain rows"), rows)
    kept, made = dict(columns), None
    if place.kind == "wkt":
        made = from_wkt(_join_columns(columns, place.columns[0]))
        kept = {name: values for name, values in columns.items() if not name.startswith(CONTINUATION_COLUMN)}
    elif place.kind == "hex":
        made = _from_hex(columns[place.columns[0]])
    elif place.kind == "json":
        made = _from_geojson(columns[place.columns[0]])
    if made is not None:
        kept.pop(place.columns[0], None)
        shapes, refused, crs, notes = made
    else:
        shapes, refused, notes = _build_points(*_split_coordinates(columns, place), place)
        crs = None
    default = "EPSG:4326" if place.degrees else None
    if place.degrees and crs is None:
        refused |= degree_outliers(shapes, source)
    if source.columns is not None:
        kept = {name: kept[name] for name in source.columns if name in kept}
    frame, note = build_frame(
        kept,
        shapes,
        source,
        declared=crs,
        default=default,
        implied=localize("guessed: longitude and latitude in degrees"),
    )
    return _separate_rows(frame, refused | rows.refused, source, note, replace(rows, notes=(*rows.notes, *notes)))


def _separate_rows(frame: Any, refused: dict[int, str], source: Source, note: str, rows: RowContext) -> Table:
    return separate_refused(
        frame, refused, source, note, numbers=rows.numbers, encoding=rows.encoding, notes=rows.notes, layer=rows.layer
    )


def _split_coordinates(columns: dict[str, pd.Series], place: GeometryColumns) -> tuple[pd.Series, pd.Series]:
    """East and north as columns; two numbers in one cell are divided."""
    if place.kind == "pair":
        return columns[place.columns[0]], columns[place.columns[1]]
    texts = [value.strip(_BRACKETS) if isinstance(value, str) else "" for value in columns[place.columns[0]]]
    parts = [re.split(r"[,，;；\s]+", text, maxsplit=1) if text else [] for text in texts]
    pairs = [part if len(part) == 2 else (part * 2 or [None, None]) for part in parts]
    return pd.Series([a for a, _ in pairs], dtype=object), pd.Series([b for _, b in pairs], dtype=object)


def _join_columns(columns: dict[str, pd.Series], name: str) -> np.ndarray:
    texts = columns[name].astype(object).where(columns[name].notna(), None)
    number = 1
    while f"{CONTINUATION_COLUMN}{number}" in columns:
        texts = texts + columns[f"{CONTINUATION_COLUMN}{number}"].astype(object).where(
            columns[f"{CONTINUATION_COLUMN}{number}"].notna(), ""
        )
        number += 1
    return texts.to_numpy(dtype=object)


def from_wkt(texts: np.ndarray) -> tuple[np.ndarray, dict[int, str], str | None, tuple[str, ...]]:
    """Geometries, reasons of the refused rows, the CRS that most ``SRID=`` say, and what is to be told."""
    texts = np.array([text if isinstance(text, str) or text is None else str(text) for text in texts], dtype=object)
    said = [match[1] if text and (match := re.match(r"\s*SRID=(\d{1,9});", text, re.I)) else None for text in texts]
    if any(said):
        texts = np.array([text and re.sub(r"^\s*SRID=\d{1,9};", "", text, flags=re.I) for text in texts], dtype=object)
    deep = is_wkt_too_deep(texts)
    refused = dict.fromkeys(
        np.flatnonzero(deep).tolist(), localize("a geometry nested deeper than {levels} levels", levels=MAX_DEPTH)
    )
    bent = np.array([bool(text and _CURVE_PATTERN.search(text)) for text in texts], dtype=bool)
    refused |= dict.fromkeys(np.flatnonzero(bent).tolist(), "an arc in WKT: write it with straight lines")
    texts[deep | bent] = None
    shapes = shapely.from_wkt(texts, on_invalid="ignore")
    lost = shapely.is_missing(shapes) & np.array([bool(text and text.strip()) for text in texts], dtype=bool)
    refused |= dict.fromkeys(np.flatnonzero(lost).tolist(), "a text that is no WKT geometry")
    crs, others, notes = _crs_from_srids([int(code) if code else 0 for code in said], shapes)
    return shapes, refused | non_finite_rows(shapes) | others, crs, notes


def _from_hex(values: pd.Series) -> tuple[np.ndarray, dict[int, str], str | None, tuple[str, ...]]:
    """As :func:`from_wkt`, of WKB in hexadecimal digits as PostGIS writes it."""
    blobs, refused = [], {}
    for at, text in enumerate(values):
        try:
            blobs.append(bytes.fromhex(text) if isinstance(text, str) and text.strip() else None)
        except ValueError:
            blobs.append(None)
            refused[at] = "a text that is no WKB geometry"
    shapes, bad, notes = from_wkb(pa.chunked_array([pa.array(blobs, pa.binary())]))
    crs, others, more = _crs_from_srids(shapely.get_srid(shapes).tolist(), shapes)
    return shapes, refused | bad | others, crs, (*notes, *more)


def _from_geojson(values: pd.Series) -> tuple[np.ndarray, dict[int, str], str | None, tuple[str, ...]]:
    """As :func:`from_wkt`, of GeoJSON geometries as PostGIS and web services write them."""
    given, refused = [], {}
    for at, text in enumerate(values):
        given.append(None)
        if isinstance(text, str) and text.strip():
            with suppress(orjson.JSONDecodeError):
                given[at] = orjson.loads(text)
            if not isinstance(given[at], dict):
                refused[at] = "a text that is no GeoJSON geometry"
                given[at] = None
    shapes, bad = to_geometries(given)
    return shapes, refused | bad, None, ()


def _crs_from_srids(codes: list[int], shapes: np.ndarray) -> tuple[str | None, dict[int, str], tuple[str, ...]]:
    """The CRS that most shapes say, the shapes that say another, and a note where some say none."""
    given = Counter(code for code in codes if code > 0)
    if not given:
        return None, {}, ()
    most, there = given.most_common(1)[0][0], int((~shapely.is_missing(shapes)).sum())
    reason = "it says SRID {code}, most say {most}"
    others = {at: localize(reason, code=code, most=most) for at, code in enumerate(codes) if code > 0 and code != most}
    silent = there - sum(given.values())
    note = localize("{count} geometries say no SRID: taken as {most}", count=silent, most=most)
    return f"EPSG:{most}", others, (note,) if silent > 0 else ()


def _build_points(
    east: pd.Series, north: pd.Series, place: GeometryColumns
) -> tuple[np.ndarray, dict[int, str], tuple[str, ...]]:
    """Points, reasons of refused rows, and what is to be told: of which columns, swapped or not, how written."""
    (x, written), (y, also) = parse_numbers(east), parse_numbers(north)
    packed = place.kind == "pair" and all(map(is_packed, place.columns))
    if packed:
        x, y = unpack_degrees(x), unpack_degrees(y)
    none, nor = is_blank(east), is_blank(north)
    bad = ~(np.isfinite(x) & np.isfinite(y)) & ~(none & nor)
    refused = {at: _coordinate_problem(east, north, none, nor, x, at) for at in np.flatnonzero(bad).tolist()}
    turned = is_swapped(x, y) or (place.kind == "joint" and _is_latitude_first(x, y))
    shapes = np.full(len(x), None, dtype=object)
    good = np.isfinite(x) & np.isfinite(y)
    shapes[good] = shapely.points(*((y[good], x[good]) if turned else (x[good], y[good])))
    notes = [_columns_note(place, turned)]
    if packed:
        notes.append(localize("their degrees are packed as dd.mmss: 113.3336 is 113°33′36″"))
    odd = (written | also) & good
    if odd.any():
        at = int(np.flatnonzero(odd)[0])
        what = "{count} coordinates are no plain numbers: {text} was read as {number}"
        one, text = (x, east) if written[at] else (y, north)
        notes.append(localize(what, count=int(odd.sum()), text=repr(text.iloc[at]), number=round(float(one[at]), 9)))
    return shapes, refused, tuple(notes)


def _coordinate_problem(
    east: pd.Series, north: pd.Series, none: np.ndarray, nor: np.ndarray, x: np.ndarray, at: int
) -> str:
    if none[at] or nor[at]:
        return "one of its two coordinates is empty"
    value = (north if np.isfinite(x[at]) else east).iloc[at]
    return localize("a coordinate that is no number: {value}", value=repr(value)[:60])


def _columns_note(place: GeometryColumns, turned: bool) -> str:
    if place.kind == "joint":
        if turned:
            return localize("points are made of the column {name}, latitude first", name=place.columns[0])
        return localize("points are made of the column {name}", name=place.columns[0])
    east, north = place.columns
    if turned:
        swap = "points are made of the columns {north} and {east}, swapped: by its size the first is north"
        return localize(swap, east=north, north=east)
    return localize("points are made of the columns {east} and {north}", east=east, north=north)


def _is_latitude_first(first: np.ndarray, second: np.ndarray) -> bool:
    """In one cell nothing names the two: a Chinese longitude is more than any latitude there."""
    a, b = np.nanmedian(first) if len(first) else 0.0, np.nanmedian(second) if len(second) else 0.0
    return bool(3 < a < 54 and 73 < b < 136)


def is_swapped(east: np.ndarray, north: np.ndarray) -> bool:
    """True when the first is a northing (7 digits) and the second an easting (6 digits, or 8 with its zone)."""
    if not np.isfinite(east).any() or not np.isfinite(north).any():
        return False
    first, second = np.nanmedian(east), np.nanmedian(north)
    return bool(1.5e6 < first < 6e6 and (1e5 < second < 1e6 or 1.2e7 < second < 4.6e7))


def to_wkt_columns(
    frame: gpd.GeoDataFrame | pd.DataFrame, *, width: int | None = None, escape: bool = True
) -> pd.DataFrame:
    """The frame with its geometry as WKT in the last column, cut into columns of ``width`` characters where given.

    With ``escape`` names and texts that spreadsheets would run as a formula get an apostrophe; the reader takes it off.
    """
    spatial = isinstance(frame, gpd.GeoDataFrame)
    active = frame.geometry.name if spatial else None
    columns = {
        escape_formula(str(name)) if escape else str(name): escape_formulas(frame[name]) if escape else frame[name]
        for name in frame.columns
        if name != active
    }
    made = pd.DataFrame(columns, index=frame.index)
    if not spatial:
        return made
    texts = to_wkt(frame.geometry.to_numpy())
    longest = max((len(text) for text in texts if text), default=0)
    for number in range(1 if width is None else max(1, -(-longest // width))):
        cut = slice(None) if width is None else slice(number * width, (number + 1) * width)
        name = unique_name(frame, "geometry") if number == 0 else f"{CONTINUATION_COLUMN}{number}"
        made[name] = pd.Series([text and (text[cut] or None) for text in texts], index=made.index, dtype="str")
    return made


def escape_formulas(values: pd.Series) -> pd.Series:
    """Text cells that begin like a formula, with an apostrophe in front; other columns as they are."""
    if not (isinstance(values.dtype, pd.StringDtype) or values.dtype == object):
        return values
    return values.map(lambda cell: escape_formula(cell) if isinstance(cell, str) else cell)


def _unescape_formulas(values: pd.Series) -> pd.Series:
    if not (isinstance(values.dtype, pd.StringDtype) or values.dtype == object) or values.isna().all():
        return values
    return values.map(lambda cell: unescape_formula(cell) if isinstance(cell, str) else cell)

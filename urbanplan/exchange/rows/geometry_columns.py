"""Tables with a place: WKT or coordinate columns to geometries, and back to WKT."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import shapely

from urbanplan.exchange.frames import assemble
from urbanplan.exchange.gate.depth import DEEPEST, wkt_too_deep
from urbanplan.exchange.geometry.arrow import free_name, not_finite, shapes_of
from urbanplan.exchange.ogr import set_aside
from urbanplan.exchange.rows.detect_columns import Place, place_of
from urbanplan.exchange.rows.parse_coordinates import blank, numbers
from urbanplan.exchange.table import Source, Table
from urbanplan.model.translation import say

_BENT = re.compile(r"CIRCULARSTRING|COMPOUNDCURVE|CURVEPOLYGON|MULTICURVE|MULTISURFACE", re.IGNORECASE)
FORMULA = re.compile(r"'*[=+\-@\t\r]")
MORE = "geometry+"  # a WKT longer than a cell goes on in geometry+1, geometry+2 …


@dataclass(frozen=True)
class Rows:
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


def placed(columns: dict[str, pd.Series], source: Source, rows: Rows) -> Table:
    """A table from columns: with geometries where WKT, WKB or coordinates are found, else plain rows.

    Raises:
        ExchangeError: a pinned column is not there.
    """
    columns = {name: _unguarded(values) for name, values in columns.items()}
    place = place_of(columns, source)
    if place is None:
        frame = pd.DataFrame(columns)
        chosen = [name for name in source.columns or frame.columns if name in frame]
        return _aside(frame[chosen], rows.refused, source, say("plain rows"), rows)
    kept, made = dict(columns), None
    if place.kind == "wkt":
        made = from_wkt(_joined(columns, place.columns[0]))
        kept = {name: values for name, values in columns.items() if not name.startswith(MORE)}
    elif place.kind == "hex":
        made = _from_hex(columns[place.columns[0]])
    if made is not None:
        kept.pop(place.columns[0], None)
        shapes, refused, crs, notes = made
    else:
        shapes, refused, notes = _points(*_two(columns, place), place)
        crs = None
    default = "EPSG:4326" if place.degrees else None
    if source.columns is not None:
        kept = {name: kept[name] for name in source.columns if name in kept}
    frame, note = assemble(
        kept, shapes, source, declared=crs, default=default, implied=say("guessed: longitude and latitude in degrees")
    )
    return _aside(frame, refused | rows.refused, source, note, replace(rows, notes=(*rows.notes, *notes)))


def _aside(frame: Any, refused: dict[int, str], source: Source, note: str, rows: Rows) -> Table:
    return set_aside(
        frame, refused, source, note, numbers=rows.numbers, encoding=rows.encoding, notes=rows.notes, layer=rows.layer
    )


def _two(columns: dict[str, pd.Series], place: Place) -> tuple[pd.Series, pd.Series]:
    """East and north as columns; two numbers in one cell are divided."""
    if place.kind == "pair":
        return columns[place.columns[0]], columns[place.columns[1]]
    parts = [re.split(r"[,，;；\s]+", value.strip(), maxsplit=1) if isinstance(value, str) and value.strip() else []
             for value in columns[place.columns[0]]]  # fmt: skip
    pairs = [part if len(part) == 2 else (part * 2 or [None, None]) for part in parts]
    return pd.Series([a for a, _ in pairs], dtype=object), pd.Series([b for _, b in pairs], dtype=object)


def _joined(columns: dict[str, pd.Series], name: str) -> np.ndarray:
    texts = columns[name].astype(object).where(columns[name].notna(), None)
    number = 1
    while f"{MORE}{number}" in columns:
        texts = texts + columns[f"{MORE}{number}"].astype(object).where(columns[f"{MORE}{number}"].notna(), "")
        number += 1
    return texts.to_numpy(dtype=object)


def from_wkt(texts: np.ndarray) -> tuple[np.ndarray, dict[int, str], str | None, tuple[str, ...]]:
    """Geometries, reasons of the refused rows, the CRS that most ``SRID=`` say, and what is to be told."""
    texts = np.array([text if isinstance(text, str) or text is None else str(text) for text in texts], dtype=object)
    said = [match[1] if text and (match := re.match(r"\s*SRID=(\d+);", text, re.I)) else None for text in texts]
    if any(said):
        texts = np.array([text and re.sub(r"^\s*SRID=\d+;", "", text, flags=re.I) for text in texts], dtype=object)
    deep = wkt_too_deep(texts)
    refused = dict.fromkeys(
        np.flatnonzero(deep).tolist(), say("a geometry nested deeper than {levels} levels", levels=DEEPEST)
    )
    bent = np.array([bool(text and _BENT.search(text)) for text in texts], dtype=bool)
    refused |= dict.fromkeys(np.flatnonzero(bent).tolist(), "an arc in WKT: write it with straight lines")
    texts[deep | bent] = None
    shapes = shapely.from_wkt(texts, on_invalid="ignore")
    lost = shapely.is_missing(shapes) & np.array([bool(text and text.strip()) for text in texts], dtype=bool)
    refused |= dict.fromkeys(np.flatnonzero(lost).tolist(), "a text that is no WKT geometry")
    crs, others, notes = _srid([int(code) if code else 0 for code in said], shapes)
    return shapes, refused | not_finite(shapes) | others, crs, notes


def _from_hex(values: pd.Series) -> tuple[np.ndarray, dict[int, str], str | None, tuple[str, ...]]:
    """As :func:`from_wkt`, of WKB in hexadecimal digits as PostGIS writes it."""
    blobs, refused = [], {}
    for at, text in enumerate(values):
        try:
            blobs.append(bytes.fromhex(text) if isinstance(text, str) and text.strip() else None)
        except ValueError:
            blobs.append(None)
            refused[at] = "a text that is no WKB geometry"
    shapes, bad, notes = shapes_of(pa.chunked_array([pa.array(blobs, pa.binary())]))
    crs, others, more = _srid(shapely.get_srid(shapes).tolist(), shapes)
    return shapes, refused | bad | others, crs, (*notes, *more)


def _srid(codes: list[int], shapes: np.ndarray) -> tuple[str | None, dict[int, str], tuple[str, ...]]:
    """The CRS that most shapes say, the shapes that say another, and a note where some say none."""
    given = Counter(code for code in codes if code > 0)
    if not given:
        return None, {}, ()
    most, there = given.most_common(1)[0][0], int((~shapely.is_missing(shapes)).sum())
    reason = "it says SRID {code}, most say {most}"
    others = {at: say(reason, code=code, most=most) for at, code in enumerate(codes) if code > 0 and code != most}
    silent = there - sum(given.values())
    note = say("{count} geometries say no SRID: taken as {most}", count=silent, most=most)
    return f"EPSG:{most}", others, (note,) if silent > 0 else ()


def _points(east: pd.Series, north: pd.Series, place: Place) -> tuple[np.ndarray, dict[int, str], tuple[str, ...]]:
    """Points, reasons of refused rows, and what is to be told: of which columns, swapped or not, how written."""
    (x, written), (y, also) = numbers(east), numbers(north)
    none, nor = blank(east), blank(north)
    bad = ~(np.isfinite(x) & np.isfinite(y)) & ~(none & nor)
    refused = {at: _no_number(east, north, none, nor, x, at) for at in np.flatnonzero(bad).tolist()}
    turned = swapped(x, y) or (place.kind == "joint" and _latitude_first(x, y))
    shapes = np.full(len(x), None, dtype=object)
    good = np.isfinite(x) & np.isfinite(y)
    shapes[good] = shapely.points(*((y[good], x[good]) if turned else (x[good], y[good])))
    notes = [_of_columns(place, turned)]
    odd = (written | also) & good
    if odd.any():
        at = int(np.flatnonzero(odd)[0])
        what = "{count} coordinates are no plain numbers: {text} was read as {number}"
        one, text = (x, east) if written[at] else (y, north)
        notes.append(say(what, count=int(odd.sum()), text=repr(text.iloc[at]), number=round(float(one[at]), 9)))
    return shapes, refused, tuple(notes)


def _no_number(east: pd.Series, north: pd.Series, none: np.ndarray, nor: np.ndarray, x: np.ndarray, at: int) -> str:
    if none[at] or nor[at]:
        return "one of its two coordinates is empty"
    value = (north if np.isfinite(x[at]) else east).iloc[at]
    return say("a coordinate that is no number: {value}", value=repr(value)[:60])


def _of_columns(place: Place, turned: bool) -> str:
    if place.kind == "joint":
        if turned:
            return say("points are made of the column {name}, latitude first", name=place.columns[0])
        return say("points are made of the column {name}", name=place.columns[0])
    east, north = place.columns
    if turned:
        swap = "points are made of the columns {north} and {east}, swapped: by its size the first is north"
        return say(swap, east=north, north=east)
    return say("points are made of the columns {east} and {north}", east=east, north=north)


def _latitude_first(first: np.ndarray, second: np.ndarray) -> bool:
    """In one cell nothing names the two: a Chinese longitude is more than any latitude there."""
    a, b = np.nanmedian(first) if len(first) else 0.0, np.nanmedian(second) if len(second) else 0.0
    return bool(3 < a < 54 and 73 < b < 136)


def swapped(east: np.ndarray, north: np.ndarray) -> bool:
    """True when the first is a northing (7 digits) and the second an easting (6 digits, or 8 with its zone)."""
    if not np.isfinite(east).any() or not np.isfinite(north).any():
        return False
    first, second = np.nanmedian(east), np.nanmedian(north)
    return bool(1.5e6 < first < 6e6 and (1e5 < second < 1e6 or 1.2e7 < second < 4.6e7))


def spread(frame: gpd.GeoDataFrame | pd.DataFrame, *, width: int | None = None) -> pd.DataFrame:
    """The frame with its geometry as WKT in the last column, cut into columns of ``width`` characters where given.

    Texts that a spreadsheet would run as a formula get an apostrophe in front; the reader takes it away.
    """
    spatial = isinstance(frame, gpd.GeoDataFrame)
    active = frame.geometry.name if spatial else None
    columns = {str(name): guarded(frame[name]) for name in frame.columns if name != active}
    made = pd.DataFrame(columns, index=frame.index)
    if not spatial:
        return made
    texts = shapely.to_wkt(frame.geometry.to_numpy(), rounding_precision=-1)
    longest = max((len(text) for text in texts if text), default=0)
    for number in range(1 if width is None else max(1, -(-longest // width))):
        cut = slice(None) if width is None else slice(number * width, (number + 1) * width)
        name = free_name(frame, "geometry") if number == 0 else f"{MORE}{number}"
        made[name] = pd.Series([text and (text[cut] or None) for text in texts], index=made.index, dtype="str")
    return made


def guarded(values: pd.Series) -> pd.Series:
    """Text cells that begin like a formula, with an apostrophe in front; other columns as they are."""
    if not (isinstance(values.dtype, pd.StringDtype) or values.dtype == object):
        return values
    return values.map(lambda cell: f"'{cell}" if isinstance(cell, str) and FORMULA.match(cell) else cell)


def _unguarded(values: pd.Series) -> pd.Series:
    if not (isinstance(values.dtype, pd.StringDtype) or values.dtype == object) or values.isna().all():
        return values
    return values.map(
        lambda cell: cell[1:] if isinstance(cell, str) and cell[:1] == "'" and FORMULA.match(cell) else cell
    )

"""Tables with a place: WKT or coordinate columns to geometries, and back to WKT."""

from __future__ import annotations

import re
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from urbanplan.exchange.arrow import free_name, not_finite
from urbanplan.exchange.frames import assemble
from urbanplan.exchange.nesting import DEEPEST, wkt_too_deep
from urbanplan.exchange.ogr import set_aside
from urbanplan.exchange.table import Source, Table
from urbanplan.model.language import say

_WKT_NAMES = ("geometry", "wkt", "geom", "the_geom", "wkt_geom", "shape", "几何", "图形")
_WKT = re.compile(
    r"\s*(SRID=\d+;)?\s*(POINT|LINESTRING|POLYGON|MULTI\w+|GEOMETRYCOLLECTION|C\w+CURVE|C\w+STRING|CURVEPOLYGON)\b",
    re.IGNORECASE,
)
_PAIRS = (
    ("lon", "lat"), ("lng", "lat"), ("long", "lat"), ("longitude", "latitude"), ("经度", "纬度"),
    ("x", "y"), ("east", "north"), ("easting", "northing"), ("e", "n"),
    ("东坐标", "北坐标"), ("横坐标", "纵坐标"), ("x坐标", "y坐标"), ("y_east", "x_north"),
)  # fmt: skip
_DEGREES = {east for east, _ in _PAIRS[:5]}
FORMULA = re.compile(r"'*[=+\-@\t\r]")
MORE = "geometry+"  # a WKT longer than a cell goes on in geometry+1, geometry+2 …


def placed(columns: dict[str, pd.Series], source: Source, *, encoding: str | None, notes: tuple[str, ...]) -> Table:
    """A table from columns: with geometries where WKT or coordinates are found, else plain rows."""
    columns = {name: _unguarded(values) for name, values in columns.items()}
    found = _wkt_column(columns)
    if found:
        texts = _joined(columns, found)
        kept = {name: values for name, values in columns.items() if name != found and not name.startswith(MORE)}
        shapes, refused, crs = from_wkt(texts)
        return _table(kept, shapes, refused, source, encoding, notes, declared=crs)
    pair = _pair(columns)
    if pair:
        shapes, refused, turned = _points(columns[pair[0]], columns[pair[1]])
        default = "EPSG:4326" if pair[0].lower().strip() in _DEGREES else None
        what = "points are made of the columns {east} and {north}"
        swap = "points are made of the columns {north} and {east}, swapped: by its size the first is north"
        note = say(swap, east=pair[1], north=pair[0]) if turned else say(what, east=pair[0], north=pair[1])
        notes = (*notes, note)
        return _table(columns, shapes, refused, source, encoding, notes, default=default)
    frame = pd.DataFrame(columns)
    chosen = [name for name in source.columns or frame.columns if name in frame]
    return Table(frame[chosen], source.format.name, None, encoding, say("plain rows"), notes=notes)


def _table(
    columns: dict[str, pd.Series], shapes: np.ndarray, refused: dict[int, str], source: Source,
    encoding: str | None, notes: tuple[str, ...], **crs: Any,
) -> Table:  # fmt: skip
    if source.columns is not None:
        columns = {name: columns[name] for name in source.columns if name in columns}
    frame, note = assemble(columns, shapes, source, declared=crs.get("declared"), default=crs.get("default"))
    return set_aside(frame, refused, source, note, encoding=encoding, notes=notes)


def _wkt_column(columns: dict[str, pd.Series]) -> str | None:
    rank = {name: at for at, name in enumerate(_WKT_NAMES)}
    ordered = sorted(columns, key=lambda name: rank.get(name.lower(), len(rank)))
    for name in ordered:
        values = columns[name].dropna()
        if len(values) and isinstance(values.iloc[0], str) and _WKT.match(values.iloc[0]):
            return name
    named = [name for name in ordered if name.lower() in ("geometry", "wkt", "几何") and columns[name].isna().all()]
    return named[0] if named else None


def _joined(columns: dict[str, pd.Series], name: str) -> np.ndarray:
    texts = columns[name].astype(object).where(columns[name].notna(), None)
    number = 1
    while f"{MORE}{number}" in columns:
        texts = texts + columns[f"{MORE}{number}"].astype(object).where(columns[f"{MORE}{number}"].notna(), "")
        number += 1
    return texts.to_numpy(dtype=object)


def from_wkt(texts: np.ndarray) -> tuple[np.ndarray, dict[int, str], str | None]:
    """Geometries, reasons of the refused rows, and the CRS when all texts begin with the same ``SRID=``."""
    texts = np.array([text if isinstance(text, str) or text is None else str(text) for text in texts], dtype=object)
    prefixes = {match[1].upper() for text in texts if text and (match := re.match(r"\s*(SRID=\d+);", text, re.I))}
    if prefixes:
        texts = np.array([text and re.sub(r"^\s*SRID=\d+;", "", text, flags=re.I) for text in texts], dtype=object)
    deep = wkt_too_deep(texts)
    refused = dict.fromkeys(
        np.flatnonzero(deep).tolist(), say("a geometry nested deeper than {levels} levels", levels=DEEPEST)
    )
    texts[deep] = None
    shapes = shapely.from_wkt(texts, on_invalid="ignore")
    lost = shapely.is_missing(shapes) & np.array([bool(text) for text in texts], dtype=bool)
    refused |= dict.fromkeys(np.flatnonzero(lost).tolist(), "a text that is no WKT geometry")
    return shapes, refused | not_finite(shapes), f"EPSG:{prefixes.pop()[5:]}" if len(prefixes) == 1 else None


def _pair(columns: dict[str, pd.Series]) -> tuple[str, str] | None:
    lower = {name.lower().strip(): name for name in reversed(list(columns))}
    return next(((lower[east], lower[north]) for east, north in _PAIRS if east in lower and north in lower), None)


def _points(east: pd.Series, north: pd.Series) -> tuple[np.ndarray, dict[int, str], bool]:
    """Points, reasons of refused rows, and whether the columns were swapped by magnitude (X is north in survey)."""
    x = pd.to_numeric(east, errors="coerce").to_numpy(dtype=float, na_value=np.nan)
    y = pd.to_numeric(north, errors="coerce").to_numpy(dtype=float, na_value=np.nan)
    empty = (east.isna() & north.isna()).to_numpy()
    bad = ~(np.isfinite(x) & np.isfinite(y)) & ~empty
    refused = dict.fromkeys(np.flatnonzero(bad).tolist(), "a coordinate that is no number")
    turned = swapped(x, y)
    if turned:
        x, y = y, x
    shapes = np.full(len(x), None, dtype=object)
    good = np.isfinite(x) & np.isfinite(y)
    shapes[good] = shapely.points(x[good], y[good])
    return shapes, refused, turned


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

"""Boundary-point TXT in: plots with their rings, ring starts, order and point numbers as they stand."""

# pyarrow makes the functions of its compute module when it is loaded
# pyright: reportAttributeAccessIssue=false
from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pac

from urbanplan.exchange.boundary import writing as boundary_write
from urbanplan.exchange.boundary.dialect import detect_area_unit, detect_settings
from urbanplan.exchange.boundary.heads import HeadTable
from urbanplan.exchange.boundary.numbers import parse_numbers
from urbanplan.exchange.boundary.rings import PlotConventions, build_plots
from urbanplan.exchange.boundary.template import (
    HEAD_FIELDS,
    POINT_NUMBER_FIELD,
    RING_NUMBER_FIELD,
    Template,
    parse_preamble,
)
from urbanplan.exchange.boundary.text import BoundaryText, parse_text
from urbanplan.exchange.frames import resolve_crs
from urbanplan.exchange.ogr import separate_refused
from urbanplan.exchange.rows.geometry_columns import is_swapped
from urbanplan.exchange.table import Source, Table
from urbanplan.exchange.text.encoding import utf16_to_utf8
from urbanplan.model.translation import localize

write = boundary_write.write
losses = boundary_write.losses
_ZONE_PATTERN = re.compile("第?([0-9]{1,3})(?:号?带|度带|°|度|[eE])?")
_METRES = ("", "米", "m", "公尺", "metre", "meter", "metres", "meters")
_ZONE_METRES, _NORTHING_RANGE = 1e6, (1.5e6, 6.2e6)  # metres from zone to zone in eastings; Chinese northings
_SYSTEMS = (("2000", 4488, 4509), ("1980", 2324, 2345), ("80", 2324, 2345), ("1954", 2376, 2397), ("54", 2376, 2397))


def read(source: Source) -> Table:
    """Read a TXT.

    Raises:
        ExchangeError: it is no boundary-point file; the line at fault is named.
    """
    text = parse_text(source)
    first, second = parse_numbers(text.first), parse_numbers(text.second)
    usual = _is_usual(first, second)
    middles = _median(first[usual]), _median(second[usual])
    east_first = not is_swapped(*middles) and _is_east_first(*middles)
    east, north = (first, second) if east_first else (second, first)
    middle = float(middles[0 if east_first else 1][0])
    if not len(text.heads):
        text = replace(text, starts=_plot_starts(text, east, north))
    text = replace(text, bad=_unusual_plots(text, usual) | text.bad)
    made, refused, how = build_plots(text, east, north, close=source.close)
    crs, notes = _detect_crs(text, middle)
    if east_first:
        notes = (*notes, localize("east stands before north: told by the size of the coordinates"))
    settled, note = resolve_crs(made, source, declared=crs)
    frame = gpd.GeoDataFrame(_field_columns(text.heads, how), geometry=made, crs=settled)
    shape = Template(
        head=text.heads.names(), heads=len(text.heads) > 0, columns=text.columns, east_first=east_first,
        encoding=text.encoding, zone_prefix=middle > 1e7, bom=text.bom, newline=text.newline,
        last_newline=text.last_newline, preamble=text.preamble, **detect_settings(text, how), **detect_area_unit(frame),
    )  # fmt: skip
    kept = np.setdiff1d(np.arange(len(frame)), list(refused))
    closed = tuple(np.searchsorted(kept, how.mended).tolist())
    notes = (*text.notes, *notes, *how.notes)
    lost = (localize("values behind the coordinates of points, in {count} columns", count=text.extra),)
    return separate_refused(
        frame, refused, source, note, encoding=text.encoding, template=shape, notes=notes, closed=closed,
        lost=lost if text.extra else (),
    )  # fmt: skip


def _is_usual(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """True for each point that is written as most are: its axes in the same order, its easting in the same zone."""
    finite = np.isfinite(first) & np.isfinite(second)
    if not finite.any() or max(np.ptp(first[finite]), np.ptp(second[finite])) < _ZONE_METRES:
        return np.ones(len(first), dtype=bool)
    codes = np.full(len(first), -1.0)
    with np.errstate(invalid="ignore"):  # 7 digits are a northing
        codes[finite] = np.where(
            (first > _NORTHING_RANGE[0]) & (first < _NORTHING_RANGE[1]),
            second // _ZONE_METRES,
            1000 + first // _ZONE_METRES,
        )[finite]
    kinds, counts = np.unique(codes[finite], return_counts=True)
    return (codes == kinds[np.argmax(counts)]) | ~finite


def _unusual_plots(text: BoundaryText, usual: np.ndarray) -> dict[int, str]:
    """The plots with points that are written otherwise than most, and why they are set aside."""
    plots = np.unique(np.searchsorted(text.starts, np.flatnonzero(~usual), side="right") - 1)
    reason = "its coordinates are written otherwise than those of most plots: swapped axes, or another zone"
    return dict.fromkeys(plots.tolist(), reason)


def _median(values: np.ndarray) -> np.ndarray:
    """The median of the numbers among the values, NaN where there is none; shape (1,)."""
    given = values[np.isfinite(values)]
    return np.array([np.median(given) if len(given) else np.nan])


def _is_east_first(first: np.ndarray, second: np.ndarray) -> bool:
    """By the rule X is north and stands first; degrees and sizes may tell otherwise."""
    if abs(first[0]) <= 180 and abs(second[0]) <= 180:
        return bool(abs(first[0]) > 60)  # a Chinese longitude
    return bool(is_swapped(second, first))


def _plot_starts(text: BoundaryText, east: np.ndarray, north: np.ndarray) -> np.ndarray:
    """Without heads a plot begins where the numbers begin anew; a closing point stands on its ring's start."""
    anew = np.flatnonzero(pac.equal(text.numbers, text.numbers[0]).to_numpy(zero_copy_only=False))
    moved = (east[anew[1:]] != east[anew[:-1]]) | (north[anew[1:]] != north[anew[:-1]])
    return np.concatenate([[0], anew[1:][moved], [len(east)]])


def _field_columns(heads: HeadTable, how: PlotConventions) -> dict[str, pd.Series]:
    """The fields of the heads (without the count, which the points say) and the point numbers."""
    columns: dict[str, pd.Series] = {}
    for at, name in enumerate(heads.names()):
        if name == HEAD_FIELDS[1]:
            columns[name] = pd.Series(parse_numbers(heads.column(at)))
        elif name != HEAD_FIELDS[0]:
            cells = heads.column(at)
            given = pac.if_else(pac.equal(cells, ""), pa.scalar(None, cells.type), cells)
            if given.null_count < len(given):
                columns[name] = given.to_pandas()
            elif name in HEAD_FIELDS:
                columns[name] = pd.Series([None] * len(given), dtype=object)
    columns[POINT_NUMBER_FIELD] = how.numbers.to_pandas()
    if how.rings is not None:
        columns[RING_NUMBER_FIELD] = pd.Series(how.rings, dtype="str")
    return columns


def _detect_crs(text: BoundaryText, middle: float) -> tuple[str | None, tuple[str, ...]]:
    """The CRS that preamble and the middle easting say, and a note where the two disagree."""
    keys = parse_preamble(text.preamble)
    system = next((row for row in _SYSTEMS if row[0] in keys.get("坐标系", "2000")), None)
    if 0 < abs(middle) <= 180:
        return "EPSG:4490", (localize("the coordinates are degrees: they are taken as CGCS2000"),)
    if system is None:
        return None, (localize("the coordinate system {name} is local or unknown: pin its CRS", name=keys["坐标系"]),)
    six = keys.get("几度分带", "3").strip().startswith("6")
    zone = _said_zone(keys, six=six)
    prefix = int(middle // 1e6) if np.isfinite(middle) else 0
    notes = ()
    if prefix and zone and zone != prefix:
        what = localize(
            "the head says zone {zone}, the eastings begin with {prefix}: the eastings were believed",
            zone=zone,
            prefix=prefix,
        )
        notes = (what,)
    code = _epsg_code(system, prefix or zone, six=six, prefixed=bool(prefix))
    if code is not None and not keys.get("坐标系", "").strip():
        notes = (*notes, localize("no coordinate system is named: it is taken as CGCS2000"))
    unit = keys.get("计量单位", "").strip()
    if unit.lower() not in _METRES:
        notes = (*notes, localize("the head says the unit {unit}; the coordinates are read as metres", unit=unit[:20]))
    return code, notes


def _said_zone(keys: dict[str, str], *, six: bool) -> int:
    """The zone that the head says, by itself (38, 38带) or by its meridian (114); 0 where it says none."""
    for text in (keys.get("带号", ""), keys.get("中央子午线", ""), keys.get("中央经线", "")):
        found = _ZONE_PATTERN.fullmatch(text.strip())
        number = int(found[1]) if found else 0
        if 0 < number < 60:
            return number
        if 72 <= number <= 138 and number % (6 if six else 3) == (3 if six else 0):
            return (number + 3) // 6 if six else number // 3
    return 0


def _epsg_code(system: tuple[str, int, int], zone: int, *, six: bool, prefixed: bool) -> str | None:
    if six and system[0] == "2000" and 13 <= zone <= 23:
        return f"EPSG:{(4478 if prefixed else 4489) + zone}"
    if not six and 25 <= zone <= 45:
        return f"EPSG:{(system[1] if prefixed else system[2]) + zone}"
    return None


def raw_text(path: Any) -> bytes:
    """The beginning of the text as raw bytes."""
    with path.open("rb") as stream:
        return utf16_to_utf8(stream.read(500_000))[0]

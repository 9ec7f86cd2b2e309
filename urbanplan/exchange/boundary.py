"""Boundary-point TXT in: plots with their rings, ring starts, order and point numbers as they stand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa

from urbanplan.exchange import boundary_write
from urbanplan.exchange.boundary_rings import plots
from urbanplan.exchange.boundary_template import HEAD, NUMBERS, RINGS, Template, said
from urbanplan.exchange.boundary_text import Parts, parts
from urbanplan.exchange.boundary_ways import area_unit, digits_of, head_names, ways
from urbanplan.exchange.columns import column
from urbanplan.exchange.frames import settle
from urbanplan.exchange.ogr import set_aside
from urbanplan.exchange.placed import swapped
from urbanplan.exchange.table import Source, Table

write = boundary_write.write
losses = boundary_write.losses
_SYSTEMS = (("2000", 4488, 4509), ("1980", 2324, 2345), ("80", 2324, 2345), ("1954", 2376, 2397), ("54", 2376, 2397))


def read(source: Source) -> Table:
    """Read a TXT.

    Raises:
        ExchangeError: it is no boundary-point file; the line at fault is named.
    """
    text = parts(source)
    values = [_numbers(text.first), _numbers(text.second)]
    east_first = not swapped(values[0], values[1]) and _east_first(values)
    east, north = values if east_first else values[::-1]
    heads = [[cell.strip() for cell in head.split(",")] for head in text.heads]
    if not heads:
        text = replace(text, starts=_headless(text, east, north))
    made, refused, how = plots(text, east, north, heads)
    columns, fields = _columns(text, heads, how)
    crs, notes = _crs(text, east, source)
    frame = gpd.GeoDataFrame(columns, geometry=made, crs=settle(made, source, declared=crs)[0])
    shape = Template(
        head=fields, heads=bool(text.heads), columns=text.columns, east_first=east_first, encoding=text.encoding,
        zone_prefix=bool(np.nanmedian(east) > 1e7), bom=text.bom, newline=text.newline,
        last_newline=text.last_newline, preamble=text.preamble, digits=digits_of(text.first),
        **ways(text, how, heads), **area_unit(frame),
    )  # fmt: skip
    note = settle(made, source, declared=crs)[1]
    return set_aside(frame, refused, source, note, encoding=text.encoding, template=shape, notes=(*notes, *how.notes))


def _numbers(texts: pa.ChunkedArray) -> np.ndarray:
    """Texts as doubles; what is no number is NaN and refused with its plot."""
    try:
        return texts.cast(pa.float64()).to_numpy()
    except pa.ArrowInvalid:
        return pd.to_numeric(texts.to_pandas(), errors="coerce").to_numpy(dtype=float)


def _east_first(values: list[np.ndarray]) -> bool:
    """By the rule X is north and stands first; degrees and sizes may tell otherwise."""
    first, second = np.nanmedian(values[0]), np.nanmedian(values[1])
    if abs(first) <= 180 and abs(second) <= 180:
        return bool(abs(first) > 60)  # a Chinese longitude
    return bool(swapped(values[1], values[0]))


def _headless(text: Parts, east: np.ndarray, north: np.ndarray) -> np.ndarray:
    """Without heads a plot begins where the numbers begin anew; a closing point stands on its ring's start."""
    numbers = np.asarray(text.numbers.to_pylist(), dtype=object)
    firsts = np.flatnonzero(numbers == numbers[0])
    starts = [0]
    for at in firsts[1:].tolist():
        begin = starts[-1]
        if east[at] != east[begin] or north[at] != north[begin]:
            starts.append(at)
    return np.array([*starts, len(numbers)])


def _columns(text: Parts, heads: list[list[str]], how: Any) -> tuple[dict[str, pd.Series], tuple[str, ...]]:
    """The fields of the heads (without the count, which the points say), point numbers, and the head's names."""
    names = head_names(heads)
    columns: dict[str, pd.Series] = {}
    for at, name in enumerate(names):
        cells = [head[at] if at < len(head) else "" for head in heads]
        if name != HEAD[0]:
            made = _areas(cells) if name == HEAD[1] else column([cell or None for cell in cells])
            if name in HEAD or made.notna().any():
                columns[name] = made
    columns[NUMBERS] = pd.Series(how.numbers, dtype="str")
    if how.rings is not None:
        columns[RINGS] = pd.Series(how.rings, dtype="str")
    return columns, names


def _areas(cells: list[str]) -> pd.Series:
    numbers = pd.to_numeric(pd.Series(cells, dtype=object).replace("", None), errors="coerce")
    return numbers.astype("float64")


def _crs(text: Parts, east: np.ndarray, source: Source) -> tuple[str | None, tuple[str, ...]]:
    """The CRS that preamble and eastings say, and a note where the two disagree."""
    keys = said(text.preamble)
    system = next((row for row in _SYSTEMS if row[0] in keys.get("坐标系", "2000")), None)
    middle = float(np.nanmedian(east)) if np.isfinite(east).any() else 0.0
    if 0 < abs(middle) <= 180:
        return "EPSG:4490", ()
    if system is None:
        return None, (f"the coordinate system {keys.get('坐标系', '')!r} is local or unknown: pin its CRS",)
    zone = keys.get("带号", "").strip()
    prefix = int(middle // 1e6)
    notes = ()
    if prefix and zone.isdigit() and int(zone) != prefix:
        notes = (f"the head says zone {zone}, the eastings begin with {prefix}: the eastings were believed",)
    chosen = prefix or (int(zone) if zone.isdigit() else 0)
    return _code(system, chosen, six=keys.get("几度分带", "3").strip().startswith("6"), prefixed=bool(prefix)), notes


def _code(system: tuple[str, int, int], zone: int, *, six: bool, prefixed: bool) -> str | None:
    if six and system[0] == "2000" and 13 <= zone <= 23:
        return f"EPSG:{(4478 if prefixed else 4489) + zone}"
    if not six and 25 <= zone <= 45:
        return f"EPSG:{(system[1] if prefixed else system[2]) + zone}"
    return None


def raw_text(path: Any) -> bytes:
    """The beginning of the text as raw bytes."""
    with path.open("rb") as stream:
        return stream.read(500_000).removeprefix(b"\xef\xbb\xbf")

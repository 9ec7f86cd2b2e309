"""What looks wrong about a table: swapped axes, shifted web-map degrees, a wrong CRS, a wrong encoding."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from urbanplan.exchange.crs_guess import CrsGuess
from urbanplan.exchange.encoding import mojibake
from urbanplan.exchange.losses import texts
from urbanplan.exchange.table import Table
from urbanplan.layer.datum import TO_WGS84
from urbanplan.model.language import say

_WORDS = (
    ("gcj02", re.compile(r"gcj-?0?2|高德|amap|火星|echarts|腾讯", re.I)),
    ("bd09", re.compile(r"bd-?09|百度|baidu", re.I)),
)
_FAR, _FIT = 150.0, 0.4  # metres off before, and how much of that is left after the shift is undone


def suspicions(table: Table, ranked: list[CrsGuess], *, reference: Any = None) -> Iterator[dict[str, Any]]:
    """Each suspicion as ``code``, ``message``, ``confidence`` and ``repair``."""
    frame = table.frame
    if mojibake([text for _, column in texts(frame) for text in column.head(200)]):
        message = say("the texts look as if they were read in a wrong encoding ({encoding})", encoding=table.encoding)
        yield _row("encoding", message, 0.8, say("Pin another with --encoding."))
    if not isinstance(frame, gpd.GeoDataFrame) or not ranked:
        return
    yield from _axes(frame, ranked)
    yield from _declared(frame, ranked)
    yield from _shift(frame, table, reference)


def _row(code: str, message: str, confidence: float, repair: str) -> dict[str, Any]:
    return {"code": code, "message": message, "confidence": round(confidence, 2), "repair": repair}


def _axes(frame: gpd.GeoDataFrame, ranked: list[CrsGuess]) -> Iterator[dict[str, Any]]:
    best = ranked[0]
    if best.swapped:
        confidence = sum(guess.confidence for guess in ranked if guess.swapped)
        message = say("the axes are swapped: north stands before east, as {crs} would be", crs=best.crs)
        yield _row("axes-swapped", message, confidence, say("Bring it in with --swap-axes."))


def _declared(frame: gpd.GeoDataFrame, ranked: list[CrsGuess]) -> Iterator[dict[str, Any]]:
    """The declared CRS puts the data where its own limits end."""
    if frame.crs is None or frame.crs.area_of_use is None or ranked[0].swapped:
        return
    here = frame.total_bounds
    degrees = abs(here[0]) <= 180 and abs(here[3]) <= 90
    if frame.crs.is_geographic != degrees:
        message = say("the coordinates are not of the size that {crs} has", crs=frame.crs.name)
        yield _row("crs-size", message, 0.95, say("Pin {crs} with --crs.", crs=ranked[0].crs))


def _shift(frame: gpd.GeoDataFrame, table: Table, reference: Any) -> Iterator[dict[str, Any]]:
    repair = say("Bring it in with --datum gcj02 or --datum bd09.")
    if reference is not None and frame.crs is not None and len(reference):
        yield from _measured(frame, reference, repair)
        return
    said = " ".join([*map(str, frame.columns), *_notes(table), *_values(frame)])
    for datum, pattern in _WORDS:
        match = pattern.search(said)
        if match:
            message = say("{word} in the data speaks for {datum}", word=match[0], datum=datum.upper())
            yield _row(datum, message, 0.5, repair)


def _notes(table: Table) -> tuple[str, ...]:
    return table.notes


def _values(frame: gpd.GeoDataFrame) -> list[str]:
    return [text for _, column in texts(frame) for text in column.head(20)]


def _measured(frame: gpd.GeoDataFrame, reference: gpd.GeoDataFrame, repair: str) -> Iterator[dict[str, Any]]:
    """Against true boundaries: how far the data are off as they are, and after each shift is undone."""
    goal = reference.estimate_utm_crs()
    lines = shapely.union_all(shapely.boundary(reference.to_crs(goal).geometry.to_numpy()))
    degrees = shapely.get_coordinates(frame.to_crs("EPSG:4326").geometry.to_numpy())
    degrees = degrees[:: max(1, len(degrees) // 2000)]
    raw = _off(degrees, lines, goal)
    for datum, undo in TO_WGS84.items():
        back = np.column_stack(undo(degrees[:, 0], degrees[:, 1]))
        left = _off(back, lines, goal)
        if raw > _FAR and left < _FIT * raw:
            message = say(
                "the data lie {raw} m off the known boundary, {left} m when {datum} is undone",
                raw=round(raw),
                left=round(left),
                datum=datum.upper(),
            )
            yield _row(datum, message, min(0.98, 1 - left / raw), repair)


def _off(degrees: np.ndarray, lines: Any, goal: Any) -> float:
    """Median distance in metres from points in degrees to lines."""
    points = gpd.GeoSeries.from_xy(degrees[:, 0], degrees[:, 1], crs="EPSG:4326").to_crs(goal).to_numpy()
    shapely.prepare(lines)
    return float(np.median(shapely.distance(points, lines)))

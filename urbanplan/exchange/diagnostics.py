"""What looks wrong about a table: swapped axes, shifted web-map degrees, a wrong CRS, a wrong encoding."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from urbanplan.exchange.crs.guess import CrsGuess
from urbanplan.exchange.losses import texts
from urbanplan.exchange.table import Table
from urbanplan.exchange.text.encoding import mojibake
from urbanplan.layer.datum import TO_WGS84
from urbanplan.layer.location_checks import HEALED, SEEN, outside_share, web_map_shifts
from urbanplan.model.translation import say

_WORDS = (
    ("gcj02", re.compile(r"gcj|高德|amap|火星|echarts|腾讯", re.I)),
    ("bd09", re.compile(r"bd-?09|bd_l(ng|on|at)|百度|baidu", re.I)),
)
_ALIKE = 0.5  # of the boxes' union in common: the data draw the boundaries themselves
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
    yield from _nowhere(frame)
    if reference is not None and frame.crs is not None and len(reference) and _drawn(frame):
        found = list(_against(frame, ranked, reference))
        yield from found
        if any(row["code"] in TO_WGS84 for row in found):
            return
    yield from _said(frame, table)


def _drawn(frame: gpd.GeoDataFrame) -> bool:
    return not shapely.is_missing(frame.geometry.to_numpy()).all()


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


def _nowhere(frame: gpd.GeoDataFrame) -> Iterator[dict[str, Any]]:
    """Features at 0, 0 among others: a place that programs write where they know none."""
    corners = shapely.bounds(frame.geometry.to_numpy())
    zero = (corners == 0).all(axis=1)
    if zero.any() and not zero[np.isfinite(corners).all(axis=1)].all():
        row = int(np.flatnonzero(zero)[0]) + 1
        message = say("{count} features lie at 0, 0, the first is feature {row}", count=int(zero.sum()), row=row)
        yield _row("nowhere", message, 0.9, say("Give them their place, or take it out."))


def _said(frame: gpd.GeoDataFrame, table: Table) -> Iterator[dict[str, Any]]:
    """Words in the data that name a web map."""
    said = " ".join([*map(str, frame.columns), *table.notes, *_values(frame)])
    for datum, pattern in _WORDS:
        match = pattern.search(said)
        if match:
            message = say("{word} in the data speaks for {datum}", word=match[0], datum=datum.upper())
            yield _row(datum, message, 0.5, _undo())


def _values(frame: gpd.GeoDataFrame) -> list[str]:
    return [text for _, column in texts(frame) for text in column.head(20)]


def _against(frame: gpd.GeoDataFrame, ranked: list[CrsGuess], reference: gpd.GeoDataFrame) -> Iterator[dict[str, Any]]:
    """Against true boundaries: far off, drawn of the same boundaries and shifted, or sticking out of them."""
    goal = reference.estimate_utm_crs()
    land = shapely.union_all(shapely.make_valid(reference.to_crs(goal).geometry.to_numpy()))
    there = moved_to(frame, goal)
    if not len(there):
        return
    box, own = shapely.box(*land.bounds), shapely.box(*shapely.total_bounds(there))
    reach = max(land.bounds[2] - land.bounds[0], land.bounds[3] - land.bounds[1])
    if not np.isfinite(shapely.total_bounds(there)).all() or shapely.distance(box, own) > reach:
        yield from _elsewhere(frame, ranked, reference, there, land)
        return
    alike = box.intersection(own).area > _ALIKE * box.union(own).area
    found = list(_measured(frame, reference, goal)) if alike else []
    yield from found or _sticking_out(there, land, goal)


def moved_to(frame: gpd.GeoDataFrame, goal: Any) -> np.ndarray:
    """The shapes that are there, in the CRS ``goal``."""
    shapes = frame.geometry.to_crs(goal).to_numpy()
    return shapes[~(shapely.is_missing(shapes) | shapely.is_empty(shapes))]


def _elsewhere(
    frame: gpd.GeoDataFrame, ranked: list[CrsGuess], reference: gpd.GeoDataFrame, there: np.ndarray, land: Any
) -> Iterator[dict[str, Any]]:
    """Nothing lies near: the CRS by which it would, where there is one."""
    far = float(shapely.distance(land, shapely.box(*shapely.total_bounds(there)))) / 1000
    far = far if np.isfinite(far) else 20_000.0
    best = next((guess for guess in ranked if not guess.swapped and _lies_near(frame, guess, reference)), None)
    if best is None:
        message = say("the data lie {far} km from the plan's district", far=round(far))
        yield _row("elsewhere", message, 0.6, say("Check the file, or pin its CRS with --crs."))
        return
    message = say(
        "the data lie {far} km from the plan's district; {crs} would put them there", far=round(far), crs=best.crs
    )
    yield _row("wrong-crs", message, 0.9, say("Pin {crs} with --crs.", crs=best.crs))


def _lies_near(frame: gpd.GeoDataFrame, guess: CrsGuess, reference: gpd.GeoDataFrame) -> bool:
    left, low, right, high = reference.to_crs("EPSG:4326").total_bounds
    west, south, east, north = frame.total_bounds.tolist()
    middle = gpd.GeoSeries.from_xy([(west + east) / 2], [(south + north) / 2], crs=guess.crs).to_crs("EPSG:4326")
    wide, tall = right - left, high - low
    return bool(left - wide < middle.x.iloc[0] < right + wide and low - tall < middle.y.iloc[0] < high + tall)


def _sticking_out(there: np.ndarray, land: Any, goal: Any) -> Iterator[dict[str, Any]]:
    """Data that stick out of the district as a whole, and lie inside once a shift is undone."""
    share = outside_share(there, land)
    if share < SEEN or len(there) < 2:
        return
    for name, east, north in web_map_shifts(land, goal):
        left = outside_share(shapely.transform(there, lambda points, by=(east, north): points - by), land)
        if left <= HEALED * share:
            message = say(
                "{share} % of the data lie outside the district, {left} % when {datum} is undone",
                share=round(100 * share), left=round(100 * left), datum=name,
            )  # fmt: skip
            yield _row(name.lower().replace("-", ""), message, min(0.95, 1 - left / share), _undo())
            return


def _undo() -> str:
    return say("Bring it in with --datum gcj02 or --datum bd09.")


def _measured(frame: gpd.GeoDataFrame, reference: gpd.GeoDataFrame, goal: Any) -> Iterator[dict[str, Any]]:
    """How far boundaries are off the true ones as they are, and after each shift is undone."""
    repair = _undo()
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

"""What looks wrong about a table: swapped axes, shifted web-map degrees, a wrong CRS, a wrong encoding."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from urbanplan.exchange.crs.guess import CrsGuess
from urbanplan.exchange.losses import text_columns
from urbanplan.exchange.table import Table
from urbanplan.exchange.text.likelihood import likely_mojibake
from urbanplan.layer.crs import is_in_china
from urbanplan.layer.datum import TO_WGS84
from urbanplan.layer.location_checks import MIN_OUTSIDE_SHARE, explaining_shift, outside_share
from urbanplan.model.translation import localize

_WEB_MAP_WORDS = (
    ("gcj02", re.compile(r"gcj|高德|amap|火星|echarts|腾讯", re.I)),
    ("bd09", re.compile(r"bd-?09|bd_l(ng|on|at)|百度|baidu", re.I)),
)
_MOST_SIGNS = 2000  # of one text that guesses look at
_LARGEST = 5e7  # metres, feet: more than any zone with its digits, or the way around the earth
_MIN_OVERLAP = 0.5  # of the boxes' union in common: the data draw the boundaries themselves
_MIN_RIVAL = 2.0  # how much farther off the other shift must leave the data
_MIN_OFFSET, _MAX_RESIDUAL_SHARE = (
    150.0,
    0.4,
)  # metres off before, and how much of that is left after the shift is undone


def diagnose(table: Table, ranked: list[CrsGuess], *, reference: Any = None) -> Iterator[dict[str, Any]]:
    """Each suspicion as ``code``, ``message``, ``confidence`` and ``repair``."""
    frame = table.frame
    if likely_mojibake(_text_values(frame, 200)):
        message = localize(
            "the texts look as if they were read in a wrong encoding ({encoding})", encoding=table.encoding
        )
        yield _diagnosis("encoding", message, 0.8, localize("Pin another with --encoding."))
    if not isinstance(frame, gpd.GeoDataFrame) or not ranked:
        return
    yield from _swapped_axes(frame, ranked)
    yield from _wrong_crs(frame, ranked)
    yield from _null_island(frame)
    if reference is not None and frame.crs is not None and len(reference) and _has_geometry(frame):
        found = list(_compare_reference(frame, ranked, reference))
        yield from found
        return  # a boundary tells better than words
    yield from _web_map_words(frame, table)


def _has_geometry(frame: gpd.GeoDataFrame) -> bool:
    return not shapely.is_missing(frame.geometry.to_numpy()).all()


def _diagnosis(code: str, message: str, confidence: float, repair: str) -> dict[str, Any]:
    return {"code": code, "message": message, "confidence": round(confidence, 2), "repair": repair}


def _swapped_axes(frame: gpd.GeoDataFrame, ranked: list[CrsGuess]) -> Iterator[dict[str, Any]]:
    best = ranked[0]
    if best.swapped:
        confidence = sum(guess.confidence for guess in ranked if guess.swapped)
        message = localize("the axes are swapped: north stands before east, as {crs} would be", crs=best.crs)
        yield _diagnosis("axes-swapped", message, confidence, localize("Bring it in with --swap-axes."))


def _wrong_crs(frame: gpd.GeoDataFrame, ranked: list[CrsGuess]) -> Iterator[dict[str, Any]]:
    """The declared CRS puts the data where its own limits end."""
    if not ranked[0].swapped and (message := size_contradiction(frame)) is not None:
        yield _diagnosis("crs-size", message, 0.95, localize("Pin {crs} with --crs.", crs=ranked[0].crs))


def size_contradiction(frame: Any) -> str | None:
    """That coordinates are not of the size that the CRS of the frame has; None where they are, or there is none."""
    crs = getattr(frame, "crs", None)
    if crs is None or crs.area_of_use is None:
        return None
    here = np.abs(frame.total_bounds)
    if not np.isfinite(here).all():
        return None
    degrees = here[0] <= 180 and here[3] <= 90
    if crs.is_geographic == degrees and (degrees or here.max() <= _LARGEST):
        return None
    return localize("the coordinates are not of the size that {crs} has", crs=crs.name)


def _null_island(frame: gpd.GeoDataFrame) -> Iterator[dict[str, Any]]:
    """Features at 0, 0 among others: a place that programs write where they know none."""
    corners = shapely.bounds(frame.geometry.to_numpy())
    zero = (corners == 0).all(axis=1)
    if zero.any() and not zero[np.isfinite(corners).all(axis=1)].all():
        row = int(np.flatnonzero(zero)[0]) + 1
        message = localize("{count} features lie at 0, 0, the first is feature {row}", count=int(zero.sum()), row=row)
        yield _diagnosis("nowhere", message, 0.9, localize("Give them their place, or take it out."))


def _web_map_words(frame: gpd.GeoDataFrame, table: Table) -> Iterator[dict[str, Any]]:
    """Words in the data that name a web map."""
    said = " ".join([*map(str, frame.columns), *table.notes, *_text_values(frame, 20)])
    found = [(datum, match[0]) for datum, pattern in _WEB_MAP_WORDS if (match := pattern.search(said))]
    if len(found) == 1 and _lies_in_china(frame):
        ((datum, word),) = found
        message = localize("{word} in the data speaks for {datum}", word=word, datum=datum.upper())
        hint = localize("Compare it with a known boundary first: urbanplan inspect --plan.")
        yield _diagnosis(datum, message, 0.5, hint)


def _lies_in_china(frame: gpd.GeoDataFrame) -> bool:
    """Whether the middle of the data lies in China; data without a CRS are taken to be degrees."""
    if not _has_geometry(frame):
        return False
    west, south, east, north = frame.total_bounds.tolist()
    middle = gpd.GeoSeries.from_xy([(west + east) / 2], [(south + north) / 2], crs=frame.crs or "EPSG:4326")
    place = middle.to_crs("EPSG:4326")
    return is_in_china(place.x.item(), place.y.item())


def _text_values(frame: Any, rows: int) -> list[str]:
    """The beginnings of the first texts of each column: a guess needs no more of a value of many megabytes."""
    return [text[:_MOST_SIGNS] for _, column in text_columns(frame) for text in column.head(rows)]


def _compare_reference(
    frame: gpd.GeoDataFrame, ranked: list[CrsGuess], reference: gpd.GeoDataFrame
) -> Iterator[dict[str, Any]]:
    """Against true boundaries: far off, drawn of the same boundaries and shifted, or sticking out of them."""
    goal = reference.estimate_utm_crs()
    land = shapely.union_all(shapely.make_valid(reference.to_crs(goal).geometry.to_numpy()))
    there = shapes_in_crs(frame, goal)
    if not len(there):
        return
    box, own = shapely.box(*land.bounds), shapely.box(*shapely.total_bounds(there))
    reach = max(land.bounds[2] - land.bounds[0], land.bounds[3] - land.bounds[1])
    if not np.isfinite(shapely.total_bounds(there)).all() or shapely.distance(box, own) > reach:
        yield from _far_away(frame, ranked, reference, there, land)
        return
    alike = box.intersection(own).area > _MIN_OVERLAP * box.union(own).area
    found = list(_shifted_boundaries(frame, reference, goal)) if alike else []
    yield from found or _outside_district(there, land, goal)


def shapes_in_crs(frame: gpd.GeoDataFrame, goal: Any) -> np.ndarray:
    """The shapes that are there, in the CRS ``goal``."""
    shapes = frame.geometry.to_crs(goal).to_numpy()
    return shapes[~(shapely.is_missing(shapes) | shapely.is_empty(shapes))]


def _far_away(
    frame: gpd.GeoDataFrame, ranked: list[CrsGuess], reference: gpd.GeoDataFrame, there: np.ndarray, land: Any
) -> Iterator[dict[str, Any]]:
    """Nothing lies near: the CRS by which it would, where there is one."""
    far = float(shapely.distance(land, shapely.box(*shapely.total_bounds(there)))) / 1000
    far = far if np.isfinite(far) else 20_000.0
    best = next((guess for guess in ranked if not guess.swapped and _is_near(frame, guess, reference)), None)
    if best is None:
        message = localize("the data lie {far} km from the plan's district", far=round(far))
        yield _diagnosis("elsewhere", message, 0.6, localize("Check the file, or pin its CRS with --crs."))
        return
    message = localize(
        "the data lie {far} km from the plan's district; {crs} would put them there", far=round(far), crs=best.crs
    )
    yield _diagnosis("wrong-crs", message, 0.9, localize("Pin {crs} with --crs.", crs=best.crs))


def _is_near(frame: gpd.GeoDataFrame, guess: CrsGuess, reference: gpd.GeoDataFrame) -> bool:
    left, low, right, high = reference.to_crs("EPSG:4326").total_bounds
    west, south, east, north = frame.total_bounds.tolist()
    middle = gpd.GeoSeries.from_xy([(west + east) / 2], [(south + north) / 2], crs=guess.crs).to_crs("EPSG:4326")
    wide, tall = right - left, high - low
    return bool(left - wide < middle.x.iloc[0] < right + wide and low - tall < middle.y.iloc[0] < high + tall)


def _outside_district(there: np.ndarray, land: Any, goal: Any) -> Iterator[dict[str, Any]]:
    """Data that stick out of the district as a whole, and lie inside once a shift is undone."""
    share = outside_share(there, land)
    if share < MIN_OUTSIDE_SHARE or len(there) < 2:
        return
    winner = explaining_shift(there, land, goal)
    if winner is not None:
        name, _, _, left = winner
        message = localize(
            "{share} % of the data lie outside the district, {left} % when {datum} is undone",
            share=round(100 * share), left=round(100 * left), datum=name,
        )  # fmt: skip
        code = name.lower().replace("-", "")
        yield _diagnosis(code, message, min(0.95, 1 - left / share), _undo_hint(code))


def _undo_hint(datum: str) -> str:
    return localize("Bring it in with --datum {datum}.", datum=datum)


def _shifted_boundaries(frame: gpd.GeoDataFrame, reference: gpd.GeoDataFrame, goal: Any) -> Iterator[dict[str, Any]]:
    """How far boundaries are off the true ones as they are, and after each shift is undone."""
    lines = shapely.union_all(shapely.boundary(reference.to_crs(goal).geometry.to_numpy()))
    degrees = shapely.get_coordinates(frame.to_crs("EPSG:4326").geometry.to_numpy())
    degrees = degrees[:: max(1, len(degrees) // 2000)]
    raw = _median_distance(degrees, lines, goal)
    if raw <= _MIN_OFFSET or not is_in_china(*np.median(degrees, axis=0).tolist()):
        return
    undone = {
        datum: _median_distance(np.column_stack(undo(degrees[:, 0], degrees[:, 1])), lines, goal)
        for datum, undo in TO_WGS84.items()
    }
    (left, datum), (rival, _) = sorted((left, datum) for datum, left in undone.items())[:2]
    if left < _MAX_RESIDUAL_SHARE * raw and rival > _MIN_RIVAL * left:
        message = localize(
            "the data lie {raw} m off the known boundary, {left} m when {datum} is undone",
            raw=round(raw),
            left=round(left),
            datum=datum.upper(),
        )
        yield _diagnosis(datum, message, min(0.98, 1 - left / raw), _undo_hint(datum))


def _median_distance(degrees: np.ndarray, lines: Any, goal: Any) -> float:
    """Median distance in metres from points in degrees to lines."""
    points = gpd.GeoSeries.from_xy(degrees[:, 0], degrees[:, 1], crs="EPSG:4326").to_crs(goal).to_numpy()
    shapely.prepare(lines)
    return float(np.median(shapely.distance(points, lines)))

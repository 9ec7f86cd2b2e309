"""The map of a rain: hillshade, contours, streets, and ponding by a slider of rainfall, in one HTML file."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from urbanplan.model.translation import current_language, localize
from urbanplan.view.map.png import encode_png

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.floating[Any]]

WATER = ((158, 202, 225, 205), (66, 146, 198, 225), (8, 69, 148, 240))
"""Colours of the depth classes, the shallowest first."""
_CONTOUR, _STREET, _SHADES = 250, 251, 250
_LINES = 12
"""Contours on a map at most, about."""


def write_rain_map(result: Any, path: Path) -> None:
    """Draw the map to one HTML file that opens without a network, whole or not at all.

    Args:
        result: an :class:`urbanplan.analysis.rain_result.RainResult`. path: of the file.
    """
    from urbanplan.exchange.files.atomic import atomic_write

    page = rain_page(result)
    with atomic_write(path) as temporary:
        temporary.write_text(page, encoding="utf-8", newline="\n")


def rain_page(result: Any) -> str:
    """The page's text in the current language."""
    from urbanplan.view.linker import link
    from urbanplan.view.page import FONTS, Page, read_asset

    title = localize("Where the water stands: {name}", name=result.inputs.elevation.name)
    if result.inputs.illustrative:
        title = localize("{title} (illustrative data)", title=title)
    return Page(
        title=title,
        styles=[read_asset("rain.css").replace("FONTS", FONTS)],
        scripts=[link("rain/page.js")],
        data={"rain-data": _data(result, title)},
        body=read_asset("rain-shell.html"),
        lang=current_language(),
    ).html()


def _data(result: Any, title: str) -> dict[str, Any]:
    ground = result.basins.elevation
    step = contour_step(ground.heights)
    keys = [f"{one.metres:.2f}" for one in result.depth_classes]
    return {
        "title": title,
        "ground": _picture(*_ground_picture(result, step)),
        "aspect": float(np.median(ground.steepness[:, 1] / ground.steepness[:, 3])),
        "rains": [_rain(result, one, keys) for one in result.ponding],
        "classes": [
            {"text": f"> {key} m", "colour": "#{:02x}{:02x}{:02x}".format(*WATER[k][:3])} for k, key in enumerate(keys)
        ],
        "limits": result.limits,
        "words": {
            "rain": localize("rain"), "standing": localize("standing (m³)"), "gone": localize("gone (m³)"),
            "streets": localize("streets under water"), "name": localize("name"), "depth": localize("depth (m)"),
            "metres": localize("deeper than {depth} m (m)", depth=keys[0]),
            "contours": localize("contours every {step:g} m", step=step), "limits": localize("What this cannot say"),
            "unverified": localize("depth classes are unverified"), "closer": localize("Closer"),
            "farther": localize("Farther"), "whole": localize("Whole"), "map": localize("map of the water"),
            "none": localize("no street lies under water"),
        },
    }  # fmt: skip


def _rain(result: Any, water: Any, keys: list[str]) -> dict[str, Any]:
    """The picture and the figures of one rain; the ten streets with most metres under water."""
    bounds = [float(key) for key in keys]
    classes = np.digitize(np.nan_to_num(water.depth), bounds, right=True)
    rows: list[dict[str, Any]] = []
    if "streets" in result.stands:
        table = result.table("streets", rain_mm=water.rain_mm)
        rows = [
            {"name": row["name"] or row["id"], "depth": row["depth_m"], "metres": row[keys[0]]}
            for row in table[table[keys[0]] > 0].head(10).to_dict("records")
        ]
    palette = [(0, 0, 0, 0), *WATER]
    return {"mm": water.rain_mm, "picture": _picture(classes, palette), "standing": water.stored_m3,
            "gone": water.out_m3, "streets": rows}  # fmt: skip


def _picture(numbers: NDArray[Any], palette: list[tuple[int, int, int, int]]) -> dict[str, Any]:
    rows, columns = numbers.shape
    return {"width": columns, "height": rows, "png": base64.b64encode(encode_png(numbers, palette)).decode("ascii")}


def _ground_picture(result: Any, step: float) -> tuple[NDArray[np.uint8], list[tuple[int, int, int, int]]]:
    """Shades of the ground, contours and streets; voids are left open."""
    ground = result.basins.elevation
    shade = hillshade(ground.heights, ground.steepness)
    numbers = np.where(np.isnan(shade), 255, np.clip(shade * (_SHADES - 1), 0, _SHADES - 1)).astype(np.uint8)
    numbers[contours(ground.heights, step)] = _CONTOUR
    if "streets" in result.stands:
        cells = result.stands["streets"].samples.cell
        numbers.ravel()[cells[cells >= 0]] = _STREET
    shades = [(level, level, level - 6, 255) for level in np.linspace(120, 250, _SHADES).astype(int).tolist()]
    rest = [(255, 255, 255, 0)] * 4
    return numbers, [*shades, (158, 112, 62, 255), (96, 100, 106, 255), *rest]


def hillshade(heights: Floats, steepness: Floats) -> Floats:
    """Light from the north-west, 45 degrees high, slopes as steep as makes a plain readable: 0 to 1, NaN where void."""
    down = np.gradient(heights, axis=0) * steepness[:, 1:2] if len(heights) > 1 else np.zeros_like(heights)
    right = np.gradient(heights, axis=1) * steepness[:, 3:4] if heights.shape[1] > 1 else np.zeros_like(heights)
    known = np.abs(np.concatenate([down[np.isfinite(down)], right[np.isfinite(right)]]))
    steep = float(np.quantile(known, 0.95)) if known.size else 0.0
    factor = 0.6 / steep if steep > 0 else 1.0
    light = (1.0 + factor * (down + right) / np.sqrt(2)) / np.sqrt(2 * (1.0 + factor**2 * (down**2 + right**2)))
    light = np.where(np.isnan(light), np.sqrt(0.5), light)
    return np.where(np.isnan(heights), np.nan, np.clip(light, 0.0, 1.0))


def contour_step(heights: Floats) -> float:
    """Metres between contours: 1, 2 or 5 times a power of ten, some twelve over the ground."""
    span = float(np.nanmax(heights) - np.nanmin(heights)) / _LINES
    if span <= 0:
        return 1.0
    power = 10.0 ** np.floor(np.log10(span))
    return float(next(one * power for one in (1, 2, 5, 10) if one * power >= span * (1 - 1e-9)))


def contours(heights: Floats, step: float) -> NDArray[np.bool_]:
    """Cells in which a contour begins: their band of heights is above that of a neighbour to the south or east."""
    band = np.floor(heights / step)
    found = np.zeros(heights.shape, np.bool_)
    found[:-1] |= band[:-1] > band[1:]
    found[1:] |= band[1:] > band[:-1]
    found[:, :-1] |= band[:, :-1] > band[:, 1:]
    found[:, 1:] |= band[:, 1:] > band[:, :-1]
    return found

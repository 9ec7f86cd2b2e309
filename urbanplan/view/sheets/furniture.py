"""What stands in every drawing: north arrow, scale bar, basis mark, grid crosses."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from urbanplan.model.translation import localize
from urbanplan.view.sheets.boxes import Boxes, upright_box
from urbanplan.view.sheets.facts import basis_text
from urbanplan.view.sheets.fonts import CjkFont
from urbanplan.view.sheets.frame import Frame, scale_bar
from urbanplan.view.sheets.labels import Label, LabelPosition

_CORNER_MARGIN = 2.5  # mm from the frame


@dataclass(frozen=True)
class Furniture:
    """Boxes that keep their place, crosses that text rather keeps off, and data to draw them."""

    labels: list[Label]
    crosses: list[Boxes]
    data: dict[str, Any]


def _block(width: float, height: float, x: float, y: float) -> Label:
    place = LabelPosition(x + width / 2, y + height / 2)
    return Label("", "block", 1.0, width, height, -1.0, (place,), fixed=True)


def _scale_bar(frame: Frame, font: CjkFont) -> tuple[Label, dict[str, Any]]:
    division, count = scale_bar(frame.scale)
    step = division * 1000 / frame.scale
    ticks = [f"{division * i:g}" for i in range(count + 1)]
    ticks[-1] += " m"
    spare = font.width(ticks[-1], 2.0) / 2 + 0.5
    width = step * count + spare + font.width(ticks[0], 2.0) / 2
    height = 5.6
    x, y = _CORNER_MARGIN, frame.height - _CORNER_MARGIN - height
    data = {"x": x + font.width(ticks[0], 2.0) / 2, "y": y + 3.2, "step": step, "ticks": ticks}
    return _block(width, height, x, y), data


def _basis_mark(frame: Frame, font: CjkFont, text: str) -> tuple[Label, dict[str, Any]]:
    width, height = font.width(text, 3.2) + 4, 6.0
    x, y = _CORNER_MARGIN, _CORNER_MARGIN
    return _block(width, height, x, y), {"x": x, "y": y, "width": width, "height": height, "text": text}


def _grid(frame: Frame) -> list[dict[str, Any]]:
    """Lines of the coordinate grid, 4 to 10 cm apart, with their numbers in kilometres."""
    west, south, east, north = frame.window
    power = 10 ** math.floor(math.log10(frame.metres(40)))
    step = next(power * k for k in (1, 2, 5, 10) if power * k >= frame.metres(40))
    eastings = [step * i for i in range(math.ceil(west / step), math.floor(east / step) + 1)]
    northings = [step * i for i in range(math.ceil(south / step), math.floor(north / step) + 1)]
    data = [
        {"axis": "x", "at": (e - west) * 1000 / frame.scale, "text": f"{e / 1000:.{_decimals(step)}f}"}
        for e in eastings
    ]
    data += [
        {"axis": "y", "at": (north - n) * 1000 / frame.scale, "text": f"{n / 1000:.{_decimals(step)}f}"}
        for n in northings
    ]
    return data


def _grid_crosses(grid: list[dict[str, Any]]) -> list[Boxes]:
    """The crosses of a grid, each as a square on paper."""
    xs, ys = ([line["at"] for line in grid if line["axis"] == axis] for axis in "xy")
    return [upright_box(x, y, 3.0, 3.0) for x in xs for y in ys]


def _decimals(step: float) -> int:
    return max(0, 3 - math.floor(math.log10(step)))


def build_furniture(frame: Frame, font: CjkFont, *, basis: str) -> Furniture:
    """North arrow, scale bar, grid and mark of the basis (``surveyed``, ``reported`` or ``illustrative``)."""
    arrow = _block(7.0, 14.0, frame.width - 8.5, _CORNER_MARGIN)
    bar, bar_data = _scale_bar(frame, font)
    text = localize("Basis: {basis}", basis=basis_text(basis))
    mark, mark_data = _basis_mark(frame, font, text)
    grid = _grid(frame)
    data = {
        "arrow": {"x": frame.width - 5.0, "y": _CORNER_MARGIN, "text": "N"},
        "bar": bar_data,
        "mark": {**mark_data, "strong": basis == "illustrative"},
        "grid": grid,
    }
    return Furniture([arrow, bar, mark], _grid_crosses(grid), data)

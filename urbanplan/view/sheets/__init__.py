"""Sheets: A4 pages at an exact scale for parcels, road projects and the circle of each sub-district."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from urbanplan.view.sheets.batch import Made, circle_sheets, road_sheets, sheets
    from urbanplan.view.sheets.fonts import CjkFont, cjk_font

__all__ = ["CjkFont", "Made", "circle_sheets", "cjk_font", "road_sheets", "sheets"]

_HOME = {
    "sheets": "batch",
    "road_sheets": "batch",
    "circle_sheets": "batch",
    "Made": "batch",
    "cjk_font": "fonts",
    "CjkFont": "fonts",
}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(name)
    return getattr(import_module(f"urbanplan.view.sheets.{_HOME[name]}"), name)

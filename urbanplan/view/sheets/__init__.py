"""Sheets: A4 pages at an exact scale for parcels, road projects and the circle of each sub-district."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from urbanplan.view.sheets.batch import BatchResult, circle_sheets, parcel_sheets, road_sheets
    from urbanplan.view.sheets.fonts import CjkFont, cjk_font

__all__ = ["BatchResult", "CjkFont", "circle_sheets", "cjk_font", "parcel_sheets", "road_sheets"]

_HOME = {
    "parcel_sheets": "batch",
    "road_sheets": "batch",
    "circle_sheets": "batch",
    "BatchResult": "batch",
    "cjk_font": "fonts",
    "CjkFont": "fonts",
}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(name)
    return getattr(import_module(f"urbanplan.view.sheets.{_HOME[name]}"), name)

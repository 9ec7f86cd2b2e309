"""What people look at: terminal text, maps, sheets and pages."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from urbanplan.view.map.draw import draw_map

__all__ = ["draw_map"]

_HOMES = {"draw_map": "urbanplan.view.map.draw"}


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

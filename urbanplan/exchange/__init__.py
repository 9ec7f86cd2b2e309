"""Layers in, layers out, nothing lost: the gate, the formats, and the two doors ``read`` and ``write``."""

from __future__ import annotations

from importlib import import_module
from typing import Any

_MODULES = {
    "read": "reading",
    "write": "writing",
    "inspect": "inspection",
    "Inspection": "inspection",
    "admit": "gate.admission",
    "Table": "table",
    "Written": "table",
    "FORMATS": "formats",
}
__all__ = ["FORMATS", "Inspection", "Table", "Written", "admit", "inspect", "read", "write"]  # pyright: ignore


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        return getattr(import_module(f"urbanplan.exchange.{_MODULES[name]}"), name)
    raise AttributeError(f"module 'urbanplan.exchange' has no attribute {name!r}")

"""The network room: streets from lines, reach from places, coverage on every metre, with a proof."""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from urbanplan.network.build import build
    from urbanplan.network.graph import Network
    from urbanplan.network.walk.certificate import check
    from urbanplan.network.walk.coverage import Coverage, coverage
    from urbanplan.network.walk.sources import Places, places

_HOMES = {
    "Coverage": "walk.coverage",
    "Network": "graph",
    "Places": "walk.sources",
    "build": "build",
    "check": "walk.certificate",
    "coverage": "walk.coverage",
    "places": "walk.sources",
}

__all__ = ["Coverage", "Network", "Places", "build", "check", "coverage", "places"]


class _Room(ModuleType):
    """A package whose verbs win over the modules of the same name, whichever is imported first."""

    def __setattr__(self, name: str, value: Any) -> None:
        if isinstance(value, ModuleType) and _HOMES.get(name) == name:
            value = getattr(value, name)
        super().__setattr__(name, value)


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(name)
    return getattr(import_module(f"urbanplan.network.{_HOMES[name]}"), name)


sys.modules[__name__].__class__ = _Room

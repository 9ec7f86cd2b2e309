"""The network room: streets from lines, reach from places, coverage on every metre, with a proof."""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from urbanplan.network.build import build
    from urbanplan.network.certificate import check
    from urbanplan.network.coverage import Coverage, coverage
    from urbanplan.network.graph import Network
    from urbanplan.network.places import Places, places

_HOMES = {
    "Coverage": "coverage",
    "Network": "graph",
    "Places": "places",
    "build": "build",
    "check": "certificate",
    "coverage": "coverage",
    "places": "places",
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

"""The residents room: homes, population areas and rasters as people on streets."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from urbanplan.residents.cells import areas
    from urbanplan.residents.dwellings import homes
    from urbanplan.residents.grid import raster_cells
    from urbanplan.residents.placing import residents

_HOMES = {"areas": "cells", "homes": "dwellings", "raster_cells": "grid", "residents": "placing"}

__all__ = ["areas", "homes", "raster_cells", "residents"]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(name)
    return getattr(import_module(f"urbanplan.residents.{_HOMES[name]}"), name)

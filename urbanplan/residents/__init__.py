"""The residents room: homes, population areas and rasters as people on streets."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from urbanplan.residents.cells import residents_from_areas
    from urbanplan.residents.dwellings import residents_from_homes
    from urbanplan.residents.grid import read_raster_cells
    from urbanplan.residents.placing import assign_residents

_EXPORTS = {
    "assign_residents": "placing",
    "read_raster_cells": "grid",
    "residents_from_areas": "cells",
    "residents_from_homes": "dwellings",
}

__all__ = ["assign_residents", "read_raster_cells", "residents_from_areas", "residents_from_homes"]


def __getattr__(name: str) -> Any:
    if name not in _EXPORTS:
        raise AttributeError(name)
    return getattr(import_module(f"urbanplan.residents.{_EXPORTS[name]}"), name)

"""River, lake and railway as shapes of the drawing plane, and the paths along them."""

from __future__ import annotations

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from .frame import BRANCH, BRANCH_WIDTH, LAKE_SHORE, RAILWAY, RIVER, RIVER_WIDTH, XS, YS
from .lines import Line
from .plane import LAKE, Points, random
from .shapes import offset, ribbon

PARK = np.array([[XS[4], YS[4]], [XS[6], YS[4]], [XS[6], YS[6]], [XS[4], YS[6]]])
ISLAND = np.array([-480.0, 190.0])


def river_ring() -> Points:
    """The main river, of changing width."""
    wave = RIVER_WIDTH + 9 * np.sin(np.arange(len(RIVER)) / 5.0)
    return ribbon(RIVER, wave)


def branch_ring() -> Points:
    """The west branch."""
    return ribbon(BRANCH, BRANCH_WIDTH)


def water() -> BaseGeometry:
    """All water of the drawing plane, for tests of position."""
    return shapely.union_all([shapely.Polygon(r) for r in (river_ring(), branch_ring(), LAKE_SHORE)])


def railway() -> shapely.LineString:
    """The railway's middle line."""
    return shapely.LineString(RAILWAY)


def _loop(scale: float, phase: int, kind: str) -> list[Line]:
    ring = LAKE + [35, 20] + (LAKE_SHORE - LAKE - [35, 20]) * scale
    ring = np.vstack([ring, ring[:1]])
    return [Line(ring[k * 18 : k * 18 + 19], kind, f"P{phase}") for k in range(4)]


def park_paths() -> list[Line]:
    """Loops around the lake, ways from them to the streets, and a bridge to the island."""
    generator = random("park paths")
    out = _loop(1.075, 1, "步行道") + _loop(1.5, 2, "步行道")
    loop = np.vstack([line.points[:-1] for line in out[:4]])
    outer = np.vstack([line.points[:-1] for line in out[4:]])
    low, high = PARK.min(axis=0), PARK.max(axis=0)
    for k in range(0, 72, 6):
        out.append(Line(np.array([loop[k], outer[(k + 2) % 72]]), "步行道", ""))
        away = outer[k] - LAKE
        reach = min(((high if s > 0 else low)[i] - outer[k][i]) / s for i, s in enumerate(away) if abs(s) > 1)
        middle = outer[k] + away * reach * 0.5 + generator.normal(0, 30, 2)
        if k % 12 == 0 or generator.random() < 0.6:
            out.append(Line(np.array([outer[k], middle, outer[k] + away * reach]), "步行道", ""))
    return out


def greenways() -> list[Line]:
    """Paths on both banks of the river, and one along the branch."""
    out = [Line(offset(RIVER, side), "步行道", f"G{i}", "须水河绿道") for i, side in enumerate((37.0, -37.0), 1)]
    out.append(Line(offset(BRANCH[6:-6], 24.0), "步行道", "G3", None))
    return [Line(line.points[4:-4], line.kind, line.road, line.name) for line in out]


def cutters() -> list[Line]:
    """Lines beside the railway and the branch that cut streets where bridges begin; they are dropped again."""
    sides = [offset(RAILWAY, 22), offset(RAILWAY, -22), offset(BRANCH, 14), offset(BRANCH, -14)]
    return [Line(side, "cutter", "") for side in sides]

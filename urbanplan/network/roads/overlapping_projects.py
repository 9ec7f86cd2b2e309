"""Road projects that another layer claims too: on the same line, or under the same name or alias."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from urbanplan.network.intersections import meet
from urbanplan.network.roads.mileage_rules import SHORTEST, flat, text

if TYPE_CHECKING:
    import geopandas as gpd


@dataclass(frozen=True)
class Claim:
    """A road of the projects and one of another layer: metres on the same line (0: only the name is the same)."""

    road: str
    layer: str
    other: str
    name: str
    length_m: float
    declared: bool


def claims(
    projects: gpd.GeoDataFrame, others: Mapping[str, gpd.GeoDataFrame], *, tolerance: float = 0.01
) -> tuple[Claim, ...]:
    """Claims of other layers on the projects' roads.

    Args:
        projects: lines with ``road``, ``name``, ``alias``; ``counted_in`` may declare the other layer.
        others: further layers of roads by name, in the same projected CRS.
    """
    found: list[Claim] = []
    for layer, frame in others.items():
        lengths = _on_one_line(projects, frame, tolerance)
        names = _same_names(projects, frame)
        for mine, theirs in sorted(set(lengths) | names):
            found.append(_claim(projects, layer, mine, theirs, lengths.get((mine, theirs), 0.0)))
    return tuple(found)


def _roads(frame: gpd.GeoDataFrame) -> NDArray[np.object_]:
    return text(frame, "road", text(frame, "name", text(frame, "id", np.arange(len(frame)).astype(str))))


def _on_one_line(one: gpd.GeoDataFrame, two: gpd.GeoDataFrame, tolerance: float) -> dict[tuple[str, str], float]:
    """Metres that each pair of roads of two layers runs on the same line."""
    shapes = np.concatenate([np.asarray(frame.geometry.array, dtype=object) for frame in (one, two)])
    road = np.concatenate([_roads(one), _roads(two)])
    coords, offsets, row = flat(shapes)
    if not len(row):
        return {}
    _, shared = meet(coords, offsets, tolerance=tolerance)
    a, b = row[shared.line], row[shared.other]
    across = (a < len(one)) & (b >= len(one)) & (shared.length > SHORTEST)
    found: dict[tuple[str, str], float] = {}
    for i, j, length in zip(a[across].tolist(), b[across].tolist(), shared.length[across].tolist(), strict=True):
        key = (str(road[i]), str(road[j]))
        found[key] = found.get(key, 0.0) + length
    return found


def _same_names(one: gpd.GeoDataFrame, two: gpd.GeoDataFrame) -> set[tuple[str, str]]:
    """Pairs of roads that share a name, one's alias being as good as its name."""
    known: dict[str, set[str]] = {}
    for column in ("name", "alias"):
        for name, road in zip(text(two, column, None).tolist(), _roads(two).tolist(), strict=True):
            known.setdefault(name, set()).add(road)
    known.pop("—", None)
    return {
        (road, other)
        for column in ("name", "alias")
        for name, road in zip(text(one, column, None).tolist(), _roads(one).tolist(), strict=True)
        for other in known.get(name, ())
    }


def _claim(projects: gpd.GeoDataFrame, layer: str, road: str, other: str, length: float) -> Claim:
    mine = _roads(projects) == road
    declared = bool((text(projects, "counted_in", None)[mine] == layer).any())
    return Claim(road, layer, other, str(text(projects, "name", None)[mine][0]), length, declared)

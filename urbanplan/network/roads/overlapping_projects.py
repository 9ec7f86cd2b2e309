"""Road projects that another layer claims too: on the same line, or under the same name or alias."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from urbanplan.network.intersections import shared_stretches
from urbanplan.network.roads.mileage_rules import MIN_SHARED_LENGTH, FlatLines, text_column

if TYPE_CHECKING:
    import geopandas as gpd


@dataclass(frozen=True)
class ProjectOverlap:
    """A road of the projects and one of another layer: metres on the same line (0: only the name is the same)."""

    road: str
    layer: str
    other: str
    name: str
    length_m: float
    declared: bool


def find_overlapping_projects(
    projects: gpd.GeoDataFrame, others: Mapping[str, gpd.GeoDataFrame], *, tolerance: float = 0.01
) -> tuple[ProjectOverlap, ...]:
    """Claims of other layers on the projects' roads.

    Args:
        projects: lines with ``road``, ``name``, ``alias``; ``counted_in`` may declare the other layer.
        others: further layers of roads by name, in the same projected CRS.
    """
    found: list[ProjectOverlap] = []
    for layer, frame in others.items():
        lengths = _shared_lengths(projects, frame, tolerance)
        names = _shared_names(projects, frame)
        for mine, theirs in sorted(set(lengths) | names):
            found.append(_to_overlap(projects, layer, mine, theirs, lengths.get((mine, theirs), 0.0)))
    return tuple(found)


def _road_names(frame: gpd.GeoDataFrame) -> NDArray[np.object_]:
    return text_column(
        frame, "road", text_column(frame, "name", text_column(frame, "id", np.arange(len(frame)).astype(str)))
    )


def _shared_lengths(one: gpd.GeoDataFrame, two: gpd.GeoDataFrame, tolerance: float) -> dict[tuple[str, str], float]:
    """Metres that each pair of roads of two layers runs on the same line."""
    shapes = np.concatenate([np.asarray(frame.geometry.array, dtype=object) for frame in (one, two)])
    road = np.concatenate([_road_names(one), _road_names(two)])
    lines = FlatLines.of(shapes)
    row = lines.row
    if not len(row):
        return {}
    shared = shared_stretches(lines.coords, lines.offsets, lines.at, tolerance=tolerance)
    a, b = row[shared.line], row[shared.other]
    across = (a < len(one)) & (b >= len(one)) & (shared.length > MIN_SHARED_LENGTH)
    found: dict[tuple[str, str], float] = {}
    for i, j, length in zip(a[across].tolist(), b[across].tolist(), shared.length[across].tolist(), strict=True):
        key = (str(road[i]), str(road[j]))
        found[key] = found.get(key, 0.0) + length
    return found


def _shared_names(one: gpd.GeoDataFrame, two: gpd.GeoDataFrame) -> set[tuple[str, str]]:
    """Pairs of roads that share a name, one's alias being as good as its name."""
    known: dict[str, set[str]] = {}
    for column in ("name", "alias"):
        for name, road in zip(text_column(two, column, None).tolist(), _road_names(two).tolist(), strict=True):
            known.setdefault(name, set()).add(road)
    known.pop("—", None)
    return {
        (road, other)
        for column in ("name", "alias")
        for name, road in zip(text_column(one, column, None).tolist(), _road_names(one).tolist(), strict=True)
        for other in known.get(name, ())
    }


def _to_overlap(projects: gpd.GeoDataFrame, layer: str, road: str, other: str, length: float) -> ProjectOverlap:
    mine = _road_names(projects) == road
    declared = bool((text_column(projects, "counted_in", None)[mine] == layer).any())
    return ProjectOverlap(road, layer, other, str(text_column(projects, "name", None)[mine][0]), length, declared)

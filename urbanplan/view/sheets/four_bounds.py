"""The four sides (四至) of a parcel: what one meets first to the north, east, south and west."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from urbanplan.model.translation import localize
from urbanplan.view.sheets.surroundings import Ground

SIDES = ("N", "E", "S", "W")
BOUNDING_DISTANCE = 150.0  # m: parcels and roads within this bound a side
SEARCH_DISTANCE = 2000.0  # m: the nearest named feature is sought so far
_RAY_FRACTIONS = np.linspace(0.05, 0.95, 9)
_MIN_ROAD_WIDTH = 10.0  # m: a way without a name that is as wide bounds a side as a road
_TOUCH = 1e-6  # m: nearer than this, two shapes are met at one place
_MIN_HITS = 2  # a neighbour met by fewer looks is met past a corner only
_DIRECTIONS = {"N": (0.0, 1.0), "E": (1.0, 0.0), "S": (0.0, -1.0), "W": (-1.0, 0.0)}


@dataclass(frozen=True)
class Neighbour:
    """What bounds a side.

    Attributes:
        name: as its layer says. role: ``parcel``, ``road`` or ``named``. distance: from the boundary, in metres.
    """

    name: str
    role: str
    distance: float


def _ray_origins(shape: Any) -> dict[str, NDArray[np.float64]]:
    """Boundary points from which each side is looked out of, shape (n, 2), from west to east or north to south."""
    west, south, east, north = shapely.bounds(shape)
    across = west + (east - west) * _RAY_FRACTIONS
    down = north - (north - south) * _RAY_FRACTIONS
    vertical = shapely.linestrings([[(x, south - 1), (x, north + 1)] for x in across])
    level = shapely.linestrings([[(west - 1, y), (east + 1, y)] for y in down])
    v, h = shapely.bounds(shapely.intersection(vertical, shape)), shapely.bounds(shapely.intersection(level, shape))
    found = {
        "N": np.column_stack([across, v[:, 3]]),
        "S": np.column_stack([across, v[:, 1]]),
        "E": np.column_stack([h[:, 2], down]),
        "W": np.column_stack([h[:, 0], down]),
    }
    return {side: points[np.isfinite(points).all(axis=1)] for side, points in found.items()}


def _cast_rays(starts: dict[str, NDArray[np.float64]], length: float) -> tuple[NDArray[Any], list[str], NDArray[Any]]:
    points = np.concatenate([starts[side] for side in SIDES])
    sides = [side for side in SIDES for _ in starts[side]]
    towards = np.array([_DIRECTIONS[side] for side in sides]).reshape(-1, 2)
    lines = shapely.linestrings(np.stack([points + towards * 0.01, points + towards * length], axis=1))
    return np.asarray(lines, dtype=object), sides, np.asarray(shapely.points(points), dtype=object)


def _ray_hits(ground: Ground, rays: NDArray[Any], origins: NDArray[Any], own: Any) -> list[tuple[int, float, str]]:
    """(ray, distance, name) of what a ray meets, named or a road; a feature that holds the parcel is none.

    Of what lies behind the nearest feature of a ray some is left out.
    """
    ray, feature = ground.tree.query(rays, predicate="intersects")
    road = ground.row.role == "road"
    bounding = np.array([bool(ground.names[i]) for i in feature], dtype=bool)
    bounding |= road & (ground.widths[feature] >= _MIN_ROAD_WIDTH)
    which, at = np.unique(feature[bounding], return_inverse=True)
    sound = _sound_shapes(ground.shapes[which])
    outside = ~(shapely.intersects(sound, own) & (shapely.get_dimensions(sound) == 2))[at]
    ray, feature, shapes = ray[bounding][outside], feature[bounding][outside], sound[at[outside]]
    reach = ground.widths[feature] / 2 if road else np.zeros(len(feature))
    away = hit_distances(rays[ray], origins[ray], shapes, ray=ray, reach=reach)
    return [
        (int(ray[i]), float(away[i]), ground.names[feature[i]] or localize("unnamed road"))
        for i in np.flatnonzero(np.isfinite(away))
    ]


def _sound_shapes(shapes: NDArray[Any]) -> NDArray[Any]:
    """Shapes with the invalid ones mended."""
    broken = ~shapely.is_valid(shapes)
    if broken.any():
        shapes = shapes.copy()
        shapes[broken] = shapely.make_valid(shapes[broken])
    return shapes


def hit_distances(
    rays: NDArray[Any], origins: NDArray[Any], shapes: NDArray[Any], *, ray: NDArray[np.intp],
    reach: NDArray[np.float64],
) -> NDArray[np.float64]:  # fmt: skip
    """Distance at which each ray meets its shape; infinite where that is surely behind another shape.

    No ray meets a shape nearer than the shape is, so shapes farther than the first one met are not cut.

    Args:
        rays, origins, shapes: one of each in a row. ray: number of the row's ray. reach: of a shape around its line.
    """
    least = np.maximum(shapely.distance(origins, shapes) - reach, 0.0)
    away = np.full(len(ray), np.inf)
    best = np.full(int(ray.max(initial=-1)) + 1, np.inf)
    order = np.lexsort((least, ray))
    for turn in (order[np.diff(ray[order], prepend=-1) > 0], np.arange(len(ray))):
        at = turn[~np.isfinite(away[turn]) & (least[turn] <= best[ray[turn]] + _TOUCH)]
        met = shapely.intersection(rays[at], shapes[at])
        found = np.maximum(shapely.distance(origins[at], met) - reach[at], 0.0)
        away[at] = np.where(np.isnan(found), np.inf, found)
        best[ray[at]] = np.minimum(best[ray[at]], away[at])
    return away


def _nearest_hits(found: list[tuple[int, float, str, str]]) -> dict[int, tuple[float, str, str]]:
    """The nearest hit of each ray."""
    nearest: dict[int, tuple[float, str, str]] = {}
    for ray, distance, name, role in found:
        if ray not in nearest or distance < nearest[ray][0]:
            nearest[ray] = (distance, name, role)
    return nearest


def neighbours_by_side(shape: Any, grounds: list[Ground], *, most: int = 3) -> dict[str, list[Neighbour]]:
    """Neighbours on each side: parcels and roads within 150 m, else the nearest named feature.

    Args:
        shape: the parcel, in metres. grounds: what is around, the parcels' own layer with the role ``parcel``.
        most: names on one side.

    Returns:
        for N, E, S, W the neighbours from west to east, or from north to south.
    """
    starts = _ray_origins(shape)
    rays, sides, origins = _cast_rays(starts, BOUNDING_DISTANCE)
    own = shapely.point_on_surface(shape)
    bounding = [g for g in grounds if g.row.role in ("parcel", "road")]
    found = [(*hit, ground.row.role) for ground in bounding for hit in _ray_hits(ground, rays, origins, own)]
    nearest = _nearest_hits(found)
    made = {side: _neighbours([nearest[r] for r in sorted(nearest) if sides[r] == side])[:most] for side in SIDES}
    open_sides = [side for side in SIDES if not made[side]]
    return {**made, **_nearest_named(starts, grounds, own, open_sides)}


def _neighbours(met: list[tuple[float, str, str]]) -> list[Neighbour]:
    """Neighbours in the order in which a side's looks meet them; those met past a corner only are left out."""
    looks = Counter(name for _, name, _ in met)
    kept = {name for name, count in looks.items() if count >= _MIN_HITS} or set(looks)
    first: dict[str, Neighbour] = {}
    for distance, name, role in met:
        if name in kept:
            nearer = min(distance, first[name].distance) if name in first else distance
            first[name] = Neighbour(name, role, nearer)
    return list(first.values())


def _nearest_named(
    starts: dict[str, NDArray[np.float64]], grounds: list[Ground], own: Any, wanted: list[str]
) -> dict[str, list[Neighbour]]:
    """The nearest named feature of any kind on each side that nothing bounds."""
    if not wanted:
        return {}
    only = {side: starts[side] if side in wanted else starts[side][:0] for side in SIDES}
    rays, sides, origins = _cast_rays(only, SEARCH_DISTANCE)
    found = [(*hit, g.row.role) for g in grounds if g.row.role != "ground" for hit in _ray_hits(g, rays, origins, own)]
    made: dict[str, list[Neighbour]] = {}
    for ray, (distance, name, role) in _nearest_hits(found).items():
        best = made.get(sides[ray])
        if best is None or distance < best[0].distance:
            made[sides[ray]] = [Neighbour(name, role, distance)]
    return made

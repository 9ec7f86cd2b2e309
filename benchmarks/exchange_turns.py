"""What the exchange benchmarks share: a made town of parcels, and work done in turns."""

from __future__ import annotations

import gc
from collections.abc import Callable
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from paired import Timed, once


def town(count: int) -> gpd.GeoDataFrame:
    """Parcels of 12 corners at the district's place, with four fields."""
    draw = np.random.default_rng(7)
    middle = np.column_stack([draw.uniform(450_000, 470_000, count), draw.uniform(3_845_000, 3_860_000, count)])
    turn = np.linspace(0, 2 * np.pi, 12, endpoint=False)
    corner = np.stack([np.cos(turn), np.sin(turn)], axis=-1)[None] * draw.uniform(20, 60, (count, 12, 1))
    shapes = shapely.polygons(middle[:, None, :] + corner)
    fields = {
        "id": [f"GX-{at:06d}" for at in range(count)],
        "name": [f"第{at % 997}号地块" for at in range(count)],
        "floors": draw.integers(1, 33, count),
        "area_m2": np.round(shapely.area(shapes), 2),
    }
    return gpd.GeoDataFrame(fields, geometry=shapes, crs=4547)


def turns(work: dict[str, Callable[[], Any]], *, rounds: int) -> Timed:
    """Seconds of each piece of work, done in turn; each begins with a clean heap, the collector is on as in daily use.

    Every other turn goes the other way round, so that none always follows the same neighbour.
    """
    timed: dict[str, list[float]] = {name: [] for name in work}
    for turn in range(rounds):
        for name in list(work) if turn % 2 == 0 else list(work)[::-1]:
            gc.collect()
            timed[name].append(once(work[name])[0])
    return Timed(timed)

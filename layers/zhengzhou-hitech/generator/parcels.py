"""The 22 industrial parcels: cut out of industrial blocks to the sizes a bureau would announce."""

from __future__ import annotations

import numpy as np
import shapely

from .grid import Block
from .plane import Points, random, warp
from .record import Record, Value, date, mu
from .shapes import axes, centre, cut, inset, keep_left

# What the bureau announced, in mu: 22 figures of one or two decimals that add up to 1719.
ANNOUNCED = [
    142.6,
    128.35,
    121.0,
    116.8,
    110.2,
    104.55,
    98.7,
    95.0,
    91.3,
    86.45,
    82.1,
    78.0,
    73.6,
    69.9,
    65.25,
    58.4,
    52.8,
    44.6,
    36.5,
    28.9,
    20.4,
    13.6,
]
# Parcels whose drawing was changed after the announcement: number and the share of the announced area drawn.
LANE = 9.0  # metres of service lane left between two parcels of one block
REDRAWN = {9: 1.0062, 17: 0.9871}


def _size(ring: Points) -> float:
    return mu(shapely.Polygon(corners(ring)))


def corners(ring: Points) -> Points:
    """Corners on the map, to the decimetre as surveyed points are set out."""
    return np.round(warp(ring), 1)


def _cut_to(ring: Points, goal: float) -> tuple[Points, Points] | None:
    """Cut a piece of a given size (mu) off the west or south end of a ring; what is left beyond a lane."""
    along, across, long, _ = axes(ring)
    middle, low, high = centre(ring), 0.0, long
    start = float((ring @ along).min())
    left, right, at = ring, ring, 0.0
    for _ in range(40):
        at = (low + high) / 2
        left, right, _ = cut(ring, middle + along * (start + at - middle @ along), across)
        if len(left) > 2 and _size(left) < goal:
            low = at
        else:
            high = at
    rest = keep_left(right, middle + along * (start + at + LANE - middle @ along), -across)
    return (left, rest) if len(left) > 2 and abs(_size(left) - goal) < 0.5 else None


def rings_to(free: list[Points], sizes: list[float]) -> list[Points]:
    """Rings of the given sizes (mu), each cut from the smallest ring or remainder that holds it.

    Raises:
        ValueError: no ring holds one of the sizes.
    """
    free, out = [ring for ring in free if len(ring) > 2], []
    for goal in sizes:
        fits = sorted((ring for ring in free if _size(ring) > goal * 1.04), key=_size)
        pair = _cut_to(fits[0], goal) if fits else None
        if pair is None:
            raise ValueError(f"no block holds {goal} mu")
        free = [ring for ring in free if ring is not fits[0]]
        out.append(pair[0])
        if len(pair[1]) > 2 and _size(pair[1]) > 9:
            free.append(pair[1])
    return out


def _values(number: int, generator: np.random.Generator) -> dict[str, Value]:
    upstairs = bool(generator.random() < 0.45)
    industry = str(generator.choice(["100101", "100101", "100101", "100102"]))
    mode = str(
        generator.choice(["弹性年期", "弹性年期", "出让", "先租后让", "长期租赁"], p=[0.34, 0.2, 0.26, 0.14, 0.06])
    )
    stage = str(generator.choice(["计划", "公告", "成交", "供地"], p=[0.24, 0.2, 0.4, 0.16]))
    flexible = mode != "出让"
    return {
        "id": f"GX-2025-{number:02d}",
        "name": f"产业地块-{number:02d}",
        "use_code": industry,
        "use_local": "M0" if number in (3, 11, 16) else None,
        "far": round(float(generator.uniform(1.6, 3.2 if upstairs else 2.2)), 1) if generator.random() > 0.05 else None,
        "height_m": float(generator.choice([24, 36, 50, 60])) if generator.random() > 0.14 else None,
        "floors": int(generator.integers(4, 9)) if upstairs else 2,
        "supply_mode": mode,
        "term_years": (int(generator.choice([20, 20, 30])) if flexible else 50) if generator.random() > 0.08 else None,
        "supply_year": 2025,
        "announced_mu": ANNOUNCED[number - 1],
        "stage": stage,
        "sold": date(generator, "2025-03-10", "2025-12-22") if stage in ("成交", "供地") else None,
        "upstairs": upstairs if generator.random() > 0.09 else None,
        "invest_per_mu": float(generator.choice([800, 800, 1000, 650])),
    }


def parcels(blocks: list[Block]) -> list[Record]:
    """The parcel layer: exactly 22."""
    generator = random("parcels")
    goals = [size * REDRAWN.get(number, 1.0) for number, size in enumerate(ANNOUNCED, 1)]
    rings = rings_to([inset(b.ring, 19) for b in blocks], goals)
    return [Record(shapely.Polygon(corners(ring)), _values(number, generator)) for number, ring in enumerate(rings, 1)]

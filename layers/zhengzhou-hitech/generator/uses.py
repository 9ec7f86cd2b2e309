"""Which blocks are parcels, schools, parks, projects …: given out before the rest is filled."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import shapely

from . import nature
from .frame import EXPRESSWAY_X
from .grid import Block
from .plane import Points, random
from .shapes import area, centre

# (use, characters, how many, least area in m2, most area, near this point of the drawing plane or None)
PLAN: list[tuple[str, str, int, float, float, tuple[float, float] | None]] = [
    ("parcel", "I", 15, 70_000, 400_000, None),
    ("parcel", "T", 3, 30_000, 90_000, None),
    ("project", "I", 26, 60_000, 400_000, None),
    ("project", "T", 11, 25_000, 120_000, None),
    ("project", "C", 4, 15_000, 60_000, None),
    ("science", "S", 30, 30_000, 600_000, None),
    ("industrial_park", "I", 7, 90_000, 400_000, None),
    ("industrial_park", "T", 4, 40_000, 120_000, None),
    ("innovation", "T", 1, 30_000, 120_000, (200, -2300)),
    ("youth", "T", 1, 25_000, 120_000, (-100, -1400)),
    ("finance", "T", 2, 25_000, 120_000, (1900, -1400)),
    ("commercial", "C", 9, 14_000, 70_000, None),
    ("culture", "C", 2, 14_000, 70_000, None),
    ("hospital", "N", 4, 20_000, 90_000, None),
    ("hospital", "C", 2, 14_000, 60_000, None),
    ("hospital", "R", 2, 14_000, 60_000, None),
    ("school", "N", 21, 22_000, 90_000, None),
    ("school", "R", 15, 16_000, 60_000, None),
    ("school", "O", 6, 20_000, 150_000, None),
    ("park", "N", 8, 20_000, 90_000, None),
    ("park", "R", 4, 14_000, 60_000, None),
    ("park", "C", 2, 14_000, 60_000, (1700, -900)),
    ("park", "T", 3, 20_000, 90_000, None),
    ("resettlement", "N", 11, 25_000, 90_000, None),
    ("resettlement", "O", 4, 30_000, 200_000, None),
    ("commodity", "N", 9, 25_000, 90_000, None),
    ("fourth", "N", 3, 25_000, 90_000, None),
    ("sports", "N", 5, 20_000, 90_000, None),
    ("sports", "R", 2, 14_000, 60_000, None),
    ("renewal", "O", 5, 40_000, 300_000, None),
    ("renewal", "R", 2, 20_000, 60_000, None),
    ("low", "I", 14, 40_000, 400_000, None),
]
ACROSS = {"renewal", "low", "science"}  # uses that a river or railway may cross


@dataclass
class Uses:
    """Blocks by use, in the order they were given out."""

    found: dict[str, list[Block]] = field(default_factory=dict)

    def __call__(self, blocks: list[Block]) -> None:
        """Give uses to blocks (changes them in place)."""
        for number, (use, kinds, count, low, high, near) in enumerate(PLAN):
            fits = [b for b in blocks if b.use == "plain" and b.kind in kinds and low <= area(b.ring) <= high]
            fits = fits if use in ACROSS else _clear(fits)
            for block in _choose(fits, count, near, f"use {number}"):
                block.use = use
                self.found.setdefault(use, []).append(block)
        for name in ("U", "L", "V", "F", "H"):
            self.found[name] = [b for b in blocks if b.kind == name]
        self.found["plain"] = [b for b in blocks if b.use == "plain"]

    def take(self, use: str, count: int | None = None) -> list[Block]:
        """Take the first blocks of a use off the list."""
        blocks = self.found[use]
        count = len(blocks) if count is None else count
        taken, self.found[use] = blocks[:count], blocks[count:]
        return taken


def _clear(blocks: list[Block]) -> list[Block]:
    """Blocks that no river, railway or expressway crosses."""
    shapes = np.array([shapely.Polygon(b.ring) for b in blocks])
    barred = [nature.water(), nature.railway(), shapely.LineString([(EXPRESSWAY_X, -9000), (EXPRESSWAY_X, 9000)])]
    free = np.all(
        [shapely.distance(shape, shapes) > far for shape, far in zip(barred, (8, 15, 60), strict=True)], axis=0
    )
    return [b for b, ok in zip(blocks, free.tolist(), strict=True) if ok]


def _choose(fits: list[Block], count: int, near: tuple[float, float] | None, topic: str) -> list[Block]:
    """By distance to a point, or spread: each next one is far from those already chosen, with some chance."""
    if near is not None:
        return sorted(fits, key=lambda b: float(np.hypot(*(centre(b.ring) - near))))[:count]
    generator = random(topic)
    spots = np.array([centre(b.ring) for b in fits]).reshape(-1, 2)
    chosen: list[int] = []
    distance = np.full(len(fits), 1e5)
    while len(chosen) < min(count, len(fits)):
        weight = np.minimum(distance, 1500.0) ** 1.5 * (distance > 0)
        pick = int(np.searchsorted(np.cumsum(weight) / weight.sum(), generator.random()))
        chosen.append(pick)
        distance = np.minimum(distance, np.hypot(*(spots - spots[pick]).T))
    return [fits[i] for i in chosen]


def spots(
    blocks: list[Block], topic: str, count: int, accept: Callable[[Block], bool] = lambda _: True
) -> list[Points]:
    """Places at the street side of blocks: one for each drawn block, some blocks more than once."""
    generator = random(topic)
    fits = [b for b in blocks if accept(b)]
    out = []
    for _ in range(count):
        ring = fits[int(generator.integers(len(fits)))].ring
        k = int(generator.integers(len(ring)))
        side = ring[k] + (ring[(k + 1) % len(ring)] - ring[k]) * generator.uniform(0.2, 0.8)
        inwards = centre(ring) - side
        out.append(side + inwards / np.hypot(*inwards) * generator.uniform(14, 34))
    return out

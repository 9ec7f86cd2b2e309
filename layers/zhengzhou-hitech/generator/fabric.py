"""What fills a block: paths, lanes, buildings and homes, by the block's character and use (drawing plane)."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from .grid import Block
from .lines import Line
from .plane import Points, random
from .shapes import area, axes, blob, centre, clip_line, inset


@dataclass(frozen=True)
class House:
    """A building: centre (drawing plane), width and depth (m), turn against the plane's x axis, floors, use."""

    at: Points
    size: tuple[float, float]
    turn: float
    floors: int
    use: str
    dwellings: int = 0


@dataclass
class Fill:
    """Lines and buildings added inside a block."""

    lines: list[Line] = field(default_factory=list)
    houses: list[House] = field(default_factory=list)

    def path(self, *points: Points, kind: str = "步行道", road: str = "") -> None:
        """Add one walkable line."""
        self.lines.append(Line(np.array(points), kind, road))


def _gates(
    fill: Fill, ring: Points, block: Points, sides: list[int], generator: np.random.Generator, kind: str
) -> None:
    """Join a ring to the streets around by short lines through the middle of some of its sides."""
    for side in sides:
        a, b = ring[side % len(ring)], ring[(side + 1) % len(ring)]
        start = a + (b - a) * generator.uniform(0.35, 0.65)
        out = np.array([(b - a)[1], -(b - a)[0]]) / np.hypot(*(b - a))
        hit = clip_line(start, start + 90 * out, block)
        if hit is not None:
            fill.path(start, hit[1], kind=kind)


def _ring(fill: Fill, ring: Points, kind: str) -> None:
    for a, b in zip(ring, np.roll(ring, -1, axis=0), strict=True):
        fill.path(a, b, kind=kind)


def _rows(
    fill: Fill,
    ring: Points,
    size: tuple[float, float],
    gap: tuple[float, float],
    *,
    floors: tuple[int, int],
    use: str,
    per: int,
    generator: np.random.Generator,
    chance: float = 0.95,
) -> None:
    """Rows of buildings facing south in what a ring encloses; ``per`` dwellings on each floor."""
    low, high = ring.min(axis=0), ring.max(axis=0)
    step = np.array([size[0] + gap[0], size[1] + gap[1]])
    n = np.floor((high - low - size) / step).astype(int) + 1
    if (n < 1).any():
        return
    start = low + (high - low - (n - 1) * step) / 2
    for j in range(n[1]):
        height = int(generator.integers(floors[0], floors[1] + 1))
        shift = generator.uniform(-3, 3) + (step[0] / 4 if j % 2 and gap[0] > 15 else 0)
        for i in range(n[0]):
            at = start + step * [i, j] + [shift, generator.uniform(-2, 2)]
            corners = at + np.array(size) / 2 * np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]])
            if generator.random() < chance and _holds(ring, corners):
                fill.houses.append(House(at, size, 0.0, height, use, per * height))


def _holds(ring: Points, points: Points) -> bool:
    edge = np.roll(ring, -1, axis=0) - ring
    for a, e in zip(ring, edge, strict=True):
        if (e[0] * (points[:, 1] - a[1]) - e[1] * (points[:, 0] - a[0]) < 0).any():
            return False
    return True


def compound(block: Block, generator: np.random.Generator) -> Fill:
    """A gated housing estate: a ring path, a cross path, few gates, towers in rows."""
    fill, ring = Fill(), inset(block.ring, 24)
    if len(ring) < 3 or area(ring) < 3000:
        return fill
    _ring(fill, ring, "步行道")
    along, _, long, _ = axes(ring)
    for a, b in [(centre(ring) - along * long, centre(ring) + along * long)]:
        hit = clip_line(a, b, ring)
        if hit is not None:
            fill.path(hit[0], hit[1])
    sides = generator.permutation(len(ring))[: int(generator.integers(1, 4))]
    _gates(fill, ring, block.ring, sides.tolist(), generator, "步行道")
    high = generator.random() < 0.65
    _rows(
        fill,
        inset(ring, 6),
        (46, 15) if high else (58, 13),
        (20, 40 if high else 26),
        floors=(18, 33) if high else (6, 11),
        use="住宅",
        per=4 if high else 5,
        generator=generator,
    )
    return fill


def slabs(block: Block, generator: np.random.Generator) -> Fill:
    """Older housing: parallel slabs with through lanes."""
    fill, ring = Fill(), inset(block.ring, 12)
    if len(ring) < 3:
        return fill
    along, across, long, wide = axes(block.ring)
    middle = centre(block.ring)
    for share in (-0.22, 0.2):
        at = middle + across * wide * share
        hit = clip_line(at - along * 2 * long, at + along * 2 * long, block.ring)
        if hit is not None:
            fill.path(hit[0], hit[1], kind="巷道")
    if generator.random() < 0.7:
        hit = clip_line(middle - across * 2 * wide, middle + across * 2 * wide, block.ring)
        if hit is not None:
            fill.path(hit[0], hit[1], kind="巷道")
    _rows(fill, ring, (48, 12), (14, 19), floors=(5, 7), use="住宅", per=6, generator=generator)
    return fill


def village(ring: Points, generator: np.random.Generator, keep: float = 0.83) -> Fill:
    """An old village: a dense, slightly askew lattice of lanes with dead ends; small houses along them."""
    fill = Fill()
    turn = generator.normal(0, 0.13)
    u = np.array([np.cos(turn), np.sin(turn)])
    v = np.array([-u[1], u[0]])
    step = np.array([generator.uniform(62, 84), generator.uniform(33, 44)])
    inner, middle = inset(ring, 9), centre(ring)
    nodes: dict[tuple[int, int], Points] = {}
    for i in range(-12, 13):
        for j in range(-24, 25):
            spot = middle + u * i * step[0] + v * j * step[1] + generator.normal(0, 4.2, 2)
            if len(inner) > 2 and _holds(inner, spot[None]):
                nodes[i, j] = spot
    for (i, j), a in nodes.items():
        for di, dj in ((1, 0), (0, 1)):
            b = nodes.get((i + di, j + dj))
            if b is not None and generator.random() < (keep if di else keep + 0.06):
                fill.path(a, b, kind="巷道")
            elif b is None and generator.random() < 0.32:
                way = (u * step[0] if di else v * step[1]) * 1.6
                hit = clip_line(a, a + way, ring)
                if hit is not None:
                    fill.path(hit[0], hit[1], kind="巷道")
        for di, dj in ((-1, 0), (0, -1)):
            if (i + di, j + dj) not in nodes and generator.random() < 0.32:
                hit = clip_line(a, a - (u * step[0] if di else v * step[1]) * 1.6, ring)
                if hit is not None:
                    fill.path(hit[0], hit[1], kind="巷道")
        for k in range(3):
            at = a + u * step[0] * (k + 0.7) / 3.4 + v * step[1] / 2
            if generator.random() < 0.86 and _holds(inner, at[None]):
                size = (step[0] / 3.9, step[1] * 0.62)
                fill.houses.append(
                    House(at, size, turn, int(generator.integers(2, 7)), "村宅", int(generator.integers(2, 7)))
                )
    return fill


def sheds(block: Block, generator: np.random.Generator) -> Fill:
    """A works: one or two big halls, a yard, a service road that ends inside."""
    fill, ring = Fill(), inset(block.ring, 26)
    if len(ring) < 3:
        return fill
    along, across, _, wide = axes(block.ring)
    hit = clip_line(
        centre(block.ring) - across * wide, centre(block.ring) + along * generator.uniform(-20, 20), block.ring
    )
    if hit is not None:
        fill.path(hit[0], hit[1], kind="内部路")
    size = (generator.uniform(70, 130), generator.uniform(38, 66))
    _rows(fill, ring, size, (26, 26), floors=(1, 3), use="厂房", per=0, generator=generator, chance=0.8)
    if generator.random() < 0.3:
        fill.houses.append(House(ring[0] + (centre(ring) - ring[0]) * 0.16, (40, 13), 0.0, 6, "宿舍", 60))
    return fill


def offices(block: Block, generator: np.random.Generator) -> Fill:
    """Office or research blocks, open to walkers, with a square in the middle."""
    fill, ring = Fill(), inset(block.ring, 20)
    if len(ring) < 3:
        return fill
    middle = centre(ring)
    _gates(fill, ring, block.ring, list(range(len(ring))), generator, "步行道")
    for line in list(fill.lines):
        fill.path(line.points[0], middle)
    _rows(fill, inset(ring, 4), (36, 24), (30, 34), floors=(6, 26), use="办公", per=0, generator=generator, chance=0.8)
    if block.kind == "C" and generator.random() < 0.35:
        for house in fill.houses[::3]:
            fill.houses.append(House(house.at + np.array([0, 27]), (30, 16), 0.0, 24, "公寓", 96))
    return fill


def campus(ring: Points, generator: np.random.Generator) -> Fill:
    """A university: a rounded ring road, two axes, an inner oval, oblique paths, halls and dormitories."""
    fill, middle = Fill(), centre(ring)
    half = np.ptp(ring, axis=0) / 2
    oval = blob(middle, (0.86 * half[0], 0.9 * half[1]), [(4, 0.055, np.pi / 2 + np.pi), (2, 0.02, 0.5)], 48)
    inner = blob(middle, (0.36 * half[0], 0.3 * half[1]), [(3, 0.05, 1.0)], 32)
    for loop, kind in ((oval, "内部路"), (inner, "内部路")):
        closed = np.vstack([loop, loop[:1]])
        quarter = len(loop) // 4
        for k in range(4):
            fill.lines.append(Line(closed[k * quarter : (k + 1) * quarter + 1], kind, ""))
    for way in (np.array([1.0, 0]), np.array([0, 1.0])):
        for sign in (1, -1):
            reach = middle + sign * way * half
            fill.path(middle + sign * way * 20, reach, kind="内部路")
    _ring(fill, middle + np.array([[20, 0], [0, 20], [-20, 0], [0, -20]]), "步行道")
    for k in range(6):
        a, b = oval[(5 + 10 * k) % 48], oval[(19 + 13 * k) % 48]
        fill.path(a, b)
    for y in np.arange(-0.72, 0.73, 0.24):
        a, b = middle + half * [-0.98, y], middle + half * [0.98, y]
        hit = clip_line(a, b, oval)
        if hit is not None and abs(y) > 0.1:
            fill.path(hit[0], hit[1])
    for at in middle + (generator.uniform(-0.82, 0.82, (190, 2)) * half):
        dorm = (at[1] - middle[1]) > 0.35 * half[1]
        size = (52.0, 16.0) if dorm else (generator.uniform(40, 90), generator.uniform(18, 34))
        clear = all(np.hypot(*(at - other.at)) > 74 for other in fill.houses)
        if clear and np.hypot(*((at - middle) / half)) > 0.2:
            fill.houses.append(House(at, size, 0.0, 6 if dorm else 5, "宿舍" if dorm else "校舍", 84 if dorm else 0))
    return fill


def fields(ring: Points, generator: np.random.Generator) -> Fill:
    """Farm land: a winding country road and a few field paths."""
    fill = Fill()
    west, south = ring.min(axis=0)
    east, north = ring.max(axis=0)
    y = south + (north - south) * generator.uniform(0.35, 0.65)
    x = np.linspace(west, east, 9)
    wave = 60 * np.sin(np.linspace(0, generator.uniform(3, 6), 9)) * np.sin(np.linspace(0, np.pi, 9))
    way = np.column_stack([x, y + wave])
    fill.lines.append(Line(way, "乡道", ""))
    for k in (2, 4, 6):
        if generator.random() < 0.75:
            target = np.array([x[k] + generator.uniform(-60, 60), north if generator.random() < 0.5 else south])
            through = generator.random() < 0.6
            fill.path(
                way[k], way[k] + (target - way[k]) * (1 if through else 0.7), kind="乡道" if through else "田间路"
            )
    return fill


def fill_block(block: Block, number: int) -> Fill:
    """Fill a plain block after its character."""
    generator = random(f"fill {number}")
    match block.kind:
        case "N":
            return compound(block, generator)
        case "R":
            return slabs(block, generator)
        case "O":
            return village(block.ring, generator) if number % 5 < 3 else slabs(block, generator)
        case "C" | "T":
            return offices(block, generator) if number % 9 else compound(block, generator)
        case "I":
            return sheds(block, generator)
        case "U":
            return campus(block.ring, generator)
        case "F" | "H":
            return fields(block.ring, generator)
        case "V":
            fill = fields(block.ring, generator)
            size = generator.uniform(190, 260, 2)
            middle = centre(block.ring) + generator.uniform(-120, 120, 2)
            ring = middle + size * np.array([[-1, -0.8], [1, -1], [0.9, 1], [-1.05, 0.9]])
            inner = village(ring, generator, 0.86)
            fill.lines += inner.lines
            fill.houses += inner.houses
            return fill
        case _:
            return Fill()

"""Towns with closed-form answers: streets, sites and what a walk must cover of them."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import geopandas as gpd
from shapely import LineString, Point, box
from shapely.geometry.base import BaseGeometry

CRS = "EPSG:4547"
EAST, NORTH = 458_000.0, 3_853_000.0


def frame(shapes: list[BaseGeometry], **columns: object) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({"id": [f"f{i}" for i in range(len(shapes))], **columns}, geometry=shapes, crs=CRS)


@dataclass(frozen=True)
class Town:
    """A town and its answer: covered metres (low, high) of total metres."""

    name: str
    streets: list[BaseGeometry]
    sites: list[BaseGeometry]
    within: float
    low: float
    total: float
    high: float | None = None
    leg: float = 50.0
    barriers: list[BaseGeometry] = field(default_factory=list)
    gaps: int | None = None


def line(*points: tuple[float, float]) -> LineString:
    return LineString([(EAST + x, NORTH + y) for x, y in points])


def spot(x: float, y: float) -> Point:
    return Point(EAST + x, NORTH + y)


def block(x0: float, y0: float, x1: float, y1: float) -> BaseGeometry:
    return box(EAST + x0, NORTH + y0, EAST + x1, NORTH + y1)


def cuts(length: float, step: float) -> list[tuple[float, float]]:
    count = round(length / step)
    return [(i * step, (i + 1) * step) for i in range(count)]


def grid(columns: int, rows: int, step: float) -> list[BaseGeometry]:
    across = [line((a, r * step), (b, r * step)) for r in range(rows + 1) for a, b in cuts(columns * step, step)]
    upward = [line((c * step, a), (c * step, b)) for c in range(columns + 1) for a, b in cuts(rows * step, step)]
    return [*across, *upward]


def grid_cover(radius: float, step: float) -> float:
    """Metres of an endless grid within ``radius`` of a crossing: a diamond, edge by edge."""
    total = 0.0
    reach = math.ceil(radius / step) + 1
    for i in range(-reach, reach + 1):
        for j in range(-reach, reach + 1):
            here, right, up = (radius - step * (abs(a) + abs(b)) for a, b in ((i, j), (i + 1, j), (i, j + 1)))
            for other in (right, up):
                total += min(step, max(here, 0.0) + max(other, 0.0))
    return total


def ring(radius: float, corners: int) -> list[BaseGeometry]:
    points = [
        (radius * math.cos(2 * math.pi * k / corners), radius * math.sin(2 * math.pi * k / corners))
        for k in range(corners)
    ]
    return [line(points[k], points[(k + 1) % corners]) for k in range(corners)]


def offset_cover(offset: float, within: float, leg: float) -> float:
    return 2 * (within - leg + math.sqrt(leg**2 - offset**2))


ROAD = [line((-5000, 0), (5000, 0))]
SPLIT_ROAD = [line((a - 5000, 0), (b - 5000, 0)) for a, b in cuts(10_000, 125)]
RING_SIDE = 2 * 400 * math.sin(math.pi / 60)

TOWNS = [
    Town("on the street", ROAD, [spot(0, 0)], 600, 1200, 10_000, gaps=2),
    Town("inside an edge of a split street", SPLIT_ROAD, [spot(17, 0)], 600, 1200, 10_000),
    Town("beside a street", ROAD, [spot(0, 30)], 600, 1180, 10_000),
    Town("beside a split street", SPLIT_ROAD, [spot(3, 30)], 600, 1180, 10_000),
    Town("just in sight", ROAD, [spot(0, 50)], 600, 1100, 10_000),
    Town("out of sight", ROAD, [spot(0, 50.01)], 600, 0, 10_000, gaps=1),
    Town("leg capped by the walk", ROAD, [spot(0, 30)], 40, 2 * math.sqrt(40**2 - 30**2), 10_000),
    Town("no leg at all", ROAD, [spot(100, 0)], 600, 1200, 10_000, leg=0),
    Town("at the end of the street", ROAD, [spot(5000, 0)], 600, 600, 10_000, gaps=1),
    Town("behind the end", ROAD, [spot(5030, 0)], 600, 570, 10_000),
    Town(
        "several sites on one edge",
        ROAD,
        [spot(x, 0) for x in (-3000, 0, 900, 4000)],
        600,
        1200 * 2 + 2100,
        10_000,
        gaps=4,
    ),
    Town(
        "sites beside one edge",
        ROAD,
        [spot(-2000, 14), spot(2000, -48)],
        600,
        offset_cover(14, 600, 50) + offset_cover(48, 600, 50),
        10_000,
        gaps=3,
    ),
    Town(
        "a grid and a site at its middle",
        grid(24, 24, 100),
        [spot(1200, 1200)],
        600,
        grid_cover(600, 100),
        2 * 25 * 2400,
    ),
    Town("a grid and an odd walk", grid(24, 24, 100), [spot(1200, 1200)], 555.5, grid_cover(555.5, 100), 120_000),
    Town("a ring", ring(400, 60), [spot(400, 0)], 600, 1200, 60 * RING_SIDE, leg=0, gaps=None),
    Town("a ring walked round", ring(400, 60), [spot(400, 0)], 1300, 60 * RING_SIDE, 60 * RING_SIDE, gaps=0),
    Town(
        "a star of arms",
        [line((0, 0), (1000 * math.cos(a), 1000 * math.sin(a))) for a in (0, 1, 2, 3, 4, 5)],
        [spot(0, 0)],
        600,
        3600,
        6000,
        gaps=6,
    ),
    Town(
        "a tree",
        [line((0, 0), (0, 300)), line((0, 300), (-400, 600)), line((0, 300), (400, 600))],
        [spot(0, 0)],
        600,
        300 + 2 * 300,
        1300,
        gaps=2,
    ),
    Town("an island", [*ROAD, line((0, 200), (300, 200))], [spot(0, 0)], 600, 1200, 10_300, gaps=3),
    Town(
        "zero lengths",
        [*ROAD, line((0, 0), (0, 0)), line((5000, 0), (5000, 0)), line((5000, 0), (6000, 0))],
        [spot(4900, 0)],
        600,
        1200,
        11_000,
    ),
    Town(
        "joined within the tolerance",
        [line((0, 0), (500, 0)), line((500.006, 0.006), (1500, 0.006))],
        [spot(0, 0)],
        600,
        600,
        500 + 999.994,
    ),
    Town("not joined beyond it", [line((0, 0), (500, 0)), line((500.1, 0), (1500.1, 0))], [spot(0, 0)], 600, 500, 1500),
    Town(
        "a park along the street",
        ROAD,
        [block(-100, 10, 100, 60)],
        600,
        200 + 2 * (600 - 25 - 50 + math.sqrt(50**2 - 10**2)),
        10_000,
        high=200 + 2 * (600 - 50 + math.sqrt(50**2 - 10**2)),
    ),
    Town("a street through a park", ROAD, [block(-100, -20, 100, 40)], 600, 200 + 2 * 570, 10_000, high=1400),
    Town(
        "a large park for a short walk",
        ROAD,
        [block(-300, 10, 300, 610)],
        200,
        0,
        10_000,
        high=600 + 2 * (200 - 50 + math.sqrt(50**2 - 10**2)),
    ),
    Town(
        "a wall beside the street", ROAD, [spot(0, 30)], 600, 0, 10_000, barriers=[line((-200, 10), (200, 10))], gaps=1
    ),
    Town(
        "a wall with a gate",
        ROAD,
        [spot(0, 30)],
        600,
        2 * (600 - 30),
        10_000,
        barriers=[line((-200, 15), (-1e-4, 15)), line((1e-4, 15), (200, 15))],
    ),
    Town(
        "a bent wall leaves no chink",
        ROAD,
        [spot(0, 30)],
        600,
        0,
        10_000,
        barriers=[line((-200, 10), (-3, 12), (0, 10), (7, 14), (200, 10))],
    ),
    Town(
        "half shaded",
        ROAD,
        [spot(0, 30)],
        600,
        (600 - 50 + 40) + (600 - 30),
        10_000,
        barriers=[line((0, 10), (200, 10))],
    ),
    Town(
        "a gate on the wall sees both sides",
        [*ROAD],
        [spot(0, 10)],
        600,
        offset_cover(10, 600, 50),
        10_000,
        barriers=[line((-200, 10), (200, 10))],
    ),
    Town(
        "a lawn of two ways",
        [line((0, 0), (1000, 0)), line((0, 0), (0, 40), (1000, 40), (1000, 0))],
        [spot(500, 20)],
        100,
        2 * offset_cover(20, 100, 50),
        2080,
    ),
]

"""The skeleton of the zone: main grid lines, character of super-blocks, river, lake and railway (drawing plane)."""

from __future__ import annotations

import numpy as np

from .shapes import blob, smooth

XS = np.array([-5650.0, -4560, -3560, -2500, -1430, -330, 700, 1770, 2760, 3830, 4820, 5850])
YS = np.array([-5080.0, -4060, -3090, -2010, -980, 80, 1130, 2120, 3190, 4180, 5200])

# One letter for each super-block, north at the top. F fields, V village in fields, S science city, I industry,
# N new housing, O old villages within the town, U campus, L lake park, C centre, T office and research parks,
# R older housing, H heritage park.
CHARACTERS = """
...FFVF....
.FVFFIIIH..
FSSSFIIIOI.
VSSSNNIIRII
FSSNLLNTROI
FVNNLLNCTRO
.IINNTCCUUR
.IIOTUUTUUR
..IINUUNRO.
...INRNR...
"""
ROWS = CHARACTERS.split()[::-1]
CELLS = {(c, r): ROWS[r][c] for r in range(len(ROWS)) for c in range(len(ROWS[0])) if ROWS[r][c] != "."}

# Fractions at which secondary streets run through the columns and rows of super-blocks.
COLUMN_CUTS = [
    (0.5,),
    (0.35, 0.7),
    (0.52,),
    (0.86,),
    (0.33, 0.66),
    (0.5,),
    (0.37, 0.68),
    (0.48,),
    (0.55,),
    (0.34, 0.67),
    (0.5,),
]
ROW_CUTS = [(0.5,), (0.45,), (0.36, 0.7), (0.5,), (0.33, 0.65), (0.55,), (0.48,), (0.35, 0.68), (0.5,), (0.5,)]

# Super-block pairs with no main road between them (campuses, the lake park).
CLOSED = {
    frozenset(p)
    for p in [
        ((4, 4), (5, 4)),
        ((4, 5), (5, 5)),
        ((4, 4), (4, 5)),
        ((5, 4), (5, 5)),
        ((5, 2), (6, 2)),
        ((5, 1), (6, 1)),
        ((8, 3), (8, 2)),
        ((9, 3), (9, 2)),
    ]
}

DUAL_X, DUAL_Y = (7,), (4,)  # main roads drawn as two carriageways
WIDE_X, WIDE_Y = (1, 4, 7, 9), (2, 4, 6, 8)  # red line 50 m and more

RIVER = smooth(
    np.array(
        [
            [-1600.0, -6000],
            [-1750, -5100],
            [-1950, -4300],
            [-2190, -3400],
            [-2060, -2450],
            [-2330, -1500],
            [-2190, -560],
            [-1960, 260],
            [-1740, 1120],
            [-1930, 2150],
            [-1330, 3050],
            [-930, 3900],
            [-330, 4700],
            [150, 6000],
        ]
    )
)
BRANCH = smooth(
    np.array([[-6500.0, -1750], [-5300, -1180], [-4350, -520], [-3350, -260], [-2650, -470], [-2215, -700]])
)
RAILWAY = smooth(
    np.array([[-7000.0, 4020], [-5200, 3830], [-3000, 3440], [0, 3030], [3000, 2570], [5000, 2420], [7200, 2380]])
)
RIVER_WIDTH, BRANCH_WIDTH = 38.0, 16.0
LAKE_SHORE = blob(
    np.array([-330.0, 95.0]), (560, 430), [(2, 0.10, 0.4), (3, 0.11, 1.1), (5, 0.05, 2.0), (7, 0.03, 0.2)]
)
EXPRESSWAY_X = -4655.0


def inside(c: int, r: int) -> bool:
    """Whether a super-block belongs to the zone."""
    return (c, r) in CELLS


def box(c: int, r: int) -> tuple[float, float, float, float]:
    """West, south, east, north of a super-block in the drawing plane."""
    return float(XS[c]), float(YS[r]), float(XS[c + 1]), float(YS[r + 1])

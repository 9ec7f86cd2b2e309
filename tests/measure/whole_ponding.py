"""A small ground with two hollows and a void, asked in many ways what lies in the water; all that each answers.

``python tests/measure/whole_ponding.py`` writes ``whole_ponding.jsonl``, as ``whole_town.py`` does its own.

The ground is at 10 m, in cells of 10 m.  In the square from 20 to 60 m it lies at 9 m, in that from 30 to 50 m at 8 m;
a shallow hollow of 20 by 10 m at 9.5 m lies to the east.  Full, they stand 1, 2 and 0.5 m deep, as binary numbers say
it to the last digit.  (X, Y) is the south-west corner.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyproj
from measure.closed_form_layers import CRS, SETTING, X, Y, layer
from measure.whole_town import area, at, line, whole_answer
from shapely.geometry import Point

from urbanplan.layer.layer import Layer
from urbanplan.measure.measured import BASINS, MeasureContext
from urbanplan.raster.elevation import Elevation

FILE = Path(__file__).with_name("whole_ponding.jsonl")
RAIN: dict[str, Any] = {"kind": "ponding", "of": "streets", "elevation": "ground", "rain_mm": 5000, "error_m": 0}
LOTS = {**RAIN, "of": "lots", "reading": "area"}
PEOPLE = {**RAIN, "of": "homes", "reading": "people", "people": "spaces"}
OF_PEOPLE = {**PEOPLE, "reading": "share"}
ASKED: list[dict[str, Any]] = [
    RAIN,
    {**RAIN, "where": "kind = 'path'"},
    {**RAIN, "by": "kind"},
    {**RAIN, "by": "subdistrict"},
    {**RAIN, "reading": "share"},
    {**RAIN, "reading": "share", "by": "subdistrict", "where": "kind = 'path'"},
    {**RAIN, "over_m": 0.5},
    {**RAIN, "over_m": 1},
    {**RAIN, "over_m": 0.99, "elevation": "coarse"},
    {**RAIN, "error_m": 0.25, "over_m": 0.5, "where": "kind = 'path'"},
    {**RAIN, "error_m": 0.25, "over_m": 0.49, "where": "kind = 'path'"},
    {**RAIN, "error_m": 0.25, "rain_mm": 30, "loss_mm": 10, "drainage_mm": 20},
    {**RAIN, "error_m": 0.25, "rain_mm": 30, "loss_mm": 10, "drainage_mm": 19, "where": "kind = 'path'"},
    {**RAIN, "rain_mm": 30, "loss_mm": 10, "where": "kind = 'path'"},
    {**RAIN, "rain_mm": 30, "drainage_mm": 10, "where": "kind = 'path'", "over_m": 0},
    {**RAIN, "reading": "area"},
    {**RAIN, "elevation": "lots"},
    {**RAIN, "where": "kind = 'none'"},
    {**RAIN, "where": "kind = 'none'", "reading": "share"},
    {**RAIN, "of": "ways"},
    {**RAIN, "of": "ways", "reading": "share", "by": "kind"},
    {**RAIN, "of": "twins"},
    {**RAIN, "of": "twins", "reading": "share", "where": "kind = 'path'"},
    LOTS,
    {**LOTS, "by": "kind"},
    {**LOTS, "by": "subdistrict", "where": "kind = 'park'"},
    {**LOTS, "over_m": 1, "where": "kind = 'park'"},
    {**LOTS, "reading": "share", "where": "kind = 'park'"},
    {**LOTS, "reading": "share", "by": "kind"},
    {**LOTS, "reading": "length"},
    {**LOTS, "error_m": 0.1, "reading": "share", "where": "kind = 'park'"},
    {**LOTS, "of": "mixed", "reading": "share"},
    PEOPLE,
    {**PEOPLE, "by": "kind"},
    {**PEOPLE, "by": "subdistrict", "where": "kind = 'a'"},
    {**PEOPLE, "where": "kind = 'a'", "over_m": 1},
    {**PEOPLE, "where": "spaces > 0", "error_m": 0.5},
    {**PEOPLE, "of": "lots"},
    {**PEOPLE, "people": None},
    OF_PEOPLE,
    {**OF_PEOPLE, "by": "kind"},
    {**OF_PEOPLE, "where": "kind = 'a'"},
    {**OF_PEOPLE, "of": "lots", "by": "subdistrict"},
]  # fmt: skip


def heights() -> Any:
    """Rows from the north, one cell beyond the corner (X, Y) on each side."""
    ground = np.full((12, 12), 10.0)
    south = ground[::-1]
    south[3:7, 3:7] = 9.0
    south[4:6, 4:6] = 8.0
    south[3, 8:10] = 9.5
    south[10, 10] = np.nan
    return ground


def place() -> dict[str, Layer]:
    """The layers by name; the grounds bear their heights in what the questions share."""
    shapes = [
        line((0, 40), (100, 40)), line((0, 95), (100, 95)), line((40, 0), (40, 100)), line((0, 25), (100, 25)),
        None, line((50, 40), (0, 40)), line((100, 5), (150, 5)),
    ]  # fmt: skip
    kinds = ["path", "road", "path", "path", None, "path", "road"]
    streets = layer(shapes, called="streets", kind=kinds, name=[f"Way {number}" for number in range(7)])
    bridge = pd.Series([False, False, True, None, False, False, False], dtype="boolean")
    ways = layer([line((0, 45), (60, 45)), line((70, 25), (90, 25))], called="ways", kind=["path", None])
    lots = layer(
        [
            area(20, 20, 40, 40),
            area(50, 20, 40, 40),
            area(0, 80, 30, 20),
            area(41, 41, 2, 2),
            area(85, 85, 40, 40),
            None,
        ],
        called="lots",
        kind=["park", "park", "park", None, "mill", "mill"],
        spaces=[10, 20, 30, 1, None, 5],
    )
    points = [(40, 40), (5, 5), (25, 25), None, (95, 95), (80, 25)]
    homes = layer(
        [None if one is None else Point(at(*one)) for one in points],
        called="homes",
        kind=["a", "a", "a", "b", "b", None],
        spaces=[10, 20, None, 30, 5, 7],
    )
    mixed = layer([line((0, 40), (100, 40)), area(20, 20, 40, 40)], called="mixed", kind=["a", "b"])
    parts = layer([area(-10, -10, 50, 120), area(40, -10, 70, 120)], called="parts", name=["West", "East"])
    grounds = [layer([], called=name) for name in ("ground", "coarse")]
    shapes = [line((20, 25), (60, 25)), line((20, 45), (40, 45)), line((70, 25), (90, 25))]
    twins = layer(shapes, called="twins", ids=["A", "A", "B"], kind=["path", "path", "road"])
    found = [
        replace(streets, frame=streets.frame.assign(bridge=bridge)),
        ways,
        twins,
        lots,
        homes,
        mixed,
        parts,
        *grounds,
    ]
    return {one.name: one for one in found}


@cache
def _place() -> tuple[dict[str, Layer], MeasureContext]:
    from urbanplan.raster.basins import find_basins

    layers = place()
    ground = Elevation(heights(), (10.0, 0.0, X - 10, 0.0, -10.0, Y + 110), pyproj.CRS(CRS))
    grids = {"ground": ground, "coarse": replace(ground, step=0.02)}
    known = {name: (layers[name], find_basins(grid)) for name, grid in grids.items()}
    return layers, replace(SETTING, memory={BASINS: known}, noticed=[])


def answer_line(declared: dict[str, Any]) -> str:
    """The answer as one JSON line."""
    layers, setting = _place()
    setting.noticed.clear()
    return json.dumps({"asked": declared, **whole_answer(declared, layers, setting)}, ensure_ascii=False)


def answers() -> Iterator[str]:
    """A line for each question."""
    return (answer_line(declared) for declared in ASKED)


if __name__ == "__main__":
    FILE.write_text("".join(f"{one}\n" for one in answers()), encoding="utf-8")

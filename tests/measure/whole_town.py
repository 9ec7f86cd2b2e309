"""A small town with something unknown in each layer, asked by every measure in many ways; all that each answers.

``python tests/measure/whole_town.py`` writes ``whole_town.jsonl``.  The lines hold what the measures say today, as it
was looked at last, so that no change of one goes unseen: whoever changes one looks at the difference and writes the
file anew.  Right values by hand stand in the tests beside this one.

Streets run 100 m apart, three to the east and three to the north, in pieces of 100 m; (X, Y) is the south-west corner.
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
from measure.closed_form_layers import SETTING, X, Y, layer
from shapely.geometry import LineString, Point, Polygon, box

from urbanplan.errors import UrbanplanError
from urbanplan.layer.datum_change import DatumChange
from urbanplan.layer.layer import Layer
from urbanplan.measure.catalog import measure_function, measured_dimension, validate_parameters
from urbanplan.measure.measured import MeasureContext
from urbanplan.model.translation import translate

FILE = Path(__file__).with_name("whole_town.jsonl")
SHOWN = 6  # values of a column that are kept one by one
EAST = [((x, y), (x + 100, y)) for y in (0, 100, 200) for x in (0, 100)]
NORTH = [((x, y), (x, y + 100)) for x in (0, 100, 200) for y in (0, 100)]


def at(x: float, y: float) -> tuple[float, float]:
    return X + x, Y + y


def line(*ends: tuple[float, float]) -> LineString:
    return LineString([at(*end) for end in ends])


def area(x: float, y: float, wide: float, high: float) -> Polygon:
    return box(*at(x, y), *at(x + wide, y + high))


def town() -> dict[str, Layer]:
    """The layers by name."""
    pieces = [line(*ends) for ends in (*EAST, *NORTH)]
    streets = layer(
        [*pieces, line((0, 50), (200, 50)), line((300, 0), (300, 90)), None, line((0, 100), (100, 100))],
        called="streets",
        kind=["path"] * 11 + [None, "road", "path", "path", "path"],
        carriageway=["single", "left", "right", None] * 4,
        stage=["open"] * 12 + ["planned", "open", "open", None],
        name=["Elm Street", "Elm street", "Oak Road", None] * 4,
    )
    sites = layer(
        [Point(at(0, 0)), Point(at(200, 200)), area(90, 110, 20, 20), None, Point(at(205, 10))],
        kind=["park", "park", "square", "park", None],
        name=["North", "South", "Mill", None, "North"],
        stage=["open", "building", "open", "open", "planned"],
        spaces=[10, 20, 40, None, 100],
        free=[5, 30, 10, 4, None],
        opened=[*map(pd.Timestamp, ("2024-05-01", "2025-06-30", "2025-12-31")), None, pd.Timestamp("2026-01-01")],
    )
    places = [Point(at(x, y)) for x, y in ((20, 0), (120, 3), (200, 90), (150, 200), (30, 160), (300, 40), (400, 400))]
    homes = layer([*places, None], called="homes", spaces=[10, 20, 0, 40, None, 60, 70, 80], kind=["a", "b"] * 4)
    blocks = layer(
        [area(10, 10, 80, 30), area(110, 110, 80, 80), area(150, 150, 100, 100), area(500, 500, 10, 10)],
        called="blocks",
        spaces=[30, 60, None, 12],
        kind=["a", "a", None, "b"],
        stage=["open", "planned", "open", None],
    )
    parts = layer(
        [area(-50, -50, 150, 400), area(100, -50, 250, 200), area(90, 150, 260, 200)],
        called="parts",
        name=["West", "South", "North"],
    )
    walls = layer([line((-20, 55), (170, 55)), line((250, 30), (250, 300))], called="walls", kind=["rail", None])
    gates = layer([Point(at(90, 120)), Point(at(110, 125)), None], called="gates", name=["g", "h", None])
    twins = layer(
        [
            area(0, 0, 10, 10),
            area(5, 0, 10, 10),
            area(90, 0, 20, 10),
            area(90, 0, 20, 10),
            Point(at(1, 1)),
            area(300, 300, 5, 5),
        ],
        called="twins",
        ids=["A", "A", "B", "B", "C", "D"],
        kind=["a", "b", "a", "a", None, "b"],
        name=["x", "x", "y", "z", "x", None],
        spaces=[10, 30, 5, 5, None, 7],
        free=[5, 20, 5, 1, 2, None],
    )
    again = layer(
        [line((0, 0), (60, 0)), line((40, 0), (90, 0)), line((0, 40), (30, 40)), line((90, 150), (130, 150))],
        called="again",
        ids=["A", "A", "B", "C"],
        kind=["a", "a", "b", None],
        carriageway=["single", "right", None, "left"],
    )
    strips = layer(
        [line((0, y), (50 + y, y)) for y in range(0, 700, 100)], called="strips", name=[f"Way {n}" for n in range(7)]
    )
    lands = [area(-5, -5, 100, 60), area(105, 105, 90, 90), area(195, 0, 20, 20)]
    off = layer(lands, called="off", kind=["a", "b", None])
    off = replace(off, datum=DatumChange("Xian 1980", "CGCS2000", "accepted", 5.0))
    frames = (streets, sites, homes, blocks, parts, walls, gates, twins, again, strips, off)
    found = {one.name: one for one in frames}
    return found


PATHS = {"layer": "streets", "where": "kind = 'path'"}
WALK: dict[str, Any] = {
    "kind": "coverage", "streets": PATHS, "sites": "sites", "residents": "homes", "people": "spaces", "within": [80, 120, 200],
}  # fmt: skip
ALL_STREETS = {**WALK, "streets": "streets", "noding": "crossings"}
PARKS = {"layer": "sites", "where": "kind = 'park'"}
OPEN = {"layer": "sites", "stage_at_least": "open"}
OF_SITES = {"of": "sites", "by": "kind"}
ASKED: list[dict[str, Any]] = [
    WALK,
    {**WALK, "reading": "subdistricts"},
    {**WALK, "reading": "streets"},
    {**WALK, "within": 120},
    {**WALK, "within": 120, "sites": OPEN},
    {**WALK, "within": 120, "sites": OPEN, "reading": "subdistricts"},
    {**WALK, "within": 150, "barriers": "walls"},
    {**WALK, "within": 150, "barriers": {"layer": "walls", "where": "kind = 'rail'"}, "leg": 20},
    {**WALK, "within": 150, "entrances": "gates", "sites": {"layer": "sites", "where": "kind = 'square'"}},
    {**WALK, "within": 100, "residents": "blocks"},
    {**WALK, "within": 100, "residents": {"layer": "blocks", "stage_at_least": "open"}, "reading": "subdistricts"},
    {**ALL_STREETS, "within": 120},
    {**ALL_STREETS, "within": 120, "reading": "streets"},
    {**ALL_STREETS, "within": [50, 600], "noding": "endpoints"},
    {**ALL_STREETS, "within": 120, "residents": {"layer": "homes", "where": "kind = 'a'"}, "tolerance": 5},
    {**WALK, "sites": {"layer": "sites", "where": "kind = 'none'"}},
    {**WALK, "streets": {"layer": "streets", "where": "kind = 'none'"}},
    {**WALK, "residents": None, "people": None, "reading": "streets", "within": 90},
    {**WALK, "people": "free"},
    {"kind": "count", **OF_SITES},
    {"kind": "count", "of": PARKS, "by": "subdistrict"},
    {"kind": "count", "of": "sites", "where": "opened >= DATE('2025-06-30')", "by": "stage"},
    {"kind": "count", "of": "sites", "distinct": "name"},
    {"kind": "count", "of": "sites", "stage_at_least": "building", "baseline": {"layer": "sites", "where": "spaces > 10"}},
    {"kind": "count", "of": "sites", "where": "spaces > 15", "unknown": {"spaces": "left out"}},
    {"kind": "count", "of": "sites", "where": "spaces > 15", "unknown": {"spaces": 16}},
    {"kind": "count", "of": {"layer": "sites", "within": "parts"}},
    {"kind": "count", "of": {"layer": "sites", "outside": {"layer": "blocks", "where": "kind = 'a'"}}},
    {"kind": "count", "of": {"layer": "blocks", "touching": {"layer": "streets", "where": "stage = 'planned'"}}},
    {"kind": "sum", **OF_SITES, "field": "spaces", "unit": "个"},
    {"kind": "sum", "of": "sites", "field": "free", "by": "subdistrict", "where": "kind = 'park'", "unit": "个"},
    {"kind": "sum", "of": {"layer": "blocks", "clip": "parts"}, "field": "spaces", "unit": "人"},
    {"kind": "sum", "of": "sites", "field": "spaces", "unit": "个", "baseline": {"layer": "sites", "where": "free < 10"}},
    {"kind": "area", "of": "blocks", "by": "kind"},
    {"kind": "area", "of": "blocks", "by": "subdistrict", "where": "kind = 'a'"},
    {"kind": "area", "of": {"layer": "blocks", "clip": {"layer": "parts", "where": "name = 'North'"}}},
    {"kind": "area", "of": {"layer": "parts", "minus": "blocks"}, "baseline": "blocks"},
    {"kind": "area", "of": "streets"},
    {"kind": "length", "of": "streets", "by": "kind"},
    {"kind": "length", "of": "streets", "by": "subdistrict", "carriageway": "carriageway"},
    {"kind": "length", "of": {"layer": "streets", "clip": "blocks"}, "stage_at_least": "open"},
    {"kind": "length", "of": "streets", "baseline": {"layer": "streets", "where": "kind = 'road'"}},
    {"kind": "share", **OF_SITES, "that": "spaces >= 20"},
    {"kind": "share", "of": "sites", "that": "kind = 'park'", "weight": "spaces", "by": "stage"},
    {"kind": "share", "of": "blocks", "that": "kind = 'a'", "weight": "area", "by": "subdistrict"},
    {"kind": "share", "of": "streets", "that": "kind = 'path'", "weight": "length"},
    {"kind": "share", "of": "sites", "where": "kind = 'none'", "that": "spaces > 1"},
    {"kind": "ratio", **OF_SITES, "part": "free", "whole": "spaces"},
    {"kind": "ratio", "of": PARKS, "part": "free", "whole": "spaces", "by": "subdistrict"},
    {"kind": "near", **OF_SITES, "to": "walls", "metres": 60},
    {"kind": "near", "of": "homes", "to": PARKS, "metres": 60, "weight": "spaces", "by": "subdistrict"},
    {"kind": "near", "of": "blocks", "to": {"layer": "walls", "where": "kind = 'rail'"}, "metres": 20, "weight": "area"},
    {"kind": "within", "of": "sites", "inside": "parts", "by": "kind"},
    {"kind": "within", "of": "sites", "inside": {"layer": "blocks", "where": "kind = 'a'"}},
    {"kind": "disjoint", "of": "blocks", "from": "blocks"},
    {"kind": "disjoint", "of": "streets", "from": {"layer": "blocks", "where": "kind = 'a'"}},
    {"kind": "disjoint", "of": "sites", "from": "parts", "where": "kind = 'park'"},
    {"kind": "exists", "of": "sites", "name": "North"},
    {"kind": "exists", "of": "sites", "name": ["North", "Sout"], "stage_at_least": "open"},
    {"kind": "exists", "of": "sites", "name": "Mil", "aliases": ["Mill"], "inside": "parts"},
    {"kind": "exists", "of": "streets", "name": "Elm Street", "inside": {"layer": "blocks", "where": "kind = 'a'"}},
    {"kind": "exists", "of": "sites", "inside": "blocks"},
    {"kind": "count", "of": "twins", "by": "kind"},
    {"kind": "count", "of": "twins", "distinct": "name", "where": "kind = 'a'"},
    {"kind": "sum", "of": "twins", "field": "spaces", "unit": "个", "by": "kind"},
    {"kind": "sum", "of": "twins", "field": "spaces", "unit": "个", "by": "subdistrict", "where": "kind = 'a'"},
    {"kind": "area", "of": "twins", "by": "kind"},
    {"kind": "area", "of": "twins", "by": "subdistrict"},
    {"kind": "length", "of": "again", "by": "kind"},
    {"kind": "length", "of": "again", "by": "subdistrict", "carriageway": "carriageway"},
    {"kind": "share", "of": "twins", "that": "kind = 'a'"},
    {"kind": "share", "of": "twins", "that": "spaces > 9", "weight": "area", "by": "subdistrict"},
    {"kind": "share", "of": "again", "that": "kind = 'a'", "weight": "length"},
    {"kind": "ratio", "of": "twins", "part": "free", "whole": "spaces", "by": "kind"},
    {"kind": "near", "of": "twins", "to": "walls", "metres": 60, "weight": "spaces"},
    {"kind": "within", "of": "twins", "inside": {"layer": "parts", "where": "name = 'West'"}},
    {"kind": "disjoint", "of": "twins", "from": "blocks"},
    {"kind": "exists", "of": "twins", "name": ["x", "y"]},
    {"kind": "connected", "of": "streets"},
    {"kind": "connected", "of": "streets", "noding": "crossings"},
    {"kind": "connected", "of": {"layer": "streets", "where": "kind = 'road'"}, "with": PATHS, "noding": "endpoints"},
    {"kind": "connected", "of": [PATHS, {"layer": "streets", "stage_at_least": "open"}], "tolerance": 1},
    {"kind": "dead_ends", "of": "streets"},
    {"kind": "dead_ends", "of": PATHS, "with": "streets", "noding": "crossings"},
    {"kind": "dead_ends", "of": "streets", "beside": {"layer": "parts", "where": "name <> 'South'"}, "noding": "endpoints"},
    {"kind": "connected", "of": "strips"},
    {"kind": "dead_ends", "of": "strips", "with": "streets"},
    {"kind": "exists", "of": "strips", "name": "Way"},
    {"kind": "count", "of": {"layer": "sites", "within": "off"}},
    {"kind": "count", "of": {"layer": "sites", "touching": "off"}},
    {"kind": "count", "of": {"layer": "sites", "outside": "off"}},
    {"kind": "area", "of": {"layer": "blocks", "clip": "off"}, "by": "kind"},
    {"kind": "area", "of": {"layer": "blocks", "minus": "off"}},
    {"kind": "length", "of": {"layer": "streets", "minus": "off"}},
    {"kind": "near", "of": "sites", "to": "off", "metres": 20},
    {"kind": "near", "of": "blocks", "to": "off", "metres": 20, "weight": "area"},
    {"kind": "within", "of": "blocks", "inside": "off"},
    {"kind": "disjoint", "of": "blocks", "from": "off"},
    {"kind": "disjoint", "of": "homes", "from": "off"},
    {"kind": "exists", "of": "sites", "name": "park", "name_field": "kind", "inside": "off"},
    {"kind": "disjoint", "of": "blocks"},
    {"kind": "disjoint", "of": "twins", "by": "kind"},
    {"kind": "disjoint", "of": "again", "tolerance": 20},
    {"kind": "disjoint", "of": "again", "tolerance": 19.9},
    {"kind": "disjoint", "of": {"layer": "sites", "where": "name = 'Mill'"}},
    {"kind": "disjoint", "of": "sites", "from": {"layer": "homes", "where": "kind = 'none'"}},
    {"kind": "exists", "of": "sites", "name": "North", "where": "spaces > 50"},
    {"kind": "exists", "of": "sites", "name": "Norths"},
    {"kind": "exists", "of": "sites", "name": ["North", "South", "Mill"], "by": "kind"},
    {"kind": "exists", "of": "sites", "name": "Nowhere", "aliases": ["Mill", "North"]},
    {"kind": "exists", "of": "sites", "name": "x", "name_field": "nam"},
    {"kind": "exists", "of": "sites", "where": "kind = 'none'"},
    {"kind": "near", "of": "sites", "to": "homes", "metres": 0.001},
    {"kind": "near", "of": "sites", "to": {"layer": "homes", "where": "spaces < 0"}, "metres": 100},
    {"kind": "near", "of": {"layer": "sites", "where": "spaces < 0"}, "to": "homes", "metres": 100},
    {"kind": "near", "of": "streets", "to": "walls", "metres": 45, "weight": "length"},
    {"kind": "near", "of": "streets", "to": "walls", "metres": 55, "by": "kind"},
    {"kind": "within", "of": "streets", "inside": "parts", "by": "subdistrict"},
    {"kind": "within", "of": {"layer": "sites", "where": "spaces < 0"}, "inside": "parts"},
    {"kind": "within", "of": "sites", "inside": {"layer": "parts", "where": "name = 'none'"}},
    {"kind": "share", "of": "sites", "that": "spaces >= 20", "unknown": {"spaces": "left out"}},
    {"kind": "share", "of": "sites", "that": "spaces >= 20", "unknown": {"spaces": 20}},
    {"kind": "share", "of": "homes", "that": "kind = 'a'", "weight": "spaces", "by": "subdistrict"},
    {"kind": "share", "of": "homes", "that": "kind = 'a'", "weight": "free"},
    {"kind": "share", "of": "homes", "that": "kind = 'a'", "weight": "area"},
    {"kind": "ratio", "of": "sites", "part": "free", "whole": "free"},
    {"kind": "ratio", "of": "sites", "part": "spaces", "whole": "free", "by": "stage", "where": "free > 4"},
    {"kind": "ratio", "of": "sites", "part": "free", "whole": "name"},
    {"kind": "sum", "of": "sites", "field": "nope", "unit": "个"},
    {"kind": "sum", "of": {"layer": "homes", "clip": "parts"}, "field": "spaces", "unit": "人"},
    {"kind": "sum", "of": "sites", "field": "spaces", "unit": "个", "unknown": {"spaces": 7}},
    {"kind": "sum", "of": "sites", "field": "spaces", "unit": "个", "distinct": "name"},
    {"kind": "count", "of": "sites", "stage_at_least": "nope"},
    {"kind": "count", "of": {"layer": "sites", "within": {"layer": "parts", "minus": "blocks"}}},
    {"kind": "length", "of": "streets", "carriageway": "nope"},
    {"kind": "length", "of": "blocks"},
    {"kind": "length", "of": "strips", "by": "subdistrict"},
    {"kind": "length", "of": "again", "carriageway": "carriageway", "baseline": {"layer": "again", "where": "kind = 'b'"}},
    {"kind": "area", "of": "sites", "by": "kind"},
    {"kind": "dead_ends", "of": "walls", "with": "streets", "beside": "blocks"},
    {"kind": "dead_ends", "of": {"layer": "streets", "where": "spaces < 0"}},
    {"kind": "connected", "of": "walls", "with": ["streets", "again"], "tolerance": 10},
    {"kind": "connected", "of": "sites"},
]  # fmt: skip


def drawn_town(layers: dict[str, Layer]) -> dict[str, Layer]:
    """The town without what has no place: only attributes are unknown."""
    return {name: replace(one, frame=_rows(one.frame, one.frame.geometry.notna())) for name, one in layers.items()}


def known_town(layers: dict[str, Layer]) -> dict[str, Layer]:
    """The town of which place and kind of all are known."""
    drawn = drawn_town(layers)
    return {name: replace(one, frame=_rows(one.frame, one.frame["kind"].notna() | bool(one.frame["kind"].isna().all())))
            for name, one in drawn.items()}  # fmt: skip


def _rows(frame: Any, mask: Any) -> Any:
    return frame[mask].reset_index(drop=True)


def questions() -> Iterator[tuple[str, dict[str, Any]]]:
    """Name of the town and what is asked: all of the whole one, walks and roads of the drawn and the known one too."""
    for name in ("whole", "drawn", "known"):
        for declared in ASKED:
            if name == "whole" or declared["kind"] in ("coverage", "connected", "dead_ends"):
                yield name, declared


@cache
def _place(name: str) -> tuple[dict[str, Layer], MeasureContext]:
    """A town and what its questions share."""
    made = {"whole": lambda found: found, "drawn": drawn_town, "known": known_town}[name]
    return made(town()), replace(SETTING, memory={}, noticed=[])


def answer_line(name: str, declared: dict[str, Any]) -> str:
    """The answer as one JSON line."""
    layers, setting = _place(name)
    setting.noticed.clear()
    return json.dumps({"town": name, "asked": declared, **whole_answer(declared, layers, setting)}, ensure_ascii=False)


def whole_answer(declared: dict[str, Any], layers: dict[str, Layer], setting: MeasureContext) -> dict[str, Any]:
    """All that a measure answers, as plain values."""
    params = validate_parameters({key: value for key, value in declared.items() if value is not None})
    try:
        found = measure_function(params.kind)(layers, params, setting)
    except UrbanplanError as error:
        return {"error": error.text(translate)}
    row = {
        "layers": sorted(params.layers(setting)),
        "compared": [sorted(one) for one in params.compared_layers(setting)],
        "dimension": measured_dimension(params, {one.name: one.type for one in layers.values()}),
        "reading": found.reading,
        "breakdown": found.breakdown,
        "evidence": found.evidence,
        "implied": found.implied,
        "reason": found.reason,
        "settled_by": found.settled_by,
        "results": {name: _frame(frame) for name, frame in found.results.items()},
        "findings": [_finding(one) for one in (*found.findings, *setting.noticed)],
        "known": found.known,
    }
    return {key: value for key, value in ((key, _plain(value)) for key, value in row.items()) if value}


def _finding(one: Any) -> dict[str, Any]:
    return {"code": one.code, "layer": one.layer, "features": list(one.features), "message": one.message}


def _frame(frame: Any) -> dict[str, Any]:
    """Rows of a result layer: each column's values, those of long ones as count, sum and ends."""
    shapes = frame.geometry
    held: dict[str, Any] = {
        "rows": len(frame),
        "metres": float(shapes.length.sum()),
        "bounds": list(shapes.total_bounds),
    }
    for name in frame.columns.drop("geometry"):
        values = frame[name].tolist()
        held[str(name)] = values if len(values) <= SHOWN else _digest(values)
    return held


def _digest(values: list[Any]) -> list[Any]:
    numbers = [one for one in values if isinstance(one, int | float) and not isinstance(one, bool) and one == one]
    return [len(values), len(set(map(str, values))), float(np.sum(numbers)), values[0], values[-1]]


def _plain(value: Any) -> Any:
    if hasattr(value, "model_dump"):
        return _plain(value.model_dump(mode="json"))
    if isinstance(value, dict):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, float | np.floating):
        return float(f"{value:.7g}")
    if isinstance(value, np.integer):
        return int(value)
    return value if isinstance(value, str | int | None) else str(value)


if __name__ == "__main__":
    FILE.write_text("".join(f"{answer_line(*one)}\n" for one in questions()), encoding="utf-8")

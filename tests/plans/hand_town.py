"""A town of a square kilometre on round metres, and plans on it whose readings are worked out by hand.

Sub-districts: west of the middle and east of it.  Lots are squares of 100 m; L3 lies across the middle, L6 half outside
of the boundary, L4 and L5 share 50 m x 50 m.  R1 and R2 cross in the middle without a common vertex, R5 runs on R1.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
from shapely.geometry import LineString, Point, box

X, Y, CRS = 500_000.0, 3_850_000.0, "EPSG:4547"
STAGES = '["planned", "building", "open"]'
FIELDS = {
    "lots": (
        "polygon",
        "[fields.kind]\n[fields.stage]\n[fields.opened]\ntype = 'date'\n"
        + "".join(f"[fields.{name}]\ntype = 'number'\nminimum = 0\nmaximum = {most}\n" for name, most in
                  (("spaces", 500), ("used", 100), ("cap", 100))),
    ),
    "streets": ("line", "[fields.width]\ntype = 'number'\nminimum = 0\n[fields.walk]\ntype = 'boolean'\n"),
    "sites": ("point", "[fields.stage]\n[fields.beds]\ntype = 'number'\nminimum = 0\nmaximum = 100\n"),
    "homes": ("point", "[fields.residents]\ntype = 'number'\nminimum = 0\nmaximum = 50\nunit = '人'\n"),
    "ghosts": ("polygon", "[fields.kind]\n"),
    "twins": ("polygon", "[fields.kind]\n[fields.spaces]\ntype = 'number'\nminimum = 0\nmaximum = 500\n"),
    "parts": ("polygon", ""),
    "boundary": ("polygon", ""),
}  # fmt: skip
REPORTED = """target,low,high,unit,source,date
r_met,7.5,7.5,%,office,2025-12-20
r_span,6,8,%,office,2025-12-20
r_two,5,5,%,office,2025-06-01
r_two,9,9,%,office,2025-12-01
r_twice,6,6,%,one,2025-12-01
r_twice,8,8,%,other,2025-12-01
r_later,9,9,%,office,2026-02-01
r_unit,120,120,万元,office,2025-12-01
"""


def _at(x: float, y: float) -> tuple[float, float]:
    return X + x, Y + y


def _square(x: float, y: float, wide: float = 100.0, tall: float = 100.0) -> Any:
    return box(*_at(x, y), *_at(x + wide, y + tall))


def _line(*points: tuple[float, float]) -> LineString:
    return LineString([_at(*point) for point in points])


def _frame(ids: list[str], shapes: list[Any], **columns: list[Any]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({"id": ids, **columns}, geometry=gpd.GeoSeries(shapes, crs=CRS), crs=CRS)


def frames() -> dict[str, gpd.GeoDataFrame]:
    """The layers."""
    lots = [(100, 100), (300, 100), (450, 300), (700, 700), (750, 750), (950, 900)]
    middle = _square(0, 0, 1000, 1000)
    return {
        "lots": _frame(
            [f"L{n}" for n in range(1, 7)],
            [_square(*corner) for corner in lots],
            name=["Alpha", "Beta", "Gamma", None, "Delta", "Alpha"],
            kind=["home", "home", "shop", None, "home", "park"],
            stage=["open", "building", "open", "open", "planned", "open"],
            opened=["2025-03-01", None, "2025-06", "2024-12-31", "2025", "2025-12-31"],
            spaces=[100, 50, None, 30, 0, 20],
            used=[8, 20, 15, None, 10, 0],
            cap=[10, 20, 30, 40, 40, 0],
        ),
        "streets": _frame(
            [f"R{n}" for n in range(1, 6)],
            [
                _line((0, 500), (1000, 500)),
                _line((500, 0), (500, 1000)),
                _line((200, 500), (200, 800)),
                _line((0, 900), (300, 900)),
                _line((0, 500), (400, 500)),
            ],
            name=["main", "cross", "branch", "lone", "main"],
            width=[20, 12, 6, None, 20],
            walk=[True, True, None, True, True],
        ),
        "sites": _frame(
            ["S1", "S2", "S3"],
            [Point(_at(250, 150)), Point(_at(800, 800)), Point(_at(500, 500))],
            name=["clinic", "school", "hall"],
            stage=["open", "planned", None],
            beds=[10, 20, None],
        ),
        "homes": _frame(
            ["H1", "H2", "H3", "H4"],
            [Point(_at(*place)) for place in ((400, 500), (700, 500), (500, 200), (200, 800))],
            name=list("abcd"),
            residents=[10, 20, None, 5],
        ),
        "ghosts": _frame(["G1", "G2"], [_square(0, 0), None], name=["a", "b"], kind=["x", "x"]),
        "twins": _frame(
            ["T1", "T1", "T2", "T2", "T3"],
            [_square(0, 600), _square(0, 600), _square(200, 600), _square(300, 600, 50), _square(600, 100)],
            name=list("aabbc"), kind=["x", "x", "x", "y", "x"], spaces=[5, 5, 7, 9, 11],
        ),
        "parts": _frame(["W", "E"], [_square(0, 0, 500, 1000), _square(500, 0, 500, 1000)], name=["west", "east"]),
        "boundary": _frame(["B"], [middle], name=["all"]),
    }  # fmt: skip


def write(folder: Path, rows: list[tuple[Any, ...]]) -> Path:
    """Write the town with a plan of these targets, (id, measure, bound, more …); the plan file is returned."""
    (folder / "types").mkdir(parents=True)
    head = f'id = "hand"\ntitle = "Hand"\nas_of = 2025-12-31\nreported = ["said.csv"]\n[district]\nname = "Hand"\ncrs = "{CRS}"\n'
    text = head + 'boundary = "boundary"\nsubdistricts = "parts"\n'
    for name, frame in frames().items():
        frame.to_file(folder / f"{name}.gpkg", layer=name, driver="GPKG", engine="pyogrio")
        geometry, fields = FIELDS[name]
        stages = f"stages = {STAGES}\n" if "fields.stage" in fields else ""
        kind = f'title = {{ en = "{name}", zh = "{name}" }}\ngeometry = "{geometry}"\nlabel = "name"\n{stages}'
        fields = "[fields.id]\nrequired = true\nunique = true\n[fields.name]\n" + fields
        (folder / "types" / f"{name}.toml").write_text(kind + fields, encoding="utf-8")
        text += f'[[layer]]\nname = "{name}"\nfile = "{name}.gpkg"\ntype = "{name}"\nbasis = "surveyed"\n'
    for name, measure, bound, *more in rows:
        declared = f"bound = {bound}\n" if bound else ""
        text += f'[[target]]\nid = "{name}"\n{declared}measure = {measure}\n' + "".join(f"{line}\n" for line in more)
    (folder / "said.csv").write_text(REPORTED, encoding="utf-8")
    (folder / "plan.toml").write_text(text, encoding="utf-8")
    return folder / "plan.toml"

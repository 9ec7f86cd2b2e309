"""Many targets, all different, on small layers: processor time of each, findings and size of the report."""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

import geopandas as gpd
import numpy as np
from paired import installed, run_apart, table
from shapely.geometry import LineString, Point, box

X, Y, CRS = 458_000.0, 3_853_000.0, 4547
FIELDS = {"lots": ("polygon", ("spaces", "whole")), "roads": ("line", ("width",)), "sites": ("point", ("beds",)),
          "parts": ("polygon", ())}  # fmt: skip
HEAD = 'id = "many"\ntitle = "Many"\nas_of = 2025-12-31\n[district]\nname = "Many"\ncrs = "EPSG:4547"\nsubdistricts = "parts"\n'
KINDS = (
    ('kind = "count", of = "lots", where = "spaces > {v}"', "个"),
    ('kind = "area", of = "lots", where = "spaces > {v}"', "m2"),
    ('kind = "sum", of = "lots", where = "whole > {v}", field = "spaces"', "个"),
    ('kind = "share", of = "lots", that = "spaces > {v}"', "%"),
    ('kind = "length", of = "roads", where = "width * 10 > {v}"', "m"),
    ('kind = "count", of = "sites", where = "beds > {v}", by = "subdistrict"', "个"),
    ('kind = "near", of = "sites", to = "roads", metres = {w}', "%"),
    ('kind = "within", of = {{ layer = "sites", where = "beds > {v}" }}, inside = "parts"', "%"),
    ('kind = "ratio", of = "lots", where = "whole > {v}", part = "spaces", whole = "whole"', "%"),
    ('kind = "exists", of = "lots", name = "lots-{n}", where = "spaces > {v}"', "个"),
    ('kind = "share", of = "lots", that = "spaces > {v}", weight = "area"', "%"),
    ('kind = "area", of = {{ layer = "lots", where = "whole > {v}", within = "parts" }}, by = "subdistrict"', "m2"),
)


def targets(sizes: tuple[int, ...] = (100, 1_000, 10_000)) -> str:
    """Whole processes, each on a plan of its own without anything remembered."""
    rows = [_run(size) for size in sizes]
    head = ["targets", "CPU s", "CPU ms for each target more", "findings", "report MB", "memory MB"]
    for before, row in zip([None, *rows], rows, strict=False):
        row[2] = "–" if before is None else 1000 * (row[1] - before[1]) / (row[0] - before[0])
    return table(head, rows) + (
        "\n\n`check --fresh`, report as JSON: twelve measures (count, area, sum, share, length, near, within, ratio, exists; "
        "some by sub-district), no two targets alike, on 300 lots, 200 roads, 200 sites and four sub-districts."
    )


def _run(size: int) -> list:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        _write(home, size)
        words = ["check", "--plan", str(home), "--fresh", "--output", f"json:{home}/o.json"]
        line = [sys.executable, "-m", "urbanplan", *words]
        spent = run_apart(line, installed(XDG_CACHE_HOME=folder), codes=(0, 1, 3))
        text = (home / "o.json").read_text(encoding="utf-8")
        report = json.loads(text)
        assert len(report["verdicts"]) == size
        return [size, spent.cpu, 0.0, len(report["findings"]), len(text.encode()) / 1e6, spent.mb]


def _write(home: Path, size: int) -> None:
    random = np.random.default_rng(1)
    frames = _frames(random)
    (home / "types").mkdir()
    text = HEAD
    for name, (geometry, fields) in FIELDS.items():
        frames[name].to_file(home / f"{name}.gpkg")
        kind = f'title = {{ en = "{name}" }}\ngeometry = "{geometry}"\nlabel = "name"\n[fields.id]\nunique = true\n[fields.name]\n'
        kind += "".join(f'[fields.{field}]\ntype = "number"\nminimum = 0\nmaximum = 1000\n' for field in fields)
        (home / "types" / f"{name}.toml").write_text(kind, encoding="utf-8")
        text += f'[[layer]]\nname = "{name}"\nfile = "{name}.gpkg"\ntype = "{name}"\nbasis = "surveyed"\n'
    for at in range(size):
        measure, unit = KINDS[at % len(KINDS)]
        value = at // len(KINDS)
        measure = measure.format(v=value * 0.5, w=20 + value, n=at % 40)
        text += f'[[target]]\nid = "T{at}"\nbound = {{ comparator = ">=", number = {1 + at % 50}, unit = "{unit}" }}\n'
        text += f"measure = {{ {measure} }}\n"
    (home / "plan.toml").write_text(text, encoding="utf-8")


def _frames(random: np.random.Generator) -> dict[str, gpd.GeoDataFrame]:
    def frame(name: str, shapes: list, **columns: object) -> gpd.GeoDataFrame:
        ids = [f"{name}-{at}" for at in range(len(shapes))]
        return gpd.GeoDataFrame({"id": ids, "name": ids, **columns}, geometry=shapes, crs=CRS)

    spots = random.uniform(0, 2_000, (400, 2)) + np.array((X, Y))
    lots = [
        box(X + 100 * (at % 20), Y + 100 * (at // 20), X + 100 * (at % 20) + 80, Y + 100 * (at // 20) + 80)
        for at in range(300)
    ]
    roads = [LineString([spot, spot + np.array((100, 30))]) for spot in spots[:200]]
    spaces = random.integers(0, 500, 300).astype(float)
    spaces[::50] = np.nan
    quarters = [
        box(X + 1000 * i, Y + 1000 * j, X + 1000 * i + 1000, Y + 1000 * j + 1000) for i in (0, 1) for j in (0, 1)
    ]
    return {
        "lots": frame("lots", lots, spaces=spaces, whole=random.integers(0, 900, 300).astype(float)),
        "roads": frame("roads", roads, width=random.integers(3, 60, 200).astype(float)),
        "sites": frame("sites", [Point(spot) for spot in spots[200:]], beds=random.integers(0, 300, 200).astype(float)),
        "parts": frame("parts", quarters),
    }

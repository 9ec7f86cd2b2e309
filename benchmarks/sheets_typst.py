"""Sheets against bare typst on the same pages, in one run; and memory over thousands of sheets.

    python benchmarks/sheets_typst.py [--sheets 200] [--many 2000]

Bare typst sets the very data that ``sheets`` made, one page after the other, each written to a file as sheets writes
it (one write, no flush).  The goal: the whole of ``sheets`` takes at most twice as long.
"""

from __future__ import annotations

import argparse
import datetime
import json
import resource
import statistics
import sys
import tempfile
import time
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from irregular_parcels import irregular_layer

from urbanplan.layer.layer import Layer
from urbanplan.model.layertype import LayerType
from urbanplan.model.plan import District, Plan
from urbanplan.model.translation import use_language
from urbanplan.plan import read_plan
from urbanplan.store.folder import read_plan_layers
from urbanplan.view.sheets import cjk_font, parcel_sheets
from urbanplan.view.sheets.parcel import parcel_data
from urbanplan.view.sheets.parcels import parcel_atlas
from urbanplan.view.sheets.typesetting import Typesetter

ROUNDS = 5
ROOT = Path(__file__).resolve().parents[1]
TOWN = Plan(id="town", title="小城", as_of=datetime.date(2025, 12, 31), district=District(name="小城", crs="EPSG:4547"))


def roads() -> Layer:
    lines = [shapely.LineString([(457000, 3853000 + 210 * i), (465000, 3853100 + 210 * i)]) for i in range(28)]
    frame = gpd.GeoDataFrame({"name": [f"纬{i}路" for i in range(28)]}, geometry=lines, crs="EPSG:4547")
    return Layer("streets", frame, LayerType(name="streets", title={"en": "Streets", "zh": "道路"}, geometry="line"))


def odd(count: int) -> tuple[Plan, dict[str, Layer]]:
    return TOWN, {"parcels": irregular_layer(count), "streets": roads()}


def district() -> tuple[Plan, dict[str, Layer]]:
    plan = read_plan(ROOT / "layers" / "zhengzhou-hitech" / "plan.toml")
    return plan, read_plan_layers(plan)[0]


def many(count: int) -> tuple[Plan, dict[str, Layer]]:
    """Plain blocks of four corners, in rows."""
    at = np.arange(count)
    east, north = 450000 + 240.0 * (at % 50), 3845000 + 190.0 * (at // 50)
    frame = gpd.GeoDataFrame(
        {"id": [f"P-{i:05d}" for i in at], "name": [f"地块{i}" for i in at]},
        geometry=shapely.box(east, north, east + 200, north + 150),
        crs="EPSG:4547",
    )
    kind = LayerType(name="parcels", title={"en": "Parcels", "zh": "宗地"}, geometry="polygon")
    return TOWN, {"parcels": Layer("parcels", frame, kind)}


def bare(packed: list[dict[str, str]], out: Path) -> float:
    """Seconds of typst alone, its fonts and templates loaded anew, as ``sheets`` loads them."""
    begin = time.perf_counter()
    typesetter = Typesetter(cjk_font())
    for number, data in enumerate(packed):
        (out / f"{number}.pdf").write_bytes(typesetter.pdf(data))
    return time.perf_counter() - begin


def whole(plan: Plan, layers: dict[str, Layer], out: Path) -> float:
    begin = time.perf_counter()
    parcel_sheets(plan, layers, out=out)
    return time.perf_counter() - begin


def paired(name: str, plan: Plan, layers: dict[str, Layer]) -> dict[str, object]:
    typesetter = Typesetter(cjk_font())
    with use_language(plan.language):
        book = parcel_atlas(plan, layers, cjk_font())
        packed = [typesetter.packed([parcel_data(book, i)], title="", author="") for i in range(len(book.rows))]
    times = []
    with tempfile.TemporaryDirectory() as folder:
        one, two = Path(folder, "bare"), Path(folder, "whole")
        one.mkdir()
        bare(packed[:5], one)
        for _ in range(ROUNDS):
            times.append((bare(packed, one), whole(plan, layers, two)))
    ratios = [w / b for b, w in times]
    return {
        "case": name,
        "sheets": len(packed),
        "typst_s": round(statistics.median(b for b, _ in times), 3),
        "sheets_s": round(statistics.median(w for _, w in times), 3),
        "ratio": round(statistics.median(ratios), 2),
        "ratios": [round(r, 2) for r in ratios],
    }


def memory(count: int) -> dict[str, object]:
    """Peak memory after a tenth and after all sheets, in MB."""
    plan, layers = many(count)
    seen: list[float] = []

    def step(done: int, total: int) -> None:
        if done in (total // 10, total):
            seen.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)

    with tempfile.TemporaryDirectory() as folder:
        begin = time.perf_counter()
        parcel_sheets(plan, layers, out=Path(folder), progress=step)
        took = time.perf_counter() - begin
    tenth, end = seen
    return {"case": "many", "sheets": count, "s": round(took, 1), "peak_mb_tenth": round(tenth), "peak_mb": round(end)}


if __name__ == "__main__":
    options = argparse.ArgumentParser()
    options.add_argument("--sheets", type=int, default=200)
    options.add_argument("--many", type=int, default=2000)
    asked = options.parse_args()
    results = [memory(asked.many), paired("district", *district()), paired("odd", *odd(asked.sheets))]
    for result in results:
        print(json.dumps(result))
    sys.exit(any(float(str(r.get("ratio", 0))) > 2 for r in results))

"""A check of many parcels, area and overlaps with every rule of their layer, against geopandas on the same file.

Each is a process of its own; CPU seconds and peak memory are the process's.  The peer does what a script of geopandas
does: read, mend, sum the areas, join the parcels to themselves, cut the pairs, and take what overlaps off the sum.  Both
must name the same pairs and the same land.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from paired import Spent, installed, run_apart, table

SIDE, TOLERANCE_M2 = 40.0, 0.01
TYPE = """title = { zh = "宗地", en = "parcels" }
geometry = "polygon"
[fields.id]
required = true
nullable = false
unique = true
[rules]
overlap = false
"""
PLAN = """id = "overlaps"
title = "overlaps"
as_of = 2025-12-31
[district]
name = "overlaps"
crs = "EPSG:4547"
[[layer]]
name = "land"
file = "land.gpkg"
type = "land"
basis = "surveyed"
[[target]]
id = "AREA"
quote = "1 m2"
measure = { kind = "area", of = "land" }
bound = { comparator = ">=", number = 1, unit = "m2" }
[[target]]
id = "APART"
quote = "0"
measure = { kind = "disjoint", of = "land" }
bound = { comparator = "<=", number = 0, unit = "宗" }
"""
PEER = """
import json, sys, geopandas as gpd, shapely
land = gpd.read_file(sys.argv[1])
land["geometry"] = land.geometry.make_valid()
pairs = gpd.sjoin(land[["id", "geometry"]], land[["id", "geometry"]], predicate="intersects").reset_index()
pairs = pairs[pairs["index"] < pairs["index_right"]]
left, right = land.geometry.iloc[pairs["index"]], land.geometry.iloc[pairs["index_right"]]
shared = left.intersection(right, align=False).area.to_numpy()
real = shared > {tolerance}
names = sorted(map(sorted, zip(pairs["id_left"][real], pairs["id_right"][real])))
tangled = sorted({{*pairs["index"][shared > 1e-6], *pairs["index_right"][shared > 1e-6]}})
land_m2 = land.drop(index=tangled).area.sum() + shapely.union_all(land.geometry.loc[tangled].to_numpy()).area
json.dump({{"pairs": names, "area": land_m2}}, open(sys.argv[2], "w"))
"""


def parcels(count: int, *, seed: int = 7) -> Any:
    """Quadrilaterals that tile a place with crooked common borders; one in fifty reaches into its neighbours."""
    import geopandas as gpd

    chance, wide = np.random.default_rng(seed), int(np.ceil(np.sqrt(count)))
    x, y = np.meshgrid(np.arange(wide + 1.0), np.arange(wide + 1.0))
    corners = np.stack([x, y], axis=-1) * SIDE + chance.uniform(-0.2, 0.2, (wide + 1, wide + 1, 2)) * SIDE
    corners = np.round(corners + np.array([460_000.0, 3_850_000.0]), 3)
    ring = [corners[:-1, :-1], corners[:-1, 1:], corners[1:, 1:], corners[1:, :-1], corners[:-1, :-1]]
    shapes: Any = shapely.polygons(np.stack(ring, axis=2).reshape(-1, 5, 2)[:count])
    wider = chance.choice(count, count // 50, replace=False)
    shapes[wider] = shapely.buffer(shapes[wider], 0.6, join_style="mitre")
    return gpd.GeoDataFrame({"id": [f"P{at}" for at in range(count)]}, geometry=shapes, crs="EPSG:4547")


def overlaps(sizes: tuple[int, ...] = (60_000, 300_000)) -> str:
    """CPU seconds and peak memory of both, answers compared."""
    rows: list[list[Any]] = []
    for count in sizes:
        with tempfile.TemporaryDirectory() as folder:
            own, peer = _compare(Path(folder), count)
        rows.append([f"{count:,}", own[0], peer[0], own[0] / peer[0], own[1], peer[1], own[1] / peer[1], own[2]])
    head = ["parcels", "urbanplan CPU s", "geopandas CPU s", "ratio", "urbanplan MB", "geopandas MB", "ratio", "pairs"]
    gives = (
        "urbanplan: `check --fresh` of two targets (area, disjoint) with every rule on values, shapes, vertices, overlaps "
        "and location, report as JSON. geopandas: read, `make_valid`, `sjoin`, `intersection`, union of what overlaps; no "
        "rule beside. Equal pairs and land (1e-9) are asserted. Of a process that takes few seconds the least of three turns."
    )
    return table(head, rows) + "\n\n" + gives


def million(count: int = 1_000_000) -> str:
    """CPU seconds, peak memory and report of a district that no peer is asked for."""
    with tempfile.TemporaryDirectory() as folder:
        _write_district(Path(folder), count)
        spent = _check(Path(folder))
        text = (Path(folder) / "own.json").read_bytes()
    told = json.loads(text)
    overlapping = next(v["reading"]["low"] for v in told["verdicts"] if v["target"] == "APART")
    assert len(told["verdicts"]) == 2
    row = [f"{count:,}", spent.cpu, spent.mb, f"{overlapping:,.0f}", len(told["findings"]), len(text) / 1e6]
    head = ["parcels", "CPU s", "memory MB", "parcels that overlap others", "findings", "report MB"]
    return table(head, [row]) + "\n\nThe same check; of each rule at most a thousand findings are told one by one."


def _compare(folder: Path, count: int) -> tuple[tuple[float, float, int], tuple[float, float]]:
    _write_district(folder, count)
    code = [sys.executable, "-W", "ignore", "-c", PEER.format(tolerance=TOLERANCE_M2)]
    peer = [*code, str(folder / "land.gpkg"), str(folder / "peer.json")]
    turns = [
        (_check(folder), run_apart(peer, installed(URBANPLAN_CACHE="off"))) for _ in range(3 if count < 100_000 else 1)
    ]
    own, others = ((min(one.cpu for one in side), max(one.mb for one in side)) for side in zip(*turns, strict=True))
    return (*own, _agree(folder)), others


def _write_district(folder: Path, count: int) -> None:
    parcels(count).to_file(folder / "land.gpkg", layer="land", engine="pyogrio")
    (folder / "plan.toml").write_text(PLAN, encoding="utf-8")
    (folder / "types").mkdir()
    (folder / "types" / "land.toml").write_text(TYPE, encoding="utf-8")


def _check(folder: Path) -> Spent:
    check = [sys.executable, "-m", "urbanplan", "check", str(folder / "plan.toml"), "--fresh", "--quiet"]
    return run_apart([*check, "--output", f"json:{folder / 'own.json'}"], installed(URBANPLAN_CACHE="off"), codes=(1,))


def _agree(folder: Path) -> int:
    """The number of pairs, which both name alike, as the land; the check is made again for its result layer."""
    from urbanplan.analysis.check import check

    told, peer = (json.loads((folder / name).read_text(encoding="utf-8")) for name in ("own.json", "peer.json"))
    area = next(v["reading"] for v in told["verdicts"] if v["target"] == "AREA")
    assert abs(area["low"] / peer["area"] - 1) < 1e-9, (area, peer["area"])
    found = check(folder / "plan.toml", select=["APART"]).results["overlaps"]
    pairs = sorted({tuple(sorted(pair)) for pair in zip(found["left"], found["right"], strict=True)})
    assert pairs == [tuple(pair) for pair in peer["pairs"]], (len(pairs), len(peer["pairs"]))
    return len(pairs)

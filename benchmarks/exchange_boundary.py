"""Boundary-point TXT of 10,000 plots read: urbanplan against a loop that splits line by line, with equal polygons.

Run: ``python benchmarks/exchange_boundary.py [plots]``.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from pathlib import Path

import geopandas as gpd
import shapely
from exchange_geojson import town

from urbanplan.exchange import read, write
from urbanplan.exchange.boundary_template import HEAD, NUMBERS
from urbanplan.exchange.columns import plain
from urbanplan.exchange.sidecar import beside

ROUNDS = 7


def loop(path: Path) -> gpd.GeoDataFrame:
    """What the public tools do, a line at a time; the answer holds what urbanplan's holds."""
    heads, plots, numbers = [], [], []
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.endswith("@"):
            heads.append([cell or None for cell in line[:-2].split(",")])
            plots.append({})
            numbers.append([])
        elif plots:
            number, ring, x, y = line.split(",")
            plots[-1].setdefault(int(ring), []).append((float(y), float(x)))
            numbers[-1].append(number)
    shapes = [shapely.Polygon(rings[1], [ring for key, ring in rings.items() if key != 1]) for rings in plots]
    columns = {name: [head[at] for head in heads] for at, name in enumerate(HEAD) if at}
    columns["地块面积"] = [float(area) for area in columns["地块面积"]]
    columns[NUMBERS] = [" ".join(row) for row in numbers]
    return gpd.GeoDataFrame(columns, geometry=shapes, crs=4526)


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    frame = town(count)[["id", "name", "geometry"]]
    with tempfile.TemporaryDirectory() as folder:
        path = write(frame, Path(folder) / "plots.txt").path
        beside(path).unlink()  # the loop has no metadata either
        times: dict[str, list[float]] = {"urbanplan": [], "loop": []}
        answers = {}
        for _ in range(ROUNDS):
            for name, work in (("urbanplan", lambda p: read(p).frame), ("loop", loop)):
                begin = time.perf_counter()
                answers[name] = work(path)
                times[name].append(time.perf_counter() - begin)
        for name in answers["loop"].columns.drop("geometry"):
            assert plain(answers["loop"][name]) == plain(answers["urbanplan"][name]), name
        assert shapely.equals_exact(answers["urbanplan"].geometry.values, answers["loop"].geometry.values).all()
    ours, peer = (statistics.median(times[name]) for name in ("urbanplan", "loop"))
    print(f"{count} plots: urbanplan {ours:.3f} s  loop {peer:.3f} s  {peer / ours:.2f} x")


if __name__ == "__main__":
    main()

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

ROUNDS = 7


def loop(path: Path) -> gpd.GeoDataFrame:
    """What the public tools do: a line at a time."""
    rows, rings, names = [], {}, []
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.endswith("@"):
            if rings:
                rows.append(rings)
            cells = line[:-1].split(",")
            names.append((cells[2], cells[3], float(cells[1])))
            rings = {}
        elif line.startswith("J"):
            _, ring, x, y = line.split(",")
            rings.setdefault(int(ring), []).append((float(y), float(x)))
    rows.append(rings)
    shapes = [shapely.Polygon(parts[1], [ring for key, ring in parts.items() if key != 1]) for parts in rows]
    return gpd.GeoDataFrame({"code": [n[0] for n in names]}, geometry=shapes, crs=4526)


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    frame = town(count)[["id", "name", "geometry"]]
    with tempfile.TemporaryDirectory() as folder:
        path = write(frame, Path(folder) / "plots.txt").path
        times: dict[str, list[float]] = {"urbanplan": [], "loop": []}
        answers = {}
        for _ in range(ROUNDS):
            for name, work in (("urbanplan", lambda p: read(p).frame), ("loop", loop)):
                begin = time.perf_counter()
                answers[name] = work(path)
                times[name].append(time.perf_counter() - begin)
        assert shapely.equals_exact(answers["urbanplan"].geometry.values, answers["loop"].geometry.values).all()
    ours, peer = (statistics.median(times[name]) for name in ("urbanplan", "loop"))
    print(f"{count} plots: urbanplan {ours:.3f} s  loop {peer:.3f} s  {peer / ours:.2f} x")


if __name__ == "__main__":
    main()

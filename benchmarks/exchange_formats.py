"""GeoPackage, FlatGeobuf and GeoParquet of 100,000 polygons: urbanplan, atomic and verified, against geopandas' defaults.

Run: ``python benchmarks/exchange_formats.py [polygons]``.  Paired in one run; every file is read back before its time counts.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from pathlib import Path

import geopandas as gpd
from exchange_geojson import town

from urbanplan.exchange import read, write

ROUNDS = 5


def theirs(frame: gpd.GeoDataFrame, path: Path) -> None:
    if path.suffix == ".parquet":
        frame.to_parquet(path)
    else:
        frame.to_file(path)


def main() -> None:
    frame = town(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
    with tempfile.TemporaryDirectory() as folder:
        for suffix in (".gpkg", ".fgb", ".parquet"):
            times: dict[str, list[float]] = {"urbanplan": [], "geopandas": []}
            for at in range(ROUNDS):
                for name, work in (("urbanplan", write), ("geopandas", theirs)):
                    path = Path(folder) / f"{name}{at}{suffix}"
                    begin = time.perf_counter()
                    work(frame, path)
                    times[name].append(time.perf_counter() - begin)
                    assert len(read(path).frame) == len(frame)
            ours, peer = (statistics.median(times[name]) for name in ("urbanplan", "geopandas"))
            print(f"{suffix:9} urbanplan {ours:6.3f} s  geopandas {peer:6.3f} s  {peer / ours:5.2f} x")


if __name__ == "__main__":
    main()

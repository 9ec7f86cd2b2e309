"""100,000 polygons to RFC 7946 GeoJSON: urbanplan against geopandas and pyogrio, paired, with equal answers.

Run: ``python benchmarks/exchange_geojson.py [polygons]``.  All three bring EPSG:4547 to WGS 84 with 7 digits; every
file is read back and compared before its time counts.
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyogrio  # before urbanplan, which would switch its GeoJSON driver off
import shapely

from urbanplan.exchange import write

ROUNDS = 5


def town(count: int) -> gpd.GeoDataFrame:
    """Parcels of 12 corners at the district's place, with four fields."""
    draw = np.random.default_rng(7)
    middle = np.column_stack([draw.uniform(450_000, 470_000, count), draw.uniform(3_845_000, 3_860_000, count)])
    turn = np.linspace(0, 2 * np.pi, 12, endpoint=False)
    corner = np.stack([np.cos(turn), np.sin(turn)], axis=-1)[None] * draw.uniform(20, 60, (count, 12, 1))
    shapes = shapely.polygons(middle[:, None, :] + corner)
    fields = {
        "id": [f"GX-{at:06d}" for at in range(count)],
        "name": [f"第{at % 997}号地块" for at in range(count)],
        "floors": draw.integers(1, 33, count),
        "area_m2": np.round(shapely.area(shapes), 2),
    }
    return gpd.GeoDataFrame(fields, geometry=shapes, crs=4547)


def ours(frame: gpd.GeoDataFrame, path: Path) -> None:
    write(frame, path)


def geopandas_to_json(frame: gpd.GeoDataFrame, path: Path) -> None:
    path.write_text(frame.to_crs(4326).to_json(drop_id=True), encoding="utf-8")


def pyogrio_to_file(frame: gpd.GeoDataFrame, path: Path) -> None:
    pyogrio.write_dataframe(frame, path, driver="GeoJSON", RFC7946="YES")


def measured(work: Callable[[gpd.GeoDataFrame, Path], None], frame: gpd.GeoDataFrame, path: Path) -> float:
    path.unlink(missing_ok=True)
    begin = time.perf_counter()
    work(frame, path)
    return time.perf_counter() - begin


def answer(path: Path) -> tuple[list[dict[str, object]], np.ndarray]:
    features = json.loads(path.read_text(encoding="utf-8"))["features"]
    shapes = shapely.from_geojson([json.dumps(feature["geometry"]) for feature in features])
    return [feature["properties"] for feature in features], shapes


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    frame = town(count)
    peers = {"urbanplan": ours, "geopandas to_json": geopandas_to_json, "pyogrio": pyogrio_to_file}
    times: dict[str, list[float]] = {name: [] for name in peers}
    with tempfile.TemporaryDirectory() as folder:
        paths = {name: Path(folder) / f"{at}.geojson" for at, name in enumerate(peers)}
        for _ in range(ROUNDS):
            for name, work in peers.items():
                times[name].append(measured(work, frame, paths[name]))
        reference = answer(paths["geopandas to_json"])
        for name, path in paths.items():
            fields, shapes = answer(path)
            assert fields == reference[0], name
            assert shapely.hausdorff_distance(shapes, reference[1]).max() < 1e-5, (
                name
            )  # GDAL moves some corners to keep rings valid
    base = statistics.median(times["urbanplan"])
    for name, seconds in times.items():
        print(f"{name:20} {statistics.median(seconds):7.3f} s  {statistics.median(seconds) / base:5.2f} x")


if __name__ == "__main__":
    main()

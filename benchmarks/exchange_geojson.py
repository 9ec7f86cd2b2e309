"""100,000 polygons to RFC 7946 GeoJSON: urbanplan against geopandas and pyogrio, paired, with equal answers.

Run: ``python benchmarks/run.py geojson`` or ``python benchmarks/exchange_geojson.py [polygons]``.  All three bring
EPSG:4547 to WGS 84; urbanplan and pyogrio write 7 digits as RFC 7946 advises, geopandas all of them.  The files are
read back and compared corner by corner.
"""

from __future__ import annotations

import json
import sys
import tempfile
from functools import partial
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyogrio  # before urbanplan, which would switch its GeoJSON driver off
import shapely
from exchange_turns import town, turns
from paired import table

from urbanplan.exchange import write

ROUNDS = 3
ROUNDED = 0.5e-7 + 1e-12  # degrees: half of the last digit, and what a double at 113 cannot hold
# GDAL takes 00000x and 99999x at the end of a number of more than ten characters for slips of rounding and drops
# them (`OGRFormatDouble`): 113.5999990 is written as 113.6. That moves 18 of 1,200,000 corners, by up to 1e-6 degrees.
TRIMMED = 1e-6 + ROUNDED
FARTHEST = {"urbanplan": ROUNDED, "geopandas to_json": 0.0, "pyogrio": TRIMMED}


def ours(frame: gpd.GeoDataFrame, path: Path) -> None:
    write(frame, path)


def geopandas_to_json(frame: gpd.GeoDataFrame, path: Path) -> None:
    path.write_text(frame.to_crs(4326).to_json(drop_id=True), encoding="utf-8")


def pyogrio_to_file(frame: gpd.GeoDataFrame, path: Path) -> None:
    path.unlink(missing_ok=True)
    pyogrio.write_dataframe(frame, path, driver="GeoJSON", RFC7946="YES")


PEERS = {"urbanplan": ours, "geopandas to_json": geopandas_to_json, "pyogrio": pyogrio_to_file}


def answer(path: Path) -> tuple[list[dict[str, object]], np.ndarray, np.ndarray]:
    """Fields, corners and the feature of each corner."""
    features = json.loads(path.read_text(encoding="utf-8"))["features"]
    shapes = shapely.from_geojson([json.dumps(feature["geometry"]) for feature in features])
    return [feature["properties"] for feature in features], *shapely.get_coordinates(shapes, return_index=True)


def compare(paths: dict[str, Path]) -> str:
    """Check that all files say the same; how far the corners are from geopandas', in words."""
    fields, corners, owners = answer(paths["geopandas to_json"])
    said = []
    for name in ("urbanplan", "pyogrio"):
        other, points, belongs = answer(paths[name])
        assert other == fields, name
        assert (belongs == owners).all(), name
        away = np.abs(points - corners).max(axis=1)
        assert away.max() <= FARTHEST[name], name
        said.append(f"{name} {away.max():.2g} ({int((away > ROUNDED).sum())} corners by more than their rounding)")
    return f"Farthest corner from geopandas', degrees: {', '.join(said)}; the fields are equal."


def geojson(count: int = 100_000) -> str:
    """The section of the page."""
    frame = town(count)
    with tempfile.TemporaryDirectory() as folder:
        paths = {name: Path(folder) / f"{at}.geojson" for at, name in enumerate(PEERS)}
        timed = turns({name: partial(work, frame, paths[name]) for name, work in PEERS.items()}, rounds=ROUNDS)
        said = compare(paths)
    rows = [[name, timed.ms(name) / 1e3, timed.ratio(name, "urbanplan")] for name in PEERS]
    return table([f"{count:,} polygons written", "s", "times"], rows) + f"\n\n{said} One question a turn."


if __name__ == "__main__":
    print(geojson(*map(int, sys.argv[1:])))

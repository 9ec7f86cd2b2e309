"""GeoPackage, FlatGeobuf and GeoParquet of 100,000 polygons: urbanplan, atomic and verified, against geopandas.

Run: ``python benchmarks/run.py formats`` or ``python benchmarks/exchange_formats.py [polygons]``.  Both sides write a
spatial index or neither does: GeoPackage with one (the default of both), FlatGeobuf without and with.  GDAL indexes a
FlatGeobuf unless told otherwise; urbanplan does so on request (``--profile indexed``), because the index puts the
features into another order and holds none without geometry.  Every file is read back.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import geopandas as gpd
from exchange_turns import town, turns
from paired import table

from urbanplan.exchange import read, write

ROUNDS = 7
Work = Callable[[gpd.GeoDataFrame, Path], Any]
CASES: dict[str, tuple[str, Work, Work]] = {
    "GeoPackage, indexed": (".gpkg", write, lambda frame, path: frame.to_file(path)),
    "FlatGeobuf": (".fgb", write, lambda frame, path: frame.to_file(path, SPATIAL_INDEX="NO")),
    "FlatGeobuf, indexed": (".fgb", partial(write, profile="indexed"), lambda frame, path: frame.to_file(path)),
    "GeoParquet": (".parquet", write, lambda frame, path: frame.to_parquet(path)),
}


def case(name: str, frame: gpd.GeoDataFrame, folder: Path) -> list[Any]:
    """One row of the table."""
    suffix, ours, theirs = CASES[name]
    paths = [folder / f"{side}{suffix}" for side in ("ours", "theirs")]
    timed = turns({"ours": lambda: ours(frame, paths[0]), "theirs": lambda: theirs(frame, paths[1])}, rounds=ROUNDS)
    for path in paths:
        assert sorted(read(path).frame["id"]) == sorted(frame["id"]), path.name
    return [name, timed.ms("ours") / 1e3, timed.ms("theirs") / 1e3, timed.ratio("theirs", "ours")]


def formats(count: int = 100_000) -> str:
    """The section of the page."""
    frame = town(count)
    with tempfile.TemporaryDirectory() as folder:
        rows = [case(name, frame, Path(folder)) for name in CASES]
    head = [f"{count:,} polygons written", "urbanplan s", "geopandas s", "times"]
    return (
        table(head, rows)
        + "\n\nurbanplan's times hold the temporary folder, the count of what arrived, the digest, the "
        "metadata file and the flush to the disk; geopandas does none of these. One question a turn."
    )


if __name__ == "__main__":
    print(formats(*map(int, sys.argv[1:])))

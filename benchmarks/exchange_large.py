"""300,000 parcels from GeoPackage to GeoJSON by the command, against geopandas, in processes of their own.

Run: ``python benchmarks/run.py large`` or ``python benchmarks/exchange_large.py [parcels]``.  What counts is the
processor's time of the whole process, user and system, imports and all; both bring EPSG:4547 to WGS 84.  The command
checks its input and writes atomically, with a metadata file.  The files are compared by the other benchmark, `geojson`.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from statistics import median

from exchange_turns import town
from paired import Spent, installed, run_apart, table

ROUNDS = 3
MOST = 1 / 3  # of geopandas' time of the processor
_PEER = "import sys, geopandas; geopandas.read_file(sys.argv[1]).to_crs(4326).to_file(sys.argv[2], driver='GeoJSON')"


def large(count: int = 300_000) -> str:
    """The section of the page."""
    own = [sys.executable, "-m", "urbanplan", "convert"]
    lines = {"urbanplan convert": own, "geopandas": [sys.executable, "-c", _PEER]}
    spent: dict[str, list[Spent]] = {name: [] for name in lines}
    env = installed(URBANPLAN_CACHE="off")
    with tempfile.TemporaryDirectory() as folder:
        given = Path(folder) / "parcels.gpkg"
        town(count).to_file(given, driver="GPKG")
        for turn in range(ROUNDS):
            for name in list(lines) if turn % 2 == 0 else list(lines)[::-1]:
                out = str(Path(folder) / f"{turn}{name[0]}.geojson")
                spent[name].append(run_apart([*lines[name], str(given), out], env))
    shares = [a.cpu / b.cpu for a, b in zip(spent["urbanplan convert"], spent["geopandas"], strict=True)]
    rows = [
        [name, median(one.cpu for one in turns), median(one.clock for one in turns)] for name, turns in spent.items()
    ]
    text = table([f"{count:,} parcels, GeoPackage to GeoJSON", "s of processor time", "s"], rows)
    return f"{text}\n\nurbanplan by geopandas, processor time: {median(shares):.2f} (at most {MOST:.2f})."


if __name__ == "__main__":
    print(large(*map(int, sys.argv[1:])))

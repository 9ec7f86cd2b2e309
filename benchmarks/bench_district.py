"""What people wait for: the first district checked, checked again, mapped and reported, and networks of extracts.

Each is a process of its own; CPU seconds and peak memory are the process's, the least of the turns, since neighbours on
the machine only ever add.  The yardstick is a process that reads the same files with geopandas and does nothing with
them; it is timed in every turn.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from data import Missing, shared
from paired import Spent, installed, run_apart, table

DISTRICT = Path(__file__).parents[1] / "layers" / "zhengzhou-hitech"
READ = (
    "import geopandas, pathlib, sys; "
    "[geopandas.read_file(path) for path in sorted(pathlib.Path(sys.argv[1]).glob('*.geojson'))]"
)
READ_PBF = "import pyogrio, sys; pyogrio.read_dataframe(sys.argv[1], layer='lines')"
READ_PBF_UNSORTED = f"import os; os.environ['OSM_USE_CUSTOM_INDEXING'] = 'NO'; {READ_PBF}"
"""GDAL's own index takes nodes in the order of their numbers only, and ends with an error at others."""
READ_PARQUET = "import geopandas, sys; geopandas.read_parquet(sys.argv[1])"
EXTRACTS = {
    "Columbus": ("osm/columbus_r5.osm.pbf", "GDAL reads its lines", READ_PBF_UNSORTED),
    "Porto": ("osm/porto_portugal.osm.pbf", "GDAL reads its lines", READ_PBF),
    "Wuhan": ("streets/neatnet_wuhan_8989_original.parquet", "geopandas reads its lines", READ_PARQUET),
}


def district(turns: int = 2) -> str:
    """CPU of the commands on the first district, in seconds and in yardsticks."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "district"
        shutil.copytree(DISTRICT, home)
        plan, page = str(home / "plan.toml"), str(Path(folder) / "page.html")
        asked = {
            "yardstick: geopandas reads the files": [sys.executable, "-W", "ignore", "-c", READ, str(home)],
            "check --fresh": [*_own("check", plan), "--fresh"],
            "check again": _own("check", plan),
            "map, the first": [*_own("map", plan), "-o", page],
            "map again": [*_own("map", plan), "-o", page],
            "report again": [*_own("report", plan), "-o", page],
            "check again, in Chinese": _own("check", plan),
        }
        rows = _turns(asked, Path(folder), turns=turns)
    return table(["process", "CPU s", "yardsticks", "MB"], rows) + "\n\n" + _GIVES


_GIVES = (
    "The first district's files are GeoJSON, 52 layers, 187 targets. Of each process the least of the turns; the user's "
    "cache holds what the processes before left."
)


def extracts(turns: int = 3) -> str:
    """CPU of ``network`` on extracts of OpenStreetMap and on a town's lines, beside a process that reads the lines."""
    rows: list[list[Any]] = []
    for name, (file, reading, read) in EXTRACTS.items():
        path = shared() / file
        if not path.is_file():
            raise Missing(f"{path} is absent")
        with tempfile.TemporaryDirectory() as folder:
            asked = {
                f"{name}: {reading}": [sys.executable, "-W", "ignore", "-c", read, str(path)],
                f"{name}: network": [*_own("network"), "--roads", str(path), "--output", f"json:{folder}/answer.json"],
            }
            rows += _turns(asked, Path(folder), turns=turns)
    return (
        table(["process", "CPU s", "yardsticks", "MB"], rows)
        + "\n\nThe network is noded, looked through for defects, critical streets, mileage, density; every figure as JSON. "
        "Of each process the least of the turns."
    )


def _own(*words: str) -> list[str]:
    return [sys.executable, "-m", "urbanplan", *words]


def _turns(asked: dict[str, list[str]], folder: Path, *, turns: int) -> list[list[Any]]:
    """Rows of process, CPU seconds, yardsticks (of the first process) and peak MB."""
    used = [{name: _run(words, folder, name) for name, words in asked.items()} for _ in range(turns)]
    least = {name: min(turn[name].cpu for turn in used) for name in asked}
    yard = next(iter(least.values()))
    return [[name, least[name], least[name] / yard, max(turn[name].mb for turn in used)] for name in asked]


def _run(words: list[str], folder: Path, name: str) -> Spent:
    """A process that ends as it should: a check, and it alone, with the code of its verdict, too."""
    language = "zh_CN.UTF-8" if "Chinese" in name else "C.UTF-8"
    codes = (0, 1, 3) if "check" in words else (0,)
    return run_apart(words, installed(URBANPLAN_CACHE=str(folder / "cache"), LC_ALL=language), codes=codes, cwd=folder)

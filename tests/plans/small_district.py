"""A small district whose every verdict is known by hand.

A square of 1 km at (500000, 3850000) in EPSG:4547, in two sub-districts, west and east of its middle.  Two streets
cross in the middle, each 1 km, drawn in two halves.  Parcels: two squares of 100 m (1 ha = 15 mu each).  A fitness
site lies on the crossing; four homes of 10 people lie on the streets, 100, 200, 300 and 450 m from it.
"""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import geopandas as gpd
from shapely.geometry import LineString, Point, box

X, Y = 500_000.0, 3_850_000.0
CRS = "EPSG:4547"

PLAN = """
id = "small"
title = "Small"
as_of = 2025-12-31
reported = ["reported.csv"]
[district]
name = "Small"
crs = "EPSG:4547"
boundary = "boundary"
subdistricts = "subdistricts"
[[source]]
id = "speech"
title = "Speech"
file = "speech.txt"
"""
LAYER = """
[[layer]]
name = "{name}"
file = "{name}.gpkg"
type = "{name}"
basis = "{basis}"
"""
TARGETS = """
[[target]]
id = "PARCELS"
quote = "two parcels"
source = "speech"
bound = { comparator = "=", number = 2, unit = "宗" }
measure = { kind = "count", of = "parcels" }
[[target]]
id = "MU"
quote = "30 mu"
source = "speech"
bound = { comparator = "=", number = 30, unit = "亩" }
measure = { kind = "area", of = "parcels", by = "subdistrict" }
[[target]]
id = "KM"
quote = "2 km of road"
source = "speech"
bound = { comparator = ">=", number = 2, unit = "km" }
measure = { kind = "length", of = { layer = "streets", clip = "boundary" } }
[[target]]
id = "NETWORK"
quote = "a connected network"
source = "speech"
measure = { kind = "connected", of = "streets" }
[[target]]
id = "CIRCLE"
quote = "within the walk of everyone"
source = "speech"
bound = { comparator = ">=", number = 100, unit = "%" }
measure = { kind = "coverage", streets = "streets", sites = "sites", residents = "homes", within = 500 }
[[target]]
id = "BOTH"
quote = "in both quarters"
source = "speech"
bound = { comparator = "=", number = 2, unit = "个" }
measure = { kind = "coverage", streets = "streets", sites = "sites", residents = "homes", within = 500, reading = "subdistricts" }
[[target]]
id = "GROWTH"
quote = "7% growth"
source = "speech"
kind = "indicator"
bound = { comparator = ">=", number = 7, unit = "%" }
measure = { kind = "reported" }
[[target]]
id = "DELEGATED"
quote = "clean air"
source = "speech"
kind = "indicator"
missing = { kind = "value", what = "the delegated number", owner = "the bureau of ecology" }
"""
SPEECH = "two parcels, 30 mu, 2 km of road, a connected network, within the walk of everyone, in both quarters, 7% growth, clean air"
REPORTED = "target,value,unit,source,date\nGROWTH,7.5,%,bureau of statistics,2025-12-20\n"

FIELDS = {
    "parcels": ("polygon", '[fields.stage]\ntype = "string"\n[rules]\noverlap = false\ninside_district = true\n'),
    "streets": ("line", ""),
    "sites": ("point", ""),
    "homes": ("point", '[fields.residents]\ntype = "integer"\nunit = "人"\nminimum = 0\n'),
    "subdistricts": ("polygon", ""),
    "boundary": ("polygon", ""),
}


def frames() -> dict[str, gpd.GeoDataFrame]:
    """The layers, fresh copies."""

    def at(x: float, y: float) -> tuple[float, float]:
        return X + x, Y + y

    def frame(shapes: list[Any], **columns: list[Any]) -> gpd.GeoDataFrame:
        ids = [f"F{number}" for number in range(1, len(shapes) + 1)]
        return gpd.GeoDataFrame({"id": ids, "name": ids, **columns}, geometry=shapes, crs=CRS)

    middle = at(500, 500)
    halves = [LineString([at(*end), middle]) for end in ((0, 500), (1000, 500), (500, 0), (500, 1000))]
    homes = [Point(at(400, 500)), Point(at(700, 500)), Point(at(500, 200)), Point(at(500, 950))]
    return {
        "parcels": frame(
            [box(*at(100, 100), *at(200, 200)), box(*at(700, 700), *at(800, 800))], stage=["sold", "sold"]
        ),
        "streets": frame(halves),
        "sites": frame([Point(middle)]),
        "homes": frame(homes, residents=[10, 10, 10, 10]),
        "subdistricts": gpd.GeoDataFrame(
            {"id": ["W", "E"], "name": ["West", "East"]},
            geometry=[box(*at(0, 0), *at(500, 1000)), box(*at(500, 0), *at(1000, 1000))],
            crs=CRS,
        ),
        "boundary": frame([box(*at(0, 0), *at(1000, 1000))]),
    }


_MADE: dict[tuple[str, str], bytes] = {}
"""Files by their layer's name and content: hundreds of tests write the same."""


def _geopackage(frame: gpd.GeoDataFrame, name: str) -> bytes:
    content = f"{frame.crs}\n{frame.dtypes}\n{frame.to_wkb(hex=True).to_csv()}"
    if (name, content) not in _MADE:
        with tempfile.TemporaryDirectory() as folder:
            frame.to_file(Path(folder) / f"{name}.gpkg", layer=name, driver="GPKG", engine="pyogrio")
            _MADE[name, content] = (Path(folder) / f"{name}.gpkg").read_bytes()
    return _MADE[name, content]


@cache
def _files() -> dict[str, bytes]:
    return {name: _geopackage(frame, name) for name, frame in frames().items()}


def write(folder: Path, layers: dict[str, gpd.GeoDataFrame] | None = None, *, basis: str = "reported") -> Path:
    """Write the district's folder; its plan file is returned."""
    (folder / "types").mkdir(parents=True, exist_ok=True)
    made = {name: _geopackage(frame, name) for name, frame in layers.items()} if layers else _files()
    for name, content in made.items():
        (folder / f"{name}.gpkg").write_bytes(content)
        geometry, fields = FIELDS[name]
        head = f'title = {{ zh = "{name}", en = "{name}" }}\ngeometry = "{geometry}"\n'
        texts = '[fields.id]\nrequired = true\nunique = true\n[fields.name]\ntype = "string"\n'
        (folder / "types" / f"{name}.toml").write_text(head + texts + fields, encoding="utf-8")
    declared = "".join(LAYER.format(name=name, basis=basis) for name in FIELDS)
    (folder / "plan.toml").write_text(PLAN + declared + TARGETS, encoding="utf-8")
    (folder / "speech.txt").write_text(SPEECH, encoding="utf-8")
    (folder / "reported.csv").write_text(REPORTED, encoding="utf-8")
    return folder / "plan.toml"

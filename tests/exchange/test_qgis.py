"""What is written opens in QGIS, and what QGIS writes is read: `make qgis`, where Debian's python3-qgis is installed."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from shutil import which
from typing import Any

import geopandas as gpd
import pytest
import shapely
from exchange.foreign_files import SQUARES
from exchange.sample_frames import parcels
from plans.small_district import write as write_district

from urbanplan.analysis.export import export_layers
from urbanplan.exchange import read, write
from urbanplan.exchange.drawing_options import CadOptions

SESSION = Path(__file__).parent / "qgis_session.py"
WRITTEN = ("gpkg", "gdb", "gdb.zip", "geojson", "kml", "kmz", "shp", "zip", "fgb", "csv", "xlsx", "dxf")
ROWS = {"MC": ["甲地", "乙地"], "MJ": [1.5, 2.5], "ZS": [3, 4]}
BY_QGIS = {  # driver and options by ending
    "gpkg": ("GPKG", {}), "shp": ("ESRI Shapefile", {"encoding": "GBK"}), "geojson": ("GeoJSON", {}),
    "kml": ("KML", {}), "kmz": ("LIBKML", {}), "gml": ("GML", {}), "tab": ("MapInfo File", {"encoding": "CP936"}),
    "mif": ("MapInfo MIF", {"encoding": "CP936"}), "fgb": ("FlatGeobuf", {}),
    "gdb": ("OpenFileGDB", {}), "sqlite": ("SQLite", {"datasource": ["SPATIALITE=YES"]}), "dxf": ("DXF", {}),
    "csv": ("CSV", {"layer": ["GEOMETRY=AS_WKT"]}), "xlsx": ("XLSX", {}), "ods": ("ODS", {}),
    "wkt": ("WKT", {}), "wkb": ("WKB", {}),
}  # fmt: skip
WITHOUT_SHAPES = ("xlsx", "ods")

pytestmark = pytest.mark.qgis


@pytest.fixture(scope="module")
def session(tmp_path_factory):
    """A folder of our files and QGIS's, and what QGIS said."""
    python = which("python3", path="/usr/bin:/bin")
    if python is None or subprocess.run([python, "-c", "import qgis.core"], capture_output=True).returncode:
        pytest.skip("QGIS is not installed (Debian's package python3-qgis)")
    folder = tmp_path_factory.mktemp("qgis")
    ours, theirs = folder / "ours", folder / "theirs"
    ours.mkdir()
    theirs.mkdir()
    for ending in WRITTEN:
        write(parcels(), ours / f"地块.{ending}", allow_loss=True)
    plan = write_district(folder / "plan")
    export_layers(plan, ["parcels", "streets"], ours / "district.gpkg")
    gpd.GeoDataFrame(ROWS, geometry=gpd.GeoSeries.from_wkt(SQUARES), crs="EPSG:4547").to_file(folder / "source.gpkg")
    asked = {
        "open": {file.name: str(file) for file in ours.iterdir() if not file.name.endswith(".meta.json")},
        "source": str(folder / "source.gpkg"),
        "write": [(driver, str(theirs / f"a.{end}"), "地块", options) for end, (driver, options) in BY_QGIS.items()],
    }
    (folder / "task.json").write_text(json.dumps(asked), "utf-8")
    around = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "GDAL", "PROJ"))}
    around |= {"QT_QPA_PLATFORM": "offscreen", "XDG_RUNTIME_DIR": str(folder), "HOME": str(folder)}
    line = [python, str(SESSION), "task.json", "answer.json"]
    done = subprocess.run(line, cwd=folder, env=around, capture_output=True, timeout=300)
    assert done.returncode == 0, done.stderr[-2000:]
    return ours, theirs, json.loads((folder / "answer.json").read_text("utf-8"))


@pytest.mark.parametrize("ending", WRITTEN)
def test_what_is_written_opens_with_its_name_crs_rows_and_values(session, ending):
    _, _, said = session
    layers = said["seen"][f"地块.{ending}"]
    frame = parcels()
    (name, seen) = next(iter(layers.items()))
    assert all(one["valid"] for one in layers.values())
    assert name == {"gdb.zip": name, "zip": "地块.shp", "dxf": "entities"}.get(ending, "地块")
    if ending == "dxf":  # each part and hole an entity, and a label
        assert seen["rows"] >= len(frame)
        return
    assert seen["rows"] == len(frame)
    if ending not in ("csv", "xlsx"):
        assert seen["crs"] == ("EPSG:4326" if ending in ("geojson", "kml", "kmz") else "EPSG:4547")
        wanted = frame.to_crs(4326) if seen["crs"] == "EPSG:4326" else frame
        assert seen["area"] == pytest.approx(shapely.area(wanted.geometry.to_numpy()).sum(), rel=1e-5)
    assert {"GX-01", "GX-02", "GX-03", "㙍𠮷示范"} <= set(seen["texts"])
    if ending != "shp" and ending != "zip":
        assert {"规划用地面积", "开工日期", "floors"} <= set(seen["fields"])


def test_a_plan_exported_opens_layer_by_layer_with_its_styles(session):
    ours, _, said = session
    layers = said["seen"]["district.gpkg"]
    assert sorted(layers) == ["parcels", "streets"]
    for name, seen in layers.items():
        frame = read(ours / "district.gpkg", layer=name).frame
        assert (seen["rows"], seen["crs"]) == (len(frame), "EPSG:4547")
        assert seen["area"] == pytest.approx(frame.geometry.area.sum())
        assert seen["renderer"]


@pytest.mark.parametrize("ending", BY_QGIS)
def test_what_qgis_writes_is_read(session, ending):
    _, theirs, said = session
    path = theirs / f"a.{ending}"
    assert said["errors"][str(path)] == [0, ""]
    metres = CadOptions(unit="m")  # GDAL's drawing says inches, which is refused unless pinned
    frame: Any = read(path, cad=metres).frame
    assert len(frame) == 2
    if ending not in WITHOUT_SHAPES:
        drawn = frame if frame.crs is None else frame.to_crs(4547)
        assert drawn.geometry.area.tolist() == pytest.approx([10_000] * 2, rel=1e-3)
    if ending not in ("dxf", "wkt", "wkb"):  # they have no fields
        fields = frame.rename(columns=lambda name: name.upper()).sort_values("ZS")  # an index puts rows in its order
        assert fields["MC"].tolist() == ROWS["MC"]
        assert [float(value) for value in fields["MJ"]] == ROWS["MJ"]
        assert [int(value) for value in fields["ZS"]] == ROWS["ZS"]

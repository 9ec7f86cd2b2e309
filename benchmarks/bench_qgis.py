"""QGIS's service area (``native:serviceareafromlayer``) on Wuhan, run once, with its difference in length."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely
from data import Missing, network, wuhan_lines
from paired import once, table

from urbanplan.network.kernels.engine import reach_metres


def qgis(count: int = 100) -> str:
    """The union of what QGIS draws for sites that stand at nodes, and each site alone."""
    program = _program()
    net = network("Wuhan")
    start = np.random.default_rng(0).choice(net.nodes, count, replace=False)
    with tempfile.TemporaryDirectory() as folder:
        streets, spots, drawn = (Path(folder) / name for name in ("streets.gpkg", "sites.gpkg", "area.gpkg"))
        wuhan_lines()[["geometry"]].to_file(streets)
        points = gpd.points_from_xy(net.x[start], net.y[start])
        gpd.GeoDataFrame({"site": np.arange(count)}, geometry=points, crs=net.crs).to_file(spots)
        project = Path(folder) / "empty.qgs"  # the algorithm asks for one
        project.write_text('<!DOCTYPE qgis PUBLIC "http://mrcc.com/qgis.dtd" "SYSTEM"><qgis version="3.22"></qgis>')
        words = [program, "run", "native:serviceareafromlayer", f"--PROJECT_PATH={project}", "--",
                 f"INPUT={streets}", f"START_POINTS={spots}",
                 "STRATEGY=0", "TRAVEL_COST2=600", "TOLERANCE=0.01", "DEFAULT_DIRECTION=2",
                 f"OUTPUT_LINES={drawn}"]  # fmt: skip
        environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "XDG_RUNTIME_DIR": folder, "HOME": folder}
        environment.pop("PYTHONPATH", None)
        seconds, done = once(lambda: subprocess.run(words, capture_output=True, text=True, env=environment))
        if not drawn.exists():
            raise Missing(f"{program} drew nothing: {(done.stderr + done.stdout)[-400:]}")
        area = gpd.read_file(drawn)
    union = float(shapely.length(shapely.union_all(area.geometry.values)))
    own, (_, metres) = once(lambda: reach_metres(net, start, np.zeros(count), 600.0))
    alone = np.array([reach_metres(net, start[i : i + 1], np.zeros(1), 600.0)[1] for i in range(count)])
    shapes, own_m = area.geometry.values, alone[area["site"].to_numpy()]
    drawn_m = np.array([float(shapely.length(shapely.union_all([shape]))) for shape in shapes])
    twice, off = shapely.length(shapes) / drawn_m - 1, drawn_m / own_m - 1
    rows = [["QGIS, whole process", seconds, union], ["urbanplan, search and covered length", own, metres]]
    loops = (
        f"QGIS draws {100 * (union / metres - 1):+.2f} % of the covered length in the union; single sites differ by a "
        f"median of {100 * np.median(off):+.2f} % (10th to 90th percentile {100 * np.quantile(off, 0.1):+.2f} to "
        f"{100 * np.quantile(off, 0.9):+.2f} %), once lines that it draws on each other are joined; as "
        f"drawn, with streets walked both ways laid down twice, its lines are a median of {100 * np.median(twice):.0f} % "
        "longer than what they cover. The rest of the difference was not traced to its cause."
    )
    return table(["program", "s", "covered m"], rows) + "\n\n" + loops


def _program() -> str:
    for name in ("/usr/lib/qgis/qgis_process.bin", "qgis_process.bin", "qgis_process"):
        found = shutil.which(name)
        if found:
            return found
    raise Missing("QGIS is not installed (Debian's package qgis)")

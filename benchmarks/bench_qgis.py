"""QGIS's service area (``native:serviceareafromlayer``) on Wuhan, run once, with its difference in length.

QGIS lays a street that is walked from both ends down twice, with end points a few 1e-10 m off the line, which no union
of lines dissolves; so its pieces are measured along the streets that they lie on.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyproj
import shapely
from data import Missing, network, wuhan_lines
from paired import once, table

from urbanplan.network.graph import Network
from urbanplan.network.intervals import union
from urbanplan.network.kernels.engine import search_covered_length


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
        whole, found = _whole(streets, spots, Path(folder) / "answer.json")
    union = float(shapely.length(shapely.union_all(area.geometry.values)))
    own, (_, metres) = once(lambda: search_covered_length(net, start, np.zeros(count), 600.0))
    assert abs(found / metres - 1) <= 1e-9, (found, metres)
    site, laid, off_line = _along_streets(net, area)
    plain, scaled = (
        laid
        / np.array(
            [
                search_covered_length(net, start[i : i + 1], np.zeros(1), 600.0 * k)[1]
                for i, k in zip(site, scale, strict=True)
            ]
        )
        - 1
        for scale in (np.ones(count), _scale(net, start)[site])
    )
    shapes = area.geometry.values
    dissolved = np.array([float(shapely.length(shapely.union_all([shape]))) for shape in shapes])
    rows = [
        ["QGIS, whole process", seconds, union],
        ["urbanplan coverage, whole process, certified, with gaps", whole, found],
        ["urbanplan, search and covered length, first question", own, metres],
    ]
    told = (
        f"QGIS draws {_percent(union / metres - 1)} of the covered length in the union of all sites. Site by site, a union of "
        f"its lines is a median of {_percent(np.median(dissolved / laid - 1))} longer than the streets they lie on, and the "
        f"lines as drawn {_percent(np.median(shapely.length(shapes) / laid - 1))}: a street walked from both ends is laid "
        f"down twice, with ends up to {off_line:.0e} m beside the street, so that neither side dissolves. Measured along the "
        f"streets, its sites differ by a median of {_percent(np.median(plain))} (10th to 90th percentile "
        f"{_percent(np.quantile(plain, 0.1))} to {_percent(np.quantile(plain, 0.9))}); with a walk of 600 m on the ellipsoid, as "
        f"QGIS measures, instead of 600 m in the plane of the zone, by {_percent(np.median(scaled))} "
        f"({_percent(np.quantile(scaled, 0.1))} to {_percent(np.quantile(scaled, 0.9))})."
    )
    return table(["program", "s", "covered m"], rows) + "\n\n" + told


def _whole(streets: Path, spots: Path, answer: Path) -> tuple[float, float]:
    """Seconds of the whole command on the same files, and the covered metres that it tells."""
    words = [sys.executable, "-m", "urbanplan", "coverage", "--streets", str(streets), "--facilities", str(spots),
             "--within", "600", "--snap", "0", "--output", f"json:{answer}"]  # fmt: skip
    seconds, _ = once(lambda: subprocess.run(words, capture_output=True, check=True, cwd=answer.parent))
    return seconds, json.loads(answer.read_text())["covered_m"]


def _percent(share: float) -> str:
    return f"{100 * share:+.3f} %"


def _along_streets(net: Network, area: gpd.GeoDataFrame) -> tuple[np.ndarray, np.ndarray, float]:
    """Site of each drawn shape, the metres of street under it, each once, and how far it strays from the streets."""
    parts, shape = shapely.get_parts(area.geometry.values, return_index=True)
    coords, part = shapely.get_coordinates(parts, return_index=True)
    inner = part[1:] == part[:-1]
    ends = coords[:-1][inner], coords[1:][inner]
    owner = np.repeat(np.arange(net.edges), np.diff(net.offsets))
    streets = np.asarray(shapely.linestrings(net.coords, indices=owner))
    middle = shapely.points((ends[0] + ends[1]) / 2)
    (_, edge), off = shapely.STRtree(streets).query_nearest(middle, return_distance=True, all_matches=False)
    at = np.sort([shapely.line_locate_point(streets[edge], shapely.points(end)) for end in ends], axis=0)
    row = shape[part[:-1][inner]]
    laid = union(row * net.edges + edge, *at)
    metres = np.bincount(laid.line // net.edges, weights=laid.length, minlength=len(area))
    return area["site"].to_numpy(), metres, float(off.max())


def _scale(net: Network, nodes: np.ndarray) -> np.ndarray:
    """Metres in the plane for a metre on the ellipsoid, at nodes."""
    lon, lat = pyproj.Transformer.from_crs(net.crs, net.crs.geodetic_crs, always_xy=True).transform(
        net.x[nodes], net.y[nodes]
    )
    return np.asarray(pyproj.Proj(net.crs).get_factors(lon, lat).meridional_scale)


def _program() -> str:
    for name in ("/usr/lib/qgis/qgis_process.bin", "qgis_process.bin", "qgis_process"):
        found = shutil.which(name)
        if found:
            return found
    raise Missing("QGIS is not installed (Debian's package qgis)")

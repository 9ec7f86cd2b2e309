"""Large layers in the page: 50,000 polygons and 100,000 street parts, against folium's own GeoJson and a tile writer.

    python benchmarks/map_large.py [--polygons 50000] [--parts 100000] [--runs 5] [--out FOLDER]

In one run: the page's building against the time of the tile writer (tippecanoe, PMTiles) on the same polygons, the
file against folium's, the time to the first drawing against folium's (medians of pages opened in turn; ``first_cpu``
by the CPU of the page's thread till it is ready, for a machine that others load), and how long a pan takes to draw.
"""

from __future__ import annotations

import argparse
import datetime
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import folium
import geopandas as gpd
import numpy as np
import shapely

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from browser import find_chromium

from urbanplan.layer.layer import Layer
from urbanplan.model.layertype import LayerType
from urbanplan.model.plan import District, Plan
from urbanplan.model.report import PlanEntry, Report, summarise
from urbanplan.view.map.draw import draw_map

EAST, NORTH, SIDE = 440_000.0, 3_840_000.0, 30_000.0


def layer(name: str, shapes: Any) -> Layer:
    """A layer of shapes with an id, a name and a class."""
    count = len(shapes)
    ids = [f"{name[:1].upper()}-{k:06d}" for k in range(count)]
    use = np.array(["1001", "0701", "0901", "1401"])[np.arange(count) % 4]
    frame = gpd.GeoDataFrame({"id": ids, "name": ids, "use": use}, geometry=shapes, crs="EPSG:4547")
    return Layer(name, frame, LayerType(name=name, title={}, geometry="any"))


def polygons(count: int, rng: np.random.Generator) -> Any:
    """Blocks on a lattice, each with eight corners a little out of line."""
    n = int(np.ceil(np.sqrt(count)))
    step = SIDE / n
    corner = np.array(
        [[0.1, 0.1], [0.5, 0.05], [0.9, 0.1], [0.95, 0.5], [0.9, 0.9], [0.5, 0.95], [0.1, 0.9], [0.05, 0.5]]
    )
    at = np.stack(np.meshgrid(np.arange(n), np.arange(n)), axis=-1).reshape(-1, 1, 2)[:count]
    coords = (at + corner + rng.uniform(-0.04, 0.04, (count, 8, 2))) * step + [EAST, NORTH]
    return shapely.polygons(np.concatenate([coords, coords[:, :1]], axis=1))


def parts(count: int, rng: np.random.Generator) -> Any:
    """Street parts of three points on a lattice."""
    start = rng.uniform(0, SIDE, (count, 1, 2)) + np.array([EAST, NORTH])
    way = np.where(rng.random((count, 1, 1)) < 0.5, [[1.0, 0.0]], [[0.0, 1.0]]) * rng.uniform(40, 160, (count, 1, 1))
    return shapely.linestrings(start + way * np.array([[0.0], [0.5], [1.0]]) + rng.uniform(-2, 2, (count, 3, 2)))


def page_of(layers: list[Layer]) -> str:
    """The page of some layers."""
    plan = Plan(
        id="large", title="Large", as_of=datetime.date(2025, 12, 31), district=District(name="Large", crs="EPSG:4547")
    )
    report = Report(crs="EPSG:4547", plan=PlanEntry(id="large"), summary=summarise([], []))
    return draw_map(plan, report, {one.name: one for one in layers}, {}, kind="overview", lang="en")


def folium_page(one: Layer) -> str:
    """folium's own GeoJson of a layer, its files inside as urbanplan's inliner puts them."""
    from urbanplan.view.page import Page, inline

    frame = one.frame.to_crs(4326)
    plan_map = folium.Map(location=[34.815, 113.505], zoom_start=10, tiles=None)
    plan_map.options["max_zoom"] = 19
    folium.GeoJson(frame.to_json(), name=one.name).add_to(plan_map)
    mark = (
        "requestAnimationFrame(() => setTimeout(() => {"
        " performance.mark('first drawing'); document.body.dataset.ready = 'true'; }));"
    )
    return inline(plan_map.get_root().render(), Page("folium", scripts=[mark]))


def tiles(one: Layer, folder: Path) -> tuple[float, int] | None:
    """Seconds and bytes of tippecanoe's PMTiles, from shapes in memory to the file; None where it is not installed."""
    program = shutil.which("tippecanoe") or shutil.which("tippecanoe", path=str(Path(sys.executable).parent))
    if program is None:
        return None
    source, target = folder / "p.geojson", folder / "p.pmtiles"
    one.frame.to_crs(4326).to_file(source, driver="GeoJSONSeq")
    began = time.perf_counter()
    subprocess.run(
        [program, "-q", "-f", "-o", target, "-zg", "--drop-densest-as-needed", "-l", "p", source], check=True
    )
    return time.perf_counter() - began, target.stat().st_size


def first_drawing(browser: Any, file: Path, *, ready: str = "body[data-ready]") -> dict[str, float]:
    """Milliseconds from navigation to the first drawing, of CPU till the page is ready, and of redraws after pans."""
    page = browser.new_page(viewport={"width": 1400, "height": 900})
    page.set_default_timeout(600_000)
    watched = page.context.new_cdp_session(page)
    watched.send("Performance.enable")
    page.goto(file.as_uri(), wait_until="commit")
    page.wait_for_selector(ready)
    found = {one["name"]: one["value"] for one in watched.send("Performance.getMetrics")["metrics"]}
    told = {
        "first_ms": page.evaluate("performance.getEntriesByName('first drawing')[0].startTime"),
        "cpu_ms": 1e3 * found["ThreadTime"],
    }
    if page.evaluate("typeof urbanplan") == "object":
        pans = []
        for _ in range(5):
            page.evaluate("urbanplan.map.panBy([180, 90], {animate: false})")
            pans.append(page.evaluate("urbanplan.planCanvas.took"))
        page.evaluate("urbanplan.map.setZoom(14, {animate: false})")
        told |= {"pan_ms": statistics.median(pans), "zoomed_ms": page.evaluate("urbanplan.planCanvas.took")}
    page.close()
    return told


def alternating(browser: Any, files: dict[str, Path], runs: int) -> dict[str, dict[str, float]]:
    """The medians of some pages' first drawings, the pages in turn."""
    told: dict[str, list[dict[str, float]]] = {name: [] for name in files}
    for _ in range(runs):
        for name, file in files.items():
            told[name].append(first_drawing(browser, file))
    return {
        name: {key: statistics.median(one[key] for one in found) for key in found[0]} for name, found in told.items()
    }


def main() -> None:
    """Run and print one JSON line."""
    words = argparse.ArgumentParser()
    words.add_argument("--polygons", type=int, default=50_000)
    words.add_argument("--parts", type=int, default=100_000)
    words.add_argument("--runs", type=int, default=5)
    words.add_argument("--out", type=Path, default=None)
    asked = words.parse_args()
    rng = np.random.default_rng(2025)
    folder = asked.out or Path(tempfile.mkdtemp())
    folder.mkdir(parents=True, exist_ok=True)
    land, streets = layer("parcels", polygons(asked.polygons, rng)), layer("streets", parts(asked.parts, rng))
    page_of([layer("parcels", polygons(10, rng))])  # what is loaded once
    told: dict[str, Any] = {}
    began = time.perf_counter()
    (folder / "ours.html").write_text(page_of([land]), encoding="utf-8")
    told["ours_s"] = time.perf_counter() - began
    began = time.perf_counter()
    (folder / "both.html").write_text(page_of([land, streets]), encoding="utf-8")
    told["both_s"] = time.perf_counter() - began
    began = time.perf_counter()
    (folder / "folium.html").write_text(folium_page(land), encoding="utf-8")
    told["folium_s"] = time.perf_counter() - began
    written = tiles(land, folder)
    if written:
        told |= {"tiles_s": written[0], "tiles_mb": written[1] / 1e6, "building": told["ours_s"] / written[0]}
    sizes = {name: (folder / f"{name}.html").stat().st_size for name in ("ours", "both", "folium")}
    told |= {f"{name}_mb": size / 1e6 for name, size in sizes.items()} | {"file": sizes["ours"] / sizes["folium"]}
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"])
        pages = {name: folder / f"{name}.html" for name in ("ours", "both", "folium")}
        drawn = alternating(browser, pages, asked.runs)
        browser.close()
    told |= {f"{name}_{key}": value for name, values in drawn.items() for key, value in values.items()}
    told["first"] = drawn["ours"]["first_ms"] / drawn["folium"]["first_ms"]
    told["first_cpu"] = drawn["ours"]["cpu_ms"] / drawn["folium"]["cpu_ms"]
    print(json.dumps({key: round(value, 3) for key, value in told.items()}, indent=1))


if __name__ == "__main__":
    main()

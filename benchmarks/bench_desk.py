"""The desk: start to the first page, idle memory, a check's processor time beside the command's, features by box over HTTP."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from urllib.parse import urlsplit

from paired import installed, run_apart, table

DISTRICT = Path(__file__).parents[1] / "layers" / "zhengzhou-hitech"
POINTS, QUESTIONS, ROUNDS = 1_000_000, 300, 3
SHARES = (0.001, 0.01, 0.1, 1.0, 10.0)  # per cent of the features that a box selects
TICK = os.sysconf("SC_CLK_TCK")


@dataclass
class Served:
    """A desk in a process of its own; ``seconds`` until its first page was there."""

    process: subprocess.Popen[str]
    port: int
    cookie: str = ""
    seconds: float = 0.0
    link: http.client.HTTPConnection | None = field(default=None)

    def ask(self, method: str, target: str) -> tuple[int, http.client.HTTPMessage, bytes]:
        """An answer, on one connection as a GIS program holds it."""
        self.link = self.link or http.client.HTTPConnection("127.0.0.1", self.port, timeout=600)
        heads = {"Cookie": self.cookie, "Origin": f"http://127.0.0.1:{self.port}"}
        self.link.request(method, target, headers=heads if method == "POST" else {"Cookie": self.cookie})
        got = self.link.getresponse()
        return got.status, got.headers, got.read()

    def cpu(self) -> float:
        """Seconds of processor time of the server and of the processes that it has ended."""
        parts = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return sum(map(int, parts[11:15])) / TICK

    def memory_mb(self) -> float:
        """Resident memory of the server."""
        lines = Path(f"/proc/{self.process.pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024


@contextmanager
def served(plan: Path) -> Iterator[Served]:
    """A desk of a plan, opened with its token."""
    begin = time.perf_counter()
    line = [sys.executable, "-m", "urbanplan", "serve", str(plan), "--no-browser"]
    process = subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=_fresh(plan))
    assert process.stdout is not None
    address = urlsplit(process.stdout.readline().strip())
    desk = Served(process, int(address.port or 0))
    try:
        _, headers, _ = desk.ask("GET", f"/?{address.query}")
        desk.cookie = headers["set-cookie"].partition(";")[0]
        assert desk.ask("GET", "/plans/1")[0] == 200
        desk.seconds = time.perf_counter() - begin
        yield desk
    finally:
        process.terminate()
        process.wait()


def desk() -> str:
    """Rows of what was measured beside what was promised."""
    with tempfile.TemporaryDirectory() as folder:
        plan = Path(folder) / "plan"
        shutil.copytree(DISTRICT, plan, ignore=shutil.ignore_patterns(".urbanplan", "generator", "*.py"))
        started, memory = _start(plan)
        ratio, here, command = _check(plan)
        rows = [
            ["start to the first page, s", started, "3"],
            ["memory of the idle server, MB", memory, "300"],
            ["check from the desk, s of processor time", here, ""],
            ["check by the command, s of processor time", command, ""],
            ["the desk's by the command's", ratio, "1.1"],
        ]
        boxes = _boxes(Path(folder) / "points")
    return table(["what", "measured", "at most"], rows) + "\n\n" + boxes


def _start(plan: Path) -> tuple[float, float]:
    starts, sizes = [], []
    for _ in range(ROUNDS):
        with served(plan) as one:
            starts.append(one.seconds)
            time.sleep(1)
            sizes.append(one.memory_mb())
    return median(starts), max(sizes)


def _check(plan: Path) -> tuple[float, float, float]:
    """Processor seconds of a check from the desk and by the command, in turn, with nothing remembered."""
    turns = []
    for _ in range(ROUNDS):
        with served(plan) as one:
            before = one.cpu()
            one.ask("POST", "/plans/1/check")
            while json.loads(one.ask("GET", "/plans/1/jobs/1/state")[2])["state"] != "done":
                time.sleep(0.5)
            here = one.cpu() - before
        line = [sys.executable, "-m", "urbanplan", "check", str(plan), "--quiet"]
        command = run_apart(line, _fresh(plan), codes=(0, 1, 3)).cpu
        turns.append((here, command))
    here, command = (median(column) for column in zip(*turns, strict=True))
    return median(one / other for one, other in turns), here, command


def _fresh(plan: Path) -> dict[str, str]:
    """An environment in which no run has kept anything."""
    home = plan.parent / "cache"
    shutil.rmtree(home, ignore_errors=True)
    shutil.rmtree(plan / ".urbanplan", ignore_errors=True)
    return installed(XDG_CACHE_HOME=str(home))


def _boxes(folder: Path) -> str:
    """A million points, asked by boxes of several sizes, 100 features at a time."""
    import geopandas as gpd
    import numpy as np

    draw = np.random.default_rng(7)
    east, north = draw.uniform(113.4, 113.6, POINTS), draw.uniform(34.7, 34.9, POINTS)
    frame = gpd.GeoDataFrame({"id": np.arange(POINTS)}, geometry=gpd.points_from_xy(east, north), crs=4326)
    folder.mkdir()
    frame.to_file(folder / "sites.gpkg", engine="pyogrio")
    (folder / "types").mkdir()
    (folder / "types" / "sites.toml").write_text(
        'title = { zh = "点", en = "points" }\ngeometry = "point"\n[fields.id]\ntype = "integer"\n', encoding="utf-8"
    )
    (folder / "plan.toml").write_text(
        'id = "points"\ntitle = "points"\nas_of = 2025-12-31\n[district]\nname = "points"\ncrs = "EPSG:4547"\n'
        '[[layer]]\nname = "sites"\nfile = "sites.gpkg"\ntype = "sites"\nbasis = "reported"\n',
        encoding="utf-8",
    )
    rows = []
    with served(folder) as one:
        made, _ = time.perf_counter(), one.ask("GET", "/ogc/collections/sites/items?limit=1")
        made = time.perf_counter() - made
        for share in SHARES:
            side = 0.2 * (share / 100) ** 0.5
            spent = []
            for x, y in draw.uniform(0, 0.2 - side, (QUESTIONS, 2)):
                box = ",".join(f"{value:.7f}" for value in (113.4 + x, 34.7 + y, 113.4 + x + side, 34.7 + y + side))
                begin = time.perf_counter()
                status, _, body = one.ask("GET", f"/ogc/collections/sites/items?bbox={box}&limit=100")
                spent.append(1e3 * (time.perf_counter() - begin))
                assert status == 200, body
            rows.append([f"{share:g} %", median(spent), float(np.percentile(spent, 95)), "50"])
    text = table(["box selects", "median ms", "95th percentile ms", "at most"], rows)
    return f"{text}\n\n{POINTS:,} features, 100 at a time, {QUESTIONS} boxes of each size; the store was made in {made:.0f} s."

"""The whole command on Wuhan with 100 sites, from files to JSON, against importing geopandas and reading the files.

Each is a process of its own; seconds are the processor's, in turns.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

from data import network, sites, wuhan_file
from paired import installed, run_apart, table

READ = "import geopandas as gpd; gpd.read_parquet({streets!r}); gpd.read_file({sites!r})"


def command(rounds: int = 6) -> str:
    """Medians of whole processes in turn, and the phases that the command prints."""
    with tempfile.TemporaryDirectory() as folder:
        put, answer = Path(folder) / "sites.gpkg", Path(folder) / "answer.json"
        sites(network("Wuhan"), 100).to_file(put)
        ask = [sys.executable, "-m", "urbanplan", "coverage", "--streets", str(wuhan_file()), "--facilities", str(put),
               "--within", "600", "--output", f"json:{answer}"]  # fmt: skip
        read = [sys.executable, "-c", READ.format(streets=str(wuhan_file()), sites=str(put))]
        around, turns = installed(), []
        run_apart(read, around)  # the first turn warms the files and is not counted
        done = subprocess.run(ask, capture_output=True, text=True, check=True, env=around)
        for _ in range(rounds):
            answer.unlink(missing_ok=True)
            turns.append((run_apart(read, around).cpu, run_apart(ask, around).cpu))
            assert answer.stat().st_size > 1000, done.stderr  # a fast failure is no win
    ratio = median(own / slow for slow, own in turns)
    slow, own = (median(column) for column in zip(*turns, strict=True))
    rows = [["import geopandas and read both files", slow, 1.0], ["urbanplan coverage … --output json:…", own, ratio]]
    phases = "\n\nPhases of the first run, by the clock, as the command prints them:\n\n```\n"
    return table(["process", "CPU s", "times"], rows) + phases + _phases(done) + "\n```"


def _phases(done: subprocess.CompletedProcess[str]) -> str:
    lines = (done.stderr + done.stdout).splitlines()
    found = [line for line in lines if " s" in line and any(word in line for word in ("network", "search", "gaps"))]
    return "\n".join(found) or "\n".join(lines[-12:])

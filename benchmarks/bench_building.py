"""Building Porto's network from lines, against the graphs of momepy and OSMnx from the same lines.

Each runs in a process of its own, so that its peak memory is its own; all read the same lines from the same file.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

from data import porto_lines
from paired import is_installed, table

READ = """
import json, sys, time, geopandas as gpd
sys.path.insert(0, {here!r})
from paired import Peak
lines = gpd.read_parquet({file!r})
"""
OWN = """
from urbanplan.network.build import road_network
with Peak() as peak:
    began = time.perf_counter(); net = road_network(lines{more}); spent = time.perf_counter() - began
told = [net.nodes, net.edges, net.total]
"""
AUTO = "urbanplan, noding auto"
MOMEPY = """
import momepy
with Peak() as peak:
    began = time.perf_counter(); graph = momepy.gdf_to_nx(lines, approach="primal", multigraph=True)
    spent = time.perf_counter() - began
told = [graph.number_of_nodes(), graph.number_of_edges(), sum(w for *_, w in graph.edges(data="mm_len"))]
"""
OSMNX = """
import osmnx, numpy as np, shapely
from shapely import get_point
import geopandas as gpd
with Peak() as peak:
    began = time.perf_counter()
    ends = np.vstack([shapely.get_coordinates(get_point(lines.geometry.values, at)) for at in (0, -1)])
    places, number = np.unique(ends, axis=0, return_inverse=True)
    nodes = gpd.GeoDataFrame({"x": places[:, 0], "y": places[:, 1]}, geometry=shapely.points(places), crs=lines.crs)
    edges = lines.assign(u=number[: len(lines)], v=number[len(lines):], length=lines.length)
    edges["key"] = edges.groupby(["u", "v"]).cumcount()
    graph = osmnx.graph_from_gdfs(nodes, edges.set_index(["u", "v", "key"]))
    spent = time.perf_counter() - began
told = [graph.number_of_nodes(), graph.number_of_edges(), sum(w for *_, w in graph.edges(data="length"))]
"""
PEERS = {"momepy": MOMEPY, "OSMnx": OSMNX}
TELL = "\nprint(json.dumps([spent, peak.grown, peak.mb, *told]))"


def building(rounds: int = 3) -> str:
    """Seconds, memory and what each gives."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "porto.parquet"
        porto_lines().reset_index(drop=True).to_parquet(file)
        own = {"urbanplan": OWN.format(more=", noding='endpoints'"), AUTO: OWN.format(more="")}
        codes = own | {name: code for name, code in PEERS.items() if is_installed(name.lower())}
        told: dict[str, list[list[float]]] = {name: [] for name in codes}
        for _ in range(rounds):
            for name, code in codes.items():
                told[name].append(_run(READ.format(here=str(Path(__file__).parent), file=str(file)) + code + TELL))
    like = [median(column) for column in zip(*told["urbanplan"], strict=True)]
    rows = []
    for name, turns in told.items():
        seconds, grown, peak, nodes, edges, metres = (median(column) for column in zip(*turns, strict=True))
        assert name == AUTO or abs(metres / like[5] - 1) < 1e-9, (name, metres)
        assert name == AUTO or edges == like[4], (name, edges)
        times = median(a[0] / b[0] for a, b in zip(turns, told["urbanplan"], strict=True))
        rows.append(
            [name, seconds, times, grown, like[1] / grown, peak, int(nodes), int(edges), f"{metres / 1000:.1f}"]
        )
    absent = [name for name in PEERS if name not in told]
    rows += [[name, *["–"] * 8] for name in absent]
    head = ["library", "s", "times", "memory MB", "own share of it", "peak MB", "nodes", "edges", "km"]
    gives = (
        "urbanplan: arrays in compressed rows, ends within 1 cm joined, nodes along a Hilbert curve, source and metres "
        "of each edge. momepy (`gdf_to_nx`): a networkx multigraph, ends joined where equal to the last digit. OSMnx "
        "(`graph_from_gdfs`; it has no reader of lines, so node numbers are found by numpy first): a directed networkx "
        "multigraph, one arc for each line, with equal ends joined. All hold the same edges and the same length, but noding "
        "auto, the default, which no peer has: it looks for crossings and leaves out streets that are drawn twice."
    )
    return (
        table(head, rows) + "\n\n" + gives + "".join(f" {name} is not installed: its row is empty." for name in absent)
    )


def _run(code: str) -> list[float]:
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", code], capture_output=True, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])

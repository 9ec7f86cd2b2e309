"""Growth: generated towns from 10,000 to 10,000,000 edges, time and memory by phase."""

from __future__ import annotations

import tempfile

import geopandas as gpd
import numpy as np
import shapely
from data import facilities, sites
from paired import Peak, once, table

from urbanplan.network.build import road_network
from urbanplan.network.graph import Network
from urbanplan.network.kernels.engine import search_covered_length
from urbanplan.network.walk.covered_intervals import cover_edges, find_seeds, find_walk_legs
from urbanplan.network.walk.gaps import find_gaps
from urbanplan.network.walk.search import search_distances
from urbanplan.network.walk.sources import sources_from_frame
from urbanplan.network.walk.walk import Reach, Walk
from urbanplan.view.document.coverage import gap_blocks

WALK = Walk(600.0, 50.0)


def growth(sizes: tuple[int, ...] = (10_000, 100_000, 1_000_000, 10_000_000)) -> str:
    """One site for each thousand edges."""
    head = ["edges", "nodes", "lines and build s", "sight s", "search s (scipy)", "search s (numba)", "distances and metres s",
            "cover s", "gaps s", "memory MB by phase: build / sight / search / cover / gaps", "covered km"]  # fmt: skip
    rows = []
    _town(1_000)  # libraries and machine code are loaded
    for size in sizes:
        rows.append(_town(size))
        print(table(head, rows[-1:]).splitlines()[-1], flush=True)
    return table(head, rows) + "\n\n" + BREAKS


BREAKS = (
    "Nothing broke at these sizes. What breaks first is memory, where a network is built from lines: a machine with less "
    "than the greatest figure stops there. The gaps are found, drawn and written as JSON piece by piece, on disk."
)


def _write_gaps(net: Network, reached: Reach, ids: np.ndarray) -> int:
    """Find the gaps and write them as ``coverage --output json:…`` does; the bytes written."""
    with tempfile.TemporaryFile() as stream:
        stream.writelines(gap_blocks(find_gaps(net, reached, reached.left(net), ids=ids, residents=None)))
        return stream.tell()


def lines_of(edges: int) -> gpd.GeoDataFrame:
    """A town of crooked blocks: a shaken grid of which a tenth of the streets are taken out, with a bend in each."""
    side = max(int(np.sqrt(edges / 1.8)), 2)
    random = np.random.default_rng(edges)
    points = np.stack(np.meshgrid(np.arange(side), np.arange(side)), axis=-1).reshape(-1, 2) * 100.0
    points = points + random.uniform(-25, 25, points.shape)
    number = np.arange(side * side).reshape(side, side)
    u = np.concatenate([number[:, :-1].ravel(), number[:-1].ravel()])
    v = np.concatenate([number[:, 1:].ravel(), number[1:].ravel()])
    kept = random.random(len(u)) < 0.9
    u, v = u[kept], v[kept]
    bend = (points[u] + points[v]) / 2 + random.uniform(-8, 8, (len(u), 2))
    coords = np.stack([points[u], bend, points[v]], axis=1)
    return gpd.GeoDataFrame(geometry=shapely.linestrings(coords), crs=4547)


def _town(size: int) -> list:
    memory = []

    def phase(work):
        with Peak() as peak:
            seconds, result = once(work)
        memory.append(peak.mb)
        return seconds, result

    building, net = phase(lambda: road_network(lines_of(size)))
    put = sources_from_frame(sites(net, max(size // 1000, 10)))
    seeing, seen = phase(lambda: find_walk_legs(net, put, WALK))
    node, way, _ = find_seeds(net, seen)
    slow, label = phase(lambda: search_distances(net, node, way, limit=WALK.within, engine="scipy"))
    search_distances(net, node, way, limit=WALK.within, engine="numba")
    fast, again = once(lambda: search_distances(net, node, way, limit=WALK.within, engine="numba"))
    assert np.array_equal(label, again)
    search_covered_length(net, facilities(net, 10), np.zeros(10), 600.0)
    start = facilities(net, max(size // 1000, 10))
    all_in, _ = once(lambda: search_covered_length(net, start, np.zeros(len(start)), 600.0))
    covering, covered = phase(lambda: cover_edges(net, seen, label, WALK.within))
    reached = Reach(WALK.within, seen, label, covered)
    drawing, count = phase(lambda: _write_gaps(net, reached, put.ids))
    assert count > 100 * net.edges  # each gap is a row of some hundred bytes
    words = " / ".join(f"{value:,.0f}" for value in memory)
    return [f"{net.edges:,}", f"{net.nodes:,}", building, seeing, slow, fast, all_in, covering, drawing, words,
            f"{covered.length.sum() / 1000:,.0f}"]  # fmt: skip

"""Every engine gives the same labels and the same covered metres."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString

from urbanplan.network.build import build
from urbanplan.network.graph import Network, arcs
from urbanplan.network.walk.search import search

pytest.importorskip("numba")

from urbanplan.network.kernels import contraction, engine, queue

point = st.tuples(st.integers(0, 6), st.integers(0, 6)).map(lambda p: (p[0] * 90.0, p[1] * 70.0))
edge = st.tuples(st.integers(0, 24), st.integers(0, 24), st.one_of(st.just(0.0), st.floats(0, 300)))
town = st.lists(edge, min_size=1, max_size=60)
seed = st.lists(st.tuples(st.integers(0, 24), st.floats(0, 200)), max_size=6)


def abstract(edges: list[tuple[int, int, float]]) -> Network:
    """A network of given lengths; loops, parallel edges and lengths of zero among them."""
    u, v = np.array([e[0] for e in edges]), np.array([e[1] for e in edges])
    length, count = np.array([e[2] for e in edges]), len(edges)
    none, place = np.zeros(count), np.zeros(25)
    coords, offsets = np.zeros((2 * count, 2)), 2 * np.arange(count + 1)
    return Network(
        place, place, u, v, length, coords, offsets, np.arange(count), none, length, *arcs(u, v, 25)
    )  # fmt: skip


def metres(net: Network, label: np.ndarray, within: float) -> float:
    both = np.maximum(within - label[net.u], 0) + np.maximum(within - label[net.v], 0)
    return float(np.minimum(both, net.length).sum())


@settings(max_examples=150, deadline=None)
@given(town, seed, st.floats(1, 2000))
def test_labels_are_the_same_to_the_bit(edges, seeds, within):
    net = abstract(edges)
    node, label = np.array([s[0] for s in seeds], int), np.array([s[1] for s in seeds], float)
    slow = search(net, node, label, limit=within, engine="scipy")
    fast = search(net, node, label, limit=within, engine="numba")
    assert np.array_equal(slow, fast)


@settings(max_examples=150, deadline=None)
@given(town, seed, st.floats(1, 2000), st.booleans(), st.booleans())
def test_distances_and_covered_metres(edges, seeds, within, chained, few):
    net = abstract(edges)
    node, label = np.array([s[0] for s in seeds], int), np.array([s[1] for s in seeds], float)
    slow = search(net, node, label, limit=within, engine="scipy")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine, "CHAINED", -1.0 if chained else 2.0)
        patch.setattr(engine, "FEW", 2.0 if few else -1.0)
        patch.setattr(contraction, "FEW", 2.0 if few else -1.0)
        fast, covered = engine.reach_metres(net, node, label, within)
    edge_of_walk = np.abs(np.minimum(slow, fast) - within) < 1e-9
    both = np.isfinite(slow) & np.isfinite(fast)
    assert ((np.isfinite(slow) == np.isfinite(fast)) | edge_of_walk).all()
    assert np.allclose(slow[both], fast[both], rtol=1e-12, atol=1e-9)
    assert covered == pytest.approx(metres(net, slow, within), rel=1e-9, abs=1e-6)


@settings(max_examples=60, deadline=None)
@given(town, seed, st.floats(0.5, 400), st.integers(1, 3))
def test_any_window_and_any_neighbourhood_give_the_same_labels(edges, seeds, width, block):
    net = abstract(edges)
    label = np.full(25, np.inf)
    for node, way in seeds:
        label[node] = min(label[node], way)
    expected = engine.relabel(net, label, 900.0)
    start = np.flatnonzero(np.isfinite(label)).astype(np.int32)
    queue.search_seeds(*engine.rows_of(net), label, start, 900.0, width, block, *queue.room_for(25))
    assert np.array_equal(label, expected)


def test_the_guard_bounds_second_scans():
    """A fan in which first in, first out rescans without bound: each node improves the next ones again and again."""
    count = 1500
    u, v, length = [], [], []
    for i in range(count - 1):  # a long chain of short steps beside shortcuts that are worse the longer they are
        for jump in (1, 2, 4, 8, 16, 32, 64):
            if i + jump < count:
                u.append(i)
                v.append(i + jump)
                length.append(jump * 1.0 + (jump - 1) * 0.9)
    u, v, length = np.array(u), np.array(v), np.array(length)
    indptr, head, edge = arcs(u, v, count)
    rows = indptr.astype(np.int32), head.astype(np.int32), length[edge]
    start, scans = np.zeros(1, np.int32), {}
    for width in (np.inf, 8 * float(length.mean())):
        label = np.full(count, np.inf)
        label[0] = 0.0
        scans[width] = queue.search_seeds(*rows, label, start, 1e9, width, 1, *queue.room_for(count))[0]
        assert label[-1] == count - 1
    assert min(scans.values()) < 12 * count


def test_neighbourhoods_only_where_walks_hardly_meet():
    assert queue.neighbourhood(3_000_000, 10_000, 6.0) < 1_000
    assert queue.neighbourhood(3_000_000, 10_000, 200.0) == 10_000
    assert queue.neighbourhood(80_000, 1_000, 6.0) == 1_000


def test_a_small_question_stays_with_scipy():
    import subprocess
    import sys

    code = (
        "import sys, numpy as np, geopandas as gpd; from shapely import LineString;"
        "from urbanplan.network.build import build; from urbanplan.network.walk.search import search;"
        "net = build(gpd.GeoDataFrame(geometry=[LineString([(0, 0), (9, 0)])], crs=4547));"
        "search(net, np.array([0]), np.zeros(1)); print('numba' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_a_line_of_many_vertices():
    lines = [LineString([(x, 0), (x + 10, 0)]) for x in range(0, 1000, 10)]
    net = build(gpd.GeoDataFrame(geometry=lines, crs=4547))
    middle = np.flatnonzero(net.x == 500)
    label, covered = engine.reach_metres(net, middle, np.zeros(1), 123.0)
    assert covered == pytest.approx(246.0)
    assert np.allclose(label[np.isfinite(label)], np.abs(net.x - 500)[np.isfinite(label)])
    assert np.isfinite(label).sum() == 25

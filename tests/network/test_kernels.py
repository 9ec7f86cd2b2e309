"""Every engine gives the same labels and the same covered metres."""

from __future__ import annotations

import subprocess
import sys
from collections import deque
from itertools import pairwise

import geopandas as gpd
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from laws import examples
from shapely import LineString

from urbanplan.errors import NetworkError
from urbanplan.network.build import road_network
from urbanplan.network.graph import Network, build_csr
from urbanplan.network.walk.engine import is_numba_chosen
from urbanplan.network.walk.search import search_distances

pytest.importorskip("numba")

from urbanplan.layer.compiled import is_compiled
from urbanplan.network.kernels import contracted_search, engine, partitioned_search, windowed_search

point = st.tuples(st.integers(0, 6), st.integers(0, 6)).map(lambda p: (p[0] * 90.0, p[1] * 70.0))
edge = st.tuples(st.integers(0, 24), st.integers(0, 24), st.one_of(st.just(0.0), st.floats(0, 300)))
town = st.lists(edge, min_size=1, max_size=60)
seed = st.lists(st.tuples(st.integers(0, 24), st.floats(0, 200)), max_size=6)
TOUCHED, EVERY = 1, 10**9
"""Shares of turns: nearly always only what they touch is told; always everything."""


def abstract(edges: list[tuple[int, int, float]]) -> Network:
    """A network of given lengths; loops, parallel edges and lengths of zero among them."""
    u, v = np.array([e[0] for e in edges]), np.array([e[1] for e in edges])
    return edges_of(u, v, np.array([e[2] for e in edges]), 25)


def edges_of(u: np.ndarray, v: np.ndarray, length: np.ndarray, nodes: int) -> Network:
    count, none, place = len(u), np.zeros(len(u)), np.zeros(nodes)
    coords, offsets = np.zeros((2 * count, 2)), 2 * np.arange(count + 1)
    return Network(
        place, place, u, v, length, coords, offsets, np.arange(count), none, length, *build_csr(u, v, nodes)
    )  # fmt: skip


def metres(net: Network, label: np.ndarray, within: float) -> float:
    both = np.maximum(within - label[net.u], 0) + np.maximum(within - label[net.v], 0)
    return float(np.minimum(both, net.length).sum())


def same(net: Network, slow: np.ndarray, fast: np.ndarray, covered: float, within: float) -> None:
    """Labels within 1e-12 of themselves (one at the walk itself may fall on either side), metres within 1e-9."""
    edge_of_walk = np.abs(np.minimum(slow, fast) - within) < 1e-9
    both = np.isfinite(slow) & np.isfinite(fast)
    assert ((np.isfinite(slow) == np.isfinite(fast)) | edge_of_walk).all()
    assert np.allclose(slow[both], fast[both], rtol=1e-12, atol=1e-9)
    assert covered == pytest.approx(metres(net, slow, within), rel=1e-9, abs=1e-6)


@st.composite
def country(draw: st.DrawFn) -> Network:
    """Junctions with roads of many vertices between them, cul-de-sacs that branch, rings, loops, islands; any order."""
    number, ends = draw(st.integers(1, 8)), []
    roads = draw(st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7), st.integers(0, 5)), max_size=14))
    for a, b, inner in roads:
        way = [a % number, *range(number, number + inner), b % number]
        ends += pairwise(way)
        number += inner
    for inner in draw(st.lists(st.integers(0, 4), max_size=3)):  # rings and loops of their own
        way = [*range(number, number + inner + 1), number]
        ends += pairwise(way)
        number += inner + 1
    for root in draw(st.lists(st.integers(0, 99), max_size=20)):  # trees grow on anything, other trees too
        ends.append((root % number, number))
        number += 1
    number += draw(st.integers(0, 2))
    order = np.array(draw(st.permutations(range(number))))
    metres = st.one_of(st.just(0.0), st.floats(1e-3, 300), st.integers(1, 4).map(lambda n: n * 50.0))
    length = np.array(draw(st.lists(metres, min_size=len(ends), max_size=len(ends))), float)
    u, v = order[np.array(ends, int).reshape(-1, 2).T]
    return edges_of(u, v, length, number)


@settings(max_examples=examples(300))
@given(country(), st.lists(st.tuples(st.integers(0, 200), st.floats(0, 200)), max_size=8), st.floats(0.5, 1500))
def test_chains_and_trees_with_seeds_anywhere(net, seeds, within):
    node, label = np.array([s[0] % net.nodes for s in seeds], int), np.array([s[1] for s in seeds], float)
    slow = search_distances(net, node, label, limit=within, engine="scipy")
    assert np.array_equal(slow, search_distances(net, node, label, limit=within, engine="numba"))
    found = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine, "CONTRACTION_SHARE", -1.0)
        for few in (TOUCHED, EVERY, TOUCHED):  # the same scratch memory each time
            patch.setattr(contracted_search, "SPARSE_RATIO", few)
            labels, covered = engine.search_covered_length(net, node, label, within)
            same(net, slow, labels, covered, within)
            found.append((labels, covered))
    assert np.array_equal(found[0][0], found[1][0])
    assert np.array_equal(found[0][0], found[2][0])
    assert found[0][1] == found[2][1]


@settings(max_examples=examples(40))
@given(st.integers(0, 10_000), st.integers(0, 60), st.floats(50, 4000), st.booleans(), st.booleans())
def test_two_threads_give_the_same_to_the_bit(draw, seeds, within, few, along):
    random = np.random.default_rng(draw)
    u = random.integers(0, 2000, 4000)
    v = np.clip(u + random.integers(-40, 41, 4000), 0, 1999) if along else random.integers(0, 2000, 4000)
    net = edges_of(u, v, random.exponential(60, 4000), 2000)
    node, label = random.integers(0, 2000, seeds), random.uniform(0, 100, seeds)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(partitioned_search, "MIN_NODES", 0)
        patch.setattr(partitioned_search, "MIN_REACHED_NODES", 0)
        patch.setattr(engine, "CONTRACTION_SHARE", 2.0)
        patch.setattr(engine, "SPARSE_SHARE", 2.0 if few else -1.0)
        one, two = (engine.search_covered_length(net, node, label, within, threads=threads) for threads in (1, 2))
    slow = search_distances(net, node, label, limit=within, engine="scipy")
    assert np.array_equal(slow, one[0])
    assert np.array_equal(slow, two[0])
    assert one[1] == two[1]
    assert one[1] == pytest.approx(metres(net, slow, within), rel=1e-9, abs=1e-6)


def test_a_cut_keeps_every_arc():
    random = np.random.default_rng(5)
    u, v = random.integers(0, 300, (2, 900))
    indptr, head, edge = build_csr(u, v, 300)
    rows = indptr.astype(np.int32), head.astype(np.int32), random.random(900)[edge]
    before = [sorted(zip(*(part[a:b] for part in rows[1:]), strict=True)) for a, b in pairwise(indptr)]
    cut = partitioned_search.partition_rows(*rows)
    assert before == [sorted(zip(*(part[a:b] for part in rows[1:]), strict=True)) for a, b in pairwise(indptr)]
    for node in range(300):
        own, across = np.split(rows[1][indptr[node] : indptr[node + 1]], [cut.stop[node] - indptr[node]])
        assert ((own < cut.middle) == (node < cut.middle)).all()
        assert ((across < cut.middle) != (node < cut.middle)).all()
        assert (len(across) > 0) == (node in cut.beside)


@settings(max_examples=examples(25))
@given(st.integers(0, 10_000), st.sampled_from([1, 30, 900]), st.floats(50, 4000), st.sampled_from([1.0, 1.6, 3.0]))
def test_larger_networks_and_many_seeds(draw, seeds, within, degree):
    random = np.random.default_rng(draw)
    u, v = random.integers(0, 3000, (2, int(1500 * degree)))
    net = edges_of(u, v, random.exponential(60, len(u)), 3000)
    node, label = random.integers(0, 3000, seeds), random.uniform(0, 100, seeds)
    slow = search_distances(net, node, label, limit=within, engine="scipy")
    assert np.array_equal(slow, search_distances(net, node, label, limit=within, engine="numba"))
    with pytest.MonkeyPatch.context() as patch:
        for share in (-1.0, 2.0):
            patch.setattr(engine, "CONTRACTION_SHARE", share)
            labels, covered = engine.search_covered_length(net, node, label, within)
            same(net, slow, labels, covered, within)


@settings(max_examples=examples(150))
@given(town, seed, st.floats(1, 2000))
def test_labels_are_the_same_to_the_bit(edges, seeds, within):
    net = abstract(edges)
    node, label = np.array([s[0] for s in seeds], int), np.array([s[1] for s in seeds], float)
    slow = search_distances(net, node, label, limit=within, engine="scipy")
    fast = search_distances(net, node, label, limit=within, engine="numba")
    assert np.array_equal(slow, fast)


@settings(max_examples=examples(150))
@given(town, seed, st.floats(1, 2000), st.booleans(), st.booleans())
def test_distances_and_covered_metres(edges, seeds, within, contracted, few):
    net = abstract(edges)
    node, label = np.array([s[0] for s in seeds], int), np.array([s[1] for s in seeds], float)
    slow = search_distances(net, node, label, limit=within, engine="scipy")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine, "CONTRACTION_SHARE", -1.0 if contracted else 2.0)
        patch.setattr(engine, "SPARSE_SHARE", 2.0 if few else -1.0)
        patch.setattr(contracted_search, "SPARSE_RATIO", TOUCHED if few else EVERY)
        fast, covered = engine.search_covered_length(net, node, label, within)
    same(net, slow, fast, covered, within)


@settings(max_examples=examples(60))
@given(town, seed, st.floats(0.5, 400), st.integers(1, 3))
def test_any_window_and_any_neighbourhood_give_the_same_labels(edges, seeds, width, block):
    net = abstract(edges)
    node, way = np.array([s[0] for s in seeds], int), np.array([s[1] for s in seeds], float)
    expected = engine.shortest_distances(net, node, way, 900.0)
    label = np.full(25, np.inf)
    np.minimum.at(label, node, way)
    start = np.flatnonzero(np.isfinite(label)).astype(np.int32)
    indptr, head, weight = engine.csr_rows(net)
    windowed_search.search_seeds(
        indptr, indptr[1:], head, weight, label, start, 900.0, width, block, *windowed_search.allocate_workspace(25)
    )
    assert np.array_equal(label, expected)


def shortcuts(count: int) -> list[tuple[int, int, float]]:
    """A chain of short steps beside shortcuts that are worse the longer they are."""
    jumps = [(i, jump) for i in range(count - 1) for jump in (1, 2, 4, 8, 16, 32, 64) if i + jump < count]
    return [(i, i + jump, jump + (jump - 1) * 0.9) for i, jump in jumps]


def fan(count: int) -> list[tuple[int, int, float]]:
    """A chain of short steps away from a hub that holds every node by a worse edge, the farthest first."""
    spokes = [(0, i, 2.0 * (count - i)) for i in range(1, count)]
    return spokes + [(i, i - 1, 1.0) for i in range(count - 1, 1, -1)]


def first_in_first_out(indptr: np.ndarray, head: np.ndarray, weight: np.ndarray, most: int) -> int:
    """Scans of a plain queue from node 0, at most so many."""
    label, waiting, turns = {0: 0.0}, deque([0]), 0
    while waiting and turns < most:
        node, turns = waiting.popleft(), turns + 1
        for arc in range(indptr[node], indptr[node + 1]):
            way, other = label[node] + weight[arc], int(head[arc])
            if way < label.get(other, np.inf):
                label[other] = way
                if other not in waiting:
                    waiting.append(other)
    return turns


@pytest.mark.parametrize("graph", [shortcuts, fan])
def test_the_guard_bounds_second_scans(graph):
    """Networks in which first in, first out scans each node again and again, without the guard a hundred times."""
    count = 700
    u, v, length = (np.array(column) for column in zip(*graph(count), strict=True))
    indptr, head, edge = build_csr(u, v, count)
    indptr, head, weight = indptr.astype(np.int32), head.astype(np.int32), length[edge]
    rows = indptr, indptr[1:], head, weight
    assert first_in_first_out(indptr, head, weight, 100 * count) == 100 * count
    for width in (windowed_search.WINDOW_WIDTH * float(length.mean()), 1e6):
        label, start = np.full(count, np.inf), np.zeros(1, np.int32)
        label[0] = 0.0
        turns, again = windowed_search.search_seeds(
            *rows, label, start, 1e9, width, 1, *windowed_search.allocate_workspace(count)
        )
        assert (
            label.tolist()
            == search_distances(edges_of(u, v, length, count), np.zeros(1, int), np.zeros(1), engine="scipy").tolist()
        )
        assert 0 < again < turns < 40 * count


def test_one_odd_corner_does_not_narrow_the_windows_of_the_rest(monkeypatch):
    """A knot of micrometres at the end of a grid of hundreds of metres: windows are opened as on the grid alone."""
    side, knot = 40, shortcuts(3000)
    number, random = np.arange(side * side).reshape(side, side), np.random.default_rng(1)
    u = np.concatenate([number[:, :-1].ravel(), number[:-1].ravel(), [0], [side * side + i for i, _, _ in knot]])
    v = np.concatenate([number[:, 1:].ravel(), number[1:].ravel(), [side**2], [side * side + j for _, j, _ in knot]])
    streets = random.uniform(60, 140, 2 * side * (side - 1))
    net = edges_of(u, v, np.concatenate([streets, [1.0], [1e-6 * way for *_, way in knot]]), side * side + 3000)
    indptr, head, weight = engine.csr_rows(net)
    fill, opened, start = windowed_search._open_window, [], np.array([side * side], np.int32)
    monkeypatch.setattr(windowed_search, "_open_window", lambda *given: opened.append(given[1]) or fill(*given))
    label = np.full(net.nodes, np.inf)
    label[start] = 0.0
    ring, far, state = windowed_search.allocate_workspace(net.nodes)
    state[:] = 0
    rows = indptr, indptr[1:], head, weight
    found = windowed_search._search_windows.py_func(*rows, label, start, 1e9, 800.0, ring, far, state, 0)
    assert found[2] > 512  # the guard was needed
    assert label.tolist() == search_distances(net, start, np.zeros(1), engine="scipy").tolist()
    assert len(opened) < 100
    assert min(opened) < 1 < max(opened[-3:])


def test_neighbourhoods_only_where_walks_hardly_meet():
    assert windowed_search.neighbourhood_size(3_000_000, 10_000, 6.0) < 1_000
    assert windowed_search.neighbourhood_size(3_000_000, 10_000, 200.0) == 10_000
    assert windowed_search.neighbourhood_size(80_000, 1_000, 6.0) == 1_000


def test_a_small_question_stays_with_scipy():
    code = (
        "import sys, numpy as np, geopandas as gpd; from shapely import LineString;"
        "from urbanplan.network.build import road_network; from urbanplan.network.walk.search import search_distances;"
        "net = road_network(gpd.GeoDataFrame(geometry=[LineString([(0, 0), (9, 0)])], crs=4547));"
        "search_distances(net, np.array([0]), np.zeros(1)); print('numba' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


@pytest.mark.parametrize("contracted", [-1.0, 2.0])
def test_a_nought_below_nought_is_nought(monkeypatch, contracted):
    """The kernels compare labels by their bits, and those of -0.0 are the least whole number of all."""
    monkeypatch.setattr(engine, "CONTRACTION_SHARE", contracted)
    net = abstract([(0, 1, 50.0), (1, 2, 70.0), (1, 3, 20.0), (3, 0, 0.0)])
    node, label = np.array([0, 2, 0]), np.array([-0.0, 10.0, 30.0])
    labels, covered = engine.search_covered_length(net, node, label, 100.0)
    assert labels[:4].tolist() == [0.0, 20.0, 10.0, 0.0]
    assert covered == pytest.approx(140.0)
    assert engine.shortest_distances(net, node, label, 100.0)[:4].tolist() == [0.0, 20.0, 10.0, 0.0]


def test_whole_numbers_are_not_compiled_for_anew():
    net, node = abstract([(0, 1, 50.0), (1, 2, 70.0)]), np.zeros(1, int)
    expected = engine.shortest_distances(net, node, np.zeros(1), 100.0)
    known = len(windowed_search.search_seeds.signatures)
    assert engine.shortest_distances(net, node, node, 100).tolist() == expected.tolist()
    assert engine.search_covered_length(net, node, node, 100)[1] == pytest.approx(100)
    assert len(windowed_search.search_seeds.signatures) == known


def test_more_arcs_than_numbers_are_refused(monkeypatch):
    monkeypatch.setattr(engine, "MAX_ARCS", 3)
    for ask in (engine.shortest_distances, engine.search_covered_length):
        with pytest.raises(NetworkError, match="4 arcs are more"):
            ask(edges_of(np.array([0, 1]), np.array([1, 2]), np.ones(2), 3), np.zeros(1, int), np.zeros(1), 9.0)


@pytest.mark.parametrize(
    ("size", "compiled", "chosen"),
    [(4, False, False), (5, False, True), (4, True, True)],
    ids=["small", "pays", "made"],
)
def test_a_small_question_does_not_wait_for_the_compiler(size, compiled, chosen, monkeypatch):
    """Numba is loaded here: from a twentieth of what pays for starting it, or where machine code is there already."""
    monkeypatch.setattr(sys.modules["urbanplan.layer.compiled"], "is_compiled", lambda function: compiled)
    kernel = "urbanplan.network.kernels.windowed_search", "search_seeds"
    assert is_numba_chosen("auto", size=size, least=100, kernel=kernel) == chosen


def test_what_is_compiled_is_at_hand():
    net, node = abstract([(0, 1, 50.0)]), np.zeros(1, int)
    engine.shortest_distances(net, node, np.zeros(1), 100.0)
    assert is_compiled(windowed_search.search_seeds)


@pytest.mark.parametrize("state", ["absent", "too old"])
def test_without_numba_the_plain_engine_answers_and_says_why_the_other_cannot(state):
    """A numba that is not there, and one that refuses numpy, as it does where numpy is newer."""
    raises = {"absent": "find_spec = lambda *_: None", "too old": "import_module = refuse"}[state]
    code = (
        "import numpy as np, geopandas as gpd; from shapely import LineString\n"
        "from urbanplan.errors import NetworkError; from urbanplan.network.build import road_network\n"
        "from urbanplan.network.walk import engine, search\n"
        "def refuse(*_): raise ImportError('Numba needs NumPy 2.0 or less')\n"
        f"engine.{raises}; search.MIN_COMPILED_NODES = 0\n"
        "net = road_network(gpd.GeoDataFrame(geometry=[LineString([(0, 0), (9, 0)])], crs=4547))\n"
        "print(max(search.search_distances(net, np.array([0]), np.zeros(1))))\n"
        "try: search.search_distances(net, np.array([0]), np.zeros(1), engine='numba')\n"
        "except NetworkError as error: print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    length, said = done.stdout.strip().splitlines()
    assert length == "9.0"
    assert {"absent": "not installed", "too old": "cannot start: Numba needs NumPy 2.0"}[state] in said


def test_a_line_of_many_vertices():
    lines = [LineString([(x, 0), (x + 10, 0)]) for x in range(0, 1000, 10)]
    net = road_network(gpd.GeoDataFrame(geometry=lines, crs=4547))
    middle = np.flatnonzero(net.x == 500)
    label, covered = engine.search_covered_length(net, middle, np.zeros(1), 123.0)
    assert covered == pytest.approx(246.0)
    assert np.allclose(label[np.isfinite(label)], np.abs(net.x - 500)[np.isfinite(label)])
    assert np.isfinite(label).sum() == 25

"""Topology on a real city: the report after planting minus the report before is what was planted, in kind and place."""

from __future__ import annotations

import resource
from collections import Counter
from pathlib import Path

import geopandas as gpd
import networkx as nx
import numpy as np
import pytest
import shapely
from numpy.typing import NDArray

from urbanplan.network.topology.checks import Topology, find_defects

CALM = 60.0
"""Metres between planted defects, and to anything that they are not about."""
Planted = list[tuple[str, float, float]]


@pytest.fixture(scope="module")
def wuhan(shared: Path) -> gpd.GeoDataFrame:
    frame = gpd.read_parquet(shared / "data" / "streets" / "neatnet_wuhan_8989_original.parquet")
    return frame[["geometry"]].reset_index(drop=True).assign(id=lambda f: f.index.astype(str))


@pytest.fixture(scope="module")
def quarter(wuhan: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """The streets within four kilometres of the middle."""
    middle = shapely.Point(*np.median(shapely.get_coordinates(wuhan.geometry.to_numpy()), axis=0)).buffer(4000)
    return wuhan[wuhan.intersects(middle)].reset_index(drop=True).assign(id=lambda f: f.index.astype(str))


class Planter:
    """Plants defects far from one another in a frame of two-vertex streets, never on the only way to others."""

    def __init__(self, frame: gpd.GeoDataFrame, seed: int) -> None:
        self.lines = frame.geometry.to_numpy().astype(object)
        self.extra: list[shapely.LineString] = []
        self.tree = shapely.STRtree(self.lines.copy())
        self.chance = np.random.default_rng(seed)
        self.taken = np.array([[d.geometry.centroid.x, d.geometry.centroid.y] for d in find_defects(frame).defects])
        self.planted: Planted = []
        ends = np.vstack([shapely.get_coordinates(shapely.get_point(self.lines, k)) for k in (0, -1)])
        _, node, count = np.unique(ends.round(3), axis=0, return_inverse=True, return_counts=True)
        self.degree = count[node].reshape(2, -1)
        pairs = node.reshape(2, -1).T.tolist()
        only = {frozenset(pair) for pair in nx.bridges(nx.Graph(pairs))}
        self.alone_joins = [frozenset(pair) in only for pair in pairs]

    def calm(self, x: float, y: float) -> bool:
        return bool(np.hypot(*(self.taken - [x, y]).T).min() > 2 * CALM)

    def note(self, code: str, place: NDArray[np.float64] | list[float]) -> None:
        x, y = float(place[0]), float(place[1])
        self.planted.append((code, x, y))
        self.taken = np.vstack([self.taken, [x, y]])

    def street(self, least: float, degree: int = 1) -> int:
        """A calm straight street at least so long, whose last end has the degree."""
        for line in self.chance.permutation(len(self.lines)).tolist():
            shape = self.lines[line]
            if shape.length < least or self.degree[1, line] < degree or self.alone_joins[line]:
                continue
            if self.calm(*shape.coords[-1]) and self.calm(*shape.interpolate(0.5, normalized=True).coords[0]):
                return line
        raise AssertionError("the city has no calm place left")

    def ends(self, line: int) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
        a, b = np.array(self.lines[line].coords)
        return a, b, (b - a) / np.hypot(*(b - a))

    def short(self, gap: float, code: str) -> None:
        line = self.street(50, 3)
        a, b, way = self.ends(line)
        self.lines[line] = shapely.LineString([a, b - way * gap])
        self.note(code, b - way * gap)

    def over(self, tail: float) -> None:
        while True:
            line = self.street(50, 3)
            a, b, way = self.ends(line)
            tip = b + way * tail
            others = self.tree.query(shapely.Point(tip), predicate="dwithin", distance=12)
            meets = shapely.distance(self.lines[others], shapely.Point(b)) < 0.001
            if meets.all():
                break
            self.taken = np.vstack([self.taken, b])
        self.lines[line] = shapely.LineString([a, tip])
        self.note("overshoot", b + way * tail / 2)

    def twin(self, low: float, high: float, code: str) -> None:
        line = self.street(50)
        a, b, _ = self.ends(line)
        self.extra.append(shapely.LineString([a + (b - a) * high, a + (b - a) * low]))
        self.note(code, a + (b - a) * (low + high) / 2)

    def side(self, *, through: bool) -> None:
        """A new lane that ends on a street, or crosses it, with no other street near."""
        while True:
            line = self.street(120)
            a, b, way = self.ends(line)
            middle, turn = (a + b) / 2, np.array([-way[1], way[0]])
            lane = shapely.LineString([middle - turn * 40 * through, middle + turn * 40])
            near = self.tree.query(lane.buffer(25))
            if set(near.tolist()) == {line} and min(np.hypot(*(middle - a)), np.hypot(*(middle - b))) > 50:
                break
            self.taken = np.vstack([self.taken, middle])
        self.extra.append(lane)
        self.note("crossing", middle)

    def spike(self) -> None:
        line = self.street(60)
        a, b, way = self.ends(line)
        middle, turn = (a + b) / 2, np.array([-way[1], way[0]])
        self.lines[line] = shapely.LineString([a, middle - way * 0.2, middle + turn * 2, middle + way * 0.2, b])
        self.note("kink", middle + turn * 2)

    def alone(self, code: str) -> None:
        """A piece of street in the open, or a line without length."""
        bounds = shapely.total_bounds(self.lines)
        while True:
            x, y = self.chance.uniform(bounds[:2], bounds[2:])
            free = not len(self.tree.query(shapely.Point(x, y).buffer(CALM), predicate="intersects"))
            if free and self.calm(x, y):
                break
        self.extra.append(shapely.LineString([(x, y), (x + 20, y + 12) if code == "isolated" else (x, y)]))
        self.note(code, [x + 10, y + 6] if code == "isolated" else [x, y])

    def frame(self, like: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
        shapes = [*self.lines, *self.extra]
        return gpd.GeoDataFrame({"id": [str(i) for i in range(len(shapes))]}, geometry=shapes, crs=like.crs)


def plant(frame: gpd.GeoDataFrame, seed: int, rounds: int) -> tuple[gpd.GeoDataFrame, Planted]:
    planter = Planter(frame, seed)
    for _ in range(rounds):
        planter.short(float(planter.chance.uniform(0.1, 4.8)), "undershoot")
        planter.short(float(planter.chance.uniform(6, 19)), "dead-end-near")
        planter.over(float(planter.chance.uniform(0.1, 4.8)))
        planter.twin(0.0, 1.0, "duplicate")
        planter.twin(0.2, 0.7, "overlap")
        planter.side(through=False)
        planter.side(through=True)
        planter.spike()
        planter.alone("isolated")
        planter.alone("zero-length")
    return planter.frame(frame), planter.planted


def report(seen: Topology) -> Counter[tuple[str, str]]:
    """Defects by code and place to the centimetre: cutting a street short moves points on it by rounding."""
    return Counter((d.code, shapely.to_wkt(shapely.normalize(d.geometry), rounding_precision=2)) for d in seen.defects)


def assert_difference(frame: gpd.GeoDataFrame, seed: int, rounds: int) -> None:
    with_defects, planted = plant(frame, seed, rounds)
    before, after = report(find_defects(frame)), report(find_defects(with_defects))
    assert before - after == Counter()
    new = [(code, shapely.from_wkt(shape)) for (code, shape), count in (after - before).items() for _ in range(count)]
    assert Counter(code for code, _ in new) == Counter(code for code, _, _ in planted)
    for code, x, y in planted:
        assert min(shape.distance(shapely.Point(x, y)) for c, shape in new if c == code) < 0.02, (code, x, y)


@pytest.mark.parametrize("seed", range(4))
def test_a_part_of_the_city(quarter: gpd.GeoDataFrame, seed: int) -> None:
    assert_difference(quarter, seed, 2)


@pytest.mark.corpus
def test_the_whole_city(wuhan: gpd.GeoDataFrame) -> None:
    assert_difference(wuhan, 11, 5)


def test_the_whole_city_takes_seconds_and_bounded_memory(wuhan: gpd.GeoDataFrame) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    seen = find_defects(wuhan)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 1_000_000  # kB
    assert seen.drawing.lines == 92667

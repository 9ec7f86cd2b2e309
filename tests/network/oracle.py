"""A slow, plain answer to compare with: loops, networkx, every breakpoint a node."""

from __future__ import annotations

import math
from collections import defaultdict

import geopandas as gpd
import networkx as nx
from towns import CRS

Point = tuple[float, float]


def frames(streets: list[tuple[Point, Point]], sites: list[Point]) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    from shapely import LineString
    from shapely import Point as Spot

    roads = gpd.GeoDataFrame({"id": range(len(streets))}, geometry=[LineString(ends) for ends in streets], crs=CRS)
    return roads, gpd.GeoDataFrame({"id": range(len(sites))}, geometry=[Spot(p) for p in sites], crs=CRS)


def leg_interval(street: tuple[Point, Point], site: Point, leg: float) -> tuple[float, float] | None:
    """Metres along a street between which a site sees it."""
    (x0, y0), (x1, y1) = street
    length = math.hypot(x1 - x0, y1 - y0)
    if length == 0:
        return (0.0, 0.0) if math.hypot(site[0] - x0, site[1] - y0) <= leg + 1e-6 else None
    foot = ((site[0] - x0) * (x1 - x0) + (site[1] - y0) * (y1 - y0)) / length
    offset = abs((site[0] - x0) * (y1 - y0) - (site[1] - y0) * (x1 - x0)) / length
    if offset > leg + 1e-6:
        return None
    half = math.sqrt(max(leg**2 - offset**2, 0))
    low, high = max(foot - half, 0), min(foot + half, length)
    if low > high + 1e-6:
        return None
    return (low, high) if low <= high else (min(max(foot, 0), length),) * 2


def leg_length(street: tuple[Point, Point], site: Point, t: float) -> float:
    (x0, y0), (x1, y1) = street
    length = math.hypot(x1 - x0, y1 - y0) or 1.0
    return math.hypot(x0 + (x1 - x0) * t / length - site[0], y0 + (y1 - y0) * t / length - site[1])


class ReferenceNetwork:
    """Streets with a node at every breakpoint, and distances from the sites."""

    def __init__(self, streets: list[tuple[Point, Point]], sites: list[Point], *, within: float, leg: float) -> None:
        self.streets, self.within = streets, within
        graph = nx.Graph()
        self.marks: dict[int, list[float]] = {}
        self.parts: dict[int, list[tuple[float, float, Point]]] = defaultdict(list)
        for i, street in enumerate(streets):
            length = math.dist(*street)
            marks = {0.0, length}
            for site in sites:
                part = leg_interval(street, site, min(leg, within))
                if part:
                    marks |= set(part)
                    self.parts[i].append((*part, site))
            self.marks[i] = sorted(marks)
        for i, street in enumerate(streets):
            for a, b in zip(self.marks[i], self.marks[i][1:], strict=False):
                self._edge(graph, self.node(i, a), self.node(i, b), b - a)
            for low, high, site in self.parts[i]:
                for t in (low, high):
                    self._edge(graph, "site", self.node(i, t), leg_length(street, site, t))
        self.way = nx.single_source_dijkstra_path_length(graph, "site") if "site" in graph else {}

    @staticmethod
    def _edge(graph: nx.Graph, a: object, b: object, weight: float) -> None:
        if not graph.has_edge(a, b) or graph[a][b]["weight"] > weight:
            graph.add_edge(a, b, weight=weight)

    def node(self, i: int, t: float) -> object:
        if t == 0:
            return self.streets[i][0]
        return self.streets[i][1] if t == self.marks[i][-1] else (i, t)

    def distance(self, i: int, t: float) -> float:
        """Least way to a point of a street."""
        inside = [leg_length(self.streets[i], site, t) for low, high, site in self.parts[i] if low <= t <= high]
        ends = [self.way.get(self.node(i, mark), math.inf) + abs(mark - t) for mark in self.marks[i]]
        return min([*inside, *ends])

    def covered(self) -> float:
        """Covered metres of all streets."""
        total = 0.0
        for i in range(len(self.streets)):
            for a, b in zip(self.marks[i], self.marks[i][1:], strict=False):
                if any(low <= a and b <= high for low, high, _ in self.parts[i]):
                    total += b - a
                    continue
                room = [max(self.within - self.way.get(self.node(i, t), math.inf), 0) for t in (a, b)]
                total += min(sum(room), b - a)
        return total

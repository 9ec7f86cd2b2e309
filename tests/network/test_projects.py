"""What opening each project changes: plain towns, and laws on random ones."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import networkx as nx
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from urbanplan.network.roads.projects import ProjectEffects, ProjectSettings, compare_projects
from urbanplan.network.walk.people import People

CRS = "EPSG:4547"


def lines(rows: list[Any], **columns: list[Any]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(columns, geometry=[shapely.LineString(row) for row in rows], crs=CRS)


def homes(points: list[Any], count: list[float]) -> People:
    return People("homes", points=np.array(points, dtype=float), count=np.array(count, dtype=float))


def site(*points: tuple[float, float]) -> gpd.GeoDataFrame:
    ids = [f"F{k}" for k in range(len(points))]
    return gpd.GeoDataFrame({"id": ids}, geometry=[shapely.Point(p) for p in points], crs=CRS)


STREETS = [[(0, 0), (300, 0)], [(500, 0), (900, 0)], [(500, 400), (900, 400)], [(2000, 0), (2100, 0)]]
PROJECTS = {
    "road": ["P1", "P2", "P3"],
    "name": ["一", "二", "三"],
    "stage": ["开工", "通车", "通车"],
    "opened": [None, "2025-03-01", "2025-09-01"],
}
DRAWN = [[(900, 0), (900, 400)], [(300, 0), (500, 0)], [(900, 0), (2000, 0)]]


def small() -> ProjectEffects:
    people = homes([(550, 0), (700, 0), (700, 400), (2050, 0)], [40, 30, 20, 10])
    return compare_projects(lines(STREETS), lines(DRAWN, **PROJECTS), sites=site((0, 0)), people=people)


def test_one_after_the_other() -> None:
    found = small()
    assert [e.road for e in found.in_order] == ["P2", "P3", "P1"]
    first, second, third = found.in_order
    assert (first.joins, first.residents, first.linked) == (2, 40, 70)  # 550 m and 700 m away
    assert (second.joins, second.residents, second.linked) == (2, 0, 10)
    assert (third.joins, third.residents, third.linked) == (2, 0, 20)
    assert (found.before.parts, found.after.parts) == (4, 1)
    assert found.after.way.tolist() == pytest.approx([550, 700, 1500, 2050])
    assert np.isinf(found.before.way).all()


def test_alone_the_order_does_not_help() -> None:
    alone = {e.road: e for e in small().alone}
    assert small().alone[0].road == "P2"
    assert (alone["P1"].residents, alone["P1"].linked, alone["P1"].joins) == (0, 0, 2)
    assert alone["P3"].length_m == pytest.approx(1100)


def test_a_street_already_drawn_among_the_streets_does_not_stand_without_its_project() -> None:
    twice = compare_projects(
        lines([*STREETS, DRAWN[1]]), lines(DRAWN, **PROJECTS), sites=site((0, 0)), people=homes([(550, 0)], [40])
    )
    assert twice.before.within == 0
    assert {e.road: e.residents for e in twice.alone} == {"P2": 40, "P1": 0, "P3": 0}


def test_a_short_cut_saves_metres() -> None:
    around = lines([[(0, 0), (400, 0)], [(400, 0), (400, 300)]])
    cut = lines([[(0, 0), (400, 300)]], road=["P1"])
    (effect,) = compare_projects(around, cut, sites=site((0, 0)), people=homes([(400, 300)], [10])).alone
    assert (effect.residents, effect.mean_m, effect.saved_m, effect.joins) == pytest.approx((10, -200, 2000, 0))


grid = [(x, y) for x in range(4) for y in range(4)]
pairs = [(a, b) for a in grid for b in grid if a < b and abs(a[0] - b[0]) + abs(a[1] - b[1]) == 1]


@settings(max_examples=40)
@given(st.lists(st.sampled_from(pairs), min_size=2, max_size=20, unique=True), st.integers(1, 3), st.data())
def test_against_networkx_and_the_laws(edges: list[Any], count: int, data: st.DataObject) -> None:
    count = min(count, len(edges) - 1)
    old, new = edges[count:], edges[:count]
    scale = lambda pair: [(x * 200.0, y * 200.0) for x, y in pair]  # noqa: E731
    home = data.draw(
        st.lists(st.sampled_from(sorted({p for e in edges for p in e})), min_size=1, max_size=5, unique=True)
    )
    target = data.draw(st.sampled_from(sorted({p for e in old for p in e})))
    people = homes([(x * 200, y * 200) for x, y in home], [10.0 * (k + 1) for k in range(len(home))])
    roads = lines([scale(e) for e in new], road=[f"P{k}" for k in range(count)])
    found = compare_projects(
        lines([scale(e) for e in old]),
        roads,
        sites=site((target[0] * 200, target[1] * 200)),
        people=people,
        question=ProjectSettings(within=500, leg=1),
    )
    for graph, state in ((nx.Graph(old), found.before), (nx.Graph(edges), found.after)):
        way = nx.single_source_shortest_path_length(graph, target)
        assert state.way.tolist() == pytest.approx([way.get(p, np.inf) * 200 for p in home])
        assert state.parts == nx.number_connected_components(graph)
    assert sum(e.residents for e in found.in_order) == pytest.approx(found.after.within - found.before.within)
    assert all(e.residents >= 0 and e.saved_m >= -1e-9 and e.mean_m <= 1e-9 for e in (*found.alone, *found.in_order))

"""A network as a networkx graph and back."""

from __future__ import annotations

import geopandas as gpd
import networkx as nx
import numpy as np
import pytest
import shapely
from shapely.geometry import LineString, Point

from urbanplan.errors import CrsError, NetworkError
from urbanplan.network import road_network
from urbanplan.network.multigraph import from_networkx

LINES = [
    LineString([(500000, 3850000), (500300, 3850400)]),
    LineString([(500300, 3850400), (500400, 3850400), (500400, 3850500)]),
    LineString([(500300, 3850400), (500400, 3850500)]),  # beside the one before: two edges of one pair of nodes
]


@pytest.fixture
def network():
    return road_network(gpd.GeoDataFrame(geometry=LINES, crs="EPSG:4547"))


def test_a_graph_has_osmnx_attributes(network):
    graph = network.to_networkx()
    assert type(graph) is nx.MultiGraph
    assert graph.graph["crs"] == "EPSG:4547"
    assert (graph.number_of_nodes(), graph.number_of_edges()) == (3, 3)
    assert {(data["x"], data["y"]) for _, data in graph.nodes(data=True)} == {
        (500000, 3850000), (500300, 3850400), (500400, 3850500),
    }  # fmt: skip
    assert sorted(data["length"] for *_, data in graph.edges(data=True)) == pytest.approx([20000**0.5, 200, 500])
    assert nx.shortest_path_length(
        graph, *[next(n for n, d in graph.nodes(data=True) if (d["x"], d["y"]) == end)
                 for end in ((500000, 3850000), (500400, 3850500))], weight="length",
    ) == pytest.approx(500 + 20000**0.5)  # fmt: skip


def test_there_and_back_is_the_same_network(network):
    again = from_networkx(network.to_networkx())
    assert again.crs == network.crs
    assert (again.nodes, again.edges) == (network.nodes, network.edges)
    assert np.array_equal(np.c_[again.x, again.y], np.c_[network.x, network.y])
    assert sorted(again.length) == pytest.approx(sorted(network.length))
    assert again.to_frame().geometry.union_all().equals(network.to_frame().geometry.union_all())


def test_a_directed_graph_in_degrees_as_osmnx_gives_it(network):
    from pyproj import Transformer

    turn = Transformer.from_crs("EPSG:4547", "EPSG:4326", always_xy=True).transform
    graph = nx.MultiDiGraph(crs="epsg:4326")
    for i, place in enumerate([(500000, 3850000), (500300, 3850400), (500400, 3850500)]):
        graph.add_node(100 + i, **dict(zip("xy", turn(*place), strict=True)))
    graph.add_node(999, x=114.0, y=34.0)  # no street leads to it
    bent = shapely.transform(LINES[1], turn, interleaved=False)
    graph.add_edge(100, 101, length=500.0)  # straight
    graph.add_edge(101, 100, length=500.0)
    graph.add_edge(101, 102, geometry=bent)
    graph.add_edge(102, 101, geometry=bent.reverse())
    graph.add_edge(101, 102)
    made = from_networkx(graph)
    assert (made.nodes, made.edges) == (3, 3)
    assert made.crs.is_projected
    assert made.length.tolist() == pytest.approx([500, 200, 20000**0.5], rel=1e-3)


def test_what_a_graph_must_hold():
    graph = nx.Graph()
    with pytest.raises(CrsError, match="crs"):
        from_networkx(graph)
    graph.graph["crs"] = "EPSG:4547"
    with pytest.raises(NetworkError, match="no edge"):
        from_networkx(graph)
    graph.add_edge("a", "b")
    with pytest.raises(NetworkError, match="node a"):
        from_networkx(graph)
    graph.add_node("a", x=500000.0, y=3850000.0)
    graph.add_node("b", x=500100.0, y=3850000.0)
    assert from_networkx(graph).total == 100
    graph.edges["a", "b"]["geometry"] = LineString([(500000, 3850000), (500100, 3850050)])
    with pytest.raises(NetworkError, match="does not end at its nodes"):
        from_networkx(graph)
    graph.edges["a", "b"]["geometry"] = Point(500000, 3850000)
    with pytest.raises(NetworkError, match="no line"):
        from_networkx(graph)

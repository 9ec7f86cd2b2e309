"""200 random edits on Porto: a site or a road more or less, against a fresh run on the edited town.

The same work is the search and the intervals (``reach``); the public ``coverage()`` also certifies and draws the gaps.
"""

from __future__ import annotations

from collections.abc import Callable
from statistics import median

import geopandas as gpd
import numpy as np
import shapely
from data import porto_lines, sites
from paired import Peak, once_cpu, table

from urbanplan.network.build import road_network
from urbanplan.network.subnetwork import add_lines, drop_edges
from urbanplan.network.walk.coverage import compute_coverage
from urbanplan.network.walk.covered_intervals import compute_reach
from urbanplan.network.walk.incremental import EditableResult, add_road, add_site, build_editable, drop_road, drop_site
from urbanplan.network.walk.sources import Sources, sources_from_points
from urbanplan.network.walk.walk import Walk

WALK = Walk(600.0, 50.0)
KINDS = ("site more", "site less", "road more", "road less")


def incremental(edits: int = 200, count: int = 1_000, every: int = 8) -> str:
    """Every edit is timed; every eighth is answered anew by reach() and coverage(), compared and timed beside."""
    lines = porto_lines()[["id", "geometry"]].reset_index(drop=True)
    net, spots = road_network(lines, noding="endpoints"), _spots(lines, count)  # a road from a corner joins there
    with Peak() as peak:
        standing = build_editable(net, sources_from_points(spots), WALK)
    random, new = np.random.default_rng(5), _spots(lines, edits, seed=9)
    _warm(standing, lines)
    times: dict[str, list[float]] = {kind: [] for kind in KINDS}
    making: dict[str, list[float]] = {kind: [] for kind in KINDS}
    bare: dict[str, list[float]] = {kind: [] for kind in KINDS}
    slow: dict[str, list[float]] = {kind: [] for kind in KINDS}
    wide = []
    for turn in range(edits):
        kind = KINDS[turn % 4] if turn < 4 else KINDS[random.integers(4)]
        edit, network_alone = _edit(standing, kind, random, new[turn], lines)
        seconds, after = once_cpu(edit)
        times[kind].append(seconds)
        making[kind].append(once_cpu(network_alone)[0])
        wide.append(after.looked / max(after.changed, 1))
        if turn % every == 0 or len(slow[kind]) < 2:
            again, full = _anew(after)
            bare[kind].append(again)
            slow[kind].append(full)
    building = median(once_cpu(lambda: road_network(lines, noding="endpoints"))[0] for _ in range(3))
    rows = []
    for name, kinds in (*((kind, (kind,)) for kind in KINDS), ("all", KINDS)):
        own, made, again, full = (
            1e3 * median(v for kind in kinds for v in found[kind]) for found in (times, making, bare, slow)
        )
        count_of = sum(len(times[kind]) for kind in kinds)
        rows.append([name, count_of, own, made, again, again / own, again / (own - made), full, full / own])
    head = ["edit", "edits", "urbanplan ms", "of it the network ms", "search and intervals anew ms", "times",
            "times without the network", "coverage() ms", "times"]  # fmt: skip
    text = table(head, rows)
    return text + (
        f"\n\n{count:,} sites, {net.edges:,} edges; medians, ms of the processor. Search and intervals anew is the same work; coverage() also "
        "certifies and draws the gaps. Both are given the edited network, which urbanplan makes by itself: building it anew after a "
        f"change of roads takes {1e3 * building:.0f} ms, which are not counted. Nodes looked at for each node whose distance changed: at most "
        f"{max(wide):.2f}, median {median(wide):.2f}. Distances and intervals compared on "
        f"{sum(map(len, slow.values()))} edits, equal to the bit. Standing result: {peak.grown:.0f} MB."
    )


def _spots(lines: gpd.GeoDataFrame, count: int, seed: int = 3) -> np.ndarray:
    frame = sites(road_network(lines), count, seed=seed)
    return shapely.get_coordinates(frame.geometry.values)


def _edit(
    standing: EditableResult, kind: str, random: np.random.Generator, spot: np.ndarray, lines: gpd.GeoDataFrame
) -> tuple[Callable[[], EditableResult], Callable[[], object]]:
    """An edit to be timed, and its change of the network alone; what is asked with, a site or a road, is there already."""
    if kind == "site more":
        site = sources_from_points(spot[None])
        return lambda: add_site(standing, site), lambda: None
    if kind == "site less":
        number = int(random.integers(len(standing.places)))
        return lambda: drop_site(standing, number), lambda: None
    if kind == "road less":
        row = int(random.choice(standing.network.row))  # a line drawn twice has one row
        gone = np.flatnonzero(standing.network.row == row)
        return lambda: drop_road(standing, row), lambda: drop_edges(standing.network, gone)
    net = standing.network
    near = int(random.integers(net.nodes))
    near_edges = np.flatnonzero((net.u == near) | (net.v == near))
    pair = np.array([[net.x[near], net.y[near]], spot])  # from a street corner to a new site's spot
    pair[1] = pair[0] + (pair[1] - pair[0]) / max(np.hypot(*(pair[1] - pair[0])), 1.0) * 200
    road = gpd.GeoDataFrame({"id": ["new"]}, geometry=[shapely.LineString(pair)], crs=lines.crs)
    return lambda: add_road(standing, road, len(lines)), lambda: add_lines(net, road, len(lines), among=near_edges)


def _warm(standing: EditableResult, lines: gpd.GeoDataFrame) -> None:
    random = np.random.default_rng(0)
    for kind in KINDS:
        for work in _edit(standing, kind, random, np.array([standing.network.x[7] + 1, standing.network.y[7]]), lines):
            work()


def _anew(after: EditableResult) -> tuple[float, float]:
    """Seconds of reach() and of coverage() on the edited town, their intervals compared with the repaired ones."""
    left = [place for place in after.places if place is not None]
    put: Sources = sources_from_points(np.vstack([place.points for place in left]))
    compute_reach(after.network, put, WALK)  # what is kept with a network is made once
    again, bare = once_cpu(lambda: compute_reach(after.network, put, WALK))
    seconds, answer = once_cpu(lambda: compute_coverage(after.network, sites=put, within=WALK.within, leg=WALK.leg))
    assert answer.certificate is not None
    assert answer.certificate.ok
    found, fresh = after.reached.covered, answer.low.covered
    assert np.array_equal(found.line, fresh.line)
    assert np.array_equal(found.low, fresh.low)
    assert np.array_equal(found.high, fresh.high)
    assert np.array_equal(bare.covered.low, fresh.low)
    assert np.array_equal(bare.covered.high, fresh.high)
    assert np.array_equal(after.reached.label, bare.label)
    return again, seconds

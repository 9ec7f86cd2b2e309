"""200 random edits on Porto: a site or a road more or less, against the public coverage() on the edited town."""

from __future__ import annotations

from statistics import median

import geopandas as gpd
import numpy as np
import shapely
from data import porto_lines, sites
from paired import Peak, once, table

from urbanplan.network.build import build
from urbanplan.network.walk.cover import reach
from urbanplan.network.walk.coverage import coverage
from urbanplan.network.walk.incremental import Standing, add_road, add_site, drop_road, drop_site, stand
from urbanplan.network.walk.places import Places, from_points
from urbanplan.network.walk.reach import Walk

WALK = Walk(600.0, 50.0)
KINDS = ("site more", "site less", "road more", "road less")


def incremental(edits: int = 200, count: int = 1_000, every: int = 8) -> str:
    """Every edit is timed; every eighth is answered anew by coverage(), compared and timed beside."""
    lines = porto_lines()[["id", "geometry"]].reset_index(drop=True)
    net, spots = build(lines), _spots(lines, count)
    with Peak() as peak:
        standing = stand(net, from_points(spots), WALK)
    random, new = np.random.default_rng(5), _spots(lines, edits, seed=9)
    _warm(standing, lines)
    times: dict[str, list[float]] = {kind: [] for kind in KINDS}
    slow: dict[str, list[float]] = {kind: [] for kind in KINDS}
    wide = []
    for turn in range(edits):
        kind = KINDS[turn % 4] if turn < 4 else KINDS[random.integers(4)]
        seconds, after = once(lambda kind=kind, turn=turn: _edit(standing, kind, random, new[turn], lines))
        times[kind].append(seconds)
        wide.append(after.looked / max(after.changed, 1))
        if turn % every == 0 or len(slow[kind]) < 2:
            slow[kind].append(_anew(after))
    rows = []
    for kind in KINDS:
        own, full = 1e3 * median(times[kind]), 1e3 * median(slow[kind])
        rows.append([kind, len(times[kind]), own, full, full / own])
    everything = 1e3 * median(value for kind in KINDS for value in times[kind])
    full = 1e3 * median(value for kind in KINDS for value in slow[kind])
    rows.append(["all", edits, everything, full, full / everything])
    text = table(["edit", "edits", "urbanplan ms (median)", "coverage() ms (median)", "times"], rows)
    return text + (
        f"\n\n{count:,} sites, {net.edges:,} edges. Nodes looked at for each node whose distance changed: at most "
        f"{max(wide):.2f}, median {median(wide):.2f}. Intervals compared on {sum(map(len, slow.values()))} edits: sites "
        f"to the bit, roads to 1e-9 m. Standing result: {peak.grown:.0f} MB."
    )


def _spots(lines: gpd.GeoDataFrame, count: int, seed: int = 3) -> np.ndarray:
    frame = sites(build(lines), count, seed=seed)
    return shapely.get_coordinates(frame.geometry.values)


def _edit(standing: Standing, kind: str, random: np.random.Generator, spot: np.ndarray, lines: gpd.GeoDataFrame):
    if kind == "site more":
        return add_site(standing, from_points(spot[None]))
    if kind == "site less":
        return drop_site(standing, int(random.integers(len(standing.places))))
    if kind == "road less":
        return drop_road(standing, int(random.integers(len(lines))))
    net = standing.network
    near = int(random.integers(net.nodes))
    pair = np.array([[net.x[near], net.y[near]], spot])  # from a street corner to a new site's spot
    pair[1] = pair[0] + (pair[1] - pair[0]) / max(np.hypot(*(pair[1] - pair[0])), 1.0) * 200
    road = gpd.GeoDataFrame({"id": ["new"]}, geometry=[shapely.linestrings(pair)], crs=lines.crs)
    return add_road(standing, road, len(lines))


def _warm(standing: Standing, lines: gpd.GeoDataFrame) -> None:
    random = np.random.default_rng(0)
    for kind in KINDS:
        _edit(standing, kind, random, np.array([standing.network.x[7] + 1, standing.network.y[7]]), lines)


def _anew(after: Standing) -> float:
    """Seconds of coverage() on the edited town, its intervals compared with the repaired ones."""
    left = [place for place in after.places if place is not None]
    put: Places = from_points(np.vstack([place.points for place in left]))
    seconds, answer = once(lambda: coverage(after.network, sites=put, within=WALK.within, leg=WALK.leg))
    assert answer.certificate is not None
    assert answer.certificate.ok
    found, fresh = after.reached.covered, answer.low.covered
    assert np.array_equal(found.line, fresh.line)
    assert np.array_equal(found.low, fresh.low)
    assert np.array_equal(found.high, fresh.high)
    assert np.array_equal(after.reached.label, reach(after.network, put, WALK).label)
    return seconds

"""People served: what homes see, with barriers and without, and the least way of each, compiled beside plain arrays."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
from data import network, sites
from paired import once_cpu, table

from urbanplan.network.graph import Network
from urbanplan.network.walk.engine import Engine
from urbanplan.network.walk.leg_intervals import LegIntervals
from urbanplan.network.walk.people import People, home_distance, join_home_legs
from urbanplan.network.walk.scenario import Scenario, compute_reaches
from urbanplan.network.walk.sources import sources_from_frame
from urbanplan.network.walk.walk import Walk

SITES, HOMES, MANY_HOMES, BARRIERS, WITHIN, LEG, TURNS = 1_000, 100_000, 300_000, 5_000, 600.0, 50.0, 2


def served() -> str:
    net = network("Wuhan")
    points = sites(net, SITES)
    squares = points.set_geometry(points.buffer(30, cap_style="square"))
    rows = [_row("Wuhan", net, kind, frame, HOMES) for kind, frame in (("points", points), ("squares", squares))]
    porto = network("Porto (junctions)")
    head = ["network", "sites", "homes", "seen parts", "urbanplan s", "plain arrays s", "times"]
    words = (
        f"{SITES:,} sites, {WITHIN:g} m, legs of {LEG:g} m; seconds of the processor for the low and the high reading, "
        f"the least of {TURNS} turns. Plain arrays: a table of all pairs of a home and a site that see one edge, as "
        "before and as without numba. The ways of all homes are compared, equal to the bit."
    )
    seen = [_sight_row("Porto", porto, walls, MANY_HOMES) for walls in (0, BARRIERS)]
    sight = ["network", "barriers", "homes", "seen parts", "urbanplan s", "plain arrays s", "times"]
    more = (
        f"What homes see, legs of {LEG:g} m; barriers are of 100 m, at random about homes. One turn after the first, which "
        "loads machine code. All columns are compared, equal to the bit."
    )
    return table(head, rows) + "\n\n" + words + "\n\n" + table(sight, seen) + "\n\n" + more


def _homes(net: Network, homes: int) -> People:
    random = np.random.default_rng(5)
    edge = random.integers(0, net.edges, homes)
    spots = net.points(edge, net.length[edge] * random.random(homes)) + random.normal(0, 15, (homes, 2))
    return People("homes", points=spots, count=np.ones(homes))


def _sight_row(name: str, net: Network, barriers: int, homes: int) -> list[object]:
    people, random = _homes(net, homes), np.random.default_rng(8)
    middle = people.points[random.integers(0, homes, barriers)] + random.normal(0, 20, (barriers, 2))
    turn = random.uniform(0, np.pi, barriers)
    half = 50 * np.column_stack([np.cos(turn), np.sin(turn)])
    walls = np.hstack([middle - half, middle + half]) if barriers else None

    def look(engine: Engine) -> LegIntervals:
        return join_home_legs(net, people, leg=LEG, barriers=walls, engine=engine)

    look("numba")
    (own, seen), (plain, other) = once_cpu(lambda: look("numba")), once_cpu(lambda: look("scipy"))
    if not all(np.array_equal(one, two) for one, two in zip(seen.columns, other.columns, strict=True)):
        raise AssertionError(f"{name}, {barriers} barriers: what homes see differs")
    return [name, f"{barriers:,}", f"{homes:,}", f"{len(seen):,}", own, plain, plain / own]


def _row(name: str, net: Network, kind: str, frame: gpd.GeoDataFrame, homes: int) -> list[object]:
    people = _homes(net, homes)
    sight = join_home_legs(net, people, leg=LEG, engine="numba")
    question = Scenario(net, sources_from_frame(frame), Walk(WITHIN, LEG, engine="numba"))
    readings = list(zip((net, net.joined), compute_reaches(question), strict=True))

    def ways(engine: Engine) -> list[np.ndarray]:
        return [home_distance(streets, sight, homes, reach, engine=engine) for streets, reach in readings]

    spent: dict[Engine, list[float]] = {"numba": [], "scipy": []}
    for turn in range(TURNS + 1):  # the first warms up
        found = {}
        for engine in spent:
            seconds, found[engine] = once_cpu(lambda engine=engine: ways(engine))
            spent[engine] += [seconds] if turn else []
        for own, plain in zip(found["numba"], found["scipy"], strict=True):
            if not np.array_equal(own, plain):
                raise AssertionError(f"{name}, {kind}: the ways differ")
    own, plain = min(spent["numba"]), min(spent["scipy"])
    return [name, kind, f"{homes:,}", f"{len(sight):,}", own, plain, plain / own]

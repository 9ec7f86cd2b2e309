"""The compiled shade of barriers: by hand, beside sight lines, and to the bit as plain arrays have it."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from towns import frame

pytest.importorskip("numba")

from urbanplan.network import Network, road_network
from urbanplan.network.walk.leg_intervals import LegIntervals
from urbanplan.network.walk.people import People, join_home_legs

LEG = 60.0


def look(net: Network, homes: np.ndarray, walls: np.ndarray, engine: str) -> LegIntervals:
    people = People("homes", points=homes, count=np.ones(len(homes)))
    return join_home_legs(net, people, leg=LEG, barriers=walls, engine=engine)  # pyright: ignore[reportArgumentType]


def made(seed: int, *, homes: int, walls: int) -> tuple[Network, np.ndarray, np.ndarray]:
    """Crooked streets, homes about them, and walls short, long, touching, drawn twice, a point, and on a home."""
    chance = np.random.default_rng(seed)
    lines = [shapely.LineString(chance.uniform(0, 300, (4, 2))) for _ in range(12)]
    spots = chance.uniform(0, 300, (homes, 2))
    begin = chance.uniform(0, 300, (walls, 2))
    ends = np.hstack([begin, begin + chance.normal(0, 1, (walls, 2)) * chance.choice([1.0, 8.0, 200.0], (walls, 1))])
    chain = np.hstack([ends[:5, 2:], ends[:5, 2:] + 9.0])
    point = np.tile(begin[:1], 2)
    gate = np.hstack([spots[:2] - 5, spots[:2] + 5])
    return road_network(frame(lines)), spots, np.vstack([ends, chain, ends[:3], point, gate])


@pytest.mark.parametrize("seed", range(4))
def test_compiled_shade_is_that_of_plain_arrays_to_the_bit(seed: int) -> None:
    net, homes, walls = made(seed, homes=150, walls=120)
    plain, fast = (look(net, homes, walls, engine) for engine in ("scipy", "numba"))
    open_sight = look(net, homes, walls[:0], "numba")
    assert len(plain) != len(open_sight)
    for own, due in zip(fast.columns, plain.columns, strict=True):
        assert own.dtype == due.dtype
        assert np.array_equal(own, due)
    assert (fast.high - fast.low).sum() < (open_sight.high - open_sight.low).sum()


@pytest.mark.parametrize("engine", ["scipy", "numba"])
def test_what_is_seen_is_what_no_sight_line_crosses(engine: str) -> None:
    net, homes, walls = made(9, homes=5, walls=60)
    walls = walls[: 60 + 8]  # a gate that stands on a home is seen through
    seen = look(net, homes, walls, engine)
    drawn = shapely.linestrings(walls.reshape(-1, 2, 2))
    tree = shapely.STRtree(drawn)
    tried = wrong = 0
    for edge in range(net.edges):
        at = np.arange(0.5, net.length[edge], 1.0)
        points = net.points(np.full(len(at), edge), at)
        for home in range(len(homes)):
            away = np.hypot(*(points - homes[home]).T)
            sight = shapely.linestrings(np.stack([np.broadcast_to(homes[home], points.shape), points], axis=1))
            hit = np.zeros(len(at), dtype=bool)
            hit[tree.query(sight, predicate="intersects")[0]] = True
            parts = np.flatnonzero((seen.edge == edge) & (seen.place == home))
            inside = ((at[:, None] >= seen.low[parts]) & (at[:, None] <= seen.high[parts])).any(axis=1)
            near = np.abs(away - LEG) < 0.01  # a rim of rounding
            bounds = np.append(seen.low[parts], seen.high[parts])
            near |= (np.abs(at[:, None] - bounds) < 0.01).any(axis=1)
            due = (away < LEG) & ~hit
            tried += int((due & ~near).sum())
            wrong += int((inside != due)[~near].sum())
    assert tried > 200
    assert wrong == 0


def test_pickets_of_a_fence_leave_what_is_told_by_hand() -> None:
    """A home 10 m beside a street sees between pickets 5 m off what is twice their place along the street."""
    net = road_network(frame([shapely.LineString([(-50, 0), (50, 0)])]))
    begin = -20 + 0.5 * np.arange(80)
    walls = np.column_stack([begin, np.full(80, 5.0), begin + 0.25, np.full(80, 5.0)])
    seen = look(net, np.array([[0.0, 10.0]]), walls, "numba")
    start = 50 + 2 * begin
    assert seen.high[:-1] == pytest.approx(start)
    assert seen.low[1:] == pytest.approx(start + 0.5)
    assert (seen.low[0], seen.high[-1]) == pytest.approx((0.0, 100.0))
    assert (seen.edge == 0).all()

"""Siting: published covering instances and points of Wuhan beside plain `scipy.milp` models, and Wuhan's streets.

Processor seconds count, since the machine is shared; both sides of a ratio run in one process, one after the other, on
the same matrices.  Every answer is checked: against the published optimum, against the peer's, or by the coverage
certificate.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from time import process_time
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from data import Missing, shared, wuhan_lines
from paired import Peak, table
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array, eye_array, hstack
from scipy.sparse.csgraph import shortest_path
from scipy.spatial.distance import cdist

from urbanplan.siting import SitingQuestion, instance_from_distances, instance_from_sets, solve_siting

PLAIN_LIMIT = 600.0  # seconds of one plain model


def published() -> str:
    """Threshold proofs of the p-centre instances, and set covering of the classes 4 to 6."""
    folder = shared() / "orlib"
    if not folder.is_dir():
        raise Missing("orlib/ is not there")
    rows = [_sum_up("pmed1 to pmed40, at the radius and a unit less", _thresholds(folder)),
            _sum_up("set covering, classes 4 to 6", _covers(folder))]  # fmt: skip
    head = ["instances", "proved", "of", "urbanplan s", "scipy.milp s", "proved by it", "part of its time"]
    return table(head, rows) + (
        "\n\nProcessor seconds of solving, matrices given; `scipy.milp` has the plain model (every row covered, unit or "
        "given costs, no reduction) and the same HiGHS."
    )


def _sum_up(name: str, proofs: Iterator[tuple[Any, Callable[[float, float], bool]]]) -> list[Any]:
    """Proofs of both sides: an instance and what its optimum must fulfil."""
    own = plain = 0.0
    count = proved = proved_plain = 0
    for instance, holds in proofs:
        count += 1
        began = process_time()
        goal = "fewest" if (instance.cost == 1).all() else "cheapest"
        found = solve_siting(instance, SitingQuestion(goal), time_limit=PLAIN_LIMIT)
        own += process_time() - began
        proved += bool(found.proved and holds(found.value, found.bound))
        began = process_time()
        value, bound = _plain(instance)
        plain += process_time() - began
        proved_plain += holds(value, bound)
    return [name, proved, count, own, plain, proved_plain, own / plain]


def _plain(instance: Any) -> tuple[float, float]:
    done = milp(
        instance.cost,
        integrality=np.ones(instance.candidates),
        bounds=Bounds(0, 1),
        constraints=LinearConstraint(instance.matrix.astype(float), 1, np.inf),
        options={"time_limit": PLAIN_LIMIT, "mip_rel_gap": 0.0},
    )
    return float(done.fun), float(done.mip_dual_bound)


def _thresholds(folder: Any) -> Iterator[tuple[Any, Callable[[float, float], bool]]]:
    radii = dict(line.split() for line in (folder / "kcenteropt.txt").read_text().splitlines() if line.strip())
    for number in range(1, 41):
        nodes, edges, p, *rest = np.array((folder / f"pmed{number}.txt").read_text().split(), dtype=int).tolist()
        length = np.zeros((nodes, nodes))
        for a, b, metres in np.reshape(rest[: 3 * edges], (-1, 3)):  # of repeated edges the last counts
            length[a - 1, b - 1] = length[b - 1, a - 1] = metres
        way = shortest_path(csr_array(length), directed=False)
        radius = int(radii[f"pmed{number}"])
        for within, enough in ((radius, True), (radius - 1, False)):
            instance = instance_from_sets([np.flatnonzero(row <= within) for row in way], rows=nodes)
            yield instance, _at_most(p) if enough else _more_than(p)


def _at_most(p: int) -> Callable[[float, float], bool]:
    return lambda value, bound: value <= p + 1e-6


def _more_than(p: int) -> Callable[[float, float], bool]:
    return lambda value, bound: bound > p + 1e-6


def _covers(folder: Any) -> Iterator[tuple[Any, Callable[[float, float], bool]]]:
    for line in (folder / "scpopt.txt").read_text().splitlines():
        name, best = line.split()
        rows, columns, *rest = np.array((folder / f"{name}.txt").read_text().split(), dtype=int).tolist()
        cost, given = rest[:columns], iter(rest[columns:])
        sets: list[list[int]] = [[] for _ in range(columns)]
        for row in range(rows):
            for _ in range(next(given)):
                sets[next(given) - 1].append(row)
        yield instance_from_sets(sets, cost=cost, rows=rows), _equal(float(best))


def _equal(best: float) -> Callable[[float, float], bool]:
    return lambda value, bound: abs(value - best) < 1e-6 and bound > best - 1 + 1e-6


def _places(streets: gpd.GeoDataFrame, count: int, *, seed: int = 0) -> gpd.GeoDataFrame:
    """Candidates drawn evenly over the streets."""
    random = np.random.default_rng(seed)
    lines = streets.geometry.to_numpy()
    row = random.choice(len(lines), count, p=shapely.length(lines) / shapely.length(lines).sum())
    points = shapely.line_interpolate_point(lines[row], random.random(count), normalized=True)
    return gpd.GeoDataFrame({"id": np.arange(count).astype(str)}, geometry=points, crs=streets.crs)


def town() -> str:
    """Wuhan: every reachable metre, 95 % of metres, the best 50."""
    streets = wuhan_lines()
    reach = _reachable_share(streets, 2_000, 1200.0)
    questions = [
        ("every reachable metre", 10_000, 600.0, SitingQuestion(), 60.0),
        ("fewest for 95 % of reachable metres", 2_000, 1200.0, SitingQuestion(share=0.95 * reach), 60.0),
        ("best 50 by metres", 2_000, 1200.0, SitingQuestion("most", count=50), 120.0),
    ]
    rows = [_ask(name, streets, count, within, question, limit) for name, count, within, question, limit in questions]
    head = [
        "question",
        "candidates",
        "walk m",
        "answer",
        "bound",
        "gap",
        "sites",
        "seconds of processor",
        "of which solving",
        "MB",
    ]
    return (
        table(head, rows)
        + "\n\nFrom the files' frames to the certified answer; candidates drawn evenly over Wuhan's streets."
    )


def _reachable_share(streets: gpd.GeoDataFrame, count: int, within: float) -> float:
    """What all candidates reach of the metres: of 2,000 drawn ones not 95 % of all."""
    import urbanplan

    found = urbanplan.site(streets, _places(streets, count), within=within, question=SitingQuestion("most", count=1))
    return float(found.proposal.reachable.share or 0.0)


def _ask(
    name: str, streets: gpd.GeoDataFrame, count: int, within: float, question: SitingQuestion, limit: float
) -> list[Any]:
    import urbanplan

    with Peak() as peak:
        began = process_time()
        found = urbanplan.site(streets, _places(streets, count), within=within, question=question, time_limit=limit)
        seconds = process_time() - began
    solved = found.proposal.solution
    assert found.run is not None
    assert found.run.certificate is not None
    assert found.run.certificate.ok
    gap = "proved" if solved.proved else f"{solved.gap:.2%}"
    return [name, count, within, solved.value, solved.bound, gap, solved.sites, seconds, solved.seconds, peak.mb]


def lscp() -> str:
    """The fewest sites for all points."""
    return _covered_points("LSCP, 2,000 x 20,000", SitingQuestion(), _plain_lscp)


def mclp() -> str:
    """The 20 sites that reach most points."""
    return _covered_points("MCLP, best 20, 2,000 x 20,000", SitingQuestion("most", count=20), _plain_mclp)


def median() -> str:
    """The 20 sites with the least sum of ways."""
    streets = wuhan_lines()
    way = _distances(_places(streets, 300), _places(streets, 3_000, seed=1))
    return _peers(_beside("p-median, 20 of 300 x 3,000", way, SitingQuestion("median", count=20), _plain_median))


def _covered_points(name: str, question: SitingQuestion, plain: Callable[..., Any]) -> str:
    streets = wuhan_lines()
    near = _distances(_places(streets, 2_000), _places(streets, 20_000, seed=1)) <= 1_000.0
    return _peers(_beside(name, near, question, plain))


def _peers(row: list[Any]) -> str:
    """A question on points of Wuhan, beside the textbook model as it is, with the same solver."""
    head = ["question", "urbanplan s", "plain s", "part of its time", "urbanplan", "plain", "urbanplan MB", "plain MB"]
    return table(head, [row]) + (
        "\n\nProcessor seconds, the matrix given (straight distances, 1,000 m for the covers); both use HiGHS. Plain: the "
        f"model that spopt writes down, given to `scipy.milp` with {PLAIN_LIMIT:.0f} s of the clock, since spopt could not be "
        "had here; where it did not end, what it had of the processor by then stands, and the part of its time is less."
    )


def _distances(sites: gpd.GeoDataFrame, points: gpd.GeoDataFrame) -> np.ndarray:
    """Metres from each point to each site."""
    a, b = (shapely.get_coordinates(frame.geometry.to_numpy()) for frame in (points, sites))
    return cdist(a, b)


def _warm_up() -> None:
    """Compile what is compiled, or read it from the cache."""
    random = np.random.default_rng(1)
    near = random.random((300, 200)) < 0.05
    near[:, 0] |= ~near.any(axis=1)
    for question in (SitingQuestion(), SitingQuestion("most", count=3)):
        solve_siting(_cover_instance(near), question, time_limit=5)
    solve_siting(instance_from_distances(random.random((300, 200))), SitingQuestion("median", count=3), time_limit=5)


def _cover_instance(near: np.ndarray) -> Any:
    return instance_from_sets([np.flatnonzero(column) for column in near.T], rows=len(near))


def _beside(name: str, table_of: np.ndarray, question: SitingQuestion, plain: Callable[..., Any]) -> list[Any]:
    """A row: both sides on the same matrix; the same optimum, where both prove it."""
    _warm_up()
    if question.goal != "median":
        table_of = table_of[table_of.any(axis=1)]
    with Peak() as own_peak:
        began = process_time()
        instance = instance_from_distances(table_of) if question.goal == "median" else _cover_instance(table_of)
        own = solve_siting(instance, question, time_limit=120)
        own_s = process_time() - began
    del instance
    with Peak() as peak:
        began = process_time()
        done = plain(table_of, float(question.count or 0))
        peer_s = process_time() - began
    value = None if done.x is None else abs(float(done.fun))
    if own.proved and done.status == 0 and value is not None:
        assert abs(own.value - value) <= 1e-6 * max(value, 1.0)
    proof = f"{own.value:,.0f}, " + ("proved" if own.proved else f"gap {own.gap:.2%}")
    told = "no answer" if value is None else f"{value:,.0f}"
    told += ", proved" if done.status == 0 else f", did not end in {PLAIN_LIMIT:.0f} s"
    part = f"{own_s / peer_s:.3g}" if done.status == 0 else f"under {own_s / peer_s:.3g}"
    return [name, own_s, peer_s, part, proof, told, own_peak.grown, peak.grown]


def _milp(cost: np.ndarray, integer: np.ndarray, rows: list[Any]) -> Any:
    options = {"time_limit": PLAIN_LIMIT, "mip_rel_gap": 0.0}
    return milp(cost, integrality=integer, bounds=Bounds(0, 1), constraints=rows, options=options)


def _plain_lscp(near: np.ndarray, count: float) -> Any:
    one = np.ones(near.shape[1])
    return _milp(one, one, [LinearConstraint(csr_array(near.astype(float)), 1, np.inf)])


def _plain_mclp(near: np.ndarray, count: float) -> Any:
    points, sites = near.shape
    linked = hstack([csr_array(near.astype(float)), -eye_array(points)]).tocsr()
    some = csr_array(np.concatenate([np.ones(sites), np.zeros(points)])[None, :])
    cost = np.concatenate([np.zeros(sites), -np.ones(points)])
    integer = np.ones(sites + points)
    return _milp(cost, integer, [LinearConstraint(linked, 0, np.inf), LinearConstraint(some, count, count)])


def _plain_median(way: np.ndarray, count: float) -> Any:
    points, sites = way.shape
    pairs = points * sites
    point, site = np.divmod(np.arange(pairs), sites)
    shape, one = (pairs, sites + pairs), np.ones(pairs)
    number = np.arange(pairs)
    opened = csr_array((one, (number, site)), shape=shape) - csr_array((one, (number, sites + number)), shape=shape)
    given = csr_array((one, (point, sites + number)), shape=(points, sites + pairs))
    some = csr_array((np.ones(sites), (np.zeros(sites, int), np.arange(sites))), shape=(1, sites + pairs))
    rows = [LinearConstraint(given, 1, 1), LinearConstraint(opened, 0, np.inf), LinearConstraint(some, count, count)]
    return _milp(np.concatenate([np.zeros(sites), way.ravel()]), np.ones(sites + pairs), rows)


def gap() -> str:
    """A street of which points say all while metres are beyond reach."""
    import urbanplan

    street = gpd.GeoDataFrame(geometry=[shapely.LineString([(500_000, 3_850_000), (501_000, 3_850_000)])], crs=4547)
    sites = gpd.GeoDataFrame({"id": ["a", "b"]}, geometry=shapely.points([500_240, 500_775], 3_850_000), crs=4547)
    found = urbanplan.site(street, sites, within=260)
    points = np.array([0, 500, 1000])
    seen = int((np.abs(points[:, None] - np.array([240, 775])).min(axis=1) <= 260).sum())
    assert found.run is not None
    return (
        f"A street of 1,000 m with points every 500 m: points say {seen} of 3 are within 260 m of two sites; "
        f"{1000 - found.run.covered_m:.0f} m of the street are not, and are listed."
    )

"""Siting: published covering instances beside a plain `scipy.milp` model, Wuhan's streets, and spopt.

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
from paired import Peak, is_installed, table
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array
from scipy.sparse.csgraph import shortest_path
from scipy.spatial.distance import cdist

from urbanplan.siting import SitingQuestion, instance_from_sets, solve_siting

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
        ("fewest for 95 % of reachable metres", 2_000, 1200.0, SitingQuestion(share=0.95 * reach), 120.0),
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


def peers() -> str:
    """LSCP and MCLP beside spopt on points of Wuhan, with the same solver."""
    streets = wuhan_lines()
    sites, points = _places(streets, 2_000), _places(streets, 20_000, seed=1)
    gap = "\n\n" + _gap_of_points()
    if not is_installed("spopt") or not is_installed("highspy"):
        gap = " spopt could not be had: its columns are empty." + gap
    near = _near(sites, points, 1_000.0)
    rows = [_beside("LSCP, 2,000 x 20,000", near, "lscp"), _beside("MCLP, best 20", near, "mclp")]
    head = ["question", "urbanplan s", "spopt s", "part of its time", "urbanplan", "spopt", "urbanplan MB", "spopt MB"]
    return (
        table(head, rows)
        + "\n\nProcessor seconds, the cost matrix given (straight distances, 1,000 m); both use HiGHS."
        + gap
    )


def _near(sites: gpd.GeoDataFrame, points: gpd.GeoDataFrame, within: float) -> np.ndarray:
    a, b = (shapely.get_coordinates(frame.geometry.to_numpy()) for frame in (points, sites))
    return cdist(a, b) <= within


def _beside(name: str, near: np.ndarray, kind: str) -> list[Any]:
    near = near[near.any(axis=1)]
    with Peak() as own_peak:
        began = process_time()
        instance = instance_from_sets([np.flatnonzero(column) for column in near.T], rows=len(near))
        question = SitingQuestion() if kind == "lscp" else SitingQuestion("most", count=20)
        own = solve_siting(instance, question, time_limit=120)
        own_s = process_time() - began
    with Peak() as peak:
        began = process_time()
        value = _spopt(near, kind) if is_installed("spopt") and is_installed("highspy") else "–"
        peer_s = process_time() - began
    proof = f"{own.value:,.0f}, " + ("proved" if own.proved else f"gap {own.gap:.2%}")
    if value == "–":
        return [name, own_s, "–", "–", proof, "–", own_peak.grown, "–"]
    told = "did not end in 600 s" if value is None else value
    return [name, own_s, peer_s, own_s / peer_s, proof, told, own_peak.grown, peak.grown]


def _spopt(near: np.ndarray, kind: str) -> float | None:
    import pulp  # pyright: ignore[reportMissingImports]  # rivals, installed by whom they interest
    from spopt.locate import LSCP, MCLP  # pyright: ignore[reportMissingImports]

    cost = np.where(near, 0.0, 2.0)
    solver = pulp.HiGHS(msg=False, timeLimit=600)
    if kind == "lscp":
        model = LSCP.from_cost_matrix(cost, service_radius=1.0)
    else:
        model = MCLP.from_cost_matrix(cost, np.ones(len(near)), service_radius=1.0, p_facilities=20)
    model = model.solve(solver)
    return float(model.problem.objective.value()) if model.problem.sol_status == 1 else None


def _gap_of_points() -> str:
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

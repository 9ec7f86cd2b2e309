"""Coverage against a plain networkx answer on random towns; homes against brute force."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from laws import examples
from network.oracle import ReferenceNetwork, frames
from network.strategies import leg, parcel, sites, spot, streets, walk, walls
from shapely import LineString, Point, box
from towns import frame

from urbanplan.network import compute_coverage, road_network
from urbanplan.network.walk.coverage import CoverageOptions
from urbanplan.network.walk.people import People


@settings(max_examples=examples(60))
@given(streets, sites, walk, leg)
def test_covered_metres(engine: str, lines: list, spots: list, within: float, limit: float) -> None:
    roads, places = frames(lines, spots)
    found = compute_coverage(
        road_network(roads, noding="endpoints"),
        sites=places,
        within=within,
        leg=limit,
        extras=CoverageOptions(engine=engine),
    )
    expected = ReferenceNetwork(lines, spots, within=within, leg=limit)
    assert found.covered_m == pytest.approx(expected.covered(), rel=1e-9, abs=1e-5)
    assert found.certificate is not None
    assert found.certificate.ok, found.certificate.failures


@settings(max_examples=examples(60))
@given(streets, sites, walk, leg)
def test_gaps_and_farthest_points(engine: str, lines: list, spots: list, within: float, limit: float) -> None:
    roads, places = frames(lines, spots)
    found = compute_coverage(
        road_network(roads, noding="endpoints"),
        sites=places,
        within=within,
        leg=limit,
        extras=CoverageOptions(engine=engine),
    )
    plain = ReferenceNetwork(lines, spots, within=within, leg=limit)
    assert found.gaps is not None
    for gap in found.gaps.itertuples():
        inside = [plain.distance(gap.street, t) for t in np.linspace(gap.begin_m, gap.end_m, 25)]
        if np.isfinite(inside).all():
            assert gap.distance_m == pytest.approx(max(inside), abs=(gap.end_m - gap.begin_m) / 24 + 1e-6)
            assert gap.distance_m >= max(inside) - 1e-6
            assert min(inside[1:-1]) > within - 1e-6
        else:
            assert np.isnan(gap.distance_m)
            assert gap.nearest is None


@settings(max_examples=examples(60))
@given(streets, sites, walk, leg, spot)
def test_home(engine: str, lines: list, spots: list, within: float, limit: float, home: tuple) -> None:
    roads, places = frames(lines, spots)
    people = People("counted", points=np.array([home]), count=np.array([1.0]))
    extras = CoverageOptions(engine=engine)
    found = compute_coverage(
        road_network(roads, noding="endpoints"), sites=places, within=within, leg=limit, residents=people, extras=extras
    )
    served = found.served[0][0]
    plain = ReferenceNetwork(lines, spots, within=within, leg=limit)
    least, step = np.inf, 0.0
    for i, ends in enumerate(lines):
        start, end = np.array(ends[0]), np.array(ends[1])
        comb = np.linspace(0, float(np.hypot(*(end - start))), 200)
        step = max(step, 2 * comb[1])
        for t, share in zip(comb, np.linspace(0, 1, 200), strict=True):
            way = float(np.hypot(*(start + (end - start) * share - home)))
            if way <= min(limit, within):
                least = min(least, way + plain.distance(i, t))
    if served.home[0] < np.inf:
        assert served.home[0] <= least + 1e-6
        assert least == np.inf or served.home[0] >= least - step - 1e-6
    else:
        assert least > within - 1e-6


@settings(max_examples=examples(60))
@given(streets, sites, st.lists(parcel, max_size=2), walk, leg, walls, sites)
def test_parks_barriers_and_homes_pass_the_witness(
    engine: str, lines: list, spots: list, parcels: list, within: float, limit: float, barriers: list, living: list
) -> None:
    roads, _ = frames(lines, spots)
    put = frame([Point(p) for p in spots] + [box(x, y, x + w, y + h) for (x, y), w, h in parcels])
    people = People("counted", points=np.array(living).reshape(-1, 2), count=np.ones(len(living)))
    shut = frame([LineString(ends) for ends in barriers]) if barriers else None
    extras = CoverageOptions(engine=engine)
    found = compute_coverage(
        road_network(roads, noding="endpoints"),
        sites=put,
        within=within,
        leg=limit,
        barriers=shut,
        residents=people,
        extras=extras,
    )
    free = compute_coverage(
        road_network(roads, noding="endpoints"), sites=put, within=within, leg=limit, residents=people, extras=extras
    )
    for run in (found, free):
        assert run.certificate is not None
        assert run.certificate.ok, run.certificate.failures
        assert run.covered_m <= run.covered_high_m + 1e-6
    assert found.covered_m <= free.covered_m + 1e-6
    assert found.residents is not None
    assert free.residents is not None
    assert found.residents.covered <= free.residents.covered

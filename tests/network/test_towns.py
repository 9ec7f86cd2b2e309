"""Coverage of towns whose answer is known in closed form."""

from __future__ import annotations

import pytest
from towns import TOWNS, Town, frame

from urbanplan.network import compute_coverage, road_network
from urbanplan.network.walk.coverage import CoverageOptions


@pytest.mark.parametrize("town", TOWNS, ids=lambda town: town.name)
def test_town(town: Town, engine: str) -> None:
    network = road_network(frame(town.streets))
    walls = frame(town.barriers) if town.barriers else None
    found = compute_coverage(
        network,
        sites=frame(town.sites),
        within=town.within,
        leg=town.leg,
        barriers=walls,
        extras=CoverageOptions(engine=engine),
    )
    high = town.low if town.high is None else town.high
    assert found.total_m == pytest.approx(town.total, rel=1e-9)
    # a gate of 0.2 mm lets 1e-4-wide light through: the closed form leaves it out
    slack = 1e-3 if "gate" in town.name and "wall with" in town.name else 1e-6
    assert found.covered_m == pytest.approx(town.low, rel=1e-9, abs=slack)
    assert found.covered_high_m == pytest.approx(high, rel=1e-9, abs=slack)
    assert found.certificate is not None
    assert found.certificate.ok, found.certificate.failures
    assert found.gaps is not None
    assert found.gaps.length_m.sum() == pytest.approx(town.total - found.covered_m, abs=1e-6)
    if town.gaps is not None:
        assert len(found.gaps) == town.gaps

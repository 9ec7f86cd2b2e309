"""Fixtures of the tests of the network."""

from __future__ import annotations

import pytest


@pytest.fixture(scope="session", params=["scipy", "numba"])
def engine(request: pytest.FixtureRequest) -> str:
    """Each engine in turn: what holds of coverage holds on both (of the session, as hypothesis asks)."""
    pytest.importorskip(request.param)
    return request.param

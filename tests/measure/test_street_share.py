"""The share of covered street metres at its limits, by what is unknown of streets, sites and barriers."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from urbanplan.measure.coverage_reading import coverage_reading, share_of, street_share

KNOWN = {
    "undrawn_streets": False, "no_street": False, "undrawn_barriers": False, "undrawn_sites": False, "certain_streets": True,
}  # fmt: skip


def share(covered: float, sure: float, high: float, total: float, **more: bool) -> Any:
    town: Any = SimpleNamespace(**KNOWN | more)
    return street_share(town, covered, sure, high, total)


@pytest.mark.parametrize(
    ("more", "wanted"),
    [
        ({}, (0.25, 0.5)),
        ({"undrawn_streets": True}, (0.0, 1.0)),
        ({"no_street": True}, (0.0, 0.5)),
        ({"undrawn_barriers": True}, (0.0, 0.5)),
        ({"undrawn_sites": True}, (0.25, 1.0)),
        ({"undrawn_sites": True, "undrawn_barriers": True}, (0.0, 1.0)),
        ({"certain_streets": False}, (0.25, 50 / 80)),
        ({"certain_streets": False, "undrawn_barriers": True}, (0.0, 50 / 80)),
    ],
)
def test_what_is_unknown_widens_the_share(more: dict[str, bool], wanted: tuple[float, float]) -> None:
    assert share(25, 80, 50, 100, **more) == pytest.approx(wanted)


def test_the_ends_of_the_share() -> None:
    assert share(0, 0, 0, 0) is None
    assert share(0.25, 0.5, 0.25, 0.5) == (0.5, 0.5), "half a metre of street is a street"
    assert share(50, 100, 40, 100) == (0.5, 0.5), "the high end is no lower than the low one"
    assert share(50, 40, 60, 100, certain_streets=False) == (0.5, 1.0)
    assert share(0, 0, 0, 100, certain_streets=False) == (0.0, 0.0)
    assert (share_of(1, 0), share_of(0, 1), share_of(1, 4), share_of(1, 0.5)) == (None, 0.0, 0.25, 2.0)


@pytest.mark.parametrize(
    ("more", "wanted"),
    [
        ({}, (0.25, 0.5)), ({"undrawn_streets": True}, (0.0, 1.0)), ({"undrawn_sites": True}, (0.25, 1.0)),
        ({"undrawn_barriers": True}, (0.0, 0.5)), ({"no_street": True}, (0.0, 0.5)),
    ],
)  # fmt: skip
def test_a_reading_of_streets(more: dict[str, bool], wanted: tuple[float, float]) -> None:
    town: Any = SimpleNamespace(**KNOWN | more)
    strict: Any = SimpleNamespace(covered_m=25, total_m=80, residents=None)
    loose: Any = SimpleNamespace(covered_high_m=50, total_m=100, residents=None)
    params: Any = SimpleNamespace(reading="streets")
    found = coverage_reading(params, town, strict, loose)
    assert found is not None
    assert (found.low, found.high, found.unit) == (*wanted, "share")


def test_without_people_or_streets_there_is_no_share() -> None:
    town: Any = SimpleNamespace(**KNOWN, districts=None)
    nothing: Any = SimpleNamespace(covered_m=0, covered_high_m=0, total_m=0, residents=None)
    for reading in ("streets", "residents", "subdistricts"):
        params: Any = SimpleNamespace(reading=reading)
        assert coverage_reading(params, town, nothing, nothing) is None

"""Every field of an answer on roads where none is there, or none is drawn."""

from __future__ import annotations

import pytest
from measure.closed_form_layers import layer, measure_declared, square

from urbanplan.model.reading import Bound, Reading

AT_MOST_ONE = Bound(comparator="<=", number=1, unit="count")


@pytest.mark.parametrize(
    ("kinds", "low", "high"), [(["x", "x"], 1, 2), (["x", None], 1, 2), ([None, None], 0, 2), (["x", "y"], 1, 1)]
)
def test_roads_of_which_none_is_drawn_may_hang_together_or_not(kinds: list[str | None], low: int, high: int) -> None:
    roads = layer([None, None], called="roads", kind=kinds)
    found = measure_declared({"kind": "connected", "of": {"layer": "roads", "where": "kind = 'x'"}}, roads)
    assert found.reading == Reading(low=low, high=high, unit="count")
    assert found.implied == AT_MOST_ONE
    assert found.reason == f"{high} roads of roads are not drawn"
    assert found.settled_by == "the lines of the roads that are not drawn"


@pytest.mark.parametrize("kind", ["connected", "dead_ends"])
def test_without_a_road_nothing_is_measured(kind: str) -> None:
    roads = layer([square(0)], called="roads", kind=["x"])
    found = measure_declared({"kind": kind, "of": {"layer": "roads", "where": "kind = 'y'"}}, roads)
    assert (found.reading, found.implied, found.known) == (None, None, None)
    assert (found.reason, found.settled_by) == ("layer roads has no road that could be joined", "features of roads")

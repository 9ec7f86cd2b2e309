"""A feature without a name may be the one that is looked for, and is no evidence of it."""

from __future__ import annotations

from typing import Any

import pytest
from measure.closed_form_layers import layer, measure_declared, square


@pytest.mark.parametrize(
    ("names", "asked", "ends"),
    [
        (["a", None], "a", (1, 2)),
        ([None, None], "a", (0, 2)),
        (["b", None], "a", (0, 1)),
        (["b", "c"], "a", (0, 0)),
        (["a", "a"], "a", (2, 2)),
        (["a", "b", None], ["a", "b"], (2, 2)),
        (["a", None, None], ["a", "b"], (1, 2)),
    ],
)
def test_how_many_features_bear_a_name(names: list[str | None], asked: Any, ends: tuple[int, int]) -> None:
    sites = layer([square(n) for n in range(len(names))], name=names)
    found = measure_declared({"kind": "exists", "of": "sites", "name": asked, "name_field": "name"}, sites)
    assert found.reading is not None
    assert (found.reading.low, found.reading.high) == ends
    assert found.implied is not None
    assert found.implied.number == (1 if asked == "a" else 2)

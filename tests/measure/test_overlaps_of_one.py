"""What may overlap where little is there, or little is drawn."""

from __future__ import annotations

from typing import Any

import pytest
from measure.closed_form_layers import layer, reading_ends, square


@pytest.mark.parametrize(
    ("shapes", "others", "ends"),
    [
        ([square(0)], None, (0, 0)),
        ([None], None, (0, 0)),
        ([None, square(0)], None, (0, 2)),
        ([None, None], None, (0, 2)),
        ([square(0), square(1)], None, (0, 0)),
        ([square(0), square(0)], None, (2, 2)),
        ([square(0), None], [], (0, 0)),
        ([square(0), None], [square(5)], (0, 1)),
        ([square(0), None], [square(0)], (1, 2)),
        ([square(0), square(1)], [None], (0, 2)),
    ],
)
def test_what_may_overlap(shapes: list[Any], others: list[Any] | None, ends: tuple[int, int]) -> None:
    declared = {"kind": "disjoint", "of": "sites"} | ({} if others is None else {"from": "areas"})
    assert reading_ends(declared, layer(shapes), layer(others or [square(9)][:0], called="areas")) == ends

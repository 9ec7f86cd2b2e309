"""Functions of a filter that change the case of letters."""

from __future__ import annotations

import pandas as pd
import pytest

from urbanplan.layer.filter import evaluate_filter

NAMES = ["Park", "PARK", "park", "Straße", None]


@pytest.mark.parametrize(
    ("where", "wanted"),
    [
        ("lower(name) = 'park'", [True, True, True, False, None]),
        ("lower(name) = 'Park'", [False, False, False, False, None]),
        ("lower(name) = 'straße'", [False, False, False, True, None]),
        ("lower(name) = 'strasse'", [False, False, False, False, None]),
        ("upper(name) = 'PARK'", [True, True, True, False, None]),
        ("upper(name) = 'STRASSE'", [False, False, False, True, None]),
        ("CASEI(name) = CASEI('PARK')", [True, True, True, False, None]),
        ("CASEI(name) = CASEI('STRASSE')", [False, False, False, True, None]),
        ("lower(name) = lower('PARK')", [True, True, True, False, None]),
        ("upper(name) = upper('park')", [True, True, True, False, None]),
        ("upper('park') = 'PARK'", [True] * 5),
        ("lower('PARK') = 'park'", [True] * 5),
        ("lower(name) IN ('park', 'x')", [True, True, True, False, None]),
        ("name = 'park'", [False, False, True, False, None]),
    ],
)
def test_case(where: str, wanted: list[bool | None]) -> None:
    found = evaluate_filter(pd.DataFrame({"name": NAMES}), where)
    assert [None if one is pd.NA else bool(one) for one in found] == wanted

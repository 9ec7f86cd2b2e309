"""What a measure is told of the plan, and numbers that no parameter may be."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from urbanplan.errors import MeasureError
from urbanplan.measure.catalog import validate_parameters
from urbanplan.measure.measured import build_context
from urbanplan.model.plan import Plan


def test_the_context_of_a_plan() -> None:
    district = {
        "name": "D",
        "crs": "EPSG:4547",
        "boundary": "rim",
        "subdistricts": "parts",
        "subdistrict_name": "label",
    }
    head = {"id": "p", "title": "P", "as_of": datetime.date(2025, 12, 31), "area": "ellipsoid"}
    found = build_context(Plan.model_validate({**head, "district": district}), where="plan.toml:3", target="T")
    assert (found.crs, found.area, found.as_of) == ("EPSG:4547", "ellipsoid", datetime.date(2025, 12, 31))
    assert (found.boundary, found.subdistricts, found.subdistrict_name) == ("rim", "parts", "label")
    assert (found.where, found.target, found.memory, found.noticed) == ("plan.toml:3", "T", {}, [])


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -1.0])
@pytest.mark.parametrize(
    ("declared", "key"),
    [
        ({"kind": "near", "of": "a", "to": "b"}, "metres"),
        ({"kind": "within", "of": "a", "inside": "b"}, "tolerance_m"),
        ({"kind": "disjoint", "of": "a"}, "tolerance"),
        ({"kind": "dead_ends", "of": "a"}, "tolerance"),
    ],
)
def test_no_parameter_is_unbounded_or_below_zero(declared: dict[str, Any], key: str, value: float) -> None:
    with pytest.raises(MeasureError, match=f"parameter '{key}' of measure"):
        validate_parameters({**declared, key: value})

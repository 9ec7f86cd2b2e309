"""What each measure measures, and which units a bound on it may have."""

from __future__ import annotations

from typing import Any

import pytest

from urbanplan.errors import MeasureError
from urbanplan.measure.catalog import (
    MEASURES,
    measure_function,
    measured_dimension,
    parameter_model,
    validate_parameters,
)
from urbanplan.model.layertype import FieldSpec, LayerType
from urbanplan.model.plan import Target
from urbanplan.model.reading import Bound
from urbanplan.verdict.unit_check import check_units

TYPES = {
    "lots": LayerType(name="lots", title={}, geometry="polygon", fields={"n": FieldSpec(type="number", unit="人")}),
}
WALK = {"kind": "coverage", "streets": "roads", "sites": "lots", "within": 300}
POND = {"kind": "ponding", "of": "lots", "elevation": "ground", "rain_mm": 50, "error_m": 0.1}
DECLARED: list[tuple[dict[str, Any], str | None]] = [
    ({"kind": "count", "of": "lots"}, "count"),
    ({"kind": "area", "of": "lots"}, "area"),
    ({"kind": "length", "of": "lots"}, "length"),
    ({"kind": "sum", "of": "lots", "field": "n", "unit": "万元"}, "money"),
    ({"kind": "sum", "of": "lots", "field": "n"}, "people"),
    ({"kind": "share", "of": "lots", "that": "n > 1"}, "share"),
    ({"kind": "ratio", "of": "lots", "part": "n", "whole": "n"}, "share"),
    ({"kind": "exists", "of": "lots"}, "count"),
    ({"kind": "within", "of": "lots", "inside": "lots"}, "share"),
    ({"kind": "near", "of": "lots", "to": "lots", "metres": 5}, "share"),
    ({"kind": "disjoint", "of": "lots"}, "count"),
    ({"kind": "connected", "of": "lots"}, "count"),
    ({"kind": "dead_ends", "of": "lots"}, "count"),
    ({**WALK, "reading": "streets"}, "share"),
    ({**WALK, "residents": "lots"}, "share"),
    ({**WALK, "residents": "lots", "reading": "subdistricts"}, "count"),
    ({**POND, "reading": "share"}, "share"),
    ({"kind": "reported"}, None),
]
FITTING = {"count": "个", "area": "亩", "length": "km", "money": "元", "people": "人", "share": "%"}


def test_the_dimension_of_each_measure_and_the_units_of_its_bound() -> None:
    for declared, dimension in DECLARED:  # one test, so that whoever asks one row asks all
        check_row(declared, dimension)


def check_row(declared: dict[str, Any], dimension: str | None) -> None:
    params = validate_parameters(declared)
    assert measured_dimension(params, TYPES) == dimension
    assert callable(measure_function(params.kind))
    assert isinstance(params, parameter_model(params.kind))
    for unit in FITTING.values():
        target = Target(id="T", bound=Bound(comparator=">=", number=1, unit=unit))
        alike = (
            dimension is None or unit == FITTING[dimension] or {dimension, unit} in ({"count", "人"}, {"people", "个"})
        )
        if alike:
            check_units(target, params, TYPES, None)
        else:
            with pytest.raises(MeasureError, match="the bound is in"):
                check_units(target, params, TYPES, None)


def test_every_measure_is_asked() -> None:
    assert {declared["kind"] for declared, _ in DECLARED} == set(MEASURES)

"""Types of layers: what a type file may not say, and the order of a breakdown's keys."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from urbanplan.model.layertype import DeclaredFigure, FieldSpec, LayerType


@pytest.mark.parametrize(
    ("spec", "told"),
    [
        ({"minimum": 2, "maximum": 1}, "the minimum is above the maximum"),
        ({"unit": "furlong"}, "furlong"),
        ({"codes": "no-such-list"}, "there is no list of codes 'no-such-list'"),
        ({"codes": "no_such_list"}, "there is no list of codes 'no_such_list'"),
        ({"codes": "../codes/x"}, "there is no list of codes"),
        ({"maximum": float("inf")}, "finite"),
    ],
)
def test_a_field_that_cannot_be(spec: dict[str, Any], told: str) -> None:
    with pytest.raises(ValidationError, match=told):
        FieldSpec.model_validate(spec)


def test_a_field_that_can_be() -> None:
    assert FieldSpec(minimum=1, maximum=1).minimum == 1
    assert FieldSpec(codes=["a"]).codes == ["a"]
    assert FieldSpec(unit="亩").unit == "亩"


def test_a_declared_figure_is_in_a_unit_of_what_it_declares() -> None:
    assert DeclaredFigure(field="a", of="area", unit="亩").tolerance == 0
    with pytest.raises(ValidationError, match="km is no unit of area"):
        DeclaredFigure(field="a", of="area", unit="km")


@pytest.mark.parametrize("name", ["geometry", "__id__"])
def test_names_that_no_field_can_have(name: str) -> None:
    with pytest.raises(ValidationError, match="no field can have the name"):
        LayerType(name="t", title={}, geometry="any", fields={name: FieldSpec()})


def test_keys_stand_in_the_order_of_stages_or_codes_others_behind() -> None:
    fields = {"kind": FieldSpec(codes=["z", "m"]), "stage": FieldSpec(codes=["c"]), "day": FieldSpec(type="date")}
    kind = LayerType(name="t", title={}, geometry="any", stages=["plan", "open", "built"], fields=fields)
    assert kind.sort_values("stage", ["open", "built", "a", "plan", "open"]) == ["plan", "open", "built", "a"]
    assert kind.sort_values("kind", ["a", "m", "z", "b"]) == ["z", "m", "a", "b"]
    assert kind.sort_values("none", ["b", "a", "b"]) == ["a", "b"]
    assert kind.date_fields == {"day"}

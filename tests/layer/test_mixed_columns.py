"""What a column of objects holds for filters: the narrowest kind that all of its values are of."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest

from urbanplan.layer.filter import evaluate_filter
from urbanplan.layer.filter_values import to_nullable, value_kind

DAY, NOON = datetime.date(2025, 6, 1), datetime.datetime(2025, 6, 1, 12)


@pytest.mark.parametrize(
    ("values", "dtype", "kind"),
    [
        ([True, False, None], "boolean", "boolean"), ([np.True_, None], "boolean", "boolean"), ([True, 2], "Int64", "number"),
        ([1, None], "Int64", "number"), ([np.int64(1), 2], "Int64", "number"), ([2**63 - 1, -(2**63)], "Int64", "number"),
        ([2**63, 1], "object", "number"), ([-(2**63) - 1, 1], "object", "number"), ([1, 2.5], "Float64", "number"),
        ([np.float32(0.5), 1], "Float64", "number"), ([1, Decimal("2.5")], "object", "number"), ([1, "x"], "string", "text"),
        ([Decimal(1), "x"], "string", "text"), ([True, "x"], "string", "text"), ([DAY, "x"], "string", "text"),
        ([DAY, 1], "string", "text"), (["x", None], "string", "text"), ([NOON, None], "datetime64", "date"),
        ([DAY, NOON], "datetime64", "date"), ([DAY, None], "interval", "date"), ([None, None], "boolean", "any"),
    ],
)  # fmt: skip
def test_the_kind_of_objects(values: list[Any], dtype: str, kind: str) -> None:
    column = to_nullable(pd.Series(values, dtype=object))
    assert str(column.dtype).startswith(dtype)
    assert value_kind(column) == kind
    assert column.isna().tolist() == [one is None for one in values]


@pytest.mark.parametrize(
    ("values", "where", "wanted"),
    [
        ([DAY, "x", None], "d = 'x'", [False, True, None]),
        ([1, "x", None], "d = '1'", [True, False, None]),
        ([2**63, 1, None], "d > 9223372036854775807", [True, False, None]),
        ([Decimal("2.5"), 1, None], "d >= 2.5", [True, False, None]),
        ([DAY, None], "d < TIMESTAMP('2025-06-01T06:00:00Z')", [None, None]),
        ([NOON, None], "d > TIMESTAMP('2025-06-01T06:00:00Z')", [True, None]),
    ],
)
def test_a_filter_on_objects(values: list[Any], where: str, wanted: list[bool | None]) -> None:
    found = evaluate_filter(pd.DataFrame({"d": pd.Series(values, dtype=object)}), where)
    assert [None if one is pd.NA else bool(one) for one in found] == wanted

"""Which row of a layer a proposal is like: one that surely counts for most targets; none where none does."""

from __future__ import annotations

from typing import Any

import pytest
from measure.closed_form_layers import layer, square

from urbanplan.model.plan import Target
from urbanplan.verdict.proposed import counted_row

SITES = layer(
    [square(n) for n in range(4)],
    spaces=[1, 20, None, 30],
    kind=["x", "y", "y", "y"],
    stage=["open", "planned", "open", "open"],
)
MANY = {"layer": "sites", "where": "spaces > 10"}


@pytest.mark.parametrize(
    ("measures", "row"),
    [
        ([{"kind": "count", "of": MANY}], 1),
        ([{"kind": "count", "of": MANY}, {"kind": "area", "of": {"layer": "sites", "stage_at_least": "open"}}], 3),
        ([{"kind": "count", "of": {"layer": "sites", "where": "spaces > 99"}}], None),
        ([{"kind": "near", "of": "other", "to": {"layer": "sites", "where": "spaces > 99"}}], None),
        ([{"kind": "connected", "of": ["other", {"layer": "sites", "where": "kind = 'y'"}]}], 1),
        ([{"kind": "count", "of": "other"}], None),
        ([{"kind": "count", "of": "sites"}], 0),
        ([{"kind": "count", "of": {"layer": "sites", "stage_at_least": "no stage"}}], 0),
    ],
)
def test_the_row_that_counts_for_most(measures: list[dict[str, Any]], row: int | None) -> None:
    assert counted_row(SITES, [Target.model_validate({"id": "T", "measure": one}) for one in measures]) == row


def test_a_layer_without_rows_has_none() -> None:
    assert (
        counted_row(layer([]), [Target.model_validate({"id": "T", "measure": {"kind": "count", "of": "sites"}})])
        is None
    )

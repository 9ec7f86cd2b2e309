"""Which row of a layer a proposal is like: one that surely counts for most targets; none where none does."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import geopandas as gpd
import pytest
from measure.closed_form_layers import CRS, layer, square

from urbanplan.model.plan import Target
from urbanplan.verdict.proposed import add_proposed, counted_row

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


def test_proposed_rows_stand_behind_the_layer_with_what_they_say_and_what_one_like_them_has() -> None:
    proposed = gpd.GeoDataFrame(
        {"id": ["S-1", "NEW", None], "spaces": [5.0, 7.0, None], "name": [None, None, None], "colour": ["r", "g", "b"]},
        geometry=[square(7), square(8), square(9)],
        crs=CRS,
    )
    whole, filled = add_proposed(SITES, proposed, like=3)
    added = whole.frame.iloc[4:]
    assert added["id"].tolist() == ["NEW", "PROPOSED-3"]  # S-1 is there
    assert added["spaces"].fillna(-1).tolist() == [7, -1]
    assert added["kind"].tolist() == ["y", "y"]
    assert added["stage"].tolist() == ["open", "open"]
    assert added.geometry.tolist() == [square(8), square(9)]
    assert filled == ["name", "kind", "stage", "carriageway", "free", "opened"]
    assert (whole.basis, SITES.basis, len(SITES.frame), list(whole.frame.columns)) == (
        "illustrative", "surveyed", 4, list(SITES.frame.columns),
    )  # fmt: skip
    assert whole.frame.dtypes.astype(str).to_dict() == SITES.frame.dtypes.astype(str).to_dict()
    alone, none = add_proposed(SITES, proposed, like=None)
    assert none == []
    assert alone.frame["kind"].isna().tolist() == [False, False, False, False, True, True]
    assert len({whole.digest, alone.digest, SITES.digest}) == 3


def test_ids_of_a_proposal_are_those_of_the_type_else_of_id_else_numbers() -> None:
    bare = gpd.GeoDataFrame(geometry=[square(7), square(8)], crs=CRS)
    assert add_proposed(SITES, bare, like=None)[0].frame["id"].tolist()[4:] == ["PROPOSED-1", "PROPOSED-2"]
    named = bare.assign(code=["A", "B"], id=["C", "D"])
    coded = replace(
        SITES, frame=SITES.frame.rename(columns={"id": "code"}), type=SITES.type.model_copy(update={"id": "code"})
    )
    assert add_proposed(coded, named, like=None)[0].frame["code"].tolist()[4:] == ["A", "B"]
    assert add_proposed(coded, named.drop(columns="code"), like=None)[0].frame["code"].tolist()[4:] == ["C", "D"]

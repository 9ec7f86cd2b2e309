"""Names as they are shown: of a feature at its place, of layers in English, and of rows that a table leaves out."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
from shapely.geometry import Point

from urbanplan.model.display import MAX_ROWS, frame_rows, html_table
from urbanplan.model.layertype import FieldSpec, LayerType
from urbanplan.model.place import feature_place
from urbanplan.model.resources import resource_path
from urbanplan.model.style import map_kinds, read_map_definition
from urbanplan.model.titles import field_title, layer_title, use_titles
from urbanplan.model.translation import use_language

TYPES = {
    "lots": LayerType(
        name="lots", title={"zh": "地块", "en": "Plots of land"}, geometry="polygon",
        fields={"use": FieldSpec(title={"zh": "用途", "en": "Land use"})},
    ),
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "shown"),
    [(None, ""), (math.nan, ""), ("", ""), ("A-7", " A-7"), (0, " 0"), (False, " False"), ("x" * 60, " " + "x" * 60), ("x" * 61, " " + "x" * 60)],
)  # fmt: skip
def test_a_feature_is_named_where_it_has_a_name(name: Any, shown: str) -> None:
    assert feature_place("a.geojson", 3, name) == f"a.geojson feature 3{shown}"


@pytest.mark.parametrize(("language", "layer", "field"), [("en", "lots", "use"), ("zh", "地块", "用途")])
def test_english_shows_names_even_where_a_title_is_declared(language: str, layer: str, field: str) -> None:
    with use_language(language), use_titles(TYPES):
        assert (layer_title("lots"), field_title("lots", "use")) == (layer, field)


@pytest.mark.parametrize(("rows", "more"), [(0, None), (MAX_ROWS - 1, None), (MAX_ROWS, None), (MAX_ROWS + 1, "… 1")])
def test_a_table_says_how_many_rows_it_leaves_out(rows: int, more: str | None) -> None:
    page = html_table("t", [{"a": at} for at in range(rows)])
    assert page.count("<tr>") == min(rows, MAX_ROWS) + 1
    assert ("<p>" in page) is (more is not None)
    assert more is None or f"<p>{more}</p>" in page


def test_rows_of_a_frame_without_shapes_and_an_empty_one_for_each_further() -> None:
    frame = gpd.GeoDataFrame({"a": [1, 2, 3]}, geometry=[Point(0, 0)] * 3)
    assert frame_rows(frame, limit=2) == [{"a": 1}, {"a": 2}, {}]
    assert frame_rows(frame, limit=3) == frame_rows(frame, limit=9) == [{"a": 1}, {"a": 2}, {"a": 3}]


def test_every_kind_of_map_is_found_by_its_name_and_the_plans_own_first(tmp_path: Path) -> None:
    shipped = {kind: read_map_definition(kind) for kind in map_kinds()}
    assert shipped
    assert {kind for kind, found in shipped.items() if found is None or found.name != kind} == set()
    assert read_map_definition("no such kind") is None
    assert read_map_definition("../maps/x") is None
    kind = min(shipped)
    text = resource_path("maps", f"{kind}.toml").read_text(encoding="utf-8")
    (tmp_path / "maps").mkdir()
    (tmp_path / "maps" / "own.toml").write_text(text, encoding="utf-8")
    own = read_map_definition("own", beside=tmp_path)
    assert own is not None
    assert own.name == "own"
    assert map_kinds(beside=tmp_path) == sorted([*shipped, "own"])

"""Intake: columns by name, alias and title, a preview, the old layer kept and brought back, kinds of shapes."""

from __future__ import annotations

import errno
import json

import geopandas as gpd
import pytest
from analysis.desk_plan import CRS, X, Y, make_plan
from shapely import Point, box

from urbanplan.analysis.intake import add_layer
from urbanplan.analysis.layer_copies import undo_add
from urbanplan.errors import LayerError, UsageError
from urbanplan.exchange import read, write
from urbanplan.exchange.files.atomic import gone_on_failure
from urbanplan.layer.column_names import match_columns, rename_columns
from urbanplan.layer.kinds import find_layer_type


@pytest.fixture
def plan(tmp_path):
    return make_plan(tmp_path)


def squares(tmp_path, count, *, name="in.gpkg", **columns):
    """So many squares of 100 m with the columns of a bureau's table."""
    rows = {"地块编号": [f"P{n}" for n in range(count)], "地块名称": [f"地块{n}" for n in range(count)], **columns}
    shapes = [box(X + 200 * n, Y, X + 200 * n + 100, Y + 100) for n in range(count)]
    write(gpd.GeoDataFrame(rows, geometry=shapes, crs=CRS), tmp_path / name)
    return tmp_path / name


def texts(notes):
    return "\n".join(map(str, notes))


def test_columns_are_found_by_title_in_any_language_and_said(plan, tmp_path):
    columns = {
        "供应年度": [2025, 2024],
        "阶段": ["成交", "公告"],
        "Way of Supply ": ["出让", "出让"],
        "备注": ["甲", "乙"],
    }
    done = add_layer(plan, "parcels", squares(tmp_path, 2, **columns), dry_run=True)
    frame = done.layer.frame
    assert frame["supply_year"].tolist() == [2025, 2024]
    assert frame["stage"].tolist() == ["成交", "公告"]
    assert frame["supply_mode"].tolist() == ["出让", "出让"]
    said = texts(done.notes)
    assert "供应年度 → supply_year" in said
    assert "阶段 → stage" in said
    assert "stay as they are: 备注" in said
    assert "announced_mu (announced area)" in said
    assert "row 1: id=P0 · name=地块0" in said
    assert "row 2: id=P1" in said


def test_the_earlier_rule_wins_and_no_column_is_taken_twice():
    kind = find_layer_type("parcels")
    found = match_columns(["编号", "DKBH", "名称", "name", "ＦＡＲ"], kind)
    assert {(one.field, one.column, one.rule) for one in found} == {
        ("name", "name", "name"),
        ("id", "DKBH", "alias"),
        ("far", "ＦＡＲ", "name"),
    }


def test_a_column_given_by_hand_leaves_the_namesake_of_its_field():
    kind = find_layer_type("parcels")
    columns = ["id", "name", "街道名"]
    assert rename_columns(columns, match_columns(columns, kind, {"name": "街道名"})) == {
        "街道名": "name",
        "name": "name_2",
    }
    assert rename_columns(columns, match_columns(columns, kind, {"name": "absent"})) == {}


@pytest.mark.parametrize("ending", ["gpkg", "geojson", "shp"])
def test_add_says_what_it_replaced_and_undo_brings_it_back(tmp_path, ending):
    plan = make_plan(tmp_path, ending)
    home = tmp_path / "plan"
    path = home / f"parcels.{ending}"

    def add(count):
        return texts(add_layer(plan, "parcels", squares(tmp_path, count), allow_loss=True).notes)

    def version():
        kinds = json.loads((home / f"{path.name}.meta.json").read_text(encoding="utf-8"))["features"]
        return len(read(path).frame), kinds

    assert "--undo" not in add(3)
    assert f"replaced 3 features by 2; the old ones are kept as {path.name}.bak" in add(2)
    add(4)
    assert version() == (4, 4)
    undo_add(plan, "parcels")
    assert version() == (2, 2)
    undo_add(plan, "parcels")
    assert version() == (3, 3)
    with pytest.raises(UsageError, match="nothing says which version"):
        undo_add(plan, "parcels")
    assert version() == (3, 3)


def test_an_intake_that_fails_leaves_no_copy(plan, tmp_path, monkeypatch):
    def full(*_, **__):
        raise OSError(errno.ENOSPC, "No space left on device")

    add_layer(plan, "parcels", squares(tmp_path, 2))
    home = tmp_path / "plan"
    before = {path.name: path.read_bytes() for path in home.rglob("*") if path.is_file()}
    monkeypatch.setattr("urbanplan.exchange.write", full)
    with pytest.raises(OSError, match="No space"):
        add_layer(plan, "parcels", squares(tmp_path, 3))
    assert {path.name: path.read_bytes() for path in home.rglob("*") if path.is_file()} == before


def test_a_copy_stays_where_what_it_is_of_was_replaced(tmp_path):
    file, copy = tmp_path / "a.txt", tmp_path / "a.txt.bak"
    copy.write_text("old", encoding="utf-8")
    file.write_text("new", encoding="utf-8")
    with pytest.raises(KeyboardInterrupt), gone_on_failure({file: copy}):
        raise KeyboardInterrupt
    assert copy.read_text(encoding="utf-8") == "old"


def test_undo_refuses_a_copy_that_was_changed_or_lies_elsewhere(plan, tmp_path):
    for count in (2, 3):
        add_layer(plan, "parcels", squares(tmp_path, count))
    path = tmp_path / "plan" / "parcels.gpkg"
    path.with_name("parcels.gpkg.bak").write_bytes(b"other")
    with pytest.raises(UsageError, match="changed since"):
        undo_add(plan, "parcels")
    assert len(read(path).frame) == 3
    said = path.with_name("parcels.gpkg.meta.json")
    said.write_text(said.read_text("utf-8").replace('"parcels.gpkg.bak"', '"../in.gpkg"'), "utf-8")
    with pytest.raises(UsageError, match="nothing says which version"):
        undo_add(plan, "parcels")


def test_shapes_of_another_kind_are_refused_unless_allowed(plan, tmp_path):
    frame = gpd.GeoDataFrame({"id": ["A", "B"]}, geometry=[Point(X, Y), box(X, Y, X + 9, Y + 9)], crs=CRS)
    write(frame, tmp_path / "mixed.gpkg")
    with pytest.raises(LayerError, match="1 of 2 features are no polygons") as caught:
        add_layer(plan, "parcels", tmp_path / "mixed.gpkg")
    assert "--any-geometry" in caught.value.fix
    assert not (tmp_path / "plan" / "parcels.gpkg").exists()
    assert len(add_layer(plan, "parcels", tmp_path / "mixed.gpkg", any_geometry=True).layer.frame) == 2

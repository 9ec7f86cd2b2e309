"""What a person needs to know is one command away: types, units, measures, targets, layers."""

from __future__ import annotations

import json

import pytest

from urbanplan.analysis.listing import list_measures
from urbanplan.cli.app import run
from urbanplan.measure.catalog import MEASURES, validate_parameters
from urbanplan.model.reading import Bound

PLAN = """
schema_version = 1
id = "p"
title = "P"
as_of = 2025-12-31
[district]
name = "P"
crs = "EPSG:4547"
[[layer]]
name = "lots"
file = "lots.geojson"
type = "parking"
basis = "reported"
[[layer]]
name = "broken"
file = "broken.geojson"
type = "halls"
basis = "reported"
[[target]]
id = "T-1"
title = "停车场"
chapter = "一"
quote = "停车场"
bound = { comparator = ">=", number = 5, unit = "个" }
measure = { kind = "count", of = { layer = "lots" } }
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "plan.toml").write_text(PLAN, "utf-8")
    (tmp_path / "types").mkdir()
    (tmp_path / "types" / "halls.toml").write_text(
        'title = { zh = "场馆", en = "halls" }\ngeometry = "point"\n', "utf-8"
    )
    (tmp_path / "broken.geojson").write_text("{", "utf-8")
    return tmp_path


def rows(capsys, *words):
    assert run([*words, "--output", "json:-"]) == 0
    return json.loads(capsys.readouterr().out)


@pytest.mark.parametrize("words", [["types"], ["types", "parking"], ["units"], ["measures"], ["measures", "count"]])
def test_lists_need_no_plan(capsys, words):
    assert run(words) == 0
    assert len(capsys.readouterr().out.splitlines()) > 3


def test_types_have_fields_titles_and_units(capsys):
    found = {row["name"]: row for row in rows(capsys, "types")}
    height = next(field for field in found["parcels"]["fields"] if field["name"] == "height_m")
    assert (height["title"]["zh"], height["unit"], height["required"]) == ("限高", "m", False)


def test_a_plan_s_own_types_are_listed(capsys, folder):
    found = {row["name"]: row["own"] for row in rows(capsys, "types", "--plan", str(folder))}
    assert (found["halls"], found["parking"]) == (True, False)


def test_units_are_those_of_the_one_table(capsys):
    assert {"亩", "万元", "km"} & {name for row in rows(capsys, "units") for name in row["names"]} == {"亩", "km"}


@pytest.mark.parametrize("row", list_measures(), ids=lambda row: row["kind"])
def test_every_measure_has_an_example_that_a_plan_may_hold(row):
    assert validate_parameters(row["example"]["measure"]).kind == row["kind"]
    if "bound" in row["example"]:
        Bound(**row["example"]["bound"])


def test_every_measure_is_listed():
    assert [row["kind"] for row in list_measures()] == list(MEASURES)


def test_an_unknown_measure_names_the_near_ones(capsys):
    assert run(["measures", "cuont"]) == 2
    assert "count" in capsys.readouterr().err


def test_targets_of_a_plan(capsys, folder):
    assert [
        (row["id"], row["title"], row["number"], row["measure"]) for row in rows(capsys, "targets", str(folder))
    ] == [("T-1", "停车场", 5, "count")]


def test_layers_tell_their_state(capsys, folder):
    found = rows(capsys, "layers", "--plan", str(folder))
    assert [(row["name"], row["state"], row["targets"]) for row in found] == [
        ("lots", "absent", ["T-1"]),
        ("broken", "unreadable", []),
    ]


def test_an_unselected_pattern_sends_to_targets(folder, capsys):
    assert run(["check", str(folder), "--select", "ZZZZ"]) == 2
    assert "urbanplan targets" in capsys.readouterr().err

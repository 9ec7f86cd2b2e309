"""A new plan like another one, and a layer that is declared as it is added."""

from __future__ import annotations

import json

import pytest

from urbanplan.cli.app import run
from urbanplan.plan import read_plan

LOTS = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "properties": {
                "id": "p1",
                "name": "东站",
                "spaces": 300,
                "stage": "投用",
                "baseline": False,
                "linked": True,
            },
            "geometry": {"type": "Point", "coordinates": [113.55, 34.81]},
        }
    ],
}


@pytest.fixture
def plan(tmp_path):
    assert run(["new", str(tmp_path / "plan"), "--crs", "EPSG:4547"]) == 0
    (tmp_path / "lots.geojson").write_text(json.dumps(LOTS), "utf-8")
    return tmp_path / "plan"


def test_a_plan_like_another_has_its_targets_and_not_its_data(tmp_path, district):
    folder = tmp_path / "mine"
    assert run(["new", str(folder), "--like", str(district)]) == 0
    mine, other = read_plan(folder), read_plan(district)
    assert [one.id for one in mine.target] == [one.id for one in other.target]
    assert [one.name for one in mine.layer] == [one.name for one in other.layer]
    assert mine.district.crs == other.district.crs
    assert (mine.id, mine.title, mine.district.name, mine.reported) == ("mine", "mine", "mine", [])
    assert not list(folder.glob("*.geojson"))
    assert run(["check", str(folder), "--select", "SP-001", "--quiet"]) in (1, 3)


def test_an_undeclared_layer_shows_its_stanza(plan, tmp_path, capsys):
    assert run(["add", "parking", str(tmp_path / "lots.geojson"), "--plan", str(plan)]) == 2
    said = capsys.readouterr().err
    assert '[[layer]]\nname = "parking"\nfile = "parking.geojson"\ntype = "parking"' in said
    assert "--declare" in said
    assert read_plan(plan).layer_spec("parking") is None


def test_declare_writes_stanza_and_layer(plan, tmp_path):
    words = ["add", "parking", str(tmp_path / "lots.geojson"), "--plan", str(plan), "--declare"]
    assert run([*words, "--dry-run"]) == 0
    assert read_plan(plan).layer_spec("parking") is None
    assert run(words) == 0
    spec = read_plan(plan).layer_spec("parking")
    assert spec is not None
    assert (spec.type, spec.basis, spec.source) == ("parking", "reported", "lots.geojson")
    assert (plan / "parking.geojson").is_file()
    before = (plan / "plan.toml").read_text("utf-8")
    assert run(words) == 0
    assert (plan / "plan.toml").read_text("utf-8") == before


def test_a_layer_of_another_name_needs_its_type(plan, tmp_path, capsys):
    words = ["add", "lots", str(tmp_path / "lots.geojson"), "--plan", str(plan), "--declare"]
    assert run(words) == 2
    assert "--type" in capsys.readouterr().err
    assert run([*words, "--type", "parking"]) == 0
    assert run([*words[:1], "more", *words[2:], "--type", "parkin"]) == 2
    assert "parking" in capsys.readouterr().err


def test_a_file_that_cannot_be_read_declares_nothing(plan, tmp_path):
    before = (plan / "plan.toml").read_text("utf-8")
    (tmp_path / "bad.geojson").write_text("{", "utf-8")
    assert run(["add", "parking", str(tmp_path / "bad.geojson"), "--plan", str(plan), "--declare"]) == 2
    assert (plan / "plan.toml").read_text("utf-8") == before

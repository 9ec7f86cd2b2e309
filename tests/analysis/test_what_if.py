"""What a proposal would turn: by hand, from files of `site` and of the page; the plan's own verdicts stay."""

from __future__ import annotations

import json

import geopandas as gpd
import pytest
from plans.small_district import CRS, X, Y, frames
from plans.small_district import write as write_district
from shapely import Point

from urbanplan.analysis.check import check
from urbanplan.analysis.what_if import what_if
from urbanplan.cli.app import run
from urbanplan.errors import UsageError
from urbanplan.exchange import write


def far_home():
    """The small district with the fourth home's street end 500 m from a site that stands in the west alone."""
    layers = frames()
    layers["sites"] = layers["sites"].set_geometry([Point(X + 50, Y + 500)])  # homes at 350, 650, 750 and 900 m
    return layers


def proposed(*places, **columns):
    return gpd.GeoDataFrame(columns, geometry=[Point(X + x, Y + y) for x, y in places], crs=CRS)


@pytest.fixture(scope="module")
def plan(tmp_path_factory):
    return write_district(tmp_path_factory.mktemp("whatif"), far_home())


@pytest.fixture(scope="module")
def done(plan):
    return check(plan)


def test_the_share_within_the_walk_is_the_one_by_hand(done):
    circle = next(one for one in done.verdicts if one.target == "CIRCLE")
    assert (circle.status, circle.reading.low) == ("not_met", 25.0)
    found = what_if(done, proposed((500, 500), id=["N1"]))  # all homes within 450 m
    (turned,) = [row for row in found.turned if row["target"] == "CIRCLE"]
    assert (turned["before"]["status"], turned["after"]["status"]) == ("not_met", "met")
    assert turned["after"]["reading"]["low"] == 100.0
    assert found.layer == "sites"
    assert found.added == 1
    said = "\n".join(map(str, found.notes))
    assert "what the proposal does not say is taken from F1, which counts: name" in said
    assert "proposed, illustrative until decided: 1 features in the layer sites" in said
    half = what_if(done, proposed((900, 500)))  # the home at 700 m east alone
    (turned,) = [row for row in half.turned if row["target"] == "CIRCLE"]
    assert turned["after"]["status"] == "not_met"
    assert turned["after"]["reading"]["low"] == 50.0


def test_what_changes_nothing_turns_nothing_and_the_layer_stays(done):
    assert what_if(done, proposed((50, 500), id=["F1"])).turned == []  # it stands there already
    assert len(done.layers["sites"].frame) == 1
    assert done.layers["sites"].basis == "reported"


def test_the_layer_may_be_named(done):
    with pytest.raises(UsageError, match="no layer"):
        what_if(done, proposed((500, 500)), layer="parks")
    found = what_if(done, proposed((300, 500), residents=[40]), layer="homes")
    assert {row["target"] for row in found.turned} >= {"CIRCLE"}


def test_the_command_tells_what_would_turn_and_keeps_its_exit_code(plan, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    write(
        proposed((500, 500), id=["WHATIF-1"], name=["新址"], basis=["illustrative"]).to_crs("EPSG:4326"),
        tmp_path / "sites.geojson",
    )
    words = ["--lang", "en", "check", str(plan), "--with", "sites.geojson", "--output", "json:run.json"]
    assert run(words) == 1  # the plan's own verdicts
    told = json.loads((tmp_path / "run.json").read_text("utf-8"))
    assert {row["target"] for row in told["turned"]} >= {"CIRCLE"}
    assert told["with"] == {"layer": "sites", "added": 1, "remark": "proposed, illustrative until decided"}
    assert next(one for one in told["verdicts"] if one["target"] == "CIRCLE")["status"] == "not_met"
    out = capsys.readouterr().out
    assert "with the proposal (proposed, illustrative until decided)" in out
    assert run(["check", str(plan), "--with", "homes=nothing.geojson", "--quiet"]) == 2
    assert run(["check", str(plan), "--with", "sites.geojson", "--output", "json:sites.geojson"]) == 2


def test_sheets_call_proposed_sites_so_in_the_language_of_the_plan(plan, tmp_path):
    pytest.importorskip("typst")
    from pypdf import PdfReader

    from urbanplan.analysis.plans import open_plan
    from urbanplan.analysis.sheets import sheets

    for language, caption in (("zh", "1. LOT/2025-017（拟建）"), ("en", "1. LOT/2025-017 (proposed)")):
        spoken = open_plan(plan).model_copy(update={"language": language})
        made = sheets(spoken, tmp_path / language, of="circle", proposal=proposed((500, 500), id=["LOT/2025-017"]))
        words = "".join(page.extract_text() for file in made.files for page in PdfReader(file).pages)
        assert "".join(caption.split()) in "".join(words.split())


def test_a_proposal_that_is_not_there_is_a_slip_and_no_fault_of_ours(tmp_path):
    from urbanplan.analysis.what_if import _read_proposal
    from urbanplan.errors import UrbanplanError

    with pytest.raises(UrbanplanError, match=r"three\.gpkg"):
        _read_proposal(tmp_path / "three.gpkg", "EPSG:4547", [])

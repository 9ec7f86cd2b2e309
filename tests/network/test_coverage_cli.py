"""The coverage command on bare files, as the interface promises it."""

from __future__ import annotations

import gc
import json
from pathlib import Path

import geopandas as gpd
import pytest
import typer
from towns import CRS, ROAD, block, frame, line, spot

from urbanplan.cli.coverage import coverage
from urbanplan.cli.process import Ending, pause_garbage_collection
from urbanplan.errors import UrbanplanError


def run(*words: object) -> int:
    app = typer.Typer()
    app.command()(coverage)
    return app([str(word) for word in words], standalone_mode=False)


@pytest.fixture
def files(tmp_path: Path) -> Path:
    layers = {
        "streets": frame(ROAD),
        "sites": frame([spot(0, 30), spot(0, 400)]),
        "homes": frame([spot(100, 10), spot(900, 10), spot(0, 300)], residents=[40, 20, 3]),
        "walls": frame([line((-10, 10), (10, 10))]),
        "more": frame([spot(900, 0)]),
        "districts": frame([block(-6000, -50, 0, 50), block(0, -50, 6000, 50)]),
    }
    for name, layer in layers.items():
        (tmp_path / f"{name}.geojson").write_text(layer.to_crs(4326).to_json(), encoding="utf-8")
        layer.to_file(tmp_path / f"{name}.gpkg")
    return tmp_path


@pytest.mark.parametrize("ending", ["gpkg", "geojson"])
def test_json_keys_and_numbers(engine: str, files: Path, ending: str) -> None:
    out = files / "out.json"
    words = ["--streets", files / f"streets.{ending}", "--facilities", files / f"sites.{ending}", "--within", 600]
    words += ["--residents", files / f"homes.{ending}", "--engine", engine]
    assert run(*words, "--quiet", "--output", f"json:{out}") == 0
    told = json.loads(out.read_text(encoding="utf-8"))
    assert told["crs"] == CRS
    assert told["covered_m"] == pytest.approx(1180, abs=1e-3)
    assert told["covered_high_m"] == pytest.approx(told["covered_m"])
    assert told["share"] == told["covered_m"] / told["total_m"]
    assert told["residents"]["total"] == 63
    assert told["residents"]["covered"] == 40
    assert told["residents"]["share"] == pytest.approx(40 / 63)
    assert told["certificate"]["ok"] is True
    assert told["certificate"]["checked"] > 0
    assert [gap["residents"] for gap in told["gaps"]] == [20, 0]
    gap = told["gaps"][0]
    assert gap["geometry"]["type"] == "LineString"
    assert gap["geometry"]["coordinates"][0][0] > 400_000
    assert gap["distance_m"] == pytest.approx(5000 - 40 + 50, abs=1e-2)
    assert (gap["nearest"], gap["street"], gap["street_id"]) == ("f0", 0, "f0")
    assert {"read", "build", "search", "gaps"} <= set(told["timings"])
    assert told["settings"]["barriers"] == "none given"
    assert [note["code"] for note in told["findings"]] == ["network-site-unreached", "residents-home-unreached"]
    assert told["breakdown"] == []


def test_barriers_districts_band_what_if_and_all_formats(
    engine: str, files: Path, capsys: pytest.CaptureFixture
) -> None:
    outs = {name: files / f"out.{name}" for name in ("json", "csv", "gpkg", "geojson")}
    words = [
        "--streets",
        files / "streets.gpkg",
        "--facilities",
        files / "sites.gpkg",
        "--barriers",
        files / "walls.gpkg",
    ]
    words += ["--residents", files / "homes.gpkg", "--districts", files / "districts.gpkg", "--band", "--snap", 40]
    words += ["--add", files / "more.gpkg", "--drop", "f1", "-o", files / "map.html", "--engine", engine]
    for name, path in outs.items():
        words += ["--output", f"{name}:{path}"]
    assert run(*words) == 0
    assert "600" in capsys.readouterr().out
    told = json.loads(outs["json"].read_text(encoding="utf-8"))
    assert told["settings"]["leg_m"] == 40
    assert told["settings"]["barriers"] == 1
    assert [row["keys"]["sub_district"] for row in told["breakdown"]] == ["f0", "f1", None]  # a home lies outside
    assert {row["reading"] for row in told["readings"]} == {"network", "straight", "administrative", "catchment"}
    assert told["what_if"]["residents"]["gained"] == 20
    assert told["what_if"]["covered_m"]["change"] > 800
    page = (files / "map.html").read_text(encoding="utf-8")
    assert page.lstrip().lower().startswith("<!doctype html")
    assert len(json.loads(outs["geojson"].read_text(encoding="utf-8"))["features"]) == len(told["gaps"])
    assert set(gpd.list_layers(outs["gpkg"]).name) == {"gaps", "streets", "sites"}
    assert outs["csv"].read_text(encoding="utf-8-sig").startswith("length_m,residents,nearest")


@pytest.mark.parametrize(
    "words",
    [
        ["--streets", "streets.gpkg"],
        ["--streets", "nowhere.gpkg", "--facilities", "sites.gpkg"],
        ["--streets", "sites.gpkg", "--facilities", "sites.gpkg"],
        ["--streets", "streets.gpkg", "--facilities", "sites.gpkg", "--within", "-3"],
        ["--streets", "streets.gpkg", "--facilities", "sites.gpkg", "--crs", "EPSG:4326"],
        ["--streets", "streets.gpkg", "--facilities", "sites.gpkg", "--noding", "magic"],
        ["--streets", "streets.gpkg", "--facilities", "sites.gpkg", "--engine", "steam"],
        ["--streets", "streets.gpkg", "--facilities", "sites.gpkg", "--residents", "walls.gpkg"],
        ["--streets", "streets.gpkg", "--facilities", "sites.gpkg", "--drop", "nobody"],
        ["--plan", "nowhere.toml"],
    ],
    ids=lambda words: " ".join(words[-2:]),
)
def test_what_cannot_be_used_is_an_error_of_the_house(
    files: Path, words: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(files)
    with pytest.raises(UrbanplanError):
        run(*words, "--quiet", "--output", "json:out.json")
    assert not (files / "out.json").exists()


def test_the_first_plan(engine: str, district: Path, tmp_path: Path) -> None:
    if not (district / "plan.toml").is_file():
        pytest.skip("the first district's plan is absent")
    out = tmp_path / "out.json"
    assert run("--plan", district / "plan.toml", "--engine", engine, "--quiet", "--output", f"json:{out}") == 0
    told = json.loads(out.read_text(encoding="utf-8"))
    assert told["certificate"]["ok"] is True
    assert 0 < told["covered_m"] <= told["covered_high_m"] < told["total_m"]
    assert sum(row["total_m"] for row in told["breakdown"] if "sub_district" in row["keys"]) == pytest.approx(
        told["total_m"]
    )
    assert told["settings"]["basis"]["streets"] == "illustrative"


@pytest.mark.parametrize("ends", [True, False])
def test_garbage_is_looked_for_after_a_command_where_the_process_goes_on(
    monkeypatch: pytest.MonkeyPatch, ends: bool
) -> None:
    was = gc.isenabled()
    gc.enable()
    monkeypatch.setattr(Ending, "left", [] if ends else None)
    try:
        with pause_garbage_collection():
            assert not gc.isenabled()
        assert gc.isenabled() != ends
        with pause_garbage_collection(), pytest.raises(ValueError, match="within"), pause_garbage_collection():
            raise ValueError("within")
        assert gc.isenabled() != ends
    finally:
        (gc.enable if was else gc.disable)()

"""``urbanplan network``: the JSON that users rely on, repaired copies that never touch the source, the district's plan."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import geopandas as gpd
import pyogrio
import pytest
import shapely

from urbanplan.cli.app import run

CRS = "EPSG:4547"
X, Y = 458_000.0, 3_853_000.0


def write(folder: Path, name: str = "roads.gpkg", crs: str = CRS) -> Path:
    """A ring with a missed end, a bridge to a cul-de-sac, and a second carriageway; some of it open."""
    lines = [
        [(0, 0), (200, 0)],
        [(200, 0), (200, 200)],
        [(200, 200), (0, 200)],
        [(0, 200), (0, 3)],  # 3 m short
        [(200, 0), (300, 0)],
        [(300, 0), (400, 0)],
    ]
    shapes = [shapely.LineString([(X + x, Y + y) for x, y in line]) for line in lines]
    data = {
        "id": [f"R{k}" for k in range(6)],
        "road": ["A", "A", "A", "A", "B", "B"],
        "stage": ["通车", "通车", "在建", "在建", "通车", "通车"],
        "opened": ["2025-05-01", "2025-06-01", None, None, "2024-01-01", None],
    }
    path = folder / name
    frame = gpd.GeoDataFrame(data, geometry=shapes, crs=CRS).to_crs(crs)
    if path.suffix == ".geojson":  # the gate shuts GDAL's driver of it in a process that has read a file
        path.write_text(frame.to_json(drop_id=True), encoding="utf-8")
    else:
        frame.to_file(path)
    return path


def answer(folder: Path, *words: str) -> dict[str, Any]:
    assert run(["network", *words, "--quiet", "--output", f"json:{folder / 'n.json'}"]) == 0
    return json.loads((folder / "n.json").read_text(encoding="utf-8"))


def test_the_json(tmp_path: Path) -> None:
    told = answer(tmp_path, "--roads", str(write(tmp_path)), "--since", "2025-01-01", "--until", "2025-12-31")
    assert (told["nodes"], told["edges"], told["components"]) == (7, 6, {"low": 1, "high": 1})
    assert told["length_m"] == pytest.approx(997)
    assert told["crs"] == CRS
    (hit,) = told["findings"]
    assert (hit["code"], hit["feature"], hit["level"]) == ("network-undershoot", "R3", "warn")
    assert hit["geometry"]["type"] == "LineString"
    assert shapely.geometry.shape(hit["geometry"]).distance(shapely.Point(X, Y + 1.5)) < 1e-6
    assert told["mileage"]["opened_low_m"] == pytest.approx(400)
    assert told["mileage"]["opened_high_m"] == pytest.approx(500)  # nobody knows when R5 was opened
    assert [row["segment"] for row in told["mileage"]["behind"]] == ["R0", "R1", "R5"]
    assert told["settings"]["noding"] == "auto"
    assert told["settings"]["near_m"] == 5
    assert {"build", "topology", "critical", "mileage"} <= set(told["timings"])


def test_the_repaired_copy_is_clean_and_the_source_untouched(tmp_path: Path) -> None:
    for name, crs in (("roads.gpkg", CRS), ("roads.geojson", "EPSG:4326")):
        source = write(tmp_path, name, crs)
        before = source.read_bytes()
        out = tmp_path / f"mended{source.suffix}"
        told = answer(tmp_path, "--roads", str(source), "--repair", "-o", str(out), "--crs", CRS)
        assert source.read_bytes() == before
        assert told["repair"]["done"] == {"undershoot": 1}
        rows = list(csv.DictReader(io.StringIO((tmp_path / "mended.log.csv").read_text(encoding="utf-8-sig"))))
        assert [(row["code"], row["feature"], row["done"]) for row in rows] == [("network-undershoot", "R3", "extend")]
        again = answer(tmp_path, "--roads", str(out), "--crs", CRS)
        assert again["findings"] == []
        assert again["length_m"] == pytest.approx(1000, abs=0.05)
        assert again["nodes"] == 6


def test_other_outputs(tmp_path: Path) -> None:
    source = write(tmp_path)
    words = [part for kind in ("csv", "gpkg") for part in ("--output", f"{kind}:{tmp_path / 'o'}.{kind}")]
    assert run(["network", "--roads", str(source), *words, "--quiet"]) == 0
    (row,) = csv.DictReader(io.StringIO((tmp_path / "o.csv").read_text(encoding="utf-8-sig")))
    assert float(row["x"]) == pytest.approx(X)
    names = {name for name, _ in pyogrio.list_layers(tmp_path / "o.gpkg")}
    assert {"findings_lines", "critical_streets", "critical_junctions"} <= names


def test_the_map_is_one_file(tmp_path: Path) -> None:
    page = tmp_path / "n.html"
    assert run(["--lang", "en", "network", "--roads", str(write(tmp_path)), "--quiet", "--map", str(page)]) == 0
    text = page.read_text(encoding="utf-8")
    assert "Street network" in text
    assert "network-undershoot" in text
    assert 'src="http' not in text


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_table_for_people(tmp_path: Path, lang: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--lang", lang, "network", "--roads", str(write(tmp_path))]) == 0
    shown = capsys.readouterr().out
    assert {"en": "connected parts", "zh": "连通分量"}[lang] in shown
    assert "network-undershoot" in shown


def test_words_that_cannot_be_used(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = str(write(tmp_path))
    for words in (
        ["--roads", source, "--repair"],
        ["--roads", source, "-o", str(tmp_path / "x.gpkg")],
        ["--roads", source, "--repair", "-o", source],
        ["--roads", source, "--repair", "-o", str(tmp_path / "x.gpkg"), "--leave", "nothing"],
        ["--roads", source, "--near", "-1"],
        ["--roads", source, "--noding", "none"],
        ["--roads", source, "--since", "yesterday"],
        ["--homes", source],
        ["--roads", str(tmp_path / "absent.gpkg")],
    ):
        assert run(["network", *words]) == 2, words
        assert "Traceback" not in capsys.readouterr().err
    assert not (tmp_path / "x.gpkg").exists()


def test_the_first_district(district: Path, tmp_path: Path) -> None:
    told = answer(tmp_path, "--plan", str(district))
    assert len(told["projects"]["ranking"]) == 32
    assert sum(row["residents"] for row in told["projects"]["in_order"]) == pytest.approx(
        told["projects"]["after"]["residents"] - told["projects"]["before"]["residents"]
    )
    behind = told["mileage"]["behind"]
    assert sum(row["low_m"] for row in behind) == pytest.approx(told["mileage"]["opened_low_m"])
    assert told["topology"]["duplicate"] == 1
    assert told["topology"]["overshoot"] == 2
    assert told["topology"]["undershoot"] >= 5
    assert set(told["settings"]["basis"].values()) == {"illustrative"}
    assert told["parking"]["new_spaces"][0] <= told["parking"]["new_spaces"][1]
    assert told["access"]["parcels"]["places"] == 22
    assert all(claim["declared"] for claim in told["mileage"]["claims"])
    assert told["mileage"]["claims"]

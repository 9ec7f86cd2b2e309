"""Drawings on the command line and in plans: choices, labels to a verdict, layers, DWG through a converter."""

from __future__ import annotations

import json
import os
import stat
import sys

import pytest
from exchange.real_files import ValidFile, write_plan
from exchange.sample_frames import E, N

from urbanplan.cli.app import run
from urbanplan.errors import ExchangeError
from urbanplan.exchange import read

ezdxf = pytest.importorskip("ezdxf")
TARGET = """[[target]]
id = "T-1"
title = "地块宗数"
quote = "22宗"
source = "s"
bound = { comparator = "=", number = 22, unit = "宗" }
measure = { kind = "count", of = "layer" }
[[source]]
id = "s"
title = "s"
"""


@pytest.fixture(scope="module")
def drawing(tmp_path_factory):
    """22 outlines with 22 labels on one layer, a frame and a dimension's leader on others, one of them frozen."""
    made = ezdxf.new("R2010", units=6)
    made.layers.add("图框").freeze()
    space = made.modelspace()
    for at in range(22):
        x, y = E + 200 * (at % 6), N + 200 * (at // 6)
        ring = [(x, y), (x + 100, y), (x + 100, y + 100), (x, y + 100), *([(x, y + 0.03)] if at == 0 else [])]
        space.add_lwpolyline(ring, close=at > 0, dxfattribs={"layer": "JZD-宗地"})
        space.add_text(f"GX-{at + 1:02}", dxfattribs={"insert": (x + 40, y + 50), "layer": "JZD-注记"})
    space.add_line((E, N + 100), (E, N + 0.02), dxfattribs={"layer": "其他"})
    space.add_lwpolyline(
        [(E - 9, N - 9), (E + 2e3, N - 9), (E + 2e3, N + 1e3)], close=True, dxfattribs={"layer": "图框"}
    )
    path = tmp_path_factory.mktemp("drawing") / "a.dxf"
    made.saveas(path)
    return path


@pytest.fixture
def home(tmp_path):
    folder = write_plan(ValidFile("", 0, type="plots"), tmp_path / "plan")
    (folder / "types" / "plots.toml").write_text(
        'title = { zh = "地块", en = "plots" }\ngeometry = "polygon"\n[fields.id]\n'
    )
    with (folder / "plan.toml").open("a", encoding="utf-8") as stream:
        stream.write(TARGET)
    return folder


def test_outlines_with_labels_end_in_the_right_verdict(home, drawing, capsys):
    words = ["--lang", "en", "add", "layer", str(drawing), "--plan", str(home), "--crs", "EPSG:4547"]
    assert run([*words, "--label", "id", "--cad-layer", "JZD*", "--close", "0.05"]) == 0
    said = capsys.readouterr()
    assert "1 lines were closed, up to 0.030 m" in said.out + said.err
    frame = read(home / "layer.gpkg").frame
    assert sorted(frame["id"]) == [f"GX-{at:02}" for at in range(1, 23)]
    assert frame.geometry.area.tolist() == pytest.approx([10_000] * 22, abs=0.01)
    assert run(["check", str(home), "--quiet", "--output", f"json:{home / 'r.json'}"]) == 0
    (verdict,) = json.loads((home / "r.json").read_text(encoding="utf-8"))["verdicts"]
    assert (verdict["status"], verdict["reading"]["low"], verdict["reading"]["high"]) == ("met", 22, 22)


CHOICES = {
    "all": ((), 46),
    "a layer": (("--cad-layer", "其他"), 1),
    "two patterns": (("--cad-layer", "JZD-宗*", "--cad-layer", "图框"), 23),
    "visible": (("--visible-only",), 45),
    "labels are no features": (("--label", "id"), 25),
    "the layer's own option": (("--layer", "jzd-注记"), 22),
}


@pytest.mark.parametrize("name", CHOICES)
def test_what_is_chosen_of_a_drawing_is_converted(drawing, tmp_path, name):
    options, rows = CHOICES[name]
    assert run(["convert", str(drawing), str(tmp_path / "a.csv"), *options]) == 0
    assert len(read(tmp_path / "a.csv").frame) == rows


def test_choices_that_cannot_be_are_refused_by_name(drawing, tmp_path, capsys):
    line = ["--lang", "en", "convert", str(drawing), str(tmp_path / "a.csv")]
    for options, said in (
        (("--layout", "A3"), "no layout A3"),
        (("--unit", "ell"), "no drawing unit ell"),
        (("--layer", "ZD"), "like ZD"),
        (("--close", "-1"), "out of range"),
    ):
        assert run([*line, *options]) == 2
        assert said in capsys.readouterr().err
    assert not (tmp_path / "a.csv").exists()


def test_a_layer_is_not_asked_of_a_format_that_has_one(tmp_path):
    (tmp_path / "a.geojson").write_text('{"type": "FeatureCollection", "features": []}')
    with pytest.raises(ExchangeError, match="GeoJSON holds one layer, and parcels is asked for"):
        read(tmp_path / "a.geojson", layer="parcels")


CONVERTER = """#!{python}
import pathlib, shutil, sys
given, made, version, kind, recurse, audit, name = sys.argv[1:]
assert (version, kind, recurse) == ("ACAD2018", "DXF", "0")
if (pathlib.Path(given) / name).read_bytes() == b"AC1032 good":
    shutil.copy({drawing!r}, pathlib.Path(made) / (pathlib.Path(name).stem + ".dxf"))
else:
    print("error: not a drawing")
"""


def test_a_dwg_without_the_converter_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", "bin")  # a relative folder of the PATH does not count
    (tmp_path / "a.dwg").write_bytes(b"AC1032 good")
    with pytest.raises(ExchangeError) as caught:
        read(tmp_path / "a.dwg")
    assert "Install the ODA File Converter" in caught.value.text()
    assert "save it as DXF" in caught.value.text()


@pytest.mark.skipif(os.name != "posix", reason="the stand-in is a script")
def test_a_dwg_is_read_through_the_converter(drawing, tmp_path, monkeypatch):
    program = tmp_path / "bin" / "ODAFileConverter"
    program.parent.mkdir()
    program.write_text(CONVERTER.format(python=sys.executable, drawing=str(drawing)), encoding="utf-8")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", str(program.parent))
    monkeypatch.setenv("DISPLAY", ":0")
    good, bad = tmp_path / "a.dwg", tmp_path / "b.dwg"
    good.write_bytes(b"AC1032 good")
    bad.write_bytes(b"AC1032 bad")
    table = read(good, layer="JZD-宗地")
    assert (table.format, len(table.frame)) == ("dwg", 22)
    assert "the drawing was turned into a DXF by the ODA File Converter" in table.notes
    with pytest.raises(ExchangeError, match="makes no DXF of it: error: not a drawing"):
        read(bad)


def test_a_dwg_is_not_written(drawing, tmp_path, capsys):
    assert run(["--lang", "en", "convert", str(drawing), str(tmp_path / "a.dwg")]) == 2
    assert "DWG is read, not written" in capsys.readouterr().err

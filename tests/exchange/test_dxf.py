"""Drawings as other programs read them: Chinese, classes as layers, standard colours, rare characters."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from exchange.sample_frames import parcels

from urbanplan.exchange import read, write

ezdxf = pytest.importorskip("ezdxf")
NOTO = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc")


def write_drawing(folder, numbers=("高新-01", "高新-02", "高新-03"), **options):
    frame = parcels().assign(地块编号=list(numbers), 地块用途=["工业用地", "公园绿地", "商业用地"])
    return write(frame, folder / "甲.dxf", **options).path


def test_gdal_reads_the_chinese_of_texts_and_layers(tmp_path):
    """QGIS reads drawings through GDAL, which takes UTF-8 in newer drawings for Latin-1."""
    # a process of its own: the gate shuts GDAL's driver of drawings in one that has read a file
    line = [sys.executable, "-c", _GDAL, str(write_drawing(tmp_path))]
    env = {name: value for name, value in os.environ.items() if name != "GDAL_SKIP"}
    columns = json.loads(subprocess.run(line, capture_output=True, text=True, check=True, env=env).stdout)
    assert sorted(text for text in columns["Text"] if text) == ["高新-01", "高新-02", "高新-03"]
    assert set(columns["Layer"]) == {"工业用地", "公园绿地", "商业用地"}


_GDAL = """
import json, sys, pyogrio
meta, _, _, values = pyogrio.raw.read(sys.argv[1], layer="entities")
columns = dict(zip(meta["fields"], values))
print(json.dumps({name: [text if isinstance(text, str) else "" for text in columns[name]] for name in ("Text", "Layer")}))
"""


def test_the_drawing_says_its_page_its_font_and_its_colours(tmp_path):
    drawing = ezdxf.readfile(write_drawing(tmp_path))
    assert (drawing.dxfversion, drawing.header["$DWGCODEPAGE"]) == ("AC1018", "ANSI_936")
    style = drawing.styles.get("HZ")
    assert (style.dxf.font, style.get_extended_font_data()[0]) == ("simsun.ttc", "SimSun")
    assert drawing.layers.get("工业用地").rgb == (187, 150, 116)
    assert drawing.layers.get("公园绿地").rgb == (0, 255, 0)
    assert {text.dxf.style for text in drawing.modelspace().query("TEXT")} == {"HZ"}


@pytest.mark.parametrize("profile", [None, "gbk", "utf-8"])
def test_rare_characters_and_marks_of_dxf_itself_come_back(tmp_path, profile):
    numbers = ("㙍-01 𠮷", "a\\U+4E00b", 'é "q" \\ {}\n^')
    path = write_drawing(tmp_path, numbers, profile=profile)
    assert read(path).frame["地块编号"].tolist() == list(numbers)
    if profile != "utf-8":
        assert "\\U+364D" in path.read_bytes().decode("gbk"), "as CAD writes what a page lacks"


@pytest.mark.skipif(not NOTO.exists(), reason="the font Noto Sans CJK is not on this machine")
def test_ezdxf_draws_glyphs_and_no_boxes(tmp_path):
    """With a Chinese font in SimSun's place, different characters make different drawings."""
    from ezdxf.addons.drawing import Frontend, RenderContext, layout, svg
    from ezdxf.fonts import fonts

    fonts.font_manager.scan_folder(NOTO.parent)
    fonts.font_manager.add_synonyms({NOTO.name: "simsun.ttc"}, reverse=False)
    pictures = set()
    for number in ("高", "新", "区"):
        (tmp_path / number).mkdir()
        drawing = ezdxf.readfile(write_drawing(tmp_path / number, (number, number, number)))
        backend = svg.SVGBackend()
        Frontend(RenderContext(drawing), backend).draw_layout(drawing.modelspace())
        pictures.add(backend.get_string(layout.Page(100, 100)))
    assert len(pictures) == 3


def test_closed_lines_stay_lines(tmp_path):
    import geopandas as gpd
    import shapely

    ring = shapely.LineString([(0, 0), (10, 0), (10, 10), (0, 10), (0, 0)])
    write(gpd.GeoDataFrame({"id": ["a"]}, geometry=[ring], crs=4547), tmp_path / "a.dxf")
    assert read(tmp_path / "a.dxf").frame.geometry[0].equals_exact(ring, 0)


def test_damaged_extended_data_set_the_feature_aside_by_name(tmp_path):
    path = write_drawing(tmp_path)
    data = path.read_bytes()
    at = data.index(b'{"f":1,')
    path.write_bytes(data[:at] + b"X" + data[at + 1 :])
    table = read(path)
    assert len(table.frame) == 2
    assert table.refused["row"].tolist() == [2]
    assert "extended data" in table.refused["reason"].iloc[0]
    assert any("extended data" in note for note in table.notes)


@pytest.mark.parametrize("points", [[], [(20, 0)], [(float("nan"), 0), (30, 0), (30, 10)]])
def test_a_feature_whose_outline_is_none_is_set_aside_by_name(tmp_path, points):
    path = write_drawing(tmp_path)
    drawing = ezdxf.readfile(path)
    drawing.modelspace().query("LWPOLYLINE")[1].set_points(points)
    drawing.saveas(path)
    table = read(path)
    assert len(table.frame) == 2
    assert table.refused["row"].tolist() == [2]


def test_a_text_that_the_encoding_does_not_have_sets_its_entity_aside(tmp_path):
    drawing = ezdxf.new("R2004")
    drawing.modelspace().add_text("AAAA", height=2)
    drawing.modelspace().add_line((0, 0), (10, 10))
    path = tmp_path / "foreign.dxf"
    drawing.saveas(path)
    path.write_bytes(path.read_bytes().replace(b"AAAA", b"A\xff\xffA"))
    table = read(path, encoding="gbk")
    assert len(table.frame) == 1
    assert len(table.refused) == 1

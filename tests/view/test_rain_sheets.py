"""Sheets of the sections of drainage works: the water of the made place before and after, as words and as a picture."""

from __future__ import annotations

import json

import geopandas as gpd
import numpy as np
import pytest
from pdf_text import overlaps, texts
from pypdf import PdfReader
from raster.place import CRS, at, heights, homes, line, streets, works, write_ground
from shapely import Point

pytest.importorskip("typst")

import urbanplan
from urbanplan.cli.app import run
from urbanplan.errors import UsageError
from urbanplan.model.translation import use_language
from urbanplan.raster.elevation import elevation_from_array
from urbanplan.view.sheets.frame import Frame
from urbanplan.view.sheets.raindrawing import depth_classes


def ground(values=None):
    return elevation_from_array(
        heights() if values is None else values, transform=(10, 0, *at(0, 0)[:1], 0, -10, at(0, 0)[1]), crs=CRS
    )


def sections():
    """Through the hole, 45 m of it in water, and beside it, dry."""
    rows = {"id": ["W1", "W2"], "name": ["冬青街", "玉兰街 {{ 7*7 }}"], "outlet_m": [9.0, None]}
    shapes = [line((205, 205), (205, 400)), line((0, 55), (200, 55))]
    return gpd.GeoDataFrame(rows, geometry=shapes, crs=CRS)


@pytest.fixture(scope="module")
def result():
    return urbanplan.rain(ground(), rain=(50, 5000), streets=streets(), homes=homes(), works=sections())


def test_a_section_has_its_water_before_and_after_and_the_people_near(result):
    first, second = result.section_details()
    assert (first.name, first.rank, first.length_m) == ("冬青街", 1, pytest.approx(195))
    assert first.before.over_m == pytest.approx({"0.15": 45, "0.27": 45, "0.40": 45})
    assert first.after.over_m == {"0.15": 0, "0.27": 0, "0.40": 0}
    assert (first.before.people["over"]["0.40"], first.after.people["over"]["0.40"]) == (10, 0)
    assert (first.before.people["total"], first.before.people["uncounted"]) == (10, 1)  # the third is not counted
    assert second.before.people["total"] == 20  # the home in the hole is more than 100 m away
    assert second.before.over_m["0.15"] == 0
    assert second.effects == []


@pytest.mark.parametrize("tongue", ["en", "zh"])
def test_one_sheet_for_each_section_in_both_languages(result, tmp_path, tongue):
    with use_language(tongue):
        made = result.write_sheets(tmp_path, combined=True)
    assert [path.name for path in made.files] == ["冬青街.pdf", "玉兰街-{{-7-7-}}.pdf"]
    first, second = (PdfReader(path).pages for path in made.files)
    assert (len(first), len(second), len(PdfReader(made.combined).pages)) == (1, 1, 2)
    words = " ".join(first[0].extract_text().split())
    told = {
        "en": ("1 of 2", "5000 mm", "an outlet is lowered to 9.00 m", "unverified", "pumps, are not computed"),
        "zh": ("第 1（共 2）", "5000 mm", "出口降低到 9.00 m", "未经核实", "泵站不作计算"),
    }
    assert [text for text in told[tongue] if text not in words] == []
    assert "{{ 7*7 }}" in second[0].extract_text()
    assert [overlaps(texts(path, first=True)) for path in made.files] == [[], []]


def test_the_picture_shows_each_class_where_it_stands(result):
    east, north = at(200, 200)
    frame = Frame(40.0, 40.0, 10_000, (east, north))  # the whole ground, 400 m
    before, after = (depth_classes(result, frame, water.depth) for water in result.waters())
    wet = np.argwhere(before == 3) / 0.6  # pixels, six per mm of 10 m, as metres from the corner
    assert wet.min(axis=0) == pytest.approx([150, 150], abs=2)
    assert wet.max(axis=0) == pytest.approx([250, 250], abs=2)
    assert set(np.unique(before)) == {0, 3}
    assert not (after > 0).any()
    beyond = depth_classes(result, Frame(40.0, 40.0, 20_000, (east, north)), result.waters()[0].depth)
    assert beyond[0, 0] == 4  # no height


def test_a_ground_in_degrees_is_drawn_in_its_place(result):
    degrees = elevation_from_array(
        np.full((40, 40), 3.25), transform=(0.001, 0, 113.0, 0, -0.001, 34.8), crs="EPSG:4490"
    )
    spot = gpd.GeoSeries([Point(113.02, 34.78)], crs="EPSG:4490").to_crs(CRS)[0]
    lines = gpd.GeoDataFrame({"id": ["W"], "name": ["w"]}, geometry=[spot.buffer(50).exterior], crs=CRS)
    found = urbanplan.rain(degrees, rain=10, works=lines)
    depth = np.zeros((40, 40))
    depth[20, 20] = 1.0
    classes = depth_classes(found, Frame(40.0, 40.0, 10_000, (spot.x, spot.y)), depth)
    rows, columns = np.nonzero(classes)
    west, south, east, north = gpd.GeoSeries([Point(113.02, 34.779), Point(113.021, 34.78)], crs="EPSG:4490").to_crs(
        CRS
    ).total_bounds  # fmt: skip
    assert len(rows) * (10 / 6) ** 2 == pytest.approx((east - west) * (north - south), rel=0.05)
    assert (rows.min() > 115, columns.min() > 115) == (True, True)  # south and east of the middle


def test_without_works_or_without_an_after(tmp_path):
    with pytest.raises(UsageError, match="no works"):
        urbanplan.rain(ground(), rain=50).write_sheets(tmp_path)
    bare = urbanplan.rain(ground(), rain=5000, works=works())
    with use_language("en"):
        path = bare.write_sheets(tmp_path).files[0]
    words = PdfReader(path).pages[0].extract_text()
    assert "no work says what its pipes take" in " ".join(words.split())
    assert "after works" not in words


def test_the_command_writes_them_into_a_folder(tmp_path, capsys):
    dem, lines, out = write_ground(tmp_path / "dem.tif"), tmp_path / "works.geojson", tmp_path / "sheets"
    urbanplan.write(sections(), lines)
    words = ["rain", "--elevation", dem, "--works", lines, "--rain", "5000", "--sheets", out, "--quiet"]
    assert run([*map(str, words), "--output", "json:-"]) == 0
    assert sorted(path.name for path in out.iterdir()) == ["冬青街.pdf", "玉兰街-{{-7-7-}}.pdf"]
    told = capsys.readouterr()
    assert "2 sheets in" in told.err
    assert json.loads(told.out)["rains"][0]["rain_mm"] == 5000  # the document is alone on standard output

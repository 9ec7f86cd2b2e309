"""The map of a rain: pictures that other programs read, contours and shades by hand, and a page that acts."""

from __future__ import annotations

import io

import numpy as np
import pytest
from page_layout import NAME, faults_at_each_size
from raster.place import heights, streets

import urbanplan
from urbanplan.model.translation import use_language
from urbanplan.raster.elevation import elevation_from_array
from urbanplan.view.map.png import encode_png
from urbanplan.view.map.rain import contour_step, contours, hillshade, rain_page

STREET = "{{ 7*7 }}<b>" + NAME["zh"][:40] + NAME["en"][:10]
PARTS = "#title, #stage, #slider, #legend, #figures, #streets, #limits"


def test_a_picture_is_read_back_by_another_program():
    image = pytest.importorskip("PIL.Image")
    numbers = np.arange(12).reshape(3, 4) % 3
    palette = [(255, 0, 0, 255), (0, 128, 0, 128), (0, 0, 64, 0)]
    found = np.asarray(image.open(io.BytesIO(encode_png(numbers, palette))).convert("RGBA"))
    assert np.array_equal(found, np.array(palette, np.uint8)[numbers])


def test_contours_stand_where_a_band_of_heights_ends():
    ramp = np.repeat(np.arange(6.0)[None, :], 3, axis=0)
    assert contours(ramp, 2.0)[1].tolist() == [False, False, True, False, True, False]
    assert contour_step(np.array([[0.0, 12.0]])) == 1.0
    assert contour_step(np.array([[0.0, 100.0]])) == 10.0
    assert contour_step(np.array([[5.0, 5.0]])) == 1.0


def test_a_slope_to_the_light_is_brighter_and_a_void_stays_open():
    rows, columns = np.indices((9, 9)).astype(float)
    steepness = np.full((9, 8), 0.1)
    light, dark = (hillshade(sign * (rows + columns), steepness)[4, 4] for sign in (1, -1))
    assert light > hillshade(np.zeros((9, 9)), steepness)[4, 4] > dark
    rows[4, 4] = np.nan
    assert np.isnan(hillshade(rows, steepness)[4, 4])


@pytest.mark.browser
def test_the_slider_changes_water_and_figures(browser, tmp_path):
    ground = elevation_from_array(heights(), transform=(10, 0, 490_000, 0, -10, 3_850_000), crs="EPSG:4547")
    result = urbanplan.rain(ground, rain=(1, 5000), streets=streets().assign(name=STREET))
    path = tmp_path / "rain.html"
    with use_language("zh"):
        result.write_map(path)
        assert path.read_text(encoding="utf-8") == rain_page(result)
    page = browser.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("request", lambda one: None if one.url.startswith(("file:", "data:")) else problems.append(one.url))
    page.goto(path.as_uri())
    assert page.text_content("#streets td") == STREET
    assert page.text_content("output") == "5000 mm"
    page.focus("#rain")
    page.keyboard.press("ArrowLeft")
    assert page.text_content("output") == "1 mm"
    assert "没有道路积水" in (page.text_content("#streets") or "")
    assert page.eval_on_selector_all("#sheet img:not([hidden])", "images => images.length") == 2
    assert faults_at_each_size(page, PARTS, whole="td, output", tall=True) == []
    with use_language("en"):
        result.write_map(path)
    page.goto(path.as_uri())
    assert page.text_content("output") == "5000 mm"
    assert faults_at_each_size(page, PARTS, whole="td, output", tall=True) == []
    assert problems == []
    page.close()

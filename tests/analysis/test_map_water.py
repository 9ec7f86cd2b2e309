"""The water of a target on the map of its plan: the made hole by depth, off at first, bounded, held back by a profile."""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import pytest
import shapely
from raster.place import CRS, write_plan

import urbanplan
from urbanplan.analysis.disclosure import DisclosureOptions, disclose_check
from urbanplan.analysis.map_water import largest_parts, standing_water
from urbanplan.analysis.maps import map_page
from urbanplan.model.style import read_map_definition
from urbanplan.model.translation import use_language

TARGET = """[[target]]
id = "T1"
measure = { kind = "ponding", of = "streets", elevation = "ground", rain_mm = 5000, error_m = 1 }
bound = { comparator = "<=", number = 200, unit = "m" }
"""


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    home = tmp_path_factory.mktemp("water")
    return urbanplan.check(write_plan(home, TARGET), every_layer=True)


def test_the_water_of_the_target_is_the_hole(done):
    found = standing_water(done)
    assert found["depth_from_m"].tolist() == [0.40]
    assert found.geometry.area.tolist() == pytest.approx([10_000])
    assert found[["rain_mm", "target", "remark"]].to_numpy().tolist() == [[5000, "T1", ""]]


def test_the_map_takes_the_depressions_that_the_target_found(tmp_path, monkeypatch):
    from urbanplan.raster import basins

    asked, find = [], basins.find_basins
    monkeypatch.setattr(basins, "find_basins", lambda ground: asked.append(ground.name) or find(ground))
    plan = write_plan(tmp_path, TARGET)
    for times in (1, 2):  # the second run remembers its reading, and finds them for the map
        made = urbanplan.check(plan, every_layer=True)
        assert [standing_water(made).geometry.area.sum() for _ in range(2)] == pytest.approx([10_000] * 2)
        assert asked == ["ground"] * times


@pytest.mark.parametrize(("tongue", "title"), [("en", "Standing water of the"), ("zh", "目标降雨的积水")])
def test_the_map_lists_it_in_both_languages_and_the_verdicts_are_as_before(done, tongue, title):
    before = done.report.verdicts[0].model_dump()
    with use_language(tongue):
        assert title in map_page(
            replace(done, run=replace(done.run, report=done.report.model_copy(update={"language": tongue})))
        )
    assert done.report.verdicts[0].model_dump() == before
    assert "standing_water" not in done.results


def test_it_is_off_at_first():
    shown = {one.layer: one.visible for group in read_map_definition("overview").groups for one in group.layers}
    assert shown["standing_water"] is False


def test_a_profile_that_holds_back_something_holds_back_the_water(done):
    leaving, _ = disclose_check(done, DisclosureOptions("internal"))
    assert standing_water(leaving) is None
    assert "Standing water of the" not in map_page(leaving)


def test_no_more_corners_than_a_page_bears_the_largest_areas_first():
    boxes = [shapely.box(10 * k, 0, 10 * k + k + 1, 1) for k in range(5)]
    frame = gpd.GeoDataFrame(
        {"id": ["a", "b"], "remark": ["", ""]}, geometry=[shapely.MultiPolygon(boxes[1:]), boxes[0]], crs=CRS
    )
    assert largest_parts(frame, 25).equals(frame)
    few = largest_parts(frame, 10)
    assert few["id"].tolist() == ["a"]
    assert few.geometry.area.tolist() == [9.0]
    assert "2 largest of 5" in few["remark"][0]

"""The best places on a plan's map: candidate land that the kind of map names, ranked, in the sign of proposals."""

from __future__ import annotations

from dataclasses import replace

import pytest
from plans import small_district
from shapely.geometry import Point, box

from urbanplan.analysis.check import check
from urbanplan.analysis.disclosure import DisclosureOptions, disclose_check
from urbanplan.analysis.map_places import BEST_PLACES, draw_best_places
from urbanplan.analysis.maps import map_page
from urbanplan.analysis.what_if import with_proposal
from urbanplan.model.style import CandidateLand, read_map_definition
from urbanplan.model.translation import use_language

LAND = CandidateLand(layer="parcels", where="stage = 'sold'")
KIND = """title = { en = "Places", zh = "\u9009\u5740" }
candidates = { layer = "parcels", where = "stage = 'sold'" }
[[group]]
title = { en = "Best places", zh = "\u6700\u4f73" }
layer = [{ layer = "best_places", style = "proposed_sites" }]
"""


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    """The one site in the far west; plots by the crossing, from which three homes more are reached, and in the north."""
    home = tmp_path_factory.mktemp("places")
    layers = small_district.frames()
    x, y = small_district.X, small_district.Y
    layers["sites"] = layers["sites"].set_geometry([Point(x + 20, y + 500)])
    plots = [box(x + 501, y + 980, x + 511, y + 990), box(x + 501, y + 501, x + 511, y + 511)]
    layers["parcels"] = layers["parcels"].set_geometry(plots)
    plan = small_district.write(home, layers)
    (home / "maps").mkdir()
    (home / "maps" / "places.toml").write_text(KIND, encoding="utf-8")
    return check(plan, every_layer=True)


def test_the_plot_that_gains_most_comes_first_and_one_that_gains_nothing_is_none(done):
    found = draw_best_places(done, LAND)
    assert found["id"].tolist() == ["F2"]
    assert found["gained_residents"].tolist() == [30]  # the home at 400 m is reached already, from 380 m
    assert found.geometry.geom_type.unique().tolist() == ["Point"]


@pytest.mark.parametrize(("tongue", "caption"), [("en", "1. F2 (proposed)"), ("zh", "1. F2\uff08\u62df\u5efa\uff09")])
def test_the_map_shows_them_at_first_and_no_verdict_changes(done, tongue, caption):
    before = [verdict.model_dump() for verdict in done.report.verdicts]
    told = done.report.model_copy(update={"language": tongue})
    with use_language(tongue):
        page = map_page(replace(done, run=replace(done.run, report=told)), kind="places")
    assert caption in page
    assert [verdict.model_dump() for verdict in done.report.verdicts] == before


def test_there_are_none_without_land_behind_a_profile_and_beside_a_proposal(done, tmp_path):
    assert draw_best_places(done, CandidateLand(layer="low_efficiency_land")) is None
    assert draw_best_places(done, CandidateLand(layer="parcels", where="stage = 'none'")) is None
    leaving, _ = disclose_check(done, DisclosureOptions("internal"))
    assert draw_best_places(leaving, LAND) is None
    lot = done.layers["parcels"].frame[["id", "geometry"]]
    assert draw_best_places(with_proposal(done, lot, []), LAND) is None


def test_the_walking_circle_names_its_land():
    kind = read_map_definition("circle")
    assert kind.candidates.layer == "low_efficiency_land"
    assert BEST_PLACES in {shown.layer for shown in kind.groups[0].layers}

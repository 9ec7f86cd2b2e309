"""What if, in the page: its answer is that of the network room, and a drag answers at once."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from browser import PageVisit, until
from map_scenario import map_inputs

from urbanplan.analysis.what_if import _read_proposal
from urbanplan.measure.coverage import measure
from urbanplan.measure.measured import build_context
from urbanplan.network.walk.coverage import Coverage, CoverageOptions, compute_coverage
from urbanplan.view.map.whatif import whatif_inputs

pytestmark = pytest.mark.browser
Open = Callable[..., PageVisit]
SPOTS = [(34.8067, 113.5478), (34.8102, 113.5561), (34.8154, 113.5503)]


def python_answer(sites: gpd.GeoDataFrame, within: float) -> Coverage:
    plan, report, layers, _ = map_inputs()
    town = whatif_inputs(plan, report, layers)
    assert town is not None
    extras = CoverageOptions(site_id="__id__", gaps=False)
    return compute_coverage(
        town.model.network,
        sites=sites,
        within=within,
        leg=50.0,
        barriers=layers["railways"].frame,
        residents=town.model.people,
        extras=extras,
    )


def put_sites(page: Any) -> list[list[float]]:
    page.click("#show-whatif")
    for latitude, longitude in SPOTS:
        page.evaluate("([a, b]) => urbanplan.whatIf.put(L.latLng(a, b))", [latitude, longitude])
    return page.evaluate("urbanplan.whatIf.plans.added.map(s => [s.x, s.y])")


def test_page_and_network_room_give_one_answer(visit: Open) -> None:
    page = visit("circle").page
    added = put_sites(page)
    page.evaluate("urbanplan.whatIf.toggleSite(0)")
    plan, report, layers, _ = map_inputs()
    town = whatif_inputs(plan, report, layers)
    assert town is not None
    new = gpd.GeoDataFrame({"__id__": list("abc")}, geometry=[shapely.Point(*spot) for spot in added], crs=4547)
    sites = pd.concat([town.sites.frame.drop(index=0), new]).reset_index(drop=True)
    ask = "([w, r]) => { const a = urbanplan.whatIf.asked(w, r, true, true); return [a.covered_m, a.residents] }"
    for within in (500, 600, 800, 1000):
        told = python_answer(sites, within)
        low, high = page.evaluate(ask, [within, "low"]), page.evaluate(ask, [within, "high"])
        assert low[0] == pytest.approx(told.covered_m, rel=1e-12, abs=1e-9)
        assert low[1] == told.residents.covered  # type: ignore[union-attr]
        assert max(high[0], low[0]) == pytest.approx(told.covered_high_m, rel=1e-12, abs=1e-9)


def test_readings_are_those_of_the_measure(visit: Open) -> None:
    page = visit("circle").page
    added = put_sites(page)
    plan, report, layers, _ = map_inputs()
    town = whatif_inputs(plan, report, layers)
    assert town is not None
    frame = layers["fitness_sites"].frame
    new = gpd.GeoDataFrame({"id": list("abc")}, geometry=[shapely.Point(*spot) for spot in added], crs=4547)
    wider = {
        **layers,
        "fitness_sites": layer_with(layers["fitness_sites"], pd.concat([frame, new]).reset_index(drop=True)),
    }
    expected = measure(wider, town.params, build_context(plan)).reading
    told = page.evaluate("urbanplan.whatIf.readings(true)")["SP-104"]
    assert expected is not None
    assert [told["low"], told["high"]] == pytest.approx([expected.low, expected.high], abs=1e-9)


def layer_with(layer: Any, frame: gpd.GeoDataFrame) -> Any:
    import dataclasses

    return dataclasses.replace(layer, frame=frame)


def test_a_user_puts_drags_removes_and_copies(visit: Open, tmp_path: Path) -> None:
    page = visit("circle").page
    page.click("#show-whatif")
    page.focus("#put-site")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement === urbanplan.map.getContainer()"), "a second Enter places"
    page.keyboard.press("Escape")
    assert page.evaluate("[document.activeElement.id, urbanplan.state.tool]") == ["put-site", None]
    page.keyboard.press("Enter")
    page.mouse.click(800, 300)
    marker = page.locator(".whatif-site")
    assert marker.count() == 1
    assert page.locator(".leaflet-popup").count() == 0, "the click that places a site opens no card"
    assert page.evaluate("document.activeElement.className").startswith("leaflet-marker-icon whatif-site")
    assert page.locator("#whatif-changes li").count() == 1
    before = page.locator("#whatif-answer").inner_text()
    box = marker.bounding_box()
    page.mouse.move(box["x"] + 13, box["y"] + 13)
    page.mouse.down()
    page.mouse.move(box["x"] + 160, box["y"] + 120, steps=6)
    page.mouse.up()
    until(page, lambda: page.locator("#whatif-answer").inner_text() != before)
    marker.focus()
    spot = page.evaluate("urbanplan.whatIf.plans.added[0].x")
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    assert page.evaluate("urbanplan.whatIf.plans.added[0].x") != spot
    page.click("#copy-layer")
    copied = tmp_path / "copied.geojson"
    copied.write_text(page.locator("#layer-text").input_value(), encoding="utf-8")
    (spot_read,) = shapely.get_coordinates(_read_proposal(copied, "EPSG:4547", []).geometry)  # as `check --with`
    there = page.evaluate("[urbanplan.whatIf.plans.added[0].x, urbanplan.whatIf.plans.added[0].y]")
    assert spot_read.tolist() == pytest.approx(there, abs=0.05)
    layer = json.loads(copied.read_text("utf-8"))
    lng, lat = layer["features"][0]["geometry"]["coordinates"]
    assert [lng, lat] == pytest.approx(
        page.evaluate("[urbanplan.whatIf.plans.added[0].lng, urbanplan.whatIf.plans.added[0].lat]"), abs=1e-7
    )
    assert layer["features"][0]["properties"]["basis"] == "illustrative"
    marker.focus()
    page.keyboard.press("Delete")
    assert marker.count() == 0


def test_a_verdict_turns_when_everyone_is_reached(visit: Open) -> None:
    page = visit("circle").page
    page.click("#show-whatif")
    card = page.locator('.turned [data-target="SP-104"]')
    assert card.get_attribute("data-status") == "not_met"
    corner, step = np.array([34.8025, 113.5405]), np.array([0.0045, 0.0055])
    for i in range(5):
        for j in range(5):
            page.evaluate("([a, b]) => urbanplan.whatIf.put(L.latLng(a, b))", (corner + step * [i, j]).tolist())
    assert card.get_attribute("data-status") == "met"
    page.get_by_role("button", name="全部还原").click()
    assert card.get_attribute("data-status") == "not_met"


def test_a_present_site_moves_from_its_card(visit: Open) -> None:
    page = visit("circle").page
    page.evaluate(
        """() => {
          urbanplan.change({ tab: 'whatif' });
          urbanplan.showFeature([[urbanplan.layers.find((l) => l.name === 'fitness_sites'), 0]]);
        }"""
    )
    page.locator(".site-tools button").first.click()
    page.locator(".whatif-site").first.wait_for(state="attached")
    assert page.locator(".whatif-site").count() == 1
    assert page.locator("#whatif-changes s").count() == 1


def test_each_step_of_a_drag_tells_what_it_took(visit: Open) -> None:
    page = visit("circle").page
    put_sites(page)
    took = page.evaluate(
        """() => [...Array(9)].map((_, k) => { const site = urbanplan.whatIf.plans.added[0].marker.getElement();
        site.dispatchEvent(new KeyboardEvent('keydown', { key: k % 2 ? 'ArrowLeft' : 'ArrowRight' }));
        return urbanplan.whatIf.plans.took; })"""
    )
    assert len(took) == 9
    assert all(step > 0 for step in took), "benchmarks/map_whatif.py holds the time itself"

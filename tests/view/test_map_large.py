"""The shipped district as it stands, and layers of a whole city, in one file each."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from browser import PageVisit

from benchmarks.map_large import layer, page_of, parts, polygons
from urbanplan.plan import read_plan
from urbanplan.verdict import audit
from urbanplan.view import draw_map

pytestmark = pytest.mark.browser


def test_all_22_parcels_stand_as_written(browser: Any, tmp_path: Path, district: Path) -> None:
    run = audit(read_plan(district / "plan.toml"), select=["SP-001", "SP-002"], every_layer=True)
    file = tmp_path / "map.html"
    file.write_text(draw_map(run.plan, run.report, run.layers, run.results), encoding="utf-8")
    visit = PageVisit(browser, file)
    told = visit.page.evaluate("urbanplan.layers.find((l) => l.name === 'parcels').names")
    assert told == list(run.layers["parcels"].frame["name"])
    assert len(told) == 22
    visit.page.click('[data-target="SP-002"] button')
    assert visit.page.evaluate("urbanplan.verdicts.find((v) => v.target === 'SP-002').evidence.parcels.length") == 22
    visit.close()


@pytest.mark.parametrize("size", [10_000, pytest.param(50_000, marks=pytest.mark.corpus)])
def test_many_polygons_and_street_parts(browser: Any, tmp_path: Path, size: int) -> None:
    rng = np.random.default_rng(1)
    land, streets = layer("parcels", polygons(size, rng)), layer("streets", parts(2 * size, rng))
    file = tmp_path / "map.html"
    file.write_text(page_of([land, streets]), encoding="utf-8")
    assert file.stat().st_size < 20e6
    visit = PageVisit(browser, file)
    page = visit.page
    assert sorted(page.evaluate("urbanplan.layers.map((l) => l.count)")) == [size, 2 * size]
    took = []
    for _ in range(3):
        page.evaluate("urbanplan.map.panBy([150, 60], {animate: false})")
        took.append(page.evaluate("urbanplan.planCanvas.took"))
    assert all(step > 0 for step in took), "benchmarks/map_large.py holds the time itself"
    page.fill("#search", "P-003141")
    page.keyboard.press("Enter")
    page.wait_for_selector(".leaflet-popup .feature h3")
    assert page.locator(".leaflet-popup h3").inner_text() == "P-003141"
    visit.close()

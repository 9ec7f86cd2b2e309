"""A map of coverage says what its question asks: its walk, its band and the name of what is sought."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from browser import PageVisit
from map_scenario import map_inputs
from towns import frame, grid, spot

from urbanplan.cli.app import run
from urbanplan.view.map.draw import draw_map

FIRST_DISTRICT = re.compile("健身|itness|十分钟|[Tt]en.minute|郑州|hengzhou")


def block(page: str, name: str) -> Any:
    found = re.search(rf'<script type="application/json" id="{name}">(.*?)</script>', page, re.DOTALL)
    assert found is not None
    return json.loads(found[1])


@pytest.fixture
def draw(tmp_path: Path) -> Callable[..., Path]:
    """A map of the walk to two schools, by the command."""
    frame(grid(10, 10, 200)).to_file(tmp_path / "streets.gpkg")
    frame([spot(200, 200), spot(1800, 1800)], name=["North", "South"]).to_file(tmp_path / "schools.gpkg")

    def drawn(*words: str, lang: str = "en", kind: str = "coverage") -> Path:
        streets, schools, out = (str(tmp_path / name) for name in ("streets.gpkg", "schools.gpkg", "map.html"))
        named = {"coverage": ["--streets", streets, "--facilities", schools, "-o", out],
                 "network": ["--roads", streets, "--sites", schools, "--map", out]}[kind]  # fmt: skip
        assert run(["--lang", lang, kind, *named, "--quiet", *words]) == 0
        return Path(out)

    return drawn


@pytest.mark.parametrize(
    ("words", "bands", "band"),
    [
        (["--within", "1500"], [1500], 1500),
        (["--within", "700"], [500, 600, 700, 800, 1000], 700),
        (["--within", "333.5"], [333.5], 333.5),
        ([], [500, 600, 800, 1000], 600),
    ],
)
def test_the_switch_is_that_of_the_question(draw: Callable, words: list[str], bands: list, band: float) -> None:
    meta = block(draw(*words).read_text(encoding="utf-8"), "map-meta")
    assert (meta["bands"], meta["band"]) == (bands, band)


@pytest.mark.parametrize("kind", ["coverage", "network"])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_what_is_sought_has_its_own_name(draw: Callable, kind: str, lang: str) -> None:
    page = draw(kind=kind, lang=lang).read_text(encoding="utf-8")
    assert FIRST_DISTRICT.findall(page) == []
    titles = [block(page, name)["title"] for name in block(page, "map-meta")["layers"]]
    assert any("schools" in title for title in titles)


def test_a_name_may_be_given(draw: Callable) -> None:
    page = draw("--within", "1500", "--name", "Primary schools").read_text(encoding="utf-8")
    assert block(page, "map-meta")["title"] == "Primary schools: within 1500 m"
    assert "Walk to: Primary schools" in page


def test_a_plan_map_takes_name_and_walks_from_its_target() -> None:
    plan, report, layers, results = map_inputs()
    asked = [v.model_copy(update={"measure": {**v.measure, "within": [300, 1200]}}) if v.measure else v
             for v in report.verdicts]  # fmt: skip
    page = draw_map(plan, report.model_copy(update={"verdicts": asked}), layers, results, kind="circle", lang="en")
    meta = block(page, "map-meta")
    assert (meta["bands"], meta["band"]) == ([300, 1200], 300)
    assert meta["kind_title"] == "Walking circle"
    assert "Walk to: Fitness sites" in [block(page, name)["title"] for name in meta["layers"]]


@pytest.mark.browser
def test_the_page_shows_the_walk_that_was_asked(draw: Callable, browser: Any) -> None:
    visit = PageVisit(browser, draw("--within", "1500"))
    page = visit.page
    assert page.evaluate("urbanplan.state.band") == 1500
    assert page.evaluate("[...document.querySelectorAll('.bands input')].map((i) => [i.value, i.checked])") == [
        ["1500", True]
    ]
    drawn = page.evaluate("document.body.innerText")
    assert "1500 m" in drawn
    assert "schools" in drawn
    visit.close()

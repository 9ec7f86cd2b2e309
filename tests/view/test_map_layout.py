"""Every kind of map by its layout, those of one question among them: nothing on anything else, at every size."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from map_scenario import map_inputs
from page_layout import NAME, map_faults
from towns import block, frame, line, spot

from urbanplan.analysis.coverage import coverage
from urbanplan.analysis.network import road_network
from urbanplan.analysis.siting import site
from urbanplan.model.translation import use_language
from urbanplan.siting.question import SitingQuestion
from urbanplan.view.map.draw import draw_map

pytestmark = pytest.mark.browser
ACTS = [
    None,
    "document.querySelector('#legend').classList.add('open')",
    None,
    "document.body.classList.add('sheet-open')",
    None,
]
STREETS = frame([line((0, 0), (1500, 0)), line((1500, 0), (3000, 0)), line((1500, 0), (1500, 900))])
SITES = frame([spot(100, 10)])
HOMES = frame([spot(1500, 10), spot(200, 10)], residents=[40, 3])


def _coverage(name: str) -> Any:
    districts = frame([block(-100, -100, 1400, 1000), block(1400, -100, 3100, 1000)], name=[name, f"{name[:58]}2"])
    named = STREETS.assign(name=name)
    return coverage(named, SITES.assign(name=name), within=600, residents=HOMES, districts=districts, name=name)


def _network(name: str) -> Any:
    return road_network(STREETS.assign(name=name))


def _site(name: str) -> Any:
    candidates = frame([spot(x, 5) for x in (100, 1450, 2900)], name=[name] * 3)
    return site(STREETS, candidates, within=600, residents=HOMES, question=SitingQuestion("most", count=2))


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("answer", [_coverage, _network, _site], ids=lambda one: one.__name__[1:])
def test_a_map_of_one_question_keeps_its_parts_apart(
    browser: Any, tmp_path: Path, answer: Callable[[str], Any], lang: str
) -> None:
    file = tmp_path / "map.html"
    with use_language(lang):
        answer(NAME[lang][:60]).write_map(file)
    assert map_faults(browser, file, ACTS) == []


@pytest.mark.parametrize(("kind", "lang"), [
    ("overview", "zh"), ("parcels", "en"), ("parking", "zh"), ("roads", "en"), ("findings", "zh"),
    *(pytest.param(kind, lang, marks=pytest.mark.corpus) for kind, lang in (
        ("overview", "en"), ("parcels", "zh"), ("parking", "en"), ("roads", "zh"), ("findings", "en"))),
])  # fmt: skip
def test_every_kind_of_map_keeps_its_parts_apart(browser: Any, tmp_path: Path, kind: str, lang: str) -> None:
    name = NAME[lang][:60]
    words = dict.fromkeys(("plan title", "district", "title", "maker", "chapter", "key value"), name)
    plan, report, layers, results = map_inputs(**words)
    layers |= {"parking": replace(layers["fitness_sites"], name="parking")}
    file = tmp_path / "map.html"
    file.write_text(draw_map(plan, report, layers, results, kind=kind, lang=lang), encoding="utf-8")
    assert map_faults(browser, file, ACTS) == []

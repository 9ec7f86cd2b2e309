"""Pages by their layout: nothing stands on anything else or leaves the window or its cell, with every tool open."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from browser import PageVisit
from map_scenario import map_inputs
from page_layout import FIGURE, NAME, faults_at_each_size
from sample_report import sample_layers, sample_plan, sample_report

from urbanplan.model.reading import BreakdownRow, Reading
from urbanplan.view.map.draw import draw_map
from urbanplan.view.report import report_page

pytestmark = pytest.mark.browser
MAP_PARTS = "#panel, #search-box, .strip, #tools, #north, #title-block, #scale, #legend, #time"


@pytest.fixture(scope="module")
def long_map(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """The map of a town with names of 60 characters and figures of 12."""
    folder = tmp_path_factory.mktemp("long")

    def drawn(lang: str) -> Path:
        name = NAME[lang][:60]
        words = dict.fromkeys(("plan title", "district", "title", "maker", "chapter", "key value"), name)
        plan, report, layers, results = map_inputs(**words)
        verdicts = [
            v.model_copy(update={"reading": Reading(low=FIGURE, high=FIGURE + 1, unit="m")}) if k < 2 else v
            for k, v in enumerate(report.verdicts)
        ]
        report = report.model_copy(update={"verdicts": verdicts})
        file = folder / f"{lang}.html"
        file.write_text(draw_map(plan, report, layers, results, kind="circle", lang=lang), encoding="utf-8")
        return file

    return drawn


STATES = [  # of the page: what is opened, one after the other
    "document.body.classList.add('sheet-open')",
    "document.querySelector('#legend').classList.add('open')",
    "document.querySelector('#tool-compare').click(), document.querySelector('#tool-measure').click()",
    "urbanplan.choose('SP-001', { fly: false })",
    None,
    "urbanplan.change({ tab: 'whatif' })",
    "document.querySelector('#put-site').click()",
    None,
    "urbanplan.change({ tab: 'table', tool: null })",
    None,
]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_map_keeps_its_parts_apart(browser: Any, long_map: Callable[[str], Path], lang: str) -> None:
    visit = PageVisit(browser, long_map(lang), reduced_motion="reduce")
    found = []
    for act in STATES:
        if act is None:
            found += faults_at_each_size(visit.page, MAP_PARTS)
        else:
            visit.page.evaluate(act)
    assert sorted(set(found)) == []
    visit.close()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_report_cuts_no_figure_and_leaves_no_cell(browser: Any, tmp_path: Path, lang: str) -> None:
    name = NAME[lang][:60]
    report = sample_report(6, 6)
    reading = Reading(low=FIGURE, high=FIGURE + 1, unit="m")
    verdicts = [
        v.model_copy(
            update={
                "title": name,
                "chapter": name,
                "reading": reading,
                "breakdown": [BreakdownRow(keys={"road": name}, reading=reading)],
            }
        )
        for v in report.verdicts
    ]
    layers = sample_layers([name, name[:59] + "2"])
    file = tmp_path / "report.html"
    made = report_page(sample_plan(title=name), report.model_copy(update={"verdicts": verdicts}), layers, {}, lang=lang)
    file.write_text(made, encoding="utf-8")
    visit = PageVisit(browser, file, ready="[data-ready]")
    visit.page.evaluate("document.querySelector('.targets .rows .row').click()")
    found = faults_at_each_size(visit.page, "header, nav, section, footer", whole=".c-reading, .c-bound", tall=True)
    found += faults_at_each_size(visit.page, ".card, .panel:not(.detail), .filters > *", whole=".none", tall=True)
    assert sorted(set(found)) == []
    visit.close()

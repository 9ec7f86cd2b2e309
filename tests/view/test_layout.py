"""Pages by their layout: nothing stands on anything else or leaves the window or its cell, with every tool open."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from browser import PageVisit
from map_scenario import map_inputs
from sample_report import sample_layers, sample_plan, sample_report

from urbanplan.model.reading import BreakdownRow, Reading
from urbanplan.view.map.draw import draw_map
from urbanplan.view.report import report_page

pytestmark = pytest.mark.browser
SIZES = [(1920, 1080), (1366, 768), (1280, 800), (1024, 768), (768, 1024), (390, 844)]
NAME = {
    "zh": "郑州高新技术产业开发区西北部第二期" * 4,
    "en": "North-western district of science and technology, second part",
}
FIGURE = 123_456_789_012.0
MAP_PARTS = "#panel, #search-box, .strip, #tools, #north, #title-block, #scale, #legend, #time"
FAULTS = """([parts, whole, tall]) => {
  const told = [];
  const name = (e) => e.id || `${e.tagName}.${e.className} ${e.textContent.slice(0, 20)}`;
  const rows = [...document.querySelectorAll(parts)].map((e) => [name(e), e.getBoundingClientRect()])
    .filter(([, r]) => r.width && r.height);
  const edge = 0.6;
  for (const [k, [one, a]] of rows.entries()) {
    if (a.left < -edge || a.right > innerWidth + edge || (!tall && (a.top < -edge || a.bottom > innerHeight + edge)))
      told.push(`${one} leaves the window`);
    for (const [other, b] of rows.slice(k + 1)) {
      if (a.left < b.right - edge && b.left < a.right - edge && a.top < b.bottom - edge && b.top < a.bottom - edge)
        told.push(`${one} on ${other}`);
    }
  }
  if (document.documentElement.scrollWidth > innerWidth) told.push('the page scrolls sideways');
  for (const e of document.body.querySelectorAll('*:not(svg, svg *, .leaflet-pane *, #divider, .unseen, .skip)')) {
    if (!e.clientWidth || !e.offsetParent) continue;
    const { overflowX } = getComputedStyle(e);
    if (overflowX === 'visible' && e.scrollWidth > e.clientWidth + 1) told.push(`${name(e)} leaves its cell`);
  }
  for (const e of document.querySelectorAll(whole)) {
    if (e.scrollWidth > e.clientWidth + 1 || e.scrollHeight > e.clientHeight + 1) told.push(`${name(e)} is cut`);
  }
  return told;
}"""


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


def faults_at_each_size(page: Any, parts: str, *, whole: str = ".reading", tall: bool = False) -> list[str]:
    """What is wrong at each size of the window, with the size before it.

    Args:
        page: in the browser. parts: what may not overlap. whole: what must show all of its text.
        tall: whether the page may be higher than the window.
    """
    found = []
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        page.evaluate("new Promise(requestAnimationFrame)")
        found += [f"{width} x {height}: {fault}" for fault in page.evaluate(FAULTS, [parts, whole, tall])]
    return found


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

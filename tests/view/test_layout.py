"""Pages by their layout: nothing stands on anything else or leaves the window or its cell, with every tool open."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from browser import PageVisit
from map_scenario import map_inputs
from page_layout import FIGURE, NAME, faults_at_each_size, map_faults, print_faults
from sample_report import sample_layers, sample_plan, sample_report

from urbanplan.layer.layer import Layer
from urbanplan.model.layertype import LayerType
from urbanplan.model.reading import BreakdownRow, Reading
from urbanplan.view.index_page import IndexEntry, index_page
from urbanplan.view.map.draw import draw_map
from urbanplan.view.report import report_page

pytestmark = pytest.mark.browser


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
    assert map_faults(browser, long_map(lang), STATES) == []


def held_layers(case: str, layers: dict[str, Layer]) -> dict[str, Layer]:
    """Layers of a plan that has little or much."""
    match case:
        case "one layer":
            return {"boundary": layers["boundary"]}
        case "no streets":
            return {name: one for name, one in layers.items() if name != "streets"}
        case "no sub-districts":
            return {name: one for name, one in layers.items() if name != "subdistricts"}
        case _:
            kinds = (layers["parcels"], layers["road_projects"], layers["fitness_sites"])
            own = {f"own{k}": kinds[k % 3] for k in range(60)}
            return {"boundary": layers["boundary"]} | {
                name: Layer(name, one.frame, LayerType(name=name, title={"zh": NAME["zh"][:30], "en": NAME["en"][:30]},
                                                       geometry="any"))
                for name, one in own.items()
            }  # fmt: skip


OPEN = ["document.querySelector('#legend').classList.add('open')", None, "document.body.classList.add('sheet-open')",
        "urbanplan.change({ tab: 'layers' })", None]  # fmt: skip


@pytest.mark.parametrize(("case", "lang"), [
    ("one layer", "zh"), ("60 layers", "en"),
    *(pytest.param(case, lang, marks=pytest.mark.corpus) for case, lang in (
        ("one layer", "en"), ("60 layers", "zh"), ("no streets", "zh"), ("no streets", "en"),
        ("no sub-districts", "zh"), ("no sub-districts", "en"))),
])  # fmt: skip
def test_map_of_a_plan_with_little_or_much(browser: Any, tmp_path: Path, case: str, lang: str) -> None:
    plan, report, layers, _ = map_inputs()
    held = held_layers(case, layers)
    district = plan.district.model_copy(
        update={"subdistricts": "subdistricts" if "subdistricts" in held else None, "boundary": "boundary"}
    )
    file = tmp_path / "map.html"
    file.write_text(
        draw_map(plan.model_copy(update={"district": district}), report, held, {}, lang=lang), encoding="utf-8"
    )
    assert map_faults(browser, file, OPEN) == []


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_index_keeps_its_parts_apart(browser: Any, tmp_path: Path, lang: str) -> None:
    name = NAME[lang][:60]
    entries = [IndexEntry(f"{name}-{k}.pdf", name, name, int(FIGURE)) for k in range(40)]
    file = tmp_path / "index.html"
    file.write_text(index_page(name, name, entries, warning=name, lang=lang), encoding="utf-8")
    visit = PageVisit(browser, file, ready="main")
    found = faults_at_each_size(visit.page, "main > *", whole="li a, li span, li small", tall=True)
    found += faults_at_each_size(visit.page, "li", whole="h1", tall=True)
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
    found += print_faults(visit.page)
    assert sorted(set(found)) == []
    visit.close()

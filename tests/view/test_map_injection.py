"""H3: 40 payloads at every place where a text comes into the page; each stands there as the text it is."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
import shapely
from browser import PageVisit
from hostile_texts import payloads
from map_scenario import EAST, NORTH, MapInputs, layer, map_inputs

from urbanplan.model.finding import Finding
from urbanplan.model.plan import Source
from urbanplan.model.reading import BreakdownRow, Evidence, exact_reading
from urbanplan.model.report import Verdict
from urbanplan.view.map.draw import draw_map

pytestmark = pytest.mark.browser


def hostile_world(texts: list[str]) -> MapInputs:
    """The town with every text as value, name, id, field name, layer name, and in every part of a verdict."""
    plan, report, town, results = map_inputs()
    spots = [shapely.Point(20 * k, 30 * k) for k in range(len(texts))]
    town["hostile"] = layer(
        "hostile",
        spots,
        id=[f"{k} {t}" for k, t in enumerate(texts)],
        name=texts,
        value=texts,
        **{f"{t} ": texts for t in texts},
    )
    for k, text in enumerate(texts):
        made = layer(text, [shapely.Point(40 * k, 900)], name=[text])
        town[text] = dataclasses.replace(made, source=text)
    verdicts = [
        Verdict(
            target=f"V-{k}",
            title=text,
            quote=text,
            chapter=text,
            source=f"s{k}",
            reason=text,
            settled_by=text,
            status="undecidable",
            reading=exact_reading(1, text),
            breakdown=[BreakdownRow(keys={text: text}, reading=exact_reading(1, text))],
            evidence=Evidence(layers={"hostile": [f"{k} {text}"]}),
        )
        for k, text in enumerate(texts)
    ]
    findings = [
        Finding(
            code="f",
            level="warn",
            message=text,
            fix=text,
            layer=text,
            feature=text,
            geometry={"type": "Point", "coordinates": [EAST + 10 * k, NORTH]},
        )
        for k, text in enumerate(texts)
    ]
    sources = [Source(id=f"s{k}", title=text) for k, text in enumerate(texts)]
    results["coverage_gaps"] = gpd.GeoDataFrame(
        {"id": texts, "nearest": texts}, geometry=[town["hostile"].frame.geometry.iloc[0]] * len(texts), crs=4547
    )
    report = report.model_copy(update={"verdicts": verdicts, "findings": findings})
    return plan.model_copy(update={"source": sources}), report, town, results


SHOWN = """async (texts) => {
  const seen = (box, text) => [...box.querySelectorAll('*')].some(e => e.textContent.includes(text));
  const missing = [];
  const hostile = urbanplan.layers.find(l => l.name === 'hostile');
  for (const [k, text] of texts.entries()) {
    urbanplan.choose(`V-${k}`, { fly: false });
    const item = document.querySelector(`[data-target="V-${k}"]`);
    for (const part of ['.quote', 'blockquote', 'cite', '.detail p', '.settled', 'th', 'td', '.reading']) {
      if (![...item.querySelectorAll(part)].some(e => e.textContent.includes(text))) missing.push([part, text]);
    }
    urbanplan.showFeature([[hostile, k]]);
    await new Promise(requestAnimationFrame);
    for (const part of ['h3', 'dt', 'dd', '.counted']) {
      const found = [...document.querySelectorAll('.leaflet-popup ' + part)];
      if (!found.some((e) => e.textContent.includes(text))) missing.push([part, text]);
    }
  }
  for (const [tab, part] of [['layers', '.name'], ['table', 'option'], ['verdicts', 'h3']]) {
    urbanplan.change({ tab });
    const words = [...document.querySelectorAll(`#tab-${tab} ${part}`)].map(e => e.textContent);
    for (const text of texts) if (!words.some(w => w.includes(text))) missing.push([tab, text]);
  }
  return missing;
}"""


@pytest.mark.parametrize("kind", ["overview", "findings", "circle"])
def test_every_text_stands_as_written(browser: Any, tmp_path: Path, kind: str) -> None:
    canary = tmp_path / "canary"
    texts = payloads(str(canary))
    assert len(set(texts)) == 40
    file = tmp_path / "map.html"
    file.write_text(draw_map(*hostile_world(texts), kind=kind), encoding="utf-8")
    visit = PageVisit(browser, file)
    if kind == "overview":
        assert visit.page.evaluate(SHOWN, texts) == []
        visit.page.fill("#search", "onerror")
        assert visit.page.locator("#search-list li").count() >= 3
        visit.page.click("#show-table")
        visit.page.select_option("#table-layer", "hostile")
        assert visit.page.locator(".table-body tbody tr").count() == 40
    for position in ((640, 300), (800, 400), (900, 600)):
        visit.page.mouse.click(*position)
    assert visit.page.evaluate("window.pwned") is None
    assert visit.page.locator("body[data-ready]").count() == 1
    visit.close()
    assert not canary.exists()


FEW = [0, 11, 24, 34, 37]


@pytest.mark.parametrize("which", [FEW, pytest.param(range(40), marks=pytest.mark.corpus)], ids=["few", "all"])
def test_the_frame_of_the_page_too(browser: Any, tmp_path: Path, which: list[int]) -> None:
    canary = tmp_path / "canary"
    texts = payloads(str(canary))
    file = tmp_path / "map.html"
    for text in (texts[k] for k in which):
        plan, report, town, _ = map_inputs(**{"plan title": text, "district": text, "maker": text})
        kept = {"parcels": town["parcels"], text: dataclasses.replace(town["boundary"], name=text)}
        file.write_text(draw_map(plan, report, kept, {}, kind="parcels"), encoding="utf-8")
        visit = PageVisit(browser, file, size=(800, 600))
        assert visit.page.locator("#plan-title").text_content() == text
        assert text in visit.page.locator("#title-block").text_content()
        assert text.strip()[:5] in visit.page.evaluate("document.title")
        assert visit.page.evaluate("window.pwned") is None
        visit.close()
    assert not canary.exists()

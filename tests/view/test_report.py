"""The report page: offline, whole, hostile text stays text, numbers agree with the run."""

from __future__ import annotations

import json
import re
import unicodedata

import geopandas as gpd
import pytest
import shapely
from browser import PATIENCE, until
from hostile_texts import payloads
from pdf_text import page_words
from sample_report import CRS, sample_layers, sample_plan, sample_report, sample_verdict

from urbanplan.store.runlog import to_record
from urbanplan.view.report import report_page, report_pdf


def streets() -> gpd.GeoDataFrame:
    lines = [shapely.LineString([(0, 500), (1500, 500)]), shapely.LineString([(1500, 500), (2000, 500)])]
    return gpd.GeoDataFrame({"within": [500.0, float("nan")], "covered": [True, False]}, geometry=lines, crs=CRS)


def page(report=None, **settings) -> str:
    history = settings.pop("history", None)
    results = {"coverage_streets": streets()}
    return report_page(sample_plan(), report or sample_report(), sample_layers(), results, history=history, **settings)


def embedded(text: str) -> dict:
    return json.loads(re.search(r'id="report-data">(.*?)</script>', text, re.DOTALL).group(1))


def test_the_page_holds_the_run():
    data = embedded(page())
    assert [row["id"] for row in data["targets"]] == [f"T-{i + 1}" for i in range(9)]
    assert data["summary"]["status"] == {"met": 3, "not_met": 3, "undecidable": 3}
    assert data["targets"][0]["reading"] == "22 宗"
    assert data["targets"][0]["gauge"] == {"low": 22.0, "high": 22.0, "at": 22.0, "margin": 0.0, "is": ">="}
    assert set(data["findings"]["place"]) <= {"西街", "东街"}
    assert {row["name"]: len(row["used"]) for row in data["inputs"]}["parcels"] == 9


def test_what_is_no_promise_stands_behind_the_promises():
    report = sample_report()
    told = [v.model_copy(update={"role": "context"}) if v.target in ("T-1", "T-4") else v for v in report.verdicts]
    rows = embedded(page(report.model_copy(update={"verdicts": told})))["targets"]
    assert [row["id"] for row in rows] == [f"T-{i}" for i in (2, 3, 5, 6, 7, 8, 9, 1, 4)]


def test_coverage_by_sub_district_is_by_the_metre():
    charts = {chart["title"]: chart for chart in embedded(page())["charts"]}
    coverage = charts["步行可达街巷占比"]
    assert coverage["districts"] == ["西街", "东街"]
    assert coverage["values"][0] == pytest.approx([100.0, 50.0])


def test_the_same_run_gives_the_same_bytes():
    assert page() == page()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_word_is_there_in_both_languages(lang):
    words = embedded(page(lang=lang))["words"]
    assert all(words.values())
    chinese = [word for word in words.values() if re.search(r"[\u4e00-\u9fff]", word)]
    assert len(chinese) > 60 if lang == "zh" else not chinese


def test_a_plan_without_places_still_has_a_report():
    plan = sample_plan()
    plan = plan.model_copy(update={"district": plan.district.model_copy(update={"subdistricts": None})})
    data = embedded(report_page(plan, sample_report(0, 0), {}, {}))
    assert data["charts"] == []
    assert data["targets"] == []


def test_the_pdf_says_the_same():
    pytest.importorskip("typst")
    made = report_pdf(sample_plan(), sample_report(), sample_layers(), {"coverage_streets": streets()})
    assert made == report_pdf(sample_plan(), sample_report(), sample_layers(), {"coverage_streets": streets()})
    words = "\n".join(page_words(made))
    assert all(f"T-{i + 1}" in words for i in range(9))
    assert "示意数据" in words
    assert "parcels.geojson" in words


class Opened:
    """A page opened offline, with what it asked for and where it failed."""

    def __init__(self, browser, path, text, *, width=1400, anchor=""):
        path.write_text(text, encoding="utf-8")
        self.context = browser.new_context(viewport={"width": width, "height": 900}, offline=True)
        self.context.set_default_timeout(PATIENCE * 1000)
        self.page = self.context.new_page()
        self.errors, self.asked, self.dialogs = [], [], []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", lambda said: self.errors.append(said.text) if said.type == "error" else None)
        self.page.on("request", lambda asked: self.asked.append(asked.url))
        self.page.on("dialog", lambda dialog: (self.dialogs.append(dialog.message), dialog.dismiss()))
        self.page.goto(path.as_uri() + anchor)
        self.page.wait_for_selector("html[data-ready]")

    def sound(self):
        assert self.errors == []
        assert self.dialogs == []
        assert len(self.asked) == 1
        assert self.page.evaluate("window.canary") is None


@pytest.mark.browser
def test_a_reader_follows_a_number_to_its_file(browser, tmp_path):
    opened = Opened(browser, tmp_path / "r.html", page())
    view = opened.page
    assert view.locator(".card b").all_inner_texts() == ["3", "3", "3", "9"]
    view.locator("button.card.s-not_met").click()
    assert view.locator(".targets .rows .row").count() == 3
    view.locator(".targets .rows .row").first.click()
    detail = view.locator(".detail")
    assert "T-2" in detail.inner_text()
    assert detail.locator("svg.map path").count() >= 2
    steps = detail.locator(".lineage li").all_inner_texts()
    assert [step.split("\n")[0] for step in steps] == ["目标", "量算方法", "图层", "文件"]
    assert "parcels.geojson" in steps[3]
    detail.locator(".lineage button.link").first.click()
    until(view, lambda: view.locator("#layer-parcels").get_attribute("class") == "chosen")
    opened.sound()


@pytest.mark.browser
def test_filter_search_keyboard_and_address(browser, tmp_path):
    opened = Opened(browser, tmp_path / "r.html", page(sample_report(3000, 900)), anchor="#t=T-2500")
    view = opened.page
    assert "T-2500" in view.locator(".detail").inner_text()
    assert view.locator(".targets .rows .row").count() < 60
    view.locator("#targets input[type=search]").fill("目标 2998")
    until(view, lambda: view.locator(".targets .rows .row").count() == 1)
    view.locator("#targets input[type=search]").fill("")
    until(view, lambda: view.locator(".targets .rows .row").count() > 1)
    view.locator(".targets .view").focus()
    view.keyboard.press("ArrowDown")
    view.keyboard.press("ArrowDown")
    chosen = view.locator(".targets .row.chosen")
    assert chosen.count() == 1
    view.locator("#findings select").first.select_option("error")
    assert view.locator("#findings .told").inner_text() == "300 / 900 行"
    assert set(view.locator("#findings .level").all_inner_texts()) == {"错误"}
    opened.sound()


@pytest.mark.browser
def test_hostile_text_stays_text(browser, tmp_path):
    """One page holds every text, each in a verdict and a finding of its own, and all of them in the plan's words."""
    canary = tmp_path / "canary"
    texts = payloads(str(canary))
    every = "\n".join(texts)
    verdicts = [sample_verdict(number, text=text) for number, text in enumerate(texts)]
    findings = [finding for text in texts for finding in sample_report(0, 4, text=text).findings]
    report = sample_report(0, 0, text=every).model_copy(update={"verdicts": verdicts, "findings": findings})
    plan = sample_plan(title=every, maker=every, chapters=texts)
    run = to_record(report, number=1, at=every, who=every)
    old = to_record(sample_report(3), number=2, at="x", who=every)
    text = report_page(plan, report, sample_layers([every, "东街"]), {}, history=[run, old])
    opened = Opened(browser, tmp_path / "r.html", text)
    assert opened.page.evaluate("document.querySelector('h1').textContent") == every
    opened.page.locator(".targets .view").focus()
    for payload in texts:
        opened.page.keyboard.press("ArrowDown")
        assert payload in opened.page.evaluate("document.querySelector('.detail').textContent")
    assert opened.page.evaluate("window.pwned") is None
    opened.sound()
    opened.context.close()
    assert not canary.exists()


@pytest.mark.browser
def test_at_390_pixels_nothing_runs_out_of_the_page(browser, tmp_path):
    old = to_record(sample_report(6), number=1, at="2025-11-30T08:00:00+00:00", who="甲")
    new = to_record(sample_report(9), number=2, at="2025-12-31T08:00:00+00:00", who="乙")
    opened = Opened(browser, tmp_path / "r.html", page(history=[old, new]), width=390)
    view = opened.page
    assert view.evaluate("document.documentElement.scrollWidth") <= 390
    view.locator(".targets .rows .row").first.click()
    assert view.locator(".detail.open").is_visible()
    view.locator(".detail .close").click()
    assert not view.locator(".detail").is_visible()
    assert view.locator("svg.trend").count() == 1
    opened.sound()


@pytest.mark.browser
def test_print_holds_every_filtered_row(browser, tmp_path):
    opened = Opened(browser, tmp_path / "r.html", page(sample_report(150, 5)))
    made = opened.page.pdf(format="A4")
    pages = page_words(made)
    of_targets = [text for text in pages if len(re.findall(r"T-\d+", text)) > 10]
    assert len(of_targets) > 3
    assert all("量算值" in unicodedata.normalize("NFKC", text) for text in of_targets), "each page has the table's head"
    words = "\n".join(pages)
    assert all(f"T-{i + 1}" in words for i in range(150))
    assert "示意数据" in unicodedata.normalize("NFKC", words)
    opened.sound()

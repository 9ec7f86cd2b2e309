"""The director's page: whole on one A4, without a script, hostile texts stay texts."""

from __future__ import annotations

import datetime
import re
from io import BytesIO

import pytest
from browser import PageVisit
from hostile_texts import payloads
from page_layout import FIGURE, NAME, faults_at_each_size
from pypdf import PdfReader
from sample_report import sample_layers, sample_plan, sample_report

from urbanplan.model.plan import Target
from urbanplan.model.readiness import Want
from urbanplan.model.reading import Bound, Reading
from urbanplan.store.diff import diff_runs
from urbanplan.store.runlog import to_record
from urbanplan.view.report.brief import MAX_RED, Progress, brief_page
from urbanplan.view.report.gauge import bound_gauge


def page(report, plan=None, progress=None, **settings) -> str:
    return brief_page(
        plan or sample_plan(), report, sample_layers(), {}, progress=progress or Progress(None, []), **settings
    )


def test_red_targets_stand_by_due_date_with_owner_and_thumbnail():
    report = sample_report(9)
    targets = [Target(id="T-8", due=datetime.date(2025, 6, 30), owner="住建局"), Target(id="T-2")]
    made = page(report, sample_plan(target=targets))
    red = re.findall(r"<code>(T-\d)</code>", made)
    assert red == ["T-8", "T-2", "T-5"]
    assert '<span class="whole">期限：2025-06-30</span> · 责任单位：住建局' in made
    assert made.count('class="area"') == 3
    assert "<script>" not in made
    assert "script-src 'none'" in made


def _widths(svg: str) -> dict[str, tuple[float, float]]:
    found = re.findall(r'<rect x="([\d.]+)" y="\d+" width="([\d.]+)" height="\d+" class="([\w-]+)"', svg)
    return {style: (float(x), float(x) + float(width)) for x, width, style in found}


@pytest.mark.parametrize(
    ("low", "high", "comparator", "number"),
    [(291, 291, ">=", 300), (40, 55, "<=", 30), (-3, -3, ">=", 2), (2.5, 2.5, "=", 3)],
)
def test_what_has_no_place_shows_its_reading_against_its_bound(low, high, comparator, number):
    drawn = _widths(
        bound_gauge(Reading(low=low, high=high, unit="km"), Bound(comparator=comparator, number=number, unit="km"))
    )
    (left, right), mark = drawn["track"], sum(drawn["mark"]) / 2
    assert (left, right) == (9, 83)
    assert all(left <= a < b <= right + 1 for a, b in drawn.values())
    bar = drawn["f-not_met"]
    assert (bar[1] < mark) == (max(high, 0) < number)
    assert ("open" in drawn) == (low != high)
    if comparator != "=":
        assert drawn["f-met"] == pytest.approx((mark, right) if comparator == ">=" else (left, mark), abs=0.01)
    other = Bound(comparator=comparator, number=number, unit="km")
    assert bound_gauge(None, other) == bound_gauge(Reading(low=0, high=None, unit="km"), other) == ""


def test_what_turned_and_what_would_settle_most():
    report = sample_report(9)
    now = to_record(report)
    was = now.model_copy(
        update={
            "targets": {**now.targets, "T-1": now.targets["T-1"].model_copy(update={"status": "not_met"})},
            "layers": {**now.layers, "parcels": "other"},
        }
    )
    wants = [Want(what="台账", owner="统计局", targets=["T-3", "T-6"])]
    made = page(report, progress=Progress(diff_runs(was, now), wants), lang="en")
    assert 'Turned since the last run</h2><ul><li><span class="what"><b>✕ → <i class="s-met">✓</i></b> T-1' in made
    assert "layer parcels changed" in made
    assert "台账</span><small>settles 2: T-3, T-6 · 统计局</small>" in made
    assert "There is no earlier run in the log." in page(report, lang="en")


@pytest.mark.browser
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_it_prints_on_one_a4_and_keeps_its_parts_apart(browser, tmp_path, lang):
    name = NAME[lang][:60]
    report = sample_report(60)
    reading = Reading(low=FIGURE, high=FIGURE + 1, unit="m")
    verdicts = [
        v.model_copy(update={"title": name, "chapter": f"{k % 14}{name}"[:60], "reading": reading})
        for k, v in enumerate(report.verdicts)
    ]
    targets = [Target(id=v.target, owner=name) for v in verdicts]
    chapters = {v.chapter: {"met": 3, "not_met": 2} for v in verdicts}
    summary = report.summary.model_copy(update={"chapters": chapters})
    report = report.model_copy(update={"verdicts": verdicts, "summary": summary})
    now = to_record(report)
    other = {key: one.model_copy(update={"status": "undecidable"}) for key, one in now.targets.items()}
    turned = diff_runs(now.model_copy(update={"targets": other}), now)
    progress = Progress(turned, [Want(what=name, owner=name, targets=list(now.targets))] * 9)
    file = tmp_path / "brief.html"
    plan = sample_plan(title=name, target=targets)
    file.write_text(page(report, plan, progress, lang=lang), encoding="utf-8")
    visit = PageVisit(browser, file, ready="main")
    found = faults_at_each_size(visit.page, "header, section, footer, .turned, .wants", whole=".reading", tall=True)
    pages = PdfReader(BytesIO(visit.page.pdf(prefer_css_page_size=True))).pages
    visit.close()
    assert sorted(set(found)) == []
    assert len(pages) == 1
    text = pages[0].extract_text()
    assert len(set(re.findall(r"T-\d+", text))) >= MAX_RED
    assert "urbanplan" in text


def test_hostile_texts_are_texts():
    text = " ".join(payloads("canary"))
    made = page(sample_report(3, text=text), sample_plan(title=text))
    assert re.findall(r"<(script|img|iframe|svg onload|a |style [^>])", made) == []
    assert "{{" not in made

"""Text that would act elsewhere: the same 60 texts through every door, as names, values, titles and units."""

from __future__ import annotations

import csv
import html
import io
import json
import re
import sqlite3
from contextlib import closing
from urllib.parse import unquote

import geopandas as gpd
import pytest
import shapely
from door_checks import FORMULA_STARTS, Elements, acting_pdf, acting_sarif, acting_signs, acting_workbook
from hostile_texts import acting_texts
from map_scenario import map_inputs
from pypdf import PdfReader
from rich.console import Console
from sample_report import CRS, sample_layer, sample_layers, sample_plan, sample_report, sample_verdict

from urbanplan.cli.output import Output
from urbanplan.errors import ViewError
from urbanplan.exchange import read, write
from urbanplan.exchange.geopackage.database import table_name
from urbanplan.model.plan import Target
from urbanplan.model.readiness import Want
from urbanplan.model.reading import Bound, Evidence, exact_reading
from urbanplan.model.translation import use_language
from urbanplan.store.diff import Change
from urbanplan.view.document.encoding import to_json
from urbanplan.view.geopackage_report import write_geopackage_report
from urbanplan.view.index_page import IndexEntry, index_page
from urbanplan.view.map.base import choose_base_map
from urbanplan.view.map.draw import draw_map
from urbanplan.view.page import Page
from urbanplan.view.report import report_page, report_pdf
from urbanplan.view.report.brief import Progress, brief_page
from urbanplan.view.sarif import sarif_log
from urbanplan.view.sheets import cjk_font
from urbanplan.view.sheets.batch import unique_stems
from urbanplan.view.sheets.parcel import parcel_data
from urbanplan.view.sheets.parcels import parcel_atlas
from urbanplan.view.sheets.typesetting import Typesetter
from urbanplan.view.spreadsheet import csv_text, verdict_csv
from urbanplan.view.terminal.console import plain_text
from urbanplan.view.terminal.report import render_report

TEXTS = acting_texts("canary")


def hostile_report():
    """A run in which each text is title, quote, unit, reason and place of a verdict, and every word of a finding."""
    verdicts = [
        sample_verdict(number, text=text).model_copy(
            update={"reading": exact_reading(1, text), "evidence": Evidence(layers={text: ["P1"]})}
        )
        for number, text in enumerate(TEXTS)
    ]
    made = [finding for text in TEXTS for finding in sample_report(0, 1, text=text).findings]
    findings = [finding.model_copy(update={"code": "layer-overlap"}) for finding in made]
    return sample_report(0, 0).model_copy(update={"verdicts": verdicts, "findings": findings})


def hostile_frame() -> gpd.GeoDataFrame:
    """Each text as value, and as name of a column."""
    columns = {f"{text}·": TEXTS for text in TEXTS if text.isprintable()}
    return gpd.GeoDataFrame({"id": range(len(TEXTS)), **columns}, geometry=[shapely.Point(1, 2)] * len(TEXTS), crs=CRS)


def test_there_are_sixty():
    assert len(set(TEXTS)) == 60


def test_terminal():
    stream = io.StringIO()
    Console(file=stream, width=400, highlight=False).print(render_report(hostile_report()))
    shown = stream.getvalue() + "".join(plain_text(text).plain for text in TEXTS)
    assert acting_signs(shown) == set()
    assert "{{ 7*7 }}" in shown
    assert "[x](javascript:window.pwned=1)" in shown, "no markup of the terminal's library either"


def test_json_on_a_terminal(capfdbinary):
    """A program that reads it gets the same texts; a terminal gets escapes of what it would obey."""
    document = {"texts": [*TEXTS, "\x9b31m", "\u202e", "\u2028", "\U000e0041"]}
    Output("json", None).put(to_json(document))
    shown = capfdbinary.readouterr().out
    assert acting_signs(shown.decode()) == set()
    assert json.loads(shown) == document


def test_csv(tmp_path):
    path = write(hostile_frame(), tmp_path / "a.csv", allow_loss=True).path
    with path.open(encoding="utf-8-sig", newline="") as stream:
        cells = [cell for row in csv.reader(stream) for cell in row]
    cells += [
        cell for row in csv.reader(io.StringIO(verdict_csv(hostile_report()).removeprefix("\ufeff"))) for cell in row
    ]
    cells += [
        cell for row in csv.reader(io.StringIO(csv_text(tuple(TEXTS), []).removeprefix("\ufeff"))) for cell in row
    ]
    assert [cell for cell in cells if cell.startswith(FORMULA_STARTS)] == []
    again = read(path).frame
    assert again[f"{TEXTS[40]}·"].tolist() == TEXTS


def test_xlsx(tmp_path):
    path = write(hostile_frame(), tmp_path / "a.xlsx", allow_loss=True).path
    assert acting_workbook(path) == []
    assert len(read(path).frame) == len(TEXTS)


def test_html():
    text = "\n".join(TEXTS)
    plan = sample_plan(title=text, maker=text, chapters=TEXTS)
    page = report_page(plan, hostile_report(), sample_layers([text, "b"]), {})
    harmless = report_page(sample_plan(), sample_report(3, 3, text="a"), sample_layers(), {})
    assert Elements(page).seen == Elements(harmless).seen
    data = json.loads(re.search(r'id="report-data">(.*?)</script>', page, re.DOTALL)[1])
    assert [row["quote"] for row in data["targets"]] == TEXTS


def test_front_page():
    """Texts as title, facts, names and descriptions of files; a link leads to the file of that name, and only there."""
    entries = [IndexEntry(text, text, text, 1) for text in TEXTS]
    made = index_page(TEXTS[19], TEXTS[21], entries, warning=TEXTS[24], lang="en")
    harmless = index_page("a", "a", [IndexEntry("a", "a", "a", 1)], warning="a", lang="en")
    assert Elements(made).seen == Elements(harmless).seen
    links = re.findall(r'<a href="([^"]*)">', made)
    assert [unquote(link) for link in links] == TEXTS
    assert [link for link in links if re.search(r"[:\s]", link)] == []
    with pytest.raises(ViewError, match="//example"):
        index_page("a", "a", [IndexEntry("//example.invalid/x", "a", "a", 1)], lang="en")


@pytest.mark.parametrize("start", range(0, 60, 20))
def test_brief_page(start):
    """Texts as name, number, unit, chapter, owner, cause and want of a director's page."""

    def target(text):
        return Target(id="a", owner=text).model_copy(update={"id": text})

    def made(texts):
        verdicts = [
            sample_verdict(1, text=text).model_copy(
                update={
                    "target": text,
                    "reading": exact_reading(1, text),
                    "bound": Bound(comparator=">", number=2, unit="m"),
                }
            )
            for text in texts
        ]
        counts = {text: {"not_met": 1} for text in texts}
        report = sample_report(0, 0).model_copy(update={"verdicts": verdicts})
        report = report.model_copy(update={"summary": report.summary.model_copy(update={"chapters": counts})})
        change = [Change(text, text, "worse", None, None, (text, text)) for text in texts]
        wants = [Want(what=text, owner=text, targets=[text]) for text in texts]
        plan = sample_plan(title=texts[0], maker=texts[1], target=[target(text) for text in texts])
        return brief_page(plan, report, sample_layers(), {}, progress=Progress(change, wants), lang="en")

    texts = TEXTS[start : start + 20]
    page = made(texts)
    assert Elements(page).seen == Elements(made([f"a{k}" for k in range(20)])).seen
    assert "{" not in re.sub("<style>.*?</style>", "", page, flags=re.DOTALL)
    shown = html.unescape(re.sub("<[^>]*>", "", page))
    assert [text for text in texts[:5] if text not in shown] == []


def test_map_page(tmp_path):
    """Texts as what turned and why, ids and names of proposed sites, and the credit of a ground: data, never markup."""

    def made(texts):
        plan, report, town, results = map_inputs()
        spots = [shapely.Point(458_000 + 20 * k, 3_853_000) for k in range(len(texts))]
        columns = dict.fromkeys(("id", "name", "caption", "basis"), texts)
        results["proposed_sites"] = gpd.GeoDataFrame(columns, geometry=spots, crs="EPSG:4547")
        changes = [Change(v.target, texts[0], "worse", None, None, tuple(texts)) for v in report.verdicts]
        base = tmp_path / "maps" / "bases" / "mine.toml"
        base.parent.mkdir(parents=True, exist_ok=True)
        words = json.dumps("\n".join(texts)).replace("\x7f", "")
        base.write_text(f'title = {{en = {words}, zh = {words}}}\ncredit = {{en = {words}, zh = {words}}}\n'
                        'addresses = ["https://tiles.example/{z}/{x}/{y}.png"]\n', encoding="utf-8")  # fmt: skip
        plan = plan.model_copy(update={"file": str(tmp_path / "plan.toml")})
        return draw_map(plan, report, town, results, lang="en", since=changes, online="mine:")

    page = made(TEXTS)
    assert Elements(page).seen == Elements(made(["a"] * len(TEXTS))).seen
    data = {name: json.loads(text) for name, text in re.findall(r'id="(map-\w+)">(.*?)</script>', page, re.DOTALL)}
    assert data["map-meta"]["online"]["credit"] == "\n".join(TEXTS)
    assert all(text in data["map-verdicts"][0]["turned"]["why"] for text in TEXTS)


def test_pdf():
    """Texts of a report, and of sheets as ids, names and values of parcels, in two documents."""
    pytest.importorskip("typst")
    text = "\n".join(TEXTS)
    plan = sample_plan(title=text, maker=text, chapters=TEXTS)
    report = report_pdf(plan, hostile_report(), sample_layers([text, "b"]), {}, lang="en")
    squares = [shapely.box(458_800 + 150 * at, 0, 458_900 + 150 * at, 100) for at in range(15)]
    columns = {name: TEXTS[at::4] for at, name in enumerate(("id", "name", "stage", "supply_mode"))}
    parcels = sample_layer("parcels", "polygon", squares, **columns)
    with use_language("en"):
        book = parcel_atlas(plan, {"parcels": parcels}, cjk_font())
        typesetter = Typesetter(cjk_font())
        data = [parcel_data(book, at) for at in range(15)]
        sheets = typesetter.pdf(typesetter.packed(data, title=text, author=text))
    for made in (report, sheets):
        assert acting_pdf(made) == []
        words = "".join(page.extract_text() for page in PdfReader(io.BytesIO(made)).pages)
        assert acting_signs(words) == set()
        for shown in ("{{ 7*7 }}", '#panic("x")', "*粗* _斜_ `码` @ref // $x$", "<!--", "=HYPERLINK("):
            assert "".join(shown.split()) in "".join(words.split()), shown


def test_sarif():
    log = sarif_log(hostile_report())
    assert len(log["runs"][0]["results"]) == 120
    assert acting_sarif(json.dumps(log)) == []


def test_sql(tmp_path):
    """Names of layers, columns and values of a database."""
    some = [text for text in TEXTS[41::3] + TEXTS[:40:8] if text.isprintable()]  # each is a layer, which takes its time
    named = list({table_name(text): text for text in some}.values())
    layers = {text: sample_layer(text, "point", [shapely.Point(1, 2)], id=["P1"]) for text in named}
    path = write_geopackage_report(hostile_report(), tmp_path / "a.gpkg", layers=layers, results={})
    with closing(sqlite3.connect(path)) as base:
        assert base.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        tables = {name for (name,) in base.execute("SELECT table_name FROM gpkg_contents")}
        assert sum(name.startswith("evidence_") for name in tables) == len(named)
        assert [quote for (quote,) in base.execute("SELECT title FROM verdicts ORDER BY rowid")] == TEXTS
        assert {name for _, name, _ in base.execute("PRAGMA database_list")} <= {"main", "temp"}
    again = read(write(hostile_frame(), tmp_path / "b.gpkg", allow_loss=True).path).frame
    assert again[f"{TEXTS[52]}·"].tolist() == TEXTS


def test_policy(tmp_path):
    hosts = [text for text in TEXTS if not re.fullmatch("[A-Za-z0-9.-]+", text)]
    assert len(hosts) == 59
    for text in hosts:
        with pytest.raises(ViewError):
            Page(pictures_from=[f"https://{text}"]).html()
    (tmp_path / "maps" / "bases").mkdir(parents=True)
    base = tmp_path / "maps" / "bases" / "mine.toml"
    head = 'title = {en = "m", zh = "m"}\naddresses = ["https://{s}.tiles.example/{z}/{x}/{y}.png"]\nsubdomains = '
    for text in hosts:
        base.write_text(head + json.dumps(text), encoding="utf-8")
        with pytest.raises(ViewError):
            choose_base_map("mine:", beside=tmp_path)
    base.write_text(head + '"01a"', encoding="utf-8")
    chosen = choose_base_map("mine:", beside=tmp_path)
    assert chosen is not None
    assert chosen.origins() == [f"https://{letter}.tiles.example" for letter in "01a"]
    assert "img-src data: blob: https://0.tiles.example " in Page(pictures_from=chosen.origins()).html()


def test_file_names(tmp_path):
    stems = unique_stems(TEXTS)
    assert len({stem.casefold() for stem in stems}) == len(TEXTS)
    for stem in stems:
        file = tmp_path / f"{stem}.pdf"
        file.touch()
        assert file.resolve().parent == tmp_path
    assert len(list(tmp_path.iterdir())) == len(TEXTS)

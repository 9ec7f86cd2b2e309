"""Two runs on one map: what turned since a run, with the run's reading and the cause."""

from __future__ import annotations

import json
import re

import pytest
from browser import PageVisit, until
from map_scenario import map_inputs
from page_layout import FIGURE, MAP_PARTS, NAME, faults_at_each_size, map_faults

from urbanplan.cli.app import run
from urbanplan.model.reading import exact_reading
from urbanplan.store.diff import diff_runs
from urbanplan.store.runlog import to_record
from urbanplan.view.map.draw import draw_map


def earlier(report):
    """The report as an earlier run had it: the first verdict was met with another reading, the second was not there."""
    first, _, *rest = report.verdicts
    first = first.model_copy(update={"status": "met", "reading": exact_reading(22, first.reading.unit)})
    layers = [one.model_copy(update={"digest": "0" * 64}) for one in report.layers]
    return report.model_copy(update={"verdicts": [first, *rest], "layers": layers})


@pytest.fixture(scope="module")
def compared():
    """The town's map against its earlier run, and the changes."""
    plan, report, layers, results = map_inputs()
    first = report.verdicts[0].model_copy(update={"status": "not_met", "reading": exact_reading(4, "宗")})
    report = report.model_copy(update={"verdicts": [first, *report.verdicts[1:]]})
    changes = diff_runs(to_record(earlier(report)), to_record(report))
    return draw_map(plan, report, layers, results, lang="en", since=changes), changes, first.target


def block(page, name):
    return json.loads(re.search(rf'id="{name}">(.*?)</script>', page, re.DOTALL)[1])


def test_the_page_knows_what_turned_and_why(compared):
    page, changes, target = compared
    held = {row["target"]: row["turned"] for row in block(page, "map-verdicts")}
    assert block(page, "map-meta")["compared"]
    assert {name: turned["way"] for name, turned in held.items() if turned} == {one.target: one.way for one in changes}
    assert (held[target]["way"], held[target]["was"]) == ("worse", "met")
    assert held[target]["before"].startswith("22")
    assert held[target]["why"]


def test_a_map_of_one_run_says_nothing_of_another():
    page = draw_map(*map_inputs(), lang="en")
    assert not block(page, "map-meta")["compared"]
    assert [row["turned"] for row in block(page, "map-verdicts") if row["turned"]] == []


def test_list_colour_legend_and_address_show_it(browser, compared, tmp_path):
    page_text, changes, target = compared
    file = tmp_path / "map.html"
    file.write_text(page_text, encoding="utf-8")
    visit = PageVisit(browser, file)
    page = visit.page
    line = page.locator(f"#verdict-list .verdict[data-target='{target}'] .turn")
    assert line.inner_text().split() == ["worse", "before:", "met", "·", "22", "宗"]
    page.locator("#verdict-scope").uncheck()
    page.locator("#verdict-turned").check()
    assert page.locator("#verdict-list .verdict").count() == len(changes)
    page.locator("#show-layers").click()
    page.locator("input[name=colour][value=turned]").check()
    assert [text for text in page.locator("#legend-body").inner_text().split("\n") if text][:4] == [
        "by what turned", "better", "same verdict, other reading", "worse",
    ]  # fmt: skip
    until(page, "location.hash.includes('turned=1') && location.hash.includes('colour=turned')")
    address = page.evaluate("location.hash")
    other = PageVisit(browser, file, address=address)
    assert other.page.evaluate("[urbanplan.state.turned, urbanplan.state.colour]") == [True, "turned"]
    assert other.page.locator("#verdict-turned").is_checked()
    assert faults_at_each_size(other.page, MAP_PARTS) == []


@pytest.mark.browser
@pytest.mark.parametrize("lang", ["zh", pytest.param("en", marks=pytest.mark.corpus)])
def test_two_runs_with_long_names_and_figures_keep_their_parts_apart(browser, tmp_path, lang):
    name = NAME[lang][:60]
    plan, report, layers, results = map_inputs(**dict.fromkeys(("plan title", "district", "title", "maker"), name))
    was = report.model_copy(update={"verdicts": [_long(v, name, FIGURE) for v in report.verdicts]})
    now = report.model_copy(update={"verdicts": [_long(v, name, FIGURE + 1) for v in report.verdicts]})
    changes = diff_runs(to_record(earlier(was)), to_record(now))
    file = tmp_path / "map.html"
    file.write_text(draw_map(plan, now, layers, results, lang=lang, since=changes), encoding="utf-8")
    acts = ["urbanplan.change({ turned: true, colour: 'turned' })", None,
            "document.querySelector('#legend').classList.add('open')", "document.body.classList.add('sheet-open')", None]  # fmt: skip
    assert map_faults(browser, file, acts) == []


def _long(verdict, name, figure):
    unit = verdict.reading.unit if verdict.reading else "km"
    return verdict.model_copy(update={"title": name, "reading": exact_reading(figure, unit)})


def test_the_command_compares_with_a_run_of_the_log(made, tmp_path, capsys):
    out = tmp_path / "map.html"
    assert run(["map", str(made), "--since", "last", "-o", str(out)]) == 0
    held = {row["target"]: row["turned"] for row in block(out.read_text("utf-8"), "map-verdicts")}
    assert (held["T-1"]["way"], held["T-1"]["was"]) == ("worse", "met")
    assert run(["map", str(made), "--since", "last~7", "-o", str(out)]) == 2
    assert "last~7" in capsys.readouterr().err


@pytest.fixture
def made(tmp_path):
    """A plan that was checked once and changed since."""
    point = '{{"type": "Feature", "properties": {{"id": "{0}"}}, "geometry": {{"type": "Point", "coordinates": [113.{0}, 34.8]}}}}'
    folder = tmp_path / "plan"
    (folder / "types").mkdir(parents=True)
    (folder / "types" / "spots.toml").write_text('title = { en = "Spots" }\ngeometry = "point"\n[fields.id]\n', "utf-8")

    def write(ids):
        features = ", ".join(point.format(one) for one in ids)
        (folder / "spots.geojson").write_text(f'{{"type": "FeatureCollection", "features": [{features}]}}', "utf-8")

    (folder / "plan.toml").write_text(
        'schema_version = 1\nid = "x"\ntitle = "x"\nas_of = 2025-12-31\n[district]\nname = "x"\ncrs = "EPSG:4547"\n'
        '[[layer]]\nname = "spots"\nfile = "spots.geojson"\ntype = "spots"\nbasis = "reported"\n'
        '[[target]]\nid = "T-1"\nbound = { comparator = ">=", number = 2, unit = "count" }\n'
        'measure = { kind = "count", of = "spots" }\n', "utf-8")  # fmt: skip
    write(["51", "52"])
    assert run(["report", str(folder), "-o", str(tmp_path / "report.html")]) == 0, "a report is a run of the log"
    write(["51"])
    return folder

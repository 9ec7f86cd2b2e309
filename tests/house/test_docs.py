"""The pages say what the code does: references are current, commands exist, code blocks run, Chinese pages keep up."""

from __future__ import annotations

import json
import re
import shutil
import tomllib
from functools import cache
from pathlib import Path

import pytest
from house.docs_scripts import load_script
from house.markdown import blocks, commands

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
GENERATED = (
    "plan-file.md",
    "findings.md",
    "commands.md",
    "architecture.md",
    "speed.md",
    "safety.md",
    "coverage.md",
    "mutants.md",
)
ENGLISH = [ROOT / "README.md", *(page for page in sorted(DOCS.glob("*.md")) if page.name not in GENERATED)]
CHINESE = [ROOT / "README.zh.md", *(page for page in sorted((DOCS / "zh").glob("*.md")) if page.name not in GENERATED)]


def name_of(page: Path) -> str:
    return str(page.relative_to(ROOT))


def twin(page: Path) -> Path:
    """The English page of a Chinese one."""
    return ROOT / "README.md" if page.parent == ROOT else DOCS / page.name


PAGES = load_script("generate").PAGES


@pytest.mark.parametrize("name", list(PAGES))
def test_reference_is_current(name):
    assert (DOCS / name).read_text(encoding="utf-8") == PAGES[name](), "run `make docs`"


def test_every_meaning_of_the_plan_file_is_chinese():
    rows = (DOCS / "zh" / "plan-file.md").read_text(encoding="utf-8").splitlines()
    meanings = [row.rpartition(" | ")[2].strip(" |") for row in rows if row.startswith("| `")]
    assert [text for text in meanings if text and not re.search(r"[\u4e00-\u9fff]", text)] == []
    assert sum(map(bool, meanings)) > 100


@cache
def parser_of(command: str):
    """What parses the options of a command."""
    import typer

    from urbanplan.cli.app import app

    root = typer.main.get_command(app(command))
    inner = root.commands[command]  # pyright: ignore[reportAttributeAccessIssue]
    return inner.make_parser(inner.make_context(command, [], resilient_parsing=True))


@pytest.mark.parametrize("page", [*ENGLISH, *CHINESE], ids=name_of)
def test_every_command_of_a_page_exists_with_its_options(page):
    from urbanplan.cli.app import COMMANDS
    from urbanplan.cli.app import _split_global_options as without_common_options

    for line, words in commands(page):
        assert words[0] in COMMANDS, f"line {line}"
        rest = without_common_options(words[1:])[0]
        parser_of(words[0]).parse_args([word for word in rest if word != "…"])


@pytest.mark.parametrize("page", [*ENGLISH, *CHINESE], ids=name_of)
def test_every_block_of_a_page_can_be_read(page):
    for block in blocks(page):
        text = "\n".join(block.lines)
        if block.language == "toml":
            tomllib.loads(text)
        elif block.language == "python":
            compile(text, f"{page.name}:{block.line}", "exec")
        elif block.language == "json":
            json.loads(text)


@pytest.mark.parametrize("page", CHINESE, ids=name_of)
def test_a_chinese_page_has_the_blocks_of_its_english_twin(page):
    assert [b.code for b in blocks(page)] == [b.code for b in blocks(twin(page))]


@pytest.mark.parametrize("page", CHINESE, ids=name_of)
def test_a_chinese_page_has_the_sections_and_pictures_of_its_twin(page):
    def shape(text: str) -> tuple[list[str], list[str]]:
        return re.findall(r"^#+(?= )", text, re.M), re.findall(r"pictures/[\w-]+\.\w+", text)

    assert shape(page.read_text(encoding="utf-8")) == shape(twin(page).read_text(encoding="utf-8"))


HAN = r"[\u4e00-\u9fff]"


@pytest.mark.parametrize("page", [*CHINESE, DOCS / "zh" / "findings.md"], ids=name_of)
def test_chinese_has_chinese_punctuation(page):
    text = re.sub(r"^```.*?^```$|^    .*$", "", page.read_text(encoding="utf-8"), flags=re.M | re.S)
    prose = re.sub(r"`[^`\n]*`|\]\([^)]*\)", "]", text)
    assert re.findall(rf"{HAN}[,;:?!()].{{0,8}}|[(]{HAN}.{{0,8}}", prose) == []


@pytest.mark.parametrize("page", CHINESE, ids=name_of)
def test_pages_of_two_languages_lead_to_each_other(page):
    here, there = page.read_text(encoding="utf-8"), twin(page).read_text(encoding="utf-8")
    assert "[English](" in here
    assert "[中文](" in there


def test_pictures_are_those_that_the_figures_were_noted_with():
    pictures = load_script()
    stated = json.loads(pictures.FIGURES.read_text(encoding="utf-8"))["pictures"]
    assert pictures.digests(list(stated)) == stated, "run `make pictures`"
    drawn = {path.stem for path in pictures.PICTURES.glob("*.png")}
    of_the_desk = set(load_script("desk_pictures").NAMES)  # they hold no figure of the demo
    assert drawn == set(stated) | of_the_desk, "every picture is made by the command"


def test_figures_tell_a_changed_reading_a_changed_total_and_a_changed_layer():
    pictures = load_script()
    verdict = {"target": "T", "status": "met", "reading": {"low": 22, "high": 22.0000000001, "unit": "宗"}}
    report = {
        "plan": {"digest": "p"},
        "layers": [{"name": "a", "digest": "1"}],
        "verdicts": [verdict, {"target": "N", "status": "undecidable", "reading": None}],
        "summary": {"status": {"met": 1}, "measured": 1, "findings": {}},
    }
    stated = pictures.figures(report)
    assert stated["readings"] == {"N": ["undecidable", None, None], "T": ["met", "22", "22"]}
    for change in (
        {"layers": [{"name": "a", "digest": "2"}]},
        {"summary": {"status": {"met": 2}, "measured": 1, "findings": {}}},
        {"verdicts": [verdict | {"reading": {"low": 21, "high": 22, "unit": "宗"}}]},
    ):
        assert pictures.figures(report | change) != stated


@pytest.fixture(scope="module")
def desk(tmp_path_factory) -> Path:
    """A folder with the files that the how-tos name, of a town of nine blocks."""
    import pandas as pd
    from map_scenario import layers

    from urbanplan.analysis.files import write_frame

    folder = tmp_path_factory.mktemp("desk")
    town = {name: layer.frame for name, layer in layers().items()}
    town["streets"].to_file(folder / "streets.gpkg")
    town["streets"].to_file(folder / "roads.gpkg")
    town["homes"].to_file(folder / "homes.gpkg")
    town["parcels"][["id", "geometry"]].to_file(folder / "parcels.shp", encoding="utf-8")
    (folder / "sites.geojson").write_text(town["fitness_sites"].to_crs(4326).to_json(), encoding="utf-8")
    for name in ("subdistricts", "railways", "boundary"):
        (folder / f"{name}.geojson").write_text(town[name].to_crs(4326).to_json(), encoding="utf-8")
    (folder / "lots.geojson").write_text(town["parcels"].to_crs(4326).to_json(), encoding="utf-8")
    (folder / "raw").mkdir()
    town["streets"].to_file(folder / "raw" / "streets.gpkg")
    shutil.copyfile(folder / "subdistricts.geojson", folder / "raw" / "wards.geojson")
    ledger = pd.DataFrame({"地块编号": town["parcels"]["id"], "供应年度": 2025, "公告面积": 15.0})
    write_frame(ledger, folder / "ledger.xlsx")
    shutil.copytree(ROOT / "layers" / "zhengzhou-hitech", folder / "layers" / "zhengzhou-hitech")
    return folder


RUN = ("howto-coverage", "howto-network", "howto-findings", "howto-intake", "howto-siting")
TOO_LONG = ("--plan", "--with", "check", "readiness")  # a whole district: the tests of the demo run these
OWN_PLAN = "my-plan"  # a small one that the page itself starts


@pytest.mark.parametrize("name", RUN)
def test_the_commands_of_a_how_to_run(desk, monkeypatch, name):
    from urbanplan.cli.app import run

    monkeypatch.chdir(desk)
    lines = [words for _, words in commands(DOCS / f"{name}.md") if "…" not in words]
    ran = [words for words in lines if not set(TOO_LONG) & set(words) or OWN_PLAN in words]
    assert ran
    assert {" ".join(words): run(words) for words in ran} == {" ".join(words): 0 for words in ran}


@pytest.mark.parametrize("name", ["howto-coverage", "howto-network"])
def test_the_python_of_a_how_to_runs(desk, monkeypatch, name):
    monkeypatch.chdir(desk)
    for block in blocks(DOCS / f"{name}.md"):
        if block.language == "python":
            exec(compile("\n".join(block.lines), f"{name}:{block.line}", "exec"), {})  # noqa: S102 - the page says so


def test_what_the_quick_start_says_of_a_parcel_that_is_taken_away(desk, capsys):
    from urbanplan.cli.app import run

    plan = desk / "layers" / "zhengzhou-hitech"
    parcels = json.loads((plan / "parcels.geojson").read_text(encoding="utf-8"))
    parcels["features"].pop()
    (plan / "parcels.geojson").write_text(json.dumps(parcels, ensure_ascii=False), encoding="utf-8")
    report = desk / "report.json"
    assert run(["check", str(plan), "--select", "SP-001", "--output", f"json:{report}"]) == 1
    verdict = json.loads(report.read_text(encoding="utf-8"))["verdicts"][0]
    assert (verdict["status"], verdict["reading"]["high"], verdict["bound"]["number"]) == ("not_met", 21, 22)

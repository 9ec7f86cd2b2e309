"""One way to mean it: a plan's folder and file, its language, its order of chapters, options that do nothing."""

from __future__ import annotations

import json

import pytest
from plans import small_district

from urbanplan.cli.app import run


@pytest.fixture
def plan(tmp_path):
    return small_district.write(tmp_path / "plan")


@pytest.mark.parametrize("form", ["file", "folder"])
def test_diff_reads_the_plan_s_own_log(plan, tmp_path, form, capsys):
    assert run(["report", str(plan), "-o", str(tmp_path / "report.html")]) == 0
    assert run(["report", str(plan), "-o", str(tmp_path / "report.html")]) == 0
    capsys.readouterr()
    given = {"file": plan, "folder": plan.parent}[form]
    assert run(["diff", "last~1", "last", "--plan", str(given)]) == 0


def language_of(page):
    return "zh" if 'lang="zh' in page.read_text("utf-8")[:2000] else "en"


@pytest.mark.parametrize(
    ("own", "words", "language"), [("zh", [], "zh"), ("en", [], "en"), ("zh", ["--lang", "en"], "en")]
)
def test_the_plan_s_language_holds_for_map_and_report(plan, tmp_path, monkeypatch, own, words, language):
    monkeypatch.setenv("LC_ALL", "C")
    text = "\n".join(line for line in plan.read_text("utf-8").splitlines() if not line.startswith("language ="))
    plan.write_text(f'language = "{own}"\n{text}\n', "utf-8")
    for command in ("map", "report"):
        page = tmp_path / f"{command}.html"
        assert run([command, str(plan), "-o", str(page), *words]) == 0
        assert language_of(page) == language


def test_a_base_map_without_online_is_told_to_do_nothing(plan, tmp_path, capsys):
    assert run(["map", str(plan), "-o", str(tmp_path / "map.html"), "--base", "tianditu"]) == 0
    assert "--base does nothing without --online" in capsys.readouterr().err
    assert run(["map", str(plan), "-o", str(tmp_path / "map.html")]) == 0
    assert "--base" not in capsys.readouterr().err


def test_chapters_keep_the_plan_s_order(plan, tmp_path):
    text = plan.read_text("utf-8")
    names = ["末章", "首章"]
    head, *targets = text.split("[[target]]")
    half = len(targets) // 2
    rows = [f'\nchapter = "{names[at < half]}"{part}' for at, part in enumerate(strip_chapters(targets))]
    plan.write_text(f'chapters = ["末章", "首章"]\n{head}' + "".join(f"[[target]]{row}" for row in rows), "utf-8")
    run(["check", str(plan), "--output", f"json:{tmp_path / 'out.json'}", "--quiet"])
    assert list(json.loads((tmp_path / "out.json").read_text("utf-8"))["summary"]["chapters"]) == names
    run(["readiness", str(plan), "--output", f"json:{tmp_path / 'ready.json'}", "--quiet"])
    assert [row["name"] for row in json.loads((tmp_path / "ready.json").read_text("utf-8"))["chapters"]] == names


def strip_chapters(targets):
    return [
        "\n".join(line for line in part.splitlines() if not line.startswith("chapter =")) + "\n" for part in targets
    ]

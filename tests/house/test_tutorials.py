"""The tutorials: every command runs as printed, in order, and what they print stands in the page."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import pytest
from house.markdown import blocks

from urbanplan.cli.app import run

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
PAGES = ("tutorial-folder", "tutorial-document", "tutorial-question")


@pytest.mark.parametrize("name", PAGES)
def test_a_tutorial_runs_as_printed(name, tmp_path, monkeypatch, capfd):
    shutil.copytree(DOCS / "tutorial", tmp_path / "docs" / "tutorial")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    page = DOCS / f"{name}.md"
    text, said = page.read_text("utf-8").splitlines(), ""
    for block in blocks(page):
        if block.language == "text":
            plain = re.sub(r"\s+", " ", said)
            assert [line for line in block.lines if re.sub(r"\s+", " ", line).strip() not in plain] == []
        elif block.language == "toml":
            goal = re.search(r"`([^`]+)`", text[block.line - 4])[1]
            with (tmp_path / goal).open("a", encoding="utf-8") as file:
                file.write("\n" + "\n".join(block.lines) + "\n")
        else:
            said = ""
            for line in block.lines:
                command, _, note = line.partition("#")
                exit_code = re.search(r"exit (\d)", note)
                words = shlex.split(command)
                assert words[0] == "urbanplan"
                assert run(["--lang", "en", *words[1:]]) == (int(exit_code[1]) if exit_code else 0), line
                said += "".join(capfd.readouterr())


@pytest.mark.parametrize("name", PAGES)
def test_the_chinese_tutorial_has_the_same_blocks(name):
    english, chinese = (
        [(block.language, block.lines) for block in blocks(page)]
        for page in (DOCS / f"{name}.md", DOCS / "zh" / f"{name}.md")
    )
    assert english == chinese

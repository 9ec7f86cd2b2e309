"""What surrounds the code: one version everywhere, commit subjects that show whole, the page of coverage."""

from __future__ import annotations

import importlib.util
import re
import tomllib
from pathlib import Path
from types import ModuleType

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]


def script(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, ROOT / ".ci" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_one_version_everywhere():
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert citation["version"] == version
    assert {"cff-version", "message", "title", "authors"} <= citation.keys()
    assert f"urbanplan-{version}-py3" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_every_step_of_the_release_is_a_command_that_there_is():
    steps = (ROOT / "docs" / "releasing.md").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE))
    assert set(re.findall(r"`make ([a-z]+)`", steps)) <= targets


@pytest.mark.parametrize("path", sorted((ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.md")), ids=lambda path: path.stem)
def test_issue_templates_have_a_head(path):
    _, head, body = path.read_text(encoding="utf-8").split("---\n", 2)
    assert yaml.safe_load(head).keys() >= {"name", "about"}
    assert "**" in body


@pytest.mark.parametrize(
    ("message", "faults"),
    [
        ("Read null as unknown\n", 0),
        ("x" * 72, 0),
        ("x" * 73, 1),
        ("图" * 72 + "\n\nwhy", 0),
        ("Read null as unknown.\n", 1),
        ("Read null as unknown\nbecause\n", 1),
        ("", 1),
        ("# only a comment\n", 1),
        ('Revert "' + "x" * 72 + '"', 0),
    ],
)
def test_commit_messages(message, faults):
    assert len(script("commit_message").message_faults(message)) == faults


def test_the_hook_ends_with_1_and_says_why(tmp_path, capsys):
    file = tmp_path / "message"
    file.write_text("y" * 80, encoding="utf-8")
    assert script("commit_message").main([str(file)]) == 1
    assert "80 characters" in capsys.readouterr().out


def test_the_page_of_coverage_counts_by_room():
    def summary(*counts: int) -> dict:
        names = ("num_statements", "covered_lines", "num_branches", "covered_branches")
        return {"summary": dict(zip(names, counts, strict=True))}

    page = script("coverage_page").coverage_page(
        {
            "files": {
                "urbanplan/errors.py": summary(10, 10, 0, 0),
                "urbanplan/plan/read.py": summary(60, 50, 30, 20),
                "urbanplan/plan/sub/quotes.py": summary(40, 40, 10, 10),
            }
        }
    )
    assert "| urbanplan | 10 | 10 | 0 | 0 | 100.0% |" in page
    assert "| plan | 100 | 90 | 40 | 30 | 85.7% |" in page
    assert "| **all** | 110 | 100 | 40 | 30 | 86.7% |" in page

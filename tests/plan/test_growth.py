"""Plan files made to cost time: thousands of mistakes, keys and patterns end soon, with the number of the rest."""

from __future__ import annotations

import os
import sys

import pytest

from urbanplan.errors import PlanError
from urbanplan.model import toml_locations
from urbanplan.plan import read_plan

HEAD = 'id = "t"\ntitle = "T"\nas_of = 2025-12-31\ninclude = []\n[district]\nname = "D"\ncrs = "EPSG:4547"\n'
TARGET = '[[target]]\nid = "T{at}"\nquote = "q"\n{slip}'


def write(folder, text):
    path = folder / "plan.toml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("count", [30, 300, 3_000])
def test_of_many_mistakes_twenty_are_told_with_their_lines_and_the_rest_is_a_number(tmp_path, count, monkeypatch):
    parses = []
    monkeypatch.setattr(toml_locations.tomlkit, "parse", _counted(toml_locations.tomlkit.parse, parses))
    text = HEAD + "".join(TARGET.format(at=at, slip="bund = 1\n") for at in range(count))
    with pytest.raises(PlanError) as problem:
        read_plan(write(tmp_path, text))
    told = str(problem.value).splitlines()
    assert len(told) == 21
    assert told[-1].endswith(f"{count - 20} more problems of this plan.")
    line = 11 if len(text) <= 200_000 else 8  # of the key; in a long file that of its table
    assert f"plan.toml:{line}:1: there is no key 'bund' here" in told[0]
    assert len(parses) <= 1, "the file is parsed once for all places"


def _counted(function, calls):
    def counted(text):
        calls.append(len(text))
        return function(text)

    return counted


@pytest.mark.parametrize(
    "text",
    ["x" + ".a" * 100_000 + " = 1", "[x" + ".a" * 100_000 + "]", "x" + '."a"' * 60 + " = 1", "x=" + "[" * 9_000],
)
def test_deep_keys_are_refused_before_they_are_parsed(tmp_path, text):
    with pytest.raises(PlanError, match="nested too deeply"):
        read_plan(write(tmp_path, f"{text}\n{HEAD}"))


def test_a_text_that_no_page_can_typeset_is_refused_at_its_place(tmp_path):
    """A title of 400,000 characters took a minute and 1.9 GB in the PDF of a report."""
    text = HEAD.replace('"T"', f'"{"字" * 20_001}"')
    with pytest.raises(PlanError, match=r"plan\.toml:2:.*more than 20000 characters"):
        read_plan(write(tmp_path, text))
    assert read_plan(write(tmp_path, text.replace("字", "", 1) + TARGET.format(at=1, slip=""))).title


def test_many_dots_in_a_text_are_no_depth(tmp_path):
    quote = "1.2." * 60
    assert read_plan(write(tmp_path, HEAD + TARGET.format(at=1, slip="").replace('"q"', f'"{quote}"'))).target[0].quote


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_patterns_do_not_walk_links_round_and_round(tmp_path):
    for name in "abcdefgh":
        os.symlink(tmp_path, tmp_path / name)
    (tmp_path / "targets" / "deep").mkdir(parents=True)
    (tmp_path / "targets" / "deep" / "one.toml").write_text(TARGET.format(at=1, slip=""), encoding="utf-8")
    with pytest.raises(PlanError, match="no file is named"):
        read_plan(write(tmp_path, HEAD.replace("[]", '["*/*/*/*/*/*/*/*/*/one.toml"]')))
    for pattern in ("targets/**/*.toml", "*/*/one.toml", "**/one.toml", "targets/deep/one.toml"):
        plan = read_plan(write(tmp_path, HEAD.replace("[]", f'["{pattern}"]')))
        assert [target.id for target in plan.target] == ["T1"]


def test_a_pattern_of_too_many_files_names_the_limit(tmp_path):
    for at in range(1001):
        (tmp_path / f"t{at}.toml").touch()
    with pytest.raises(PlanError, match=r"'t\*\.toml' finds more than 1000 files"):
        read_plan(write(tmp_path, HEAD.replace("[]", '["t*.toml"]')))

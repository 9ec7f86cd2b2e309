"""Help pages and usage errors in both languages: the same commands and options, every text with its Chinese."""

from __future__ import annotations

import re

import pytest
import typer
from typer.testing import CliRunner

from urbanplan.cli.app import COMMANDS, app, run
from urbanplan.cli.help_page import cells, wrap
from urbanplan.cli.usage_messages import MESSAGES
from urbanplan.model.translation import translations, use_language

HAN = re.compile(r"[\u4e00-\u9fff]")
ENGLISH = re.compile(r"\b[a-z]+ [a-z]+ [a-z]+\b")  # three plain words in a row are a sentence


def texts():
    """Every text of the English help pages, by where it stands."""
    made = typer.main.get_command(app())
    for command in (made, *made.commands.values()):
        yield f"urbanplan {command.name}", command.help
        for parameter in command.params:
            yield f"{command.name} {parameter.name}", parameter.help


def help_of(*words, columns="100"):
    made = app(*words)  # one command alone is parsed and shown as it is among all
    return CliRunner(env={"COLUMNS": columns}).invoke(made, [*words, "--help"], prog_name="urbanplan").output


def test_every_argument_and_option_says_what_it_is():
    assert [where for where, text in texts() if not text] == []


def test_every_help_text_has_its_chinese():
    assert sorted({text for _, text in texts()} - set(translations("zh"))) == []


def test_every_usage_message_has_its_chinese():
    assert sorted(set(MESSAGES) - set(translations("zh"))) == []


@pytest.mark.parametrize("name", ["", *COMMANDS])
def test_a_chinese_page_names_what_the_english_one_names(name):
    words = [name] if name else []
    english = help_of(*words)
    with use_language("zh"):
        chinese = help_of(*words)
    named = re.compile(r"--[a-z-]+")
    assert set(named.findall(chinese)) == set(named.findall(english))
    assert chinese.startswith("用法：urbanplan")
    for word in ("Usage", "Options", "Arguments", "Commands", "default:", "required", "<str>", "<path>"):
        assert word not in chinese
    assert ENGLISH.findall(chinese) == []


def test_a_chinese_page_keeps_to_the_width_of_the_terminal():
    with use_language("zh"):
        lines = help_of("check", columns="80").splitlines()
    assert max(cells(line) for line in lines) <= 80


def test_wide_characters_count_twice_and_no_line_starts_with_a_stop():
    assert cells("计划 plan") == 9
    assert wrap("计划计划，计划", 8) == ["计划计", "划，计划"]
    assert wrap("one two three", 7) == ["one two", "three"]
    assert wrap("", 7) == []


SLIPS = {
    "no such command": (["checkk"], "没有命令 'checkk'。是否指 'check'？"),
    "no such command, none near": (["xyzzy"], "没有命令 'xyzzy'。"),
    "no such option": (["check", "--zzz"], "没有选项：--zzz"),
    "no such option, one near": (["check", "--selec", "x"], "没有选项：--selec（相近的选项："),
    "missing argument": (["add"], "缺少参数 'LAYER'。"),
    "missing option": (["export", "x"], "缺少选项 '-o' / '--out'。"),
    "option without its value": (["check", "--select"], "选项 '--select' 需要一个值。"),
    "value that no option takes": (["check", "--fresh=1"], "选项 '--fresh' 不接受值。"),
    "one word too many": (["add", "a", "b", "c"], "有多余的参数（c）"),
    "no whole number": (["add", "a", "b", "--head", "x"], "'--head' 的值无效：应为整数"),
    "no number": (["add", "a", "b", "--tolerance", "x"], "'--tolerance' 的值无效：应为数字"),
}


@pytest.mark.parametrize("slip", SLIPS)
def test_slips_are_told_in_chinese(slip, capsys):
    words, told = SLIPS[slip]
    assert run(["--lang", "zh", *words]) == 2
    said = capsys.readouterr().err.strip()
    assert said.startswith(told)
    assert ENGLISH.findall(said) == []


@pytest.mark.parametrize("slip", SLIPS)
def test_slips_are_told_in_english_in_the_library_s_words(slip, capsys):
    assert run(["--lang", "en", *SLIPS[slip][0]]) == 2
    said = capsys.readouterr().err
    assert said.strip()
    assert not HAN.search(said)


def test_every_kind_of_usage_error_of_the_library_is_known():
    from typer._click import exceptions

    kinds = {
        name
        for name, kind in vars(exceptions).items()
        if isinstance(kind, type) and issubclass(kind, exceptions.UsageError)
    }
    assert kinds == {
        "UsageError", "BadParameter", "MissingParameter", "NoSuchOption", "BadOptionUsage", "BadArgumentUsage",
        "NoArgsIsHelpError",
    }, "a new kind wants its message in usage_messages.py"  # fmt: skip


def test_no_words_show_the_help_of_the_language(capsys):
    run(["--lang", "zh"])
    assert "用法：urbanplan" in "".join(capsys.readouterr())

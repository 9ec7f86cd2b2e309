"""Every message that people may read has its Chinese: found in the source, compared with the tables."""

from __future__ import annotations

import ast
import re
import tomllib
from functools import cache

import pytest
from model.message_templates import PACKAGE, nodes_in, package_trees, place_words, placeholders, templates

from urbanplan.errors import PlanError
from urbanplan.model.finding import finding_rules
from urbanplan.model.place import feature_place
from urbanplan.model.translation import (
    current_language,
    localize,
    parse_table,
    translate,
    translations,
    use_language,
)

MECHANISM = {  # functions that pass templates on; what they are given is found elsewhere
    "errors.py:text",
    "cli/help_page.py:write_heading",
    "cli/help_page.py:write_dl",
    "cli/help_page.py:_translate_extra",
    "cli/help_page.py:__init__",
    "cli/help_page.py:_translate_command",
    "cli/help_page.py:_translate_parameter",
    "cli/usage_messages.py:translate_usage",
    "model/library_messages.py:translate_problem",
    "model/note.py:render",
    "model/note.py:note",
    "model/translation.py:localize",
    "model/translation.py:error_of_parts",
    "model/translation.py:join_messages",
    "model/message_json.py:_say",
    "view/terminal/rules.py:_translate_sample",
    "exchange/losses.py:text",
    "exchange/formats.py:local_title",
    "exchange/table.py:refused_table",
    "exchange/gdal/client.py:_raise",
    "exchange/writing.py:_error_text",
    "exchange/rows/damaged_values.py:invalid_values",
}
TABLES = sorted((PACKAGE / "model" / "locale" / "zh").glob("*.toml"))


@cache
def used_templates():
    return [found for found in templates() if found.function not in MECHANISM]


def untranslated():
    return [found for found in used_templates() if found.text and found.text not in translations("zh")]


def test_the_scan_sees_the_package():
    assert len(used_templates()) > 200
    assert {found.room for found in used_templates()} >= {
        "plan",
        "layer",
        "measure",
        "verdict",
        "exchange",
        "network",
        "cli",
    }


def test_every_template_is_a_literal():
    assert [found.place for found in used_templates() if found.text is None] == []


def test_every_template_has_its_chinese():
    assert sorted(f"{found.place} {found.text!r}" for found in untranslated()) == []


def test_no_place_has_an_english_word_put_together_by_hand():
    """``where=f"{path} feature {row}"`` stays English in a Chinese message: ``model.place`` has the words of places."""
    found = [f"{name}:{line} {text!r}" for name, line, text in place_words()]
    assert found == []
    with use_language("zh"):
        assert feature_place("p.csv", 2, "A-7") == "p.csv 要素 2 A-7"
    assert feature_place("p.csv", 2) == "p.csv feature 2"


@pytest.mark.parametrize("table", TABLES, ids=lambda path: path.stem)
def test_translations_have_the_same_placeholders(table):
    rows = tomllib.loads(table.read_text(encoding="utf-8"))
    assert {
        english: chinese for english, chinese in rows.items() if placeholders(english) != placeholders(chinese)
    } == {}


def test_a_template_has_one_translation():
    seen: dict[str, str] = {}
    twice = []
    for table in TABLES:
        for english, chinese in tomllib.loads(table.read_text(encoding="utf-8")).items():
            if seen.setdefault(english, chinese) != chinese:
                twice.append(f"{table.stem}: {english!r} is {seen[english]!r} and {chinese!r}")
    assert twice == []


@pytest.mark.parametrize("table", TABLES, ids=lambda path: path.stem)
def test_the_quick_reader_reads_a_table_as_toml(table):
    text = table.read_text(encoding="utf-8")
    assert parse_table(text) == tomllib.loads(text)


def test_rows_that_are_no_json_are_read_as_toml():
    rows = [
        "'a \"b\"' = 'c'",
        '"tab\\t \\" = " = "\\u4e00 = \\""',
        '"wide" = "\\U00004e00"',
        '"long" = """',
        "two",
        '"""',
    ]
    for text in ("\n".join(rows), "\n".join(rows[:2]), rows[2], "", "# nothing"):
        assert parse_table(text) == tomllib.loads(text)


@cache
def literals():
    """Every text in the package's source; of docstrings, from which the help pages come, the first paragraph."""
    nodes = (node for _, tree in package_trees() for node in nodes_in(tree))
    texts = {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    return texts | {" ".join(text.partition("\n\n")[0].split()) for text in texts}


@cache
def shown():
    """What the package shows by name: templates, samples of findings, and the words of the command-line library."""
    samples = {sample for rule in finding_rules().values() for sample in (rule.failing, rule.passing)}
    return {found.text for found in templates()} | samples | OF_THE_LIBRARY


LOOSE = {  # hold texts that no template shows
    "commands",
    "draft",
    "exchange",
    "help",
    "library",
    "listing",
    "schema",
    "trust",
}
OF_THE_LIBRARY = {  # the command-line library writes these on a page of help
    *("Show this message and exit.", "[OPTIONS]", "COMMAND [ARGS]...", "Arguments", "Options", "Commands"),
    *("<str>", "<list[str]>", "<path>", "<int>", "<float>"),
}


@pytest.mark.parametrize("table", TABLES, ids=lambda path: path.stem)
def test_translations_are_used(table):
    known = shown() | literals() if table.stem in LOOSE else shown()
    assert sorted(set(tomllib.loads(table.read_text(encoding="utf-8"))) - known) == []


@pytest.mark.parametrize("code", finding_rules())
def test_every_finding_speaks_both_tongues_with_the_same_values(code):
    rule = finding_rules()[code]
    for texts in (rule.title, rule.message, rule.why, rule.fix):
        assert set(texts) == {"en", "zh"}
    assert placeholders(rule.message["en"]) == placeholders(rule.message["zh"])
    assert placeholders(rule.fix["en"]) == placeholders(rule.fix["zh"])
    assert rule.failing
    assert rule.passing


def test_language_is_of_the_block_only():
    with use_language("zh"):
        assert localize("layer {layer}", layer="x") == "图层 x"
        with use_language("fr"):
            assert current_language() == "en"
        assert translate("no such template") == "no such template"
    assert localize("layer {layer}", layer="x") == "layer x"


def test_errors_speak_chinese_with_place_and_fix():
    error = PlanError("the key {key!r} is missing", where="plan.toml:4", fix="Add it", key="id")
    with use_language("zh"):
        assert error.text(translate).startswith("plan.toml:4: 缺少键 'id'")
        assert "请补上" in error.text(translate)


def test_samples_of_findings_are_chinese_where_they_hold_words():
    same = {"LINESTRING", "POLYGON", "EMPTY", "POLYGON EMPTY"}
    quoted = re.compile(r"\w+ = \S+|\[\[\w+\]\]|\"[^\"]*\"|\b[A-Z]{2,}\b")
    samples = {sample for rule in finding_rules().values() for sample in (rule.failing, rule.passing)}
    words = {sample for sample in samples if re.search(r"[a-z]{2,}", quoted.sub("", sample))} - same
    assert sorted(words - set(translations("zh"))) == []


def test_an_annual_plan_is_one_word_in_chinese():
    texts = [*translations("zh").values()]
    texts += [
        text["zh"] for rule in finding_rules().values() for text in (rule.title, rule.message, rule.why, rule.fix)
    ]
    assert [text for text in texts if "规划" in text] == []


HAN = "\u4e00-\u9fff"
HALF_WIDTH = re.compile(
    rf"(?<=[{HAN}）”》]) ?[,;:!?]|[,;:!?](?=[{HAN}（“《])|\((?=[^()]*[{HAN}])|(?<=[{HAN}])\(|(?<=[{HAN}])\.(?!\w)"
)
LITERAL = re.compile(
    r"`[^`]*`|(?<=json):(?=文件)|点号,圈号,X,Y|点号,圈号,X（北）,Y（东）|东坐标列,北坐标列|格式:文件|chapter:文字|:文件$"
)


def chinese_texts():
    """Every Chinese text that people read: messages, findings, layer types, map and sheet definitions."""
    rules = finding_rules().values()
    yield from translations("zh").values()
    yield from (text["zh"] for rule in rules for text in (rule.title, rule.message, rule.why, rule.fix))
    for folder in ("layers/types", "maps"):
        for path in sorted((PACKAGE.parent / folder).rglob("*.toml")):
            yield from strings(tomllib.loads(path.read_text(encoding="utf-8")))


def strings(node):
    match node:
        case str():
            yield node
        case dict():
            yield from (text for value in node.values() for text in strings(value))
        case list():
            yield from (text for value in node for text in strings(value))


def test_punctuation_beside_chinese_is_full_width():
    """What a person types as it stands, such as ``json:文件``, keeps its signs."""
    assert [text for text in chinese_texts() if HALF_WIDTH.search(LITERAL.sub("", text))] == []

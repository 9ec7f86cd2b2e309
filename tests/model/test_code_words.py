"""Codes are words in Chinese and stay as they are in English; a code without a word stays too."""

from __future__ import annotations

import pytest

from urbanplan.model.code_words import basis_words, code_word, level_words, status_words
from urbanplan.model.translation import use_language

CHINESE = {
    "surveyed": "实测", "illustrative": "示意", "unverified": "未核实", "error": "错误", "info": "提示", "new": "新建", "left": "左幅",
}  # fmt: skip


@pytest.mark.parametrize("code", [*CHINESE, "speech", "numbered", "existing", "single", "right", "P-7", ""])
def test_english_keeps_the_code(code):
    with use_language("en"):
        assert code_word(code) == code


@pytest.mark.parametrize(("code", "word"), CHINESE.items())
def test_chinese_has_a_word(code, word):
    with use_language("zh"):
        assert code_word(code) == word


def test_chinese_keeps_what_has_no_word():
    with use_language("zh"):
        assert [code_word(code) for code in ("P-7", "", "built")] == ["P-7", "", "built"]


def test_tables_hold_every_code():
    with use_language("zh"):
        assert status_words() == {"met": "达成", "not_met": "未达成", "undecidable": "无法判定"}
        assert list(basis_words()) == ["surveyed", "reported", "illustrative"]
        assert list(level_words()) == ["error", "warn", "info"]
    with use_language("en"):
        assert level_words() == {"error": "error", "warn": "warning", "info": "note"}

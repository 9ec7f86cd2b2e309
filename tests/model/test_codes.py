"""Every finding code is named by some test, and its texts are whole."""

from __future__ import annotations

import re

import pytest
from conftest import ROOT

from urbanplan.model.finding import rules

TESTS = "\n".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "tests").rglob("test_*.py")))
SAMPLES = (ROOT / "tests" / "layer" / "samples.py").read_text(encoding="utf-8")


def named(code):
    return f'"{code}"' in TESTS + SAMPLES


def test_every_code_has_a_test():
    assert [code for code in rules() if not named(code)] == []


@pytest.mark.parametrize("code", rules())
def test_code_and_texts_are_in_order(code):
    rule = rules()[code]
    assert re.fullmatch(r"(plan|layer|network|residents|verdict|waiver|store)(-[a-z]+)+", code)
    assert rule.level in ("error", "warn", "info")
    for texts in (rule.title, rule.message, rule.why, rule.fix):
        assert all(text.strip() for text in texts.values())
        assert any("\u4e00" <= sign <= "\u9fff" for sign in texts["zh"])

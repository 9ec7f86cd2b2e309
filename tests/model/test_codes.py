"""Every finding code is named by some test, and its texts are whole."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from conftest import ROOT

from urbanplan.model.finding import finding_rules

HERE = Path(__file__)
FILES = [path for path in sorted((ROOT / "tests").rglob("*.py")) if path != HERE]
TESTS = "\n".join(path.read_text(encoding="utf-8") for path in FILES)
UNTESTED: set[str] = set()  # codes whose rooms still write their tests; it may only shrink


def has_test(code):
    return f'"{code}"' in TESTS


def test_every_code_has_a_test():
    assert [code for code in finding_rules() if not has_test(code) and code not in UNTESTED] == []


def test_codes_that_have_a_test_leave_the_list():
    assert [code for code in sorted(UNTESTED) if has_test(code)] == []


@pytest.mark.parametrize("code", finding_rules())
def test_code_and_texts_are_in_order(code):
    rule = finding_rules()[code]
    assert re.fullmatch(r"(plan|layer|network|residents|verdict|waiver|store)(-[a-z]+)+", code)
    assert rule.level in ("error", "warn", "info")
    for texts in (rule.title, rule.message, rule.why, rule.fix):
        assert all(text.strip() for text in texts.values())
        assert any("\u4e00" <= sign <= "\u9fff" for sign in texts["zh"])

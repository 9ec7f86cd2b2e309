"""What has no name of its own: a target is called by its id once, targets without a chapter stand under one word."""

from __future__ import annotations

import re

import pytest
from sample_report import sample_layers, sample_plan, sample_report

from urbanplan.model.report import summarise
from urbanplan.model.translation import use_language
from urbanplan.view.report.brief import Progress, brief_page
from urbanplan.view.report.words import page_words


@pytest.mark.parametrize(("lang", "other"), [("en", "Other"), ("zh", "其他")])
def test_the_directors_page_names_nothing_twice_and_nothing_by_a_dash(lang: str, other: str) -> None:
    report = sample_report(9)
    plain = {"title": "", "quote": "", "chapter": ""}
    verdicts = [
        v.model_copy(update={**plain, "title": v.target if k % 2 else ""}) for k, v in enumerate(report.verdicts)
    ]
    bare = report.model_copy(update={"verdicts": verdicts, "summary": summarise(verdicts, report.findings)})
    with use_language(lang):
        made = brief_page(sample_plan(), bare, sample_layers(), {}, progress=Progress(None, []), lang=lang)
    heads = re.findall(r"<h3>(.*?)</h3>", made)
    assert heads
    assert all(re.fullmatch(r"<code>[^<]+</code>", head) for head in heads), heads
    assert f">{other}<" in made
    assert ">—<" not in made


def test_the_report_has_the_word_for_no_chapter() -> None:
    with use_language("zh"):
        assert page_words()["no_chapter"] == "其他"

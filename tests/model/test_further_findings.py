"""The one finding that stands for those which are not told one by one."""

from __future__ import annotations

import pytest

from urbanplan.model.finding import (
    MAX_PER_CODE,
    build_finding,
    finding_rules,
    further_findings,
    limit_findings,
    sample_names,
)
from urbanplan.model.translation import use_language


@pytest.mark.parametrize(("language", "said"), [("en", "7 more findings of this kind: {title}"), ("zh", "另有 7 条")])
def test_every_field_of_it(language: str, said: str) -> None:
    rule = finding_rules()["layer-overlap"]
    with use_language(language):
        found = further_findings("layer-overlap", layer="lots", features=[1, "b"], count=7)
    assert (found.code, found.level, found.layer, found.feature) == ("layer-overlap", rule.level, "lots", None)
    assert (found.features, found.count, found.values) == (["1", "b"], 7, {"more": 7})
    title = rule.title[language]
    assert title in found.message
    assert said.format(title=title) in found.message
    assert found.fix.split("…", maxsplit=1)[0] in rule.fix[language]
    assert (found.waived, found.geometry) == (None, None)


def test_its_number_is_that_of_its_features_and_they_are_bounded() -> None:
    many = further_findings("layer-overlap", layer=None, features=list(range(MAX_PER_CODE + 5)))
    assert (many.count, len(many.features), many.features[-1]) == (
        MAX_PER_CODE + 5,
        MAX_PER_CODE,
        str(MAX_PER_CODE - 1),
    )
    assert many.layer is None


@pytest.mark.parametrize("more", [0, 1, 2])
def test_a_thousand_of_a_code_are_told_one_by_one(more: int) -> None:
    hits = [build_finding("layer-geometry-null", layer="lots", feature=f"F{n}") for n in range(MAX_PER_CODE + more)]
    other = build_finding("layer-geometry-null", layer="lots", feature="x").model_copy(update={"code": "other"})
    found = limit_findings([*hits, other])
    assert found[:MAX_PER_CODE] == hits[:MAX_PER_CODE]
    assert found[MAX_PER_CODE] == other
    assert [hit.count for hit in found[MAX_PER_CODE + 1 :]] == ([more] if more else [])
    assert [hit.features for hit in found[MAX_PER_CODE + 1 :]] == (
        [[f"F{MAX_PER_CODE + n}" for n in range(more)]] if more else []
    )


@pytest.mark.parametrize(
    ("count", "text"), [(0, ""), (1, "a0"), (5, "a0, a1, a2, a3, a4"), (6, "a0, a1, a2, a3, a4 and 1 more"), (9, "a0, a1, a2, a3, a4 and 4 more")]
)  # fmt: skip
def test_five_names_are_shown(count: int, text: str) -> None:
    assert sample_names([f"a{n}" for n in range(count)], count) == text

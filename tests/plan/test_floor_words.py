"""Words by which a quoted number is a floor, so that a target met by it alone is told."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from urbanplan.model.plan import Plan
from urbanplan.plan.quote import FLOOR_WORDS, floor_findings


def words(quote: str, number: float, **more: Any) -> list[str]:
    """The word of each finding on a target with this quote and number."""
    bound = {"comparator": more.pop("comparator", "="), "number": number, "unit": "个"}
    plan = Plan.model_validate(
        {
            "id": "p",
            "title": "P",
            "as_of": datetime.date(2025, 12, 31),
            "district": {"name": "D", "crs": "EPSG:4547"},
            "target": [{"id": "T", "quote": quote, "bound": bound, **more}],
        }
    )
    found = floor_findings(plan)
    assert {(hit.code, hit.feature) for hit in found} <= {("plan-floor-exact", "T")}
    return [hit.values["word"] for hit in found]


@pytest.mark.parametrize("word", ["新增", "新建", "建成", "交付", "投用", "完成", "引进", "培育", "改造"])
def test_a_word_of_a_floor_is_told(word: str) -> None:
    assert words(f"{word}公园5个", 5) == [word]
    assert words(f"{word}公园5个", 5, comparator=">=") == []
    assert words(f"{word}公园5个", 5, comparator_because="these five") == []
    assert word in FLOOR_WORDS


@pytest.mark.parametrize(
    ("quote", "number", "told"),
    [
        ("共有公园5个", 5, []), ("新建公园5个", 6, []), ("新建学校3所，公园5个", 5, []), ("新建学校3所，公园5个", 3, ["新建"]),
        ("新增车位76万个", 76, ["新增"]), ("新增车位76万个", 760_000, ["新增"]), ("新增车位76万个", 7600, []), ("", 5, []),
        ("新建：公园5个", 5, []), ("公园5个新建", 5, []), ("新增车位７６个", 76, ["新增"]),
    ],
)  # fmt: skip
def test_the_word_stands_in_the_clause_ahead_of_the_number(quote: str, number: float, told: list[str]) -> None:
    assert words(quote, number) == told

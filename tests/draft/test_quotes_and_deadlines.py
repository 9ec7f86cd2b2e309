"""How long a quote may be, which words make a time a deadline, and where a paragraph begins after a blank line."""

from __future__ import annotations

import datetime

import pytest

from urbanplan.plan.draft import Promise, read_promises, read_rules
from urbanplan.plan.draft.numerals import numerals
from urbanplan.plan.draft.prose import sentences

RULES = read_rules()


def promise(text: str) -> Promise:
    """The one promise of a sentence of a plan for 2025."""
    (found,) = [one for one in read_promises(f"2025年工作安排\n\n{text}", RULES).promises if one.promise]
    return found


@pytest.mark.parametrize(("signs", "length"), [(153, 159), (154, 160), (155, 82), (300, 82)])
def test_a_quote_of_more_than_160_signs_is_cut_to_half_of_them_ahead_of_its_number(signs: int, length: int) -> None:
    quote = promise("甲" * signs + "新建公园5个。").quote
    assert len(quote) == length
    assert quote.endswith("公园5个")


@pytest.mark.parametrize("word", ["内", "以内", "之内"])
def test_a_time_within_which_something_is_made_is_its_deadline(word: str) -> None:
    assert promise(f"三年{word}新建公园5个。").due == datetime.date(2028, 12, 31)
    limit = promise(f"审批时间压减至18个月{word}。")
    assert (limit.comparator, limit.number, limit.unit) == ("<=", 18, "个月")


@pytest.mark.parametrize(
    ("line", "texts"),
    [
        ("公园5个。", ["我们在这里新建，公园5个。"]),
        ("  公园5个。", ["我们在这里新建，公园5个。"]),
        ("    公园5个。", ["我们在这里新建，", "公园5个。"]),
        ("\u3000\u3000公园5个。", ["我们在这里新建，", "公园5个。"]),
        ("公园5个。\u3000\u3000", ["我们在这里新建，公园5个。"]),
        ("公园5个。    ", ["我们在这里新建，公园5个。"]),
    ],
)
def test_an_indented_line_behind_a_blank_one_is_a_paragraph(line: str, texts: list[str]) -> None:
    assert [one.text for one in sentences(f"我们在这里新建，\n\n{line}")] == texts


def test_no_number_runs_on_behind_a_blank_line() -> None:
    found = read_promises("Plan for 2026\n\n90% of homes near a park.", RULES).promises
    assert [(one.number, one.unit) for one in found] == [(90, "%")]
    assert [one.text for one in sentences("规划2026\n\n12公里绿道。")] == ["规划2026", "12公里绿道。"]
    assert [one.text for one in sentences("新增管网12\n0.5公里。")] == ["新增管网120.5公里。"]


@pytest.mark.parametrize("word", ["No", "no", "Nos", "nos", "St", "Fig", "fig", "approx", "ca", "vs", "p", "pp"])
def test_an_abbreviation_ends_no_sentence(word: str) -> None:
    assert len(sentences(f"We build it at {word}. Mary helps.")) == 1
    assert len(sentences(f"We build it at {word}. 12 parks.")) == 1
    assert len(sentences(f"We build it at {word}rk. Mary helps.")) == 2


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("进入全国前20位行列。", 20),
        ("排名升至前5位。", 5),
        ("排名提升到全省前三名行列。", 3),
        ("排名稳定在前10位以内。", 10),
    ],
)
def test_a_rank_is_a_ceiling(text: str, number: float) -> None:
    found = promise(text)
    assert (found.comparator, found.number, found.unit) == ("<=", number, "位")


@pytest.mark.parametrize(
    ("text", "number", "unit"),
    [("投资3十亿元", 30, "亿元"), ("投资3百亿元", 300, "亿元"), ("投资3千亿元", 3000, "亿元"), ("投资3十万元", 30, "万元"),
     ("投资3百万元", 300, "万元"), ("投资3千万元", 3000, "万元"), ("新增3百万个车位", 3_000_000, "个"), ("新增3万亿个", 3e12, "个")],
)  # fmt: skip
def test_scales_multiply_one_another(text: str, number: float, unit: str) -> None:
    assert [(one.value, one.unit) for one in numerals(text, RULES)] == [(number, unit)]

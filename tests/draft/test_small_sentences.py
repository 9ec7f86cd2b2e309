"""Small sentences read whole: comparator with its words, numerals with 余, 多 and no unit, years and due dates."""

from __future__ import annotations

import datetime

import pytest

from urbanplan.plan.draft import read_promises, read_rules
from urbanplan.plan.draft.numerals import numerals
from urbanplan.plan.draft.prose import sentences
from urbanplan.plan.draft.timeline import Timeline, fold_years, plan_years

RULES = read_rules()


def rows(text, heading="2026年工作安排"):
    return read_promises(f"{heading}\n\n{text}", RULES).promises


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("新建公园10个以上。", (">=", "以上", 10)),
        ("新建公园10个左右。", ("about", "左右", 10)),
        ("公园面积10亩以内。", ("<=", "以内", 10)),
        ("新建不少于10个公园。", (">=", "不少于", 10)),
        ("新建公园超过10个。", (">", "超过", 10)),
        ("漏损率低于5%。", ("<", "低于", 5)),
        ("漏损率不低于5%。", (">=", "不低于", 5)),
        ("漏损率控制在5%。", ("<=", "控制在", 5)),
        ("培育企业500余家。", (">", "余", 500)),
        ("培育企业500多家。", (">", "余", 500)),
        ("培育企业约500家。", ("about", "约", 500)),
        ("建成工业路等6条道路。", ("=", "等", 6)),
        ("建设道路（6条）。", ("=", "（）", 6)),
        ("整改去年发现的43个问题。", ("=", "的", 43)),
        ("改造全市5个公园。", ("=", "全市", 5)),
        ("全市新建5个公园。", (">=", "新建", 5)),
        ("出让地块22宗。", ("=", "出让", 22)),
        ("力争公园5个。", (">=", "力争", 5)),
        ("至少5个公园。", (">=", "至少", 5)),
        ("支持3个公园。", (">=", "支持", 3)),
        ("推进3个公园。", ("=", "推进", 3)),
        ("推进3个公园建成。", (">=", "推进", 3)),
        ("绿地率35%。", (">=", "", 35)),
        ("进入全省前10位。", ("<=", "前10位", 10)),
        ("建设公园5—8个。", (">=", "5", 5)),
    ],
)
def test_the_words_of_a_comparator(text, expected):
    (one,) = rows(text)
    assert (one.comparator, one.words, one.number, one.promise) == (*expected, True)


def test_a_word_far_before_a_number_is_not_meant_with_it():
    near, far = ("超过" + "甲" * signs for signs in (14, 15))
    assert [rows(f"新建{lead}5个公园。")[0].comparator for lead in (near, far)] == [">", ">="]


def test_a_list_inherits_the_verb_but_no_stated_word():
    found = rows("建设公园3个以上，绿道4条，广场2处。")
    assert [(one.comparator, one.words) for one in found] == [(">=", "以上"), (">=", ""), (">=", "")]
    found = rows("建设公园3个，绿道4条，广场2处。")
    assert [(one.comparator, one.words) for one in found] == [(">=", "建设")] * 3
    found = rows("出让地块22宗、1719亩，新建公园3个。")
    assert [(one.comparator, one.words) for one in found] == [("=", "出让"), ("=", "出让"), (">=", "新建")]


@pytest.mark.parametrize(
    ("text", "value", "unit", "more", "implied"),
    [
        ("500个", 500, "个", False, False),
        ("500余个", 500, "个", True, False),
        ("3万余人", 30_000, "人", True, False),
        ("3万人", 30_000, "人", False, False),
        ("3余万人", 30_000, "人", True, False),
        ("投资3亿多元", 3, "亿元", True, False),
        ("10公里多", 10, "公里", True, False),
        ("三十余家", 30, "家", True, False),
        ("三十家", 30, "家", False, False),
        ("投资320亿。", 320, "亿元", False, True),
        ("投资320亿多。", 320, "亿元", True, True),
        ("投资320亿元。", 320, "亿元", False, False),
        ("5亿个", 500_000_000, "个", False, False),
        ("超千亿，", 1000, "亿元", False, True),
        ("超千亿元，", 1000, "亿元", False, False),
        ("2亿美元", 2, "亿美元", False, False),
        ("3千米", 3, "千米", False, False),
        ("3千人", 3000, "人", False, False),
        ("3百人", 300, "人", False, False),
    ],
)
def test_a_numeral_with_more_or_without_its_unit(text, value, unit, more, implied):
    (one,) = numerals(text, RULES)
    assert (one.value, one.unit, one.more, one.implied) == (value, unit, more, implied)


@pytest.mark.parametrize(
    ("text", "roles"),
    [
        ("5—8个", [("low", 5, "个"), ("high", 8, "个")]),
        ("8—5个", [("", 8, ""), ("", 5, "个")]),
        ("3—5万亩", [("low", 30_000, "亩"), ("high", 50_000, "亩")]),
        ("前20强", [("rank", 20, "位")]),
        ("10分钟健身圈", [("circle", 10, "分钟")]),
        ("翻两番", [("doubled", 300, "%")]),
    ],
)
def test_roles_of_numerals(text, roles):
    assert [(one.role, one.value, one.unit) for one in numerals(text, RULES)] == roles


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("2026—2030年规划", (2026, 2030)), ("2006—2026年规划", (2006, 2026)), ("2005—2026年规划", (2026, 2026)), ("2026—2026年规划", (2026, 2026)),
        ("2030—2026年规划。2026年。", (2026, 2026)), ("2026年工作要点", (2026, 2026)),
        ("二〇二六年工作要点", (2026, 2026)), ("“十五五”规划纲要", (2026, 2030)), ("十四五发展规划", (2021, 2025)),
        ("2025年工作回顾\n\n2026年工作安排", (2026, 2026)), ("2026年工作安排\n\n2030年远景目标", (2026, 2026)),
        ("前言\n\n2024年好。2025年好。2025年好。2023年好。", (2025, 2025)), ("没有年份。", None), ("Programme 2025.\n\nBuild 3 schools.", (2025, 2025)),
        ("Goals of 2025; 2024.5 km were built.", (2025, 2025)), ("Area 2024.5 km.", None), ("2020年代规划", None),
    ],
)  # fmt: skip
def test_the_years_of_a_plan(text, years):
    assert plan_years(sentences(text), RULES) == years


def test_a_span_of_years_is_of_the_plan_in_the_head_of_the_document_alone():
    ends = [f"{'好。' * before}2026—2030年好。2024年。2024年。2024年。" for before in (3, 4)]
    assert [plan_years(sentences(text), RULES) for text in ends] == [(2026, 2030), (2024, 2024)]


def test_years_in_chinese_numerals_are_folded_sign_for_sign():
    assert fold_years("二〇二六年、二零三〇年、一二〇二六年、二〇二六") == "2026年、2030年、一二〇二六年、二〇二六"


def day(*given):
    return datetime.date(*given)


@pytest.mark.parametrize(
    ("lead", "due"),
    [
        ("", day(2026, 12, 31)), ("到2028年", day(2028, 12, 31)), ("2028年底前", day(2028, 12, 31)),
        ("6月底前", day(2026, 6, 30)), ("2月底前", day(2026, 2, 28)), ("2027年6月底前", day(2027, 6, 30)),
        ("12月底前", day(2026, 12, 31)), ("13月底前", None), ("三年内", day(2029, 12, 31)), ("上半年", day(2026, 6, 30)),
        ("一季度", day(2026, 3, 31)), ("四季度", day(2026, 12, 31)),
    ],
)  # fmt: skip
def test_when_a_promise_is_due(lead, due):
    assert [(one.promise, one.due) for one in rows(f"{lead}建成5个公园。")] == [(True, due)]


def test_years_from_now_are_counted_from_the_first_year_of_a_plan():
    leads = ("两年内", "三年内", "")
    found = [rows(f"{lead}建成5个公园。", "2026—2028年规划")[0].due for lead in leads]
    assert found == [day(2027, 12, 31), day(2028, 12, 31), day(2028, 12, 31)]


@pytest.mark.parametrize(
    ("text", "promised"),
    [
        ("今年建成公园5个。", [True]), ("2025年建成公园5个。", [False]), ("2026年建成公园5个。", [True]),
        ("目前有公园5个。", [False]), ("已建成公园5个。", [False]), ("截至目前，公园5个。", [False]),
        ("从5个增加到8个。", [False, True]), ("10亿元以上项目12个。", [False, True]),
        ("占全省5个公园的名额。", [False]), ("已建成公园5个，确保新建6个。", [False, True]),
        ("较2025年新增5个公园。", [True]), ("2025年建成公园5个。计划新建6个。", [False, True]),
    ],
)  # fmt: skip
def test_what_looks_back_is_no_promise(text, promised):
    assert [one.promise for one in rows(text)] == promised


def modes(text):
    timeline, found = Timeline(RULES, 2026, 2026), []
    for one in sentences(text):
        timeline.enter(one)
        found.append(timeline.mode)
    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("一、工作回顾\n\n（一）公园\n\n新建公园5个。\n\n二、公园\n\n新建公园5个。", ["review"] * 3 + ["plan"] * 2),
        ("一、2025年\n\n新建公园5个。\n\n二、2026年\n\n新建公园5个。", ["review"] * 2 + ["plan"] * 2),
        ("一、工作回顾\n\n新建公园5个。下一步再建。\n\n下一步再建。", ["review"] * 3 + ["plan"]),
        ("Review of 2025\n\nWe built five parks.\n\nPlan for 2026\n\nBuild five.", ["review"] * 2 + ["plan"] * 2),
    ],
)
def test_headings_and_turns_of_words_set_the_mode(text, expected):
    assert modes(text) == expected
